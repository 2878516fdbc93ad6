"""A token described beside, below or under the list: the same facts, fitted to the room there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.render.charts import Chart, chart_lines, chart_of
from console.render.identity import token_words
from console.render.pieces import Line, Piece
from console.render.sheet import Sheet, cut_line, fit_line, length, line, wrapped
from console.render.statuses import BADGES
from console.render.styles import LOUD
from console.render.suspicion import suspicious
from console.render.token_facts import TokenFacts
from console.render.token_words import (
    LABEL,
    UNREAD,
    answer_words,
    breaks_sentences,
    breaks_words,
    calls,
    can_words,
    cannot_words,
    clocks,
    creator_words,
    day_bars,
    day_words,
    found_lines,
    found_words,
    freshness_words,
    identity,
    labelled,
    last_use_words,
    month_bars,
    month_words,
    owner_words,
    people_words,
    proof_lines,
    spaced,
    state_words,
)
from store.rules.findings import findings

BESIDE_WIDTH, BESIDE_HEIGHT = 40, 18
TEXT_LINES, LEAST_CHART = 25, 8
MONTH_BARS, LEAST_MONTH_BARS = 30, 10
CLOCK_LINES = ("can", "cannot", "owner", "secret", "expires")


def inspection(facts: TokenFacts, now: datetime, brand: str, width: int, height: int, *, charts: bool = True) -> Sheet:
    """Return the inspector for a token: in sections where it is tall, in two columns where it is wide, else a strip."""
    row = facts.row
    odd: tuple[tuple[str, str] | str, ...] = ((" ⚠", "finding"),) if suspicious(row.name) else ()
    title = line((row.name.strip() or "(no name)", "title"), *odd, (" · ", "quiet"), (token_words(row, brand), "accent"))
    if height >= BESIDE_HEIGHT and width >= BESIDE_WIDTH:
        return Sheet(_sections(facts, now, width, height, charts), title)
    if width >= 96:
        return Sheet(_columns(facts, now, width, height), title)
    return Sheet(_strip(facts, now, width, height), title)


def _strip(facts: TokenFacts, now: datetime, width: int, height: int) -> list[Line]:
    found = found_words(facts, now, width)
    lines = [
        (*state_words(facts), Piece(" · "), *identity(facts)),
        _strip_calls(facts, now, width),
        found or people_words(facts, now),
        *(proof_lines(facts) or [()]),
    ]
    if not lines[-1]:
        lines[-1:] = _within(breaks_sentences(facts, now), width)
    return [cut_line(calm(one), width) for one in lines[:height]]


def _within(sentences: Sequence[Line], width: int) -> list[Line]:
    """Return as many whole sentences as fit on one line; the first one always, on two if need be.

    A second line for the others would have to be sent again with every question that covers it (ux.md 3.9).
    """
    kept = len(sentences)
    while kept > 1 and length(spaced(sentences[:kept])) > width:
        kept -= 1
    return wrapped(spaced(sentences[:kept]), width)


def calm(words: Line) -> Line:
    """Return a line with few changes of style, which cost more bytes than words do: only what is loud stays different."""
    return tuple(piece if piece.style in LOUD else Piece(piece.text) for piece in words)


def _strip_calls(facts: TokenFacts, now: datetime, width: int) -> Line:
    if facts.row.live:
        answer, bars = answer_words(facts, now), (Piece("  ·  30 d ", "quiet"), *month_bars(facts, 12))
        return (*answer, *bars) if length(answer) + length(bars) <= width else answer
    parts: list[Piece] = []
    for one in calls(facts, now):
        parts += [Piece("   ")] * bool(parts) + [Piece(one[0].text.strip() + " ", "quiet"), *one[1:]]
    while length(parts) > width and parts[-1].text.startswith(", "):
        parts.pop()  # when it was refused last, then why: its page says both
    return tuple(parts)


def _columns(facts: TokenFacts, now: datetime, width: int, height: int) -> list[Line]:
    half = (width - 3) * 43 // 100
    rest = width - 3 - half
    left = _left(facts, now, half, height)
    if_revoked = wrapped(breaks_words(facts, now), rest - LABEL)
    right = [
        *_calls(facts, now, rest),
        *proof_lines(facts),
        _month(facts, rest),
        labelled("Findings", found_words(facts, now, rest - LABEL) or line(("none", "quiet"))),
        *[labelled("" if number else "If revoked", one) for number, one in enumerate(if_revoked)],
    ]
    findings_at, room = len(right) - len(if_revoked) - 1, height - len(right)
    every = found_lines(facts, now, rest - LABEL)
    if 1 < len(every) <= 1 + room:
        right[findings_at : findings_at + 1] = [labelled("" if n else "Findings", one) for n, one in enumerate(every)]
    if height > len(right) and facts.row.live:
        right.insert(1, labelled("24 hours", (*day_bars(facts, 24), Piece("  "), *day_words(facts))))
    if height > len(right):
        right.append(labelled("Usage", freshness_words(facts)))
    rows = []
    for number in range(min(height, max(len(left), len(right)))):
        one = left[number] if number < len(left) else ()
        other = right[number] if number < len(right) else ()
        rows.append((*fit_line(one, half), Piece("   "), *cut_line(other, rest)))
    return rows


def _month(facts: TokenFacts, width: int) -> Line:
    """Return 30 days with their numbers; the bars give way to them."""
    told = month_words(facts)
    bars = min(MONTH_BARS, max(LEAST_MONTH_BARS, width - LABEL - 2 - length(told)))
    return labelled("30 days", (*month_bars(facts, bars), Piece("  "), *told))


def _left(facts: TokenFacts, now: datetime, width: int, height: int) -> list[Line]:
    """Return whose it is and what it may do; long sentences go on in a second line where the status gives up its own."""
    told = [("Can", "good", can_words(facts)), ("Cannot", "finding", cannot_words(facts))]
    status, whose = state_words(facts), identity(facts, width)
    both = (*status, Piece(" · ", "quiet"), *whose)
    badge = line((BADGES[facts.row.status].text, BADGES[facts.row.status].style), (" · ", "quiet"))
    short = (*badge, *identity(facts, width - length(badge)))
    least = len(CLOCK_LINES) + (facts.row.retires_at is not None)
    spare = height - least - 2
    who = [whose, status]
    if spare < sum(len(wrapped(words, width - LABEL)) - 1 for *_, words in told):
        fits = length(both) <= width
        if fits or spare < 0:  # the moment of its end is never given up where there is a line for it
            who, spare = [both if fits else short], spare + 1
    lines = [*who]
    for label, style, words in told:
        rows = _clauses(words, width - LABEL, 1 + max(0, spare))
        lines += [labelled("" if number else label, one, style) for number, one in enumerate(rows)]
        spare -= len(rows) - 1
    lines.append(labelled("Owner", people_words(facts, now, width - LABEL)))
    return [*lines, *[labelled(label, words) for label, words in clocks(facts, now)]]


def _clauses(words: str, width: int, rows: int) -> list[Line]:
    """Return as much of a list of clauses as fits on so many lines, and how many clauses more there are."""
    clauses = words.split("; ")
    for kept in range(len(clauses), 0, -1):
        left = len(clauses) - kept
        shown = wrapped("; ".join([*clauses[:kept], *([f"{left} more"] if left else [])]), width)
        if len(shown) <= rows:
            return shown
    first = f"{clauses[0]}; +{len(clauses) - 1}" if len(clauses) > 1 else clauses[0]
    return [cut_line(line(first), width)]


def _calls(facts: TokenFacts, now: datetime, width: int) -> list[Line]:
    """Return its calls; of a last use that does not fit the list says how long ago it was, and its page from where."""
    lines = calls(facts, now)
    for address in (True, False):
        if facts.row.live and length(lines[0]) > width:
            lines[0] = labelled("Last use", last_use_words(facts, now, brief=True, address=address))
    return lines


def _sections(facts: TokenFacts, now: datetime, width: int, height: int, charts: bool) -> list[Line]:
    whole = facts.whole
    lines: list[Line] = [identity(facts), state_words(facts), ()]
    for label, style, words in (("Can", "good", can_words(facts)), ("Cannot", "finding", cannot_words(facts))):
        if words:
            first, *more = wrapped(words, width - LABEL)
            lines += [labelled(label, first, style), *[labelled("", one) for one in more[:2]]]
    lines += proof_lines(facts) or [()]  # in a blank's place: nothing below it moves when it comes
    lines += [part for one in calls(facts, now) for part in _broken(one, width)]
    lines += [labelled(label, words) for label, words in clocks(facts, now)]
    lines += [(), labelled("Owner", owner_words(facts)), labelled("Made by", creator_words(facts, now))]
    if whole is not None and whole.rationale:
        lines.append(labelled("Rationale", line((whole.rationale, "quiet"))))
    lines.append(())
    found = () if whole is None else findings(whole, now, rhythm=facts.rhythm)
    lines += [labelled("Findings" if not n else "", line(("! ", "finding"), one.sentence)) for n, one in enumerate(found)] or [
        labelled("Findings", UNREAD if whole is None else line(("none", "quiet")))
    ]
    lines.append(())
    for number, one in enumerate(wrapped(breaks_words(facts, now), width - LABEL)):
        lines.append(labelled("If revoked" if not number else "", one))
    block = _charts(facts, width, height - TEXT_LINES) if charts else []
    if not block:
        lines += [()]
        lines += [labelled("24 hours", (*day_bars(facts, 24), Piece("  "), *day_words(facts)))]
        lines += [labelled("30 days", (*month_bars(facts, 30), Piece("  "), *month_words(facts)))]
    room = height - len(block) - 1
    lines = [cut_line(one, width) for one in lines[:room]]
    lines += [()] * (room - len(lines))
    return [*lines, *block, cut_line(freshness_words(facts), width)]


def _broken(labelled_line: Line, width: int) -> list[Line]:
    """Return a line with a label on two, where one is too short for it."""
    label, *words = labelled_line
    first, *more = wrapped(tuple(words), width - LABEL)
    return [(label, *first), *[labelled("", one) for one in more[:1]]]


def _charts(facts: TokenFacts, width: int, height: int) -> list[Line]:
    """Draw the charts that fit, from the bottom up: they stay where they are whatever is said above them."""
    both = [("Last 24 hours", facts.hours), ("Last 30 days", facts.days)]
    known = [chart_of(title, "requests", series) for title, series in both if series is not None]
    if not known or height < LEAST_CHART:
        return []
    if height < 2 * LEAST_CHART:
        known = known[:1]
    each = min(11, height // len(known) - 1)
    return [one for chart in known for one in ((), *_chart(chart, width, each))]


def _chart(chart: Chart, width: int, height: int) -> Sequence[Line]:
    if any(chart.values):
        return chart_lines(chart, width, height)
    return [line((chart.title, "title"), ("   no requests", "quiet")), *[()] * (height - 1)]


def summary(lines: Sequence[Line]) -> str:
    """Return lines as one text, for tests and for copying."""
    return "\n".join("".join(piece.text for piece in one).rstrip() for one in lines)
