"""Short ways for tests to put whole token rows and usage into a real store, with every moment of their choosing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.engine import Unit
from store.moments import to_ms
from store.opening import Store
from store.rows import TokenKey
from store.rules.roles import Actor, Role
from store.rules.usage import Outcome
from store.usage.events import Event
from store.usage.facts import UsageFact, set_facts
from store.usage.freshness import freshen
from store.usage.saving import save_tally
from store.usage.tally import Tally
from store.usage.windows import move_windows
from store.writes.audit import Entry
from store.writes.people import MemberFacts, put_account, put_member
from store.writes.tokens import add
from tests.conftest import NOW

IMPORTER = Actor("importer", Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Use:
    """One request of one token."""

    key: TokenKey
    at: datetime
    outcome: Outcome = Outcome.VALID
    address: str = ""
    agent: str = ""
    path: str = "/v1/orders"


def put_people(store: Store, accounts: Mapping[str, str], members: Iterable[MemberFacts]) -> None:
    """Add accounts (id to name) and the people in them."""

    def work(unit: Unit) -> None:
        for account_id, name in accounts.items():
            put_account(unit, account_id, name, NOW)
        for member in members:
            put_member(unit, member)

    store.write(work)


def put_tokens(store: Store, rows: Iterable[Mapping[str, Any]], now: datetime = NOW) -> None:
    """Add tokens from columns (moments in milliseconds or as datetimes), each with one audit line; a row may name a `case`."""

    def work(unit: Unit) -> None:
        add(unit, [(columns(row), _entry(row)) for row in rows], now)

    store.write(work)


def put_usage(store: Store, uses: Iterable[Use], now: datetime = NOW) -> None:
    """Count requests the way the import of a log does."""
    put_tally(store, tally_of(uses), now)


def tally_of(uses: Iterable[Use]) -> Tally:
    """Return what requests add up to."""
    tally, keys, events = Tally(), [], []
    for use in uses:
        status = 200 if use.outcome is Outcome.VALID else 401
        event = Event(to_ms(use.at), use.key[1], use.outcome, status, use.address, use.agent, "GET", use.path, account=use.key[0])
        keys.append(use.key)
        events.append(event)
    tally.extend(keys, events)
    return tally


def put_tally(store: Store, tally: Tally, now: datetime = NOW) -> None:
    """Save what requests add up to."""

    def work(unit: Unit) -> None:
        move_windows(unit, now)
        save_tally(unit, tally, now)

    store.write(work)
    freshen(store, tally.tokens, now)


def track_since(store: Store, since: datetime) -> None:
    """Say from when on every request is on record."""
    store.write(lambda unit: set_facts(unit, {UsageFact.TRACKING_SINCE: to_ms(since)}))


def columns(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a token's columns as the store keeps them."""
    return {name: to_ms(value) if isinstance(value, datetime) else value for name, value in row.items() if name != "case"}


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        actor=IMPORTER,
        action="import",
        account_id=row["account_id"],
        token_id=row["id"],
        token_name=row.get("name", ""),
        scopes=row.get("scopes", ""),
        case=row.get("case"),
    )
