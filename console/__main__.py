"""Where `tokendesk` starts. Imports nothing but the command line's own frame: what a command needs, it imports itself."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the command line on `arguments` (by default the process's own) and return the exit code."""
    from console.cli.frame import run
    from console.garbage import put_off
    from console.safety import start_safely

    if arguments is None:
        start_safely()
        put_off()
        arguments = sys.argv[1:]
    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
