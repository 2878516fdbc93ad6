"""What a store needs done now and then: moving its windows on, closing what has ended, letting go of old usage.

Every step can be stopped and done again: each portion is a transaction of its own, and finds by itself what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.engine import Unit
from store.moments import HOUR_MS, MINUTE_MS, from_ms, to_ms
from store.opening import Store
from store.rules.denials import Doing
from store.rules.retention import Kind
from store.rules.roles import Actor, Permission
from store.usage.freshness import freshen, pending_from
from store.usage.measures import prune_measures
from store.usage.partitions import (
    STEPS,
    make_partitions,
    month_of,
    month_start_ms,
    months_between,
    partitions_of,
    refuse_to_drop,
)
from store.usage.retaining import kept_from
from store.usage.windows import KEPT_MINUTES, move_windows
from store.writes.authority import authorise
from store.writes.sweep import BATCH, sweep

AHEAD = timedelta(days=62)
"""Partitions are made for the next two months."""

_HOURLY = ("usage_hour", "usage_reason", "usage_total")
_DAILY = ("usage_day", "usage_part")
_STEP = {table: ("hour" if span == HOUR_MS else "day") for table, span in STEPS.items()}
_ACCOUNTS = "SELECT id FROM account WHERE id > :after ORDER BY id LIMIT 500"
_RAW = (
    "DELETE FROM recent_request WHERE account_id = :account AND at < :before",
    "DELETE FROM token_address WHERE account_id = :account AND last_seen_at < :before",
)
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Maintained:
    """What was done, in numbers. `months` are those let go, with their table, as `usage_hour 2024-11`."""

    partitions: int
    rhythms: int
    closed: int
    requests: int
    months: tuple[str, ...]


def maintain(store: Store, actor: Actor, now: datetime, progress: Progress = lambda words: None) -> Maintained:
    """Do all of it; a second run finds nothing left to do. Raises Refused for anybody but an admin."""
    store.write(lambda unit: authorise(unit, actor, Permission.ADMINISTER, doing=Doing("maintain")))
    progress("moving the windows on")
    store.write(lambda unit: _move(unit, now))
    partitions = store.write(lambda unit: make_partitions(unit, months_between(to_ms(now), to_ms(now + AHEAD))))
    progress("finding rhythms left undone")
    rhythms = freshen(store, (), now, pending_from(store))
    progress("closing tokens that have ended")
    closed = sum(_portions(store, lambda unit: sweep(unit, now), BATCH))
    kept = store.write(lambda unit: kept_from(unit.rows, now))
    store.write(lambda unit: prune_measures(unit, to_ms(now) // MINUTE_MS - KEPT_MINUTES + 1, kept[Kind.HOURLY] // HOUR_MS))
    requests = sum(_let_requests_go(store, kept[Kind.RAW], progress))
    months = tuple(_let_months_go(store, kept, progress))
    return Maintained(partitions, rhythms, closed, requests, months)


def _move(unit: Unit, now: datetime) -> None:
    move_windows(unit, now)
    unit.changed.add("usage")


def _portions(store: Store, work: Callable[[Unit], int], full: int) -> Iterator[int]:
    while True:
        done = store.write(work)
        yield done
        if done < full:
            return


def _let_requests_go(store: Store, before_ms: int, progress: Progress) -> Iterator[int]:
    """Remove single requests and addresses older than their kind is kept, some accounts at a time."""
    after = ""
    while True:
        with store.reading() as reader:
            accounts = [str(row[0]) for row in reader.rows(_ACCOUNTS, {"after": after})]
        if not accounts:
            return
        after = accounts[-1]
        progress(f"letting go of old requests, up to account {after[:20]}")
        rows = [{"account": account, "before": before_ms} for account in accounts]
        yield store.write(lambda unit, rows=rows: _run_all(unit, rows))  # type: ignore[misc]


def _run_all(unit: Unit, rows: list[dict[str, object]]) -> int:
    return sum(unit.run(sql, row) for sql in _RAW for row in rows)


def _let_months_go(store: Store, kept: dict[Kind, int], progress: Progress) -> Iterator[str]:
    """Remove whole months older than their kind is kept: a partition at once, on SQLite a day of hours at a time."""
    for kind, tables in ((Kind.HOURLY, _HOURLY), (Kind.DAILY, _DAILY)):
        for table in tables:
            before = kept[kind] // STEPS[table]
            for month, name in store.write(lambda unit, table=table: partitions_of(unit, table)):  # type: ignore[misc]
                if month_start_ms(month) < kept[kind]:
                    store.write(lambda unit, table=table: refuse_to_drop(unit, table))  # type: ignore[misc]
                    progress(f"letting go of {name}")
                    store.write(lambda unit, name=name: unit.run(f"DROP TABLE {name}"))  # type: ignore[misc]
                    yield f"{table} {month:%Y-%m}"
            if store.address.is_sqlite:
                yield from _delete(store, table, before, progress)


def _delete(store: Store, table: str, before: int, progress: Progress) -> Iterator[str]:
    step, gone = _STEP[table], set[str]()
    portion = 24 if step == "hour" else 1
    while True:
        with store.reading() as reader:
            oldest = reader.value(f"SELECT min({step}) FROM {table}")
        if oldest is None or oldest >= before:
            break
        month = month_of(oldest * STEPS[table])
        gone.add(f"{table} {month:%Y-%m}")
        progress(f"letting go of {table}, {from_ms(oldest * STEPS[table]):%Y-%m-%d}")
        end = min(before, oldest + portion)
        sql = f"DELETE FROM {table} WHERE {step} < {end:d}"
        store.write(lambda unit, sql=sql: unit.run(sql))  # type: ignore[misc]
    yield from sorted(gone)
