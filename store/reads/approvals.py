"""What waits for a second person, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.moments import from_ms, maybe_from_ms, to_ms
from store.reader import Reader
from store.rules.second_person import Verdict


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A request: who asked for what, until when it waits, and what became of it."""

    id: str
    kind: str
    operator: str
    summary: str
    reason: str
    asked_at: datetime
    ends_at: datetime
    answered_at: datetime | None
    answered_by: str
    verdict: str
    used_at: datetime | None
    reviewed_at: datetime | None
    reviewed_by: str

    def waits(self, wall: datetime) -> bool:
        """Say whether a second person can still answer."""
        return not self.verdict and wall < self.ends_at

    @property
    def unreviewed(self) -> bool:
        """Say whether the glass was broken and nobody else has looked at it."""
        return self.verdict == Verdict.BROKEN_GLASS and self.reviewed_at is None


_COLUMNS = (
    "id, kind, operator, summary, reason, asked_at, ends_at, answered_at, answered_by, verdict, used_at, reviewed_at, reviewed_by"
)


def approvals(reader: Reader, limit: int = 500) -> tuple[ApprovalRow, ...]:
    """Return requests, the newest first."""
    sql = f"SELECT {_COLUMNS} FROM approval ORDER BY asked_at DESC, id DESC LIMIT :limit"
    return tuple(
        ApprovalRow(
            id=str(row[0]), kind=str(row[1]), operator=str(row[2]), summary=str(row[3]), reason=str(row[4]),
            asked_at=from_ms(row[5]), ends_at=from_ms(row[6]), answered_at=maybe_from_ms(row[7]), answered_by=row[8] or "",
            verdict=row[9] or "", used_at=maybe_from_ms(row[10]), reviewed_at=maybe_from_ms(row[11]), reviewed_by=row[12] or "",
        )
        for row in reader.rows(sql, {"limit": limit})
    )  # fmt: skip


def pending(reader: Reader, wall: datetime) -> tuple[int, int]:
    """Return how many requests wait for a second person, and how often the glass was broken and nobody has looked at it."""
    sql = (
        "SELECT sum(CASE WHEN verdict IS NULL AND ends_at > :now THEN 1 ELSE 0 END), "
        "sum(CASE WHEN verdict = 'broken-glass' AND reviewed_at IS NULL THEN 1 ELSE 0 END) FROM approval "
        "WHERE (verdict IS NULL AND ends_at > :now) OR (verdict = 'broken-glass' AND reviewed_at IS NULL)"
    )
    row = reader.one(sql, {"now": to_ms(wall)})
    return (int(row[0] or 0), int(row[1] or 0)) if row is not None else (0, 0)
