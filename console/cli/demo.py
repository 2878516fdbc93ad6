"""`tokendesk demo`: a store of examples, built on the spot and thrown away afterwards, or kept with --build-only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command
from console.cli.place import Place

if TYPE_CHECKING:
    from datetime import datetime

    from store.address import Address


BuildOnlyOption = Annotated[
    str | None, typer.Option("--build-only", metavar="PATH", help="Only build it, there, and keep it: a file or postgresql://...")
]
TokensOption = Annotated[
    int | None, typer.Option("--tokens", metavar="N", min=1, help="How many tokens; 600 without.", show_default=False)
]
SeedOption = Annotated[
    int | None, typer.Option("--seed", metavar="N", help="Another number tells another story.", show_default=False)
]
NowOption = Annotated[str | None, typer.Option("--now", metavar="TIME", help="Where its clock stands still.")]


def demo(
    place: Place,
    build_only: BuildOnlyOption = None,
    tokens: TokensOption = None,
    seed: SeedOption = None,
    now: NowOption = None,
) -> None:
    """Build a store of examples with something for every screen, and open the console on it."""
    from console.cli.times import moment_of
    from store.address import parse_address
    from store.demo.building import NOW, SEED, TOKENS

    wanted = (TOKENS if tokens is None else tokens, SEED if seed is None else seed, moment_of(now, "--now") if now else NOW)
    if build_only is None:
        _open_on_a_fresh_one(place, *wanted)
        return
    from console.cli.output import say, show

    address = parse_address(build_only)
    _build(address, *wanted)
    show(f"Built a demo store of {wanted[0]:,} tokens at {address.label}.")
    say(f"Open it with `tokendesk --store {build_only}`.")


def _open_on_a_fresh_one(place: Place, tokens: int, seed: int, now: datetime) -> None:
    """Build it in a folder of its own, with its key, and remove both when the console is left."""
    import os
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from console.cli.opening import needs_terminal, open_console
    from store.address import parse_address

    needs_terminal()
    with TemporaryDirectory(prefix="tokendesk-demo-") as folder:
        os.environ.pop("TOKENDESK_KEY", None)
        os.environ["TOKENDESK_KEY_FILE"] = str(Path(folder) / "key")
        path = str(Path(folder) / "demo.db")
        _build(parse_address(path), tokens, seed, now)
        open_console(replace(place, store=path))


def _build(address: Address, tokens: int, seed: int, now: datetime) -> None:
    from console.cli.progress import bar
    from store.demo.building import build_demo

    with bar("Building the demo store") as one:
        build_demo(
            address,
            tokens=tokens,
            seed=seed,
            now=now,
            progress=lambda done, total: one.at(done, total, f"{done:,} of {total:,} tokens"),
        ).close()


def join(app: typer.Typer) -> None:
    """Add the command."""
    command(
        app,
        "demo",
        "tokendesk demo",
        "tokendesk demo --tokens 100000",
        "tokendesk demo --build-only demo.db",
    )(demo)
