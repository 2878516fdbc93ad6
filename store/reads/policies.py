"""The policies of the store, what holds for one account, and what another policy would mean for the tokens there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from store.moments import from_ms, maybe_from_ms, to_ms
from store.reader import Reader
from store.reads.scopes import Asked
from store.reads.status_sql import live
from store.rules.policies import DEFAULT, Held, InForce, Limits, Preview, altered, in_force, tightest

_LIMITS = "p.max_lifetime_days, p.rotate_every_days, p.idle_limit_days, p.max_overlap_hours, p.token_limit"
_PAGE = 5_000
"""So many tokens are looked at in one query of a preview."""


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A policy with whose it is; an empty `account_id` is the default. `live_tokens` are those it holds for."""

    account_id: str
    account_name: str
    limits: Limits
    updated_at: datetime | None
    updated_by: str
    live_tokens: int | None = None

    @property
    def is_default(self) -> bool:
        """Say whether it holds for every account."""
        return self.account_id == DEFAULT


NO_DEFAULT = PolicyLine(DEFAULT, "", Limits(), None, "")
"""Stands for the default policy until one is set."""


def policies(reader: Asked, now: datetime) -> tuple[PolicyLine, ...]:
    """Return the default first, set or not, then every account's own policy in the order of their ids; at most 10,000."""
    held = f"SELECT count(*) FROM token t WHERE t.account_id = p.account_id AND t.closed = 0 AND {live()}"
    sql = (
        f"SELECT p.account_id, coalesce(a.name, ''), {_LIMITS}, p.updated_at, p.updated_by, "
        f"CASE WHEN p.account_id = '' THEN NULL ELSE ({held}) END "
        "FROM policy p LEFT JOIN account a ON a.id = p.account_id ORDER BY p.account_id LIMIT 10000"
    )
    found = [
        PolicyLine(row[0], row[1], Limits(*row[2:7]), from_ms(row[7]), row[8], row[9])
        for row in reader.rows(sql, {"now": to_ms(now)})
    ]
    return tuple(found if found and found[0].is_default else [NO_DEFAULT, *found])


def limits_of(reader: Asked, account_id: str) -> tuple[Limits, Limits]:
    """Return an account's own limits and those of the default policy."""
    sql = f"SELECT p.account_id, {_LIMITS} FROM policy p WHERE p.account_id IN ('', :account)"
    found = {row[0]: Limits(*row[1:]) for row in reader.rows(sql, {"account": account_id})}
    own = Limits() if account_id == DEFAULT else found.get(account_id, Limits())
    return own, found.get(DEFAULT, Limits())


def in_force_for(reader: Reader, account_id: str) -> tuple[InForce, ...]:
    """Return every limit that holds for an account, and whose it is."""
    return in_force(*limits_of(reader, account_id))


def preview(reader: Asked, account_id: str, wanted: Limits, now: datetime) -> Preview:
    """Return what an account's policy, or the default for an empty id, would mean for the live tokens it holds for.

    Tokens are judged by the limits that would be in force, the tighter of the account's own and the default, and only by
    those that would change. Nothing is written.
    """
    found = Preview()
    own, default = limits_of(reader, account_id)
    if account_id != DEFAULT:
        limits = altered(tightest(own, default), tightest(wanted, default))
        for tokens in live_tokens(reader, now, account_id):
            found.add(tokens, limits, now)
        return found
    others = {line.account_id: line.limits for line in policies(reader, now)}
    for tokens in live_tokens(reader, now):
        for account, held in groupby(tokens, key=lambda token: token.account_id):
            other = others.get(account, Limits())
            found.add(held, altered(tightest(other, default), tightest(other, wanted)), now)
    return found


def live_tokens(reader: Asked, now: datetime, account_id: str | None = None) -> Iterator[list[Held]]:
    """Yield the live tokens of an account, or of all, in the order of their keys, some thousands at a time."""
    where = "t.account_id = :account" if account_id is not None else "(t.account_id, t.id) > (:after_account, :after_id)"
    if account_id is not None:
        where += " AND t.id > :after_id"
    sql = (
        "SELECT t.account_id, t.id, t.name, t.hint, t.created_at, t.rotated_at, t.expires_at, t.retires_at, "
        "t.last_used_at, t.audit_seq "
        f"FROM token t WHERE t.closed = 0 AND {live()} AND {where} ORDER BY t.account_id, t.id LIMIT {_PAGE}"
    )
    params: dict[str, object] = {"now": to_ms(now), "after_account": "", "after_id": ""}
    if account_id is not None:
        params["account"] = account_id
        del params["after_account"]
    while True:
        rows = reader.rows(sql, params)
        if rows:
            yield [_held(*row) for row in rows]
        if len(rows) < _PAGE:
            return
        params["after_id"] = rows[-1][1]
        if account_id is None:
            params["after_account"] = rows[-1][0]


def _held(
    account_id: str, token_id: str, name: str, hint: str, created: int, rotated: int | None, expires: int | None,
    retires: int | None, used: int | None, seq: int,
) -> Held:  # fmt: skip
    return Held(
        account_id,
        token_id,
        name,
        hint,
        from_ms(created),
        maybe_from_ms(rotated),
        maybe_from_ms(expires),
        maybe_from_ms(retires),
        maybe_from_ms(used),
        seq,
    )
