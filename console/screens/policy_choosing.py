"""Choosing on a policy's preview what becomes of tokens past a limit, and doing it once its number was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from console.render.counts import counted
from console.render.policy_choices import offered
from console.render.sheet import line
from console.screens.saving import Saving
from store.errors import Refused
from store.rules.policies import Preview
from store.rules.policy_choice import Choice, Effect, choice_of, effects

if TYPE_CHECKING:
    from store.engine import Unit
    from store.writes.policies import PolicyOrder
    from store.writes.policy_effects import Effected, EffectOrder
    from store.writes.policy_rules import RulesOrder


class PolicyChoosing(Saving):
    """Holds the `choice`, and the preview `found` it is made from."""

    choice = Choice()
    found: Preview | None = None

    def do_choose_fate(self, argument: str) -> None:
        """Choose by its word, such as `cap=14d`, or by a letter."""
        if self.found is None:
            self.say(("There is no preview yet to choose from.", "finding"))
            return
        if argument:
            try:
                self._choose(choice_of(argument))
            except Refused as error:
                self.explain(error)
            return
        from console.dialogs.choice import Choice as Choosing
        from console.dialogs.choice import Option

        notes = ("the harmless one", "other days: :choose cap=14d", "what is past a limit and unused for 30 days")
        options = [
            Option(letter, choice.title, lambda choice=choice: self._choose(choice), note)  # type: ignore[misc]
            for letter, choice, note in zip("nci", offered(self.choice), notes, strict=True)
        ]
        self.ask(Choosing("What becomes of tokens past a limit?", options))

    def _choose(self, choice: Choice) -> None:
        self.choice = choice
        self.undock()
        self.draw_edges()

    def chosen_effects(self) -> tuple[Effect, ...]:
        """Return what the choice does, to which tokens of the preview."""
        assert self.found is not None
        return effects(self.choice, self.found.outside, self.session.now)

    def ask_count(self, does: Sequence[Effect], save: Callable[[], object]) -> None:
        """Ask for the reason and for the exact number of tokens that are changed."""
        from console.dialogs.form import Field, Form

        count, choice = len(does), self.choice
        live = sum(one.in_use for one in does)

        def check(values: dict[str, str]) -> str | Callable[[], object]:
            if values["count"].replace(",", "") != str(count):
                form.clear("count")
                return f"That is not the number of tokens it changes: {count:,}."
            self.grounds = values["reason"]
            return save

        ends = any(one.ends_at is None for one in does)
        cannot = "Cannot be undone." if ends else "They get their ends back only as far as the policy allows."
        about = line((f"{choice.title}: {counted(count, 'token')}, {live:,} in use. ", "strong"), (cannot, "danger"))
        fields = [Field("reason", "Reason"), Field("count", f"Type {count} to save it")]
        form = Form("Save this policy and change tokens", about, fields, check)
        form.command = self.command_of("save-policy", lambda: {**form.values, "count": str(count)})
        self.ask(form)

    grounds = ""
    """The reason typed with the number."""

    async def carry_out(self, order: PolicyOrder | RulesOrder, does: Sequence[Effect]) -> Effected | None:
        """Do what was chosen, a portion at a time; None when a portion failed, which has been said then."""
        from store.writes.policy_effects import Effected, EffectOrder, in_portions, reason_of

        now, reason = self.session.now, reason_of(order)

        def portion(found: tuple[Effect, ...], number: int) -> EffectOrder:
            action_id = f"{order.action_id}/{number}"
            return EffectOrder(effects=found, actor=order.actor, reason=reason, case=order.case, action_id=action_id)

        done = Effected(0, ())
        for one in in_portions(does, portion):

            def work(unit: Unit, one: EffectOrder = one) -> Effected:
                from store.writes.policy_effects import carry_out

                return carry_out(unit, one, now)

            part = await self.save(work)
            if part is None:
                return None
            done = Effected(done.changed + part.changed, done.left + part.left)
        return done
