"""What a store says about itself, and whether this program can work with it."""

from __future__ import annotations

import re
from datetime import datetime

from store.errors import Unreachable
from store.lines import Freshness, StoreFacts
from store.moments import SECOND_MS, from_ms
from store.reader import Reader

SCHEMA = "0012"
"""The newest migration this program knows."""


def check_schema(reader: Reader) -> None:
    """Raise Unreachable unless the store's schema is the one this program knows."""
    check_version(reader.value("SELECT version_num FROM alembic_version"))


def check_version(found: str | None, *, upgrading: bool = False) -> None:
    """Raise Unreachable unless `found` is the newest migration, or an earlier one that is about to be brought up to date.

    Other programs keep such a number too; ours are four digits.
    """
    if found is None or re.fullmatch("[0-9]{4}", found) is None:
        raise Unreachable("This database holds no tokendesk store.", "Make one with `tokendesk store init`.")
    if found == SCHEMA or (found < SCHEMA and upgrading):
        return
    if found < SCHEMA:
        raise Unreachable("This store was made by an older tokendesk.", "Bring it up to date with `tokendesk store upgrade`.")
    raise Unreachable("This store was made by a newer tokendesk.", "Install that version; this one would not understand it.")


def read_facts(reader: Reader) -> StoreFacts:
    """Return the store's facts."""
    facts = {str(name): str(value) for name, value in reader.rows("SELECT name, value FROM fact")}

    def moment(name: str) -> datetime | None:
        value = facts.get(name)
        return None if value is None else from_ms(int(value))

    return StoreFacts(
        store_id=facts.get("store_id", ""),
        brand=facts.get("brand", ""),
        key_id=facts.get("key_id", ""),
        schema=SCHEMA,
        freshness=Freshness(
            moment("recorded_to"),
            moment("tracking_since"),
            ahead_s=int(facts.get("events_ahead", 0)) // SECOND_MS,
            ahead_from=facts.get("events_ahead_from", ""),
        ),
        demo_now=moment("demo_now"),
        environment=facts.get("environment", ""),
    )
