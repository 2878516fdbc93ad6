"""What stands on the pages of a report: its rows as short words, and the numbers of its first page, as data for the template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from console.render.counts import counted
from console.reports.report_about import ALONE_NOTE, HOUR_NOTE, NAMES_NOTE, TITLE, findings_of, moment, proofs_of
from console.reports.report_cells import Cells, cells_of, safe_text
from console.reports.report_fields import MARKS, Listed
from store.errors import Refused
from store.rules.rebuilding import PROOFS, Proof
from store.rules.reporting import RULES, Rule
from store.rules.status import LIVE, Status

if TYPE_CHECKING:
    from console.reports.cells import Value
    from console.reports.report import Report

MOST_ON_PAPER = 20_000
"""More tokens than this are for the CSV: setting the pages would take more memory than a bastion has."""

MONTHS = 24
MOST_REVIEWS = 4
SECTION = 500


@dataclass(slots=True)
class Group:
    """The tokens of one account: how it is called, their rows, and how many are live and have findings."""

    title: str
    rows: list[Cells] = field(default_factory=list)
    live: int = 0
    found: int = 0


@dataclass(slots=True)
class Pages:
    """The rows of a report as they are read, account by account."""

    groups: dict[str, Group] = field(default_factory=dict)
    rows: int = 0

    def keep(self, listed: Listed) -> None:
        """Take in a row; raises Refused for more than fit on paper."""
        self.rows += 1
        if self.rows > MOST_ON_PAPER:
            raise Refused(f"A PDF holds at most {MOST_ON_PAPER:,} tokens.", "Use --format csv, or report on one account.")
        token = listed.row.token
        name = token.account_name
        group = self.groups.setdefault(
            token.account_id, Group(token.account_id if name in ("", token.account_id) else f"{name} ({token.account_id})")
        )
        group.rows.append(cells_of(listed))
        group.live += token.status in LIVE
        group.found += bool(listed.views)


def page_data(report: Report, pages: Pages) -> dict[str, Value]:
    """Return everything the template shows."""
    summary, period, facts = report.summary, report.subject.period, report.facts
    every = report.subject.account is None
    groups = list(pages.groups.values()) or [Group(report.subject.words)]
    statuses: list[Value] = [[status.value, summary.statuses[status], f"{summary.statuses[status]:,}"] for status in Status]
    months, months_note = _months(report)
    tiles = [(f"{summary.tokens:,}", "tokens"), (f"{summary.live:,}", "live"), *_tiles(report)]
    if every:
        tiles.insert(0, (f"{summary.accounts:,}", "accounts"))
    return {
        "title": TITLE,
        "subject": safe_text(report.subject.words),
        "description": f"data SHA-256 {report.sha256}, audit head {facts.head} {facts.head_hash}",
        "keywords": [f"sha256:{report.sha256}", f"audit-head:{facts.head}:{facts.head_hash}"],
        "period": f"{_short(period.since)} to {_short(period.until)}",
        "as_of": _spaced(period.as_of),
        "sha256": report.sha256,
        "head": f"{facts.head:,}",
        "tiles": [list(one) for one in tiles],
        "statuses": statuses,
        "status_words": ", ".join(f"{summary.statuses[status]:,} {status.value}" for status in Status),
        "months": months,
        "months_note": months_note,
        "month_words": ", ".join(f"{one[0]}: {one[1]}" for one in months),  # type: ignore[index]
        "facts": [list(one) for one in _facts(report)],
        "findings": [[title, count, f"{count:,}", rule] for _, title, count, rule in findings_of(report)],
        "accounts_table": [
            [safe_text(group.title), f"{len(group.rows):,}", f"{group.live:,}", f"{group.found:,}"] for group in groups
        ]
        if every
        else [],
        "groups": list(_sections(groups)),
        "notes": _notes(report),
    }


def _sections(groups: Iterable[Group]) -> Iterator[Value]:
    """Yield the accounts' rows in sections of at most 500; after so many rows one begins on a page of its own.

    What lies between two such pages is set at the same time as the rest, on as many cores as there are.
    """
    set_so_far = 0
    for group in groups:
        title, many = safe_text(group.title), len(group.rows)
        for first in range(0, max(many, 1), SECTION):
            last = min(first + SECTION, many)
            part = f", tokens {first + 1:,} to {last:,} of {many:,}" if many > SECTION else ""
            own_page = set_so_far >= SECTION
            yield {"title": title + part, "rows": group.rows[first:last], "own_page": own_page}
            set_so_far = last - first + (0 if own_page else set_so_far)


def _tiles(report: Report) -> list[tuple[str, str]]:
    views = report.summary.views
    return [
        (f"{views['never-expires']:,}", "never expire"),
        (f"{views['too-broad']:,}", "too broad"),
        (f"{views['orphaned']:,}", "orphaned"),
        (f"{views['unused-90d']:,}", "unused 90 d"),
    ]


def _facts(report: Report) -> Iterator[tuple[str, str, bool]]:
    """Yield what is said of the report; the third says that it is a hash."""
    facts, period, summary = report.facts, report.subject.period, report.summary
    other = next(rule for rule in Rule if rule is not period.rule)
    yield "Period", f"{_spaced(period.since)} up to, not including, {_spaced(period.until)}", False
    yield "Rule", f"{RULES[period.rule]} (rule {period.rule.value})", False
    yield "Other rule", f"Not used here: {RULES[other]} (rule {other.value})", False
    for proof, count, words in proofs_of(report):
        yield "Audit log" if proof is Proof.PROVEN else "", f"{count:,} of {summary.tokens:,} tokens: {words}", False
    yield "", f"The log begins {_spaced(facts.log_since)}.", False
    yield "Usage", f"Tracked since {_spaced(facts.tracking_since)}, recorded up to {_spaced(facts.recorded_to)}.", False
    if summary.alone:
        yield "Alone", f"{summary.alone:,} of {summary.tokens:,} tokens: {ALONE_NOTE}.", False
    for (name, by, at), count in summary.reviews.most_common(MOST_REVIEWS):
        signed = f"signed off by {by} on {at:%Y-%m-%d}" if at else "not signed off"
        yield "Review", f"{safe_text(name)}: {counted(count, 'token')}, {safe_text(signed)}", False
    if len(summary.reviews) > MOST_REVIEWS:
        yield "", f"{len(summary.reviews) - MOST_REVIEWS:,} more reviews; the CSV names each.", False
    yield "SHA-256", report.sha256, True
    yield "Audit head", f"{facts.head} {facts.head_hash}", True


def _months(report: Report) -> tuple[list[Value], str]:
    """Return the months up to the report's moment, at most 24, and what is not among them."""
    period, counts = report.subject.period, report.summary.months
    last = period.as_of.year * 12 + period.as_of.month - 1
    made = [year * 12 + month - 1 for year, month in counts]
    first = max(min([period.since.year * 12 + period.since.month - 1, *made]), last - MONTHS + 1)
    shown: list[Value] = []
    for number in range(first, last + 1):
        year, month = divmod(number, 12)
        count = counts[(year, month + 1)]
        shown.append([f"{year % 100:02}-{month + 1:02}", count, f"{count:,}"])
    older = sum(count for (year, month), count in counts.items() if year * 12 + month - 1 < first)
    return shown, f"{older:,} more were created before {first // 12}-{first % 12 + 1:02}." if older else ""


def _notes(report: Report) -> list[Value]:
    summary = report.summary
    notes: list[Value] = [f"{MARKS[proof]} {words}" for proof, words in PROOFS.items() if MARKS[proof] and summary.proofs[proof]]
    if summary.by_hour:
        notes.append(f"{HOUR_NOTE} (13h: between 13:00 and 14:00)")
    return [*notes, NAMES_NOTE, "All times are UTC."]


def _spaced(at: datetime | None) -> str:
    """Write a moment for reading, to the minute where it is a whole one."""
    return "-" if at is None else f"{moment(at)[:10]} {moment(at)[11:-1].removesuffix(':00')} UTC"


def _short(at: datetime) -> str:
    return f"{at:%Y-%m-%d}" if at.hour == at.minute == at.second == at.microsecond == 0 else _spaced(at)
