"""The policies: the default and every account's own, with their limits; `e` edits one after a preview, `n` sets a new one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import POLICIES
from console.render.column import Column
from console.render.pieces import Cell
from console.render.policy_rows import COLUMNS, policy_cells, policy_sheet
from console.render.sheet import Sheet, line
from console.screens.desktop import bindings_for
from console.screens.policy import PolicyScreen
from console.screens.short_list import ShortList
from store.reads.policies import PolicyLine

if TYPE_CHECKING:
    from console.screens.desktop import Desktop
    from console.session import Session
    from store.reader import Reader


class PoliciesScreen(ShortList[PolicyLine]):
    """Lists the default policy first, set or not."""

    PLACE = POLICIES
    TITLE_WORDS: ClassVar[str] = "Policies"
    BINDINGS = bindings_for(POLICIES)

    def noun(self) -> str:
        """Return what one row is called."""
        return "policy"

    def columns(self) -> tuple[Sequence[Column], Callable[[PolicyLine], Sequence[Cell]]]:
        """Return the columns of policies."""
        return COLUMNS, policy_cells

    def key_of(self, row: PolicyLine) -> Hashable:
        """Return whose it is."""
        return row.account_id

    def everything(self, reader: Reader) -> Sequence[PolicyLine]:
        """Read every policy."""
        from store.reads.policies import policies

        return policies(reader, self.session.now)

    def words_of(self, row: PolicyLine) -> str:
        """Return whose it is and who set it."""
        return f"{row.account_name} {row.account_id} {'default every account' if row.is_default else ''} {row.updated_by}"

    def described(self, row: PolicyLine, width: int, height: int) -> Sheet:
        """Say each limit in words."""
        return policy_sheet(row, self.session.now, width, height)

    def nothing(self) -> str:
        """Say why there is none."""
        return f"No policy is of “{self.narrowed}”. Esc shows all; n sets a new one."

    def open_row(self, row: PolicyLine) -> None:
        """Edit it; who may not sees why."""
        self.do(next(action for action in self.actions if action.id == "edit-policy"))

    def do_edit_policy(self, argument: str) -> None:
        """Edit the policy under the cursor, or that of the account named."""
        if argument:
            self.find(argument)
        elif self.row is None:
            self.say(("There is no policy under the cursor.", "finding"))
        else:
            self.app.push_screen(PolicyScreen(self.session, self.row.account_id))

    def in_hand(self) -> dict[str, str]:
        """Return whose policy is under the cursor."""
        return {**super().in_hand(), "account": self.row.account_id if self.row is not None else ""}

    def do_new_policy(self, argument: str) -> None:
        """Ask which account gets a policy of its own."""
        if argument:
            self.find(argument)
            return
        from console.dialogs.form import Field, Form

        def check(values: dict[str, str]) -> str | Callable[[], object]:
            account = values["account"]
            return (lambda: self.find(account)) if account else "Type the account's id or its whole name."

        about = line(("An account's own policy can only be tighter than the default.", "quiet"))
        form = Form("New policy", about, [Field("account", "Account", note="its id or whole name")], check)
        form.command = self.command_of("new-policy", lambda: form.values)
        self.ask(form)

    def do_rules(self, argument: str) -> None:
        """Show the rules of the policy under the cursor, or of the account named."""
        from console.screens.rules import RulesScreen

        if argument:
            self.find(argument, RulesScreen)
        elif self.row is None:
            self.say(("There is no policy under the cursor.", "finding"))
        else:
            self.app.push_screen(RulesScreen(self.session, self.row.account_id))

    def do_due(self, argument: str) -> None:
        """List what is due by the policy under the cursor, by all under the default one, or in the account named."""
        from console.screens.due import DueScreen

        if argument:
            self.find(argument, DueScreen)
        else:
            self.app.push_screen(DueScreen(self.session, self.row.account_id if self.row is not None else ""))

    def do_reviews(self, argument: str) -> None:
        """Show the reviews."""
        from console.screens.reviews import ReviewsScreen

        self.app.push_screen(ReviewsScreen(self.session))

    @work(exit_on_error=False, description="find an account")
    async def find(self, name: str, screen: Callable[[Session, str], Desktop] = PolicyScreen) -> None:
        """Open a screen on the account of this id, or on the only one of this name: the form of its policy."""
        from store.reads.accounts import account_ids

        async def read() -> None:
            found = await self.session.desk.ask("find account", lambda reader: account_ids(reader, name))
            if len(found) == 1:
                self.app.push_screen(screen(self.session, found[0]))
            elif found:
                self.say((f"{len(found)} accounts have this name; give the id: ", "finding"), ", ".join(found[:5]))
            else:
                self.say(("There is no account of this id or name.", "finding"))

        await self.tried(read)
