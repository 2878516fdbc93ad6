"""The cases of a demo store: their rows, and what was done to them besides what was done to their tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from store.demo.scene import Scene
from store.demo.stories import Deed
from store.moments import MINUTE_MS
from store.rules.actions import Action
from store.rules.cases import Did

INCIDENT = "INC-204"


@dataclass(frozen=True, slots=True)
class _Case:
    """A case that was opened and perhaps closed so many minutes before the clock of the demo; `outcome` is its closing note."""

    id: str
    title: str
    by: str
    opened: int
    closed: int | None = None
    outcome: str = ""


_HOUR, _DAY = 60, 24 * 60
_CASES = (
    _Case("INC-187", "Nightly exports of Tidewater failing", "marco", 211 * _DAY + 180, 209 * _DAY,
          "Tidewater had let its token expire; it has a new one and an owner who is warned."),
    _Case(INCIDENT, "Harbor & Finch token in a public repository", "marco", 4 * _DAY + 6 * _HOUR + 25),
    _Case("TKT-3318", "Bolt: is the Shopify bridge still used?", "dana", 34 * _DAY + 180, 5 * _DAY,
          "Bolt asked us to end the old bridge; its reports go on."),
    _Case("TKT-3402", "Crux sync far above its usual volume", "tomas", _DAY + 180),
    _Case("REV-2025Q4", "Stale token review, fourth quarter 2025", "priya", 96 * _DAY + 180, 74 * _DAY,
          "Reviewed with every account admin; nine tokens ended, none came back."),
)  # fmt: skip


def case_rows(scene: Scene) -> list[tuple[Any, ...]]:
    """Return the rows of `case_file`."""
    return [
        (case.id, case.title, _ago(scene, case.opened), case.by, None if case.closed is None else _ago(scene, case.closed))
        for case in _CASES
    ]


def case_deeds(scene: Scene) -> list[Deed]:
    """Return when each case was opened and closed, and what was noted under the incident."""
    deeds = []
    for case in _CASES:
        deeds.append(_deed(_ago(scene, case.opened), Did.OPEN, case.by, case.title, case.id))
        if case.closed is not None:
            deeds.append(_deed(_ago(scene, case.closed), Did.CLOSE, case.by, case.outcome, case.id))
    start = _ago(scene, 4 * _DAY + 6 * _HOUR + 18)
    told = start + 44 * MINUTE_MS
    return [
        *deeds,
        _deed(start + 9 * MINUTE_MS, Did.NOTE, "marco", "The repository is private again; forks are being looked for.", INCIDENT),
        _deed(told + 2 * MINUTE_MS, Did.NOTICE, "priya", "Grace of Harbor & Finch: by phone; the app moves to the new token.",
              INCIDENT, told_at=told),
    ]  # fmt: skip


def _ago(scene: Scene, minutes: int) -> int:
    return scene.now - minutes * MINUTE_MS


def _deed(at: int, did: Did, by: str, words: str, case: str, **detail: int) -> Deed:
    return Deed(at, Action.CASE, by, reason=words, case=case, detail={"did": did.value, **detail})
