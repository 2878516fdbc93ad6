"""How the token list gets its rows, counts and details: every read it makes, and what it does when one fails."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar, cast

from textual import on, work

from console.screens.inspecting import Inspecting
from console.screens.place import History, Place
from console.session import Session
from console.widgets.windowed_list import Ask, WindowedList
from store.rules.views import VIEWS

if TYPE_CHECKING:
    from store.reader import Reader
    from store.reads.parts import Anchor
    from store.reads.views import Count
    from store.rows import Freshness, TokenKey, TokenLine
    from store.rules.views import View

T = TypeVar("T")
COUNT_CAP = 10_000
"""A list longer than this is counted to the end only after its first rows are shown."""

SPARKS_KEPT = 2_000
PAINTED_S = 0.05
"""After so long the first rows are on the terminal, and the rest is read."""

FIRST_CAP = 1_000
"""How far each view is counted for the first picture; once the exact numbers are there, only newer ones take their place."""


class Reading(Inspecting, part=True):
    """The reading half of the token list. `here` says what is shown; `read_again` reads all of it."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.history = History()
        self.counts: Mapping[str, Count] = {}
        self.saved_counts: dict[str, Count] = {}
        self.fresh: Freshness | None = None
        self._sparks: dict[TokenKey, tuple[int, ...]] = {}
        self.after: dict[TokenKey, TokenLine] = {}
        self._minute: datetime | None = None
        self._rows_come_first = False

    @property
    def here(self) -> Place:
        """Return the place that is shown."""
        return self.history.here

    @property
    def views(self) -> tuple[View, ...]:
        """Return every view there is to choose from: those every store has, one's own, those for everybody."""
        return (*VIEWS, *self.session.saved)

    @property
    def all_counts(self) -> Mapping[str, Count]:
        """Return how much each view holds, as far as is known, by its id."""
        return {**self.counts, **self.saved_counts}

    def draw_list_edge(self) -> None:
        """Draw the line over the list: where one is and how much there is."""
        raise NotImplementedError

    def draw_views(self) -> None:
        """Draw the navigator."""
        raise NotImplementedError

    def show_store(self) -> None:
        """Read everything for the first time: the first rows, and once they are here all the rest."""
        self._rows_come_first = True
        self.table.reload()
        self.draw_all()

    def show_order(self) -> None:
        """Show what the list is sorted by."""
        order = self.here.sorted_by()
        self.table.show_sort(order.field, order.descending)

    @work(exit_on_error=False, description="see how far the audit log is")
    async def follow_from_here(self) -> None:
        """Take note of the newest audit line: what comes later is news."""
        from store.reads.audit import head

        async def read() -> None:
            self.session.seen = await self.session.desk.ask("head", lambda reader: head(reader)[0])

        await self.tried(read)

    def store_changed(self) -> None:
        """Read again; the old rows stay until the new ones are here, and the cursor on its token."""
        self.follow()

    @work(exit_on_error=False, description="follow a change")
    async def follow(self) -> None:
        """Read again, unless all that has changed is what was done here: its row is up to date, and the list stands still.

        After a token was issued the cursor goes to it, where the list holds it.
        """
        from store.reads.audit import head
        from store.reads.tokens import position
        from store.reads.usage import freshness

        async def read() -> None:
            while self.session.desk.writing:
                await asyncio.sleep(0.02)
            newest = await self.session.desk.ask("head", lambda reader: head(reader)[0])
            fresh = await self.session.desk.ask("fresh", freshness)
            made, self.session.made = self.session.made, None
            only_own = self.session.only_own(newest)
            if made is not None:
                question, now = self.here.question, self.session.now
                found = await self.session.desk.ask("made", lambda reader: position(reader, question, now, made))
                self.read_again(at=made if found is not None else None)
            elif only_own and fresh == self.fresh:
                self.count_views()
            else:
                self.read_again()

        await self.tried(read)

    @work(exit_on_error=False, description="read one row again")
    async def reread(self, key: TokenKey) -> None:
        """Show one row as it is now, where it is: the list does not move under the cursor after an action."""
        from store.reads.tokens import token

        now = self.session.now

        async def read() -> None:
            row = await self.session.desk.ask(f"row {key}", lambda reader: token(reader, key, now))
            if row is not None:
                self.after[key] = row
                self.table.repaint()
                self.rested()
                self.count_views()

        await self.tried(read)

    def time_passed(self) -> None:
        """Draw ages anew once a minute, and what expired meanwhile."""
        super().time_passed()
        minute = self.session.now.replace(second=0, microsecond=0)
        if self._minute is not None and minute != self._minute and not self.session.paused and self.session.ready:
            self.read_again()
            self.table.repaint()
        self._minute = minute

    # Reading again -----------------------------------------------------------------------------------------------

    def read_again(self, *, keep: bool = True, at: TokenKey | None = None) -> None:
        """Read everything that is shown. With `keep` the old rows stay until the new ones are here; the cursor goes to `at`."""
        if not self.session.ready:
            return
        if not keep:
            self.facts = None
            self.table.show_nothing("")
        stamp = self.table.reload(keep=keep, at=at)
        self.count(stamp)
        self.count_views()
        self.look_closer()

    @on(WindowedList.RowsWanted)
    def _rows_wanted(self, event: WindowedList.RowsWanted) -> None:
        if self.session.ready:
            self.fetch(event.ask)
        else:
            self.table.failed(event.ask.stamp, event.ask.first)

    @on(WindowedList.KeyWanted)
    def _key_wanted(self, event: WindowedList.KeyWanted) -> None:
        self.seek(event.stamp, cast("TokenKey", event.key))

    @work(exit_on_error=False, description="fetch rows")
    async def fetch(self, ask: Ask) -> None:
        """Answer the list's ask: rows, and the bars of each, in one trip and one picture."""
        from store.reads.tokens import Page, lines, spark

        question, now = self.here.question, self.session.now
        after, before = cast("Anchor | None", ask.after), cast("Anchor | None", ask.before)

        def both(reader: Reader) -> tuple[Page[TokenLine], dict[TokenKey, tuple[int, ...]]]:
            got = lines(reader, question, now, ask.count, after=after, before=before, offset=ask.offset, last=ask.from_end)
            return got, spark(reader, [row.key for row in got.rows], now)

        self._begin()

        async def read() -> None:
            got, sparks = await self.session.desk.ask(f"rows {ask.first}", both)
            if len(self._sparks) > SPARKS_KEPT:
                self._sparks.clear()
            self._sparks.update(sparks)
            for row in got.rows:
                self.after.pop(row.key, None)
            if self.table.put(ask.stamp, ask.first, got.rows, got.anchors):
                self._read_well()

        if not await self.tried(read):
            self.table.failed(ask.stamp, ask.first)
        if self._rows_come_first:
            self._rows_come_first = False
            self.set_timer(PAINTED_S, lambda: self._read_the_rest(ask.stamp))

    def _read_the_rest(self, stamp: int) -> None:
        self.count(stamp)
        self.count_views()
        self.look_closer()
        self.follow_from_here()
        if not self.session.settings.read_only:
            self.session.desk.warm_up()

    @work(exit_on_error=False, description="find the cursor's row")
    async def seek(self, stamp: int, key: TokenKey) -> None:
        """Say where a row is now."""
        from store.reads.tokens import position

        question, now = self.here.question, self.session.now

        async def read() -> None:
            found = await self.session.desk.ask("seek", lambda reader: position(reader, question, now, key))
            self.table.found(stamp, key, found)

        await self.tried(read)

    @work(exit_on_error=False, description="count rows")
    async def count(self, stamp: int) -> None:
        """Count the list: up to a cap at once, to the end when it is longer."""
        from store.reads.tokens import count

        question, now = self.here.question, self.session.now

        async def read() -> None:
            rows = await self.session.desk.ask("count", lambda reader: count(reader, question, now, COUNT_CAP))
            self.table.set_total(rows, exact=rows < COUNT_CAP, stamp=stamp)
            if rows >= COUNT_CAP:
                rows = await self.session.desk.ask("count", lambda reader: count(reader, question, now))
                self.table.set_total(rows, stamp=stamp)
            self._counted(rows)

        await self.tried(read)

    @work(exit_on_error=False, description="count views")
    async def count_views(self) -> None:
        """Count every saved view, at first no further than can be done at once; and see how far usage is known."""
        from store.reads.saved_views import saved_views
        from store.reads.usage import freshness

        now = self.session.now

        async def read() -> None:
            who = self.session.actor.name if self.session.actor is not None else ""
            self.fresh, self.session.saved = await self.session.desk.ask(
                "freshness", lambda reader: (freshness(reader), saved_views(reader, who))
            )
            self.draw_edges()
            known = bool(self.counts)
            if not known:
                await self._count_views_up_to(FIRST_CAP, now)
            if known or any(count.more for count in self.counts.values()):
                await self._count_views_up_to(None, now)
            await self._count_saved(now)

        await self.tried(read)

    async def _count_saved(self, now: datetime) -> None:
        """Count what somebody saved, one after the other: it may ask for what no index holds, so it comes last."""
        from store.reads.saved_views import MOST_COUNTED, count_saved

        saved = self.session.saved
        counts: dict[str, Count] = {}
        for view in saved[:MOST_COUNTED]:
            found = await self.session.desk.ask("saved views", lambda reader, view=view: count_saved(reader, view, now))  # type: ignore[misc]
            if found is not None:
                counts[view.id] = found
        if saved or self.saved_counts:
            self.saved_counts = counts
            self.draw_views()

    async def _count_views_up_to(self, cap: int | None, now: datetime) -> None:
        from store.reads.views import counts_up_to

        self.counts = await self.session.desk.ask("views", lambda reader: counts_up_to(reader, now, cap))
        self.draw_views()
        self.draw_list_edge()

    def _counted(self, rows: int) -> None:
        self.draw_list_edge()
        self.draw_edges()
        if rows == 0:
            self.table.show_nothing(self._why_nothing())
            self.facts = None
            self.look_closer()

    def _why_nothing(self) -> str:
        here = self.here
        if here.filter:
            elsewhere = "" if here.view == "all" else " :view all looks in all tokens."
            return f"No tokens in “{here.of.title}” match “{here.filter}”. Esc clears the filter.{elsewhere}"
        if here.view == "live":
            return "This store has no live tokens. `tokendesk import tokens FILE` brings some in."
        return f"No token is in this view. {here.of.rule} 1 shows all live tokens."
