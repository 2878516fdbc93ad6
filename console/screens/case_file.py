"""Everything about one case: its steps, its tokens and its timeline. What is done here is filed under it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import CASE_FILE
from console.desk import Late
from console.render import case_pages
from console.render.freshness import recorded_right
from console.render.items import Item
from console.render.pieces import Line
from console.render.sheet import line
from console.screens.desktop import bindings_for
from console.screens.paged import Paged
from console.screens.token_changes import TokenChanges
from console.screens.token_links import TokenLinks
from console.session import Session
from store.case_rows import CaseFile
from store.errors import StoreError
from store.rows import TokenKey

if TYPE_CHECKING:
    from console.actions import Action
    from console.render.token_facts import TokenFacts
    from store.engine import Unit
    from store.rows import TokenRow
    from store.writes.cases import CaseProof

_FILED = frozenset({"suspend", "revoke", "rotate", "expiry", "rename", "case-usage", "open-row", "export-case"})
"""What is done to the case's tokens: it makes the case the one that everything is filed under."""


class CaseScreen(Paged, TokenChanges, TokenLinks):
    """Shows one case, by its name. The token under the cursor is at hand for every action on a token."""

    PLACE = CASE_FILE
    TITLE_WORDS: ClassVar[str] = "Case"
    BINDINGS = bindings_for(CASE_FILE)
    PAGES = ("steps", "tokens", "timeline")

    def __init__(self, session: Session, case: str, page: str = "") -> None:
        super().__init__(session, page)
        self.case = case
        self.found: CaseFile | None = None
        self._gone = False

    def on_mount(self) -> None:
        """Read everything."""
        self.undock()
        if self.session.ready:
            self.read()

    def show_store(self) -> None:
        """Read everything, now that the store is open."""
        self.read()

    def store_changed(self) -> None:
        """Read again."""
        self.read()

    def changed(self, key: TokenKey) -> None:
        """Read again after a change of a token."""
        self.read()

    def do_refresh(self, argument: str) -> None:
        """Read again."""
        self.read()

    @work(exit_on_error=False, description="read a case")
    async def read(self) -> None:
        """Read the case and everything about it."""
        from store.reads.case_file import case_file

        case, now = self.case, self.session.now
        try:
            found = await self.session.desk.ask("case", lambda reader: case_file(reader, case, now))
        except Late:
            return
        except StoreError as error:
            self.say((error.problem, "danger"), (f" {error.remedy}", "quiet"), "  ", ("ctrl-r", "key"), " tries again")
            return
        if found is None:
            self._gone = self.found is None
            self.say(("There is no such case in the store.", "finding"))
        else:
            self.found = found
        if self.is_mounted and self.dialog is None:
            self.undock()

    # The token at hand -------------------------------------------------------------------------------------------

    @property
    def row(self) -> TokenRow | None:
        """Return the token under the cursor; of a case with one token that one."""
        if self.found is None:
            return None
        rows = {token.key: token.row for token in self.found.tokens}
        here = self._here()
        return rows.get(here) if here is not None else next(iter(rows.values())) if len(rows) == 1 else None

    @property
    def known(self) -> TokenFacts | None:
        """Return what has been read about it: what a list shows."""
        return None

    def _here(self) -> TokenKey | None:
        items = self.items(*self.dock().room)
        opens = items[self.cursor].opens if 0 <= self.cursor < len(items) else ()
        return TokenKey((opens[1], opens[2])) if opens[:1] == ("token",) else None

    def do(self, action: Action, argument: str = "") -> None:
        """Do an action; what is done to the tokens of a case is filed under it."""
        if action.id in _FILED and self.found is not None and self.session.case != self.case:
            self.session.case = self.case
            self.draw_edges()
        super().do(action, argument)

    # Drawing -----------------------------------------------------------------------------------------------------

    def items(self, width: int, height: int) -> list[Item]:
        """Return the lines of the page that is open."""
        if self.found is None:
            return [Item(line(("There is no such case." if self._gone else "Reading…", "quiet")))]
        match self.page:
            case "tokens":
                return case_pages.tokens_page(self.found, width)
            case "timeline":
                return case_pages.timeline_page(self.found, width)
            case _:
                return case_pages.steps_page(self.found, width, height)

    def titled(self) -> Line:
        """Name the case."""
        return line(("Case ", "quiet"), (self.case, "title"))

    def status_line(self, width: int) -> Line:
        """Say what is filed under which case, and how far usage is known."""
        fresh = self.found.fresh if self.found is not None else None
        here = "what you do to its tokens is filed under it"
        other = self.session.case not in (None, self.case)
        long, short = (
            (f"you work under {self.session.case}; {here}", f"you work under {self.session.case}") if other else (here, here)
        )
        if fresh is None or fresh.recorded_to is None:
            return line((f" {long}", "quiet"))
        fits = len(long) + len(" · usage to 00:00Z  ") <= width
        return recorded_right(line((f" {long if fits else short}", "quiet")), fresh, self.session.now, width)

    def do_case_steps(self, argument: str) -> None:
        """Show the steps."""
        self.turn("steps")

    def do_case_tokens(self, argument: str) -> None:
        """Show the tokens."""
        self.turn("tokens")

    def do_case_timeline(self, argument: str) -> None:
        """Show the timeline."""
        self.turn("timeline")

    # Going on ----------------------------------------------------------------------------------------------------

    def open_item(self, opens: tuple[str, ...]) -> None:
        """Open a token."""
        self.open_token(TokenKey((opens[1], opens[2])))

    def do_case_usage(self, argument: str) -> None:
        """Open the usage of the token at hand."""
        row = self.at_hand()
        if row is not None:
            self.open_token(row.key, "usage")

    def in_hand(self) -> dict[str, str]:
        """Return the case, under which everything is filed that is done here, and its token."""
        return {**super().in_hand(), "of_case": self.case, "case": self.case}

    def same_as(self, action: str) -> str:
        """Return what a key does to a case that is closed already: it opens it again."""
        closed = self.found is not None and not self.found.row.is_open
        return "reopen-case" if action == "close-case" and closed else super().same_as(action)

    def do_join_case(self, argument: str) -> None:
        """File what follows under this case."""
        self.do_case(self.case)

    def do_note_case(self, argument: str) -> None:
        """Write a note."""
        from console.screens import case_forms

        case_forms.note(self, argument)

    def do_tell_case(self, argument: str) -> None:
        """Note who was told."""
        from console.screens import case_forms

        case_forms.told(self, argument)

    def do_aside(self, argument: str) -> None:
        """Set the token under the cursor aside."""
        from console.screens import case_forms

        row = self.at_hand()
        if row is not None:
            case_forms.aside(self, row)

    def do_close_case(self, argument: str) -> None:
        """Close the case, or open it again."""
        from console.screens import case_forms

        if self.found is not None:
            case_forms.close_or_reopen(self, self.found)

    def do_export_case(self, argument: str) -> None:
        """Ask for a format and a file."""
        from console.screens.case_exporting import ask_case_export

        if self.found is not None:
            ask_case_export(self, argument)

    @work(exit_on_error=False, description="write to a case")
    async def write_case(self, did: str, work: Callable[[Unit], CaseProof], action_id: str) -> None:
        """Do something to the case, and say what is on record."""
        try:
            proof = await self.session.desk.change(work, action_id)
        except StoreError as error:
            self.explain(error)
            return
        self.session.own.add(proof.seq)
        self.say((f"{did} ", "good"), f"audit #{proof.seq}.")
        self.read()
