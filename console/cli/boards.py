"""What `tokendesk dashboard executive|on-call|debug` prints: the same reads as the console's screens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from console.reports.cells import Value

if TYPE_CHECKING:
    from console.cli.place import Place
    from store.board_rows import Debug, Executive, OnCall
    from store.indicator_rows import FailedCheckRow, Measured, Trend
    from store.rows import Freshness

BOARDS = ("executive", "on-call", "debug")
Section = tuple[str, tuple[str, ...], Sequence[tuple[str, ...]], frozenset[int], tuple[int, ...]]
"""A title, headings, rows, which columns are aligned right and which may be cut."""


def show_board(place: Place, name: str, *, as_json: bool) -> None:
    """Print one of the three dashboards; raises BadInput for another name and Refused for a role that may not see it."""
    from console.cli.output import print_record
    from console.cli.place import now_at
    from store.errors import BadInput
    from store.reads import boards

    wanted = name.lower().replace("oncall", "on-call")
    if wanted not in BOARDS:
        raise BadInput(f"There is no dashboard “{name[:30]}”.", f"Dashboards: {', '.join(BOARDS)}; none for the whole store.")
    with place.open() as store:
        now, actor = now_at(store), place.actor(store)
        with store.reading() as reader:
            if wanted == "executive":
                executive = boards.executive(reader, now)
                record, sections = _executive(executive), _executive_sections(executive)
            elif wanted == "on-call":
                on_call = boards.on_call(reader, now)
                record, sections = _on_call(on_call), _on_call_sections(on_call)
            else:
                debug = boards.debug(reader, actor, now)
                record, sections = _debug(debug), _debug_sections(debug)
    if as_json:
        print_record(record)
    else:
        _print(sections)


def _print(sections: Sequence[Section]) -> None:
    from console.cli.output import print_table, show

    for title, headings, rows, right, shrink in sections:
        show(title)
        if rows:
            print_table(headings, rows, right=right, shrink=shrink)
        else:
            show("none")
        show()


# Executive -------------------------------------------------------------------------------------------------------


def _executive(found: Executive) -> dict[str, Value]:
    from console.reports.cells import stamped
    from console.reports.freshness import freshness_record

    return {
        "at": stamped(found.at),
        "recorded_to": stamped(found.freshness.recorded_to),
        **freshness_record(found.freshness),
        "window": found.month.window,
        "indicators": {row.name: _measured(row) for row in found.month.rows},
        "rate_401": _trend(found.unauthorised),
        "issuance": _trend(found.issuance),
        "suspicious": {one.view: {"number": one.amount.number, "more": one.amount.more} for one in found.suspicious},
    }


def _measured(row: Measured) -> dict[str, Value]:
    return {
        "title": row.indicator.title, "unit": row.unit.value, "value": row.value, "target": row.target, "gap": row.gap,
        "met": row.met, "samples": row.samples, "budget_left": row.budget_left, "burn": {**row.burn},
    }  # fmt: skip


def _trend(trend: Trend) -> dict[str, Value]:
    from console.reports.cells import stamped

    return {"from": stamped(trend.start), "step_s": trend.step_s, "values": list(trend.values), "samples": list(trend.samples)}


def _executive_sections(found: Executive) -> list[Section]:
    from console.render.board_parts import amount_words
    from console.render.measure_words import budget_words, burn_words, gap_words, share_words, target_words, value_words

    rows = [
        (row.name, row.indicator.title, value_words(row.unit, row.value), target_words(row), gap_words(row), budget_words(row),
         burn_words(row, "1h"), burn_words(row, "6h"))
        for row in found.month.rows
    ]  # fmt: skip
    day = [
        (f"{moment:%Y-%m-%d %H:%M}Z", share_words(value), f"{samples:,}")
        for moment, value, samples in _steps(found.unauthorised)
        if value is not None
    ]
    headings = ("", "Indicator", "Now", "Target", "Gap", "Error budget", "Burn 1 h", "Burn 6 h")
    return [
        (f"Last 30 days, usage recorded to {_usage_to(found.freshness)}", headings, rows, frozenset({2, 6, 7}), (1,)),
        ("401 rate by the hour", ("Hour", "Rate", "Requests"), day, frozenset({1, 2}), ()),
        ("Suspicious use, now", ("Count", "View"), [(amount_words(one.amount), one.view) for one in found.suspicious],
         frozenset({0}), ()),
    ]  # fmt: skip


def _steps(trend: Trend) -> list[tuple[datetime, float | None, int]]:
    from datetime import timedelta

    return [
        (trend.start + timedelta(seconds=trend.step_s * number), value, samples)
        for number, (value, samples) in enumerate(zip(trend.values, trend.samples, strict=True))
    ]


def _to(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z" if moment is not None else "nowhere yet"


def _usage_to(fresh: Freshness) -> str:
    if fresh.recorded_to is None:
        return "nowhere yet"
    since = f", tracked since {fresh.tracking_since:%Y-%m-%d}" if fresh.tracking_since else ""
    return f"{fresh.recorded_to:%Y-%m-%d %H:%M}Z in steps of {fresh.step_s // 60} min{since}"


# On-call ---------------------------------------------------------------------------------------------------------


def _on_call(found: OnCall) -> dict[str, Value]:
    from console.reports.cells import stamped
    from console.reports.freshness import freshness_record

    return {
        "at": stamped(found.at),
        "recorded_to": stamped(found.freshness.recorded_to),
        **freshness_record(found.freshness),
        "alerts": [
            {
                "cause": one.cause, "title": one.title, "severity": one.severity, "detail": one.detail,
                "opened_at": stamped(one.opened_at), "runbook": one.runbook,
            }
            for one in found.alerts
        ],
        "services": [
            {
                "service": one.service, "success": one.success, "accepted": one.accepted, "failed": one.failed,
                "refused": one.refused, "p50_ms": one.p50_ms, "p95_ms": one.p95_ms, "p99_ms": one.p99_ms,
            }
            for one in found.services
        ],
        "latencies": [
            {"kind": one.kind, "samples": one.samples, "p50_ms": one.p50_ms, "p95_ms": one.p95_ms, "p99_ms": one.p99_ms}
            for one in found.latencies if one.kind
        ],
        "revocations": [
            {
                "account": one.key[0], "id": one.key[1], "name": one.name, "revoked_at": stamped(one.revoked_at),
                "revoked_by": one.revoked_by, "reason": one.revoke_reason, "proof": one.verdict.value,
                "refused_at": stamped(one.refused_at), "refused_reason": one.refused_reason or None,
                "accepted_at": stamped(one.accepted_at), "seconds": one.seconds,
            }
            for one in found.proofs
        ],
        "busiest_tokens": [
            {"account": one.account_id, "id": one.token_id, "name": one.name, "requests_24h": one.requests}
            for one in found.tokens
        ],
        "gateways": [
            {
                "name": one.name, "seen_at": stamped(one.seen_at), "stopped_at": stamped(one.stopped_at), "silent": one.silent,
                "cache_s": one.cache_s, "grace_s": one.grace_s, "checks": one.checks, "cache_hits": one.cache_hits,
                "stale": one.stale, "unsaved": one.unsaved,
            }
            for one in found.gateways
        ],
    }  # fmt: skip


def _on_call_sections(found: OnCall) -> list[Section]:
    from console.render.measure_words import milliseconds_words, share_words
    from console.render.moments import ago
    from console.render.proof_words import proof_words

    def below(value: float | None) -> str:
        return f"<{milliseconds_words(value)}" if value is not None else ""

    alerts = [(one.severity, one.title, one.detail, ago(one.opened_at, found.at), one.runbook) for one in found.alerts]
    services = [
        (one.service or "(not named)", share_words(one.success) if one.success is not None else "no data", f"{one.accepted:,}",
         f"{one.failed:,}", f"{one.refused:,}", below(one.p95_ms), below(one.p99_ms))
        for one in found.services
    ]  # fmt: skip
    latencies = [
        (one.kind, f"{one.samples:,}", below(one.p50_ms), below(one.p95_ms), below(one.p99_ms))
        for one in found.latencies
        if one.kind
    ]
    proofs = [
        (_to(one.revoked_at), one.revoked_by, one.account_name, one.name, one.key[1], proof_words(one)) for one in found.proofs
    ]
    tokens = [(f"{one.requests:,}", one.name, one.account_name, one.token_id) for one in found.tokens]
    gateways = [
        (one.name, ago(one.seen_at, found.at), f"{one.cache_s:g} s", f"{one.grace_s:g} s", f"{one.checks:,}", f"{one.stale:,}",
         "silent" if one.silent else "stopped" if one.stopped_at is not None else "running")
        for one in found.gateways
    ]  # fmt: skip
    return [
        ("Open alerts", ("Severity", "Alert", "Detail", "Since", "What to do"), alerts, frozenset(), (4, 2, 1)),
        (f"Validation by service, 24 h, recorded to {_usage_to(found.freshness)}",
         ("Service", "Success", "Accepted", "Failed", "Refused", "p95", "p99"), services, frozenset(range(1, 7)), (0,)),
        ("Latency, 24 h", ("Operation", "Timed", "p50", "p95", "p99"), latencies, frozenset(range(1, 5)), ()),
        ("Revoked last, and what came after", ("Revoked", "By", "Account", "Name", "Id", "Proof"), proofs, frozenset(), (3, 2)),
        ("Busiest tokens, 24 h", ("Requests", "Name", "Account", "Id"), tokens, frozenset({0}), (1, 2)),
        ("Gateways", ("Gateway", "Heard", "Memory", "Grace", "Checks", "In grace", "State"), gateways, frozenset({2, 3, 4, 5}),
         (0,)),
    ]  # fmt: skip


# Debug -----------------------------------------------------------------------------------------------------------


def _debug(found: Debug) -> dict[str, Value]:
    from console.reports.cells import stamped

    return {
        "at": stamped(found.at),
        "failed_checks": [_check(one) for one in found.checks],
        "more": found.more,
        "p95_ms": _trend(found.p95),
    }


def _check(one: FailedCheckRow) -> dict[str, Value]:
    from console.render.debug_board import steps_of
    from console.reports.cells import stamped

    return {
        "at": stamped(one.at), "gateway": one.gateway, "outcome": one.outcome, "account": one.account_id or None,
        "id": one.token_id or None, "service": one.service, "method": one.method, "path": one.path, "scope": one.scope,
        "address": one.address, "agent": one.agent, "latency_ms": one.latency_ms, "request_id": one.request_id,
        "steps": [{"step": step, "holds": holds, "ended": ended} for step, holds, ended in steps_of(one)],
    }  # fmt: skip


def _stopped_at(one: FailedCheckRow) -> str:
    """Return what did not hold: the first step that failed; "" where none was taken."""
    from console.render.debug_board import steps_of

    return next((holds for _, holds, ended in steps_of(one) if ended == "failed"), "")


def _debug_sections(found: Debug) -> list[Section]:
    from console.render.debug_board import outcome_words
    from console.render.measure_words import milliseconds_words

    rows = [
        (f"{one.at:%H:%M:%S}Z", outcome_words(one.outcome), _stopped_at(one), f"{one.method} {one.path}".strip(), one.service,
         one.address, one.token_id)
        for one in found.checks
    ]  # fmt: skip
    minutes = [
        (f"{moment:%H:%M}Z", f"<{milliseconds_words(value)}", f"{samples:,}")
        for moment, value, samples in _steps(found.p95)[-30:]
        if value is not None
    ]
    more = ", the latest only" if found.more else ""
    return [
        (f"Failed checks, last 30 minutes{more}", ("At", "Why", "Not so", "Request", "Service", "From", "Id"), rows, frozenset(),
         (3, 2)),
        ("How long checks take, p95 by the minute", ("Minute", "p95", "Timed"), minutes, frozenset({1, 2}), ()),
    ]  # fmt: skip
