"""A line of the audit log, for a person."""

from __future__ import annotations

from console.reports.cells import moment_words
from store.rows import AuditRow


def audit_words(line: AuditRow) -> str:
    """Write an audit line for a person."""
    what = f" {line.account_id}/{line.token_id} {line.token_name}" if line.token_id else ""
    what = what or (f" {line.account_id}/{who}" if (who := line.detail.get("member")) else "")
    extra = "".join(f", {part}" for part in (line.reason, line.case_id) if part)
    return f"#{line.seq} {moment_words(line.at)} {line.actor} {line.action}{what}{extra}"
