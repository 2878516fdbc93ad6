"""The colours of the console: every module of this folder that is not named here is a theme, called as its file is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_NO_THEMES = frozenset({"__init__", "loader", "variables"})


@cache
def house_names() -> tuple[str, ...]:
    """Return the names of our own themes in order, without importing any."""
    files = {file.stem for folder in __path__ for file in Path(folder).glob("*.py")}
    return tuple(sorted(name.replace("_", "-") for name in files - _NO_THEMES))
