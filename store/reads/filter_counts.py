"""The numbers of a filter as SQL: kept counters decide what they can, exact sums the rest."""

from __future__ import annotations

from collections.abc import Callable

from store.reads import usage_sql
from store.reads.filter_clocks import bounds
from store.reads.filter_writing import NOTHING, Writing
from store.rules.filter_tree import Span
from store.rules.signals import HIGH_VOLUME

Terms = Callable[[Writing, Span], list[str]]


def _kept(counter: str, exact: Callable[[bool], str]) -> Terms:
    """Compare a sum that a kept counter is never below."""

    def terms(writing: Writing, span: Span) -> list[str]:
        writing.bind_windows()
        found: list[str] = []
        for sign, edge in bounds(span.low, span.high):
            number = edge.value
            assert isinstance(number, int)
            bound = writing.bind(number)
            rule = f"{exact(writing.past)} {sign} {bound}"
            if writing.past:
                found.append(rule)
            elif sign.startswith(">"):
                found += [*_busy(counter, number + (sign == ">")), f"{counter} {sign} {bound}", rule]
            else:
                found.append(f"({counter} {sign} {bound} OR {rule})")
        return found

    return terms


def _busy(counter: str, least: int) -> list[str]:
    """Return the literal text of the partial indexes over busy tokens that this bound implies."""
    if counter != "t.requests_24h":
        return []
    return [f"{counter} > {limit}" for limit in (HIGH_VOLUME, 0) if least > limit]


def _fails(writing: Writing, span: Span) -> list[str]:
    """Compare the refused requests of 7 d; the latest refusal tells at once whether there are any."""
    writing.bind_windows()
    since = writing.bind(usage_sql.window_start_7d(writing.now_ms))
    some = ["t.last_denied_at IS NOT NULL", f"t.last_denied_at >= {since}"]
    exact = usage_sql.refused_7d("t.account_id", "t.id")
    found: list[str] = []
    for sign, edge in bounds(span.low, span.high):
        assert isinstance(edge.value, int)
        rule = f"{exact} {sign} {writing.bind(edge.value)}"
        if sign.startswith(">"):
            least = edge.value + (sign == ">")
            found += some if least > 0 else []
            found += [rule] if least > 1 or (least == 1 and writing.past) else []
        else:
            most = edge.value - (sign == "<")
            some_left = f" OR {rule}" if most > 0 or writing.past else ""
            found.append(f"(NOT ({' AND '.join(some)}){some_left})" if most >= 0 else NOTHING)
    return found


NUMBERS: dict[str, Terms] = {
    "reqs24h": _kept("t.requests_24h", lambda past: usage_sql.requests_24h("t", past=past)),
    "reqs30d": _kept("t.requests_30d", lambda past: usage_sql.requests_30d("t", past=past)),
    "fails": _fails,
}
