"""Issuing a token: a form, a page to look it over, a second look at a risky pair, one question, and the secret shown once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import work

from console.actions import ISSUE
from console.desk import Late
from console.dialogs.question import Answer, Asked, Question
from console.render.issue_pages import Draft, hand_over, review
from console.render.pieces import Line
from console.render.sheet import line
from console.screens.desktop import bindings_for
from console.screens.flow import Flow
from console.screens.grounds import grounds, scope_rules
from console.screens.issue_form import IssueForm, Wish
from console.session import Session
from store.errors import OutcomeUnknown, StoreError
from store.rules.expiry import expiry_sentence
from store.rules.granting import split_at

if TYPE_CHECKING:
    from store.engine import Unit
    from store.reader import Reader
    from store.rows import AccountRow
    from store.writes.orders import Issued

T = TypeVar("T")
OFFERED = 50
"""So many accounts are offered at once; more words find the others."""


class IssueScreen(Flow):
    """Issues one token. `after` is told of it, and then shows what comes next under its secret; without it, its own page does."""

    PLACE = ISSUE
    TITLE_WORDS: ClassVar[str] = "Issue a token"
    BINDINGS = bindings_for(ISSUE)

    def __init__(self, session: Session, wish: Wish, after: Callable[[Issued], None] | None = None) -> None:
        super().__init__(session)
        self._filled = IssueForm(wish, lambda: session.now, self.search, self._checked, self._typed, self.leave, self.hand_on)
        self.form = self._filled.form
        self._wish, self._after = wish, after
        self._asked_for = ""
        self._draft: Draft | None = None
        self._accepted = False
        self._issued: Issued | None = None

    def on_mount(self) -> None:
        """Read the scopes, and the account where one is named."""
        self.read_rules()
        self.search("")
        if self._wish.account:
            self._typed()

    # Reads -------------------------------------------------------------------------------------------------------

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

    # Looking it over ---------------------------------------------------------------------------------------------

    def _checked(self, values: dict[str, str]) -> str | Callable[[], object]:
        if self._filled.grounds is None or not self._filled.rules.known:
            return "The account is still being read; Enter goes on in a moment."
        draft = self._filled.draft()
        self._draft, self._accepted = draft, False
        return self._ask_about_pair if draft.risky else self._review

    def _ask_about_pair(self) -> None:
        draft = self._draft
        assert draft is not None
        pair = draft.risky[0]
        says = (
            line(("Risky together: ", "danger"), (f"{pair.one} and {pair.other}", "strong"), f". Such a token {pair.why}."),
            line("Two tokens do the same work, and neither can do both when it leaks."),
            line(("Nothing is made yet.", "quiet")),
        )
        asked = Asked("Should one token hold both?", draft.name, self._where(draft), "", says, keep="change the scopes")
        answers = {
            "s": Answer("split it into two tokens", self._split),
            "b": Answer("one token holds both", self._accept),
        }
        self.ask(Question(asked, answers, self.session.clock.monotonic(), lambda why: self.fill_in()))

    def _accept(self) -> None:
        self._accepted = True
        self._review()

    def _split(self) -> None:
        """Issue two tokens, one after the other: this form goes on with the first half."""
        draft = self._draft
        assert draft is not None
        first, second = split_at(draft.risky, [scope.name for scope in draft.scopes])
        both = Wish(draft.account_id, draft.name, draft.owner, draft.environment, rationale=draft.rationale)
        one = replace(both, scopes=first, about=f"The first of two tokens: without {', '.join(second)}.")
        two = replace(both, name=f"{draft.name} ({', '.join(second)})", scopes=second, about="The second of two tokens.")
        last = self._after

        def go_on(issued: Issued) -> None:
            self.app.push_screen(IssueScreen(self.session, two, last))

        self.app.switch_screen(IssueScreen(self.session, one, go_on))

    def _review(self) -> None:
        draft, actor = self._draft, self.session.actor
        assert draft is not None
        assert actor is not None
        maker = f"{actor.name}, {actor.role}, for our staff"
        lines = review(draft, maker, self.session.case or "", self.session.now, self.dock().room[0])
        keys = line(("Enter", "key"), " issue it, after one more question    ", ("Esc", "key"), " change something")
        self.look_over(line(("Look it over: nothing is made yet", "title")), [*lines, (), keys])

    def do_go_on(self, argument: str) -> None:
        """Ask the last question."""
        draft = self._draft
        if draft is None or not self.looked_over:
            self.fill_in()
            return
        says = (
            line(f"{expiry_sentence(draft.expires_at, self.session.now)}. ", "Its secret is shown once, right after this."),
            line(("It can be revoked at any time.", "quiet")),
        )
        filed = f"filed under {self.session.case}" if self.session.case else ""
        asked = Asked("Issue this token?", draft.name, self._where(draft), filed, says, keep="look at it again")
        answers = {"y": Answer("issue it", lambda: self._begin(draft))}
        self.ask(Question(asked, answers, self.session.clock.monotonic(), self._kept, style="accent"))

    def _where(self, draft: Draft) -> Line:
        return line(f"   {draft.account_name} · {draft.environment} · {draft.tier.value}")

    def _kept(self, why: str) -> None:
        self.say(f"Nothing was issued.{why}")

    # Issuing -----------------------------------------------------------------------------------------------------

    def _begin(self, draft: Draft) -> None:
        self.busy = True
        self.issue(draft)

    @work(exit_on_error=False, description="issue a token")
    async def issue(self, draft: Draft) -> None:
        """Make the token and show its secret, once."""
        from store.writes.orders import IssueOrder

        session = self.session
        assert session.actor is not None
        now = session.now
        order = IssueOrder(
            account_id=draft.account_id,
            name=draft.name,
            owner=draft.owner,
            scopes=tuple(scope.name for scope in draft.scopes),
            expires_at=draft.expires_at,
            actor=session.actor,
            environment=draft.environment,
            rationale=draft.rationale,
            case=session.case,
            accept_risk=self._accepted,
        )
        try:
            mint = session.desk.store.mint()

            def work(unit: Unit) -> Issued:
                from store.writes.issuing import issue

                return issue(unit, order, now, mint)

            issued = await session.desk.change(work, order.action_id)
        except OutcomeUnknown as error:
            self.say(("UNKNOWN. ", "danger"), (f"{error.problem} Look at the account's tokens before repeating it.", "quiet"))
            self.undock()
        except StoreError as error:
            self.fill_in()
            self.explain(error)
        else:
            session.own.add(issued.seq)
            self.busy = False
            self._show(issued, draft)
        finally:
            self.busy = False

    def _show(self, issued: Issued, draft: Draft) -> None:
        """Show the secret, at once; what comes next is found when it is left."""
        from console.screens.secret import SecretScreen

        self._issued = issued
        owner = draft.owner_name or draft.owner
        self.look_over(line(("Issued", "title")), [line(("ISSUED ", "good"), f"…{issued.hint}, audit #{issued.seq}")])
        self.app.push_screen(SecretScreen(self.session, issued, lambda width: hand_over(owner, issued.expires_at, width)))

    def on_screen_resume(self) -> None:
        """Go on once the secret has been left."""
        if self._issued is not None:
            self.move_on(self._issued)

    @work(exit_on_error=False, description="go on after issuing")
    async def move_on(self, issued: Issued) -> None:
        """Tell whoever waits for the token, or open its page."""
        from console.render.token_facts import TokenFacts
        from console.screens.detail import DetailScreen
        from store.reads.tokens import token

        now, app, after = self.session.now, self.app, self._after
        if after is not None:
            app.pop_screen()
            after(issued)
            return
        try:
            row = await self.session.desk.ask("issued", lambda reader: token(reader, issued.key, now))
        except (Late, StoreError):
            row = None
        if row is None:
            self.leave()
        else:
            app.switch_screen(DetailScreen(self.session, TokenFacts(row)))
