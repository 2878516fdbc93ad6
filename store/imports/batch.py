"""What one batch of records comes to: new tokens, known ones, and the accounts and people they bring along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.imports.held import Ask, Person, held_accounts, held_people, held_tokens, last_told
from store.imports.plan import Decision, decide, differs
from store.imports.records import TokenRecord


@dataclass(frozen=True, slots=True)
class Batch:
    """What to do about some records. Accounts map ids to names, people to whether they are active.

    `left` are people who are active here and come to be inactive. `people` are all that the new tokens name.
    """

    new: tuple[TokenRecord, ...]
    known: tuple[Decision, ...]
    accounts: dict[str, str]
    members: dict[Person, bool]
    left: frozenset[Person]
    people: dict[Person, bool]


def plan_batch(ask: Ask, records: Sequence[TokenRecord], now: datetime) -> Batch:
    """Compare records, no two of the same token, with what the store holds; nothing is written."""
    held = held_tokens(ask, (record.key for record in records), now)
    new = tuple(record for record in records if record.key not in held)
    here = [(record, held[record.key]) for record in records if record.key in held]
    told = last_told(ask, (record.key for record, one in here if differs(record, one)))
    known = [decide(record, one, told.get(record.key)) for record, one in here]
    wanted: dict[str, str] = {}
    for record in new:
        wanted[record.account] = wanted.get(record.account) or record.account_name
    accounts_here = held_accounts(ask, wanted)
    accounts = {account: name or account for account, name in wanted.items() if account not in accounts_here}
    named = _people(new, known)
    people_here = held_people(ask, named)
    left = {person for person, active in people_here.items() if active and named[person] is False}
    members = {person: active is not False for person, active in named.items() if person not in people_here}
    people = {person: members.get(person, people_here.get(person, True)) and person not in left for person in named}
    return Batch(new, tuple(known), accounts, members, frozenset(left), people)


def _people(new: Sequence[TokenRecord], known: Sequence[Decision]) -> dict[Person, bool | None]:
    """Return everybody that will be named by a token: False where the file says they left, None where it does not say."""
    named: dict[Person, bool | None] = {}
    for record in new:
        if record.creator is not None:
            _note(named, (record.account, record.creator), record.creator_active)
        if record.owner is not None:
            _note(named, (record.account, record.owner), None)
    for decision in known:
        record = decision.record
        if "owner" in decision.fields and record.owner is not None:
            _note(named, (record.account, record.owner), None)
        if "creator_active" in decision.fields and record.creator is not None:
            _note(named, (record.account, record.creator), record.creator_active)
    return named


def _note(named: dict[Person, bool | None], person: Person, active: bool | None) -> None:
    before = named.get(person)
    named[person] = False if before is False or active is False else before if active is None else active
