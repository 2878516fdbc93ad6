"""How a function becomes a command: it takes the options every command has and is handed a Place for them."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import typer

from console.cli.options import ProfileOption, ReadOnlyOption, StoreOption
from console.cli.place import Place

F = TypeVar("F", bound=Callable[..., None])
PIPE_CLOSED = 141
"""What a command ends with when nobody reads its output any more, as programs stopped by SIGPIPE do."""

_SHARED = (
    inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
    inspect.Parameter("store", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=StoreOption),
    inspect.Parameter("read_only", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=ReadOnlyOption),
    inspect.Parameter("profile", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=ProfileOption),
)


def noun(help_text: str) -> typer.Typer:
    """Return an empty group of commands about one thing; without a command it shows its help."""
    return typer.Typer(help=help_text, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)


def command(group: typer.Typer, name: str, *examples: str) -> Callable[[F], F]:
    """Make the function below a command of `group`: its first parameter is the Place, the others are its options.

    Its docstring is the help, `examples` are shown under it.
    """

    def register(function: F) -> F:
        group.command(name, epilog=example_text(examples))(_with_place(function))
        return function

    return register


def example_text(examples: tuple[str, ...]) -> str:
    """Return example lines as the help shows them, each on a line of its own."""
    return "\b\n" + "\n".join(["Example:" if len(examples) == 1 else "Examples:", *(f"  {line}" for line in examples)])


def _with_place(function: Callable[..., None]) -> Callable[..., None]:
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]

    @wraps(function)
    def run(**given: Any) -> None:
        ctx: typer.Context = given.pop("ctx")
        before = ctx.find_object(Place) or Place()
        place = before.narrowed(given.pop("store"), given.pop("read_only"), given.pop("profile"))
        try:
            function(place, **given)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(PIPE_CLOSED) from None

    parameters = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own] + list(_SHARED)
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run
