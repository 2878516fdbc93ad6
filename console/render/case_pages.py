"""The pages of one case: its steps with what ticked them, its tokens with their numbers, and its timeline."""

from __future__ import annotations

from collections.abc import Sequence

from console.render.audit_words import second, sentence, who
from console.render.case_lists import by_urgency, token_line
from console.render.case_steps import indented, steps_lines
from console.render.case_words import (
    address_words,
    after_words,
    blast_words,
    discovery_words,
    state_words,
    token_times,
)
from console.render.items import Item, beside, items, opened
from console.render.moments import at
from console.render.pieces import Line
from console.render.sheet import length, line, wrapped
from store.case_rows import FIRST_SHOWN, CaseFile, CaseToken

TWO_COLUMNS, GAP, ROOMY = 130, 3, 100
_LABEL = 17


def steps_page(found: CaseFile, width: int, height: int) -> list[Item]:
    """Return what is to be stopped, then the five steps with their evidence; beside each other where wide."""
    head = [*_state(found, width), Item(())]
    if width < TWO_COLUMNS:
        return [*head, *_tokens(found, width), Item(()), *items(steps_lines(found, width))]
    half = (width - GAP) // 2
    left = [_tokens(found, half)[0], *_numbers(found, half), *_others(found)] if found.tokens else _tokens(found, half)
    page = [*head, *beside(left, steps_lines(found, width - half - GAP), half, GAP)]
    spare = height - len(page) - 2
    if spare > len(found.events):
        page += [Item(()), Item(line(("Timeline", "title"))), *_lines_of(found, width)]
    return page


def tokens_page(found: CaseFile, width: int) -> list[Item]:
    """Return each token with how long it was known, what it did meanwhile, and what depended on it."""
    return [*_state(found, width), Item(()), *_numbers(found, width), *_others(found)]


def timeline_page(found: CaseFile, width: int) -> list[Item]:
    """Return everything that was done under the case, the oldest first; a line about a token opens it."""
    return [*items(_titled(found, width)), Item(()), *_lines_of(found, width)]


def _titled(found: CaseFile, width: int) -> list[Line]:
    row = found.row
    return wrapped(
        line((row.title or "(no title)", "strong"), (f" · {state_words(row)} · opened by {row.opened_by}", "quiet")), width
    )


def _state(found: CaseFile, width: int) -> list[Item]:
    row = found.row
    loud = "finding" if row.is_open and (found.working or found.suspended) else ""
    return items([*_titled(found, width), *wrapped(discovery_words(found), width, loud)])


def _tokens(found: CaseFile, width: int) -> list[Item]:
    """Return a line for each token, those that still work first: Enter opens it, S and x act on it."""
    left = len(found.working) + len(found.suspended)
    note = f"   {left:,} not ended" if left else "   all ended" if found.tokens else ""
    lines = [Item(line(("Tokens", "title"), (note, "finding" if left else "quiet")))]
    if not found.tokens:
        hint = "None yet. I on a token opens a case for it; Leaks files what is pasted under the case you work under."
        return [*lines, *items(wrapped(hint, width, "quiet"))]
    lines += [one for token in by_urgency(found) for one in _opened(token, found, width)]
    return [*lines, *_others(found)]


def _opened(token: CaseToken, found: CaseFile, width: int) -> list[Item]:
    """Return the line of a token; how it stands goes on below where there is no room."""
    first, *more = wrapped(token_line(token, found.at, width), width, indent=2)
    return [opened(first, width, "token", *token.key), *items(more)]


def _others(found: CaseFile) -> list[Item]:
    """Return replacements, what was set aside, and how many tokens are not told of."""
    lines: list[Item] = []
    for sign, what, rows in (("+", "replacement", found.made), ("-", "set aside", found.aside)):
        lines += items(line((f"{sign} …{one.hint} {one.name}: {what}, {one.status.value}", "quiet")) for one in rows)
    if found.unread:
        lines.append(Item(line((f"{found.unread:,} more are not told here", "finding"))))
    return lines


def _numbers(found: CaseFile, width: int) -> list[Item]:
    lines: list[Item] = []
    for token in by_urgency(found):
        lines += [
            *_opened(token, found, width),
            *items(_about(token, found, width)),
            Item(()),
        ]
    return lines[:-1]


def _about(token: CaseToken, found: CaseFile, width: int) -> list[Line]:
    places = [f"{one.where} ({one.verdict.value}, found {at(one.found_at)})" for one in token.exposures]
    told = [
        ("Known", token_times(token, found.at)),
        *(("Seen in", place) for place in places or ("no place is on record",)),
        ("Calls after", after_words(token.aftermath)),
        ("New addresses", address_words(token.aftermath)),
        ("Blast radius", blast_words(token)),
    ]
    lines: list[Line] = []
    for label, words in told:
        lines += wrapped(line((f"  {label:<{_LABEL - 2}}", "quiet"), words), width, indent=_LABEL)
    return lines


def _lines_of(found: CaseFile, width: int) -> list[Item]:
    lines: list[Item] = []
    for place, one in enumerate(found.events):
        if found.left_out and place == FIRST_SHOWN:
            lines.append(Item(line((f"… {found.left_out:,} lines are left out here: :audit case={found.row.id}", "finding"))))
        when = second(one.at) if width >= ROOMY else f"{one.at:%m-%d %H:%M:%S}"
        by = who(one) if width >= ROOMY else one.actor
        said = line((f"{when}Z ", "quiet"), (f"{by} ", "accent"), sentence(one))
        reason = line(("  ", ""), (one.reason, "quiet")) if one.reason else ()
        fits = length(said) + length(reason) <= width
        first, *more = wrapped(line(*said, *reason) if fits else said, width, indent=4)
        if one.account_id and one.token_id:
            lines.append(opened(first, width, "token", one.account_id, one.token_id))
        else:
            lines.append(Item(first))
        lines += items(more)
        if reason and not fits:
            lines += items(indented(line((one.reason, "quiet")), width))
    return lines


__all__: Sequence[str] = ("steps_page", "timeline_page", "tokens_page")
