"""The sentence that says why a token's calls stopped, or that they have not (requirement E10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.rules.rhythm import HOUR, Rhythm, Steady, at_any_moment, expected, next_call, pace, pace_words, silent_after
from store.rules.status import Status


@dataclass(frozen=True, slots=True)
class Known:
    """What the sentence follows from.

    `refused` counts the refusals since the last success, as it may be said; `requests_1h` are those of the last 60 minutes.
    `replaced_by` is the id of its replacement, empty without one, and `moved_at` when that was last called.
    """

    status: Status
    ended_at: datetime | None
    ended_by: str
    last_success_at: datetime | None
    last_denied_at: datetime | None
    last_denied_reason: str
    refused: str
    rhythm: Rhythm | None
    recorded_to: datetime | None
    requests_1h: int = 0
    replaced_by: str = ""
    moved_at: datetime | None = None

    @property
    def moved(self) -> bool:
        """Say whether its caller was seen with the replacement after the last call with it."""
        return self.moved_at is not None and (self.last_success_at is None or self.moved_at > self.last_success_at)


def why(known: Known, now: datetime) -> str:
    """Return the sentence. It never claims more than is on record: without usage it says so."""
    worked = f"It last worked on {_at(known.last_success_at)}." if known.last_success_at else "It is not known to have worked."
    denied, success = known.last_denied_at, known.last_success_at
    refusing = denied is not None and (success is None or denied > success)
    match known.status:
        case Status.ACTIVE | Status.RETIRING:
            if refusing:
                return f"{worked} Since then {_refused(known)}: the token itself is {known.status.value}.{_replaced(known)}"
            return _unrefused(known, worked, now)
        case Status.REVOKED | Status.EXPIRED | Status.SUSPENDED:
            ended = f"{_ENDED[known.status]} {_at(known.ended_at)}{known.ended_by}"
            since = " No call was refused since: nobody has tried."
            if refusing and denied is not None and known.ended_at is not None and denied < known.ended_at:
                since = f" {_capital(_refused(known))}, before that: nobody has tried since."
            elif refusing:
                since = f" Since then {_refused(known)}."
            return f"{worked} {ended}.{since}{_replaced(known)}"


_ENDED = {
    Status.REVOKED: "It was revoked on",
    Status.EXPIRED: "It ended on",
    Status.SUSPENDED: "It was suspended on",
}


def _unrefused(known: Known, worked: str, now: datetime) -> str:
    if known.recorded_to is None:
        return f"{worked} No usage is recorded in this store."
    if known.last_success_at is None:
        return f"{worked} Nothing has called with it, and nothing was refused."
    end = silent_after(known.rhythm, known.last_success_at)
    if end is not None and now > end and known.rhythm is not None:
        due = expected(known.rhythm, known.last_success_at)
        if known.moved:
            return f"{worked} Nothing refuses it: its caller has moved.{_replaced(known)}"
        if known.recorded_to < due:
            to = _at(known.recorded_to)
            return f"{worked} Usage is recorded only up to {to}: whether it has called since is not known.{_replaced(known)}"
        came = f"the next call was due on {_at(due)} and its caller has not come since"
        return f"{worked} Nothing refuses it: {came}.{_replaced(known)}"
    gap = pace(known.requests_1h, known.last_success_at, now)
    if gap is not None and at_any_moment(gap, known.last_success_at, now):
        return f"{worked} It has not stopped: it calls {pace_words(gap)}, the next at any moment."
    if known.rhythm is not None:
        due = next_call(known.rhythm, known.last_success_at, now, gap)
        return f"{worked} It has not stopped: the next call is due {_due(known.rhythm, due)}."
    return f"{worked} Nothing was refused since, and it has no rhythm that would say when to expect it."


def _replaced(known: Known) -> str:
    """Say what became of its replacement, where it has one."""
    if not known.replaced_by:
        return ""
    called = "nothing has called yet" if known.moved_at is None else f"was last called on {_at(known.moved_at)}"
    return f" It was replaced by {known.replaced_by}, which {called}."


def _refused(known: Known) -> str:
    reason = f" ({known.last_denied_reason})" if known.last_denied_reason else ""
    one = known.refused == "1"
    return f"{known.refused} {'call was' if one else 'calls were'} refused{reason}, the last on {_at(known.last_denied_at)}"


def _due(rhythm: Rhythm, due: datetime) -> str:
    """Say a moment; of a token that calls every hour or more often only the latest is known."""
    oftener = isinstance(rhythm.habit, Steady) and rhythm.habit.interval <= HOUR
    return f"by {_at(due)} at the latest" if oftener else f"on {_at(due)}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _at(moment: datetime | None) -> str:
    return "an unknown date" if moment is None else f"{moment:%Y-%m-%d %H:%M}Z"
