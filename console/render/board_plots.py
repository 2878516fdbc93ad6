"""The panels of the dashboard that are drawn over time: requests, their week, and the days tokens expire on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from console.render.board_parts import COUNTING, NO_USAGE, Body, Target, amount_words, body, nothing
from console.render.charts import Chart, chart_lines, chart_of, place_of
from console.render.counts import counted, many
from console.render.freshness import recorded_words
from console.render.heat import heat_line, legend, shade
from console.render.levels import percent
from console.render.pieces import Line, Piece
from console.render.scales import compact
from console.render.sheet import cut_line, length, line
from store.dashboard_rows import DAY_HOURS, HOURS_SHOWN, Dashboard, EndDay, Ends

WEEKS = 4
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CLIFF, SOME = 0.1, 0.01
"""A day on which more than this share of all requests ends is a cliff; more than that, worth a look."""

CLIFF_SIGN, SOME_SIGN = "!", "▲"

_DAY = timedelta(days=1)


def hours(board: Dashboard, width: int, height: int) -> Body:
    """Return the requests of 24 hours."""
    says = Target("hours", "24 h", filter="reqs24h>0", says="Tokens with requests in the last 24 hours.")
    return _requests(board, DAY_HOURS, 1, width, height, says)


def days(board: Dashboard, width: int, height: int) -> Body:
    """Return the requests of 30 days."""
    says = Target("days", "30 d", filter="used<=30d", says="Tokens used in the last 30 days.")
    return _requests(board, HOURS_SHOWN, DAY_HOURS, width, height, says)


def _requests(board: Dashboard, span: int, each: int, width: int, height: int, target: Target) -> Body:
    if board.traffic is None:
        return nothing(NO_USAGE)
    chart = chart_of("", "requests", board.traffic.grouped(span, each))
    note = line((recorded_words(board.freshness, board.at), "quiet"))
    return Body(tuple(_unindented(chart_lines(chart, width, height))), {0: target}, note)


def _unindented(lines: Sequence[Line]) -> list[Line]:
    """Take the space away that a title would have stood before."""
    first = [piece for piece in lines[0] if piece.text]
    if first:
        first[0] = Piece(first[0].text.lstrip(), first[0].style)
    return [tuple(first), *lines[1:]]


def week(board: Dashboard, width: int, height: int) -> Body:
    """Return the requests by weekday and hour of the day, as an average of four weeks."""
    if board.traffic is None:
        return nothing(NO_USAGE)
    cells = board.traffic.week()
    highest = -(-max(max(row) for row in cells) // WEEKS)
    each = max(1, (width - 4) // DAY_HOURS)
    step = next(step for step in (1, 2, 3, 4, 6, 12) if step * each >= 4)
    axis = "    " + "".join(f"{hour:02}".ljust(step * each) for hour in range(0, DAY_HOURS, step))
    today = board.at.astimezone(UTC).weekday()
    rows = [
        (
            Piece(f"{name} ", "strong" if number == today else "axis"),
            *heat_line([-(-value // WEEKS) for value in values], highest, each),
        )
        for number, (name, values) in enumerate(zip(WEEKDAYS, cells, strict=True))
    ]
    lines = [*rows, line((axis.rstrip(), "axis"))]
    note = line(("average of 4 weeks, UTC", "quiet"))
    return Body(tuple(lines[:height]), note=note, legend=legend(highest, "requests an hour"))


def cliff(board: Dashboard, width: int, height: int) -> Body:
    """Return how many tokens expire on each of the next 90 days, the requests that end with them, and the worst days."""
    ends = board.ends
    if ends is None:
        return nothing(COUNTING)
    worst = _worst(ends, max(1, min(4, height - 9)))
    chart = Chart("", "tokens", _start(ends.days[0]), _DAY, tuple(day.tokens.number for day in ends.days))
    room = height - len(worst)
    drawn = chart_lines(chart, width, room + 1)[1:]  # its heading tells of the past
    total = sum(day.tokens.number for day in ends.days)
    lines: list[tuple[Line, Target | None]] = [(one, None) for one in drawn[:-2]]
    lines += [(_traffic_strip(ends, chart, width, room + 1), None), *((one, None) for one in drawn[-1:])]
    lines += [(_day_line(day, board, width), _day_target(day, board)) for day in worst]
    tokens = counted(total, "token")
    notes = (
        f"{tokens}; a bar is {_bar_words(chart, width, room + 1)}; darker below it: more requests",
        f"{tokens}; darker: more requests",
    )
    return body(lines[:height], notes[0] if len(notes[0]) <= width // 2 else notes[1])


def _traffic_strip(ends: Ends, chart: Chart, width: int, height: int) -> Line:
    """Draw below each bar how many requests a day end with its tokens, in place of the axis."""
    places: dict[int, int] = {}
    for number, day in enumerate(ends.days):
        place = place_of(chart, chart.start + _DAY * number, width, height)
        if place is not None:
            places[place] = places.get(place, 0) + day.requests
    highest = max(places.values(), default=0)
    if not places:
        return ()
    first = min(places)
    cells = [shade(places[cell], highest) if cell in places else "─" for cell in range(first, max(places) + 1)]
    label = "reqs" if first >= 6 else ""
    return (Piece(f"{label:>{first - 1}}│" if first else "", "axis"), Piece("".join(cells), "finding" if highest else "zero"))


def _bar_words(chart: Chart, width: int, height: int) -> str:
    """Say how many days one bar holds."""
    places = [place_of(chart, chart.start + _DAY * number, width, height) for number in range(len(chart.values))]
    each = max((places.count(place) for place in set(places)), default=1)
    return "a day" if each == 1 else f"{each} days"


def _worst(ends: Ends, most: int) -> list[EndDay]:
    """Return the days with most requests, then with most tokens, at stake."""
    some = [day for day in ends.days if day.tokens.number]
    return sorted(some, key=lambda day: (-day.requests, -day.tokens.number, day.day))[:most]


def _day_line(day: EndDay, board: Dashboard, width: int) -> Line:
    sign, style = _sign(_stake(day, board))
    away = (day.day - board.at.date()).days
    when = "today" if not away else f"in {away} d"
    first = line(
        (f"{sign} ", style),
        f"{day.day:%a %d %b}  ",
        (f"{when:<8}", "quiet"),
        (f"{amount_words(day.tokens):>4}", "strong"),
        (f" {'token' if _is_one(day) else 'tokens':<6}  ", "quiet"),
    )
    if not board.traffic:
        return cut_line(first, width)
    first = line(*first, (f"{day.requests:>9,}", style or "strong"))
    forms = [" requests a day"]
    if day.requests:
        share = percent(day.requests, board.traffic.requests)
        forms = [f" requests a day, {share} of all", f" requests a day, {share}", f" a day, {share}"]
    words = next((one for one in forms if length(first) + len(one) <= width), forms[-1])
    return cut_line(line(*first, (words, "quiet")), width)


def _stake(day: EndDay, board: Dashboard) -> float:
    """Return the share of all requests that ends with the tokens of a day."""
    return day.requests / board.traffic.requests if board.traffic is not None and board.traffic.requests else 0.0


def _is_one(day: EndDay) -> bool:
    return day.tokens.number == 1 and not day.tokens.more


def _day_target(day: EndDay, board: Dashboard) -> Target:
    looked = "" if board.ends is None or not board.ends.more else f" (of the {compact(board.ends.looked_at)} busiest tokens)"
    one = _is_one(day)
    expire = "token expires" if one else "tokens expire"
    calls = f"{counted(day.requests, 'request')} a day {many(day.requests, 'ends')} with {'it' if one else 'them'}"
    says = f"{amount_words(day.tokens)} active {expire} on {day.day:%d %B}; {calls}{looked}."
    return Target("cliff", f"{day.day}", filter=f"status:active exp:{day.day}", says=says)


def calendar(board: Dashboard, width: int, height: int) -> Body:
    """Return the next 90 days as a calendar: a column for each week, in each cell how many tokens expire on that day."""
    ends = board.ends
    if ends is None:
        return nothing(COUNTING)
    first = ends.days[0].day - timedelta(days=ends.days[0].day.weekday())
    weeks = (ends.days[-1].day - first).days // 7 + 1
    each = (width - 4) // weeks
    if each < 3:
        weeks, each = (width - 4) // 3, 3
    held = {day.day: day for day in ends.days}
    unit = _unit(max(day.tokens.number for day in ends.days), each)
    lines: list[Line] = [line(("    " + _months(first, weeks, each), "axis"))]
    for weekday, name in enumerate(WEEKDAYS):
        cells = [held.get(first + timedelta(days=7 * number + weekday)) for number in range(weeks)]
        lines.append((Piece(f"{name} ", "axis"), *(_cell(day, board, each, unit) for day in cells)))
    sums = [_week_sum(held, first + timedelta(days=7 * number)) for number in range(weeks)]
    if height > len(lines) + 1 and max(sums) < unit * 10 ** (each - 1):
        lines.append((Piece("Sum ", "axis"), Piece("".join(f"{-(-number // unit):>{each - 1}} " for number in sums), "quiet")))
    looked = f"of {compact(ends.looked_at)} busy tokens" if ends.more else "UTC"
    return Body(tuple(lines[:height]), note=line((looked, "quiet")), legend=_calendar_legend(unit))


def _calendar_legend(unit: int) -> tuple[str, ...]:
    """Say what a number and the sign behind it mean: how many tokens, and how much of all requests ends with them."""
    times = f" ×{unit:,}" if unit > 1 else ""
    return (
        f"tokens{times} that expire each day  {SOME_SIGN} over 1 %  {CLIFF_SIGN} over 10 % of all requests end with them",
        f"tokens{times} a day  {SOME_SIGN} over 1 %  {CLIFF_SIGN} over 10 % of all requests",
        f"tokens{times} a day  {SOME_SIGN} >1 %  {CLIFF_SIGN} >10 % of requests",
        f"{SOME_SIGN} >1 %  {CLIFF_SIGN} >10 % of requests",
    )


def _sign(share: float) -> tuple[str, str]:
    """Return the sign of a day by the share of all requests that ends on it, and its style; a space for a day like others."""
    return (CLIFF_SIGN, "danger") if share > CLIFF else (SOME_SIGN, "finding") if share > SOME else (" ", "")


def _unit(highest: int, each: int) -> int:
    """Return the power of ten in which the days are counted, so that every number fits into its cell."""
    unit = 1
    while -(-highest // unit) >= 10 ** (each - 1):
        unit *= 10
    return unit


def _months(first: date, weeks: int, each: int) -> str:
    """Return the day each week starts on; where a month begins, its name, and no day runs together with that."""
    text, last, named = "", 0, False
    for number in range(weeks):
        day = first + timedelta(days=7 * number)
        begins = day.month != last
        label = f"{day:%b}" if begins else f"{day.day:>2}" if each > 3 or not named else ""
        text += f"{label:<{each}}"[:each]
        last, named = day.month, begins
    return text


def _week_sum(held: dict[date, EndDay], monday: date) -> int:
    days = [held.get(monday + timedelta(days=number)) for number in range(7)]
    return sum(day.tokens.number for day in days if day is not None)


def _cell(day: EndDay | None, board: Dashboard, each: int, unit: int) -> Piece:
    if day is None:
        return Piece(" " * each)
    if not day.tokens.number:
        return Piece(f"{'·':>{each - 1}} ", "zero")
    sign, style = _sign(_stake(day, board))
    return Piece(f"{-(-day.tokens.number // unit):>{each - 1}}{sign}", style or "strong")


def _start(day: EndDay) -> datetime:
    return datetime(day.day.year, day.day.month, day.day.day, tzinfo=UTC)
