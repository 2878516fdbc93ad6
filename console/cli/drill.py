"""`tokendesk drill leak`: an incident to practise, with a real gateway, on a store that is made for it and thrown away."""

from __future__ import annotations

from contextlib import ExitStack, closing, suppress
from typing import Annotated

import typer

from console.cli.command import command, noun
from console.cli.options import JsonOption
from console.cli.place import Place

group = noun("Practise an incident on a store that is thrown away.")

NOT_PASSED = 1

AutoOption = Annotated[bool, typer.Option("--auto", help="Play every step by itself, to watch, or to test an installation.")]
PatienceOption = Annotated[
    float, typer.Option("--patience", metavar="SECONDS", min=1, max=86_400, help="How long each step is waited for.")
]
DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="An empty PostgreSQL database or a new file to play in.", show_default=False),
]
KeepOption = Annotated[bool, typer.Option("--keep", help="Keep the folder with the store, its key and the gateway's log.")]


@command(group, "leak", "tokendesk drill leak", "tokendesk drill leak --auto", "tokendesk drill leak --auto --json")
def drill_leak(
    place: Place,
    auto: AutoOption = False,
    patience: PatienceOption = 900,
    database: DatabaseOption = None,
    keep: KeepOption = False,
    as_json: JsonOption = False,
) -> None:
    """Play a leaked token from the first look to the proof that it is refused, and to the close of its case.

    It makes a store of examples, starts a gateway on this machine and a program that calls with one of the tokens about
    five times a second, and writes a build log that gives that token away. Then it says step by step what to type, in a
    second terminal or in the console, and goes on as soon as the store shows that it was done. --auto does it all.

    Exit code 0 when a call was refused less than 60 s after the revocation and none was accepted later, otherwise 1.
    It touches no store of yours, needs the extra `gateway`, and leaves nothing running, also after Ctrl+C.
    """
    from console.cli.drill_words import Screen, drill_record
    from console.cli.output import print_record, say, show
    from console.cli.progress import bar
    from console.drill.playing import play
    from console.drill.stage import drill_folder, set_up
    from console.drill.steps import LEAK
    from console.drill.stopping import stopping
    from store.address import parse_address
    from store.errors import BadInput, Refused
    from store.gateway.serving import require_extra

    if place.store is not None:
        raise BadInput("A drill makes a store of its own.", "Leave out --store; --database names an empty place for it.")
    if place.read_only:
        # Nobody was kept from anything in a store: a drill makes its own. So this is on no audit log.
        raise Refused("A drill can't be played with --read-only.", "Leave it out: no store of yours is touched.")
    require_extra()
    try:
        with stopping() as stop, drill_folder(keep) as folder, ExitStack() as stack:
            address = parse_address(str(folder / "drill.db") if database is None else database)
            with bar("Building a store") as built:
                stage = stack.enter_context(
                    set_up(folder, address, stop, lambda done, total: built.at(done, total, f"{done:,} of {total:,} tokens"))
                )
            screen = stack.enter_context(closing(Screen(stage, say if as_json else show, auto=auto, steps=len(LEAK))))
            screen.opens()
            played = play(stage, LEAK, stop, screen, auto=auto, patience_s=patience)
            screen.ends_with(played, patience)
    except (KeyboardInterrupt, SystemExit):
        with suppress(OSError):  # the terminal may be what is gone
            say("The drill was stopped; nothing of it is left running.")
        raise
    if as_json:
        print_record(drill_record(played, stage, str(folder) if keep else None))
    say(_left_behind(str(folder), address.label, keep=keep, named=database is not None))
    if not played.passed:
        raise typer.Exit(NOT_PASSED)


def _left_behind(folder: str, label: str, *, keep: bool, named: bool) -> str:
    store = f"its store stays in {label}" if named else "its store is gone" if not keep else "its store is kept"
    return f"Nothing of the drill is left running; {store}{f': {folder}' if keep else ''}."
