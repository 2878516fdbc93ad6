"""What a store says about itself, and whether this program can work with it."""

from __future__ import annotations

from datetime import datetime

from store.errors import Unreachable
from store.moments import from_ms
from store.reader import Reader
from store.rows import Freshness, StoreFacts

SCHEMA = "0001"
"""The newest migration this program knows."""


def check_schema(reader: Reader) -> None:
    """Raise Unreachable unless the store's schema is the one this program knows."""
    found = reader.value("SELECT version_num FROM alembic_version")
    if found == SCHEMA:
        return
    if found is None or str(found) < SCHEMA:
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
        freshness=Freshness(moment("recorded_to"), moment("tracking_since")),
        demo_now=moment("demo_now"),
        environment=facts.get("environment", ""),
    )
