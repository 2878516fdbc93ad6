"""Panels whose numbers follow the store: counted when they are first seen, when it changes, and once a minute."""

from __future__ import annotations

from datetime import datetime

from textual.timer import Timer

from console.screens.panels import Panels
from console.session import Session
from store.errors import StoreError

GENTLY_S = 5.0
"""Exact numbers of a large store take half a second of work: changes of the store are followed no more often than this."""


class Counting(Panels):
    """Calls `count` when there is reason to; what is shown stays until newer numbers are there."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._minute: datetime | None = None
        self._stale_since: datetime | None = None
        self._counting = False
        self._counted_at = -GENTLY_S
        self._later: Timer | None = None

    def begin_count(self) -> None:
        """Start to read the numbers."""
        raise NotImplementedError

    def show_store(self) -> None:
        """Count, now that the store is open."""
        self.draw_all()
        self.begin_count()

    def on_mount(self) -> None:
        """Count, if the store is open already."""
        if self.session.ready:
            self.begin_count()

    def store_changed(self) -> None:
        """Count again, every few seconds at most while usage pours in; what is shown stays until then."""
        wait = GENTLY_S if self._counting else self._counted_at + GENTLY_S - self.session.clock.monotonic()
        if wait <= 0:
            self.begin_count()
        elif self._later is None:
            self._later = self.set_timer(wait, self._count_later)

    def _count_later(self) -> None:
        self._later = None
        self.begin_count()

    def time_passed(self) -> None:
        """Count again once a minute: something may have expired meanwhile."""
        super().time_passed()
        minute = self.session.now.replace(second=0, microsecond=0)
        if self._minute is not None and minute != self._minute and self.session.ready and not self.session.paused:
            self.begin_count()
        self._minute = minute

    def do_refresh(self, argument: str) -> None:
        """Count again."""
        if self.session.ready:
            self.begin_count()

    def explain_stale(self, error: StoreError, *, shown: bool) -> None:
        """Say what went wrong, and since when what is shown is no longer the newest."""
        self._stale_since = self._stale_since or self.session.now
        since = f" Stale since {self._stale_since:%H:%M}Z." if shown else ""
        self.say((error.problem, "danger"), (f" {error.remedy}{since}", "quiet"), "  ", ("ctrl-r", "key"), " tries again")

    def fresh_again(self) -> None:
        """Take back what was said about old numbers."""
        if self._stale_since is not None:
            self._stale_since = None
            self.say()
