"""The five steps of an incident, each ticked by what the audit log and the exposures hold, never by hand (requirements I1-I5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.rules.actions import Action
from store.rules.cases import CaseEntry, Did, Key, Page
from store.rules.status import Status


class Step(StrEnum):
    """A step, in the words of the screens and in the order it is done."""

    IDENTIFY = "identify"
    END = "revoke or rotate"
    USAGE = "audit usage"
    NOTIFY = "notify"
    POST_MORTEM = "post-mortem"


class State(StrEnum):
    """How far a step is."""

    DONE = "done"
    PARTLY = "partly"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Involved:
    """A token of a case as it is now. `label` is how it is named here; `ends_at` when a retiring or suspended one is over.

    `ended_at` and `ended_by` say since when a token can't be used any more, and by whom where somebody revoked it.
    """

    key: Key
    label: str
    status: Status
    ended_at: datetime | None = None
    ended_by: str = ""
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """A piece of evidence: what was done, by whom and when. `seq` is its audit line; None: it was not done under this case.

    Not `whole`: it counts towards the step, but does not finish it.
    """

    words: str
    who: str
    at: datetime
    seq: int | None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Ticked:
    """A step with its evidence, the earliest first, and what is still missing, "" when it is done."""

    step: Step
    state: State
    ticks: tuple[Tick, ...]
    missing: str


def checklist(entries: Sequence[CaseEntry], tokens: Sequence[Involved]) -> tuple[Ticked, ...]:
    """Return the five steps of a case: `entries` are its audit lines, the oldest first, `tokens` those it is about."""
    return (
        _identified(entries, tokens),
        _ended(entries, tokens),
        _used(entries, tokens),
        _told(entries),
        _learned(entries),
    )


def done(steps: Sequence[Ticked]) -> int:
    """Return how many steps are done."""
    return sum(step.state is State.DONE for step in steps)


def _identified(entries: Sequence[CaseEntry], tokens: Sequence[Involved]) -> Ticked:
    names = (Action.LOOK_UP.value, Action.EXPOSE.value, Action.CASE.value)
    said = {Action.LOOK_UP.value: "looked up", Action.EXPOSE.value: "seen in the open", Action.CASE.value: "named"}
    ticks = []
    for token in tokens:
        first = _first(entries, lambda entry, key=token.key: entry.token == key and entry.action in names)  # type: ignore[misc]
        if first is not None:
            ticks.append(Tick(f"{token.label} {said[first.action]}", first.who, first.at, first.seq))
    return _step(Step.IDENTIFY, ticks, "" if ticks else "no token was looked up or found under this case yet")


def _ended(entries: Sequence[CaseEntry], tokens: Sequence[Involved]) -> Ticked:
    ticks, missing = [], []
    for token in tokens:
        tick = _end_of(entries, token)
        if tick is not None:
            ticks.append(tick)
        if tick is None:
            missing.append(f"{token.label} still works")
        elif not tick.whole:
            missing.append(tick.words)
    return _step(Step.END, ticks, "; ".join(missing) if tokens else "no token is identified yet")


def _end_of(entries: Sequence[CaseEntry], token: Involved) -> Tick | None:
    """Return what ended a token, or stopped it for now; None while it works as before."""

    def last(action: Action) -> CaseEntry | None:
        return _first(reversed(entries), lambda entry: entry.token == token.key and entry.action == action.value)

    rotated = last(Action.ROTATE)
    match token.status:
        case Status.REVOKED:
            line, words = last(Action.REVOKE), f"{token.label} revoked"
        case Status.EXPIRED:
            line, words = rotated or last(Action.EXPIRE), f"{token.label} {'rotated' if rotated else 'has expired'}"
        case Status.RETIRING:
            until = f" until {token.ends_at:%Y-%m-%d %H:%M}Z" if token.ends_at is not None else ""
            words = f"{token.label} rotated, but the old one works{until}"
            return None if rotated is None else Tick(words, rotated.who, rotated.at, rotated.seq, whole=False)
        case Status.SUSPENDED:
            line = last(Action.SUSPEND)
            words = f"{token.label} suspended, not ended"
            return None if line is None else Tick(words, line.who, line.at, line.seq, whole=False)
        case Status.ACTIVE:
            return None
    if line is not None:
        return Tick(words, line.who, line.at, line.seq)
    return None if token.ended_at is None else Tick(f"{words}, not under this case", token.ended_by, token.ended_at, None)


def _used(entries: Sequence[CaseEntry], tokens: Sequence[Involved]) -> Ticked:
    ticks, missing = [], []
    for token in tokens:
        read = _first(entries, lambda entry, key=token.key: entry.token == key and _reads_usage(entry))  # type: ignore[misc]
        if read is None:
            missing.append(token.label)
        else:
            what = "exported" if read.action == Action.EXPORT.value else f"{read.did or Page.USAGE.value} read"
            ticks.append(Tick(f"{token.label} {what}", read.who, read.at, read.seq))
    nobody = f"nobody has read the usage of {', '.join(missing)} under this case" if missing else ""
    return _step(Step.USAGE, ticks, nobody if tokens else "no token is identified yet")


def _reads_usage(entry: CaseEntry) -> bool:
    return entry.action == Action.EXPORT.value or (entry.action == Action.LOOK_UP.value and entry.did in set(Page))


def _told(entries: Sequence[CaseEntry]) -> Ticked:
    ticks = []
    for entry in entries:
        if _is_case(entry, Did.NOTICE):
            when = f" at {entry.told_at:%Y-%m-%d %H:%M}Z" if entry.told_at is not None else ""
            ticks.append(Tick(f"told {entry.words.rstrip('.') or 'somebody (erased)'}{when}", entry.who, entry.at, entry.seq))
        elif entry.action == Action.NOTIFY.value:
            ticks.append(Tick(f"notified {entry.words or 'somebody'} of the {entry.did}", entry.who, entry.at, entry.seq))
    return _step(Step.NOTIFY, ticks, "" if ticks else "no note says who was told")


def _learned(entries: Sequence[CaseEntry]) -> Ticked:
    ticks = []
    for entry in entries:
        if entry.action == Action.EXPORT.value and entry.token is None and entry.did == EXPORTED:
            ticks.append(Tick("case exported", entry.who, entry.at, entry.seq))
        elif _is_case(entry, Did.CLOSE):
            ticks.append(Tick(f"closed: {entry.words}" if entry.words else "closed", entry.who, entry.at, entry.seq))
    return _step(Step.POST_MORTEM, ticks, "" if ticks else "neither exported nor closed with a note")


EXPORTED = "case"
"""What `did` says of the export of a whole case (CaseEntry of an export whose list was the case)."""


def _is_case(entry: CaseEntry, did: Did) -> bool:
    return entry.action == Action.CASE.value and entry.did == did.value


def _step(step: Step, ticks: Sequence[Tick], missing: str) -> Ticked:
    state = State.DONE if not missing else State.PARTLY if ticks else State.OPEN
    return Ticked(step, state, tuple(sorted(ticks, key=lambda tick: tick.at)), missing)


def _first(entries: Iterable[CaseEntry], fits: Callable[[CaseEntry], bool]) -> CaseEntry | None:
    return next((entry for entry in entries if fits(entry)), None)


__all__ = ["EXPORTED", "Involved", "Key", "State", "Step", "Tick", "Ticked", "checklist", "done"]
