"""A line of the audit log for a program: one record, the same on the command line and in an export."""

from __future__ import annotations

from console.reports.cells import Value, stamped
from store.rows import AuditRow


def audit_record(line: AuditRow) -> dict[str, Value]:
    """Return an audit line as a JSON object."""
    return {
        "seq": line.seq,
        "at": stamped(line.at),
        "actor": line.actor,
        "actor_role": line.actor_role,
        "actor_how": line.actor_how,
        "session": line.session,
        "action": line.action,
        "account": line.account_id,
        "token": line.token_id,
        "token_name": line.token_name,
        "scopes": list(line.scopes),
        "case": line.case_id,
        "reason": line.reason,
        "host": line.host,
        "peer": line.peer,
        "detail": line.detail,  # type: ignore[dict-item]
        "action_id": line.action_id,
        "hash": line.hash,
    }
