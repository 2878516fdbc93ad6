"""Setting a report's pages with typst: PDF/A, tagged, and the same bytes for the same report. Imported only for a PDF."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from store.errors import Refused

if TYPE_CHECKING:
    from console.reports.cells import Value

STANDARD: Final = "a-2a"
"""PDF/A-2a: for archives, tagged for screen readers; it also refuses a character that no font has."""

MISSING_NOTE = "A character that no installed font has is written as \\u and its number; the CSV of this report has it as it is."
_PROBE = b"#for one in json(bytes(sys.inputs.data)) [#one\n\n]"
_NO_FONT = re.compile(r"the text `\"(.+?)\"` could not be displayed", re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
_EAST = 0x2E80


def require_typst() -> None:
    """Raise Refused with the one thing to do when typst is not installed."""
    if find_spec("typst") is None:
        raise Refused("A PDF needs the package typst.", "Install it with `pip install 'tokendesk[report]'`, or use --format csv.")


def set_pages(data: dict[str, Value], at_s: int) -> bytes:
    """Return the PDF of a report's data, dated `at_s` (seconds since 1970). Raises Refused when typst is missing."""
    require_typst()
    template = (files("console.reports") / "report.typ").read_bytes()
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    missing = _missing(text)
    if missing:
        notes = [*data["notes"], MISSING_NOTE]  # type: ignore[misc]
        text = json.dumps({**data, "notes": notes}, ensure_ascii=False, sort_keys=True)
        text = text.translate({ord(one): f"\\\\u{ord(one):04x}" for one in missing})
    return _compiled(template, text, at_s)


def set_picture(data: dict[str, Value], dots: float = 72.0) -> bytes:
    """Return the first page of a report's data as a PNG with so many dots an inch."""
    import typst

    template = (files("console.reports") / "report.typ").read_bytes()
    made: Any = typst.compile(template, format="png", ppi=dots, sys_inputs={"data": json.dumps(data)})
    return bytes(made[0] if isinstance(made, list) else made)


def _compiled(template: bytes, data: str, at_s: int = 0) -> bytes:
    import typst

    made = typst.compile(template, format="pdf", sys_inputs={"data": data}, timestamp=at_s, pdf_standards=STANDARD)
    assert isinstance(made, bytes)
    return made


def _missing(text: str, compiled: Callable[[bytes, str], bytes] = _compiled) -> set[str]:
    """Return the characters that no font has, found by setting each once; where one is missing its neighbours go with it.

    That takes a compilation of a few lines for each script, not one of the whole report for each character.
    """
    import typst

    wanted = {one for one in set(text) if ord(one) > 0x24F and one != "\u200b"}
    missing: set[str] = set()
    while wanted:
        try:
            compiled(_PROBE, json.dumps(sorted(wanted)))
        except typst.TypstError as error:
            named = _NO_FONT.search(str(error))
            letters = (
                {one for one in _ESCAPE.sub(lambda found: chr(int(found[1], 16)), named[1]) if one in wanted} if named else None
            )
            gone = {one for one in wanted if not letters or any(_unit(one) == _unit(letter) for letter in letters)}
            missing |= gone
            wanted -= gone
        else:
            break
    return missing


def _unit(character: str) -> int:
    """Return what a character shares with those that the same font would have: its script, roughly."""
    code = ord(character)
    return -1 if _EAST <= code < 0xE000 else code >> 7
