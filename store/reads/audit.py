"""Lines of the audit log, the newest first."""

from __future__ import annotations

import json
from datetime import datetime

from store.moments import from_ms, to_ms
from store.reader import Reader
from store.rows import AuditRow, TokenKey
from store.rules.actions import Action
from store.rules.chain import FIRST_LINK

_COLUMNS = (
    "e.seq, e.action_id, e.at, e.actor, e.actor_role, e.actor_how, e.action, e.account_id, e.token_id, e.token_name, "
    "e.scopes, e.case_id, coalesce(p.reason, ''), coalesce(p.host, ''), coalesce(p.peer, ''), e.detail, e.hash, e.session"
)


def lines(
    reader: Reader,
    *,
    key: TokenKey | None = None,
    account: str | None = None,
    actor: str | None = None,
    action: str | None = None,
    case: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int,
    before_seq: int | None = None,
) -> tuple[AuditRow, ...]:
    """Return up to `limit` lines that match everything given, the newest first; `before_seq` goes on from an earlier page.

    `since` is the first moment that counts, `until` the first that no longer does. A reason, host or peer that was erased
    is empty.
    """
    params: dict[str, object] = {"limit": limit}
    terms: list[str] = []

    def add(term: str, name: str, value: object) -> None:
        if value is not None:
            terms.append(term)
            params[name] = value

    add("e.account_id = :account", "account", account if key is None else key[0])
    add("e.token_id = :token", "token", None if key is None else key[1])
    add("e.actor = :actor", "actor", actor)
    add("e.action = :action", "action", action)
    add("e.case_id IS NOT NULL AND e.case_id = :case", "case", case)
    add("e.at >= :since", "since", None if since is None else to_ms(since))
    add("e.at < :until", "until", None if until is None else to_ms(until))
    add("e.seq < :before", "before", before_seq)
    where = f"WHERE {' AND '.join(terms)} " if terms else ""
    sql = f"SELECT {_COLUMNS} FROM audit e LEFT JOIN audit_private p ON p.seq = e.seq {where}ORDER BY e.seq DESC LIMIT :limit"
    return tuple(_audit_row(*values) for values in reader.rows(sql, params))


def issued_by(reader: Reader, key: TokenKey) -> str:
    """Return the operator who issued a token: what the first line about it says; "" where that is something else."""
    first = "SELECT actor, action FROM audit WHERE account_id = :account AND token_id = :token ORDER BY seq LIMIT 1"
    found = reader.one(first, {"account": key[0], "token": key[1]})
    return str(found[0]) if found is not None and found[1] == Action.ISSUE.value else ""


def head(reader: Reader) -> tuple[int, str]:
    """Return the number and the hash, in hex, of the newest line; 0 and zeros in an empty log."""
    found = reader.one("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
    return (0, FIRST_LINK.hex()) if found is None else (int(found[0]), bytes(found[1]).hex())


def _audit_row(
    seq: int,
    action_id: str,
    at: int,
    actor: str,
    role: str,
    how: str,
    action: str,
    account_id: str | None,
    token_id: str | None,
    token_name: str,
    scopes: str,
    case_id: str | None,
    reason: str,
    host: str,
    peer: str,
    detail: str,
    line_hash: bytes,
    session: str,
) -> AuditRow:
    return AuditRow(
        seq=seq,
        action_id=action_id,
        at=from_ms(at),
        actor=actor,
        actor_role=role,
        actor_how=how,
        action=action,
        account_id=account_id,
        token_id=token_id,
        token_name=token_name,
        scopes=tuple(scopes.split()),
        case_id=case_id,
        reason=reason,
        host=host,
        peer=peer,
        detail=json.loads(detail),
        hash=bytes(line_hash).hex(),
        session=session,
    )
