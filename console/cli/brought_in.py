"""What every import has in common on the command line: what it refuses, its summary as JSON, its bad lines and notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from console.cli.output import say
from console.cli.place import Place
from console.reports.cells import stamped

STANDARD_INPUT = "-"
NOTHING_READ = 1
DRY = "Nothing was written: this was a dry run."


def refuse_read_only(place: Place, dry_run: bool) -> None:
    """Raise Denied when something would be written in a read-only run."""
    if not dry_run:
        place.refuse_read_only("add --dry-run")


def record_of(value: object) -> Any:
    """Return a summary as JSON values: dataclasses as objects, moments as stamps."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: record_of(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, datetime):
        return stamped(value)
    if isinstance(value, dict):
        return {str(key): record_of(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [record_of(inner) for inner in value]
    return value


def say_more(unnamed: int, notes: Iterable[str]) -> None:
    """Say how many bad lines were not named, and what else there is to know."""
    if unnamed > 0:
        say(f"... and {unnamed:,} more bad lines.")
    for note in notes:
        say(note)


def token_words(number: int) -> str:
    """Return `1 token` or `1,234 tokens`."""
    return f"{number:,} token{'s' * (number != 1)}"
