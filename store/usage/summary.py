"""What an import of usage did, in numbers and sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from store.moments import maybe_from_ms
from store.usage.events import BadLine
from store.usage.tally import Tally

MOST_NAMED = 20
"""So many bad lines and unknown ids are named; all are counted."""


@dataclass(frozen=True, slots=True)
class LogSummary:
    """One log: how it was understood, from which line on it was new, and what it held from there on.

    `already` is the number of lines that an earlier import had read. `unfinished` says that the last line has no end yet
    and is left for next time.
    """

    name: str
    format: str
    already: int
    lines: int
    counted: int
    bad: int
    unfinished: bool


@dataclass(frozen=True, slots=True)
class UsageSummary:
    """What an import of usage did, or would do in a dry run.

    `lines` were new; `counted` of them became usage of `tokens` different tokens. Of the rest, `bad` could not be read,
    `nameless` name no token, `unknown` name one this store does not hold, `ambiguous` one that several accounts hold.
    `future` were counted although they are more than 5 minutes ahead of the clock. `masked` held a whole token, of which
    only the public id was kept. `first_at` and `last_at` are the earliest and latest moments counted.
    """

    dry_run: bool
    logs: tuple[LogSummary, ...]
    lines: int
    counted: int
    refused: int
    tokens: int
    bad: int
    bad_lines: tuple[tuple[str, BadLine], ...]
    nameless: int
    unknown: int
    unknown_ids: tuple[str, ...]
    ambiguous: int
    ambiguous_ids: tuple[str, ...]
    future: int
    masked: int
    first_at: datetime | None
    last_at: datetime | None
    notes: tuple[str, ...]


@dataclass(slots=True)
class Running:
    """The numbers while an import runs."""

    logs: list[LogSummary] = field(default_factory=list)
    bad_lines: list[tuple[str, BadLine]] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    ambiguous: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)
    first_ms: int | None = None
    last_ms: int | None = None

    def bad(self, log: str, line: BadLine) -> None:
        """Note a line that can't be read."""
        self.totals["bad"] += 1
        if len(self.bad_lines) < MOST_NAMED:
            self.bad_lines.append((log, line))

    def unplaced(self, token: str, accounts: int, times: int = 1) -> None:
        """Note requests of a token that no account holds, or several."""
        self.totals["ambiguous" if accounts else "unknown"] += times
        named = self.ambiguous if accounts else self.unknown
        shown = _shown(token)
        if shown in named or len(named) < MOST_NAMED:
            named[shown] += times

    def join_logs(self) -> None:
        """Tell a log that was read many times as one."""
        joined: dict[str, LogSummary] = {}
        for log in self.logs:
            one = joined.get(log.name)
            joined[log.name] = log if one is None else replace(
                one, format=log.format or one.format, lines=one.lines + log.lines, counted=one.counted + log.counted,
                bad=one.bad + log.bad, unfinished=log.unfinished,
            )  # fmt: skip
        self.logs = list(joined.values())

    def counted(self, tally: Tally) -> None:
        """Add what one piece counted."""
        self.totals["counted"] += tally.events
        self.totals["refused"] += tally.refused
        earliest, latest = tally.earliest_ms, tally.latest_ms
        if earliest is not None and (self.first_ms is None or earliest < self.first_ms):
            self.first_ms = earliest
        if latest is not None and (self.last_ms is None or latest > self.last_ms):
            self.last_ms = latest

    def summary(self, *, dry_run: bool, tokens: int, notes: tuple[str, ...]) -> UsageSummary:
        """Return the numbers as they are now."""
        totals = self.totals
        return UsageSummary(
            dry_run=dry_run,
            logs=tuple(self.logs),
            lines=totals["lines"],
            counted=totals["counted"],
            refused=totals["refused"],
            tokens=tokens,
            bad=totals["bad"],
            bad_lines=tuple(self.bad_lines),
            nameless=totals["nameless"],
            unknown=totals["unknown"],
            unknown_ids=tuple(name for name, _ in self.unknown.most_common()),
            ambiguous=totals["ambiguous"],
            ambiguous_ids=tuple(name for name, _ in self.ambiguous.most_common()),
            future=totals["future"],
            masked=totals["masked"],
            first_at=maybe_from_ms(self.first_ms),
            last_at=maybe_from_ms(self.last_ms),
            notes=(*self._sentences(), *notes),
        )

    def _sentences(self) -> list[str]:
        totals = self.totals
        told = (
            ("measured", "They are checks that say nothing of a token and were counted as such: {}."),
            ("nameless", "They name no token and were not counted: {}."),
            ("unknown", "They name a token this store does not hold and were not counted: {}."),
            ("ambiguous", "They name a token that several accounts hold and were not counted: {}."),
            ("future", "They are more than 5 minutes ahead of the clock here and were counted in their own hour: {}."),
            ("masked", "They held a whole token, of which only the public id was kept; treat the log as a leak: {}."),
        )
        found = [sentence.format(_lines(totals[name])) for name, sentence in told if totals[name]]
        found += [f"{log.name}: the last line has no end yet and is left for next time." for log in self.logs if log.unfinished]
        return found


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number:,} lines"


def _shown(token: str) -> str:
    """Return an unknown id as it may be shown: what is long could be somebody's secret, unless it has a UUID's dashes."""
    if len(token) <= 24 or (len(token) == 36 and token.count("-") == 4):
        return token
    return token[:8] + "…"
