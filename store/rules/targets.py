"""The targets of the indicators as a store has them: those everybody starts with, or those it was set up with."""

from __future__ import annotations

from collections.abc import Mapping

from store.errors import BadInput
from store.rules.indicators import INDICATORS, Indicator, Unit, indicator_named

PREFIX = "target_"
"""A target that was set is a fact of this name and the indicator's, `target_M1`."""


def targets_of(facts: Mapping[str, str]) -> dict[str, float | None]:
    """Return every indicator's target from the facts of a store; one that can't be read leaves the usual one."""
    found: dict[str, float | None] = {one.name: one.target for one in INDICATORS}
    for name in found:
        said = facts.get(PREFIX + name)
        if said is not None:
            try:
                found[name] = checked_target(name, said)
            except BadInput:
                continue
    return found


def usual_target(name: str) -> float | None:
    """Return the target an indicator starts with; None where that varies. Raises BadInput for an indicator there is not."""
    return _named(name).target


def _named(name: str) -> Indicator:
    try:
        return indicator_named(name)
    except KeyError:
        raise BadInput(f"There is no indicator {name[:10]}.", "Use M1 to M10.") from None


def checked_target(name: str, text: str) -> float:
    """Read a target: a share as `0.999` or `99.9%`, any other as a number. Raises BadInput for one that can't be met."""
    indicator = _named(name)
    words = text.strip()
    try:
        value = float(words.removesuffix("%")) / (100 if words.endswith("%") else 1)
    except ValueError:
        raise BadInput(f"“{text[:20]}” is not a number.", "Use one such as 99.9% or 200.") from None
    if indicator.unit is Unit.SHARE and not 0 < value < 1:
        raise BadInput("A share lies between 0% and 100%.", "Use one such as 99.9%.")
    if not 0 <= value < 1e9:
        raise BadInput("This target can't be met.", "Use a number from 0 on.")
    return value
