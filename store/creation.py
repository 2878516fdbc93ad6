"""Making a store and bringing an older one up to date."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

import store.tables.guards  # noqa: F401  the schema is not whole without them
from store.address import Address
from store.connection import CHAIN_LOCK
from store.dialect import check_private_file, connect_postgresql, create_private_file
from store.errors import BadInput, Refused
from store.failures import translated
from store.keys import FIRST_KEY, key_file, make_key
from store.moments import to_ms
from store.opening import Store
from store.reader import open_reader
from store.reads.facts import check_version
from store.reads.rights import OWNER
from store.rights import statements
from store.rules.scopes import CATALOGUE, RISKY_PAIRS
from store.rules.secrets import BRAND, Secret, is_brand
from store.tables import Fact, ScopePair, ScopeRow

MIGRATIONS = "store:migrations"
"""The package folder alembic finds our steps in."""


def create_store(
    address: Address,
    now: datetime,
    *,
    brand: str = BRAND,
    environment: str = "",
    demo_now: datetime | None = None,
    key: Secret | None = None,
    roles: bool = False,
) -> Store:
    """Make an empty store with its key, its scopes and its facts, and open it.

    `brand` is fixed from here on (decisions.md, «Secrets»); usage is tracked from `now`. A demo store carries `demo_now`
    and a `key` of its own; every other store gets a fresh one. With `roles` a PostgreSQL store belongs to a role of its own
    from the start (store.rights).
    Raises BadInput for a bad brand, Refused when there is a store already, Unreachable when it can't be made.
    """
    if not is_brand(brand):
        raise BadInput(f"“{brand[:20]}” can't be a brand.", "Use 2 to 12 of the characters a-z and 0-9.")
    store_id = uuid4().hex
    facts = {
        "store_id": store_id,
        "brand": brand,
        "key_id": FIRST_KEY,
        "created_at": str(to_ms(now)),
        "tracking_since": str(to_ms(now)),
        "environment": environment,
    }
    if demo_now is not None:
        facts["demo_now"] = str(to_ms(demo_now))
    if address.path is not None:
        create_private_file(address.path)
    made: list[Path] = [] if address.path is None else [address.path]

    def work(connection: Connection) -> None:
        _fill(connection, facts)
        if roles:
            _hand_over(connection)
        make_key(store_id, key=key)
        if made:
            made.append(key_file(store_id, FIRST_KEY))

    try:
        _on_own_engine(address, work)
    except BaseException:
        # A key made for a server is kept: a commit that broke may have been recorded, and that store needs its key.
        for path in made:
            path.unlink(missing_ok=True)
        raise
    return Store(address)


def upgrade_store(address: Address) -> None:
    """Bring an older store's schema up to date, all of it or nothing.

    Raises Unreachable when it can't be opened, is no store of ours, or was made by a newer tokendesk.
    """
    if address.path is not None:
        check_private_file(address.path)

    def work(connection: Connection) -> None:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        check_version(found, upgrading=True)
        owned = _as_owner(connection)
        _upgrade(connection)
        if owned:
            _hand_over(connection)

    _on_own_engine(address, work)


def holds_store(address: Address) -> bool:
    """Say whether a PostgreSQL database has a store already, of whatever version; raises Unreachable when it can't be asked."""
    reader = open_reader(address)
    try:
        return bool(reader.value("SELECT to_regclass('alembic_version') IS NOT NULL"))
    finally:
        reader.close()


def set_up_roles(address: Address) -> None:
    """Hand a PostgreSQL store's tables to the role that owns them, and give the other roles what they need.

    Done again it renews every right. Raises Refused on SQLite, and StoreError when the database user may not do this.
    """
    if address.is_sqlite:
        raise Refused("SQLite has no roles of its own.", "There the file's permissions decide; use PostgreSQL for more.")
    _on_own_engine(address, _hand_over)


def _hand_over(connection: Connection) -> None:
    schema = str(connection.execute(text("SELECT current_schema()")).scalar())
    for statement in statements(schema):
        connection.exec_driver_sql(statement.replace("%", "%%"))


def _as_owner(connection: Connection) -> bool:
    """Go on as the owner of the tables where they belong to a role of their own, and say whether they do."""
    if connection.dialect.name == "sqlite":
        return False
    owner = connection.execute(text("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass('audit')")).scalar()
    if owner != OWNER:
        return False
    if not connection.execute(text(f"SELECT pg_has_role(current_user, '{OWNER}', 'MEMBER')")).scalar():
        raise Refused(f"The tables belong to {OWNER}, and this database user is no member of it.", "Do this as one who is.")
    connection.execute(text(f"SET LOCAL ROLE {OWNER}"))
    return True


def _fill(connection: Connection, facts: dict[str, str]) -> None:
    if connection.dialect.has_table(connection, "fact"):
        raise Refused("This database holds a store already.", "Open it, or name another database.")
    _upgrade(connection)
    connection.execute(Fact.__table__.insert(), [{"name": name, "value": value} for name, value in facts.items()])  # type: ignore[attr-defined]
    scopes = [{"name": s.name, "tier": s.tier.value, "can": s.can, "cannot": s.cannot} for s in CATALOGUE]
    connection.execute(ScopeRow.__table__.insert(), scopes)  # type: ignore[attr-defined]
    pairs = [{"one": pair.one, "other": pair.other, "why": pair.why} for pair in RISKY_PAIRS]
    connection.execute(ScopePair.__table__.insert(), pairs)  # type: ignore[attr-defined]


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _on_own_engine(address: Address, work: object) -> None:
    """Run schema work in one transaction; on SQLite with foreign keys off, or a batch step would delete children."""
    engine = open_engine(address)
    try:
        with engine.begin() as connection:
            if not address.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
                connection.execute(text("SET LOCAL statement_timeout = 0"))  # a step may fill a table with a million rows
            work(connection)  # type: ignore[operator]
            if address.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone() is not None:
                raise Refused("The upgrade would break links between rows, so nothing was changed.", "Report this as a bug.")
    except (DBAPIError, sqlite3.Error) as error:
        ours = translated(error)
        if ours is None:
            raise
        raise ours from None
    finally:
        engine.dispose()


def open_engine(address: Address) -> Engine:
    """Return an engine for changing the schema, whose connections have our settings; nothing is opened yet."""
    if not address.is_sqlite:
        return create_engine(
            "postgresql+psycopg://",
            creator=lambda: connect_postgresql(address.conninfo, writing=True),
            poolclass=NullPool,
            hide_parameters=True,
        )
    assert address.path is not None
    uri = f"{address.path.as_uri()}?mode=rw"
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(uri, uri=True, isolation_level=None),
        poolclass=NullPool,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
