"""Running `tokendesk` in a test: inside the process for speed, or as a process of its own where that is what is tested."""

from __future__ import annotations

import ctypes
import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.__main__ import main
from store.address import Address

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return standard output as JSON; fails when anything else is there."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """Return the lines of standard output."""
        return self.out.splitlines()


def url(address: Address) -> str:
    """Return what --store takes for an address."""
    return str(address.path) if address.path is not None else address.conninfo


def run(*arguments: str | Path | int, store: Address | None = None) -> Ran:
    """Run a command inside this process; with `store`, on that store."""
    given = [str(argument) for argument in arguments]
    if store is not None:
        given += ["--store", url(store)]
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(given)
    return Ran(code, out.getvalue(), err.getvalue())


def run_process(*arguments: str | Path, code: str | None = None, as_anybody: bool = False, **environment: str) -> Ran:
    """Run a command, or Python `code`, as a process of its own.

    With `as_anybody` root has no more rights over files than anybody else.
    """
    command = [sys.executable, *(["-c", code] if code else ["-m", "console"]), *map(str, arguments)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=60,
        stdin=subprocess.DEVNULL,
        preexec_fn=_drop_override if as_anybody and os.geteuid() == 0 else None,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def _drop_override() -> None:
    """Give up what lets root read and write any file, in a child that is about to start a program."""
    drop, dac_override, dac_read_search = 24, 1, 2
    library = ctypes.CDLL(None)
    for right in (dac_override, dac_read_search):
        library.prctl(drop, right, 0, 0, 0)
