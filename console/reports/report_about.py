"""What a report says about itself: the same lines beside the CSV and on the first page of the PDF."""

from __future__ import annotations

from datetime import datetime

from console.reports.cells import stamped
from console.reports.report import Report
from store.rules.rebuilding import PROOFS, Proof
from store.rules.reporting import RULES, Rule
from store.rules.summing import SPRAWL, VIEWS

TITLE = "API token audit report"
NAMES_NOTE = "Names of accounts and people are those of the day the report was made; the audit log keeps only their ids."
HOUR_NOTE = "A last use is told by the hour where the token was used again after this moment."
CELL_NOTE = "A cell that a spreadsheet would take for a formula has a ' in front; control characters are left out."
ALONE_NOTE = "the policy wanted a second person, and the glass was broken"
OPEN_NOTE = "Open the CSV as UTF-8, comma-separated, with quoted fields as text: else a spreadsheet makes 7 of 007."
HASH_NOTE = "SHA-256 of the CSV file's bytes; the PDF of the same report shows the same."


def facts_of(report: Report) -> list[tuple[str, str]]:
    """Return the facts of a report as names and values; the names stay as they are, so that programs can read them."""
    subject, facts, period = report.subject, report.facts, report.subject.period
    return [
        ("report", TITLE),
        ("account", subject.words),
        ("period-since", moment(period.since)),
        ("period-until", f"{moment(period.until)} (not included)"),
        ("as-of", moment(period.as_of)),
        ("rule", f"{period.rule.value}: {RULES[period.rule]}"),
        ("other-rule", _other(period.rule)),
        ("tokens", str(report.summary.tokens)),
        ("without-second-person", f"{report.summary.alone} ({ALONE_NOTE})"),
        ("sha256", report.sha256),
        ("audit-head", f"{facts.head} {facts.head_hash}"),
        ("audit-log-since", moment(facts.log_since)),
        ("usage-tracked-since", moment(facts.tracking_since)),
        ("usage-recorded-to", moment(facts.recorded_to)),
    ]


def moment(at: datetime | None) -> str:
    """Write a moment to the second, or to the millisecond where it is not a whole one, so that it can be asked for again."""
    if at is None:
        return "-"
    return (stamped(at) or "") if at.microsecond == 0 else f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _other(rule: Rule) -> str:
    other = next(one for one in Rule if one is not rule)
    return f"{other.value}: {RULES[other]}"


def proofs_of(report: Report) -> list[tuple[Proof, int, str]]:
    """Return how many states the audit log proves, and of the others what is known about them."""
    counts = report.summary.proofs
    return [(proof, counts[proof], words) for proof, words in PROOFS.items() if counts[proof] or proof is Proof.PROVEN]


def findings_of(report: Report) -> list[tuple[str, str, int, str]]:
    """Return each view a report counts: its name, its title, how many tokens (of sprawl: accounts) are in it, its rule."""
    summary = report.summary
    found = [(view.name, view.title, summary.views[view.name], view.rule) for view in VIEWS]
    return [*found, (SPRAWL.name, f"{SPRAWL.title} (accounts)", summary.sprawling, SPRAWL.rule)]


def about_text(report: Report) -> str:
    """Return the text that stands beside the CSV file, so that the file itself holds nothing but its rows."""
    lines = [f"{name}: {_one_line(words)}" for name, words in facts_of(report)]
    lines += ["", "Findings (saved views, at the as-of moment):"]
    lines += [f"  {name}: {count} - {rule}" for name, _, count, rule in findings_of(report)]
    lines += ["", "Reviews (the last one that decided about a token):", *(_reviews(report) or ["  none"])]
    lines += ["", "States and the audit log (column audit_log):"]
    lines += [f"  {proof.value}: {count} - {words}" for proof, count, words in proofs_of(report)]
    lines += ["", *(f"Note: {note}" for note in (HASH_NOTE, NAMES_NOTE, HOUR_NOTE, CELL_NOTE, OPEN_NOTE))]
    return "\n".join(lines) + "\n"


def _reviews(report: Report) -> list[str]:
    return [
        f"  {_one_line(name)}: {count} - {f'signed off by {_one_line(by)} at {moment(at)}' if at else 'not signed off'}"
        for (name, by, at), count in sorted(report.summary.reviews.items(), key=lambda one: one[0][0])
    ]


def _one_line(text: str) -> str:
    from console.render.plain import plain

    return plain(text)
