"""The panels of the dashboard that are lists: findings, reasons, the busiest tokens and accounts. Each line leads on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from console.render.board_parts import (
    NO_USAGE,
    SIGN,
    Body,
    Target,
    amount_words,
    body,
    finding_sign,
    nothing,
    quoted,
)
from console.render.charts import Chart, chart_lines
from console.render.clock_words import NAME, RULE, SHORT, clock_text
from console.render.contact_words import REASON_WORDS
from console.render.counts import counted
from console.render.freshness import recorded_words
from console.render.levels import Level, level_lines, lying
from console.render.pieces import Line
from console.render.scales import compact
from console.render.sheet import ends, line
from console.render.suspicion import suspicious
from console.render.widths import width_of
from store.dashboard_rows import DAY_HOURS, Dashboard, Volume
from store.rules.views import VIEWS, View

FINDINGS = (
    "used-after-revoke", "knocking", "silent", "new-address", "high-volume", "expiring-7d", "orphaned", "no-owner", "too-broad",
    "never-expires", "sprawl", "unused-90d", "unrotated-180d", "never-used", "retiring",
)  # fmt: skip
"""What needs attention now, the most urgent first."""

ROOM_FOR_CHART = 6
_VIEWS = {view.name: view for view in VIEWS}
LEGEND = (
    "! look into it  !! at once · bar: share of live tokens · digit: opens it",
    "! look into it  !! at once · digit: opens it",
    "! look  !! at once · digit: opens it",
    "! look !! now · digit: opens it",
    "! look · digit: opens it",
)  # fmt: skip
"""What sign, bar and digit of a finding mean, in words of several lengths."""

WITH_ACCOUNT = 56
"""From this width on a token has its account beside its name: below it the name alone has hardly room."""

WITH_SHARE, SHARE = 38, 10
"""From this width on a finding has its share of all live tokens drawn beside it, in so many cells."""


def findings(board: Dashboard, width: int, height: int) -> Body:
    """Return each finding with its number; those that hold nothing are quiet."""
    wanted = [_VIEWS[name] for name in FINDINGS]
    clocks = _clocks(board, width)
    if len(wanted) + len(clocks) > height:
        wanted = sorted(wanted, key=lambda view: not board.amount(view.name).number)[: height - len(clocks)]
    left = sum(not board.amount(name).number for name in FINDINGS)
    lines = [(_finding(board, view, width), Target("findings", view.name, view=view.name, says=view.rule)) for view in wanted]
    lines[1:1] = clocks
    many = len(FINDINGS) + len(clocks)
    return body([*lines], f"{many - left} of {many}", LEGEND)


def _clocks(board: Dashboard, width: int) -> list[tuple[Line, Target]]:
    """Return the line of clocks that are ahead; none while all are right, since it says nothing of a token."""
    if not board.clocks:
        return []
    widest = max(len(amount_words(board.amount(name))) for name in FINDINGS)
    left = line((f"{'!':<{SIGN}} {len(board.clocks):>{widest}}", "finding"), "  ", SHORT)
    target = Target("findings", NAME, says=f"{RULE[0].upper()}{RULE[1:]}.", text="\n".join(clock_text(board.clocks, board.at)))
    return [(ends(left, line(("   ", "")), width), target)]


def _finding(board: Dashboard, view: View, width: int) -> Line:
    amount, live = board.amount(view.name), board.amount("live")
    sign, style = finding_sign(view.name, amount.number)
    widest = max(len(amount_words(board.amount(name))) for name in FINDINGS)
    unit = " accounts" if view.by_account else ""
    name = (view.short, "" if amount.number else "quiet")
    left = line((f"{sign} {amount_words(amount):>{widest}}", style), "  ", name, (unit, "quiet"))
    right = line((f"  {view.key or ' '}", "key"))
    if width >= WITH_SHARE:
        filled = "" if unit or live.more or amount.more else lying(amount.number, live.number, SHARE)
        right = (*line((f"{filled:<{SHARE}}", style or "bar")), *right)
    return ends(left, right, width)


def reasons(board: Dashboard, width: int, height: int) -> Body:
    """Return why requests were refused."""
    found = board.reasons
    if found is None:
        return nothing(NO_USAGE)
    if not found.rows:
        return nothing("No request was refused in the last 24 hours.", width)
    levels = [
        Level(REASON_WORDS.get(one.outcome, one.outcome.lower()), one.refused, style="refused", hours=one.hours)
        for one in found.rows
    ]
    longest = max(width_of(level.label) for level in levels)  # our own few words: never cut for the sake of a bar
    drawn = level_lines(levels[:height], width, total=sum(one.refused for one in found.rows), least_label=longest)
    targets = [
        Target("reasons", one.outcome, filter="denied<24h", says="Tokens whose latest refusal is less than 24 hours ago.")
        for one in found.rows
    ]
    of = f"latest {found.records:,} records" if found.more else f"24 h {recorded_words(board.freshness, board.at)}"
    lines: list[tuple[Line, Target | None]] = [*zip(drawn, targets, strict=False)]
    return body([*lines, *((one, None) for one in _refused_chart(board, width, height - len(lines)))], of)


def _refused_chart(board: Dashboard, width: int, height: int) -> list[Line]:
    """Draw how many were refused in each hour, where there is room for it."""
    if board.traffic is None or height < ROOM_FOR_CHART:
        return []
    day = board.traffic.last(DAY_HOURS)
    chart = Chart("", "refused", day.start, timedelta(seconds=day.step_s), day.refused, day.refused)
    return list(chart_lines(chart, width, height + 1)[1:])


def tokens(board: Dashboard, width: int, height: int) -> Body:
    """Return the tokens with most requests."""
    if board.volumes is None:
        return nothing(NO_USAGE)
    wide = width >= WITH_ACCOUNT
    levels = [
        _level(one, f"{one.name or '(no name)'}{f' · {one.account_name}' if wide else ''}", one.name or "(no name)")
        for one in board.volumes.tokens
    ]
    targets = [
        Target("tokens", one.token_id, filter=f"id={quoted(one.token_id)} acct={quoted(one.account_id)}", says=_calls(one))
        for one in board.volumes.tokens
    ]
    return _volumes(board, levels, targets, width, height, "24 h")


def accounts(board: Dashboard, width: int, height: int) -> Body:
    """Return the accounts with most requests."""
    if board.volumes is None:
        return nothing(NO_USAGE)
    levels = [_level(one, one.account_name or one.account_id) for one in board.volumes.accounts]
    targets = [
        Target("accounts", one.account_id, filter=f"acct={quoted(one.account_id)} status:live", says=_calls(one))
        for one in board.volumes.accounts
    ]
    of = f"of {compact(board.volumes.looked_at)} busy tokens" if board.volumes.more else "24 h"
    return _volumes(board, levels, targets, width, height, of)


def _volumes(board: Dashboard, levels: Sequence[Level], targets: Sequence[Target], width: int, height: int, of: str) -> Body:
    if not levels:
        return nothing("No requests in the last 24 hours.", width)
    drawn = level_lines(levels[:height], width, total=board.traffic.requests if board.traffic else 0, least_label=12)
    return body(list(zip(drawn, targets, strict=False)), of)


def _level(one: Volume, label: str, short: str = "") -> Level:
    return Level(label, one.requests, tail="⚠" if suspicious(label) else "", hours=one.hours, short=short)


def _calls(one: Volume) -> str:
    what = f"{one.name or '(no name)'} of {one.account_name}" if one.token_id else f"All live tokens of {one.account_name}"
    return f"{what}: {counted(one.requests, 'request')} in 24 h."
