"""One whole case: its steps, its tokens with their numbers, and its timeline; every part of it is bounded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from store.case_rows import FIRST_SHOWN, LAST_SHOWN, CaseFile, CaseToken
from store.reader import Reader
from store.reads.aftermath import aftermath
from store.reads.audit_list import lines_numbered
from store.reads.blast import blast
from store.reads.case_entries import count_lines, ended_at, entries_of, involved
from store.reads.cases import the_case
from store.reads.exposures import exposures_in_case, exposures_of
from store.reads.token_rows import token_rows
from store.reads.usage import freshness
from store.rows import ExposureRow, TokenKey, TokenRow
from store.rules.actions import Action
from store.rules.cases import CaseEntry, belonging
from store.rules.checklist import checklist

OLDEST, NEWEST = 500, 1_500
"""So many of the first and of the last lines of a case are read for its steps."""

MOST_TOKENS = 500
"""So many tokens of a case are read."""

MOST_TOLD = 20
"""Of so many tokens of a case it is told what they did; of the others only how they stand."""


def case_file(reader: Reader, case: str, now: datetime) -> CaseFile | None:
    """Return a case as it stands at `now`, or None when there is none of this name."""
    row = the_case(reader, case)
    if row is None:
        return None
    entries = entries_of(reader, case, OLDEST, NEWEST)
    lines = count_lines(reader, case) if len(entries) >= OLDEST else len(entries)
    exposed = exposures_in_case(reader, case)
    belongs = belonging(entries, [one.key for one in exposed])
    named = belongs.involved[:MOST_TOKENS]
    rows = _rows(reader, named, now)
    shown = list(range(len(entries)))
    if len(shown) > FIRST_SHOWN + LAST_SHOWN:
        shown = [*shown[:FIRST_SHOWN], *shown[-LAST_SHOWN:]]
    events = lines_numbered(reader, [entries[number].seq for number in shown])
    tokens = tuple(
        _token(reader, token, entries, exposed, now, told=number < MOST_TOLD) for number, token in enumerate(rows)
    )  # fmt: skip
    return CaseFile(
        row=row,
        at=now,
        steps=checklist(entries, involved(rows)),
        tokens=tokens,
        made=tuple(_rows(reader, belongs.made[:MOST_TOKENS], now)),
        aside=tuple(_rows(reader, belongs.aside[:MOST_TOKENS], now)),
        events=tuple(reversed(events)),
        lines=lines,
        left_out=lines - len(events),
        unread=len(belongs.involved) - len(named),
        fresh=freshness(reader),
    )


def _rows(reader: Reader, keys: Sequence[tuple[str, str]], now: datetime) -> list[TokenRow]:
    held = token_rows(reader, [TokenKey(key) for key in keys], now)
    return [held[TokenKey(key)] for key in keys if TokenKey(key) in held]


def _token(
    reader: Reader,
    row: TokenRow,
    entries: Sequence[CaseEntry],
    exposed: Sequence[ExposureRow],
    now: datetime,
    *,
    told: bool,
) -> CaseToken:
    seen = tuple(one for one in exposed if one.key == row.key)
    if told:  # a place that was found before there was a case belongs to the story as well
        own = {(one.source, one.place) for one in seen}
        seen += tuple(
            one for one in exposures_of(reader, row.key) if one.case_id is None and (one.source, one.place) not in own
        )  # fmt: skip
    found_at, found_by = _found(row.key, seen, entries)
    if not told:
        return CaseToken(row, seen, found_at, found_by, ended_at(row), None, None, None)
    stopped = ended_at(row) or (row.suspended_at if not row.live else None) or now
    as_of = min(stopped, now)
    after = aftermath(reader, row.key, found_at, now) if found_at is not None else None
    return CaseToken(row, seen, found_at, found_by, ended_at(row), after, blast(reader, row, as_of), as_of)


def _found(key: TokenKey, seen: Sequence[ExposureRow], entries: Sequence[CaseEntry]) -> tuple[datetime | None, str]:
    """Return when it was first known that something is wrong with a token, and from what."""
    moments = [(one.found_at, "exposure") for one in seen]
    named = next((entry for entry in entries if entry.token == key), None)
    if named is not None:
        moments.append((named.at, "look-up" if named.action == Action.LOOK_UP.value else "action"))
    return min(moments, key=lambda found: found[0], default=(None, ""))
