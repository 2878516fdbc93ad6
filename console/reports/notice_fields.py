"""The fields of a notice in JSON."""

from __future__ import annotations

from console.reports.cells import Value, stamped
from store.notice_rows import NoticeRow


def notice_record(row: NoticeRow, *, text: bool = False) -> dict[str, Value]:
    """Return a notice as JSON, with its text where that is asked for."""
    record: dict[str, Value] = {
        "id": row.id, "kind": row.kind.value, "account": row.account_id, "token": row.token_id, "hint": row.hint,
        "recipient": row.recipient or None, "address": row.address or None, "subject": row.subject, "case": row.case_id,
        "state": row.state.value, "queued_at": stamped(row.queued_at), "next_try_at": stamped(row.next_try_at),
        "tries": row.tries, "sent_at": stamped(row.sent_at), "by": row.way or None, "answer": row.answer or None,
    }  # fmt: skip
    return record | ({"body": row.body} if text else {})
