"""What customers are told, the newest first: what waits, what was sent, and what nobody took."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar

from console.actions import NOTICES
from console.render.column import Column
from console.render.notice_rows import COLUMNS, notice_cells, notice_sheet
from console.render.notice_words import unaddressed_words
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, cut_line, line
from console.screens.desktop import bindings_for
from console.screens.listed import Got, Listed
from console.screens.retrying import Retrying
from console.session import Session
from console.widgets.windowed_list import Ask
from store.notice_rows import NoticeRow

if TYPE_CHECKING:
    from console.screens.notice_sending import Sending
    from store.reader import Reader


class NoticesScreen(Listed[NoticeRow], Retrying):
    """Lists notices, and sends what waits by the ways that are set up, as the command does."""

    PLACE = NOTICES
    TITLE_WORDS: ClassVar[str] = "Notices"
    BINDINGS = bindings_for(NOTICES)

    def __init__(self, session: Session, words: str = "") -> None:
        super().__init__(session)
        self.narrowed = words.strip()
        self.sending: Sending | None = None
        self.unaddressed = 0

    def columns(self) -> tuple[Sequence[Column], Callable[[NoticeRow], Sequence[Cell]]]:
        """Return the columns of notices."""
        return COLUMNS, lambda row: notice_cells(row, self.session.now)

    def key_of(self, row: NoticeRow) -> Hashable:
        """Return the notice's id."""
        return row.id

    def page(self, reader: Reader, ask: Ask) -> Got[NoticeRow]:
        """Read a page."""
        from store.reads.notices import notice_page

        rows = notice_page(reader, ask.first, ask.count, self.narrowed)
        return Got(rows, [row.id for row in rows])

    def number(self, reader: Reader) -> int:
        """Count the notices."""
        from store.reads.notices import count_notices, unaddressed

        self.unaddressed = len(unaddressed(reader))
        return count_notices(reader, self.narrowed)

    def status_line(self, width: int) -> Line:
        """Say how many people cannot be mailed, and how to see what is for them."""
        if not self.unaddressed:
            return super().status_line(width)
        words = f" {unaddressed_words(self.unaddressed)}; "
        return cut_line(line((words, "finding"), ("/", "key"), " no-address", (" shows theirs", "quiet")), width)

    def place_of(self, reader: Reader, key: Hashable) -> int | None:
        """Return how many notices stand before one."""
        from store.reads.notices import place_of_notice

        return place_of_notice(reader, str(key), self.narrowed)

    def described(self, row: NoticeRow, width: int, height: int) -> Sheet:
        """Say how far it is, and what it says."""
        return notice_sheet(row, self.session.now, width, height)

    def nothing(self) -> str:
        """Say why there is none."""
        if self.narrowed:
            return f"No notice has “{self.narrowed}” in it. Esc shows all."
        return "No notice yet. Revocations, rotations and exposures write theirs; `tokendesk notices due` finds the others."

    def open_row(self, row: NoticeRow) -> None:
        """Show it word for word."""
        from console.screens.notice import NoticeScreen

        self.app.push_screen(NoticeScreen(self.session, row))

    def do_send_notices(self, argument: str) -> None:
        """Ask whether to send what waits."""
        from console.screens.notice_sending import ask_send

        if self.sending is None:
            self.in_background(ask_send, self, argument, description="ask about sending")

    def do_close(self, argument: str) -> None:
        """Stop sending after the notice under way; else close what is open."""
        if self.sending is not None and self.dialog is None:
            self.sending.stop = True
            self.say(*self.sending.words)
        else:
            super().do_close(argument)

    def do_quit(self, argument: str) -> None:
        """Stop sending first, as Esc does."""
        if self.sending is not None:
            self.do_close(argument)
        else:
            super().do_quit(argument)

    def the_notice(self) -> NoticeRow | None:
        """Return the notice under the cursor."""
        return self.row

    def retried(self) -> None:
        """Read the list again."""
        self.read_again()
