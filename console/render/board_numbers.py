"""The row of large numbers on top of the dashboard, each with what it is to be read against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from console.render.board_parts import NO_USAGE, Body, amount_words
from console.render.digits import HEIGHT, large
from console.render.freshness import recorded_words
from console.render.levels import percent
from console.render.moments import ago
from console.render.scales import compact
from console.render.sheet import cut_line, line
from store.dashboard_rows import Dashboard

SHORT = 10_000
"""Above this a large number is written in k, M or G."""


@dataclass(frozen=True, slots=True)
class Number:
    """One number in words, and how it is coloured. `about` stands below it, in words of several lengths, the longest first.

    One that must be looked into, and has the style of a finding, has a sign behind it.
    """

    words: str
    style: str
    about: tuple[str, ...]
    about_style: str = "quiet"

    @property
    def sign(self) -> str:
        """Return the sign, with a blank before it; nothing where there is none."""
        return " !" if self.style == "finding" else ""


def live(board: Dashboard) -> Number:
    """Return how many tokens are live, of how many there are."""
    whole = amount_words(board.amount("all"))
    return Number(_short(board, "live"), "strong", (f"of {whole} ever made", f"of {whole} made", f"of {whole}"))


def requests(board: Dashboard) -> Number | None:
    """Return the requests of 24 hours, and by how much they differ from the day before."""
    if board.traffic is None:
        return None
    change = board.traffic.change(board.freshness.recorded_to)
    about: tuple[str, ...] = (f"24 h {recorded_words(board.freshness, board.at)}",)
    if change is not None:
        words = f"24 h · {'▲' if change >= 0 else '▼'} {abs(change) * 100:,.0f} %"
        about = (f"{words} on the day before", words, words.removeprefix("24 h · "))
    return Number(compact(board.traffic.requests), "strong", about)


def refused(board: Dashboard) -> Number | None:
    """Return the refused requests of 24 hours, and their share."""
    if board.traffic is None:
        return None
    number = board.traffic.refused
    share = percent(number, board.traffic.requests)
    about = (f"24 h · {share} of requests", f"24 h · {share}") if share else ("24 h · no requests",)
    return Number(compact(number), "refused" if number else "strong", about)


def expiring(board: Dashboard) -> Number:
    """Return how many tokens expire within 7 days, and what ends with them."""
    number = board.amount("expiring-7d").number
    style = "finding" if number else "strong"
    if board.ends is None or board.traffic is None:
        return Number(_short(board, "expiring-7d"), style, ("in 7 days",))
    last = board.at.date() + timedelta(days=7)
    ending = sum(day.requests for day in board.ends.days if day.day <= last)
    about = (f"in 7 d · {compact(ending)} requests a day end", f"7 d · {compact(ending)} req/day", f"{compact(ending)} req/day")
    return Number(_short(board, "expiring-7d"), style, about, "finding" if ending else "quiet")


def unused(board: Dashboard) -> Number:
    """Return how many live tokens have not been used for more than 90 days, and their share."""
    amount, of = board.amount("unused-90d"), board.amount("live")
    share = "" if amount.more or of.more else percent(amount.number, of.number)
    about = (f"> 90 d · {share} of live tokens", f"> 90 d · {share}") if share else ("> 90 d",)
    return Number(_short(board, "unused-90d"), "finding" if amount.number else "strong", about)


def revoked(board: Dashboard) -> Number:
    """Return how many tokens were revoked in 7 days, and when the last one was."""
    rows = board.revocations.rows
    when = ago(rows[0].revoked_at, board.at) if rows else ""
    about = (f"in 7 d · last {when}", f"7 d · {when}") if when else ("in 7 d · none before", "in 7 d")
    return Number(amount_words(board.revocations.lately), "strong", about)


def tile(number: Callable[[Dashboard], Number | None], *, drawn_large: bool) -> Callable[[Dashboard, int, int], Body]:
    """Return what draws a number: three lines high where there is room for it, else in one."""

    def draw(board: Dashboard, width: int, height: int) -> Body:
        found = number(board)
        if found is None:
            return Body((cut_line(line((NO_USAGE, "quiet")), width),))
        words = next((words for words in found.about if len(words) <= width), found.about[-1])
        about = cut_line(line((words, found.about_style)), width)
        shapes = large(found.words) if drawn_large and height > HEIGHT else None
        if shapes is None or len(shapes[0] + found.sign) > width:
            return Body((line((found.words + found.sign, found.style)), about))
        *first, last = shapes
        return Body((*(line((shape.rstrip(), found.style)) for shape in first), line((last + found.sign, found.style)), about))

    return draw


def _short(board: Dashboard, view: str) -> str:
    amount = board.amount(view)
    return amount_words(amount) if amount.number < SHORT or amount.more else compact(amount.number)
