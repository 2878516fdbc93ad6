"""`tokendesk doctor`: everything a bug report needs, and nothing that is secret."""

from __future__ import annotations

import typer

from console.cli.command import command
from console.cli.options import JsonOption
from console.cli.place import Place


def doctor(place: Place, as_json: JsonOption = False) -> None:
    """Show versions, paths, the terminal and the store: everything a bug report needs, and no secret."""
    from console.cli.health import facts_of
    from console.cli.output import print_record, show

    facts = facts_of(place)
    if as_json:
        print_record({part: dict(values) for part, values in facts.items()})
        return
    for part, values in facts.items():
        show(part)
        for name, value in values.items():
            shown = "-" if value in (None, "") else "yes" if value is True else "no" if value is False else value
            show(f"  {name.replace('_', ' '):<18} {shown}")


def join(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "doctor", "tokendesk doctor", "tokendesk doctor --json")(doctor)
