"""What came of one try to send a notice, whatever way it went."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from store.notice_rows import NoticeRow


class Fate(Enum):
    """What becomes of the notice: `OURS` is a fault of what was set up here, for which the notice loses no try."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Result:
    """What the other side said. `stop`: nothing else would get through now either."""

    fate: Fate
    answer: str
    stop: bool = False


class Way(Protocol):
    """A way to tell people; `name` is a word for the audit log."""

    name: str

    def takes(self, row: NoticeRow) -> bool:
        """Say whether this notice can go this way at all."""
        ...

    def send(self, row: NoticeRow, now: datetime) -> Result:
        """Try once; never raises for what the other side does."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...
