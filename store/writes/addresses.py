"""From where a token may be used: an allow-list the gateway keeps to (requirement D7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.engine import Unit
from store.moments import to_ms
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.networks import Network
from store.rules.roles import Permission
from store.writes.authority import authorise
from store.writes.orders import Changed, Order
from store.writes.tokens import Change, apply, hold_for, refuse_ended

_PUT = """
INSERT INTO token_rule (account_id, token_id, allowed_addresses, updated_at, updated_by)
VALUES (:account, :id, :allowed, :at, :by)
ON CONFLICT (account_id, token_id) DO UPDATE
SET allowed_addresses = excluded.allowed_addresses, updated_at = excluded.updated_at, updated_by = excluded.updated_by
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressesOrder(Order):
    """Let a token be used from these networks only; none lets it be used from anywhere."""

    networks: tuple[Network, ...]


def allow_addresses(unit: Unit, order: AddressesOrder, now: datetime) -> Changed:
    """Set from where a token may be used. Raises NotFound, or Refused for the role or a token that has ended."""
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.ADDRESSES, order.key))
    held = hold_for(unit, order)
    refuse_ended(held, now, "bound to addresses")
    key = {"account": order.key[0], "id": order.key[1]}
    before = unit.value("SELECT allowed_addresses FROM token_rule WHERE account_id = :account AND token_id = :id", key) or ""
    allowed = " ".join(map(str, order.networks))
    unit.run(_PUT, {**key, "allowed": allowed, "at": to_ms(now), "by": actor.name})
    detail = {"from": before, "allowed": allowed}
    change = Change(held, {}, Action.ADDRESSES, actor, order.action_id, order.reason, order.case, detail)
    return apply(unit, [change], now)[0]
