"""A case as lines of text, as the command line prints it."""

from __future__ import annotations

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
from store.case_rows import FIRST_SHOWN, CaseFile, CaseToken


def case_text(found: CaseFile) -> Iterator[str]:
    """Yield a whole case, a line at a time; whoever prints them makes them harmless."""
    row = found.row
    yield f"{row.id}  {row.title or '(no title)'}"
    yield f"  {state_words(row)}, opened by {row.opened_by}"
    yield f"  {discovery_words(found)}"
    yield ""
    yield "Steps"
    for step in found.steps:
        yield f"  {ASCII_SIGNS[step.state]} {step.step.value}"
        for tick in step.ticks:
            by = f", {tick.who}" if tick.who else ""
            yield f"        {tick.words}{by} {at(tick.at)}{f', audit #{tick.seq}' if tick.seq is not None else ''}"
        if step.missing:
            yield f"        missing: {step.missing}"
    yield ""
    yield "Tokens"
    for token in found.tokens:
        yield from _token(token, found)
    if not found.tokens:
        yield "  none was looked up or found under this case yet"
    if found.unread:
        yield f"  {found.unread:,} more are not told here"
    yield from (f"  replacement {one.account_id}/{one.id} {one.name}: {one.status.value}" for one in found.made)
    yield from (f"  set aside {one.account_id}/{one.id} {one.name}: {one.status.value}" for one in found.aside)
    yield ""
    yield "Timeline"
    for place, line in enumerate(found.events):
        if found.left_out and place == FIRST_SHOWN:
            yield f"  ... {found.left_out:,} lines are left out: tokendesk audit list --case {row.id}"
        reason = f": {line.reason}" if line.reason else ""
        yield f"  {second(line.at)}Z  {who(line)} {sentence(line)}{reason}"


def _token(token: CaseToken, found: CaseFile) -> Iterator[str]:
    row = token.row
    yield f"  {row.account_id}/{row.id} (ends in {row.hint or '?'}) {row.name or '(no name)'}: {status_words(token, found.at)}"
    yield f"      discovery to revocation      {token_times(token, found.at)}"
    for one in token.exposures:
        yield f"      seen in                      {one.where}: {one.verdict.value}, found {at(one.found_at)}"
    yield f"      calls after exposure         {after_words(token.aftermath)}"
    yield f"      addresses never seen before  {address_words(token.aftermath)}"
    yield f"      blast radius                 {blast_words(token)}"
