"""Everything about one token, read at once: for a person as lines, for a program as one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from console.cli.audit_lines import audit_words
from console.cli.output import show
from console.render.blast_words import moved_words
from console.render.counts import counted
from console.render.freshness import ahead_words
from console.render.from_words import only_from
from console.render.proof_words import proof_words
from console.render.rhythm_words import calls_words, rhythm_words
from console.render.sparks import spark
from console.render.token_words import staff_words
from console.reports.audit_fields import audit_record
from console.reports.cells import Value, moment_words, stamped
from console.reports.freshness import freshness_record
from console.reports.token_fields import record
from store.indicator_rows import Proof
from store.moments import MILLISECOND
from store.opening import Store
from store.reader import Reader
from store.reads.accounts import account
from store.reads.audit import issued_by, lines
from store.reads.blast import blast
from store.reads.cutover import cutover
from store.reads.gateway_access import allowed_addresses, policy_addresses
from store.reads.lineage import lineage, siblings
from store.reads.proofs import proof_of
from store.reads.scopes import catalogue, pairs
from store.reads.usage import account_hours, days, freshness, hours, requests
from store.rows import AuditRow, Freshness, RequestRow, Series, TokenRow
from store.rules.blast import Blast
from store.rules.cutover import CutOver
from store.rules.filters import Extras
from store.rules.findings import Finding, findings
from store.rules.scopes import Scope
from store.rules.signals import HOURS_7D

REQUESTS = 10
AUDIT_LINES = 10
_KEPT = 200


@dataclass(frozen=True, slots=True)
class Detail:
    """What the detail screen shows, free of any connection."""

    row: TokenRow
    scopes: tuple[tuple[str, Scope | None], ...]
    findings: tuple[Finding, ...]
    lineage: tuple[TokenRow, ...]
    siblings: tuple[TokenRow, ...]
    day: Series
    month: Series
    requests: tuple[RequestRow, ...]
    audit: tuple[AuditRow, ...]
    freshness: Freshness
    blast: Blast
    account_day: Series
    cutover: CutOver | None
    now: datetime
    proof: Proof | None = None
    addresses: tuple[str, ...] = ()
    policy_addresses: tuple[str, ...] = ()
    issued_by: str = ""

    def record(self) -> dict[str, Value]:
        """Return it as a JSON object: the fields of the list, and the rest under names of their own."""
        return {
            **record(self.row),
            "owner_name": self.row.owner_name,
            "creator_name": self.row.creator_name,
            "scope_rules": [
                {"name": name, "can": scope.can if scope else None, "cannot": scope.cannot if scope else None}
                for name, scope in self.scopes
            ],
            "allowed_addresses": list(self.addresses),
            "policy_addresses": list(self.policy_addresses),
            "findings": [{"view": finding.view, "sentence": finding.sentence} for finding in self.findings],
            "lineage": [row.id for row in self.lineage],
            "siblings": [row.id for row in self.siblings],
            "rhythm": rhythm_words(self.blast.rhythm, self.blast.gap(self.now)) if self.blast.rhythm else None,
            "next_call": stamped(self.blast.next_call(self.now)),
            "moved_share": None if self.cutover is None else self.cutover.moved,
            "old_safe_to_revoke": None if self.cutover is None else self.cutover.safe(self.now),
            "usage_24h": _series_record(self.day),
            "usage_30d": _series_record(self.month),
            "account_requests_24h": sum(self.account_day.requests),
            "usage_recorded_to": stamped(self.freshness.recorded_to),
            "usage_tracked_since": stamped(self.freshness.tracking_since),
            **freshness_record(self.freshness),
            "revocation_proof": None if self.proof is None else _proof_record(self.proof),
            "requests": [_request_record(request) for request in self.requests],
            "audit": [audit_record(line) for line in self.audit],
        }


def detail_of(store: Store, row: TokenRow, now: datetime, *, past: bool = False) -> Detail:
    """Read everything about a token as it is at `now`; `past` leaves out what came later."""
    with store.reading() as reader:
        known, fresh, broken = catalogue(reader), freshness(reader), blast(reader, row, now)
        return Detail(
            row=row,
            scopes=tuple((name, known.get(name)) for name in row.scopes),
            findings=findings(row, now, _extras(reader, row, now, fresh), pairs(reader), broken.rhythm),
            lineage=lineage(reader, row.key, now, past=past),
            siblings=siblings(reader, row.key, now) if row.live else (),
            day=hours(reader, row.key, now, 24),
            month=days(reader, row.key, now, 30),
            requests=tuple(one for one in requests(reader, row.key, _KEPT) if one.at <= now)[:REQUESTS],
            audit=lines(reader, key=row.key, until=now + MILLISECOND if past else None, limit=AUDIT_LINES),
            freshness=fresh,
            blast=broken,
            account_day=account_hours(reader, row.account_id, now, 24),
            cutover=None if past else cutover(reader, row, now),
            now=now,
            proof=None if past or row.revoked_at is None else proof_of(reader, row.key),
            addresses=() if past else allowed_addresses(reader, row.key),
            issued_by=issued_by(reader, row.key) if row.creator is None else "",
            policy_addresses=() if past else policy_addresses(reader, row.account_id),
        )


def _extras(reader: Reader, row: TokenRow, now: datetime, fresh: Freshness) -> Extras:
    """Return what findings need beyond the row: the tracking, the account's live tokens, the refusals of 7 days."""
    holder = account(reader, row.account_id, now)
    refused = sum(hours(reader, row.key, now, HOURS_7D).refused)
    return Extras(fresh.tracking_since, holder.live_tokens if holder else 1, refused)


