"""The audit lines of a case as the rules see them, and its tokens as the checklist does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from store.moments import maybe_from_ms
from store.reader import Reader
from store.rows import TokenKey, TokenRow
from store.rules.actions import Action
from store.rules.cases import CaseEntry
from store.rules.checklist import EXPORTED, Involved
from store.rules.status import Status

_ENTRIES = (
    "SELECT e.seq, e.at, e.actor, e.action, e.account_id, e.token_id, coalesce(p.reason, ''), e.detail FROM audit e "
    "LEFT JOIN audit_private p ON p.seq = e.seq WHERE e.case_id IS NOT NULL AND e.case_id = :case "
    "ORDER BY e.seq {order} LIMIT :limit"
)


def count_lines(reader: Reader, case: str) -> int:
    """Return how many audit lines are filed under a case."""
    return int(reader.value("SELECT count(*) FROM audit WHERE case_id IS NOT NULL AND case_id = :case", {"case": case}))


def entries_of(reader: Reader, case: str, oldest: int, newest: int = 0) -> list[CaseEntry]:
    """Return up to so many of the oldest and the newest lines of a case, the oldest first, each once."""
    found: dict[int, CaseEntry] = {}
    for order, limit in (("ASC", oldest), ("DESC", newest)):
        for row in reader.rows(_ENTRIES.format(order=order), {"case": case, "limit": limit}) if limit else ():
            found[int(row[0])] = _entry(*row)
    return [found[seq] for seq in sorted(found)]


def involved(rows: Iterable[TokenRow]) -> list[Involved]:
    """Return tokens as the checklist judges them."""
    return [Involved(row.key, label_of(row), row.status, ended_at(row), row.revoked_by or "", _ends(row)) for row in rows]


def label_of(row: TokenRow) -> str:
    """Return how a token is named in a checklist: by its last characters, which nobody can fake."""
    return f"…{row.hint}" if row.hint else row.id


def ended_at(row: TokenRow) -> datetime | None:
    """Return since when a token can't be used any more; None while it can, or may again."""
    match row.status:
        case Status.REVOKED:
            return row.revoked_at
        case Status.EXPIRED:
            return min(end for end in (row.expires_at, row.retires_at) if end is not None)
        case Status.ACTIVE | Status.RETIRING | Status.SUSPENDED:
            return None


def _ends(row: TokenRow) -> datetime | None:
    return row.suspended_until if row.status is Status.SUSPENDED else row.retires_at


def _entry(
    seq: int, at: int, who: str, action: str, account: str | None, token: str | None, words: str, detail: str
) -> CaseEntry:
    kept = _read(detail)
    told_at = kept.get("told_at")
    moment = maybe_from_ms(at)
    assert moment is not None
    key = TokenKey((account, token)) if account is not None and token is not None else None
    return CaseEntry(
        int(seq), moment, who, action, key, _did(action, kept), words,
        maybe_from_ms(told_at) if isinstance(told_at, int) else None,
    )  # fmt: skip


def _did(action: str, detail: Mapping[str, object]) -> str:
    """Return what a line says was done; of exports only those of a case that were finished count."""
    if action == Action.EXPORT.value:
        return EXPORTED if detail.get("list") == EXPORTED and detail.get("did") == "finished" else ""
    return str(detail.get("did", ""))


def _read(detail: str) -> Mapping[str, object]:
    """Return a line's detail; a damaged one says nothing here, `audit verify` names it."""
    try:
        found = json.loads(detail)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
