"""Where every command ends: refusals become one sentence and an exit code here, and nowhere else."""

from __future__ import annotations

import re
import sys

from console.cli.alone import alone

INTERRUPTED = 130
_TOKEN_LIKE = re.compile(r"[a-z0-9]{2,12}_(?:live|test)_([0-9A-Za-z]{12})_[0-9A-Za-z]{32,}")


def run(arguments: list[str]) -> int:
    """Run the command line, or open the console where there is no command, and return the exit code.

    0 done, 1 refused or failed, 2 bad usage, 3 unreachable (interfaces.md), 130 interrupted, 70 a fault
    of ours: its report names the place, and neither values nor messages, which may hold anything.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    if _holds_token(arguments):
        return 2
    try:
        place = alone(arguments)
        if place is not None:
            from console.cli.opening import open_console

            open_console(place)
        return _command(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except Exception as error:  # noqa: BLE001  the last stop: what is a fault of ours is reported as one
        from store.errors import StoreError

        if isinstance(error, StoreError):
            _explain(error)
            return error.exit_code
        from console.safety.crash import EXIT_CODE, keep_report

        _say(keep_report(error))
        return EXIT_CODE


def _command(arguments: list[str]) -> int:
    import typer
    from typer.exceptions import TyperException

    from console.cli.root import app
    from console.garbage import take_up

    command = typer.main.get_command(app)
    take_up()
    try:
        code = command.main(arguments, prog_name="tokendesk", standalone_mode=False)
    except TyperException as error:
        _explain_usage(error)
        return error.exit_code
    except typer.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _explain(error: Exception) -> None:
    """Print problem and remedy, and the notes a command added below (a filter with its caret)."""
    _say(str(error))
    for note in getattr(error, "__notes__", ()):
        for line in note.split("\n"):
            _say(line)


def _explain_usage(error: Exception) -> None:
    from typer.exceptions import TyperException

    assert isinstance(error, TyperException)
    context = getattr(error, "ctx", None)
    message = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        print(message, file=sys.stderr)
        return
    path = context.command_path if context is not None else "tokendesk"
    _say(f"{message if message.endswith(('.', '?')) else message + '.'} Try `{path} --help`.".replace("?.", "?"))


def _holds_token(arguments: list[str]) -> bool:
    """Refuse a token's secret among the arguments without repeating it: it is in the shell's history now, and in `ps`."""
    found = next((match for argument in arguments if (match := _TOKEN_LIKE.search(argument))), None)
    if found is None:
        return False
    _say("A token's secret was given as an argument, where others on this machine and your shell's history can see it.")
    _say(f"Treat it as leaked: revoke it by its id, `tokendesk tokens revoke {found[1]}`. Nothing was done.")
    return True


def _say(sentence: str) -> None:
    from console.cli.output import say

    say(sentence)
