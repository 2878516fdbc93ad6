"""Who is signed in: how, from where, until when; a session is ended after a question."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import SESSIONS
from console.render.column import Column
from console.render.pieces import Cell
from console.render.session_rows import COLUMNS, session_cells, session_sheet
from console.render.sheet import Sheet, line
from console.screens.desktop import bindings_for
from console.screens.saving import Saving
from console.screens.short_list import ShortList
from store.reads.sessions import SessionRow

if TYPE_CHECKING:
    from store.engine import Unit
    from store.reader import Reader


class SessionsScreen(ShortList[SessionRow], Saving):
    """Lists open sessions, the newest first."""

    PLACE = SESSIONS
    TITLE_WORDS: ClassVar[str] = "Sessions"
    BINDINGS = bindings_for(SESSIONS)

    def columns(self) -> tuple[Sequence[Column], Callable[[SessionRow], Sequence[Cell]]]:
        """Return the columns of sessions."""
        return COLUMNS, lambda row: session_cells(row, self.session.clock.wall(), self._own)

    def key_of(self, row: SessionRow) -> Hashable:
        """Return its id."""
        return row.id

    def everything(self, reader: Reader) -> Sequence[SessionRow]:
        """Read every open session."""
        from store.reads.sessions import open_sessions

        return open_sessions(reader, self.session.desk.store.wall())

    def words_of(self, row: SessionRow) -> str:
        """Return who, how and from where."""
        return f"{row.operator} {row.id} {row.how} {row.host} {row.peer}"

    def described(self, row: SessionRow, width: int, height: int) -> Sheet:
        """Say how it is known, and when it ends."""
        return session_sheet(row, self.session.clock.wall(), self._own, width, height)

    def nothing(self) -> str:
        """Say why there is none."""
        if self.narrowed:
            return f"No session has “{self.narrowed}” in it. Esc shows all."
        return "Nobody is signed in with a passphrase. p on Operators gives one."

    @property
    def _own(self) -> str:
        return self.session.actor.session if self.session.actor is not None else ""

    def in_hand(self) -> dict[str, str]:
        """Return the session under the cursor."""
        return {**super().in_hand(), **({"of_session": self.row.id} if self.row is not None else {})}

    def open_row(self, row: SessionRow) -> None:
        """End it, after a question."""
        self.do_end_session("")

    def do_end_session(self, argument: str) -> None:
        """Ask whether to end the session under the cursor."""
        from console.dialogs.question import Answer, Asked, Question

        row = self.row
        if row is None:
            self.say(("There is no session under the cursor.", "finding"))
            return
        filed = f"filed under {self.session.case}" if self.session.case else ""
        says = [line("What it does next is refused, from the next action on; nothing it has done is undone.")]
        asked = Asked("End this session?", row.operator, line(("   ", ""), (row.how, "accent")), filed, says, keep="let it be")
        answers = {"y": Answer("end it", lambda: self.begin(lambda: self.end(row)))}
        kept: Callable[[str], None] = lambda why: self.say(f"It goes on.{why}")  # noqa: E731
        self.ask(Question(asked, answers, self.session.clock.monotonic(), kept))

    @work(exit_on_error=False, description="end a session")
    async def end(self, row: SessionRow) -> None:
        """End it, and say so."""
        session = self.session
        actor, now, case = session.actor, session.now, session.case
        assert actor is not None

        def work(unit: Unit) -> int:
            from store.writes.passphrases import sign_out

            return sign_out(unit, row.id, actor, now, case=case)

        seq = await self.save(work)
        if seq is not None:
            self.say(("ENDED ", "good"), f"a session of {row.operator}", (f", audit #{seq}", "quiet"))
            self.read_again()
