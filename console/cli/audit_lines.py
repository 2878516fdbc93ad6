"""A line of the audit log, for a person."""

from __future__ import annotations

from console.render.audit_words import sentence, who
from console.reports.cells import moment_words
from store.rows import AuditRow


def audit_words(line: AuditRow) -> str:
    """Write an audit line for a person: when, who, what was done in plain words, to which token, why, for which case."""
    token = f"{line.account_id}/{line.token_id}" if line.token_id else ""
    extra = "".join(f", {part}" for part in (token, line.reason, line.case_id) if part)
    return f"#{line.seq} {moment_words(line.at)} {who(line)} {sentence(line)}{extra}"
