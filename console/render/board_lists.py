"""The panels of the dashboard that are lists: findings, reasons, the busiest, revocations, ages, tiers. Each line leads on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from console.render.board_parts import (
    COUNTING,
    NO_USAGE,
    Body,
    Target,
    amount_words,
    body,
    nothing,
    quoted,
    recorded_words,
)
from console.render.charts import Chart, chart_lines
from console.render.levels import Level, level_lines, lying
from console.render.moments import ago
from console.render.pieces import Line
from console.render.scales import compact
from console.render.sheet import cut_line, ends, line
from console.render.suspicion import suspicious
from console.render.widths import fit_with_tail
from store.dashboard_rows import DAY_HOURS, Dashboard, Revoked, Spread, Stretch, Volume
from store.rules.views import VIEWS, View

FINDINGS = (
    "used-after-revoke", "knocking", "silent", "new-address", "high-volume", "expiring-7d", "orphaned", "no-owner", "too-broad",
    "never-expires", "sprawl", "unused-90d", "unrotated-180d", "never-used", "retiring",
)  # fmt: skip
"""What needs attention now, the most urgent first."""

ALARMS = frozenset({"used-after-revoke"})
CALM = frozenset({"retiring"})
"""Findings that mean somebody got in after a revocation; and such as are only worth knowing."""

REASON_WORDS = {
    "NOT_FOUND": "unknown token",
    "BAD_CHECKSUM": "cut or mistyped",
    "EXPIRED": "expired",
    "RETIRED": "replaced, overlap over",
    "REVOKED": "revoked",
    "SUSPENDED": "suspended",
    "INSUFFICIENT_SCOPE": "scope missing",
    "ADDRESS_NOT_ALLOWED": "address not allowed",
    "RATE_LIMITED": "too many requests",
}
ROOM_FOR_CHART = 6
_VIEWS = {view.name: view for view in VIEWS}
WITH_SHARE, SHARE = 38, 10
"""From this width on a finding has its share of all live tokens drawn beside it, in so many cells."""


def findings(board: Dashboard, width: int, height: int) -> Body:
    """Return each finding with its number; those that hold nothing are quiet."""
    wanted = [_VIEWS[name] for name in FINDINGS]
    if len(wanted) > height:
        wanted = sorted(wanted, key=lambda view: not board.amount(view.name).number)[:height]
    left = sum(not board.amount(name).number for name in FINDINGS)
    lines = [(_finding(board, view, width), Target("findings", view.name, view=view.name, says=view.rule)) for view in wanted]
    return body([*lines], f"{len(FINDINGS) - left} of {len(FINDINGS)}")


def _finding(board: Dashboard, view: View, width: int) -> Line:
    amount, live = board.amount(view.name), board.amount("live")
    style = "quiet" if not amount.number else "danger" if view.name in ALARMS else "" if view.name in CALM else "finding"
    sign = "!" if amount.number and view.name not in CALM else " "
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
        return nothing("No request was refused in the last 24 hours.")
    levels = [
        Level(REASON_WORDS.get(one.outcome, one.outcome.lower()), one.refused, style="refused", hours=one.hours)
        for one in found.rows
    ]
    drawn = level_lines(levels[:height], width, total=sum(one.refused for one in found.rows), least_label=16)
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
    wide = width >= 40
    levels = [_level(one, f"{one.name or '(no name)'}{f' · {one.account_name}' if wide else ''}") for one in board.volumes.tokens]
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
        return nothing("No requests in the last 24 hours.")
    drawn = level_lines(levels[:height], width, total=board.traffic.requests if board.traffic else 0, least_label=12)
    return body(list(zip(drawn, targets, strict=False)), of)


def _level(one: Volume, label: str) -> Level:
    return Level(label, one.requests, tail="⚠" if suspicious(label) else "", hours=one.hours)


def _calls(one: Volume) -> str:
    what = f"{one.name or '(no name)'} of {one.account_name}" if one.token_id else f"All live tokens of {one.account_name}"
    return f"{what}: {one.requests:,} requests in 24 h."


def idle(board: Dashboard, width: int, height: int) -> Body:
    """Return how long live tokens have not been used."""
    return _spread(board.idle, "idle", "idle", width, height)


def secrets(board: Dashboard, width: int, height: int) -> Body:
    """Return how old the secrets of live tokens are."""
    return _spread(board.secrets, "secrets", "rot", width, height)


def _spread(spread: Spread | None, panel: str, field: str, width: int, height: int) -> Body:
    if spread is None:
        return nothing(COUNTING)
    total = sum(stretch.amount.number for stretch in spread.stretches)
    levels = [Level(age_words(one), one.amount.number, one.amount.more, _age_style(one)) for one in spread.stretches]
    targets = [
        Target(
            panel,
            age_words(one),
            filter=_age_filter(one, field),
            says=_says(one, field),
        )
        for one in spread.stretches
    ]
    more = any(stretch.amount.more for stretch in spread.stretches)
    drawn = level_lines(levels[:height], width, total=0 if more else total, least_label=10)
    return body(list(zip(drawn, targets, strict=False)), f"{total:,}{'+' if more else ''} live tokens")


def age_words(one: Stretch) -> str:
    """Write the bounds of a stretch of ages."""
    if one.above is None:
        return f"≤ {one.upto} d"
    return f"> {one.above} d" if one.upto is None else f"{one.above}–{one.upto} d"


def _age_style(one: Stretch) -> str:
    return "finding" if one.above is not None and one.above >= 180 else "bar"


def _age_filter(one: Stretch, field: str) -> str:
    terms = ["status:live"]
    if one.above is not None:
        terms.append(f"{field}>{one.above}d")
    if one.upto is not None:
        terms.append(f"{field}<={one.upto}d")
    return " ".join(terms)


def _says(one: Stretch, field: str) -> str:
    what = "not used for" if field == "idle" else "secret made or rotated"
    behind = "" if field == "idle" else " ago"
    if one.above is None:
        return f"Live tokens, {what} at most {one.upto} d{behind}."
    upto = "" if one.upto is None else f", at most {one.upto} d"
    return f"Live tokens, {what} more than {one.above} d{upto}{behind}."


def mix(board: Dashboard, width: int, height: int) -> Body:
    """Return tiers and environments."""
    if board.mix is None:
        return nothing(COUNTING)
    if not board.mix.kinds:
        return nothing("No live token.")
    styles = {"admin": "admin"}
    levels = [Level(f"{one.tier} · {one.environment}", one.tokens, style=styles.get(one.tier, "bar")) for one in board.mix.kinds]
    targets = [
        Target(
            "mix", f"{one.tier} {one.environment}", filter=f"status:live tier:{one.tier} env:{one.environment}",
            says=f"Live tokens that are {one.tier}, in {one.environment}.",
        )
        for one in board.mix.kinds
    ]  # fmt: skip
    of = f"of {compact(board.mix.looked_at)} used last" if board.mix.more else f"{board.mix.looked_at:,} live tokens"
    drawn = level_lines(levels[:height], width, total=board.mix.looked_at, least_label=17)
    return body(list(zip(drawn, targets, strict=False)), of)


def revocations(board: Dashboard, width: int, height: int) -> Body:
    """Return the latest revocations, each with its proof: a refusal after it, an accepted call, or none of both."""
    rows = board.revocations.rows
    if not rows:
        return nothing("Nothing has been revoked yet.")
    lines: list[tuple[Line, Target | None]] = [(_revocation(one, board, width), _revoked_target(one)) for one in rows[:height]]
    lately = f"{amount_words(board.revocations.lately)} in 7 d"
    return body(lines, f"✓ refused since · {lately}" if width >= 52 else lately)


def _revocation(one: Revoked, board: Dashboard, width: int) -> Line:
    proof = ("! used", "danger") if _slipped(one) else ("✓", "good") if one.refused_since else ("·", "quiet")
    who = f" by {one.by}" if width >= 56 else ""
    room = width - 9 - len(proof[0]) - 1 - len(who)
    name = f"{one.name or '(no name)'}{f' · {one.account_name}' if width >= 38 else ''}"
    label = fit_with_tail(name, "⚠" if suspicious(name) else "", max(4, room))
    return cut_line(
        line((f"{ago(one.at, board.at).removesuffix(' ago'):>7}  ", "quiet"), label, (who, "quiet"), " ", proof), width
    )


def _slipped(one: Revoked) -> bool:
    """Say whether the latest request since the revocation was accepted."""
    return one.accepted_since is not None and (one.refused_since is None or one.accepted_since > one.refused_since)


def _revoked_target(one: Revoked) -> Target:
    proof = "! accepted after it" if one.accepted_since else "refused since" if one.refused_since else "not proven: no call since"
    says = (
        f"{one.name or '(no name)'}, revoked {one.at:%d %b %H:%M}Z by {one.by}{f', {one.reason}' if one.reason else ''}; {proof}."
    )
    return Target("revocations", one.token_id, filter=f"id={quoted(one.token_id)} acct={quoted(one.account_id)}", says=says)
