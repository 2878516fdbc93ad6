"""Many tokens at once for the tests that wear them out."""

from __future__ import annotations

from store.engine import Unit
from store.moments import to_ms
from store.opening import Store
from store.rows import TokenKey
from store.rules.actions import Action
from store.rules.secrets import new_id
from store.writes.audit import Entry
from store.writes.tokens import add
from tests.conftest import NOW
from tests.making import PRIYA, make_account

_DAY_MS = 86_400_000
_AT_ONCE = 500


def make_pool(store: Store, size: int, accounts: tuple[str, ...] = ("ACME", "GLOBEX")) -> list[TokenKey]:
    """Add `size` tokens, shared out among the accounts in turn, and return their keys in that order.

    They are inventory, as an import would bring them in: no secret of theirs was ever made.
    """
    for account in accounts:
        make_account(store, account)
    keys = [TokenKey((accounts[number % len(accounts)], new_id())) for number in range(size)]
    for first in range(0, size, _AT_ONCE):
        some = keys[first : first + _AT_ONCE]
        store.write(lambda unit, some=some: _add(unit, some))  # type: ignore[misc]
    return keys


def _add(unit: Unit, keys: list[TokenKey]) -> None:
    tokens = []
    for account, token in keys:
        name = f"integration {token}"
        row = {
            "account_id": account,
            "id": token,
            "name": name,
            "scopes": "orders.read",
            "tier": "read-only",
            "owner_id": "leo",
            "owner_active": 1,
            "digest_scheme": "none",
            "created_at": to_ms(NOW) - _DAY_MS,
            "expires_at": to_ms(NOW) + 90 * _DAY_MS,
        }
        entry = Entry(PRIYA, Action.IMPORT.value, account, token, name, scopes="orders.read")
        tokens.append((row, entry))
    add(unit, tokens, NOW)
