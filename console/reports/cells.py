"""Values as every file and command of ours writes them: JSON in ASCII, CSV that a spreadsheet takes for text, moments."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

Value = str | int | float | bool | None | Sequence["Value"] | dict[str, "Value"]
"""What JSON is made of; moments are written with `stamp` before."""

_FORMULA = tuple("=+-@\t\r＝＋－＠")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def json_text(value: Value, indent: int | None = None) -> str:
    """Write a value as JSON in ASCII, so that nothing in it acts on a terminal."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False, indent=indent).replace("\x7f", "\\u007f")


def csv_cell(value: Value) -> str:
    """Write a value as a quoted CSV cell that a spreadsheet takes for text (security.md threat 21).

    Control characters are left out; what would start a formula gets a `'` in front. None is empty.
    """
    match value:
        case str():
            return _text_cell(value)
        case None:
            text = ""
        case bool():
            text = "true" if value else "false"
        case int() | float():
            text = str(value)
        case _:
            return csv_cell(" ".join(str(part) for part in value))
    return f'"{text}"'


@lru_cache(maxsize=4_096)
def _text_cell(value: str) -> str:
    """Write a text as a cell. Most columns hold the same few words over and over: they are looked at once."""
    text = value if value.isprintable() else _CONTROL.sub("", value)
    if value.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA):
        text = f"'{text}"
    return f'"{text.replace(chr(34), chr(34) * 2)}"'


def csv_line(values: Sequence[Value]) -> str:
    """Write the cells of one row, without the end of the line."""
    return ",".join(csv_cell(value) for value in values)


def moment_words(moment: datetime | None, nothing: str = "-") -> str:
    """Write a moment to the minute for people, in UTC."""
    return nothing if moment is None else f"{moment:%Y-%m-%d %H:%M}Z"


def stamped(moment: datetime | None) -> str | None:
    """Write a moment as every file of ours does, None for none."""
    from store.moments import stamp

    return None if moment is None else stamp(moment)
