"""The screens of the Dashboard area: from each a key leads to the others, and a line opens what is behind it."""

from __future__ import annotations

from console.render.board import Spot
from console.screens.counting import Counting
from console.screens.token_links import TokenLinks
from store.errors import NotFound

BOARDS = ("executive", "on-call", "debug")
"""The dashboards of three roles, by the word that follows `:dashboard`."""


def checked_board(name: str) -> str:
    """Return a dashboard's name as it is written in BOARDS; raises NotFound for any other."""
    wanted = name.strip().lower().replace("oncall", "on-call")
    if wanted not in BOARDS:
        raise NotFound(f"There is no dashboard “{name[:30]}”.", f"Dashboards: {', '.join(BOARDS)}.")
    return wanted


class Boards(Counting, TokenLinks):
    """A screen of panels with keys to the three dashboards."""

    BOARD = ""

    def show_board(self, name: str) -> None:
        """Show one of the three: over the dashboard, or in place of the one that is shown."""
        from console.screens.role_boards import board_screen

        if name == self.BOARD:
            return
        made = board_screen(name, self.session)
        if self.BOARD:
            self.app.switch_screen(made)
        else:
            self.app.push_screen(made)

    def do_executive(self, argument: str) -> None:
        """Show the executive dashboard."""
        self.show_board("executive")

    def do_on_call(self, argument: str) -> None:
        """Show the on-call dashboard."""
        self.show_board("on-call")

    def do_debug(self, argument: str) -> None:
        """Show the debug dashboard; the store refuses roles that may not see it."""
        self.show_board("debug")

    def in_hand(self) -> dict[str, str]:
        """Return what is behind the line under the cursor."""
        from console.command_lines import of_token

        target = self.spot.target if self.spot is not None else None
        if target is None:
            return super().in_hand()
        token = of_token(*target.token) if target.token is not None else {}
        return {**super().in_hand(), "view": target.view, "filter": target.filter, **token}

    def same_as(self, action: str) -> str:
        """Return what opening the line under the cursor shows: one token, a list, or nothing."""
        target = self.spot.target if self.spot is not None else None
        if action != "open-spot" or target is None or target.view or target.filter:
            return action
        return "open" if target.token is not None else ""

    def do_open_spot(self, argument: str) -> None:
        """Open what is behind the line under the cursor."""
        spot = self.spot
        if spot is None:
            self.say(("There is no number under the cursor yet.", "quiet"))
        else:
            self.open_spot(spot)

    def open_spot(self, spot: Spot) -> None:
        """List the tokens behind a number; a line about one token opens that token, one about no token what explains it."""
        target = spot.target
        if target.text:
            from console.screens.clocks import ClockScreen

            self.app.push_screen(ClockScreen(self.session, target.text))
        elif target.token is not None:
            self.open_token(target.token)
        elif target.view:
            self.open_view(target.view)
        elif target.filter:
            self.go_to("tokens", target.filter)
        else:
            self.say(("There is no list of tokens behind this line.", "quiet"))
