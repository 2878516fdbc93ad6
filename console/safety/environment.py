"""The process made safe before anything is imported that reads the environment (security.md findings 13 and 7)."""

from __future__ import annotations

import os
import resource
from collections.abc import MutableMapping

_KEPT = frozenset({"PYTHONIOENCODING", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONHASHSEED"})
_REMOVED = frozenset({"BROWSER", "PAGER", "EDITOR", "VISUAL", "LINES", "COLUMNS", "SSLKEYLOGFILE"})
PRIVATE = 0o077


def unsafe_variables(environment: MutableMapping[str, str]) -> list[str]:
    """Return the names that would run code (`TEXTUAL_DRIVER`, `PYTHONBREAKPOINT`, `BROWSER`), log keys or freeze the size."""
    return [name for name in environment if name in _REMOVED or (name.startswith(("TEXTUAL", "PYTHON")) and name not in _KEPT)]


def start_safely(environment: MutableMapping[str, str] = os.environ) -> None:
    """Remove such variables, write no core dumps, and make files private. Call it before Textual is imported: it looks once."""
    for name in unsafe_variables(environment):
        del environment[name]
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    os.umask(PRIVATE)
