"""`tokendesk config`: every setting with its value and where it comes from, and what in your file can't be understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command
from console.cli.options import JsonOption
from console.cli.place import Place

if TYPE_CHECKING:
    from console.effective import Effective

WRONG = 2


def config(
    place: Place,
    check: Annotated[
        bool, typer.Option("--check", help="Only name what can't be understood; exits with 2 when there is anything.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show every setting with its value and where it comes from: flag, variable, profile, file or default. Never a password."""
    from console.cli.output import print_array, print_record, print_table, say, show

    found = _found(place)
    if check:
        if as_json:
            print_array(found.problems)
        else:
            for problem in found.problems:
                show(problem)
            if not found.problems:
                show(f"{found.file}: nothing is wrong." if found.exists else f"There is no {found.file}; the defaults hold.")
        if found.problems:
            raise typer.Exit(WRONG)
        return
    if as_json:
        print_record(found.record())
        return
    show(f"{found.file}{'' if found.exists else ' (not there)'}")
    show()
    print_table(("Setting", "Value", "From"), [(row.name, row.value, row.words) for row in found.rows], shrink=(1,))
    if found.profiles:
        show()
        rows = [
            (("* " if one["used"] else "  ") + str(one["name"]), *(_cell(one[name]) for name in _SHOWN)) for one in found.profiles
        ]
        print_table(("  Profile", "Store", "Environment", "Theme", "Read-only"), rows, shrink=(1,))
    for problem in found.problems:
        say(problem)


def _found(place: Place) -> Effective:
    """Work out what holds; raises BadInput for a profile that was asked for and is not there."""
    from console.effective import effective
    from console.memory import load_memory
    from store.errors import StoreError

    settings = place.settings_with(load_memory().theme)
    try:
        return effective(settings, place.address())
    except StoreError as error:
        return effective(settings, error)


_SHOWN = ("store", "environment", "theme", "read_only")


def _cell(value: object) -> str:
    return "-" if value in (None, "") else "yes" if value is True else "no" if value is False else str(value)


def join(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "config", "tokendesk config", "tokendesk config --check", "tokendesk config --profile staging --json")(config)
