"""Everything about one account, on four pages: overview, tokens, people, audit. Its numbers open the token list."""

from __future__ import annotations

from typing import ClassVar

from textual import work

from console.actions import ACCOUNT
from console.desk import Late
from console.render import account_lists, account_pages
from console.render.account_pages import AccountFacts
from console.render.freshness import recorded_line
from console.render.items import Item
from console.render.pieces import Line
from console.render.sheet import line
from console.screens.desktop import bindings_for
from console.screens.member_email import MemberEmail
from console.screens.paged import Paged
from console.screens.token_links import TokenLinks
from console.session import Session
from store.errors import StoreError
from store.reader import Reader
from store.rows import AccountLine, MemberRow, TokenKey

MONTH_HOURS, SHOWN_TOKENS, SHOWN_LINES = 720, 200, 200


class AccountScreen(Paged, MemberEmail, TokenLinks):
    """Shows one account; it is pinned by its id, whatever it is called."""

    PLACE = ACCOUNT
    TITLE_WORDS: ClassVar[str] = "Account"
    BINDINGS = bindings_for(ACCOUNT)
    PAGES = ("overview", "tokens", "people", "audit")

    def __init__(self, session: Session, account_id: str, known: AccountLine | None = None, page: str = "") -> None:
        super().__init__(session, page)
        self.account_id = account_id
        self.facts = None if known is None else AccountFacts(known)
        self._gone = False

    def on_mount(self) -> None:
        """Read everything."""
        self.undock()
        if self.session.ready:
            self.read()

    def show_store(self) -> None:
        """Read everything, now that the store is open."""
        self.read()

    def store_changed(self) -> None:
        """Read again."""
        self.read()

    @work(exit_on_error=False, description="read an account")
    async def read(self) -> None:
        """Read the account and everything about it."""
        account_id, now = self.account_id, self.session.now

        def everything(reader: Reader) -> AccountFacts | None:
            from store.reads.accounts import account_line, people
            from store.reads.audit import lines
            from store.reads.policies import in_force_for
            from store.reads.tokens import Question
            from store.reads.tokens import lines as token_lines
            from store.reads.usage import account_hours, freshness
            from store.reads.views import counts_of_account
            from store.rules.filters import of_account

            account = account_line(reader, account_id, now)
            if account is None:
                return None
            return AccountFacts(
                account,
                counts=counts_of_account(reader, account_id, now),
                hours=account_hours(reader, account_id, now, MONTH_HOURS),
                fresh=freshness(reader),
                policy=in_force_for(reader, account_id),
                people=people(reader, account_id, now),
                tokens=token_lines(reader, Question(filter=of_account(account_id)), now, SHOWN_TOKENS).rows,
                audit=lines(reader, account=account_id, limit=SHOWN_LINES),
            )

        try:
            facts = await self.session.desk.ask("account", everything)
        except Late:
            return
        except StoreError as error:
            self.say((error.problem, "danger"), (f" {error.remedy}", "quiet"), "  ", ("ctrl-r", "key"), " tries again")
            return
        if facts is None:
            self._gone = self.facts is None
            self.say(("This account is not in the store.", "finding"))
        else:
            self.facts = facts
        if self.is_mounted and self.dialog is None:
            self.undock()

    # Drawing -----------------------------------------------------------------------------------------------------

    def items(self, width: int, height: int) -> list[Item]:
        """Return the lines of the page that is open."""
        facts, now = self.facts, self.session.now
        if facts is None:
            return [Item(line(("There is no such account." if self._gone else "Reading…", "quiet")))]
        match self.page:
            case "tokens":
                return account_lists.tokens(facts, now, width)
            case "people":
                return account_lists.people(facts, now, width)
            case "audit":
                return account_lists.audit(facts, now, width)
            case _:
                return account_pages.overview(facts, now, width, height)

    def titled(self) -> Line:
        """Name the account."""
        name = self.facts.account.name if self.facts is not None else ""
        return line((name or self.account_id, "title"), (f" · {self.account_id}", "accent"))

    def status_line(self, width: int) -> Line:
        """Say how far usage is known."""
        fresh = self.facts.fresh if self.facts is not None else None
        return () if fresh is None else recorded_line(fresh, self.session.now, width, hourly=True)

    # Opening -----------------------------------------------------------------------------------------------------

    def open_item(self, opens: tuple[str, ...]) -> None:
        """Open the token list narrowed to the account, or one of its tokens."""
        from store.rules.filters import of_account, quoted

        match opens:
            case ("view", name):
                self.show_tokens(of_account(self.account_id), name)
            case ("person", member):
                who = quoted(member)
                self.show_tokens(f"{of_account(self.account_id)} ( owner={who} or creator={who} )", "live")
            case ("token", account, token):
                self.open_token(TokenKey((account, token)))

    def do_edit_policy(self, argument: str) -> None:
        """Edit the policy of this account."""
        from console.screens.policy import PolicyScreen

        self.app.push_screen(PolicyScreen(self.session, self.account_id))

    def do_rules(self, argument: str) -> None:
        """Show the rules of this account's policy."""
        from console.screens.rules import RulesScreen

        self.app.push_screen(RulesScreen(self.session, self.account_id))

    def do_due(self, argument: str) -> None:
        """List what is due in this account."""
        from console.screens.due import DueScreen

        self.app.push_screen(DueScreen(self.session, self.account_id))

    def the_person(self) -> MemberRow | None:
        """Return the person under the cursor, on the page of people."""
        facts = self.facts
        items = self.items(*self.dock().room) if self.page == "people" and facts is not None else []
        opens = items[self.cursor].opens if 0 <= self.cursor < len(items) else ()
        known = {one.member.id: one.member for one in (facts.people if facts is not None else None) or ()}
        return known.get(opens[1]) if opens else None

    def saved_email(self) -> None:
        """Read the account again."""
        self.read()

    def account_here(self) -> str:
        """Return this account."""
        return self.account_id

    def in_hand(self) -> dict[str, str]:
        """Return this account."""
        from console.command_lines import of_account

        person = self.the_person()
        return {**super().in_hand(), **of_account(self.account_id), "member": person.id if person is not None else ""}

    def do_reviews(self, argument: str) -> None:
        """Show the reviews."""
        from console.screens.reviews import ReviewsScreen

        self.app.push_screen(ReviewsScreen(self.session, self.account_id))

    def do_account_overview(self, argument: str) -> None:
        """Show who it is."""
        self.turn("overview")

    def do_account_tokens(self, argument: str) -> None:
        """Show its tokens."""
        self.turn("tokens")

    def do_account_people(self, argument: str) -> None:
        """Show who is in it."""
        self.turn("people")

    def do_account_audit(self, argument: str) -> None:
        """Show what was done in it."""
        self.turn("audit")

    def do_issue(self, argument: str) -> None:
        """Open the form a token is issued by, for this account."""
        from console.screens.issue import IssueScreen
        from console.screens.issue_form import Wish

        self.app.push_screen(IssueScreen(self.session, Wish(account=argument or self.account_id)))

    def do_refresh(self, argument: str) -> None:
        """Read again."""
        self.read()
