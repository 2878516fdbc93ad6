"""The timeline of one token: the sentence, its traffic, and under the same axis what happened, by letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from string import ascii_letters

from console.render.charts import chart_lines, chart_of, place_of
from console.render.counts import counted
from console.render.moments import ago_words, at, since
from console.render.pieces import Line, Piece
from console.render.sheet import cut_line, line, wrapped
from console.render.widths import fit
from store.rows import EventRow, PartRow, Series

HEIGHT = 11
_STYLES = {"revoke": "danger", "expires": "finding", "retires": "finding", "suspend": "finding", "last refusal": "refused"}
_KINDS = (("integration", "Who called"), ("endpoint", "What for"), ("address", "From where"))


def timeline(sentence: str, events: Sequence[EventRow], days: Series, now: datetime, width: int) -> list[Line]:
    """Return the sentence, a chart of the days, the letters of the events under it, and what each stands for."""
    lines: list[Line] = [*wrapped(line((sentence, "strong")), width), ()]
    chart = chart_of(f"Last {len(days.requests)} days", "requests", days)
    lines += chart_lines(chart, width, HEIGHT)
    letters = {event: ascii_letters[number % len(ascii_letters)] for number, event in enumerate(events)}
    marks = [" "] * width
    for event in events:
        place = place_of(chart, event.at, width, HEIGHT) if event.at <= now else None
        if place is not None:
            marks[place] = letters[event] if marks[place] == " " else "+"
    lines += [(Piece("".join(marks).rstrip(), "accent"),), ()]
    for event in reversed(events):
        when = ago_words(event.at, now)
        style = _STYLES.get(event.word, "")
        words = line(
            (f" {letters[event]}  ", "accent"), (f"{at(event.at)}  ", "quiet"), (f"{event.word:<13} ", style),
            event.about, (f"   {when}", "quiet"),
        )  # fmt: skip
        lines.append(cut_line(words, width))
    return lines


def callers(parts: Mapping[str, Sequence[PartRow]], days: int, told: str, now: datetime, width: int) -> list[Line]:
    """Return who called, what for and from where in the last days, with shares; and since when that is recorded.

    These are days of the calendar (UTC), today among them.
    """
    lines: list[Line] = []
    first = since(now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1), timedelta(hours=1), now)
    for kind, title in _KINDS:
        found = parts.get(kind, ())
        whole = sum(part.requests for part in found)
        lines.append(line((title, "title"), (f"   {counted(whole, 'request')} since {first}", "quiet")))
        if not found:
            lines.append(line(("  nothing on record", "quiet")))
        lines += [_part(part, kind, whole, width) for part in found[:8]]
        if len(found) > 8:
            lines.append(line((f"  and {len(found) - 8} more", "quiet")))
        lines.append(())
    return [*lines, line((told, "quiet"))] if told else lines


def _part(part: PartRow, kind: str, whole: int, width: int) -> Line:
    name = part.value or "others, or not told by the log"
    by = f"  {part.integration}" if kind == "endpoint" and part.integration else ""
    share = f"{part.requests / whole:>5.0%}" if whole else ""
    refused = (f"   {part.refused:,} refused", "refused") if part.refused else ""
    words = line(
        f"  {fit(name, min(44, width // 3))} ", (f"{part.requests:>10,} {share}", ""), refused, (by, "quiet"),
        (f"   last {at(part.last_at)}", "quiet"),
    )  # fmt: skip
    return cut_line(words, width)
