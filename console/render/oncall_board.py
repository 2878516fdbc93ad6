"""The on-call dashboard: alerts with their runbook, services, latencies, revocations with proof, the busiest, the gateways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from console.render.board import Layout
from console.render.board_parts import Body, Drawing, Target, body, nothing
from console.render.counts import counted
from console.render.courses import latency_course, share_course
from console.render.freshness import recorded_words
from console.render.grid import Columns, Part, Rows, fixed
from console.render.levels import Level, level_lines, lying
from console.render.measure_words import milliseconds_words, share_words
from console.render.moments import ago, span
from console.render.pieces import Line, Piece
from console.render.proof_words import LEGEND, STYLES, proof_words, proven_name, short_proof
from console.render.scales import compact
from console.render.sheet import cut_line, ends, line, wrapped
from console.render.suspicion import suspicious
from console.render.widths import fit, fit_with_tail, width_of
from store.board_rows import OnCall
from store.dashboard_rows import Volume
from store.indicator_rows import AlertRow, GatewayRow, LatencyRow, Proof, ServiceRow
from store.rows import TokenKey
from store.rules.alerts import Severity
from store.rules.indicators import Kind
from store.rules.proof import ProofVerdict

LAYOUTS = (
    Layout(150, 46, (
        Rows((
            Part(Columns((Part("alerts", 3), Part("services", 4))), 3),
            fixed(Columns((Part("latencies", 3), Part("gateways", 4))), 9),
            Part(Columns((Part("proofs", 4), Part("tokens", 3))), 4),
            Part(Columns((Part("unauthorised"), Part("slow"))), 3),
        )),
    )),
    Layout(110, 30, (
        Rows((
            Part(Columns((Part("alerts"), Part("services"))), 11),
            Part(Columns((Part("latencies"), Part("gateways"))), 8),
            Part(Columns((Part("proofs", 4), Part("tokens", 3))), 14),
        )),
        Rows((Part("unauthorised"), Part("slow"))),
    )),
    Layout(76, 18, (
        Rows((fixed("alerts", 8), Part("services"), fixed("latencies", 6))),
        Rows((Part("proofs", 3), Part("gateways", 2))),
        "tokens",
        Rows((Part("unauthorised"), Part("slow"))),
    )),
    Layout(0, 0, ("alerts", "services", "latencies", "proofs", "gateways", "tokens", "unauthorised", "slow")),
)  # fmt: skip
CROWDED = (
    Layout(150, 46, (
        Rows((
            Part(Columns((Part("alerts", 3), Part("services", 4))), 6),
            fixed(Columns((Part("latencies", 3), Part("gateways", 4))), 9),
            Part(Columns((Part("proofs", 4), Part("tokens", 3))), 4),
            Part(Columns((Part("unauthorised"), Part("slow"))), 3),
        )),
    )),
    Layout(110, 30, (
        Rows((
            Part(Columns((Part("alerts"), Part("services"))), 17),
            Part(Columns((Part("latencies"), Part("gateways"))), 8),
            Part(Columns((Part("proofs", 4), Part("tokens", 3))), 8),
        )),
        Rows((Part("unauthorised"), Part("slow"))),
    )),
    Layout(76, 18, (
        Rows((Part("alerts", 13), Part("services", 8))),
        Rows((fixed("latencies", 6), Part("proofs", 3), Part("gateways", 2))),
        "tokens",
        Rows((Part("unauthorised"), Part("slow"))),
    )),
    LAYOUTS[-1],
)  # fmt: skip
"""The same where more than a FEW alerts are open: they come first, and the one under the cursor says all it has to say."""

FEW = 2
WITH_P99, WHOLE_WORDS = 66, 74
GATEWAY_LEGEND = (
    "● running  ◐ stopped  ! silent, or answers in grace, or checks not counted",
    "● running  ◐ stopped  ! silent or in grace",
    "● running  ◐ stopped  ! silent",
)
_KINDS = {Kind.ISSUE.value: ("Issuing", "M2"), Kind.INTROSPECT.value: ("Introspection", "M4"), Kind.CHECK.value: ("Checks", "M4")}


def layouts(found: OnCall | None) -> tuple[Layout, ...]:
    """Return where the panels stand: more open alerts need more room."""
    return CROWDED if found is not None and len(found.alerts) > FEW else LAYOUTS


def drawings(found: OnCall | None, chosen: str = "") -> dict[str, Drawing]:
    """Return every panel; without numbers (None) they stand empty while those are read.

    `chosen` is the cause of the alert the cursor is on: where there is little room, it is the one that says what to do.
    """
    kinds: dict[str, tuple[str, Callable[[OnCall, int, int], Body]]] = {
        "alerts": ("Open alerts", partial(alerts, chosen)),
        "services": ("Validation by service, 24 h", services),
        "latencies": ("Latency, 24 h", latencies),
        "gateways": ("Gateways", gateways),
        "proofs": ("Revoked last, and what came after", proofs),
        "tokens": ("Busiest tokens", tokens),
        "unauthorised": ("401 rate, last 24 hours", unauthorised),
        "slow": ("How long checks take, last 3 hours", slow),
    }
    return {name: Drawing(title, partial(draw, found) if found is not None else None) for name, (title, draw) in kinds.items()}


def alerts(chosen: str, found: OnCall, width: int, height: int) -> Body:
    """Return the open alerts, pages first, each with what to do; one root cause stands once."""
    if not found.alerts:
        return nothing("✓ No alert is open.", width)
    lines: list[tuple[Line, Target | None]] = []
    rooms = _rooms(found, chosen, width, height)
    for one in found.alerts:
        told = rooms.get(one.cause, [])
        lines.append((_alert(one, found, width, detailed=not told or _fits(one, width)), _alert_target(one)))
        lines += [(words, None) for words in told]
    pages = sum(one.severity == Severity.PAGE.value for one in found.alerts)
    return body(lines[:height], f"{counted(pages, 'page')}, {counted(len(found.alerts) - pages, 'ticket')}")


def _rooms(found: OnCall, chosen: str, width: int, height: int) -> dict[str, list[Line]]:
    """Return the lines that say what to do, by the cause: of the chosen alert, then of others where all of it has room."""
    left = height - len(found.alerts)
    rooms: dict[str, list[Line]] = {}
    first = chosen if any(one.cause == chosen for one in found.alerts) else found.alerts[0].cause
    for one in sorted(found.alerts, key=lambda alert: alert.cause != first):
        words = one.runbook if _fits(one, width) else f"{one.detail}. {one.runbook}"
        told = wrapped(line((f"       {words}", "quiet")), width, indent=7)
        if len(told) > left and one.cause == first:
            told = told[: max(0, left)]
            if told:
                told[-1] = (*cut_line(told[-1], width - 2), Piece(" …", "quiet"))
        if len(told) <= left:
            rooms[one.cause] = told
            left -= len(told)
    return rooms


def _fits(one: AlertRow, width: int) -> bool:
    """Say whether what an alert is about stands behind its title; else it stands before what to do."""
    return 7 + width_of(one.title) + (2 + width_of(one.detail) if one.detail else 0) <= width - 8


def _alert(one: AlertRow, found: OnCall, width: int, *, detailed: bool) -> Line:
    page = one.severity == Severity.PAGE.value
    head = line(
        (f"{'PAGE' if page else 'ticket':<6} ", "danger" if page else "finding"), (one.title, "strong"),
        (f"  {one.detail}" if one.detail and detailed else "", ""),
    )  # fmt: skip
    return ends(cut_line(head, width - 8), line((f"{span(found.at - one.opened_at):>7}", "quiet")), width)


def _alert_target(one: AlertRow) -> Target:
    return Target("alerts", one.cause, says=f"{one.title}, since {one.opened_at:%d %b %H:%M}Z: {one.runbook}")


def services(found: OnCall, width: int, height: int) -> Body:
    """Return how many checks that should have been accepted were, by service, and how long they took."""
    if not found.services:
        return nothing("no data: no check and no request was counted in 24 h", width)
    target = found.targets["M3"] or 1.0
    roomy = width >= WITH_P99
    name = max(10, min(24, width - (56 if roomy else 43)))
    head = (
        f"{'':<{name}} {'success':>9} {'accepted':>9} {'failed':>7} {'refused':>8} {'p95':>8} {'p99':>8}"
        if roomy
        else f"{'':<{name}} {'success':>8} {'accepted':>8} {'failed':>6} {'refused':>7} {'p95':>8}"
    )
    lines: list[tuple[Line, Target | None]] = [(cut_line(line((head, "header")), width), None)]
    shown = found.services[: height - 1]
    lines += [(cut_line(_service(one, name, target, width), width), _service_target(one)) for one in shown]
    note = f"target ≥ {target * 100:g} % · {recorded_words(found.freshness, found.at)}".removesuffix(" · ")
    return body(lines, note, ("! misses the target",))


def _service(one: ServiceRow, name: int, target: float, width: int) -> Line:
    bad = one.success is not None and one.success < target
    label, success = one.service or "(not named)", "no data" if one.success is None else share_words(one.success)
    wide = 1 if width >= WITH_P99 else 0
    return line(
        (fit_with_tail(label, "⚠" if suspicious(label) else "", name), "" if one.service else "quiet"),
        (f"{'!' if bad else ' '}{success:>{8 + wide}}", "danger" if bad else "strong"),
        (f" {compact(one.accepted):>{8 + wide}}", ""),
        (f" {compact(one.failed):>{6 + wide}}", "danger" if bad and one.failed else "" if one.failed else "quiet"),
        (f" {compact(one.refused):>{7 + wide}}", "quiet"),
        (f" {_below(one.p95_ms):>8}", "quiet"), (f" {_below(one.p99_ms):>8}" if wide else "", "quiet"),
    )  # fmt: skip


def _service_target(one: ServiceRow) -> Target:
    says = (
        f"{one.service or 'Without a service name'}: {one.accepted:,} accepted, {one.failed:,} failed, "
        f"{one.refused:,} rightly refused (not counted as failures) in 24 h."
    )
    return Target("services", one.service, says=says)


def _below(value: float | None) -> str:
    return "·" if value is None else f"<{milliseconds_words(value)}"


def latencies(found: OnCall, width: int, height: int) -> Body:
    """Return how long issuing and checking took: what so many of 100 stay below, against the target."""
    rows = [one for one in found.latencies if one.kind in _KINDS]
    if not rows:
        return nothing("no data: nothing was timed in 24 h", width)
    highest = max(max(one.p99_ms or 0.0, found.targets[_KINDS[one.kind][1]] or 0.0) for one in rows)
    bar = max(0, min(40, width - 64))
    lines: list[tuple[Line, Target | None]] = [
        (cut_line(line((f"{'':<14}{'p50':>8}{'p95':>9}{'p99':>10}  target p95", "header")), width), None)
    ]
    lines += [_latency(one, found.targets, bar, highest, width) for one in rows]
    return body(lines[:height], recorded_words(found.freshness, found.at), ("✓ within the target  ! over it",))


def _latency(one: LatencyRow, targets: Mapping[str, float | None], bar: int, highest: float, width: int) -> tuple[Line, Target]:
    title, name = _KINDS[one.kind]
    aim = targets[name] or 0.0
    bad = one.slower or (one.p95_ms is not None and one.p95_ms > aim)
    slow = "over 10 s" if one.slower else _below(one.p99_ms)
    drawn = lying(round(one.p95_ms or 0.0), round(highest), bar) if bar >= 8 else ""
    told = line(
        f"{title:<14}", (f"{_below(one.p50_ms):>8}", ""), (f"{_below(one.p95_ms):>9}", "danger" if bad else "strong"),
        (f"{slow:>10}", ""), (f"  {'!' if bad else '✓'} {f'< {aim:g} ms':<8}", "danger" if bad else "good"),
        (f"  {f'of {compact(one.samples)}':<8}" if width >= WITH_P99 else "", "quiet"),
        (f"  {drawn}", "refused" if bad else "bar"),
    )  # fmt: skip
    says = f"{title}: {one.samples:,} were timed in 24 h; 95 of 100 took {_below(one.p95_ms)}, 99 of 100 {slow}."
    return cut_line(told, width), Target("latencies", one.kind, says=says)


def proofs(found: OnCall, width: int, height: int) -> Body:
    """Return the latest revocations with the first refused call after each: the proof, or what speaks against it."""
    if not found.proofs:
        return nothing("Nothing was revoked in 7 days.", width)
    lines: list[tuple[Line, Target | None]] = []
    for one in found.proofs[:height]:
        said = short_proof(one, room=width >= 84)
        room = max(12, width - 12 - len(said))
        label = proven_name(one, room)
        when = ago(one.revoked_at, found.at).removesuffix(" ago")
        lines.append(
            (cut_line(line((f"{when:>6}  ", "quiet"), label, " ", (said, STYLES[one.verdict])), width), _proof_target(one))
        )
    proven = sum(one.verdict in (ProofVerdict.PASS, ProofVerdict.LATE) for one in found.proofs)
    note = f"{proven} of {len(found.proofs)} proven · {recorded_words(found.freshness, found.at)}".removesuffix(" · ")
    return body(lines, note, LEGEND)


def _proof_target(one: Proof) -> Target:
    reason = f", {one.revoke_reason}" if one.revoke_reason else ""
    revoked = f"revoked {one.revoked_at:%d %b %H:%M:%S}Z by {one.revoked_by}{reason}"
    says = f"{one.name or '(no name)'}, {revoked}: {proof_words(one)}."
    return Target("proofs", f"{one.key[0]} {one.key[1]}", says=says, token=one.key)


def tokens(found: OnCall, width: int, height: int) -> Body:
    """Return the tokens with most requests."""
    if not found.tokens:
        return nothing(
            "No requests in the last 24 hours." if found.freshness.recorded_to else "no data: nothing recorded yet", width
        )
    shown = found.tokens[:height]
    levels = [
        Level(
            f"{one.name or '(no name)'} · {one.account_name}",
            one.requests,
            tail="⚠" if suspicious(one.name) else "",
            hours=one.hours,
            short=one.name or "(no name)",
        )
        for one in shown
    ]
    lines = level_lines(levels, width, least_label=16)
    targets = [_token_target(one) for one in shown]
    return body(
        list(zip(lines, targets, strict=True)),
        f"requests in 24 h · {recorded_words(found.freshness, found.at)}".removesuffix(" · "),
    )


def _token_target(one: Volume) -> Target:
    key = TokenKey((one.account_id, one.token_id))
    says = f"{one.name or '(no name)'} of {one.account_name}: {one.requests:,} in 24 h, {one.requests / 86_400:.1f} a second."
    return Target("tokens", f"{key[0]} {key[1]}", says=says, token=key)


def gateways(found: OnCall, width: int, height: int) -> Body:
    """Return how the gateways are doing: how long they answer from memory, their grace, and when they were last heard of."""
    if not found.gateways:
        return nothing("No gateway has reported: nothing to tell of checks as they are made.", width)
    lines: list[tuple[Line, Target | None]] = []
    for one in found.gateways:
        lines += [(cut_line(words, width), target) for words, target in _gateway(one, found, width)]
    heard = sum(not one.silent and one.stopped_at is None for one in found.gateways)
    return body(lines[:height], f"{heard} of {len(found.gateways)} running", GATEWAY_LEGEND)


def unauthorised(found: OnCall, width: int, height: int) -> Body:
    """Return the 401 rate by the hour."""
    return share_course(found.unauthorised, found.targets["M5"], recorded_words(found.freshness, found.at), width, height)


def slow(found: OnCall, width: int, height: int) -> Body:
    """Return how long checks take, by the minute."""
    return latency_course(found.p95, found.targets["M4"], width, height)


def _gateway(one: GatewayRow, found: OnCall, width: int) -> list[tuple[Line, Target | None]]:
    stopped = one.stopped_at is not None and one.stopped_at >= one.seen_at
    sign, style = ("!", "danger") if one.silent else ("◐", "quiet") if stopped else ("●", "good")
    heard = f"stopped {ago(one.stopped_at, found.at)}" if stopped else f"heard {span(found.at - one.seen_at)} ago"
    ratio = one.hit_ratio
    first = line(
        (f"{sign} ", style), (fit(one.name, 16 if width >= WHOLE_WORDS else 11), "strong"),
        (f" {heard}", "danger" if one.silent else ""),
        (f" · {'answers from ' if width >= WHOLE_WORDS else ''}memory {one.cache_s:g} s · grace {one.grace_s:g} s", ""),
    )  # fmt: skip
    hits = f", {share_words(ratio)} from memory" if ratio is not None else ""
    since = f" since {one.started_at:%d %b %H:%M}Z" if width >= WHOLE_WORDS + 16 else ""
    waiting = f", {one.unsaved:,} not counted yet" if one.unsaved else ""
    more = f"{compact(one.checks)} checks{since}{hits}, {one.stale:,} in grace{waiting}"
    behind = bool(one.stale or one.unsaved)
    second = line(("! " if behind else "  ", "finding"), (more, "finding" if behind else "quiet"))
    where, version = one.address or "an unknown address", one.version or "unknown"
    says = f"{one.name} at {where}, version {version}: a revocation is noticed within {one.cache_s:g} s."
    return [(first, Target("gateways", one.name, says=says)), (second, None)]
