"""Bar 17: what saving usage costs against the bare driver writing rows that were added up before: part by part, and all of it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from random import Random
from typing import Any

from store.dialect import connect_postgresql, prepare_sqlite
from store.engine import Unit
from store.moments import HOUR_MS, to_ms
from store.rows import TokenKey
from store.rules.usage import Outcome
from store.usage.collecting import uncollected
from store.usage.events import Event
from store.usage.importing import import_usage
from store.usage.last_uses import save_last_uses
from store.usage.saving import UPSERT_HOURS, save_hours, save_tally
from store.usage.sums import Sums
from store.usage.tally import Tally
from tests.benchmarks.logs import log_of, used_keys
from tests.benchmarks.measuring import Result, interleaved, measured_by
from tests.benchmarks.places import MANY, Bench
from tests.statements import Listening

BATCH = 1_000
_Saving = Callable[[Unit, Tally], object]
_Statement = tuple[str, Any]
"""SQL in the driver's own style, and the values of one row or a list of them."""


def ingest(bench: Bench) -> list[Result]:
    """Compare saving 1,000 events with the bare driver writing the rows they add up to, in the same file.

    First the hours alone, then with what the rows of tokens say of their last use (both against the hours alone, as
    performance.md has it), then all that is recorded against the very same rows. Both sides keep a connection with the same
    settings open and write in one transaction each, in turn. The bare driver is given its rows: to add them up is for us alone.
    What counts on SQLite is processor time, because both wait for the same disk, and that would hide what is ours.
    """
    keys, chance = used_keys(bench), Random(1)

    def all_of_it(unit: Unit, tally: Tally) -> None:
        save_tally(unit, tally, bench.now)

    hours, alone = _against(bench, keys, chance, _hours, _hour_rows)
    fresh, besides = _against(bench, keys, chance, _hours_and_last_uses, _hour_rows)
    whole, same = _against(bench, keys, chance, all_of_it, _rows_of(all_of_it))
    return [
        _result(bench, "hours of 1,000 events / bare upserts of them", 0.35, hours, alone),
        _result(bench, "hours and last uses / bare upserts of hours", 0.07, fresh, besides),
        _result(bench, "all that is recorded / bare writing the same rows", 0.35, whole, same),
    ]


def small_import(bench: Bench) -> list[Result]:
    """Time an import of its own for 1,000 events: what a short log costs when it is brought in every minute."""
    keys, chance = used_keys(bench), Random(3)
    rounds = 3 if bench.tokens >= MANY else 1
    logs = iter([log_of(bench, keys, BATCH, chance, f"batch {number}") for number in range(rounds)])
    (whole,) = interleaved(rounds, lambda: import_usage(bench.spare, [next(logs)], now=bench.now), warm=False)
    what = "an import of 1,000 lines for some 1,000 tokens"
    return [Result("17", what, 1.0, whole.median, "s", slack=60, note="rhythms and new addresses brought up to date")]


def _result(bench: Bench, what: str, target: float, ours: float, theirs: float) -> Result:
    note = f"{BATCH / ours:,.0f} events/s{' of processor time' if bench.is_sqlite else ''}"
    return Result("17", f"ingest, {what}", target, theirs / ours, least=True, slack=20, note=note)


def _against(
    bench: Bench, keys: list[TokenKey], chance: Random, saving: _Saving, rows: Callable[[Bench, Tally], list[_Statement]]
) -> tuple[float, float]:
    """Return the seconds a batch takes us, from its events on, and the bare driver that is given the rows of another one."""
    seconds, now = _spent if bench.is_sqlite else _passed, to_ms(bench.now)
    with closing(_connection(bench)) as connection:

        def ours() -> float:
            events = events_of(now, keys, chance)
            return seconds(lambda: bench.spare.write(lambda unit: saving(unit, tally_of(events))))

        def theirs() -> float:
            statements = rows(bench, tally_of(events_of(now, keys, chance)))
            return seconds(lambda: _run(connection, statements))

        ours()
        one, other = measured_by(bench.rounds * 2, ours, theirs)
    return one.median, other.median


@uncollected()
def _hours(unit: Unit, tally: Tally) -> None:
    save_hours(unit, Sums(tally), 0)


@uncollected()
def _hours_and_last_uses(unit: Unit, tally: Tally) -> None:
    sums = Sums(tally)
    save_hours(unit, sums, 0)
    save_last_uses(unit, sums, 0, 0)


def _hour_rows(bench: Bench, tally: Tally) -> list[_Statement]:
    """Return the hours of a batch, one row of values each."""
    sums = Sums(tally)
    rows = [(row[0], *sums.keys[row[1]], *row[2:]) for row in sums.hours]
    return [(UPSERT_HOURS if bench.is_sqlite else UPSERT_HOURS.replace("?", "%s"), rows)]


def _rows_of(saving: _Saving) -> Callable[[Bench, Tally], list[_Statement]]:
    """Return how to find all that saving a batch writes: it is saved and taken back."""

    def rows(bench: Bench, tally: Tally) -> list[_Statement]:
        told: list[_Statement] = []

        def note(sql: str, values: Any) -> None:
            if sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
                told.append((sql if bench.is_sqlite else sql.replace("?", "%s"), values))

        def save(unit: Unit) -> None:
            unit.connection = Listening(unit.connection, note)
            saving(unit, tally)
            raise _TakenBack

        with suppress(_TakenBack):
            bench.spare.write(save)
        return told

    return rows


def events_of(now_ms: int, keys: list[TokenKey], chance: Random) -> list[tuple[TokenKey, Event]]:
    """Return 1,000 events of the last hour; a few tokens have most of them."""
    events = []
    for number in range(BATCH):
        key = keys[int(len(keys) * chance.random() ** 3)]
        at, address = now_ms - int(chance.random() * HOUR_MS), f"203.0.113.{number % 250}"
        events.append((key, Event(at, key[1], Outcome.VALID, status=200, address=address, agent="netsuite-sync/2.1")))
    return events


def tally_of(events: list[tuple[TokenKey, Event]]) -> Tally:
    """Return events as they are held before they are saved."""
    tally = Tally()
    tally.extend([key for key, _ in events], [event for _, event in events])
    return tally


def _connection(bench: Bench) -> Any:
    """Return a connection of the bare driver to the store that is written to, with the settings ours have."""
    address = bench.spare.address
    if address.path is None:
        return connect_postgresql(address.conninfo, writing=True)
    connection = sqlite3.connect(address.path)
    prepare_sqlite(connection, writing=True)
    return connection


def _run(connection: Any, statements: list[_Statement]) -> None:
    """Write rows in one transaction."""
    cursor = connection.cursor()
    for sql, values in statements:
        if isinstance(values, list):
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, values)
    connection.commit()


def _spent(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _passed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class _TakenBack(Exception):
    """Raised to have the store forget what was only written to be looked at."""
