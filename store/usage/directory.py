"""Which token an id in a log means: looked up once each, in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, islice, repeat
from typing import Any, cast

from store.rows import TokenKey
from store.usage.columns import Named

_BATCH = 100
"""So many are asked for at once, always: every other number would be a statement of its own, prepared and kept."""

_MOST = 2_000_000

Ask = Callable[[str, Mapping[str, Any]], Sequence[Sequence[Any]]]


class Directory:
    """The accounts that hold a token of each id; remembered, because tokens are never deleted."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._accounts: dict[str, tuple[str, ...]] = {}
        self._found: dict[tuple[str, str], TokenKey | int] = {}

    def learn(self, ids: Iterable[str]) -> None:
        """Look up every id that is not known yet, and what follows the first `/` of those that have one."""
        if len(self._accounts) > _MOST:
            self._accounts.clear()
            self._found.clear()
        wanted = {name for name in ids if name not in self._accounts}
        wanted |= {name.partition("/")[2] for name in wanted if "/" in name}
        wanted -= self._accounts.keys()
        names = sorted(wanted)
        for start in range(0, len(names), _BATCH):
            self._look_up(names[start : start + _BATCH])

    def find(self, token: str, account: str) -> TokenKey | int:
        """Return the token meant, or how many accounts hold such an id: 0 for none, more than 1 when it is not clear which.

        `token` is an id or ACCOUNT/ID; `account` settles it where the log tells it.
        """
        found = self._found.get((token, account))
        if found is None:
            found = self._found[token, account] = self._find(token, account)
        return found

    def placed(self, names: Iterable[Named]) -> list[TokenKey] | None:
        """Return the token meant by each name, or None when one of them was not looked for yet, or means no single token."""
        keys = [self._found.get((name, "") if isinstance(name, str) else name) for name in names]
        return None if None in keys or int in map(type, keys) else cast("list[TokenKey]", keys)

    def _find(self, token: str, account: str) -> TokenKey | int:
        accounts = self._accounts.get(token, ())
        if not accounts and "/" in token:
            named, _, rest = token.partition("/")
            if named in self._accounts.get(rest, ()):
                return TokenKey((named, rest))
        if len(accounts) == 1 and (not account or account == accounts[0]):
            return TokenKey((accounts[0], token))
        if account:
            return TokenKey((account, token)) if account in accounts else 0
        return len(accounts)

    def _look_up(self, names: list[str]) -> None:
        params = {f"n{number}": name for number, name in enumerate(islice(chain(names, repeat(names[-1])), _BATCH))}
        places = ", ".join(f":{name}" for name in params)
        found: dict[str, list[str]] = {name: [] for name in names}
        for account_id, token_id in self._ask(f"SELECT account_id, id FROM token WHERE id IN ({places})", params):
            found[token_id].append(account_id)
        self._accounts.update({name: tuple(sorted(accounts)) for name, accounts in found.items()})
