"""A line of the audit log, for a person and for a program."""

from __future__ import annotations

from console.cli.output import Value, moment_words, stamped
from store.rows import AuditRow


def audit_words(line: AuditRow) -> str:
    """Write an audit line for a person."""
    what = f" {line.account_id}/{line.token_id} {line.token_name}" if line.token_id else ""
    extra = "".join(f", {part}" for part in (line.reason, line.case_id) if part)
    return f"#{line.seq} {moment_words(line.at)} {line.actor} {line.action}{what}{extra}"


def audit_record(line: AuditRow) -> dict[str, Value]:
    """Return an audit line as a JSON object."""
    return {
        "seq": line.seq,
        "at": stamped(line.at),
        "actor": line.actor,
        "actor_role": line.actor_role,
        "actor_how": line.actor_how,
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
