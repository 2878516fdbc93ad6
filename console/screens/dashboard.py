"""The dashboard: what needs attention now, and how requests, expiries and ages stand. Every number opens its tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import DASHBOARD, Action
from console.desk import Late
from console.render.board import Board, Spot, drawn
from console.render.freshness import recorded_right
from console.render.pieces import Line
from console.render.sheet import line
from console.screens.boards import Boards, checked_board
from console.screens.desktop import bindings_for
from console.session import Session
from store.errors import StoreError
from store.rules.views import VIEWS, view_named

if TYPE_CHECKING:
    from store.dashboard_rows import Dashboard
    from store.reads.dashboard import Reach
    from store.rows import TokenKey


class DashboardScreen(Boards):
    """Counts what the panels show, at once what can be and then everything, and opens what is behind a number."""

    PLACE = DASHBOARD
    TITLE_WORDS: ClassVar[str] = "Dashboard"
    BINDINGS = bindings_for(DASHBOARD)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.dashboard: Dashboard | None = None

    @property
    def drawn_of(self) -> tuple[object, ...]:
        """Return the numbers that are shown."""
        return (self.dashboard,)

    def draw_board(self, width: int, height: int) -> Board:
        """Return the panels of the numbers."""
        return drawn(self.dashboard, width, height, large=not self.session.settings.plain_characters)

    def status_line(self, width: int) -> Line:
        """Say what the number under the cursor counts, and how far usage is known."""
        found, spot = self.dashboard, self.spot
        if found is None:
            return line((" Counting…" if self.session.ready else " Opening the store…", "quiet"))
        left = line(f" {spot.target.says}") if spot is not None else ()
        on = "counting on… · " if found.mix is None else ""
        return recorded_right(left, found.freshness, self.session.now, width, on, f" · counted {found.at:%H:%M}Z")

    # Reading -----------------------------------------------------------------------------------------------------

    def begin_count(self) -> None:
        """Start to count."""
        self.count()

    @work(exit_on_error=False, description="count the dashboard")
    async def count(self) -> None:
        """Count what can be had at once, then everything; once everything is there, only newer exact numbers replace it."""
        from store.reads.dashboard import FIRST, WHOLE

        self._counting = True
        try:
            if self.dashboard is None or self.dashboard.mix is None:
                self._show(await self._counted(FIRST))
            self._show(await self._counted(WHOLE))
        except Late:
            return
        except StoreError as error:
            self.explain_stale(error, shown=self.dashboard is not None)
        finally:
            self._counting, self._counted_at = False, self.session.clock.monotonic()

    async def _counted(self, reach: Reach) -> Dashboard:
        from store.reads.dashboard import dashboard

        now = self.session.now
        return await self.session.desk.ask("dashboard", lambda reader: dashboard(reader, now, reach))

    def _show(self, found: Dashboard) -> None:
        self.dashboard = found
        self.fresh_again()
        if self.is_mounted:
            self.draw_all()

    # Actions -----------------------------------------------------------------------------------------------------

    def open_spot(self, spot: Spot) -> None:
        """List the tokens behind a number; a line about one token to call about opens that token."""
        if spot.target.view:
            self.do_open_view(spot.target.view)
        else:
            super().open_spot(spot)

    def do_who_to_call(self, argument: str) -> None:
        """Go to the first token somebody should be called about."""
        spots = self.board.spots if self.board is not None else ()
        first = next((number for number, spot in enumerate(spots) if spot.target.panel == "contacts"), None)
        if first is None:
            self.say(("Nobody has to be called now.", "quiet") if self.dashboard is not None else ("Counting…", "quiet"))
        else:
            self._go(first)

    def do_card(self, argument: str) -> None:
        """Show and copy a ticket card about the token under the cursor: what happens to it, since when, and whom to call."""
        spot = self.spot
        if spot is None or spot.target.token is None:
            self.say(("Put the cursor on a token of Who to call: ", "quiet"), ("w", "key"), (" goes there.", "quiet"))
        else:
            self.make_card(spot.target.token, spot.target.name.partition(" ")[0])

    @work(exit_on_error=False, description="make a ticket card")
    async def make_card(self, key: TokenKey, finding: str) -> None:
        """Read what the card needs, as it is now, and show it."""
        from console.screens.card import CardScreen
        from console.screens.clipboard import send_to_clipboard
        from console.screens.contact_card import contact_card

        now, case = self.session.now, self.session.case
        try:
            text = await self.session.desk.ask("card", lambda reader: contact_card(reader, key, finding, now, case))
        except Late:
            return
        except StoreError as error:
            self.explain(error)
            return
        send_to_clipboard(self.app, text)
        self.app.push_screen(CardScreen(self.session, text))

    def arrive(self, argument: str) -> None:
        """Show the dashboard that was named behind `:dashboard`."""
        self.show_board(checked_board(argument))

    def do_open_view(self, argument: str) -> None:
        """List a saved view, by its digit or its name."""
        view = next((view for view in VIEWS if view.key and view.key == argument), None) or view_named(argument)
        self.open_view(view.name)

    def choices_for(self, action: Action) -> list[str]:
        """Return what can follow a command."""
        return [view.name for view in VIEWS] if action.id == "open-view" else super().choices_for(action)

    def check_command(self, action: Action, argument: str) -> None:
        """Raise for a view there is not, so that the command line can point at it."""
        super().check_command(action, argument)
        if action.id == "open-view" and not any(view.key and view.key == argument for view in VIEWS):
            view_named(argument)
