"""Everything about one token, on four pages: overview, usage, timeline, audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from textual import events, work

from console.actions import DETAIL
from console.desk import Late
from console.render import story_pages, token_pages
from console.render.blast_words import told_words
from console.render.cutover_pages import UPDATED, updated_of
from console.render.freshness import recorded_line
from console.render.identity import token_words
from console.render.pieces import Line, Piece
from console.render.sheet import Sheet, length, line
from console.render.token_facts import TokenFacts
from console.render.widths import width_of
from console.screens.desktop import bindings_for
from console.screens.facts import gather
from console.screens.paged import page_note
from console.screens.scrolled import Scrolled
from console.screens.token_changes import TokenChanges
from console.session import Session
from store.errors import StoreError
from store.reader import Reader
from store.rows import AddressRow, AuditRow, EventRow, PartRow, RequestRow, Series, TokenKey, TokenLine, TokenRow
from store.rules.blast import DAYS
from store.rules.status import Status

PAGES = ("overview", "usage", "timeline", "audit")
KEPT_REQUESTS, SHOWN_LINES = 200, 200
LEAST_CHART = 9
EDGES = 6
"""The cells of the upper edge that are neither title nor note."""

READ = frozenset({"usage", "timeline"})
"""Pages that tell what a token did: reading them under a case is the audit of its usage."""


@dataclass(frozen=True, slots=True)
class Detail:
    """What the pages show."""

    facts: TokenFacts
    lineage: Sequence[TokenRow] = ()
    requests: Sequence[RequestRow] = ()
    addresses: Sequence[AddressRow] = ()
    audit: Sequence[AuditRow] = ()
    week: Series | None = None
    year: Series | None = None
    parts: Mapping[str, Sequence[PartRow]] = field(default_factory=dict)
    sentence: str = ""
    events: Sequence[EventRow] = ()
    days: Series | None = None


class DetailScreen(Scrolled, TokenChanges):
    """Shows one token; opening it is noted in the audit log (scenario A1)."""

    PLACE = DETAIL
    TITLE_WORDS: ClassVar[str] = "Token"
    BINDINGS = bindings_for(DETAIL)

    def __init__(self, session: Session, known: TokenFacts, page: str = "overview") -> None:
        super().__init__(session)
        self._detail = Detail(known)
        self._page = page
        self._noted: set[tuple[str, str]] = set()

    @property
    def row(self) -> TokenLine | None:
        """Return the token."""
        return self._detail.facts.row

    @property
    def known(self) -> TokenFacts | None:
        """Return what has been read about it."""
        return self._detail.facts

    def on_mount(self) -> None:
        """Read everything, and note that it was looked at."""
        self.read()
        self.note()
        self._note_reading()

    def changed(self, key: TokenKey) -> None:
        """Read again after a change."""
        self.read()

    def store_changed(self) -> None:
        """Read again."""
        self.read()

    @work(exit_on_error=False, description="note a look-up")
    async def note(self) -> None:
        """Record the look-up; a store that takes no writes is no reason not to look."""
        try:
            await self.note_look_up(self._detail.facts.row.key, "opened in the console")
        except StoreError as error:
            self.say(("This look-up could not be recorded: ", "finding"), (error.problem, "quiet"))

    @work(exit_on_error=False, description="read a token")
    async def read(self) -> None:
        """Read the token and everything about it."""
        now, row = self.session.now, self._detail.facts.row

        def everything(reader: Reader) -> Detail | None:
            from store.reads.audit import lines
            from store.reads.callers import parts
            from store.reads.lineage import lineage
            from store.reads.timeline import timeline
            from store.reads.tokens import token
            from store.reads.usage import addresses, hours, requests, year

            fresh = token(reader, row.key, now)
            if fresh is None:
                return None
            story = timeline(reader, fresh, now)
            return Detail(
                facts=gather(reader, fresh, now),
                lineage=lineage(reader, row.key, now),
                requests=requests(reader, row.key, KEPT_REQUESTS),
                addresses=addresses(reader, row.key),
                audit=lines(reader, key=row.key, limit=SHOWN_LINES),
                week=hours(reader, row.key, now, 7 * 24),
                year=year(reader, row.key, now),
                parts={kind: parts(reader, row.key, now, kind, DAYS) for kind in ("integration", "endpoint", "address")},
                sentence=story.sentence,
                events=story.events,
                days=story.days,
            )

        try:
            detail = await self.session.desk.ask("detail", everything)
        except Late:
            return
        except StoreError as error:
            self.say((error.problem, "danger"), (f" {error.remedy}", "quiet"), "  ", ("ctrl-r", "key"), " tries again")
            return
        if detail is None:
            self.say(("This token is no longer in the store.", "finding"))
            return
        self._detail = detail
        if self.is_mounted and self.dialog is None:
            self.undock()
            self.draw_status()

    def page_lines(self, width: int, height: int) -> list[Line]:
        """Return the lines of the page that is open."""
        detail, now = self._detail, self.session.now
        match self._page:
            case "usage":
                longer = (("Last 7 days", detail.week), ("Last 52 weeks", detail.year))
                blast = detail.facts.blast
                told = story_pages.callers(detail.parts, DAYS, told_words(blast, detail.facts.fresh) if blast else "", now, width)
                return token_pages.usage(detail.facts, detail.requests, detail.addresses, width, height, longer, told)
            case "timeline":
                if detail.days is None:
                    return []
                return story_pages.timeline(detail.sentence, detail.events, detail.days, now, width)
            case "audit":
                return token_pages.audit(detail.audit, width)
            case _:
                lines = token_pages.overview(detail.facts, detail.lineage, now, width, updated_of(detail.audit))
                spare = height - len(lines) - 1
                return (
                    lines if spare < 2 * LEAST_CHART else [*lines, (), *token_pages.charts(detail.facts, width, spare // 2 - 1)]
                )

    def undock(self) -> None:
        """Draw the part of the page that is scrolled to."""
        pane = self.dock()
        if not pane.is_mounted:
            return
        width, height = pane.room
        lines = self.page_lines(width, height)
        seen = self.kept_in_bounds(len(lines))
        row = self._detail.facts.row
        brand = self.session.facts.brand if self.session.facts is not None else ""
        note = page_note(PAGES, self._page, len(lines), seen, width // 2)
        named = line((row.name.strip() or "(no name)", "title"), (" · ", "quiet"))
        room = width - length(named) - length(note) - EDGES
        which = token_words(row, brand)
        which = which if width_of(which) <= room else f"…{row.hint or row.id[-4:]}"  # of an id it is the end that stays
        pane.show(Sheet(lines[seen.start : seen.stop], (*named, Piece(which, "accent")), note))

    @property
    def told_status(self) -> str:
        """Return the status of the token as it is: the hints are drawn again with the page."""
        return str(self._detail.facts.row.status)

    def status_line(self, width: int) -> Line:
        """Say how far usage is known."""
        return recorded_line(self._detail.facts.fresh, self.session.now, width)

    # Pages -------------------------------------------------------------------------------------------------------

    def _turn(self, page: str) -> None:
        self._page, self.first = page, 0
        self.undock()
        self._note_reading()

    def _note_reading(self) -> None:
        """Have it on record that what the token did was read under a case, once for each page."""
        case, actor = self.session.case, self.session.actor
        if case and actor is not None and not actor.read_only and self._page in READ and (case, self._page) not in self._noted:
            self._noted.add((case, self._page))
            self.note_reading(case, self._page)

    @work(exit_on_error=False, description="note that usage was read")
    async def note_reading(self, case: str, page: str) -> None:
        """Record it; a store that takes no writes is no reason not to look."""
        from store.rules.cases import Page
        from store.writes.cases import note_usage_read

        key, actor, now = self._detail.facts.row.key, self.session.actor, self.session.now
        assert actor is not None
        try:
            seq = await self.session.desk.change(lambda unit: note_usage_read(unit, case, key, Page(page), actor, now))
        except StoreError as error:
            self.say(("This could not be recorded: ", "finding"), (error.problem, "quiet"))
            return
        if seq is not None:
            self.session.own.add(seq)

    def do_overview(self, argument: str) -> None:
        """Show what it is."""
        self._turn("overview")

    def do_usage(self, argument: str) -> None:
        """Show what it did."""
        self._turn("usage")

    def do_timeline(self, argument: str) -> None:
        """Show its story."""
        self._turn("timeline")

    def do_token_audit(self, argument: str) -> None:
        """Show what was done to it."""
        self._turn("audit")

    def do_next_tab(self, argument: str) -> None:
        """Turn to the next page."""
        self._turn(PAGES[(PAGES.index(self._page) + 1) % len(PAGES)])

    def do_last_tab(self, argument: str) -> None:
        """Turn to the page before."""
        self._turn(PAGES[(PAGES.index(self._page) - 1) % len(PAGES)])

    def do_integration_updated(self, argument: str) -> None:
        """Ask which program uses the replacement now, and note it."""
        row = self._detail.facts.row
        if row.status is not Status.RETIRING:
            self.say(("Only a token that is being replaced has programs to move; ", "finding"), f"this one is {row.status}.")
        elif argument:
            self.note_updated(argument)
        else:
            from console.dialogs.form import Field, Form

            blast = self._detail.facts.blast
            names = [use.name for use in blast.callers][:5] if blast is not None else []
            field = Field("name", "Program", names[0] if names else "", names, "it uses the new token now",
                          lambda text: "" if text else "Say which one.")  # fmt: skip
            self.ask(Form("Integration updated", self._about(row), [field], lambda v: lambda: self.note_updated(v["name"])))

    @work(exit_on_error=False, description="note a program as updated")
    async def note_updated(self, name: str) -> None:
        """Note in the audit log that a program uses the replacement now."""
        try:
            await self.note_look_up(self._detail.facts.row.key, f"{UPDATED}{name}")
        except StoreError as error:
            self.explain(error)
            return
        self.say(("NOTED ", "good"), f"{name} uses the new token; kept in the audit log.")
        self.read()

    def do_issue(self, argument: str) -> None:
        """Open the form a token is issued by, filled in with what this one is."""
        from console.screens.issue import IssueScreen
        from console.screens.issue_form import Wish

        row = self._detail.facts.whole
        if argument or row is None:
            super().do_issue(argument)
            return
        about = f"A new token like …{row.hint or row.id[-4:]}, which stays as it is."
        owner = row.owner or "" if row.owner_active else ""
        wish = Wish(row.account_id, row.name, owner, row.environment, row.scopes, about=about)
        self.app.push_screen(IssueScreen(self.session, wish))

    def do_refresh(self, argument: str) -> None:
        """Read again."""
        self.read()

    def on_click(self, event: events.Click) -> None:
        """Do the action whose key hint was clicked."""
        self.click_hint(event)
