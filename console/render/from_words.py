"""From where a token may be used, in words: its own networks and those of its account's policy, of which the tighter hold."""

from __future__ import annotations

from collections.abc import Sequence

from store.rules.policy_rules import NOTHING, common_addresses

NOWHERE = "nowhere"


def in_force(own: Sequence[str], policy: Sequence[str]) -> tuple[str, ...]:
    """Return the networks that hold: what is in both lists where both say something; NOTHING alone for none, () for any."""
    if NOTHING in (*own, *policy):
        return (NOTHING,)
    if not own or not policy:
        return (*own, *policy)
    return tuple(common_addresses(" ".join(own), " ".join(policy)).split(" ") if own != policy else own)


def only_from(own: Sequence[str], policy: Sequence[str]) -> tuple[str, str]:
    """Return the networks that hold, and whose they are; "" for the token's own alone."""
    holds = in_force(own, policy)
    inside = NOWHERE if NOTHING in holds else ", ".join(holds)
    if not policy:
        return inside, ""
    if not own:
        return inside, "by the policy of its account" if inside != NOWHERE else "the policies of its account allow no address"
    allowed = "none" if NOTHING in policy else ", ".join(policy)
    return inside, f"of its own {', '.join(own)}; its account's policy allows {allowed}"
