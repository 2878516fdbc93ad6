"""The one question before a change: asked only of a person, answered only by the whole word `yes`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from console.cli.output import say
from store.errors import BadInput

KEPT = 1


def confirmed(yes: bool, lines: Sequence[str], verb: str) -> None:
    """Return when the change may be made; otherwise end the command with nothing changed.

    With `--yes` nothing is asked. On a terminal the `lines` are shown and anything but `yes` keeps things as they are
    (exit code 1). Without a terminal there is nobody to ask: raises BadInput.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise BadInput(f"Nobody can be asked whether to {verb}.", "Add --yes once you are sure. Nothing was changed.")
    for line in lines:
        say(line)
    _forget_what_was_typed()
    print(f"Type yes to {verb}, anything else to leave it: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip() != "yes":
        say("Nothing was changed.")
        raise typer.Exit(KEPT)


def _forget_what_was_typed() -> None:
    """Drop what was typed before the question could be read."""
    import termios

    try:
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
    except (termios.error, ValueError, OSError):
        return
