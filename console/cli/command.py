"""How a function becomes a command: it takes the options every command has and is handed a Place for them."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, ClassVar, TypeVar

import typer
from typer.core import TyperCommand

from console.cli.options import OperatorOption, ProfileOption, ReadOnlyOption, StoreOption
from console.cli.place import Place
from store.errors import Denied, StoreError

F = TypeVar("F", bound=Callable[..., None])
PIPE_CLOSED = 141
"""What a command ends with when nobody reads its output any more, as programs stopped by SIGPIPE do."""

_CONTEXT = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)


def _shared(
    store: StoreOption = None,
    read_only: ReadOnlyOption = False,
    profile: ProfileOption = None,
    operator: OperatorOption = None,
) -> None:
    """Stand for the options every command has."""


def _read(function: Callable[..., None]) -> Any:
    """Return a function as a command with the parameters typer reads from it."""
    alone = typer.Typer(add_completion=False)
    alone.command()(function)
    return typer.main.get_command(alone)


_OPTIONS = [option for option in _read(_shared).params if option.name != "help"]
"""Made once: typer takes a third of a millisecond for each option of each command, whichever command is asked for."""


class Placed(TyperCommand):
    """A command with the options every command has; what they say narrows the place before it runs.

    What the function's own parameters are is found out when the command is run or asked for its help: of a hundred commands
    it is one at a time, and typer takes a millisecond for each.
    """

    function: ClassVar[Callable[..., None]]
    _known = False

    def get_params(self, ctx: Any) -> Any:
        """Return the parameters of the function, the options every command has, and --help."""
        if not self._known:
            self._known = True
            made = _read(_with_place(type(self).function))
            self.params, self.callback = [*made.params, *_OPTIONS], made.callback
        return super().get_params(ctx)

    def invoke(self, ctx: Any) -> Any:
        """Run the command on its place."""
        said = {option.name: ctx.params.pop(option.name) for option in _OPTIONS}
        before = ctx.find_object(Place) or Place()
        ctx.obj = before.narrowed(said["store"], said["read_only"], said["profile"], said["operator"])
        return super().invoke(ctx)


def noun(help_text: str) -> typer.Typer:
    """Return an empty group of commands about one thing; without a command it shows its help."""
    return typer.Typer(help=help_text, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)


def command(group: typer.Typer, name: str, *examples: str) -> Callable[[F], F]:
    """Make the function below a command of `group`: its first parameter is the Place, the others are its options.

    Its docstring is the help, `examples` are shown under it.
    """

    def register(function: F) -> F:
        cls = type(Placed.__name__, (Placed,), {"function": staticmethod(function)})
        group.command(name, cls=cls, help=function.__doc__, epilog=example_text(examples))(_unread)
        return function

    return register


def _unread() -> None:
    """Stand for a function whose parameters are not known yet."""


def example_text(examples: tuple[str, ...]) -> str:
    """Return example lines as the help shows them, each on a line of its own."""
    return "\b\n" + "\n".join(["Example:" if len(examples) == 1 else "Examples:", *(f"  {line}" for line in examples)])


def _with_place(function: Callable[..., None]) -> Callable[..., None]:
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]

    @wraps(function)
    def run(**given: Any) -> None:
        ctx: typer.Context = given.pop("ctx")
        try:
            function(ctx.obj, **given)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(PIPE_CLOSED) from None
        except Denied as denied:
            if not denied.noted:
                _put_on_record(ctx, denied)
            raise

    parameters = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own] + [_CONTEXT]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _put_on_record(ctx: typer.Context, denied: Denied) -> None:
    """Put on the audit log what was refused before the store was asked, under the command's own name.

    A run with --read-only writes that line too: the switch keeps people from changes, it takes no right from the database's user.
    No line is written where the store can't be opened, as one of an older schema can't.
    """
    from store.denials import note_denied
    from store.rules.denials import Doing

    place, name = ctx.find_object(Place) or Place(), ctx.command_path.partition(" ")[2]
    with suppress(StoreError), place.open(quiet=True) as store:
        note_denied(store, denied, place.actor(store), Doing(name, denied.key))
