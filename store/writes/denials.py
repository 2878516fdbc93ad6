"""Putting a refusal on the audit log: once, and when it comes again within the minute it is only counted (test T36)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from store.engine import Unit
from store.errors import Lack
from store.moments import DAY_MS, MINUTE_MS, to_ms
from store.rules.actions import Action
from store.rules.denials import MOST_A_MINUTE, Doing, target_words
from store.rules.roles import Actor, Role
from store.writes.audit import Entry, record

_FORGET = "DELETE FROM denial WHERE operator = :operator AND written_at <= :yesterday"
_LATELY = "SELECT count(*) FROM denial WHERE operator = :operator AND written_at > :since"
_HELD = "SELECT written_at, unwritten FROM denial WHERE operator = :operator AND action = :action AND target = :target"
_COUNT = "UPDATE denial SET unwritten = unwritten + 1 WHERE operator = :operator AND action = :action AND target = :target"
_WRITTEN = """
INSERT INTO denial (operator, action, target, written_at, unwritten) VALUES (:operator, :action, :target, :now, 0)
ON CONFLICT (operator, action, target) DO UPDATE SET written_at = excluded.written_at, unwritten = 0
"""


def record_denial(unit: Unit, actor: Actor, doing: Doing, why: Lack, now: datetime) -> int | None:
    """Put on record that somebody was refused for want of permission; return the audit number, None where it was counted.

    The line names the token only by its id, and no line is filed under a case: that would open one. Whoever is no operator is
    counted together with all others who are none, so that made-up names make no more lines. How often a refusal came again is
    on the next line about the same; it is forgotten after a day.
    """
    wall = to_ms(unit.wall())
    known = unit.rows("SELECT role FROM operator WHERE name = :name", {"name": actor.name})
    actor = replace(actor, role=Role(known[0][0])) if known else replace(actor, name=_visible(actor.name))
    row: dict[str, Any] = {"operator": actor.name if known else "", "action": doing.action, "target": target_words(doing)}
    row |= {"now": wall, "since": wall - MINUTE_MS, "yesterday": wall - DAY_MS}
    held = unit.rows(_HELD, row)
    if not _again(held, row) and int(unit.value(_LATELY, row)) >= MOST_A_MINUTE:
        doing = Doing("")
        row |= {"action": "", "target": ""}
        held = unit.rows(_HELD, row)
    if _again(held, row):
        unit.run(_COUNT, row)
        return None
    unit.run(_FORGET, row)
    unit.run(_WRITTEN, row)
    detail = {"tried": doing.action, "target": row["target"], "why": why.value, "again": int(held[0][1]) if held else 0}
    account, token = _named(unit, doing)
    entry = Entry(
        actor=actor, action=Action.DENIED.value, account_id=account, token_id=token,
        detail={name: value for name, value in detail.items() if value not in ("", 0)},
    )  # fmt: skip
    return record(unit, entry, now)


def _again(held: Any, row: dict[str, Any]) -> bool:
    """Say whether the same was written within the minute; of a clock that was set back nobody has to wait for the end."""
    return bool(held) and row["since"] < int(held[0][0]) <= row["now"]


def _named(unit: Unit, doing: Doing) -> tuple[str | None, str | None]:
    """Return the account and the token the line is about, as far as the store has them."""
    if doing.key is not None:
        held = {"account": doing.key[0], "id": doing.key[1]}
        if unit.value("SELECT 1 FROM token WHERE account_id = :account AND id = :id", held) is not None:
            return doing.key
    account = doing.account
    if account and unit.value("SELECT 1 FROM account WHERE id = :id", {"id": account}) is not None:
        return account, None
    return None, None


def _visible(name: str) -> str:
    """Return a name that anybody can have claimed as it may stand on the log."""
    return "".join(one if one.isprintable() else "·" for one in name)[:100] or "?"
