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
    """Open the console and end with its exit code."""
    needs_terminal()
    from console.garbage import put_off

    put_off()
    from console.app import run
    from console.settings import load_memory

    memory = load_memory()
    settings = place.settings_with(memory.theme)
    raise SystemExit(run(place.checked(), settings, memory))
