"""The customers: how many live tokens each has, which are worth a look, and how much they call."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import work

from console.actions import ACCOUNTS
from console.render.account_rows import COLUMNS, account_cells, account_sheet
from console.render.column import Column
from console.render.freshness import recorded_right
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet
from console.screens.desktop import bindings_for
from console.screens.listed import Got, Listed
from console.session import Session
from console.widgets.windowed_list import Ask
from store.rows import AccountLine

if TYPE_CHECKING:
    from console.reports.exports import Export
    from store.reader import Reader
    from store.rows import Freshness, MemberRow


class AccountsScreen(Listed[AccountLine]):
    """Lists accounts in the order of their ids."""

    PLACE = ACCOUNTS
    TITLE_WORDS: ClassVar[str] = "Accounts"
    BINDINGS = bindings_for(ACCOUNTS)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._people: tuple[str, Sequence[MemberRow]] | None = None
        self._fresh: Freshness | None = None

    def columns(self) -> tuple[Sequence[Column], Callable[[AccountLine], Sequence[Cell]]]:
        """Return the columns of accounts."""
        return COLUMNS, lambda row: account_cells(row, self.session.now)

    def status_line(self, width: int) -> Line:
        """Return how far the numbers of usage are known."""
        return () if self._fresh is None else recorded_right((), self._fresh, self.session.now, width)

    def key_of(self, row: AccountLine) -> Hashable:
        """Return the account's id."""
        return row.id

    def page(self, reader: Reader, ask: Ask) -> Got[AccountLine]:
        """Read a page."""
        from store.reads.accounts import account_lines
        from store.reads.usage import freshness

        self._fresh = freshness(reader)
        after, before = cast("str | None", ask.after), cast("str | None", ask.before)
        rows = account_lines(
            reader, self.session.now, ask.count, text=self.narrowed, after=after, before=None if after else before,
            offset=ask.offset, last=ask.from_end,
        )  # fmt: skip
        return Got(rows, [row.id for row in rows])

    def number(self, reader: Reader) -> int:
        """Count the accounts."""
        from store.reads.accounts import count_accounts

        return count_accounts(reader, text=self.narrowed)

    def place_of(self, reader: Reader, key: Hashable) -> int | None:
        """Return how many accounts stand before one."""
        from store.reads.accounts import account, count_accounts

        if account(reader, str(key), self.session.now) is None:
            return None
        return count_accounts(reader, text=self.narrowed, before=str(key))

    def account_here(self) -> str:
        """Return the account under the cursor."""
        return "" if self.row is None else self.row.id

    def in_hand(self) -> dict[str, str]:
        """Return the words the list is narrowed to, and the account under the cursor."""
        from console.command_lines import of_account

        return {**super().in_hand(), **of_account(self.account_here())}

    def exported(self) -> Export:
        """Return the list as it is narrowed."""
        from console.reports.exports import accounts_export

        total = self.table.total
        return accounts_export(self.narrowed, self.session.now, total.rows if total.exact else None)

    def described(self, row: AccountLine, width: int, height: int) -> Sheet:
        """Say what is known of the account."""
        people = self._people[1] if self._people is not None and self._people[0] == row.id else None
        return account_sheet(row, people, self.session.now, width, height)

    def nothing(self) -> str:
        """Say why there is none."""
        if self.narrowed:
            return f"No account has “{self.narrowed}” in its name or id. Esc shows all."
        return "This store has no accounts yet. `tokendesk import tokens FILE` brings some in."

    def open_row(self, row: AccountLine) -> None:
        """Show everything about the account."""
        from console.screens.account import AccountScreen

        self.app.push_screen(AccountScreen(self.session, row.id, row))

    def do_reviews(self, argument: str) -> None:
        """Show the reviews; a new one takes the tokens of the account under the cursor."""
        from console.screens.reviews import ReviewsScreen

        self.app.push_screen(ReviewsScreen(self.session, self.account_here()))

    def rested(self) -> None:
        """Read who is in the account."""
        super().rested()
        row = self.row if self.is_mounted else None
        if row is not None and self.session.ready and (self._people is None or self._people[0] != row.id):
            self.read_people(row.id)

    @work(exit_on_error=False, description="read the people of an account")
    async def read_people(self, account_id: str) -> None:
        """Read who is in an account."""
        from store.reads.accounts import members

        async def read() -> None:
            people = await self.session.desk.ask("people", lambda reader: members(reader, account_id))
            self._people = (account_id, people)
            super(AccountsScreen, self).rested()

        await self.tried(read)

    def do_issue(self, argument: str) -> None:
        """Open the form a token is issued by, for the account under the cursor."""
        from console.screens.issue import IssueScreen
        from console.screens.issue_form import Wish

        account_id = argument or (self.row.id if self.row is not None else "")
        self.app.push_screen(IssueScreen(self.session, Wish(account=account_id)))
