"""The rules of a policy besides its limits: a page in plain words, a form, what a change would mean, then a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import RULES
from console.desk import Late
from console.render.counts import counted, many
from console.render.items import Item
from console.render.pieces import Line
from console.render.rule_pages import rule_items, rules_preview_items
from console.render.sheet import line
from console.screens.desktop import bindings_for
from console.screens.paged import Paged
from console.screens.policy_choosing import PolicyChoosing
from console.screens.rule_form import rule_form, said_words
from console.screens.token_links import TokenLinks
from console.session import Session
from store.errors import StoreError
from store.rows import TokenKey
from store.rules.policies import DEFAULT, InForce, Limits, in_force
from store.rules.policy_choice import Effect
from store.rules.policy_rules import RuleInForce, rules_in_force

if TYPE_CHECKING:
    from store.engine import Unit
    from store.reader import Reader
    from store.reads.rules_preview import RulesPreview
    from store.writes.policy_rules import RulesSaved


@dataclass(frozen=True, slots=True)
class Known:
    """Rules as they were read: the account's name, its own, the default's, and the limits in force beside them."""

    name: str
    own: Mapping[str, str]
    default: Mapping[str, str]
    limits: tuple[InForce, ...]


class RulesScreen(Paged, PolicyChoosing, TokenLinks):
    """Shows and edits the rules of one account, or the default's for an empty id."""

    PLACE = RULES
    TITLE_WORDS: ClassVar[str] = "Rules"
    BINDINGS = bindings_for(RULES)
    PAGES = ("rules",)

    def __init__(self, session: Session, account_id: str) -> None:
        super().__init__(session)
        self.account_id = account_id
        self.known: Known | None = None
        self.typed: dict[str, str] = {}
        self.given: dict[str, str] | None = None
        self.means: RulesPreview | None = None
        self._problem = ""

    @property
    def present(self) -> Mapping[str, str]:
        """Return the policy's own rules as they are saved now."""
        assert self.known is not None
        return self.known.default if self.account_id == DEFAULT else self.known.own

    def on_mount(self) -> None:
        """Read the rules."""
        self.undock()
        self.read()

    def store_changed(self) -> None:
        """Read the rules again, unless a change of them is being looked at."""
        if self.given is None and self.dialog is None:
            self.read()

    @work(exit_on_error=False, description="read the rules of a policy")
    async def read(self) -> None:
        """Read the rules."""
        account_id, now = self.account_id, self.session.now

        def known(reader: Reader) -> Known | None:
            from store.reads.accounts import account
            from store.reads.policies import limits_of
            from store.reads.policy_rules import rules_of

            found = account(reader, account_id, now) if account_id != DEFAULT else None
            if account_id != DEFAULT and found is None:
                return None
            own, default = rules_of(reader, account_id)
            mine, theirs = limits_of(reader, account_id)
            limits = in_force(Limits() if account_id == DEFAULT else mine, theirs)
            return Known(found.name or account_id if found else "every account", own, default, limits)

        try:
            self.known = await self.session.desk.ask("rules", known)
        except Late:
            return
        except StoreError as error:
            self._problem = error.problem
            self.explain(error)
        else:
            self._problem = "There is no such account." if self.known is None else ""
        if self.is_mounted and self.dialog is None:
            self.undock()
            self.draw_edges()

    # The page ----------------------------------------------------------------------------------------------------

    def items(self, width: int, height: int) -> list[Item]:
        """Return the rules in force, or what changed ones would mean."""
        known, every = self.known, self.account_id == DEFAULT
        if known is None:
            return [Item(line((self._problem or "Reading…", "quiet")))]
        if self.given is None:
            return rule_items(rules_in_force(known.own, known.default), known.limits, known.own, width, every=every)
        if self.means is None:
            return [Item(line(("Looking at every live token…", "quiet")))]
        before, after = self._before_and_after(known, self.given)
        return rules_preview_items(
            before, after, known.limits, self.means, self.choice, self.session.now, width, every=every
        )  # fmt: skip

    def _before_and_after(
        self, known: Known, given: Mapping[str, str]
    ) -> tuple[tuple[RuleInForce, ...], tuple[RuleInForce, ...]]:
        will = {name: value for name, value in {**self.present, **given}.items() if value}
        own, default = (known.own, will) if self.account_id == DEFAULT else (will, known.default)
        return rules_in_force(known.own, known.default), rules_in_force(own, default)

    def titled(self) -> Line:
        """Say whose rules they are."""
        name = self.known.name if self.known is not None else self.account_id
        saved = "" if self.given is None else "  not saved yet"
        return line(("Rules of ", "quiet"), (name, "title"), (f" · {self.account_id or 'default'}", "accent"), saved)

    def status_line(self, width: int) -> Line:
        """Say what can be done with a preview."""
        if self.given is None:
            return ()
        chooses = line(("c", "key"), " chooses  ") if self.means is not None and self.means.scopes else ()
        says = line((" A preview: nothing is saved.  ", "finding"), ("s", "key"), " saves it  ")
        return line(*says, *chooses, ("Esc", "key"), " back to the form")

    def open_item(self, opens: tuple[str, ...]) -> None:
        """Open a token."""
        self.open_token(TokenKey((opens[1], opens[2])))

    def do_due(self, argument: str) -> None:
        """List what is due by these rules."""
        from console.screens.due import DueScreen

        self.app.push_screen(DueScreen(self.session, self.account_id))

    # The form and the preview ------------------------------------------------------------------------------------

    def do_edit_rules(self, argument: str) -> None:
        """Open the form on what was typed last, else on what is saved."""
        if self.known is not None:
            default = {} if self.account_id == DEFAULT else self.known.default
            self.ask(rule_form(self.known.name, self.account_id, self.present, default, self.typed, self._look_ahead, self._left))

    def _look_ahead(self, values: dict[str, str], given: dict[str, str]) -> None:
        self.typed, self.given, self.means, self.found = values, given, None, None
        self.first = 0
        self.undock()
        self.preview(given)

    def _left(self) -> None:
        self.typed, self.given = {}, None
        self.undock()
        self.draw_edges()

    @work(exit_on_error=False, description="preview rules")
    async def preview(self, given: dict[str, str]) -> None:
        """Read what the rules would mean; nothing is written."""
        from store.reads.rules_preview import rules_preview

        account_id, now = self.account_id, self.session.now
        try:
            self.means = await self.session.desk.ask("preview", lambda reader: rules_preview(reader, account_id, given, now))
        except Late:
            return
        except StoreError as error:
            self.explain(error)
            return
        self.found = self.means.found
        if self.is_mounted and self.dialog is None:
            self.undock()
            self.draw_edges()

    # Saving ------------------------------------------------------------------------------------------------------

    def do_close(self, argument: str) -> None:
        """Go back from a preview to the form, with what was typed; from the page to where it was opened."""
        if self.given is None:
            self.leave()
        else:
            self.do_edit_rules("")

    def do_quit(self, argument: str) -> None:
        """Go back as Esc does: what was typed is not lost by a key."""
        self.do_close(argument)

    def do_refresh(self, argument: str) -> None:
        """Read again, or look again at what it would mean."""
        if self.given is None:
            self.read()
        else:
            self.preview(self.given)

    def do_save_policy(self, argument: str) -> None:
        """Ask whether to save it."""
        given, known, means = self.given, self.known, self.means
        if given is None or known is None or means is None:
            self.say(("There is no preview yet; nothing is saved before it has been seen.", "finding"))
            return
        does = self.chosen_effects()
        if does:
            self.ask_count(does, lambda: self.begin(lambda: self.put(given, does)))
            return
        from console.dialogs.question import Answer, Asked, Question

        self.grounds = ""
        filed = f"filed under {self.session.case}" if self.session.case else ""
        says = [line(("It will say: ", "quiet"), said_words(given), ".")]
        others = f": {len(means.scopes):,} with another scope go on as they are" if means.scopes else ""
        says.append(line(f"No token is changed{others}."))
        if means.elsewhere:
            are = f"{counted(len(means.elsewhere), 'token')} {many(len(means.elsewhere), 'is')}"
            says.append(line((f"{are} refused at once when used from elsewhere.", "danger")))
        about = line(("   ", ""), (self.account_id or "the default policy", "accent"))
        asked = Asked("Save these rules?", known.name, about, filed, tuple(says), keep="change nothing")
        answers = {"y": Answer("save them", lambda: self.begin(lambda: self.put(given, ())))}
        kept: Callable[[str], None] = lambda why: self.say(f"Nothing was saved.{why}")  # noqa: E731
        style = "danger" if means.elsewhere else "accent"
        self.ask(Question(asked, answers, self.session.clock.monotonic(), kept, style=style))

    @work(exit_on_error=False, description="save the rules of a policy")
    async def put(self, given: dict[str, str], does: tuple[Effect, ...]) -> None:
        """Save them, do what was chosen, and show them as they are."""
        from store.writes.policy_rules import RulesOrder

        session = self.session
        assert session.actor is not None
        assert self.means is not None
        outside = len(self.means.scopes) if given.get("allowed_scopes") else None
        order = RulesOrder(
            account_id=self.account_id, rules=given, actor=session.actor, expected=dict(self.present), outside=outside,
            choice=str(self.choice), reason=self.grounds, case=session.case,
        )  # fmt: skip
        now = session.now

        def work(unit: Unit) -> RulesSaved:
            from store.writes.policy_rules import put_rules

            return put_rules(unit, order, now)

        proof = await self.save(work, order.action_id)
        if proof is None:
            return
        done = await self.carry_out(order, does)
        self.typed, self.given, self.means, self.found = {}, None, None, None
        self.read()
        if done is None:
            return
        tokens = f"{counted(done.changed, 'token')} changed" if done.changed else "no token changed"
        left = f", {len(done.left):,} left alone: changed meanwhile" if done.left else ""
        whose = self.known.name if self.known is not None else self.account_id
        self.say(("SAVED ", "good"), f"the rules of {whose}", (f", audit #{proof.seq}, {tokens}{left}", "quiet"))
