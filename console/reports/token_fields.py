"""The fields of a token in JSON, CSV and on the terminal: one table, in the order and by the names of interfaces.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from console.reports.cells import Value, moment_words, stamped
from console.reports.freshness import FRESHNESS
from store.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from store.rows import TokenRow


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, what stands over it in a table, and how it is taken from a row.

    `words` is what a table shows where that differs from the value; `cut` allows a narrow terminal to shorten it.
    """

    name: str
    heading: str
    value: Callable[[TokenRow], Value]
    words: Callable[[TokenRow], str] | None = None
    right: bool = False
    cut: bool = False

    def shown(self, row: TokenRow) -> str:
        """Return what a table shows."""
        if self.words is not None:
            return self.words(row)
        value = self.value(row)
        match value:
            case None:
                return "-"
            case bool():
                return "yes" if value else "no"
            case int():
                return f"{value:,}"
            case str():
                return value
            case _:
                return " ".join(str(part) for part in value) if isinstance(value, Sequence) else str(value)


def _moment(name: str, heading: str, take: Callable[[TokenRow], datetime | None], nothing: str = "-") -> Field:
    return Field(name, heading, lambda row: stamped(take(row)), lambda row: moment_words(take(row), nothing))


FIELDS: tuple[Field, ...] = (
    Field("id", "Id", lambda row: row.id),
    Field("account", "Account", lambda row: row.account_id),
    Field("account_name", "Account name", lambda row: row.account_name, cut=True),
    Field("name", "Name", lambda row: row.name, lambda row: row.name or "(no name)", cut=True),
    Field("environment", "Env", lambda row: row.environment),
    Field("scopes", "Scopes", lambda row: list(row.scopes), cut=True),
    Field("tier", "Access", lambda row: row.tier.value),
    Field("status", "Status", lambda row: row.status.value),
    Field("owner", "Owner", lambda row: row.owner, cut=True),
    Field("creator", "Creator", lambda row: row.creator, cut=True),
    Field("creator_active", "Creator active", lambda row: row.creator_active),
    _moment("created_at", "Created", lambda row: row.created_at),
    _moment("rotated_at", "Rotated", lambda row: row.rotated_at),
    _moment("expires_at", "Expires", lambda row: row.expires_at, "never"),
    _moment("retires_at", "Retires", lambda row: row.retires_at),
    _moment("suspended_until", "Suspended until", lambda row: row.suspended_until),
    _moment("last_used_at", "Last used", lambda row: row.last_used_at),
    _moment("last_success_at", "Last success", lambda row: row.last_success_at),
    _moment("last_denied_at", "Last refused", lambda row: row.last_denied_at),
    Field("last_denied_reason", "Reason", lambda row: row.last_denied_reason),
    Field("requests_24h", "24 h", lambda row: row.requests_24h, right=True),
    Field("requests_30d", "30 days", lambda row: row.requests_30d, right=True),
    _moment("revoked_at", "Revoked", lambda row: row.revoked_at),
    Field("revoked_by", "Revoked by", lambda row: row.revoked_by),
    Field("revoke_reason", "Why revoked", lambda row: row.revoke_reason, cut=True),
    Field("replaces", "Replaces", lambda row: row.replaces),
    Field("replaced_by", "Replaced by", lambda row: row.replaced_by),
    Field("rationale", "Rationale", lambda row: row.rationale, cut=True),
    Field("hint", "Ends in", lambda row: row.hint),
    Field("digest_scheme", "Scheme", lambda row: row.digest_scheme),
)

DIGEST = "digest"
"""The field that is never exported unless asked for by name; it is not part of a row and is read apart."""

TABLE_COLUMNS = ("id", "account", "name", "environment", "tier", "status", "last_used_at", "requests_24h", "expires_at")
DROPPED = ("expires_at", "requests_24h", "tier", "environment", "account")
"""Which of them a narrow terminal leaves out, in this order; never the id, the status or the last use (ux.md 0)."""

BY_NAME = {field.name: field for field in FIELDS}


USAGE = frozenset({"last_used_at", "last_success_at", "last_denied_at", "last_denied_reason", "requests_24h", "requests_30d"})
"""What is known from usage, and so only as far as that is recorded."""


def chosen_fields(columns: str | None, fallback: Sequence[str]) -> tuple[str, ...]:
    """Return the field names of `--columns`, separated by commas, or the fallback; raises BadInput for an unknown one."""
    if columns is None:
        return tuple(fallback)
    names = tuple(name.strip() for name in columns.split(",") if name.strip())
    known = [*BY_NAME, *FRESHNESS, DIGEST]
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, 1)
            remedy = f"Did you mean “{close[0]}”?" if close else f"Choose from {', '.join(known)}."
            raise BadInput(f"There is no column “{name[:40]}”.", remedy)
    if not names:
        raise BadInput("--columns names no column.", f"Choose from {', '.join(known)}.")
    return names


def record(row: TokenRow) -> dict[str, Value]:
    """Return a token as a JSON object: every field but the digest."""
    return {field.name: field.value(row) for field in FIELDS}
