"""Where `tokendesk` starts. Imports nothing but the command line's own frame: what a command needs, it imports itself."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the command line on `arguments` (by default the process's own) and return the exit code."""
    from console.cli.frame import run
    from console.cli.root import app

    return run(app, sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
