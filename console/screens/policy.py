"""One policy: its limits as a form, then what they would mean for the tokens there are, then a question; Esc changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import POLICY
from console.desk import Late
from console.render.counts import counted
from console.render.items import Item
from console.render.pieces import Line
from console.render.policy_pages import preview_items
from console.render.policy_words import amount, sentence
from console.render.sheet import line
from console.screens.desktop import Desktop, bindings_for
from console.screens.paged import Paged
from console.screens.policy_choosing import PolicyChoosing
from console.screens.token_links import TokenLinks
from console.session import Session
from store.errors import Refused, StoreError
from store.rows import TokenKey
from store.rules.policies import DEFAULT, LIMITS, Limits, checked, in_force
from store.rules.policy_choice import Effect

if TYPE_CHECKING:
    from store.engine import Unit
    from store.reader import Reader
    from store.writes.policies import PolicySaved


@dataclass(frozen=True, slots=True)
class Known:
    """A policy as it was read: the account's name, its own limits, and the default's; the default has no own ones."""

    name: str
    own: Limits
    default: Limits


class PolicyScreen(Paged, PolicyChoosing, TokenLinks):
    """Edits the policy of one account, or the default for an empty id."""

    PLACE = POLICY
    TITLE_WORDS: ClassVar[str] = "Policy"
    BINDINGS = bindings_for(POLICY)
    PAGES = ("preview",)

    def __init__(self, session: Session, account_id: str) -> None:
        super().__init__(session)
        self.account_id = account_id
        self.known: Known | None = None
        self.typed: dict[str, str] = {}
        self.wanted: Limits | None = None
        self._problem = ""

    @property
    def present(self) -> Limits:
        """Return the limits as they are saved now."""
        assert self.known is not None
        return self.known.default if self.account_id == DEFAULT else self.known.own

    def on_mount(self) -> None:
        """Read the policy, and open the form on it."""
        self.undock()
        self.read()

    @work(exit_on_error=False, description="read a policy")
    async def read(self) -> None:
        """Read the policy."""
        account_id, now = self.account_id, self.session.now

        def policy(reader: Reader) -> Known | None:
            from store.reads.accounts import account
            from store.reads.policies import limits_of

            found = account(reader, account_id, now) if account_id != DEFAULT else None
            if account_id != DEFAULT and found is None:
                return None
            return Known(found.name or account_id if found else "every account", *limits_of(reader, account_id))

        try:
            self.known = await self.session.desk.ask("policy", policy)
        except Late:
            return
        except StoreError as error:
            self._problem = error.problem
            self.explain(error)
            return
        if self.known is None:
            self._problem = "There is no such account."
            self.undock()
        else:
            self.edit()

    # The form ----------------------------------------------------------------------------------------------------

    def edit(self) -> None:
        """Open the form on what was typed last, else on what is saved."""
        from console.dialogs.form import Field, Form

        if self.known is None:
            return
        saved = _typed(self.present)
        elsewhere = in_force(Limits(), Limits() if self.account_id == DEFAULT else self.known.default)
        fields = []
        for limit, other in zip(LIMITS, elsewhere, strict=True):
            note = f"{limit.unit}; empty: {amount(limit, other.value)}"
            shown = self.typed.get(limit.name, saved[limit.name])
            fields.append(Field(limit.name, limit.title, shown, note=note))
        about = line((self.known.name, "strong"), (f"   {self.account_id or 'the default policy'}", "accent"))
        form = Form("Policy", about, fields, self._check, self._words, saved=saved, left=self._left)
        form.command = self.command_of("edit-policy", lambda: self._told(form.values, saved))
        self.ask(form)

    def _words(self, values: dict[str, str]) -> str:
        try:
            return f"It would say: {sentence(checked(values))}."
        except Refused as error:
            return error.problem

    def _check(self, values: dict[str, str]) -> str | Callable[[], object]:
        try:
            limits = checked(values)
        except Refused as error:
            return str(error)
        if limits == self.present:
            return "Nothing here differs from what is saved."
        return lambda: self._look_ahead(values, limits)

    def _look_ahead(self, values: Mapping[str, str], limits: Limits) -> None:
        self.typed, self.wanted, self.found = dict(values), limits, None
        self.undock()
        self.preview(limits)

    def _left(self) -> None:
        self.leave()

    def in_hand(self) -> dict[str, str]:
        """Return whose policy it is, and the limits that would change: «none» takes one away."""
        hand = {**super().in_hand(), "account": self.account_id}
        if self.wanted is None:
            return hand
        return {**hand, **self._told(_typed(self.wanted), _typed(self.present)), "past": str(self.choice)}

    @staticmethod
    def _told(new: Mapping[str, str], saved: Mapping[str, str]) -> dict[str, str]:
        return {name: value or "none" for name, value in new.items() if value != saved[name]}

    # The preview -------------------------------------------------------------------------------------------------

    @work(exit_on_error=False, description="preview a policy")
    async def preview(self, limits: Limits) -> None:
        """Read what the limits would mean; nothing is written."""
        from store.reads.policies import preview

        account_id, now = self.account_id, self.session.now
        try:
            self.found = await self.session.desk.ask("preview", lambda reader: preview(reader, account_id, limits, now))
        except Late:
            return
        except StoreError as error:
            self.explain(error)
            return
        if self.dialog is None:
            self.undock()
            self.draw_edges()

    def items(self, width: int, height: int) -> list[Item]:
        """Return what the policy would mean."""
        if self.known is None:
            return [Item(line((self._problem or "Reading…", "quiet")))]
        if self.wanted is None:
            return []
        if self.found is None:
            return [Item(line(("Looking at every live token…", "quiet")))]
        every = self.account_id == DEFAULT
        own, default = (Limits(), self.wanted) if every else (self.wanted, self.known.default)
        before, after = in_force(self.known.own, self.known.default), in_force(own, default)
        return preview_items(before, after, self.found, self.choice, self.session.now, width, every=every)

    def titled(self) -> Line:
        """Say whose policy it is."""
        name = self.known.name if self.known is not None else self.account_id
        return line(("Policy of ", "quiet"), (name, "title"), (f" · {self.account_id or 'default'}", "accent"), "  not saved yet")

    def status_line(self, width: int) -> Line:
        """Say what can be done now."""
        if self.wanted is None:
            return ()
        return line(
            (" A preview: nothing is saved.  ", "finding"),
            ("s", "key"),
            " saves it  ",
            ("c", "key"),
            " chooses  ",
            ("Esc", "key"),
            " back to the form",
        )

    def open_item(self, opens: tuple[str, ...]) -> None:
        """Open a token."""
        _, account, token = opens
        self.open_token(TokenKey((account, token)))

    # Saving ------------------------------------------------------------------------------------------------------

    def do_edit_policy(self, argument: str) -> None:
        """Go back to the form."""
        self.edit()

    def do_close(self, argument: str) -> None:
        """Go back to the form, with what was typed."""
        if self.known is None or self.wanted is None:
            self.leave()
        else:
            self.edit()

    def do_quit(self, argument: str) -> None:
        """Go back to the form: what was typed is not lost by a key."""
        self.do_close(argument)

    def do_refresh(self, argument: str) -> None:
        """Look again at what it would mean."""
        if self.wanted is not None:
            self.preview(self.wanted)

    def do_save_policy(self, argument: str) -> None:
        """Ask whether to save it."""
        limits, known, found = self.wanted, self.known, self.found
        if limits is None or known is None or found is None:
            self.say(("There is no preview yet; nothing is saved before it has been seen.", "finding"))
            return
        does = self.chosen_effects()
        if does:
            self.ask_count(does, lambda: self.begin(lambda: self.put(limits, does)))
            return
        from console.dialogs.question import Answer, Asked, Question

        self.grounds = ""
        filed = f"filed under {self.session.case}" if self.session.case else ""
        gone = "Its own policy goes; the default holds." if limits.empty and self.account_id != DEFAULT else ""
        says = (
            line(("It will say: ", "quiet"), sentence(limits), ". ", gone),
            line(f"No token is changed: {found.past:,} that are past a limit go on as they are."),
        )
        about = line(("   ", ""), (self.account_id or "the default policy", "accent"))
        asked = Asked("Save this policy?", known.name, about, filed, says, keep="change nothing")
        answers = {"y": Answer("save it", lambda: self.begin(lambda: self.put(limits, ())))}
        kept: Callable[[str], None] = lambda why: self.say(f"Nothing was saved.{why}")  # noqa: E731
        question = Question(asked, answers, self.session.clock.monotonic(), kept, style="accent")
        question.command = self.command_of("save-policy")
        self.ask(question)

    @work(exit_on_error=False, description="save a policy")
    async def put(self, limits: Limits, does: tuple[Effect, ...]) -> None:
        """Save it, do what was chosen, and go back."""
        from store.writes.policies import PolicyOrder

        session = self.session
        assert session.actor is not None
        assert self.found is not None
        order = PolicyOrder(
            account_id=self.account_id,
            limits=limits,
            actor=session.actor,
            expected=self.present,
            choice=str(self.choice),
            counts=self.found.counts,
            reason=self.grounds,
            case=session.case,
        )
        now = session.now

        def work(unit: Unit) -> PolicySaved:
            from store.writes.policies import put_policy

            return put_policy(unit, order, now)

        proof = await self.save(work, order.action_id)
        if proof is None:
            return
        done = await self.carry_out(order, does)
        if done is None:
            return
        assert self.known is not None
        name, seq = self.known.name, proof.seq
        self.leave()
        below = self.app.screen
        assert isinstance(below, Desktop)
        tokens = f"{counted(done.changed, 'token')} changed" if done.changed else "no token changed"
        left = f", {len(done.left):,} left alone: changed meanwhile" if done.left else ""
        below.say(("SAVED ", "good"), f"the policy of {name}", (f", audit #{seq}, {tokens}{left}: {sentence(limits)}", "quiet"))
        below.catch_up()


def _typed(limits: Limits) -> dict[str, str]:
    """Return limits as they are typed into the form: nothing where there is none."""
    return {limit.name: "" if (value := limits.value(limit.name)) is None else str(value) for limit in LIMITS}
