"""One notice word for word, as it goes to the customer, and how far it is."""

from __future__ import annotations

from typing import ClassVar

from textual import work

from console.actions import NOTICE
from console.render.items import Item
from console.render.notice_rows import notice_page
from console.render.notice_words import short_id
from console.render.pieces import Line
from console.render.sheet import line
from console.screens.desktop import bindings_for
from console.screens.paged import Paged
from console.screens.retrying import Retrying
from console.screens.token_links import TokenLinks
from console.session import Session
from store.errors import NotFound
from store.notice_rows import NoticeRow
from store.rows import TokenKey


class NoticeScreen(Paged, Retrying, TokenLinks):
    """Shows a notice; Enter on its token opens that."""

    PLACE = NOTICE
    TITLE_WORDS: ClassVar[str] = "Notice"
    BINDINGS = bindings_for(NOTICE)
    PAGES = ("notice",)

    def __init__(self, session: Session, row: NoticeRow) -> None:
        super().__init__(session)
        self.shown = row

    def on_mount(self) -> None:
        """Draw it."""
        self.undock()

    def items(self, width: int, height: int) -> list[Item]:
        """Return the text and what is known of its way."""
        return notice_page(self.shown, self.session.now, width)

    def titled(self) -> Line:
        """Name the page."""
        return line(("Notice ", "title"), (short_id(self.shown), "accent"), (f" · {self.shown.kind.value}", "quiet"))

    def open_item(self, opens: tuple[str, ...]) -> None:
        """Open the token."""
        _, account, token = opens
        self.open_token(TokenKey((account, token)))

    def in_hand(self) -> dict[str, str]:
        """Return the notice and its token."""
        from console.command_lines import of_token

        return {**super().in_hand(), **of_token(*self.shown.key)}

    def the_notice(self) -> NoticeRow | None:
        """Return the notice that is shown."""
        return self.shown

    def retried(self) -> None:
        """Read it again."""
        self.read()

    def do_refresh(self, argument: str) -> None:
        """Read it again."""
        self.read()

    def store_changed(self) -> None:
        """Read it again: it may have been sent meanwhile."""
        self.read()

    @work(exit_on_error=False, description="read a notice")
    async def read(self) -> None:
        """Read how far it is now."""
        from console.desk import Late
        from store.errors import StoreError
        from store.reads.notices import the_notice

        wanted = self.shown.id
        try:
            self.shown = await self.session.desk.ask("the notice", lambda reader: the_notice(reader, wanted))
        except Late:
            return
        except NotFound:
            self.say(("This notice is no longer in the store.", "finding"))
        except StoreError as error:
            self.explain(error)
        self.undock()
