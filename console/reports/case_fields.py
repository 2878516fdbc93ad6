"""A case as JSON: its steps with their evidence, its tokens with their numbers, and its timeline."""

from __future__ import annotations

from console.render.audit_words import sentence
from console.render.case_words import step_of
from console.reports.audit_fields import audit_record
from console.reports.cells import Value, stamped
from console.reports.freshness import freshness_record
from store.case_rows import Aftermath, CaseFile, CaseLine, CaseToken
from store.rows import TokenRow
from store.rules.checklist import Ticked


def line_record(line: CaseLine) -> dict[str, Value]:
    """Return a line of the list of cases."""
    return {
        "case": line.id,
        "title": line.title,
        "open": line.is_open,
        "opened_at": stamped(line.opened_at),
        "opened_by": line.opened_by,
        "closed_at": stamped(line.closed_at),
        "tokens": line.tokens,
        "tokens_working": line.working,
        "steps_done": line.steps,
        "lines": line.lines,
        "last_at": stamped(line.last_at),
        "last_by": line.last_by,
        "last_action": line.last_action or None,
    }


def case_record(found: CaseFile) -> dict[str, Value]:
    """Return a whole case."""
    row = found.row
    return {
        "case": row.id,
        "title": row.title,
        "open": row.is_open,
        "opened_at": stamped(row.opened_at),
        "opened_by": row.opened_by,
        "closed_at": stamped(row.closed_at),
        "as_of": stamped(found.at),
        "discovered_at": stamped(found.found_at),
        "ended_at": stamped(found.ended_at),
        "discovery_to_revocation_minutes": _minutes(found.took),
        "steps": [_step(step) for step in found.steps],
        "tokens": [_token(token) for token in found.tokens],
        "replacements": [_short(one) for one in found.made],
        "set_aside": [_short(one) for one in found.aside],
        "tokens_unread": found.unread,
        "timeline": [{**audit_record(line), "says": sentence(line)} for line in found.events],
        "lines": found.lines,
        "lines_left_out": found.left_out,
        "usage_recorded_to": stamped(found.fresh.recorded_to),
        **freshness_record(found.fresh),
    }


def _step(step: Ticked) -> dict[str, Value]:
    ticks: list[Value] = [
        {"says": tick.words, "by": tick.who, "at": stamped(tick.at), "audit": tick.seq, "whole": tick.whole}
        for tick in step.ticks
    ]
    return {"step": step.step.value, "state": step.state.value, "evidence": ticks, "missing": step.missing or None}


def _token(token: CaseToken) -> dict[str, Value]:
    row = token.row
    return {
        **_short(row),
        "exposed_at": stamped(row.exposed_at),
        "revoked_at": stamped(row.revoked_at),
        "revoked_by": row.revoked_by,
        "suspended_until": stamped(row.suspended_until),
        "discovered_at": stamped(token.found_at),
        "discovered_by": token.found_by or None,
        "ended_at": stamped(token.ended_at),
        "discovery_to_revocation_minutes": _minutes(token.took),
        "exposures": [
            {"source": one.source, "place": one.place, "verdict": one.verdict.value, "found_at": stamped(one.found_at),
             "reported_at": stamped(one.reported_at), "times": one.times, "by": one.recorded_by}
            for one in token.exposures
        ],
        "after_exposure": _after(token.aftermath),
        "blast": _blast(token),
    }  # fmt: skip


def _short(row: TokenRow) -> dict[str, Value]:
    return {"id": row.id, "account": row.account_id, "account_name": row.account_name, "name": row.name,
            "environment": row.environment, "tier": row.tier.value, "status": row.status.value, "hint": row.hint}  # fmt: skip


def _after(after: Aftermath | None) -> Value:
    if after is None:
        return None
    return {
        "since": stamped(after.since),
        "counted_from": stamped(after.from_at),
        "accepted": after.accepted,
        "accepted_within_the_first_step": after.within,
        "resolution": step_of(after),
        "recorded_to": stamped(after.recorded_to),
        "new_addresses": [
            {"address": one.address, "first_seen_at": stamped(one.first_seen_at), "last_seen_at": stamped(one.last_seen_at),
             "requests": one.requests}
            for one in after.addresses
        ],
    }  # fmt: skip


def _blast(token: CaseToken) -> Value:
    found = token.blast
    if found is None:
        return None
    return {
        "as_of": stamped(token.blast_at),
        "integrations": [use.name for use in found.callers],
        "endpoints": [use.name for use in found.endpoints if use.name],
        "addresses_7d": found.addresses,
        "requests_7d": found.requests_7d,
        "refused_7d": found.refused_7d,
        "siblings": list(found.siblings),
        "sole_scopes": list(found.sole_scopes),
        "callers_recorded_since": stamped(found.told_since),
    }


def _minutes(took: object) -> Value:
    from datetime import timedelta

    return took // timedelta(minutes=1) if isinstance(took, timedelta) else None
