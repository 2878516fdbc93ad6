"""A Textual app that cannot hurt its terminal, cannot show what it must not, and always ends."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Sequence
from functools import partial

from rich.console import RenderableType
from rich.text import Text
from textual.filter import LineFilter

from console.render.plain import plain
from console.safety.crash import EXIT_CODE, keep_report
from console.safety.gate import NoColour, OutputGate
from console.safety.leaving import SIGNALS, Deadline, HangupWatch, code_of
from console.safety.painting import ThriftyApp
from console.safety.palette import ShortColours
from console.safety.terminal import TerminalFacts, TerminalState
from themes import house_names
from themes.loader import house_theme, starting_theme, theme_names
from themes.variables import defaults_for


class SafeApp(ThriftyApp):
    """The app the console is built on: output gate, faults without values, signals, a lost terminal, our themes.

    `facts` is what `this_terminal` found. Start it with `run_safely`; the process's exit code is what that returns.
    """

    ENABLE_COMMAND_PALETTE = False  # its commands include a screenshot, which would hold what is on the screen

    def __init__(self, facts: TerminalFacts | None = None, theme: str = "") -> None:
        self.facts = facts or TerminalFacts()
        self._fault = ""
        self._themed = False
        self._farewell: list[str] = []
        self._gate: list[LineFilter] = [OutputGate(self.facts), ShortColours()]
        super().__init__()
        if self.no_color or not self.facts.colour:
            self.no_color = True
            self._gate.append(NoColour())
        self.theme = starting_theme(theme if theme in theme_names(self) else "", no_color=self.no_color)
        self._terminal = TerminalState()
        self._deadline = Deadline(self._terminal.restore)
        self._watch = HangupWatch(self._terminal_lost)

    def run_safely(self, *, mouse: bool = True) -> int:
        """Run until it ends, and return the exit code: 0, 70 after a fault, 128 + n after a signal.

        End the process soon after: a thread that still hangs would keep it, so that it is ended after `HURRY_S` in any case.
        """
        try:
            self.run(mouse=mouse)
        finally:
            self._watch.stop()
        return self.return_code or 0

    # What is drawn -----------------------------------------------------------------------------------------------

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the filters of every line: Textual's own, without its idea of no colour, and our gate."""
        own = () if self.no_color else super().get_line_filters()
        return [*own, *self._gate]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return a colour for every variable of ours that the present theme does not have."""
        return defaults_for(self.current_theme)

    def get_css_variables(self) -> dict[str, str]:
        """Return the colours of the theme; none while Textual sets itself up with one of its own that is never seen."""
        return super().get_css_variables() if self._themed else {}

    def _validate_theme(self, theme_name: str) -> str:
        """Import a theme of ours when it is first wanted: the first picture needs one of them."""
        if theme_name in house_names():
            self.register_theme(house_theme(theme_name))
        return super()._validate_theme(theme_name)

    def _watch_theme(self, theme_name: str) -> None:
        """Put on a theme.

        Before the start nothing is parsed yet, so that its colours are all it takes: what Textual asks for besides, to parse
        everything once more, would only put off the first picture.
        """
        waiting = len(self._next_callbacks)
        super()._watch_theme(theme_name)
        self._themed = True
        if not self._running:
            del self._next_callbacks[waiting:]
            self.stylesheet.set_variables(self.get_css_variables())

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Do nothing: the console starts no browser (security.md, threat 27)."""

    # Faults ------------------------------------------------------------------------------------------------------

    def _handle_exception(self, error: Exception) -> None:
        """Keep a report without values, and leave with code 70. Textual would print every local variable."""
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._stop_for(error)

    def _fatal_error(self) -> None:
        error = sys.exc_info()[1]
        self._stop_for(error if error is not None else RuntimeError())

    def panic(self, *renderables: RenderableType) -> None:
        """Leave with code 70; what was to be printed is not. Textual's input thread comes here with a traceback."""
        from rich.traceback import Traceback

        kinds = [each.trace.stacks[0].exc_type for each in renderables if isinstance(each, Traceback)]
        if "OSError" in kinds:
            self._terminal_lost()
        else:
            self._stop_for(RuntimeError())

    def _stop_for(self, error: BaseException) -> None:
        if not self._fault:
            self._fault = keep_report(error)
        self._return_code = EXIT_CODE
        self._arm(EXIT_CODE)
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Say the one sentence, after the terminal has been put back."""
        said = [self._fault] if self._fault else []
        said += [
            each.plain if isinstance(each, Text) else each for each in self._exit_renderables if isinstance(each, (Text, str))
        ]
        self._exit_renderables.clear()
        self._fault = ""
        if said and not self.is_headless and sys.__stderr__ is not None:
            try:
                print(*map(plain, said), sep="\n", file=sys.__stderr__, flush=True)
            except OSError:
                return

    # Leaving -----------------------------------------------------------------------------------------------------

    def exit(self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave. Whatever hangs, the process is gone in less than two seconds and the terminal as it was found."""
        super().exit(result, return_code, message)
        self._arm(return_code)

    def on_load(self) -> None:
        """Take the signals, and watch the terminal."""
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, partial(self._signalled, number))

    def on_mount(self) -> None:
        """Watch the terminal from the moment there is one."""
        if not self.is_headless:
            self._watch.start()

    def _signalled(self, number: signal.Signals) -> None:
        self.exit(return_code=code_of(number))

    def _terminal_lost(self) -> None:
        """Leave: there is nobody any more. Called from whichever thread noticed."""
        self._arm(code_of(signal.SIGHUP), 1.0)
        if self._loop is not None and self._loop.is_running():
            self._loop.call_soon_threadsafe(partial(super().exit, None, code_of(signal.SIGHUP)))

    def _arm(self, code: int, seconds: float | None = None) -> None:
        if self.is_headless or self._driver is None:
            return
        if seconds is None:
            self._deadline.start(code)
        else:
            self._deadline.start(code, seconds)