def print_detail(detail: Detail) -> None:
    """Print it for a person."""
    row = detail.row
    show(row.name or "(no name)")
    for label, words in _facts(detail):
        show(f"  {label:<13} {words}")
    for heading, found in (
        ("Findings", [f"! {finding.sentence}" for finding in detail.findings]),
        ("Last requests", [_request_words(request) for request in detail.requests]),
        ("Audit", [audit_words(line) for line in detail.audit]),
    ):
        if found:
            show()
            show(heading)
            for words in found:
                show(f"  {words}")


def _facts(detail: Detail) -> Iterator[tuple[str, str]]:
    row = detail.row
    yield "Id", f"{row.account_id}/{row.id}, ends in {row.hint}" if row.hint else f"{row.account_id}/{row.id}"
    yield "Account", f"{row.account_name} ({row.account_id})"
    yield "Environment", row.environment
    yield "Status", _status_words(row)
    yield "Access", row.tier.value
    if detail.addresses or detail.policy_addresses:
        inside, why = only_from(detail.addresses, detail.policy_addresses)
        yield "Only from", f"{inside}  ({why})" if why else inside
    for name, scope in detail.scopes:
        yield "Scope", f"{name}: can {scope.can}; cannot {scope.cannot}" if scope else f"{name}: not in the catalogue"
    yield "Owner", _person(row.owner, row.owner_name, row.owner_active)
    if row.creator is None:
        yield "Creator", staff_words(detail.issued_by, row.source)
    else:
        yield "Creator", _person(row.creator, row.creator_name, row.creator_active, row.creator_left_at)
    if row.rationale:
        yield "Rationale", row.rationale
    yield "Created", moment_words(row.created_at)
    yield "Rotated", moment_words(row.rotated_at, "never")
    yield "Expires", moment_words(row.expires_at, "never")
    if row.retires_at is not None:
        yield "Retires", moment_words(row.retires_at)
    yield "Last used", moment_words(row.last_used_at, "no use on record")
    yield "Last success", moment_words(row.last_success_at)
    if row.last_denied_at is not None:
        yield "Last refused", f"{moment_words(row.last_denied_at)} {row.last_denied_reason}"
    if detail.proof is not None:
        yield "Proof", proof_words(detail.proof)
    yield "24 hours", f"{spark(detail.day.requests, 24)} {counted(row.requests_24h, 'request')}"
    yield (
        "30 days",
        f"{spark(detail.month.requests, 30)} {counted(row.requests_30d, 'request')}, {sum(detail.month.refused):,} refused",
    )
    fresh = detail.freshness
    to, since = (moment_words(moment, "nothing yet") for moment in (fresh.recorded_to, fresh.tracking_since))
    ahead = f"; {words}" if (words := ahead_words(fresh)) else ""
    yield "Usage", f"recorded up to {to} in steps of {fresh.step_s // 60} min, tracked since {since}{ahead}"
    gap = detail.blast.gap(detail.now)
    if row.last_used_at is not None and (words := calls_words(detail.blast.rhythm, row.last_used_at, detail.now, gap)):
        yield "Rhythm", words
    if detail.cutover is not None:
        yield "Cut-over", "".join(piece.text for piece in moved_words(detail.cutover, detail.now))
    if len(detail.lineage) > 1:
        yield "Lineage", " > ".join(one.id if one.id != row.id else f"[{one.id}]" for one in detail.lineage)
    if row.live:
        yield "Siblings", ", ".join(one.id for one in detail.siblings) or "no other live token of the account has these scopes"


def _status_words(row: TokenRow) -> str:
    words = row.status.value
    if row.revoked_at is not None:
        reason = f", {row.revoke_reason}" if row.revoke_reason else ""
        return f"{words} {moment_words(row.revoked_at)} by {row.revoked_by}{reason}"
    if row.suspended_at is not None and words == "suspended":
        until = f" until {moment_words(row.suspended_until)}" if row.suspended_until else ""
        return f"{words}{until} by {row.suspended_by}{f', {row.suspend_message}' if row.suspend_message else ''}"
    return words


def _person(who: str | None, name: str, active: bool, left_at: datetime | None = None) -> str:
    if who is None:
        return "none"
    words = f"{name} ({who})" if name and name != who else who
    return words if active else f"{words}, no longer active" + (f" since {moment_words(left_at)}" if left_at else "")


def _series_record(series: Series) -> dict[str, Value]:
    return {
        "start": stamped(series.start),
        "step_seconds": series.step_s,
        "requests": list(series.requests),
        "refused": list(series.refused),
    }


def _proof_record(proof: Proof) -> dict[str, Value]:
    return {
        "verdict": proof.verdict.value,
        "last_accepted_after": stamped(proof.accepted_at),
        "first_refused": stamped(proof.refused_at),
        "first_refused_reason": proof.refused_reason or None,
        "seconds": proof.seconds,
    }


def _request_record(request: RequestRow) -> dict[str, Value]:
    return {
        "at": stamped(request.at),
        "outcome": request.outcome,
        "status": request.status,
        "ip": request.address,
        "agent": request.agent,
        "method": request.method,
        "path": request.path,
        "service": request.service,
        "latency_ms": request.latency_ms,
        "request_id": request.request_id,
    }


def _request_words(request: RequestRow) -> str:
    status = f" {request.status}" if request.status is not None else ""
    parts = (f"{request.outcome}{status}", f"{request.method} {request.path}".strip(), request.address, request.agent)
    return "  ".join([f"{request.at:%Y-%m-%d %H:%M:%S}Z", *(part for part in parts if part)])
