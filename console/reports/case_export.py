"""The files a case is exported to: their forms, names and bytes."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from console.reports.files import default_path

if TYPE_CHECKING:
    from store.case_rows import CaseFile

CASE_FORMS = ("md", "json")
_UNFIT = re.compile(r"[^0-9A-Za-z._-]+")


def form_of(output: Path | None) -> str:
    """Return the form that a file's ending says, Markdown where it says nothing."""
    ending = output.suffix.lstrip(".").lower() if output is not None else ""
    return ending or CASE_FORMS[0]


def case_path(case: str, form: str, now: datetime) -> Path:
    """Return a free name in the person's data folder, made from the case: only letters that every file system takes."""
    stem = _UNFIT.sub("-", case).strip("-.")[:60] or "case"
    return default_path(stem, form, now)


def case_bytes(found: CaseFile, form: str, by: str) -> bytes:
    """Return a case as a file of this form holds it."""
    if form == "json":
        from console.reports.case_fields import case_record
        from console.reports.cells import json_text

        return (json_text(case_record(found), indent=2) + "\n").encode()
    from console.reports.case_markdown import case_markdown

    return case_markdown(found, by).encode("utf-8", "backslashreplace")
