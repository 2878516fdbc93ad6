"""Importing the people in accounts, with their e-mail addresses, from a CSV or JSON file of our own fields.

Its columns are `account`, `id`, `name`, `email`, `admin` and `active`. What a file has no column for, or no value in, stays as
it is; `none` as an e-mail address forgets the one on record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from store.engine import Unit
from store.errors import BadInput
from store.imports.csv_rows import CsvRows
from store.imports.held import Ask, held_accounts
from store.imports.json_rows import json_rows
from store.imports.records import RowError
from store.imports.values import NAME_CAP, Row
from store.moments import maybe_from_ms
from store.opening import Store
from store.rules.actions import Action
from store.rules.emails import MOST as MOST_EMAIL
from store.rules.emails import checked_email
from store.rules.roles import Actor, Permission, require
from store.usage.events import BadLine
from store.usage.logs import Log
from store.writes.audit import Entry, record_many
from store.writes.authority import authorise
from store.writes.members import email_change, follow_address
from store.writes.people import MemberFacts, put_member

BATCH = 200
"""So many people are one transaction."""

MOST_NAMED = 20
"""So many bad lines are named; all are counted."""

FIELDS = ("account", "id", "name", "email", "admin", "active")
NOTHING = "none"
_TOLD = ("name", "email", "admin", "active")
_HELD = """
WITH wanted (account, person) AS (VALUES {places})
SELECT m.account_id, m.id, m.name, m.admin, m.active, m.joined_at, m.left_at, m.email FROM wanted CROSS JOIN member m
WHERE m.account_id = wanted.account AND m.id = wanted.person
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """A person as one row of a file describes them; None where it says nothing."""

    number: int
    account: str
    id: str
    name: str = ""
    email: str | None = None
    admin: bool | None = None
    active: bool | None = None


@dataclass(slots=True)
class PeopleSummary:
    """What an import did, or would do in a dry run: `changed` people are other than before in something."""

    dry_run: bool
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    bad_lines: list[BadLine] = field(default_factory=list)

    def wrong(self, line: BadLine) -> None:
        """Note a line that can't be used."""
        self.bad += 1
        if len(self.bad_lines) < MOST_NAMED:
            self.bad_lines.append(line)


def import_people(
    store: Store, source: Path | BinaryIO, *, actor: Actor, now: datetime, dry_run: bool = False
) -> PeopleSummary:  # fmt: skip
    """Bring in the people of a file. Those who are in their account as the file says are left alone, without an audit line.

    Every 200 are one transaction. A line that can't be used loses itself: one with a bad address, or of an account that is not
    here. Raises BadInput for a file that can't be read, and Refused when the actor may not import.
    """
    require(actor, Permission.SEE if dry_run else Permission.ADMINISTER)
    summary = PeopleSummary(dry_run)
    with closing(Log(source)) as log:
        for records in _batches(_records(log, now, summary)):
            if dry_run:
                with store.reading() as reader:
                    steps, wrong = _plan(reader.rows, records, now)
            else:
                steps, wrong = store.write(lambda unit, records=records: _save(unit, records, actor, now))  # type: ignore[misc]
            for line in wrong:
                summary.wrong(line)
            summary.read += len(steps)
            summary.new += sum(step.before is None for step in steps)
            summary.changed += sum(step.before is not None and bool(step.changed) for step in steps)
            summary.unchanged += sum(not step.changed for step in steps)
    return summary


@dataclass(frozen=True, slots=True)
class _Step:
    """What one row comes to: how the person is here (None for somebody new), how they will be, and what is other then."""

    before: MemberFacts | None
    after: MemberFacts
    changed: tuple[str, ...]


def _save(unit: Unit, records: Sequence[PersonRecord], actor: Actor, now: datetime) -> tuple[list[_Step], list[BadLine]]:
    actor = authorise(unit, actor, Permission.ADMINISTER)
    steps, wrong = _plan(unit.rows, records, now)
    entries = []
    for step in steps:
        if not step.changed:
            continue
        put_member(unit, step.after)
        if "email" in step.changed:
            follow_address(unit, step.after)
        entries.append(_entry(step, actor))
    record_many(unit, entries, now)
    return steps, wrong


