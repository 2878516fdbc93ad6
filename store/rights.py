"""What each PostgreSQL role of a store may do, as SQL that an administrator can read first and run by hand.

Four roles that nobody can log in as: the owner of the tables, the console and command line, the gateway, and an auditor's
own queries. People and programs get a user of their own, made by the administrator, that is a member of one of them; so
no password passes through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import store.tables.guards  # noqa: F401  the schema is not whole without them
from store.reads.rights import AUDITOR, CONSOLE, GATEWAY, OWNER
from store.tables import metadata
from store.usage.partitions import MAKE_PARTITION, STEPS

ROLES = {
    OWNER: "owns the tables; for `store upgrade` and `store maintain`",
    CONSOLE: "the console and every other command",
    GATEWAY: "`gateway serve`",
    AUDITOR: "reads, with `--read-only` or in SQL",
}
"""Each role, and whom it is for."""

_ADDED = frozenset({"audit", "audit_private"})
"""Tables in which nothing is ever changed or taken away."""

_READ = frozenset({"scope", "scope_pair", "alembic_version"})
"""Tables which only `store init` and `store upgrade` write."""

_DELETED_FROM = frozenset({
    "denial", "fact", "failed_check", "log_clock", "measure_hour", "measure_minute", "notice", "operator_key", "policy",
    "policy_rule", "recent_request", "saved_view", "sign_in", "token_address", "token_text", "usage_minute",
})  # fmt: skip
"""Tables the product itself takes rows out of; whole months of usage go by their partitions, which only the owner drops."""

_FIXED = {"token": frozenset({"account_id", "id", "environment", "source", "hint", "digest_scheme", "digest", "created_at"})}
"""Columns that are written once, with their row."""

_HIDDEN = {
    "operator": frozenset({"passphrase"}),
    "gateway_caller": frozenset({"digest_scheme", "digest"}),
    "operator_session": frozenset({"proof"}),
}
"""Columns that prove who somebody is: no auditor reads them in SQL."""

_CHECKED = frozenset({
    "failed_check", "gateway_state", "measure_hour", "measure_minute", "read_log", "recent_request", "revocation_proof",
    "token_address", "token_rhythm", "usage_day", "usage_hour", "usage_minute", "usage_part", "usage_reason", "usage_total",
    "fact", "alert",
})  # fmt: skip
"""Tables the gateway writes what it has seen into."""

_GATEWAY_READS = frozenset({
    "account", "alembic_version", "gateway_caller", "member", "policy", "policy_rule", "retention", "scope", "scope_pair",
    "token", "token_rule",
})  # fmt: skip
_GATEWAY_ADDS = frozenset({"audit", "audit_private", "notice"})
"""What a revocation through /revoke writes besides the token."""

_GATEWAY_CHANGES = {
    "account": ("open_tokens",),
    "token": (
        "audit_seq", "closed", "last_denied_at", "last_denied_reason", "last_success_at", "last_used_at", "new_address_at",
        "requests_24h", "requests_30d", "revoke_reason", "revoked_at", "revoked_by", "silent_after",
    ),
}  # fmt: skip
"""The columns it changes elsewhere: when a token was used, and that it was revoked by its holder."""


def statements(schema: str = "public") -> tuple[str, ...]:
    """Return the SQL that gives a store its roles; run again, after an upgrade too, it renews every right."""
    return tuple(_statements(schema))


def _statements(schema: str) -> Iterator[str]:
    names = sorted({*metadata.tables, "alembic_version", "token_text"})
    everyone = f"{CONSOLE}, {GATEWAY}, {AUDITOR}"
    yield from (_role(name) for name in ROLES)
    yield (
        f"DO $$ BEGIN IF NOT pg_has_role(current_user, '{OWNER}', 'MEMBER') THEN "
        f"EXECUTE format('GRANT {OWNER} TO %I', current_user); END IF; END $$"
    )
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {everyone}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {OWNER}, {everyone}"
    yield f"GRANT CREATE ON SCHEMA {schema} TO {OWNER}"
    yield _owned(schema, names)
    yield _partition_maker(schema)
    yield f"ALTER FUNCTION {schema}.{MAKE_PARTITION}(text, integer, integer) OWNER TO {OWNER}"
    yield f"REVOKE ALL ON FUNCTION {schema}.{MAKE_PARTITION}(text, integer, integer) FROM PUBLIC"
    yield f"GRANT EXECUTE ON FUNCTION {schema}.{MAKE_PARTITION}(text, integer, integer) TO {CONSOLE}, {GATEWAY}"
    for name in names:
        yield f"REVOKE ALL ON {schema}.{name} FROM PUBLIC, {everyone}"
        yield from _granted(schema, name)


def _role(name: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{name}') THEN "
        f"CREATE ROLE {name} NOLOGIN; END IF; END $$"
    )


def _owned(schema: str, names: Iterable[str]) -> str:
    """Return what hands every table, partition and trigger function of the store to the owner."""
    listed = ", ".join(f"'{name}'" for name in names)
    return (
        "DO $$ DECLARE one regclass; made regprocedure; BEGIN "
        f"FOR one IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = '{schema}'::regnamespace AND c.relkind IN ('r', 'p') "
        f"AND (c.relname IN ({listed}) OR (c.relispartition AND EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhrelid = c.oid "
        f"AND i.inhparent IN (SELECT p.oid FROM pg_class p WHERE p.relnamespace = '{schema}'::regnamespace "
        f"AND p.relname IN ({listed}))))) "
        f"AND c.relowner <> '{OWNER}'::regrole "
        f"LOOP EXECUTE format('ALTER TABLE %s OWNER TO {OWNER}', one); END LOOP; "
        f"FOR made IN SELECT DISTINCT f.oid FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_proc f ON f.oid = "
        f"g.tgfoid WHERE c.relnamespace = '{schema}'::regnamespace AND f.pronamespace = c.relnamespace "
        f"AND c.relname IN ({listed}) AND f.proowner <> '{OWNER}'::regrole "
        f"LOOP EXECUTE format('ALTER FUNCTION %s OWNER TO {OWNER}', made); END LOOP; END $$"
    )


def _partition_maker(schema: str) -> str:
    """Return the function that makes one month's partition of one of our tables, with the owner's rights and nothing else."""
    steps = " ".join(f"WHEN '{table}' THEN {step}" for table, step in STEPS.items())
    return (
        f"CREATE OR REPLACE FUNCTION {schema}.{MAKE_PARTITION}(kept text, year integer, month integer) RETURNS void "
        f"LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$ "
        "DECLARE begins timestamp := make_timestamp(year, month, 1, 0, 0, 0); ends timestamp := begins + interval '1 month'; "
        f"step bigint := CASE kept {steps} END; BEGIN "
        "IF step IS NULL OR year NOT BETWEEN 1970 AND 9998 THEN RAISE EXCEPTION 'no table of usage, or no month' "
        "USING ERRCODE = 'invalid_parameter_value'; END IF; "
        "EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)', kept || to_char(begins, '_YYYY_MM'), "
        "kept, (extract(epoch FROM begins) * 1000)::bigint / step, (extract(epoch FROM ends) * 1000)::bigint / step); END $$"
    )


def _granted(schema: str, name: str) -> Iterator[str]:
    """Yield what each role gets on one table; the owner has everything."""
    table = f"{schema}.{name}"
    columns = [column.name for column in metadata.tables[name].columns] if name in metadata.tables else []
    seen = [column for column in columns if column not in _HIDDEN.get(name, ())]
    yield f"GRANT SELECT{_of(seen) if name in _HIDDEN else ''} ON {table} TO {AUDITOR}"
    yield f"GRANT {', '.join(_console_rights(name, columns))} ON {table} TO {CONSOLE}"
    rights = _gateway_rights(name)
    if rights:
        yield f"GRANT {', '.join(rights)} ON {table} TO {GATEWAY}"


def _console_rights(name: str, columns: list[str]) -> list[str]:
    if name in _READ:
        return ["SELECT"]
    if name in _ADDED:
        return ["SELECT", "INSERT"]
    changed = [column for column in columns if column not in _FIXED.get(name, ())]
    update = f"UPDATE{_of(changed) if name in _FIXED else ''}"
    return ["SELECT", "INSERT", update, *(["DELETE"] if name in _DELETED_FROM else [])]


def _gateway_rights(name: str) -> list[str]:
    if name in _CHECKED:
        return ["SELECT", "INSERT", "UPDATE", *(["DELETE"] if name in _DELETED_FROM else [])]
    if name in _GATEWAY_ADDS:
        return ["SELECT", "INSERT"]
    changed = _GATEWAY_CHANGES.get(name, ())
    return ["SELECT", *([f"UPDATE{_of(changed)}"] if changed else [])] if name in _GATEWAY_READS else []


def _of(columns: Iterable[str]) -> str:
    return f" ({', '.join(columns)})"
