"""What other rules of a policy would mean for the live tokens there are: whose scopes or addresses would lie outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from store.moments import DAY_MS, from_ms, to_ms
from store.reads.policy_rules import OutsideScopes, tokens_outside
from store.reads.scopes import Asked
from store.reads.status_sql import live
from store.rules.networks import host_of, is_within, kept_networks
from store.rules.policies import DEFAULT, IN_USE, Outside, Preview

MOST = 100_000
"""So many places are looked at; of a store with more, the ones first by account."""

_PLACES = """
WITH RECURSIVE step(day) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT day + 1 FROM step WHERE day < :last)
SELECT p.account_id, p.token_id, t.name, p.value, max(p.last_at)
FROM usage_part p JOIN token t ON t.account_id = p.account_id AND t.id = p.token_id
WHERE p.day IN (SELECT day FROM step) AND p.kind = 'address' AND p.value <> '' AND p.requests > p.refused
AND t.closed = 0 AND {live} {where}
GROUP BY p.account_id, p.token_id, t.name, p.value ORDER BY p.account_id, p.token_id, 5 DESC LIMIT {most}
"""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A live token that was used within 30 days from addresses a policy would not allow, the latest first."""

    account_id: str
    id: str
    name: str
    addresses: tuple[str, ...]
    last_at: datetime


@dataclass(frozen=True, slots=True)
class RulesPreview:
    """What rules would mean: tokens with other scopes (named, and as a choice needs them), and tokens used from elsewhere."""

    scopes: tuple[OutsideScopes, ...]
    found: Preview
    elsewhere: tuple[Elsewhere, ...]


def rules_preview(reader: Asked, account_id: str, given: Mapping[str, str], now: datetime) -> RulesPreview:
    """Return what changed rules would mean for the tokens of an account, or of all for an empty id; nothing is written.

    A token with a scope outside would be past its limit from `now` on: a cap gives it the days it leaves and no more.
    """
    allowed, networks = given.get("allowed_scopes", ""), given.get("allowed_addresses", "")
    scopes = tokens_outside(reader, account_id, allowed, now) if allowed else ()
    found = Preview(past=len(scopes), in_use=sum(one.in_use for one in scopes))
    found.outside = [Outside(one.account_id, one.id, one.audit_seq, now, now, one.ends_at, one.in_use) for one in scopes]
    return RulesPreview(scopes, found, _elsewhere(reader, account_id, networks, now) if networks else ())


def _elsewhere(reader: Asked, account_id: str, networks: str, now: datetime) -> tuple[Elsewhere, ...]:
    last = to_ms(now) // DAY_MS
    asked: dict[str, object] = {"now": to_ms(now), "first": last - IN_USE.days + 1, "last": last}
    if account_id != DEFAULT:
        asked["account"] = account_id
    where = "AND p.account_id = :account" if account_id != DEFAULT else ""
    allowed = kept_networks(networks)
    places: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for account, token, name, value, at in reader.rows(_PLACES.format(live=live(), where=where, most=MOST), asked):
        if host_of(value) is not None and not is_within(value, allowed):
            places.setdefault((account, token), []).append((name, value, at))
    return tuple(
        Elsewhere(account, token, seen[0][0], tuple(value for _, value, _ in seen), from_ms(seen[0][2]))
        for (account, token), seen in places.items()
    )
