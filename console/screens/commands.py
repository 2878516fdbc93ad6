"""Typing: the filter line `/`, the command line `:`, and what the commands that are no keys do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions import Action, commanded
from console.areas import AREAS
from console.screens.going import Going
from store.errors import BadFilter, BadInput, NotFound
from store.rules.views import VIEWS
from themes.loader import theme_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from console.dialogs.dialog import Command
    from console.dialogs.prompt import Wrong
    from console.screens.exporting import Running
    from console.screens.reporting import Making

FILTER_HELP = "words, field:value, idle>90d, -not, a,b   ·   Enter applies   Tab completes   ↑ earlier   Esc leaves it"
COMMAND_HELP = "a command, such as view unused-90d or sort -used   ·   Tab completes   ? lists them   Esc leaves it"


class Commands(Going, part=True):
    """A screen with a command line. Screens with a list add filters by overriding `filter_to`.

    `running` is the export or report that is being written, if any.
    """

    running: Running | Making | None = None

    def do(self, action: Action, argument: str = "") -> None:
        """Do an action; Escape first stops an export or a report that is under way."""
        if action.id == "close" and self.running is not None:
            self.running.stop = True
        else:
            super().do(action, argument)

    def account_here(self) -> str:
        """Return the id of the account at hand, "" for none: whose report is offered."""
        return ""

    def do_report(self, argument: str) -> None:
        """Ask what an audit report is to hold, and make it."""
        from console.screens.reporting import ask_report

        ask_report(self, argument)

    def do_command(self, argument: str) -> None:
        """Open the command line."""
        from console.dialogs.prompt import Prompt

        history = [command[1:] for command in self.session.memory.commands if command.startswith(":")]
        self.ask(
            Prompt(":", self._commanded, self._complete_command, history, argument if argument != "colon" else "", COMMAND_HELP)
        )

    def ask_filter(self, text: str) -> None:
        """Open the filter line on the present filter."""
        from console.dialogs.prompt import Prompt
        from store.rules.filters import complete

        history = [command[1:] for command in self.session.memory.commands if command.startswith("/")]
        self.ask(Prompt("/", self._filtered, complete, history, text, FILTER_HELP))

    def filter_to(self, text: str) -> None:
        """Narrow the list; raises BadFilter."""
        raise NotImplementedError

    def choices_for(self, action: Action) -> list[str]:
        """Return what can follow a command."""
        match action.id:
            case "areas":
                return [area.id for area in AREAS]
            case "view":
                return [view.name for view in (*VIEWS, *self.session.saved)]
            case "go-dashboard":
                from console.screens.boards import BOARDS

                return list(BOARDS)
            case "theme":
                return list(theme_names(self.app))
            case "sort":
                from store.reads.sorting import SORTS

                return [sign + name for name, field in SORTS.items() if not field.needs for sign in ("", "-")]
            case _:
                return []

    def _filtered(self, text: str) -> Wrong | None:
        from console.dialogs.prompt import Wrong

        try:
            self.filter_to(text)
        except BadFilter as error:
            return Wrong(str(error), error.at)
        self.session.memory.remember(f"/{text}")
        return None

    def _commanded(self, text: str) -> Wrong | None:
        from console.dialogs.prompt import Wrong
        from store.rules.token_form import looks_like_token

        word, _, argument = text.strip().partition(" ")
        argument = argument.strip()
        if not word:
            return None
        if looks_like_token(text):
            return Wrong("This holds a whole token, so it was not used and is not kept.")
        action = commanded(word, self.PLACE, self.session.actions)
        if action is None:
            near = [other.command for other in self.actions if other.command[:1] == word[:1]]
            hint = f" Did you mean {', '.join(near[:4])}?" if near else " ? lists them."
            return Wrong(f"There is no command “{word[:30]}” here.{hint}")
        if argument and not action.argument:
            return Wrong(f"“{word}” stands alone.", len(word) + 1)
        wrong: Wrong | None = None
        try:
            self.run_command(action, argument)
        except (BadInput, NotFound) as error:
            at = len(word) + 1 + (error.at if isinstance(error, BadFilter) else 0)
            wrong = Wrong(str(error), at)
        if wrong is None:
            self.session.memory.remember(f":{text.strip()}")
        return wrong

    def run_command(self, action: Action, argument: str) -> None:
        """Do what a command says once its line is closed; raises BadFilter or NotFound for a bad argument."""
        self.check_command(action, argument)
        self.call_later(self.do, action, argument)

    def check_command(self, action: Action, argument: str) -> None:
        """Raise BadFilter or NotFound when the argument can't be used."""
        if action.id == "areas" and argument and argument not in self.choices_for(action):
            raise NotFound(f"There is no area “{argument[:30]}”.", f"Areas: {', '.join(self.choices_for(action))}.")
        if action.id == "go-dashboard" and argument:
            from console.screens.boards import checked_board

            checked_board(argument)
        if action.id == "go-tokens" and argument:
            from store.rules.filters import parse

            parse(argument)
        if action.id == "go-audit" and argument:
            from store.rules.audit_filter import parse_audit

            parse_audit(argument)
        if action.id == "theme" and argument and argument not in theme_names(self.app):
            raise NotFound(f"There is no theme “{argument[:30]}”.", f"Themes: {', '.join(self.choices_for(action))}.")

    def _complete_command(self, text: str, cursor: int) -> list[str]:
        word, space, argument = text[:cursor].partition(" ")
        if not space:
            return sorted(action.command for action in self.actions if action.command.startswith(word))
        action = commanded(word, self.PLACE, self.session.actions)
        if action is None:
            return []
        if action.id in ("filter", "go-tokens"):
            from store.rules.filters import complete

            return complete(argument, len(argument))
        if action.id == "go-audit":
            from store.rules.audit_filter import complete_audit

            return complete_audit(argument, len(argument))
        from store.rules.filter_completion import word_start

        # Where a name has several words only the last one is completed.
        begun = max(0, word_start(text, cursor) - len(word) - 1)
        found = [choice for choice in self.choices_for(action) if choice.lower().startswith(argument.lower())]
        return [choice[begun:] for choice in found]

    def do_palette(self, argument: str) -> None:
        """Open the palette: what can be done here and elsewhere, areas, views and accounts."""
        from console.screens.offering import open_palette

        open_palette(self)

    # As a command of the command line ----------------------------------------------------------------------------

    def in_hand(self) -> dict[str, str]:
        """Return what a command line can be about here, under the words of `console.command_lines`."""
        return {"case": self.session.case or ""}

    def same_as(self, action: str) -> str:
        """Return the action of `console.command_lines` that one means on what is at hand."""
        return action

    def do_as_command(self, argument: str) -> None:
        """Copy what is shown, or an action on what is under the cursor, as a command."""
        from console.screens.as_command import offer_commands

        offer_commands(self)

    def copy_commands(self, commands: Sequence[Sequence[str]]) -> None:
        """Send commands to the clipboard."""
        from console.screens.as_command import copy_commands

        copy_commands(self, commands)

    def command_of(self, action: str, values: Callable[[], Mapping[str, str]] | None = None) -> Command:
        """Return what gives a dialog its command: the line of an action, with what is at hand and what is filled in by then."""

        def command() -> Sequence[Sequence[str]]:
            from console.command_lines import filled, line_for

            return [filled(line_for(action, self.PLACE), {**self.in_hand(), **(values() if values is not None else {})})]

        return command

    # Commands of every screen ------------------------------------------------------------------------------------

    def do_case(self, argument: str) -> None:
        """File what follows under a case."""
        self.session.case = argument or None
        self.draw_edges()
        self.say(f"What follows is filed under {argument}." if argument else "What follows is filed under no case.")
        if argument and self.session.ready:
            self.in_background(self._tell_of_case, argument, description="look at a case")

    async def _tell_of_case(self, case: str) -> None:
        """Say how a case stands that was joined: a name that is new, mistyped or closed should not pass unnoticed."""
        from console.desk import Late
        from store.errors import StoreError
        from store.reads.cases import the_case

        try:
            found = await self.session.desk.ask("case joined", lambda reader: the_case(reader, case))
        except (Late, StoreError):
            return  # whatever is done next will say what is wrong
        if self.session.case != case:
            return
        said: tuple[str, str] = ("A new case: the next action opens it.", "finding")
        if found is not None and found.is_open:
            said = (f"Open since {found.opened_at:%Y-%m-%d %H:%M}Z{f': {found.title}' if found.title else ''}.", "quiet")
        elif found is not None and found.closed_at is not None:
            said = (f"It was closed {found.closed_at:%Y-%m-%d %H:%M}Z; D on its page opens it again.", "finding")
        self.say(f"What follows is filed under {case}. ", said)

    def do_lock(self, argument: str) -> None:
        """Hide everything until the passphrase is given."""
        from console.guarding import Guarding

        if not (isinstance(self.app, Guarding) and self.app.lock()):
            self.say(("You have no passphrase to unlock with. p on Operators gives you one.", "finding"))

    def do_approvals(self, argument: str) -> None:
        """Show what waits for a second person."""
        from console.screens.approvals import ApprovalsScreen

        self.app.push_screen(ApprovalsScreen(self.session))

    def do_theme(self, argument: str) -> None:
        """Change the colours; without a name, choose them by looking."""
        from console.screens.theming import choose_theme, keep_theme

        if argument:
            keep_theme(self, argument)
        else:
            choose_theme(self)

    def do_help(self, argument: str) -> None:
        """Show the help for this screen."""
        from console.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.session, self.PLACE))

    def do_quit(self, argument: str) -> None:
        """Leave this screen, or the console from the first one."""
        self.leave()

    def do_quit_now(self, argument: str) -> None:
        """Leave the console."""
        self.app.exit()

    def do_close(self, argument: str) -> None:
        """Close this screen."""
        self.leave()
