"""What the page a token is issued on reads: the scopes, the accounts that are searched, and the account that is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from textual import work

from console.desk import Late
from console.screens.flow import Flow
from console.screens.grounds import grounds, scope_rules
from console.screens.issue_form import IssueForm, Wish
from console.session import Session
from store.errors import StoreError

if TYPE_CHECKING:
    from store.reader import Reader
    from store.rows import AccountRow

T = TypeVar("T")
OFFERED = 50
"""So many accounts are offered at once; more words find the others."""


class IssueReading(Flow):
    """Keeps the form's knowledge up to date while it is filled in. `checked` is what the form goes on to."""

    def __init__(self, session: Session, wish: Wish, checked: Callable[[dict[str, str]], str | Callable[[], object]]) -> None:
        super().__init__(session)
        self._filled = IssueForm(wish, lambda: session.now, self.search, checked, self._typed, self.leave, self.hand_on)
        self.form = self._filled.form
        self.form.command = self.command_of("issue")
        self._wish = wish
        self._asked_for = ""

    def on_mount(self) -> None:
        """Read the scopes, and the account where one is named."""
        self.read_rules()
        self.search("")
        if self._wish.account:
            self._typed()

    @work(exit_on_error=False, description="read the scopes")
    async def read_rules(self) -> None:
        """Read which scopes there are."""
        await self._read("issue scopes", scope_rules, self._filled.know_rules)

    @work(exit_on_error=False, description="search accounts")
    async def search(self, text: str) -> None:
        """Find the accounts with `text` in their name or id."""
        now = self.session.now

        def find(reader: Reader) -> tuple[AccountRow, ...]:
            from store.reads.accounts import accounts

            return accounts(reader, now, OFFERED, text=text.strip())

        await self._read("issue accounts", find, lambda found: self._filled.know_accounts(found, text))

    @work(exit_on_error=False, description="read the grounds of an account")
    async def read_account(self, account_id: str) -> None:
        """Read who is in the account and what its policy allows; an account that does not exist is searched for."""
        now = self.session.now
        known = await self._read("issue grounds", lambda reader: grounds(reader, account_id, now), self._filled.know_grounds)
        if known is None and self._filled.account.given == account_id:
            self._filled.account.clear()
            self._filled.account.paste(account_id)
            self.know()

    async def _read(self, lane: str, read: Callable[[Reader], T], know: Callable[[T], None]) -> T | None:
        try:
            answer = await self.session.desk.ask(lane, read)
        except Late:
            return None
        except StoreError as error:
            self.explain(error)
            return None
        know(answer)
        self.know()
        return answer

    def _typed(self) -> None:
        """Read about the account, once another one is chosen."""
        chosen = self._filled.account.given
        if chosen != self._asked_for:
            self._asked_for = chosen
            self._filled.know_grounds(None)
            if chosen:
                self.read_account(chosen)
