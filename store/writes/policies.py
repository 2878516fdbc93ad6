"""The rules that hold for an account: its own where they are tighter, else the default."""

from __future__ import annotations

from dataclasses import dataclass

from store.engine import Unit


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """Limits in force for one account; None leaves a limit to the product."""

    max_lifetime_days: int | None = None
    max_overlap_hours: int | None = None
    token_limit: int | None = None


def policy_for(unit: Unit, account_id: str) -> PolicyRow:
    """Return the tighter of the account's policy and the default, limit by limit (requirement C2)."""
    found = unit.rows(
        "SELECT max_lifetime_days, max_overlap_hours, token_limit FROM policy WHERE account_id IN ('', :account)",
        {"account": account_id},
    )
    tightest = [min((value for value in column if value is not None), default=None) for column in zip(*found, strict=True)]
    return PolicyRow(*tightest) if tightest else PolicyRow()
