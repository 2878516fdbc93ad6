"""The columns of an audit report, by the names of interfaces.md where they have one (requirements P1, P2; scenario A13)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from console.reports.cells import Value, stamped
from store.rules.rebuilding import Proof

if TYPE_CHECKING:
    from store.report_rows import ReportRow, Reviewed
    from store.rows import TokenRow


@dataclass(frozen=True, slots=True)
class Listed:
    """A token of a report and the saved views it was in."""

    row: ReportRow
    views: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportField:
    """One column: its name and what stands in it."""

    name: str
    value: Callable[[Listed], Value]


def _field(name: str, take: Callable[[TokenRow], Value]) -> ReportField:
    return ReportField(name, lambda one: take(one.row.token))


def _moment(name: str, take: Callable[[TokenRow], datetime | None]) -> ReportField:
    return ReportField(name, lambda one: stamped(take(one.row.token)))


def _reviewed(name: str, take: Callable[[Reviewed], Value]) -> ReportField:
    return ReportField(name, lambda one: None if one.row.reviewed is None else take(one.row.reviewed))


FIELDS: tuple[ReportField, ...] = (
    _field("account", lambda row: row.account_id),
    _field("account_name", lambda row: row.account_name),
    _field("id", lambda row: row.id),
    _field("name", lambda row: row.name),
    _field("environment", lambda row: row.environment),
    _field("owner", lambda row: row.owner),
    _field("owner_name", lambda row: row.owner_name),
    _field("creator", lambda row: row.creator),
    _field("creator_active", lambda row: row.creator_active),
    _field("scopes", lambda row: list(row.scopes)),
    _field("tier", lambda row: row.tier.value),
    _field("status", lambda row: row.status.value),
    _moment("created_at", lambda row: row.created_at),
    _moment("last_used_at", lambda row: row.last_used_at),
    ReportField("last_used_to", lambda one: _exactness(one)),
    _moment("expires_at", lambda row: row.expires_at),
    _field("rationale", lambda row: row.rationale),
    _moment("rotated_at", lambda row: row.rotated_at),
    ReportField("rotated_by", lambda one: one.row.rotated_by or None),
    _field("replaces", lambda row: row.replaces),
    _field("replaced_by", lambda row: row.replaced_by),
    _moment("retires_at", lambda row: row.retires_at),
    _moment("suspended_at", lambda row: row.suspended_at),
    _moment("revoked_at", lambda row: row.revoked_at),
    _field("revoked_by", lambda row: row.revoked_by),
    ReportField("second_person", lambda one: one.row.second or None),
    _field("hint", lambda row: row.hint),
    _reviewed("review", lambda found: found.review),
    _reviewed("review_decision", lambda found: found.decision),
    _reviewed("reviewed_by", lambda found: found.by),
    _reviewed("reviewed_at", lambda found: stamped(found.at)),
    _reviewed("review_signed_by", lambda found: found.signed_by or None),
    _reviewed("review_signed_at", lambda found: stamped(found.signed_at)),
    ReportField("findings", lambda one: list(one.views)),
    ReportField("audit_log", lambda one: one.row.proof.value),
)
"""`last_used_to` says how exact the last use is, `audit_log` what the log says about the state (store.rules.rebuilding)."""


def _exactness(one: Listed) -> str | None:
    if one.row.token.last_used_at is None:
        return None
    return "hour" if one.row.used_by_hour else "second"


MARKS: dict[Proof, str] = {Proof.PROVEN: "", Proof.DIFFERS: "*", Proof.LATER: "+"}
"""What stands behind the status on paper, explained under the table."""
