"""What can be exported: each list as it is shown, read in chunks, with its fields by the names of interfaces.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from console.reports.cells import Value, stamped
from console.reports.freshness import FRESHNESS, freshness_cells

if TYPE_CHECKING:
    from store.reader import Reader
    from store.reads.questions import Question
    from store.rows import AccountLine, TokenKey, TokenRow
    from store.rules.audit_filter import AuditFilter
    from store.rules.views import View

CHUNK = 500

Rows = Sequence[Sequence[Value]]
Chunk = tuple[Rows, object | None]
"""Some rows, and where to go on; None at the end."""


@dataclass(frozen=True, slots=True)
class Export:
    """A list to be exported: `what` names it, `about` says what it is narrowed to, `total` how many rows are expected.

    `chunk` reads the rows behind a place (None: the first ones); it is called in a thread, and never holds a lock.
    """

    what: str
    about: str
    fields: tuple[str, ...]
    chunk: Callable[[Reader, object | None], Chunk]
    total: int | None = None

    @property
    def noun(self) -> str:
        """Return what its rows are called."""
        return NOUNS.get(self.what, self.what)


NOUNS = {"audit": "audit lines"}


def tokens_export(question: Question, now: datetime, about: str, total: int | None) -> Export:
    """Return the export of a list of tokens: every field but the digest, which is never exported."""

    def chunk(reader: Reader, after: object | None) -> Chunk:
        from store.reads.tokens import page

        found = page(reader, question, now, CHUNK, after=after)  # type: ignore[arg-type]
        return _token_rows(reader, found.rows), found.anchors[-1] if len(found.rows) == CHUNK else None

    return Export("tokens", about, _token_fields(), chunk, total)


def marked_export(keys: Sequence[TokenKey], now: datetime) -> Export:
    """Return the export of some tokens in the order given; those that have gone are left out."""

    def chunk(reader: Reader, after: object | None) -> Chunk:
        from store.reads.token_rows import counted, token_rows

        start = after if isinstance(after, int) else 0
        some = keys[start : start + CHUNK]
        held = token_rows(reader, some, now)
        rows = counted(reader, [held[key] for key in some if key in held], now)
        end = start + len(some)
        return _token_rows(reader, rows), end if end < len(keys) else None

    return Export("tokens", "marked", _token_fields(), chunk, len(keys))


def _token_fields() -> tuple[str, ...]:
    from console.reports.token_fields import FIELDS

    return (*(field.name for field in FIELDS), *FRESHNESS)


def _token_rows(reader: Reader, rows: Sequence[TokenRow]) -> Rows:
    from console.reports.token_fields import FIELDS
    from store.reads.usage import freshness

    known = freshness_cells(freshness(reader))
    return [[*(field.value(row) for field in FIELDS), *known] for row in rows]


ACCOUNT_FIELDS: tuple[tuple[str, Callable[[AccountLine], Value]], ...] = (
    ("id", lambda row: row.id),
    ("name", lambda row: row.name),
    ("plan", lambda row: row.plan),
    ("created_at", lambda row: stamped(row.created_at)),
    ("live_tokens", lambda row: row.live_tokens),
    ("orphaned", lambda row: row.orphaned),
    ("never_expires", lambda row: row.never_expires),
    ("too_broad", lambda row: row.broad),
    ("last_used_at", lambda row: stamped(row.last_used_at)),
    ("requests_24h", lambda row: row.requests_24h),
    ("refused_24h", lambda row: row.refused_24h),
)


def accounts_export(text: str, now: datetime, total: int | None) -> Export:
    """Return the export of the accounts with `text` in their name or id."""

    def chunk(reader: Reader, after: object | None) -> Chunk:
        from store.reads.accounts import account_lines
        from store.reads.usage import freshness

        known = freshness_cells(freshness(reader))
        found = account_lines(reader, now, CHUNK, text=text, after=None if after is None else str(after))
        rows = [[*(take(row) for _, take in ACCOUNT_FIELDS), *known] for row in found]
        return rows, found[-1].id if len(rows) == CHUNK else None

    return Export("accounts", text, (*(name for name, _ in ACCOUNT_FIELDS), *FRESHNESS), chunk, total)


AUDIT_FIELDS = (
    "seq", "at", "actor", "actor_role", "actor_how", "session", "action", "account", "token", "token_name", "scopes", "case",
    "reason", "host", "peer", "detail", "action_id", "hash",
)  # fmt: skip


def audit_export(wanted: AuditFilter, now: datetime, total: int | None) -> Export:
    """Return the export of the audit lines that match, the newest first."""

    def chunk(reader: Reader, after: object | None) -> Chunk:
        from console.reports.audit_fields import audit_record
        from store.reads.audit_list import audit_lines

        found = audit_lines(reader, wanted, now, CHUNK, older_than=after if isinstance(after, int) else None)
        records = [audit_record(line) for line in found]
        return [[record[name] for name in AUDIT_FIELDS] for record in records], found[-1].seq if len(found) == CHUNK else None

    return Export("audit", wanted.text, AUDIT_FIELDS, chunk, total)


VIEW_FIELDS = ("name", "saved", "filter", "sort", "columns", "rule")


def views_export(views: Sequence[View]) -> Export:
    """Return the export of views."""
    rows = [[view.name, view.kind, view.filter, view.sort, view.columns, view.rule] for view in views]
    return Export("views", "", VIEW_FIELDS, lambda reader, after: (rows, None), len(rows))
