"""Writing a report as files: drafts first, in their places only once all of them are whole and recorded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.reports.files import Draft, drafted
from console.reports.report import Subject, read_report
from store.errors import Refused

if TYPE_CHECKING:
    from store.reader import Reader

ABOUT = ".txt"
"""What is added to the name of a CSV file for the text beside it."""

Heard = Callable[[int, str], None]
"""Told how many tokens are in, and what is being done; what it raises ends the report, and nothing stays behind."""


@dataclass(frozen=True, slots=True)
class MadeReport:
    """A whole report that is not in its place yet: its files, its rows, the SHA-256 of its data, and its audit head."""

    drafts: tuple[tuple[Draft, Path], ...]
    rows: int
    sha256: str
    head: tuple[int, str]

    def publish(self, *, replace: bool) -> None:
        """Put every file in its place, the report itself last; without `replace` never over another. Raises Refused."""
        placed: list[Path] = []
        try:
            for draft, path in self.drafts:
                draft.publish(path, replace=replace)
                placed.append(path)
        except Refused:
            for path in placed if not replace else ():
                path.unlink(missing_ok=True)
            raise
        finally:
            self.drop()

    def drop(self) -> None:
        """Remove what is not in its place."""
        for draft, _ in self.drafts:
            draft.drop()


def files_of(form: str, path: Path) -> tuple[Path, ...]:
    """Return the files of a report: a CSV has a text beside it."""
    return (path.with_name(path.name + ABOUT), path) if form == "csv" else (path,)


def file_stem(account: str | None) -> str:
    """Return what a report's file is called before the date; whatever an id holds, it stays one plain name."""
    return f"report-{re.sub(r'[^A-Za-z0-9]+', '-', account).strip('-')[:60] or 'account'}" if account else "report-all"


def write_report(reader: Reader, subject: Subject, form: str, path: Path, heard: Heard) -> MadeReport:
    """Write a report as drafts and return it. Raises Refused when the disk takes no more or typst is missing."""
    report = read_report(reader, subject)
    head = (report.facts.head, report.facts.head_hash)
    if form == "csv":
        from console.reports.report_about import about_text

        about, target = files_of(form, path)
        draft = drafted(target, report.parts(reader), lambda rows: heard(rows, "read"))
        try:
            text = about_text(report).encode("utf-8", "backslashreplace")
            beside = drafted(about, [(text, draft.rows)], lambda rows: None)
        except BaseException:
            draft.drop()
            raise
        return MadeReport(((beside, about), (draft, target)), draft.rows, report.sha256, head)
    from console.reports.report_pages import Pages, page_data
    from console.reports.report_pdf import set_pages
    from store.moments import SECOND_MS, to_ms

    pages = Pages()
    for _, rows in report.parts(reader, pages.keep):
        heard(rows, "read")
    heard(pages.rows, "setting the pages")
    made = set_pages(page_data(report, pages), to_ms(subject.period.as_of) // SECOND_MS)
    draft = drafted(path, [(made, pages.rows)], lambda rows: heard(rows, "writing"))
    return MadeReport(((draft, path),), draft.rows, report.sha256, head)
