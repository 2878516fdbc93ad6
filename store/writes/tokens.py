"""Reading a token for a change, and writing the change with its audit line: the one path every action takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from store.engine import Unit
from store.errors import NotFound, Refused
from store.moments import from_ms, maybe_from_ms, stamp
from store.rows import TokenKey
from store.rules.actions import Action
from store.rules.roles import Actor
from store.rules.state import state_digest
from store.rules.status import Moments, Status, status_of
from store.text_index import INDEX_DUE
from store.token_columns import COLUMNS, DEFAULTS, FLAGS
from store.usage.batches import ask_pairs, insert_rows, run_many
from store.writes.audit import Entry, record_many
from store.writes.orders import Changed, Order

_NAMES = {"name", "hint", "id"}
_HELD = (
    f"SELECT {', '.join(f'token.{name}' for name in COLUMNS)} FROM wanted CROSS JOIN token "
    "WHERE token.account_id = wanted.account_id AND token.id = wanted.id"
)
"""Led by the wanted keys: `IN` with pairs would have SQLite read every token."""


@dataclass(frozen=True, slots=True)
class Held:
    """A token's row as it is now, inside the transaction."""

    row: Mapping[str, Any]

    @property
    def key(self) -> TokenKey:
        """Return what names it."""
        return TokenKey((self.row["account_id"], self.row["id"]))

    @property
    def moments(self) -> Moments:
        """Return the moments its status follows from."""
        row = self.row
        return Moments(
            maybe_from_ms(row["revoked_at"]),
            maybe_from_ms(row["expires_at"]),
            maybe_from_ms(row["retires_at"]),
            maybe_from_ms(row["suspended_at"]),
            maybe_from_ms(row["suspended_until"]),
            maybe_from_ms(row["exposed_at"]),
        )

    def status(self, now: datetime) -> Status:
        """Return its status at `now`."""
        return status_of(self.moments, now)

    def words(self) -> str:
        """Name it for a refusal: by its public id, which can't be faked by a look-alike name."""
        return f"The token {self.row['id']}"


@dataclass(frozen=True, slots=True)
class Change:
    """New values for some columns of a held token, and what the audit line says about them."""

    held: Held
    values: Mapping[str, Any]
    action: Action
    actor: Actor
    action_id: str
    reason: str = ""
    case: str | None = None
    detail: Mapping[str, Any] | None = None


def _row(values: Sequence[Any]) -> dict[str, Any]:
    row = dict(zip(COLUMNS, values, strict=True))
    for name in FLAGS:
        row[name] = bool(row[name])
    return row


def _kept(value: Any) -> Any:
    """Return a value as the driver takes it: a yes or no is kept as a number."""
    return int(value) if isinstance(value, bool) else value


def hold(unit: Unit, key: TokenKey) -> Held:
    """Return a token's row, locked until the transaction ends; raises NotFound."""
    found = hold_many(unit, [key])
    if not found:
        raise NotFound(f"There is no token {key[1]} in the account {key[0]}.", "Check the id; `tokendesk tokens list` finds it.")
    return found[0]


def hold_many(unit: Unit, keys: Sequence[TokenKey]) -> list[Held]:
    """Return the rows of several tokens in the order of `keys`, locked; unknown ones are left out."""
    if not keys:
        return []
    found = ask_pairs(unit, _HELD, keys, "FOR UPDATE OF token")
    rows = {TokenKey((row["account_id"], row["id"])): Held(row) for row in map(_row, found)}
    return [rows[key] for key in keys if key in rows]


def hold_for(unit: Unit, order: Order) -> Held:
    """Return the token an order is about; raises NotFound, or Refused when it was changed since it was shown."""
    held = hold(unit, order.key)
    if order.expected_seq is not None and held.row["audit_seq"] != order.expected_seq:
        raise changed_meanwhile(unit, held)
    return held


def changed_meanwhile(unit: Unit, held: Held) -> Refused:
    """Return the refusal that tells who changed a token last, and when."""
    actor, action, at = last_change(unit, held)
    return Refused(
        f"{held.words()} was changed meanwhile: {action} by {actor} at {stamp(at)} (audit #{held.row['audit_seq']}).",
        "Nothing was done; look at it again.",
    )


