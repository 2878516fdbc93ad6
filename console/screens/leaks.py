"""A leaked string is pasted into a masked box: whose it is, whether it works, what to do; below it, what is on record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.widget import Widget

from console.actions import LEAKS
from console.render.leak_rows import COLUMNS, LeakRow, leak_cells, leak_sheet
from console.render.pieces import Line
from console.render.sheet import Sheet, line, wrapped
from console.render.token_facts import TokenFacts
from console.screens.desktop import bindings_for
from console.screens.identifying import Identifying
from console.screens.listing import Listing
from console.session import Session
from console.widgets.frame import Frame, Panel
from console.widgets.ground import Ground
from console.widgets.windowed_list import Ask, WindowedList
from store.rules.leaks import Verdict

if TYPE_CHECKING:
    from store.rows import ExposureRow, Identified, TokenKey, TokenRow

WELCOME = (
    "Paste a suspect token to learn whose it is and whether it still works. i opens the box; a paste opens it by itself.",
    "The secret itself is never shown, logged or stored: the list keeps ids and verdicts of this sitting, and what is on record.",
    "L shows who looked up which token before, in the audit log.",
)


class LeaksScreen(Listing, Identifying):
    """Identifies pasted tokens; the newest verdict is on top, and below this sitting every exposure on record, newest first."""

    PLACE = LEAKS
    TITLE_WORDS: ClassVar[str] = "Leaks"
    BINDINGS = bindings_for(LEAKS)
    AUTO_FOCUS = "#list"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._found: list[LeakRow] = []
        self._recorded = 0
        self._facts: TokenFacts | None = None
        self._seen: tuple[TokenKey, tuple[ExposureRow, ...]] | None = None
        self._reasons: dict[TokenKey, str] = {}

    # Parts -------------------------------------------------------------------------------------------------------

    def middle(self) -> Iterable[Widget]:
        """Yield the list of verdicts and the inspector."""
        table: WindowedList[LeakRow] = WindowedList(
            COLUMNS, lambda row: leak_cells(row, self.session.now, self._brand), lambda row: row.key, id="list"
        )
        with Ground(id="work"):
            yield Frame(table, id="middle")
            yield Panel(id="inspector")

    def on_mount(self) -> None:
        """Show that nothing was pasted yet, and open the box."""
        self._show_found()
        self.do_identify("")

    @property
    def _brand(self) -> str:
        return self.session.facts.brand if self.session.facts is not None else ""

    @property
    def _here(self) -> LeakRow | None:
        """Return the verdict under the cursor; None while one is looked up, when a key is meant for what was pasted."""
        row: LeakRow | None = self.table.cursor_row
        return None if self.looking else row

    @property
    def row(self) -> TokenRow | None:
        """Return the token of the verdict under the cursor."""
        return None if self._here is None else self._here.found.row

    @property
    def known(self) -> TokenFacts | None:
        """Return what has been read about it."""
        return self._facts

    def in_hand(self) -> dict[str, str]:
        """Return the token of the verdict, and the reason that was given for ending it without proof."""
        return {**super().in_hand(), "reason": self.reason(), "look_ups": LOOK_UPS}

    def undock(self) -> None:
        """Say what the verdict under the cursor means."""
        pane = self.dock()
        if not pane.is_mounted:
            return
        width, height = pane.room
        here = self._here
        self.tell_of(self.row)
        if here is None:
            said = (LOOKING,) if self.looking else WELCOME
            lines: list[Line] = [one for words in said for one in wrapped(words, width, "quiet")]
            pane.show(Sheet(lines[:height], line(("Is it ours?", "title"))))
            return
        facts = self._facts if self._facts is not None and self.row is not None and self._facts.row.key == self.row.key else None
        seen = self._seen[1] if self._seen is not None and self.row is not None and self._seen[0] == self.row.key else ()
        pane.show(leak_sheet(here, facts, self.session.now, self._brand, width, height, seen))

    def rested(self) -> None:
        """Read what is known of the token under the cursor."""
        if self.is_mounted and (self.dialog is None or self.dialog.wants_line):
            self.undock()
        row = self.row
        if row is not None and (self._facts is None or self._facts.row.key != row.key):
            self.inspect(row)

    @work(exit_on_error=False, description="inspect a token")
    async def inspect(self, row: TokenRow) -> None:
        """Read everything about a token."""
        from console.screens.facts import gather

        now = self.session.now

        async def read() -> None:
            from store.reads.exposures import exposures_of

            self._facts = await self.session.desk.ask("leak facts", lambda reader: gather(reader, row, now))
            self._seen = row.key, await self.session.desk.ask("exposures", lambda reader: exposures_of(reader, row.key))
            if self.is_mounted and (self.dialog is None or self.dialog.wants_line):
                self.undock()

        await self.tried(read)

    @on(WindowedList.RowsWanted)
    def _rows_wanted(self, event: WindowedList.RowsWanted) -> None:
        ask = event.ask
        pasted = self._found[ask.first : ask.first + ask.count]
        if len(pasted) == ask.count or not self.session.ready:
            self.table.put(ask.stamp, ask.first, pasted, [])
        else:
            self.fetch(ask, pasted)

    @work(exit_on_error=False, description="fetch exposures")
    async def fetch(self, ask: Ask, pasted: Sequence[LeakRow]) -> None:
        """Answer the list's ask: what was pasted, and behind it what is on record."""
        from console.screens.exposed import recorded

        now, first, count = self.session.now, max(0, ask.first - len(self._found)), ask.count - len(pasted)

        async def read() -> None:
            rows = await self.session.desk.ask(f"exposures {ask.first}", lambda reader: recorded(reader, first, count, now))
            if self.table.put(ask.stamp, ask.first, [*pasted, *rows], []):
                self.look_closer()

        if not await self.tried(read):
            self.table.failed(ask.stamp, ask.first)

    @on(WindowedList.KeyWanted)
    def _key_wanted(self, event: WindowedList.KeyWanted) -> None:
        if isinstance(event.key, tuple):
            self.seek(event.stamp, event.key)
        else:
            found = next((at for at, row in enumerate(self._found) if row.key == event.key), None)
            self.table.found(event.stamp, event.key, found)

    @work(exit_on_error=False, description="find an exposure")
    async def seek(self, stamp: int, key: tuple[str, str, str, str]) -> None:
        """Say where a place on record is now."""
        from console.screens.exposed import place_of

        async def read() -> None:
            place = await self.session.desk.ask("exposure", lambda reader: place_of(reader, key))
            self.table.found(stamp, key, None if place is None else len(self._found) + place)

        await self.tried(read)

    def show_store(self) -> None:
        """Show what is on record, now that the store is open."""
        self._show_found()
        self.draw_all()

    def _show_found(self, *, keep: bool = True) -> None:
        stamp = self.table.reload(keep=keep)
        self._show_number(stamp)
        if self.session.ready:
            self.count(stamp)

    @work(exit_on_error=False, description="count exposures")
    async def count(self, stamp: int) -> None:
        """Count what is on record."""
        from store.reads.exposures import count_exposures

        async def read() -> None:
            self._recorded = await self.session.desk.ask("count exposures", count_exposures)
            self._show_number(stamp)

        await self.tried(read)

    def _show_number(self, stamp: int) -> None:
        self.table.set_total(len(self._found) + self._recorded, stamp=stamp)
        self.table.show_nothing("Nothing has been pasted yet, and no exposure is on record.")
        verdicts = [row.found.verdict for row in self._found]
        pasted = ", ".join(f"{verdicts.count(one)} {one}" for one in Verdict if one in verdicts)
        note = " · ".join(words for words in (pasted, f"{self._recorded:,} on record") if words)
        self.query_one("#middle", Frame).entitle(
            line(("Leaks", "title"), (" › pasted, on record", "quiet")), line((note, "quiet"))
        )

    def show_verdicts(self, found: Sequence[Identified], now: datetime) -> None:
        """Put the verdicts of a paste on top of this sitting's."""
        first = len(self._found) + 1
        self._found[:0] = [LeakRow(first + number, one, now) for number, one in enumerate(found)]
        self._facts = None
        self._show_found(keep=False)
        self.look_closer()

    # Changes -----------------------------------------------------------------------------------------------------

    def changed(self, key: TokenKey) -> None:
        """Show a token as it is after a change."""
        self._facts = None
        self.reread(key)

    def store_changed(self) -> None:
        """Read again what is on record, and what is under the cursor."""
        if self.row is not None:
            self.changed(self.row.key)
        else:
            self._show_found()

    @work(exit_on_error=False, description="read one token again")
    async def reread(self, key: TokenKey) -> None:
        """Read a token again and show it in every verdict that names it."""
        from store.reads.tokens import token

        now = self.session.now

        async def read() -> None:
            fresh = await self.session.desk.ask(f"leak {key}", lambda reader: token(reader, key, now))
            if fresh is not None:
                self._found = [
                    row._replace(found=replace(row.found, row=fresh)) if row.found.row and row.found.row.key == key else row
                    for row in self._found
                ]
                self._show_found()
                self.rested()

        await self.tried(read)

    def do_revoke(self, argument: str) -> None:
        """Revoke a proven token by one question; what is not proven wants a reason first (decisions.md, «Secrets»)."""
        here = self._here
        if here is None or here.found.row is None or here.found.verdict in (Verdict.VERIFIED, Verdict.DEAD):
            super().do_revoke(argument)
            return
        from console.screens.leak_forms import ask_unproven

        key = here.found.row.key

        def known(why: str) -> None:
            self._reasons[key] = why
            super(LeaksScreen, self).do_revoke(argument)

        ask_unproven(self, here.found, known)

    def do_seen(self, argument: str) -> None:
        """Ask where the token under the cursor was seen, and put it on record."""
        here = self._here
        if here is None or here.found.row is None:
            self.say(("There is no token of ours under the cursor.", "finding"))
            return
        from console.screens.leak_forms import ask_where

        ask_where(self, here.found, here.found.row)

    @work(exit_on_error=False, description="record where a token was seen")
    async def put_on_record(self, key: TokenKey, verdict: Verdict, source: str, place: str) -> None:
        """Write where a token was seen, and say what is on record now."""
        from store.writes.exposures import ExposeOrder, Seen, expose

        actor, now = self.session.actor, self.session.now
        if actor is None:
            return
        order = ExposeOrder(source=source, seen=(Seen(key, verdict, place),), actor=actor, case=self.session.case)

        async def write() -> None:
            done = await self.session.desk.change(lambda unit: expose(unit, order, now), order.action_id)
            marked = " The token is marked as exposed." if done.marked else ""
            self.say((f"ON RECORD.{marked}" if done.recorded else "It was on record already.", "good"))
            self.changed(key)

        await self.tried(write)

    def reason(self) -> str:
        """Return why the token at hand goes: what was typed, or that its secret was proven to have leaked."""
        here = self._here
        if here is None or here.found.row is None:
            return ""
        known = "leaked: its secret was pasted and proven"
        if here.record is not None:
            known = f"leaked: seen at {here.record.where}"
        return self._reasons.get(here.found.row.key, known)

    def do_open(self, argument: str) -> None:
        """Show everything about the token under the cursor."""
        row = self.row
        if row is None:
            self.say(("There is no token of ours under the cursor.", "finding"))
            return
        from console.screens.detail import DetailScreen

        self.app.push_screen(DetailScreen(self.session, self._facts or TokenFacts(row)))

    @on(WindowedList.Opened)
    def _opened(self, event: WindowedList.Opened) -> None:
        self.do_open("")

    def do_look_ups(self, argument: str) -> None:
        """Show in the audit log which tokens were looked up by pasting them, whoever did it."""
        self.go_to("audit", LOOK_UPS)

    def do_refresh(self, argument: str) -> None:
        """Read the token under the cursor again."""
        self.store_changed()

    def on_click(self, event: events.Click) -> None:
        """Do the action whose key hint was clicked."""
        self.click_hint(event)


LOOKING = "Looking up what was pasted… Until its verdict is here, no key does anything to a token."

LOOK_UPS = "action:look-up reason:pasted"
"""What the audit log is filtered by to show earlier look-ups; the last sittings' verdicts are kept nowhere else."""
