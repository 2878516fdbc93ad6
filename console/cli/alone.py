"""`tokendesk` with no command: the shortest way to the console, past what the commands need (typer imports pydantic for any)."""

from __future__ import annotations

import os

from console.cli.place import Place

_STORE = "--store"
_COMPLETING = "_TOKENDESK_COMPLETE"
"""What a shell sets when it asks for completions; it gives no arguments then."""


def alone(arguments: list[str]) -> Place | None:
    """Return the place when nothing is asked for, or only a store is named; None leaves the arguments to the command line."""
    if _COMPLETING in os.environ:
        return None
    match arguments:
        case []:
            return Place()
        case [option, store] if option == _STORE and store and not store.startswith("-"):
            return Place(store)
        case [option] if option.startswith(f"{_STORE}=") and len(option) > len(_STORE) + 1:
            return Place(option.partition("=")[2])
        case _:
            return None
