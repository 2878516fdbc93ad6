"""What a drill shows: where it is played, each step with what to type, a line that beats with the calls, and the outcome."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from datetime import datetime

from console.drill.caller import Caller, Met, Turn, met
from console.drill.playing import Played
from console.drill.stage import Stage
from console.drill.standing import Standing
from console.drill.steps import Step, case_named
from console.render.proof_words import proof_words
from console.reports.cells import Value, stamped
from store.indicator_rows import Proof

_BAR = 24

Tell = Callable[[str], None]


class Pulse:
    """The caller's latest calls as one line that is drawn over itself, on standard error, only for a person who watches."""

    def __init__(self, caller: Caller) -> None:
        self._caller, self._wanted, self._drawn = caller, sys.stderr.isatty(), False

    def beat(self) -> None:
        """Draw it: how many got through and how many did not, and the latest one by one, `+` and `x`."""
        if not self._wanted:
            return
        now = met(self._caller.turns)
        words = f"    calls: {now.accepted:,} accepted, {now.refused:,} refused  "
        room = max(0, min(60, shutil.get_terminal_size((80, 24)).columns - len(words) - 2))
        print(f"\r{words}{beats(self._caller.latest, room)}\x1b[K", end="", file=sys.stderr, flush=True)
        self._drawn = True

    def gone(self) -> None:
        """Take the line away."""
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._drawn = False


class Screen:
    """Tells of a drill, a line at a time, as it goes."""

    def __init__(self, stage: Stage, tell: Tell, *, auto: bool, steps: int) -> None:
        self._stage, self._say, self._auto, self._steps = stage, tell, auto, steps
        self._pulse = Pulse(stage.caller)

    def tell(self, line: str = "") -> None:
        """Print a line at once, also into a pipe."""
        self._pulse.gone()
        self._say(line)
        sys.stdout.flush()

    def opens(self) -> None:
        """Say what the drill is played on."""
        stage = self._stage
        self.tell("A token has leaked, and somebody calls with it five times a second.")
        self.tell()
        self.tell(f"    token     {stage.key[0]}/{stage.key[1]}, ends in {stage.hint}: {stage.name}")
        self.tell(f"    leaked    {stage.leaked}")
        self.tell(f"    store     {stage.store.address.label}")
        self.tell(f"    gateway   {stage.gateway.address}, asked about every call")
        if not self._auto:
            self.tell()
            self.tell("You act in a second terminal; Ctrl+C in this one ends the drill. There, first:")
            self.tell(f"      . {stage.practise}")

    def begins(self, number: int, step: Step, case: str | None, *, over: bool) -> None:
        """Name a step, with what to type, or what is typed, for it."""
        self.tell()
        self.tell(f"{number}/{self._steps} {step.title}")
        if over:
            return
        for line in step.commands(self._stage, case_named(case)):
            self.tell(f"      {line}")
        if step.keys and not self._auto:
            self.tell(f"    or in the console: {step.keys}")
        self.waits()

    def waits(self) -> None:
        """Let the line beat."""
        self._pulse.beat()

    def ends(self, step: Step, at: Standing, met: Met, when: datetime) -> None:
        """Say what came of a step."""
        first, *others = step.told(at, met)
        self.tell(f"    {when:%H:%M:%S}  {first}")
        for line in others:
            self.tell(f"              {line}")

    def ends_with(self, played: Played, patience_s: float) -> None:
        """Say what the caller met, and whether the drill was passed."""
        if played.missed is not None and not played.passed:
            self.tell(f"    not done within {patience_s:g} s")
        self.tell()
        self.tell("What the caller met")
        for line in course(played.turns):
            self.tell(f"    {line}")
        self.tell()
        self.tell(outcome_words(played))

    def close(self) -> None:
        """Take away what beats."""
        self._pulse.gone()


def beats(latest: tuple[bool | None, ...], room: int) -> str:
    """Return the latest calls as signs: accepted `+`, refused `x`, not answered `?`."""
    return "".join("?" if one is None else "+" if one else "x" for one in latest[-room:]) if room else ""


def course(turns: tuple[Turn, ...]) -> list[str]:
    """Return a line for each turn: from when to when, the answer, how many calls, and a bar of them."""
    most = max((turn.calls for turn in turns), default=1)
    width = max((len(turn.reply.outcome) for turn in turns), default=0)
    lines = []
    for turn in turns:
        sign, what = ("+", "accepted") if turn.accepted else ("x", "refused") if turn.refused else ("?", "unanswered")
        bar = sign * max(1, round(turn.calls / most * _BAR))
        when = f"{turn.first:%H:%M:%S} - {turn.last:%H:%M:%S}"
        lines.append(f"{when}  {turn.reply.outcome:<{width}}  {turn.calls:>6,} {what:<10}  {bar}")
    return lines


def outcome_words(played: Played) -> str:
    """Return whether the drill was passed, how long it took, and why."""
    took, proof = f"{(played.ended - played.began).total_seconds():.0f} s", played.at.proof
    if played.passed and proof is not None:
        return f"PASSED in {took}: refused {proof.seconds:g} s after the revocation, and never accepted since."
    return f"NOT PASSED after {took}: {'the token was not revoked' if proof is None else proof_words(proof)}."


def drill_record(played: Played, stage: Stage, kept: str | None) -> dict[str, Value]:
    """Return what came of a drill as a JSON object; it holds nothing of the secret."""
    at, caller = played.at, met(played.turns)
    file, proof = at.file, at.proof
    found = at.found
    return {
        "drill": "leak",
        "passed": played.passed,
        "token": stage.key[1],
        "account": stage.key[0],
        "case": at.case,
        "began": stamped(played.began),
        "ended": stamped(played.ended),
        "steps": [{"step": step.name, "done": True, "at": stamped(when)} for step, when in played.done],
        "missed": None if played.missed is None else played.missed.name,
        "verdict": None if found is None else found.verdict.value,
        "found_at": None if found is None else stamped(found.found_at),
        "revoked_at": stamped(at.row.revoked_at),
        "proof": None if proof is None else proof_record(proof),
        "calls_accepted": caller.accepted,
        "calls_refused": caller.refused,
        "calls_unanswered": caller.unanswered,
        "last_accepted": _precise(caller.last_accepted),
        "first_refused": _precise(caller.first_refused),
        "answers": [{"outcome": turn.reply.outcome, "calls": turn.calls} for turn in played.turns],
        "case_steps": [] if file is None else [{"step": one.step.value, "state": one.state.value} for one in file.steps],
        "discovery_to_revocation_s": None if file is None or file.took is None else file.took.total_seconds(),
        "folder": kept,
    }


def proof_record(proof: Proof) -> dict[str, Value]:
    """Return a proof with its seconds, as `tokens show --json` does."""
    return {
        "verdict": proof.verdict.value,
        "last_accepted_after": stamped(proof.accepted_at),
        "first_refused": stamped(proof.refused_at),
        "first_refused_reason": proof.refused_reason or None,
        "seconds": proof.seconds,
    }


def _precise(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
