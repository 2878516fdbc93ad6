"""An audit report while it is made: what was asked for, its rows one by one, their SHA-256, and what is said about them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from console.reports.cells import csv_line
from console.reports.report_fields import FIELDS, Listed
from store.rules.summing import Summary, views_of

if TYPE_CHECKING:
    from store.reader import Reader
    from store.report_rows import ReportFacts
    from store.rules.reporting import Period

FORMS = ("csv", "pdf")
LINE_END = "\r\n"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about: one account with its name, or every account (`account` None)."""

    account: str | None
    account_name: str
    period: Period

    @property
    def words(self) -> str:
        """Return whose tokens they are."""
        if self.account is None:
            return "Every account"
        return self.account_name if self.account_name == self.account else f"{self.account_name} ({self.account})"


@dataclass(slots=True)
class Report:
    """A report that is being read: `summary` and the hash grow with each row.

    The SHA-256 is that of the bytes of the CSV file, whichever form is written: a heading, then a line for each token.
    """

    subject: Subject
    facts: ReportFacts
    summary: Summary = field(default_factory=Summary)
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of what was read so far, in hex."""
        return self._digest.hexdigest()

    def parts(self, reader: Reader, keep: Callable[[Listed], None] | None = None) -> Iterator[tuple[bytes, int]]:
        """Yield the bytes of the CSV in pieces with how many rows are in all so far; `keep` is handed each row."""
        from store.reads.reports import report_rows

        yield self._hashed(csv_line([one.name for one in FIELDS]) + LINE_END), 0
        subject = self.subject
        for rows in report_rows(reader, subject.account, subject.period, self.facts.head):
            lines = []
            for row in rows:
                views = views_of(row.token, subject.period.as_of, self.facts.tracking_since)
                self.summary.add(row, views)
                listed = Listed(row, views)
                lines.append(csv_line([one.value(listed) for one in FIELDS]) + LINE_END)
                if keep is not None:
                    keep(listed)
            yield self._hashed("".join(lines)), self.summary.tokens

    def _hashed(self, text: str) -> bytes:
        data = text.encode("utf-8", "backslashreplace")
        self._digest.update(data)
        return data


def read_report(reader: Reader, subject: Subject) -> Report:
    """Begin a report: fix the line of the audit log it is made of."""
    from store.reads.reports import report_facts

    return Report(subject, report_facts(reader, subject.period.as_of))
