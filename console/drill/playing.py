"""Playing a drill: step by step, each over when the store and the caller show that it was done, whoever did it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from console.drill.caller import Met, Turn, met
from console.drill.stage import Stage
from console.drill.standing import Standing, standing
from console.drill.steps import DECISIVE, Step
from console.drill.stopping import Stop
from store.rules.proof import ProofVerdict

LOOK_S = 0.2
BREATH = 6
"""So many calls are let through before a drill that plays by itself takes its next step: a second of them, to be seen."""


class Watch(Protocol):
    """Whoever watches a drill."""

    def begins(self, number: int, step: Step, case: str | None, *, over: bool) -> None:
        """Hear of a step that begins; `over`: it was done before."""

    def waits(self) -> None:
        """Hear that a step goes on."""

    def ends(self, step: Step, at: Standing, met: Met, when: datetime) -> None:
        """Hear of a step that was done."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a drill: the steps done, with when that was seen, the last state, and what the caller met."""

    done: tuple[tuple[Step, datetime], ...]
    missed: Step | None
    at: Standing
    turns: tuple[Turn, ...]
    began: datetime
    ended: datetime

    @property
    def passed(self) -> bool:
        """Say whether the proof is that of a revocation that held in time."""
        return self.at.proof is not None and self.at.proof.verdict is ProofVerdict.PASS


def play(stage: Stage, steps: Sequence[Step], stop: Stop, watch: Watch, *, auto: bool, patience_s: float) -> Played:
    """Go through the steps until the last is done, or one of them was not within `patience_s`; `auto` takes them itself.

    Once the proof is there Ctrl+C only leaves out what is left. Raises what `Stop.check` does, Refused when the gateway ends.
    """
    began, done, missed = stage.now(), list[tuple[Step, datetime]](), None
    for number, step in enumerate(steps, start=1):
        try:
            over = _take(stage, step, stop, watch, number, auto=auto, patience_s=patience_s)
        except KeyboardInterrupt:
            if number <= DECISIVE:
                raise
            over = None
        if over is None:
            missed = step
            break
        done.append((step, over))
    at = standing(stage.store, stage.key, stage.now())
    return Played(tuple(done), missed, at, stage.caller.turns, began, stage.now())


def _take(stage: Stage, step: Step, stop: Stop, watch: Watch, number: int, *, auto: bool, patience_s: float) -> datetime | None:
    """Take one step, or wait for it; returns when it was seen to be done, None when it was not in time."""
    now = standing(stage.store, stage.key, stage.now())
    watch.begins(number, step, now.case, over=step.done(now, met(stage.caller.turns)))
    if auto and step.act is not None:
        _breathe(stage, stop, watch)
        step.act(stage)
    end = time.monotonic() + patience_s
    while True:
        at, met_now = standing(stage.store, stage.key, stage.now()), met(stage.caller.turns)
        if step.done(at, met_now):
            when = stage.now()
            watch.ends(step, at, met_now, when)
            return when
        if time.monotonic() > end:
            return None
        _look(stage, stop, watch)


def _breathe(stage: Stage, stop: Stop, watch: Watch) -> None:
    until = stage.caller.calls + BREATH
    while stage.caller.calls < until:
        _look(stage, stop, watch)


def _look(stage: Stage, stop: Stop, watch: Watch) -> None:
    stage.gateway.check()
    watch.waits()
    stop.wait(LOOK_S)
