"""`tokendesk slo --target`: what an indicator is measured against."""

from __future__ import annotations

from collections.abc import Sequence

from console.cli.output import say
from console.cli.place import Place, now_at
from store.errors import BadInput
from store.opening import Store
from store.rules.targets import checked_target, usual_target
from store.writes.targets import TargetOrder, set_target

USUAL = "usual"


def read_aims(words: Sequence[str]) -> dict[str, float | None]:
    """Read `M1=99.95%`, or `M1=usual`; raises BadInput for an indicator there is not, or a target that can't be met."""
    found: dict[str, float | None] = {}
    for word in words:
        name, given, target = word.partition("=")
        name = name.strip().upper()
        if not given:
            raise BadInput("A target is NAME=VALUE.", "Write such as M1=99.95%, or M1=usual.")
        usual_target(name)
        found[name] = None if target.strip() == USUAL else checked_target(name, target)
    return found


def set_aims(place: Place, store: Store, aims: dict[str, float | None]) -> None:
    """Set each target and say so."""
    for name, target in aims.items():
        order = TargetOrder(indicator=name, target=target, actor=place.actor(store))
        seq = store.write(lambda unit, order=order: set_target(unit, order, now_at(store)), order.action_id)  # type: ignore[misc]
        say(f"{name} is measured against {'the usual target' if target is None else 'this target'} from now on (audit #{seq}).")
