"""The whole audit log: who did what, when, to which token and for which case; and whether its chain holds."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast

from textual import work

from console.actions import AUDIT
from console.render.audit_words import COLUMNS, audit_cells, audit_sheet
from console.render.column import Column
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, length, line
from console.screens.desktop import bindings_for
from console.screens.listed import Got, Listed
from console.session import Session
from console.widgets.frame import Frame
from console.widgets.windowed_list import Ask
from store.reads.audit_list import SEARCHED
from store.rows import AuditLine, TokenKey
from store.rules.audit_filter import AuditFilter, complete_audit, parse_audit

if TYPE_CHECKING:
    from datetime import datetime

    from console.reports.exports import Export
    from store.reader import Reader
    from store.reads.verify import Verdict

COUNT_CAP = 10_000
"""A longer list is counted to its end only after its first rows are shown."""

SHOW_S = 0.5
"""How often a check of the log says how far it is."""


class Checked(NamedTuple):
    """What a check of the log found, and when it was begun."""

    verdict: Verdict
    at: datetime


class Stopped(Exception):
    """The person does not want to wait for the end of a check."""


class AuditScreen(Listed[AuditLine]):
    """Lists audit lines, the newest first. The chain is checked when somebody asks for it, never by opening the list."""

    PLACE = AUDIT
    TITLE_WORDS: ClassVar[str] = "Audit"
    BINDINGS = bindings_for(AUDIT)
    NARROW_HELP = (
        "actor:NAME action: acct: token: case: reason: after: before: words  ·  Enter applies  Tab completes  Esc leaves"
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.checked: Checked | None = None
        self.checking = ""
        self._stop = False
        self._lines: int | None = None

    # The list ----------------------------------------------------------------------------------------------------

    @property
    def wanted(self) -> AuditFilter:
        """Return the filter."""
        return parse_audit(self.narrowed)

    def columns(self) -> tuple[Sequence[Column], Callable[[AuditLine], Sequence[Cell]]]:
        """Return the columns of audit lines."""
        return COLUMNS, audit_cells

    def key_of(self, row: AuditLine) -> Hashable:
        """Return the number of a line."""
        return row.seq

    def page(self, reader: Reader, ask: Ask) -> Got[AuditLine]:
        """Read a page."""
        from store.reads.audit_list import audit_lines

        after, before = cast("int | None", ask.after), cast("int | None", ask.before)
        rows = audit_lines(
            reader, self.wanted, self.session.now, ask.count, older_than=after, newer_than=None if after else before,
            offset=ask.offset, last=ask.from_end,
        )  # fmt: skip
        return Got(rows, [row.seq for row in rows])

    def number(self, reader: Reader) -> int:
        """Count the lines."""
        from store.reads.audit_list import count_audit

        return count_audit(reader, self.wanted, self.session.now)

    def place_of(self, reader: Reader, key: Hashable) -> int | None:
        """Return how many lines that match are newer than one."""
        from store.reads.audit_list import count_audit, lines_numbered

        number = cast("int", key)
        return count_audit(reader, self.wanted, self.session.now, newer_than=number) if lines_numbered(reader, [number]) else None

    @work(exit_on_error=False, description="count audit lines")
    async def count(self, stamp: int) -> None:
        """Count the list: up to a cap at once, to the end when it is longer; and how many lines the whole log has."""
        from store.reads.audit_list import count_audit, log_length

        wanted, now = self.wanted, self.session.now

        async def read() -> None:
            rows, self._lines = await self.session.desk.ask(
                f"{self.PLACE} count", lambda reader: (count_audit(reader, wanted, now, COUNT_CAP), log_length(reader))
            )
            exact = rows <= COUNT_CAP or wanted == AuditFilter()
            self.table.set_total(rows, exact=exact, stamp=stamp)
            self.draw_edges()
            if not exact:
                self.draw_list_edge()
                rows = await self.session.desk.ask(f"{self.PLACE} count", lambda reader: count_audit(reader, wanted, now))
                self.table.set_total(rows, stamp=stamp)
            self.show_number(rows)

        await self.tried(read)

    def account_here(self) -> str:
        """Return the account that the line under the cursor is about."""
        return "" if self.row is None else self.row.account_id or ""

    def exported(self) -> Export:
        """Return the list as it is narrowed."""
        from console.reports.exports import audit_export

        total = self.table.total
        return audit_export(self.wanted, self.session.now, total.rows if total.exact else None)

    def described(self, row: AuditLine, width: int, height: int) -> Sheet:
        """Show the whole entry."""
        return audit_sheet(row, width, height)

    def nothing(self) -> str:
        """Say why there is none."""
        if not self.narrowed:
            return "Nothing has been done in this store yet."
        return f"No line{self._how_far()} matches {self.narrowed}. Esc shows all."

    def noun(self) -> str:
        """Name a row."""
        return "audit line"

    def check_narrowing(self, text: str) -> None:
        """Raise BadFilter for a filter that can't be read."""
        parse_audit(text)

    def complete_narrowing(self, text: str, cursor: int) -> list[str]:
        """Return the fields and actions that what is typed can become."""
        return complete_audit(text, cursor)

    def _how_far(self) -> str:
        wanted = self.wanted
        unbounded = not (wanted.words or wanted.reasons) or wanted.tokens or wanted.cases or wanted.accounts
        return "" if unbounded or (self._lines or 0) <= SEARCHED else f" in the newest {SEARCHED:,}"

    # How whole it is ---------------------------------------------------------------------------------------------

    def edge_note(self, number: str) -> Line:
        """Say how many of how many, and how far the chain is known to hold."""
        count = number if not self.narrowed or self._lines is None else f"{number} of {self._lines:,}"
        room = (self.query_one("#middle", Frame).outer_size.width - 8) // 2 + 4
        note: Line = ()
        for words, style in self._chain_words():
            note = line((count, "strong"), (self._how_far(), "finding"), (" · ", "quiet"), (words, style))
            if length(note) <= room:
                break
        return note if length(note) <= room else line((count, "strong"))

    def status_line(self, width: int) -> Line:
        """Say how far a check is, or what is known of the chain."""
        if self.checking:
            return line((f" {self.checking}   ", ""), ("Esc", "key"), (" stops it", "quiet"))
        checked = self.checked
        if checked is None:
            return line(
                (" the chain has not been verified yet: ", "quiet"), ("V", "key"), (" checks every line and link", "quiet")
            )
        if not checked.verdict.whole:
            return line((f" {checked.verdict.problem} ", "danger"), ("Keep a copy of the store as it is.", "quiet"))
        since = (self._lines or checked.verdict.lines) - checked.verdict.lines
        more = f", {since:,} written since" if since > 0 else ""
        words = f"{checked.verdict.lines:,} lines are linked and unchanged, verified {checked.at:%Y-%m-%d %H:%M}Z{more}"
        return line((f" {words}; head {checked.verdict.head[:12]}…", "quiet"))

    def _chain_words(self) -> list[tuple[str, str]]:
        """Return what is known of the chain, in full and short."""
        checked = self.checked
        if checked is None:
            return [("not verified yet", "quiet"), ("unverified", "quiet")]
        verdict = checked.verdict
        if verdict.whole:
            return [
                (f"chain verified to #{verdict.lines:,} at {checked.at:%H:%M}Z", "good"),
                (f"✓ to #{verdict.lines:,}", "good"),
            ]
        where = "a token was changed" if verdict.broken_at is None else f"chain broken at #{verdict.broken_at:,}"
        return [(f"✕ {where}", "danger"), ("✕ broken", "danger")]

    def do_verify(self, argument: str) -> None:
        """Check every line and link of the log, and what each token's last line vouches for."""
        if self.checking or not self.session.ready:
            return
        self._stop, self.checking = False, "checking the chain…"
        self.draw_edges()
        self.check()

    @work(exit_on_error=False, description="verify the audit log")
    async def check(self) -> None:
        """Verify the log in a thread; its progress is shown twice a second."""
        from store.reads.verify import verify

        begun = self.session.now
        ticking = self.set_interval(SHOW_S, self.draw_edges)

        def heard(what: str, number: int) -> None:
            if self._stop:
                raise Stopped
            of = f" of {self._lines:,}" if what == "lines" and self._lines else ""
            self.checking = f"checking {what}: {number:,}{of}"

        async def read() -> None:
            verdict = await self.session.desk.ask(f"{self.PLACE} verify", lambda reader: verify(reader, heard=heard))
            self.checked = Checked(verdict, begun)

        stopped = False
        try:
            await self.tried(read)
        except Stopped:
            stopped = True
        finally:
            ticking.stop()
            self.checking = ""
        self.draw_list_edge()
        self.draw_edges()
        if stopped:
            self.say(("The check was stopped; ", "finding"), "nothing is known of the lines behind it.")

    def do_close(self, argument: str) -> None:
        """Stop a check that is under way; else show every line again, then leave."""
        if self.checking:
            self._stop = True
        else:
            super().do_close(argument)

    # The token ---------------------------------------------------------------------------------------------------

    def open_row(self, row: AuditLine) -> None:
        """Open the token a line is about."""
        if row.account_id is None or row.token_id is None:
            self.say(("This line is about no single token.", "quiet"))
        else:
            self.show_token(TokenKey((row.account_id, row.token_id)))

    def in_hand(self) -> dict[str, str]:
        """Return the filter, and the token of the line under the cursor."""
        from console.command_lines import of_token

        row = self.row
        token = of_token(row.account_id, row.token_id) if row is not None and row.account_id and row.token_id else {}
        return {**super().in_hand(), **token}

    @work(exit_on_error=False, description="open a token")
    async def show_token(self, key: TokenKey) -> None:
        """Open a token on the page that says what was done to it."""
        from console.render.token_facts import TokenFacts
        from console.screens.detail import DetailScreen
        from store.reads.tokens import token

        now = self.session.now

        async def read() -> None:
            row = await self.session.desk.ask("open token", lambda reader: token(reader, key, now))
            if row is None:
                self.say(("This token is no longer in the store.", "finding"))
            else:
                self.app.push_screen(DetailScreen(self.session, TokenFacts(row), "audit"))

        await self.tried(read)
