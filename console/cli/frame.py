"""Where every command ends: refusals become one sentence and an exit code here, and nowhere else."""

from __future__ import annotations

import re
import sys

import typer

from console.cli.output import say

INTERRUPTED = 130
_TOKEN_LIKE = re.compile(r"[a-z0-9]{2,12}_(?:live|test)_([0-9A-Za-z]{12})_[0-9A-Za-z]{32,}")


def run(app: typer.Typer, arguments: list[str]) -> int:
    """Run the command line and return its exit code.

    0 done, 1 refused or failed, 2 bad usage, 3 unreachable (interfaces.md), 130 interrupted. Bugs are not caught.
    """
    from typer.exceptions import TyperException

    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    if _holds_token(arguments):
        return 2
    try:
        code = typer.main.get_command(app).main(arguments, prog_name="tokendesk", standalone_mode=False)
    except TyperException as error:
        _explain_usage(error)
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except Exception as error:
        from store.errors import StoreError

        if not isinstance(error, StoreError):
            raise
        _explain(error)
        return error.exit_code
    return code if isinstance(code, int) else 0


def _explain(error: Exception) -> None:
    """Print problem and remedy, and the notes a command added below (a filter with its caret)."""
    say(str(error))
    for note in getattr(error, "__notes__", ()):
        for line in note.split("\n"):
            say(line)


def _explain_usage(error: Exception) -> None:
    from typer.exceptions import TyperException

    assert isinstance(error, TyperException)
    context = getattr(error, "ctx", None)
    message = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        print(message, file=sys.stderr)
        return
    path = context.command_path if context is not None else "tokendesk"
    say(f"{message.rstrip('.')}. Try `{path} --help`.")


def _holds_token(arguments: list[str]) -> bool:
    """Refuse a token's secret among the arguments without repeating it: it is in the shell's history now, and in `ps`."""
    found = next((match for argument in arguments if (match := _TOKEN_LIKE.search(argument))), None)
    if found is None:
        return False
    say("A token's secret was given as an argument, where others on this machine and your shell's history can see it.")
    say(f"Treat it as leaked: revoke it by its id, `tokendesk tokens revoke {found[1]}`. Nothing was done.")
    return True
