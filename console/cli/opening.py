"""Opening the console: nothing of it is imported before it is known that it can run here."""

from __future__ import annotations

from typing import NoReturn

from console.cli.place import Place

REFUSED = 2


def needs_terminal() -> None:
    """End the command with one sentence when there is no terminal the console could run in."""
    from console.safety.terminal import this_terminal

    refusal = this_terminal().refusal
    if refusal:
        from console.cli.output import say

        say(refusal)
        raise SystemExit(REFUSED)


def open_console(place: Place) -> NoReturn:
    """Open the console and end with its exit code.

    Raises BadInput for a theme that was asked for and is not there; one that stands in the file is told on the status line.
    """
    needs_terminal()
    from console.garbage import put_off

    put_off()
    from console.app import Console
    from console.safety.terminal import this_terminal
    from console.settings import load_memory
    from store.errors import BadInput

    memory = load_memory()
    settings = place.settings_with(memory.theme)
    settings.operator = place.operator or ""
    app = Console(place.checked(), settings, memory, facts=this_terminal())
    for problem in app.problems if place.theme else ():
        if problem.startswith("--theme"):
            raise BadInput(problem)
    raise SystemExit(app.run_safely(mouse=not settings.slow))
