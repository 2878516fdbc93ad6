"""Who may ask the gateway, and from where a token may be used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.moments import from_ms
from store.reader import Reader
from store.rows import TokenKey


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that may ask the gateway."""

    name: str
    may_revoke: bool
    active: bool
    created_at: datetime
    created_by: str


def callers(reader: Reader) -> tuple[Caller, ...]:
    """Return every caller in order of name."""
    rows = reader.rows("SELECT name, may_revoke, active, created_at, created_by FROM gateway_caller ORDER BY name")
    return tuple(Caller(name, bool(revoke), bool(active), from_ms(at), by) for name, revoke, active, at, by in rows)


def caller_proof(reader: Reader, name: str) -> tuple[str, bytes, bool] | None:
    """Return scheme, digest and whether it may revoke, of an active caller."""
    row = reader.one(
        "SELECT digest_scheme, digest, may_revoke FROM gateway_caller WHERE name = :name AND active = 1", {"name": name}
    )
    return None if row is None else (str(row[0]), bytes(row[1]), bool(row[2]))


def allowed_addresses(reader: Reader, key: TokenKey) -> tuple[str, ...]:
    """Return the networks a token may be used from; () for any."""
    value = reader.value(
        "SELECT allowed_addresses FROM token_rule WHERE account_id = :account AND token_id = :id",
        {"account": key[0], "id": key[1]},
    )
    return tuple(str(value or "").split())


def policy_addresses(reader: Reader, account_id: str) -> tuple[str, ...]:
    """Return the networks an account's policy and the default one both allow; () for any, NOTHING alone for none."""
    from store.reads.policy_rules import rules_for

    return tuple(rules_for(reader, account_id)["allowed_addresses"].split())
