"""What stands on the pages of a report: its rows as short words, and the numbers of its first page, as data for the template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from console.render.plain import plain
from console.reports.report_about import HOUR_NOTE, NAMES_NOTE, TITLE, findings_of, moment, proofs_of
from console.reports.report_fields import MARKS, Listed
from console.reports.report_widths import lines_in, lines_of
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
SECTION = 500
_RUN = 24
"""The longest word that is not given places to break at, so that a column never runs into the next."""

Cells = tuple[str | int, ...]
"""What the template takes of a row; the last one is how many lines it has, 0 where the setting has to find out."""

_ROOMS = (138.0, 62.0, 110.0, 46.0, 46.0, 46.0, 46.0, 95.0, 95.0)
"""The points that each column of the template has, a little less than there is."""

_ID_LETTERS = 36
"""So many letters of an id stand on one line."""


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
        group.rows.append(_cells(listed))
        group.live += token.status in LIVE
        group.found += bool(listed.views)


def _cells(listed: Listed) -> Cells:
    token, row = listed.row.token, listed.row
    cells = (
        _text(token.name or "(no name)"),
        _text(f"{token.id} …{token.hint}" if token.hint else token.id),
        _text(token.owner_name or token.owner or "-"),
        _text(", ".join(token.scopes) or "-"),
        _day(token.created_at),
        _used(listed),
        _day(token.expires_at) or "never",
        token.status.value,
        MARKS[row.proof],
        _text(token.rationale or "-"),
        _text(_by(listed)),
    )
    name, shown_id, *others, mark, rationale, by = cells
    lines = lines_of((name, *others, rationale, by), _ROOMS)
    whole = lines_in(name, _ROOMS[0]) == 1 and len(shown_id) <= _ID_LETTERS and len(mark) < 2
    return (*cells, max(lines, 2) if lines and whole else 0)


def _used(listed: Listed) -> str:
    used = listed.row.token.last_used_at
    return "no use known" if used is None else f"{used:%Y-%m-%d %H}{'h' if listed.row.used_by_hour else f':{used:%M}'}"


def _by(listed: Listed) -> str:
    token = listed.row.token
    words = []
    if token.replaced_by is not None:
        words.append(f"replaced{_who(listed.row.rotated_by)} by {token.replaced_by}")
    elif token.replaces is not None:
        words.append(f"rotated{_who(listed.row.rotated_by)} from {token.replaces}")
    elif token.rotated_at is not None:
        words.append(f"rotated {_day(token.rotated_at)}")
    if token.revoked_at is not None:
        words.append(f"revoked{_who(token.revoked_by)} on {token.revoked_at:%Y-%m-%d %H:%M}")
    elif token.retires_at is not None:
        words.append(f"{'ended' if token.status is Status.EXPIRED else 'ends'} {token.retires_at:%Y-%m-%d %H:%M}")
    return "; ".join(words) or "-"


def _who(name: str | None) -> str:
    return f" by {name}" if name else ""


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d}"


def _text(text: str) -> str:
    """Make a customer's words harmless, and give overlong ones places to break at."""
    words = plain(text)
    if all(len(word) <= _RUN for word in words.split(" ")):
        return words
    return " ".join("\u200b".join(_pieces(word)) for word in words.split(" "))


def _pieces(word: str) -> Iterator[str]:
    if len(word) <= _RUN:
        yield word
        return
    letters = iter(word)
    while piece := "".join(islice(letters, 12)):
        yield piece


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
        "subject": _text(report.subject.words),
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
            [_text(group.title), f"{len(group.rows):,}", f"{group.live:,}", f"{group.found:,}"] for group in groups
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
        title, many = _text(group.title), len(group.rows)
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
