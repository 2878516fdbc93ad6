"""The rules that hold for an account: its own where they are tighter, else the default."""

from __future__ import annotations

from dataclasses import dataclass

from store.errors import Refused
from store.reads.scopes import Asked


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """Limits in force for one account; None leaves a limit to the product."""

    max_lifetime_days: int | None = None
    max_overlap_hours: int | None = None
    token_limit: int | None = None


def policy_for(unit: Asked, account_id: str) -> PolicyRow:
    """Return the tighter of the account's policy and the default, limit by limit (requirement C2)."""
    found = unit.rows(
        "SELECT max_lifetime_days, max_overlap_hours, token_limit FROM policy WHERE account_id IN ('', :account)",
        {"account": account_id},
    )
    tightest = [min((value for value in column if value is not None), default=None) for column in zip(*found, strict=True)]
    return PolicyRow(*tightest) if tightest else PolicyRow()


def refuse_over_limit(unit: Asked, account_id: str, policy: PolicyRow) -> None:
    """Raise Refused when an account holds as many tokens as its policy allows."""
    if policy.token_limit is None:
        return
    held = int(unit.rows("SELECT open_tokens FROM account WHERE id = :id", {"id": account_id})[0][0])
    if held >= policy.token_limit:
        raise Refused(
            f"The account {account_id} holds {held} tokens; its policy allows {policy.token_limit}.",
            "Revoke one that is not used first.",
        )
