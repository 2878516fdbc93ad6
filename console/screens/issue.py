"""Issuing a token: a form, a page to look it over, a second look at a risky pair, one question, and the secret shown once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events, work

from console.actions import ISSUE
from console.desk import Late
from console.dialogs.question import Answer, Asked, Question
from console.render.issue_pages import Draft, hand_over, review
from console.render.pieces import Line
from console.render.sheet import line
from console.screens.desktop import bindings_for
from console.screens.issue_form import Wish
from console.screens.issue_reading import IssueReading
from console.session import Session
from store.errors import OutcomeUnknown, StoreError
from store.rules.expiry import expiry_sentence
from store.rules.granting import split_at
from store.rules.secrets import Secret

if TYPE_CHECKING:
    from store.engine import Unit
    from store.writes.orders import Issued

KEYS_BELOW = ((), line(("Enter", "key"), " issue it, after one more question    ", ("Esc", "key"), " change something"))
"""What stands below a token that is looked over."""


class IssueScreen(IssueReading):
    """Issues one token. `after` is told of it, and then shows what comes next under its secret; without it, its own page does."""

    PLACE = ISSUE
    TITLE_WORDS: ClassVar[str] = "Issue a token"
    BINDINGS = bindings_for(ISSUE)

    def __init__(self, session: Session, wish: Wish, after: Callable[[Issued], None] | None = None) -> None:
        super().__init__(session, wish, self._checked)
        self._after = after
        self._draft: Draft | None = None
        self._accepted = False
        self._issued: Issued | None = None

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
        both = Wish(draft.account_id, draft.name, draft.owner, draft.environment, rationale=draft.rationale,
                    split=self._wish.split)  # fmt: skip
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
        self.look_over(line(("Look it over: nothing is made yet", "title")), [*lines, *KEYS_BELOW])

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
        question = Question(asked, answers, self.session.clock.monotonic(), self._kept, style="accent")
        question.command = self.command_of("issue")
        self.look_over(self._page_title, self._page[: -len(KEYS_BELOW)])  # its keys mean nothing while the question is open
        self.ask(question)

    def in_hand(self) -> dict[str, str]:
        """Return the token as it is filled in."""
        risk = "yes" if self._accepted else ""
        return {**super().in_hand(), **self.form.values, "accept-risk": risk}

    def _where(self, draft: Draft) -> Line:
        return line(f"   {draft.account_name} · env {draft.environment} · {draft.tier.value}")

    def _kept(self, why: str) -> None:
        self._review()
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
            split=self._wish.split,
        )
        try:
            mint = session.desk.store.mint()

            def work(unit: Unit) -> Issued:
                from store.writes.issuing import issue

                return issue(unit, order, now, mint)

            issued = await session.desk.change(work, order.action_id, now)
        except OutcomeUnknown as error:
            self.say(("UNKNOWN. ", "danger"), (f"{error.problem} Look at the account's tokens before repeating it.", "quiet"))
            self.undock()
        except StoreError as error:
            self.fill_in()
            self.explain(error)
        else:
            session.made = issued.key
            session.changes += 1  # there is a new token: the list below reads again
            self.busy = False
            self._show(issued, draft)
        finally:
            self.busy = False

    def _show(self, issued: Issued, draft: Draft) -> None:
        """Show the secret, at once; what comes next is found when it is left."""
        from console.screens.secret import SecretScreen

        self._issued = replace(issued, token=Secret(""))
        owner = draft.owner_name or draft.owner
        self.look_over(line(("Issued", "title")), [line(("ISSUED ", "good"), f"…{issued.hint}, audit #{issued.seq}")])
        self.app.push_screen(SecretScreen(self.session, issued, lambda width: hand_over(owner, issued.expires_at, width)))

    def on_screen_resume(self, event: events.ScreenResume) -> None:
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
