"""The audit lines of a demo store: every deed of every story, in order of time, linked as the store links them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from store.demo.chance import Chance
from store.demo.loading import COLUMNS
from store.demo.names import STAFF
from store.demo.stories import Deed
from store.rules.chain import FIRST_LINK, line_hash, private_digest
from store.rules.state import canonical, state_digest

_LINE = COLUMNS["audit"]


class History:
    """Writes lines one after the other; `seq` is the number of the newest."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._link = FIRST_LINK
        self.seq = 0
        self.lines: list[tuple[Any, ...]] = []
        self.private: list[tuple[Any, ...]] = []

    def add(self, deed: Deed, label: str, token: Mapping[str, Any] | None, *, vouches: bool, account: str | None = None) -> int:
        """Record a deed and return its number. `token` is the row after it; `label` names the deed in this store."""
        self.seq += 1
        actor = STAFF[deed.actor]
        line: dict[str, Any] = {
            "seq": self.seq,
            "action_id": self._chance.action_id(deed.at, label),
            "at": deed.at,
            "actor": actor.name,
            "actor_role": actor.role.value,
            "actor_how": actor.how,
            "session": "",
            "action": deed.action.value,
            "account_id": account if token is None else token["account_id"],
            "token_id": None if token is None else token["id"],
            "token_name": "" if token is None else token["name"],
            "scopes": "" if token is None else token["scopes"],
            "case_id": deed.case,
            "detail": canonical(deed.detail).decode(),
            "state_digest": state_digest(token) if token is not None and vouches else None,
            "private_digest": None,
            "prev_hash": self._link,
        }
        if deed.reason or actor.host or actor.peer:
            salt = self._chance.bytes(f"salt/{self.seq}", 16)
            line["private_digest"] = private_digest(salt, deed.reason, actor.host, actor.peer)
            self.private.append((self.seq, salt, deed.reason, actor.host, actor.peer))
        self._link = line["hash"] = line_hash(line)
        self.lines.append(tuple(line[name] for name in _LINE))
        return self.seq

    def taken(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Return the lines and their private parts since the last time, and forget them."""
        lines, private, self.lines, self.private = self.lines, self.private, [], []
        return lines, private