def last_change(unit: Unit, held: Held) -> tuple[str, str, datetime]:
    """Return who changed a token last, with which action, and when."""
    line = unit.rows("SELECT actor, action, at FROM audit WHERE seq = :seq", {"seq": held.row["audit_seq"]})[0]
    return str(line[0]), str(line[1]), from_ms(int(line[2]))


def refuse_ended(held: Held, now: datetime, verb: str) -> None:
    """Raise Refused when the token is revoked or expired."""
    status = held.status(now)
    if status is Status.REVOKED:
        at, by = maybe_from_ms(held.row["revoked_at"]), held.row["revoked_by"]
        assert at is not None
        raise Refused(f"{held.words()} was revoked by {by} at {stamp(at)}; it can't be {verb}.", "Issue a new token instead.")
    if status is Status.EXPIRED:
        raise Refused(f"{held.words()} has expired; it can't be {verb}.", "Issue a new token instead.")


def apply(unit: Unit, changes: Sequence[Change], now: datetime) -> list[Changed]:
    """Write several changes, each with its audit line carrying the digest of the state after it."""
    entries, rows = [], []
    for change in changes:
        after = {**change.held.row, **change.values}
        rows.append(after)
        entries.append(_entry(change, after))
    seqs = record_many(unit, entries, now)
    names = sorted({name for change in changes for name in change.values} | {"audit_seq"})
    parameters = []
    for row, seq in zip(rows, seqs, strict=True):
        row["audit_seq"] = seq
        parameters.append((*[_kept(row[name]) for name in names], row["account_id"], row["id"]))
    changed = ", ".join(f"{name} = ?" for name in names)
    run_many(unit, f"UPDATE token SET {changed} WHERE account_id = ? AND id = ?", parameters)
    unit.changed.add("token")
    if not _NAMES.isdisjoint(names):
        index_texts(unit)
    return [
        Changed(change.held.key, change.held.row["name"], change.action.value, now, seq)
        for change, seq in zip(changes, seqs, strict=True)
    ]


def add(unit: Unit, tokens: Sequence[tuple[Mapping[str, Any], Entry]], now: datetime) -> list[int]:
    """Insert new tokens, each with the audit line that brings it in, and count them in their accounts.

    Each mapping holds the columns that are not at their default. Returns the audit numbers.
    """
    whole = [{**DEFAULTS, **row} for row, _ in tokens]
    entries = [replace(entry, state_digest=state_digest(row)) for row, (_, entry) in zip(whole, tokens, strict=True)]
    seqs = record_many(unit, entries, now)
    rows = [{**row, "audit_seq": seq} for row, seq in zip(whole, seqs, strict=True)]
    if rows:
        insert_rows(unit, "token", [{name: _kept(value) for name, value in row.items()} for row in rows])
        unit.changed.add("token")
        index_texts(unit)
    opened: dict[str, int] = {}
    for row in rows:
        if not row["closed"]:
            opened[row["account_id"]] = opened.get(row["account_id"], 0) + 1
    count_open(unit, opened)
    return seqs


def index_texts(unit: Unit) -> None:
    """Have what new or renamed tokens are called found quickly; PostgreSQL sees to it by itself."""
    for statement in INDEX_DUE if unit.is_sqlite else ():
        unit.run(statement)


def count_open(unit: Unit, difference: Mapping[str, int]) -> None:
    """Add to each account's number of tokens that are not closed (negative: they were closed just now)."""
    run_many(
        unit, "UPDATE account SET open_tokens = open_tokens + ? WHERE id = ?", [(by, one) for one, by in difference.items() if by]
    )


def _entry(change: Change, after: Mapping[str, Any]) -> Entry:
    return Entry(
        actor=change.actor,
        action=change.action.value,
        account_id=after["account_id"],
        token_id=after["id"],
        token_name=after["name"],
        scopes=after["scopes"],
        reason=change.reason,
        case=change.case,
        detail=change.detail or {},
        state_digest=state_digest(after),
        action_id=change.action_id,
    )
