"""The overview of one account: who it is, its findings, its policy and its traffic. Numbers on it can be opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.render.board_parts import SIGN, finding_sign
from console.render.charts import chart_lines, chart_of
from console.render.items import Item, beside, items, opened
from console.render.moments import ago_words, since
from console.render.pieces import Line, Piece
from console.render.policy_words import policy_lines
from console.render.sheet import cut_line, length, line, wrapped
from console.render.sparks import grouped
from console.render.suspicion import suspicious
from store.moments import MINUTE_MS, from_ms, to_ms
from store.rows import AccountLine, AuditRow, Freshness, PersonLine, Series, TokenLine
from store.rules.policies import InForce
from store.rules.usage import minutes_24h
from store.rules.views import VIEWS

LABEL = 16
_SECOND = timedelta(seconds=1)
TWO_COLUMNS, GAP, THREE_CHARTS = 108, 3, 150
DAY_HOURS, WEEK_HOURS = 24, 7 * 24
LEAST_CHART, MOST_CHART = 8, 12
UNREMARKABLE = ("live", "all")
"""Views that are no findings."""


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What is known of an account; what has not been read yet is None.

    `counts` are its tokens in each saved view, `hours` what all its tokens did in each of the last 720 hours,
    `tokens` the first ones of `token_count`.
    """

    account: AccountLine
    counts: Mapping[str, int] | None = None
    hours: Series | None = None
    fresh: Freshness | None = None
    policy: Sequence[InForce] | None = None
    people: Sequence[PersonLine] | None = None
    tokens: Sequence[TokenLine] | None = None
    audit: Sequence[AuditRow] | None = None


def overview(facts: AccountFacts, now: datetime, width: int, height: int) -> list[Item]:
    """Return who it is, its findings, the policy in force and its traffic; in two columns where wide."""
    wide = width >= TWO_COLUMNS
    half = (width - GAP) // 2 if wide else width
    rest = width - half - GAP if wide else width
    left = [*items(_who(facts, now, half)), Item(()), *_findings(facts, half)]
    right = [line(("Policy in force", "title")), *_policy(facts, rest), (), *_totals(facts, now, rest)]
    top = beside(left, [cut_line(one, rest) for one in right], half, GAP) if wide else [*left, Item(()), *items(right)]
    spare = height - len(top) - 1
    return [*top, Item(()), *items(_charts(facts, width, spare))]


def _who(facts: AccountFacts, now: datetime, width: int) -> list[Line]:
    account, people = facts.account, facts.people
    odd = "  ⚠ written to look like another" if suspicious(account.name) else ""
    lines = [
        _labelled("Account", line((account.name or account.id, "strong"), (odd, "finding"))),
        _labelled("Id", line((account.id, "accent"), (f"   plan {account.plan}" if account.plan else "", "quiet"))),
        _labelled("Customer since", line(f"{account.created_at:%Y-%m-%d}", (f", {ago_words(account.created_at, now)}", "quiet"))),
    ]
    if people is None:
        return [*lines, _labelled("People", line(("…", "quiet")))]
    admins = ", ".join(one.member.name or one.member.id for one in people if one.member.admin and one.member.active)
    left = sum(not one.member.active for one in people)
    lines.append(_labelled("Admin", line(admins) if admins else line(("! nobody is recorded", "finding"))))
    lines.append(_labelled("People", line(f"{len(people) - left:,} active", (f", {left:,} left", "quiet"))))
    return [cut_line(one, width) for one in lines]


def _findings(facts: AccountFacts, width: int) -> list[Item]:
    if facts.counts is None:
        return items([line(("Tokens", "title")), line(("  …", "quiet"))])
    counts = facts.counts
    found = [Item(line(("Tokens", "title"), ("   each number opens the list", "quiet")))]
    for view in VIEWS:
        if view.name in UNREMARKABLE:
            found += _counted(view.name, view.short, view.rule, counts[view.name], width)
    worth = [view for view in VIEWS if view.name not in UNREMARKABLE and counts[view.name]]
    found += [Item(()), Item(line(("Findings", "title"), ("   live tokens in each saved view", "quiet")))]
    for view in worth:
        found += _counted(view.name, view.short, view.rule, counts[view.name], width)
    none = [view.short.lower() for view in VIEWS if view.name not in UNREMARKABLE and not counts[view.name]]
    if none:
        words = wrapped(line(("none: ", "quiet"), (", ".join(none), "quiet")), max(20, width - 2), indent=6)
        found += items([(Piece("  "), *one) for one in words])
    return found


