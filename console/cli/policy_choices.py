"""What becomes of tokens past a new limit, on the command line: the choices with their numbers, the confirmation, the doing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from store.errors import BadInput, Refused
from store.rules.policies import Preview
from store.rules.policy_choice import USUAL, Choice, Effect, Fate, Tally, choice_of, cliff, effects, tally
from store.writes.policy_effects import Effected, EffectOrder, LeftAlone, carry_out, in_portions, reason_of

if TYPE_CHECKING:
    from console.reports.cells import Value
    from store.opening import Store
    from store.writes.policies import PolicyOrder
    from store.writes.policy_rules import RulesOrder

OFFERED = (Choice(), Choice(Fate.CAP, USUAL), Choice(Fate.IDLE))
"""In the order they are shown."""


def checked_choice(words: str) -> Choice:
    """Return the choice as it was typed; raises BadInput."""
    try:
        return choice_of(words)
    except Refused as error:
        raise BadInput(error.problem, error.remedy) from None


def refuse_unconfirmed(choice: Choice, does: Sequence[Effect], confirm: int | None) -> None:
    """Raise BadInput unless exactly the number of tokens that are changed was given with --confirm."""
    if confirm is None and not does:
        return
    if confirm != len(does):
        given = "" if confirm is None else f", not {confirm:,}"
        raise BadInput(
            f"The choice “{choice}” changes {len(does):,} tokens{given}. Nothing was saved.",
            f"Look at them with --dry-run, then add --confirm {len(does)}.",
        )


def carried_out(store: Store, order: PolicyOrder | RulesOrder, does: Sequence[Effect], now: datetime) -> Effected:
    """Do what was chosen, a portion at a time: what is done stays done, and the rest can be done again."""
    reason = reason_of(order)

    def portion(found: tuple[Effect, ...], number: int) -> EffectOrder:
        action_id = f"{order.action_id}/{number}"
        return EffectOrder(effects=found, actor=order.actor, reason=reason, case=order.case, action_id=action_id)

    changed = 0
    left: list[LeftAlone] = []
    for one in in_portions(does, portion):
        done = store.write(lambda unit, one=one: carry_out(unit, one, now))  # type: ignore[misc]
        changed += done.changed
        left += done.left
    return Effected(changed, tuple(left))


def choice_words(choice: Choice, counts: Tally) -> str:
    """Return a line on a choice: its name, how many tokens it changes, how many end today, and which of those are in use."""
    if not counts.changed:
        return f"  {choice!s:<12} {choice.title}: no token is changed."
    verb = "revoked now" if choice.fate is Fate.IDLE else "given an earlier end"
    return (
        f"  {choice!s:<12} {choice.title}: {counts.changed:,} {verb}, {counts.changed_in_use:,} of them in use; "
        f"{counts.today:,} end today, {counts.today_in_use:,} of them in use."
    )


def choices_words(found: Preview, now: datetime) -> list[str]:
    """Return a line for each choice, and one on a cliff of ends, with what would spread it."""
    lines = []
    for choice in OFFERED:
        does = effects(choice, found.outside, now)
        lines += [choice_words(choice, tally(does, now)), *cliff_words(choice, does)]
    return lines


def cliff_words(choice: Choice, does: Sequence[Effect]) -> list[str]:
    """Warn of a day on which too many tokens would end at once."""
    found = cliff(choice, does)
    if found is None:
        return []
    return [
        f"  ! {found.tokens:,} of them, {found.in_use:,} in use, would end on {found.day}: "
        f"{found.instead} spreads them over {found.instead.spread} days."
    ]


def choices_record(found: Preview, now: datetime) -> dict[str, Value]:
    """Return the choices for JSON, by the word that --past takes."""
    record: dict[str, Value] = {}
    for choice in OFFERED:
        counts = tally(effects(choice, found.outside, now), now)
        record[str(choice)] = {
            "changed": counts.changed,
            "changed_in_use": counts.changed_in_use,
            "end_today": counts.today,
            "end_today_in_use": counts.today_in_use,
        }
    return record


def cliff_record(found: Preview, now: datetime) -> dict[str, Value] | None:
    """Return for JSON the day on which too many tokens would end by a usual cap; None without one."""
    choice = Choice(Fate.CAP, USUAL)
    worst = cliff(choice, effects(choice, found.outside, now))
    if worst is None:
        return None
    return {"day": worst.day.isoformat(), "tokens": worst.tokens, "in_use": worst.in_use, "instead": str(worst.instead)}


def left_words(done: Effected) -> list[str]:
    """Name the tokens that were left alone, and why."""
    return [f"  left alone: {one.key[0]}/{one.key[1]}, {one.why}" for one in done.left]
