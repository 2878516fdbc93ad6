"""What waits for a second person: approved or refused after a question, broken in need, and looked at afterwards."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import APPROVALS
from console.render.approval_rows import COLUMNS, approval_cells, approval_sheet
from console.render.column import Column
from console.render.pieces import Cell
from console.render.sheet import Sheet, line
from console.screens.desktop import bindings_for
from console.screens.saving import Saving
from console.screens.short_list import ShortList
from store.reads.approvals import ApprovalRow
from store.rules.second_person import Verdict

if TYPE_CHECKING:
    from store.engine import Unit
    from store.reader import Reader

_VERBS = {
    Verdict.APPROVED: ("Approve this?", "approve it", "accent"),
    Verdict.REFUSED: ("Refuse this?", "refuse it", "accent"),
    Verdict.BROKEN_GLASS: ("Break the glass?", "break it", "danger"),
}


class ApprovalsScreen(ShortList[ApprovalRow], Saving):
    """Lists requests, the newest first."""

    PLACE = APPROVALS
    TITLE_WORDS: ClassVar[str] = "Second person"
    BINDINGS = bindings_for(APPROVALS)

    def noun(self) -> str:
        """Return what one row is called."""
        return "request"

    def columns(self) -> tuple[Sequence[Column], Callable[[ApprovalRow], Sequence[Cell]]]:
        """Return the columns of requests."""
        return COLUMNS, lambda row: approval_cells(row, self.session.clock.wall())

    def key_of(self, row: ApprovalRow) -> Hashable:
        """Return its id."""
        return row.id

    def everything(self, reader: Reader) -> Sequence[ApprovalRow]:
        """Read the latest requests."""
        from store.reads.approvals import approvals

        return approvals(reader)

    def words_of(self, row: ApprovalRow) -> str:
        """Return who asked for what, and what became of it."""
        return f"{row.id} {row.kind} {row.operator} {row.summary} {row.verdict} {row.answered_by}"

    def described(self, row: ApprovalRow, width: int, height: int) -> Sheet:
        """Say what is asked for and what can be done about it."""
        return approval_sheet(row, self.session.clock.wall(), self._me, width, height)

    def nothing(self) -> str:
        """Say why there is none."""
        if self.narrowed:
            return f"No request has “{self.narrowed}” in it. Esc shows all."
        return "Nothing has been made to wait. The rule “Second person” of a policy says what does: r on Policies."

    def in_hand(self) -> dict[str, str]:
        """Return the request under the cursor."""
        return {**super().in_hand(), **({"request": self.row.id} if self.row is not None else {})}

    @property
    def _me(self) -> str:
        return self.session.actor.name if self.session.actor is not None else ""

    def open_row(self, row: ApprovalRow) -> None:
        """Approve it, after a question."""
        self.do_approve("")

    def do_approve(self, argument: str) -> None:
        """Ask whether to approve the request under the cursor."""
        self._ask(Verdict.APPROVED)

    def do_refuse(self, argument: str) -> None:
        """Ask whether to refuse it."""
        self._ask(Verdict.REFUSED)

    def do_break_glass(self, argument: str) -> None:
        """Ask for the reason, then whether to go on without a second person."""
        row = self.row
        if row is None:
            self._none()
        elif argument:
            self._ask(Verdict.BROKEN_GLASS, argument)
        else:
            from console.dialogs.form import Field, Form

            def check(values: dict[str, str]) -> str | Callable[[], object]:
                if not values["reason"].strip():
                    return "Breaking the glass needs a reason: why nobody could be waited for."
                return lambda: self._ask(Verdict.BROKEN_GLASS, values["reason"])

            fields = [Field("reason", "Reason", "", note="why nobody could be waited for; it is reviewed within a day")]
            self.ask(Form("Break the glass", line((row.summary, "strong")), fields, check))

    def do_review_glass(self, argument: str) -> None:
        """Note that one has looked at it."""
        if self.row is None or not self.row.unreviewed:
            self.say(("There is no broken glass to review under the cursor.", "finding"))
        else:
            self.review(self.row)

    def _none(self) -> None:
        self.say(("There is no request under the cursor.", "finding"))

    def _ask(self, verdict: Verdict, reason: str = "") -> None:
        from console.dialogs.question import Answer, Asked, Question

        row = self.row
        if row is None:
            self._none()
            return
        if not row.waits(self.session.clock.wall()):
            self.say((f"Request {row.id} does not wait any more.", "finding"))
            return
        title, verb, style = _VERBS[verdict]
        says = [line((f"{row.operator} asks to ", "quiet"), row.summary, (".", "quiet"))]
        if verdict is Verdict.APPROVED:
            says.append(line("They can then do exactly this, once, until ", f"{row.ends_at:%H:%M}Z."))
        if verdict is Verdict.BROKEN_GLASS:
            says.append(line(("It is flagged for everybody until another operator has looked at it.", "finding")))
        asked = Asked(title, f"request {row.id}", line(("   ", ""), (row.kind, "accent")), "", says, keep="leave it")
        answers = {"y": Answer(verb, lambda: self.begin(lambda: self.answer(row, verdict, reason)))}
        kept: Callable[[str], None] = lambda why: self.say(f"It waits on.{why}")  # noqa: E731
        self.ask(Question(asked, answers, self.session.clock.monotonic(), kept, style=style))

    @work(exit_on_error=False, description="answer a request")
    async def answer(self, row: ApprovalRow, verdict: Verdict, reason: str) -> None:
        """Answer it, and say so."""
        actor, now = self.session.actor, self.session.now
        assert actor is not None

        def work(unit: Unit) -> int:
            from store.writes.approvals import answer

            return answer(unit, row.id, verdict, actor, now, reason=reason)

        seq = await self.save(work)
        if seq is not None:
            self.say((f"{verdict.value.upper()} ", "good"), row.summary, (f", audit #{seq}", "quiet"))
            self.read_again()

    @work(exit_on_error=False, description="review a broken glass")
    async def review(self, row: ApprovalRow) -> None:
        """Note it, and say so."""
        actor, now = self.session.actor, self.session.now
        assert actor is not None

        def work(unit: Unit) -> int:
            from store.writes.approvals import review_glass

            return review_glass(unit, row.id, actor, now)

        seq = await self.save(work)
        if seq is not None:
            self.say(("REVIEWED ", "good"), row.summary, (f", audit #{seq}", "quiet"))
            self.read_again()