def _counted(name: str, short: str, rule: str, count: int, width: int) -> list[Item]:
    sign, style = (" " * SIGN, "strong") if name in UNREMARKABLE else finding_sign(name, count)
    why = rule.removeprefix("Live, ").removeprefix("and ").removesuffix(".")
    words = line("  ", (f"{sign}{count:>6,}  ", style), f"{short:<17}")
    first, *more = wrapped(why, max(20, width - length(words)), "quiet")
    return [
        opened((*words, *first), width, "view", name),
        *items((Piece(" " * length(words)), *one) for one in more),
    ]


def _policy(facts: AccountFacts, width: int) -> list[Line]:
    return [line(("  …", "quiet"))] if facts.policy is None else policy_lines(facts.policy, width)


def _totals(facts: AccountFacts, now: datetime, width: int) -> list[Line]:
    """Return requests and refusals of the three windows, and how fresh they are."""
    lines = [line(("Requests of all its tokens", "title"))]
    if facts.hours is None:
        return [*lines, line(("  …", "quiet"))]
    day, account = from_ms(minutes_24h(to_ms(now)).first * MINUTE_MS), facts.account
    sums = [_total("24 hours", account.requests_24h, account.refused_24h)]
    starts = [since(day, timedelta(hours=1), facts.hours.under_way)]
    for title, hours in (("7 days", WEEK_HOURS), ("30 days", len(facts.hours.requests))):
        sums.append(_total(title, sum(facts.hours.requests[-hours:]), sum(facts.hours.refused[-hours:])))
        starts.append(since(_start(facts.hours, hours), timedelta(hours=hours - DAY_HOURS), facts.hours.under_way))
    told = [(*one, Piece(f"  since {first}", "quiet")) for one, first in zip(sums, starts, strict=True)]
    lines += told if all(length(one) <= width for one in told) else sums
    fresh = facts.fresh
    if fresh is None or fresh.recorded_to is None:
        return [*lines, line(("  no usage recorded yet", "quiet"))]
    tracked = f", tracked since {fresh.tracking_since:%Y-%m-%d}" if fresh.tracking_since else ""
    steps = "24 hours to the minute, more by the hour with the last one under way"
    words = f"{steps}; recorded to {fresh.recorded_to:%Y-%m-%d %H:%M}Z{tracked}"
    return [*lines, *[(Piece("  "), *one) for one in wrapped(words, max(20, width - 2), "quiet")]]


def _total(title: str, requests: int, refused: int) -> Line:
    return line(
        (f"  {title:<10}", "quiet"),
        (f"{requests:>12,}", "strong"),
        (f"{refused:>10,} refused", "refused" if refused else "quiet"),
    )


def _charts(facts: AccountFacts, width: int, spare: int) -> list[Line]:
    """Return the charts of the three windows: side by side where there is room, else one below the other."""
    if facts.hours is None:
        return []
    charts = [
        chart_of(title, "requests", _steps(facts.hours, hours, step))
        for title, hours, step in (("Last 24 hours", DAY_HOURS, 1), ("Last 7 days", WEEK_HOURS, 6), ("Last 30 days", 720, 24))
    ]
    if not any(facts.hours.requests):
        return [line(("No requests in the last 30 days.", "quiet"))]
    if width < THREE_CHARTS:
        height = max(LEAST_CHART, min(MOST_CHART, spare // 3 - 1))
        return [one for chart in charts for one in (*chart_lines(chart, width, height), ())]
    each, height = (width - 2 * GAP) // 3, max(LEAST_CHART, min(2 * MOST_CHART, spare))
    drawn = [items(chart_lines(chart, each, height)) for chart in charts]
    right = beside(drawn[1], [one.line for one in drawn[2]], each, GAP)
    return [one.line for one in beside(drawn[0], [one.line for one in right], each, GAP)]


def _start(series: Series, hours: int) -> datetime:
    return series.start + (len(series.requests) - hours) * (series.step_s * _SECOND)


def _steps(series: Series, hours: int, step: int) -> Series:
    """Return the last `hours` of an hourly series, `step` of them added up in each."""
    requests, refused = grouped(series.requests[-hours:], step), grouped(series.refused[-hours:], step)
    start = _start(series, hours)
    return Series(start, series.step_s * step, tuple(requests), tuple(refused))


def _labelled(label: str, words: Line) -> Line:
    return (Piece(label.ljust(LABEL), "quiet"), *words)
