"""`tokendesk` with no command: the shortest way to the console, past what the commands need (typer imports pydantic for any)."""

from __future__ import annotations

import os

from console.cli.place import Place

_COMPLETING = "_TOKENDESK_COMPLETE"
"""What a shell sets when it asks for completions; it gives no arguments then."""


def alone(arguments: list[str]) -> Place | None:
    """Return the place when nothing is asked for, or only a store or a profile; None leaves the arguments to the command line."""
    if _COMPLETING in os.environ:
        return None
    option, equals, word = arguments[0].partition("=") if len(arguments) == 1 else ("", "", "")
    match [option, word] if equals else arguments:
        case []:
            return Place()
        case ["--store", word] if word and not word.startswith("-"):
            return Place(word)
        case ["--profile", word] if word and not word.startswith("-"):
            return Place(profile=word)
        case _:
            return None
