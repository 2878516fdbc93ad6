"""A case as Markdown for the post-mortem; whatever somebody wrote stands in code spans: it links, mentions and runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.render.audit_words import second, sentence, who
from console.render.case_words import (
    ASCII_SIGNS,
    address_words,
    after_words,
    blast_words,
    discovery_words,
    state_words,
    status_words,
    token_times,
)
from console.render.moments import at
from console.render.plain import plain
from store.case_rows import FIRST_SHOWN, CaseFile, CaseToken
from store.rows import TokenRow

_TICKS = re.compile("`+")
EVERY_ADDRESS = 50


def code(text: str) -> str:
    """Return text as a code span that ends where it should, whatever the text holds; nothing for nothing."""
    shown = plain(text).strip()
    if not shown:
        return ""
    longest = max((len(run) for run in _TICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def case_markdown(found: CaseFile, by: str) -> str:
    """Return a whole case as a document, exported by somebody at the moment it was read."""
    return "\n".join(_lines(found, by)) + "\n"


def _lines(found: CaseFile, by: str) -> Iterator[str]:
    row = found.row
    yield f"# Case {code(row.id)}"
    yield ""
    if row.title:
        yield code(row.title)
        yield ""
    yield f"- State: {state_words(row)}, opened by {code(row.opened_by)}"
    yield f"- {code(discovery_words(found))}"
    yield f"- Exported {second(found.at)}Z by {code(by)}"
    yield f"- {_recorded(found)}"
    yield from _steps(found)
    yield from _tokens(found)
    yield from _timeline(found)


def _recorded(found: CaseFile) -> str:
    fresh = found.fresh
    if fresh.recorded_to is None:
        return "Usage: none recorded"
    since = f", tracked since {at(fresh.tracking_since)}" if fresh.tracking_since is not None else ""
    return f"Usage recorded to {at(fresh.recorded_to)}{since}"


def _steps(found: CaseFile) -> Iterator[str]:
    yield from ("", "## Steps", "")
    for step in found.steps:
        yield f"- {ASCII_SIGNS[step.state]} **{step.step.value}**: {step.state.value}"
        for tick in step.ticks:
            line = f", audit line {tick.seq}" if tick.seq is not None else ""
            by = f" by {code(tick.who)}" if tick.who else ""
            yield f"  - {code(tick.words)}{by}, {second(tick.at)}Z{line}"
        if step.missing:
            yield f"  - missing: {code(step.missing)}"


def _tokens(found: CaseFile) -> Iterator[str]:
    yield from ("", "## Tokens", "")
    if not found.tokens:
        yield "None was looked up or found under this case."
    for token in found.tokens:
        yield from _token(token, found)
    if found.unread:
        yield f"- {found.unread:,} more tokens are not told here."
    for heading, rows in (("Replacements", found.made), ("Set aside", found.aside)):
        if rows:
            yield from ("", f"### {heading}", "")
            yield from (f"- {_name(row)}: {row.status.value}" for row in rows)


def _token(token: CaseToken, found: CaseFile) -> Iterator[str]:
    row = token.row
    yield f"### {_name(row)}"
    yield ""
    yield f"- Status: {code(status_words(token, found.at))}; {row.environment} environment, {row.tier.value}"
    yield f"- Discovery to revocation: {code(token_times(token, found.at))}"
    for one in token.exposures:
        yield f"- Seen in {code(one.where)}: {one.verdict.value}, found {second(one.found_at)}Z by {code(one.recorded_by)}"
    yield f"- Calls after exposure: {code(after_words(token.aftermath))}"
    yield f"- Addresses never seen before: {code(address_words(token.aftermath, EVERY_ADDRESS))}"
    yield f"- Blast radius: {code(blast_words(token))}"
    yield ""


def _name(row: TokenRow) -> str:
    return f"{code(row.name or '(no name)')} of {code(row.account_name or row.account_id)}, {code(f'{row.account_id}/{row.id}')}"


def _timeline(found: CaseFile) -> Iterator[str]:
    yield from ("", "## Timeline", "")
    for place, line in enumerate(found.events):
        if found.left_out and place == FIRST_SHOWN:
            yield f"- {found.left_out:,} lines are left out here; the audit log has them."
        reason = f": {code(line.reason)}" if line.reason else ""
        yield f"- {second(line.at)}Z {code(who(line))} {code(sentence(line))}{reason} (audit line {line.seq})"
