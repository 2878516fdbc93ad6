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
SHOWN = 8
"""So many programs, endpoints and addresses are shown, the busiest."""

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
        rows = _by_endpoint(found) if kind == "endpoint" else found
        lines += [_part(part, whole, width) for part in rows[:SHOWN]]
        if len(rows) > SHOWN:
            least = "" if all(part.value for part in rows) else "at least "
            lines.append(line((f"  and {least}{len(rows) - SHOWN} more", "quiet")))
        lines.append(())
    return [*lines, line((told, "quiet"))] if told else lines


def _by_endpoint(found: Sequence[PartRow]) -> list[PartRow]:
    """Add up the programs that call an endpoint, and name one where it is the only one."""
    by: dict[str, list[PartRow]] = {}
    for part in found:
        by.setdefault(part.value, []).append(part)
    rows = [
        PartRow(
            value,
            parts[0].integration if len(parts) == 1 else f"{len(parts)} programs",
            sum(part.requests for part in parts),
            sum(part.refused for part in parts),
            max(part.last_at for part in parts),
        )
        for value, parts in by.items()
    ]
    return sorted(rows, key=lambda row: (-row.requests, row.value))


def _part(part: PartRow, whole: int, width: int) -> Line:
    name = part.value or "others, or not told by the log"
    by = f"  {part.integration}" if part.integration else ""
    share = f"{part.requests / whole:>5.0%}" if whole else ""
    refused = (f"   {part.refused:,} refused", "refused") if part.refused else ""
    words = line(
        f"  {fit(name, min(44, width // 3))} ", (f"{part.requests:>10,} {share}", ""), refused, (by, "quiet"),
        (f"   last {at(part.last_at)}", "quiet"),
    )  # fmt: skip
    return cut_line(words, width)