def _entry(step: _Step, actor: Actor) -> Entry:
    after, detail = step.after, dict[str, Any]({"member": step.after.id, "changed": list(step.changed)})
    if step.before is None:
        detail["new"] = True
    if "active" in step.changed:
        detail["active"] = after.active
    if "email" in step.changed:
        detail["email"] = email_change("" if step.before is None else step.before.email or "", after.email or "")
    reason = after.email if "email" in step.changed and after.email else ""
    return Entry(actor=actor, action=Action.MEMBER.value, account_id=after.account_id, reason=reason, detail=detail)


def _plan(ask: Ask, records: Sequence[PersonRecord], now: datetime) -> tuple[list[_Step], list[BadLine]]:
    accounts = held_accounts(ask, {one.account for one in records})
    known = _held(ask, {(one.account, one.id) for one in records})
    steps, wrong = [], []
    for one in records:
        if one.account not in accounts:
            wrong.append(BadLine(one.number, "there is no such account here"))
            continue
        before = known.get((one.account, one.id))
        after = _after(one, before, now)
        old = before or MemberFacts(one.account, one.id, one.id, email="")
        changed = tuple(name for name in _TOLD if getattr(old, name) != getattr(after, name))
        steps.append(_Step(before, after, changed if before is not None else ("new", *changed)))
    return steps, wrong


def _after(one: PersonRecord, before: MemberFacts | None, now: datetime) -> MemberFacts:
    held = before or MemberFacts(one.account, one.id, one.id, email="")
    active = held.active if one.active is None else one.active
    left_at = None if active else held.left_at if not held.active else now
    return MemberFacts(
        one.account, one.id, one.name or held.name, held.admin if one.admin is None else one.admin, active,
        held.joined_at, left_at, held.email if one.email is None else one.email,
    )  # fmt: skip


def _held(ask: Ask, people: set[tuple[str, str]]) -> dict[tuple[str, str], MemberFacts]:
    ordered = sorted(people)
    params = {f"a{number}": one[0] for number, one in enumerate(ordered)} | {
        f"b{number}": one[1] for number, one in enumerate(ordered)
    }
    places = ", ".join(f"(:a{number}, :b{number})" for number in range(len(ordered)))
    return {
        (account, member): MemberFacts(
            account, member, name, bool(admin), bool(active), maybe_from_ms(joined), maybe_from_ms(left), email or ""
        )
        for account, member, name, admin, active, joined, left, email in ask(_HELD.format(places=places), params)
    }


def _records(log: Log, now: datetime, summary: PeopleSummary) -> Iterator[PersonRecord]:
    """Yield the people of a file, each once; what is wrong with the others is noted."""
    seen: set[tuple[str, str]] = set()
    for item in _rows(log):
        if isinstance(item, BadLine):
            summary.wrong(item)
            continue
        number, values = item
        try:
            one = _record(Row.of(values, now, frozenset()), number)
            if (one.account, one.id) in seen:
                raise RowError("the same person again; the first one counts")
        except RowError as error:
            summary.wrong(BadLine(number, str(error)))
            continue
        seen.add((one.account, one.id))
        yield one


def _rows(log: Log) -> Iterator[tuple[int, dict[str, Any]] | BadLine]:
    if log.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{"):
        return json_rows(log)
    table = CsvRows(log)
    missing = sorted({"account", "id"} - set(table.columns))
    if missing:
        raise BadInput(
            f"{log.name} has no column “{missing[0]}”.", f"Its columns are {', '.join(FIELDS)}; the first two are needed."
        )
    return iter(table)


def _record(row: Row, number: int) -> PersonRecord:
    account, member = row.account_id("account"), row.person("id")
    if account is None or member is None:
        raise RowError(f"{'account' if account is None else 'id'} is missing")
    said = row.text("email", cap=MOST_EMAIL + 1)
    try:
        email = None if not said else "" if said.lower() == NOTHING else checked_email(said)
    except BadInput as error:
        raise RowError("the e-mail address can't be used: " + error.remedy.removesuffix("; nothing was saved.")) from None
    return PersonRecord(number=number, account=account, id=member, name=row.text("name", cap=NAME_CAP), email=email,
                        admin=row.flag("admin"), active=row.flag("active"))  # fmt: skip


def _batches(records: Iterator[PersonRecord]) -> Iterator[list[PersonRecord]]:
    while batch := list(islice(records, BATCH)):
        yield batch
