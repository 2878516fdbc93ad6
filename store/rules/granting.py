"""Which scopes a new token may hold, and what must be said first: one source for forms, the command line and the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from store.errors import Refused
from store.rules.scopes import RiskyPair, Scope, Tier, is_wildcard, looks_internal, normal

FEW = "Choose the few it really uses."


def checked_scopes(wanted: Iterable[str], catalogue: Mapping[str, Scope]) -> tuple[str, ...]:
    """Return the scopes in their one form; raises Refused for none at all, and for a name nobody may be given."""
    chosen = normal(wanted)
    if not chosen:
        raise Refused("A token needs at least one scope.", FEW)
    for name in chosen:
        refuse_scope(name, catalogue)
    return chosen


def refuse_scope(name: str, catalogue: Mapping[str, Scope]) -> None:
    """Raise Refused for a wildcard, an internal name, and a name that is not in the catalogue (requirements S2, S14)."""
    if is_wildcard(name):
        raise Refused("A scope that stands for everything can't be given.", FEW)
    if name not in catalogue:
        why = "is an internal name nobody outside would understand" if looks_internal(name) else "is not in the catalogue"
        raise Refused(f"The scope “{name[:60]}” {why}.", "Use the plain names of the catalogue, such as orders.read.")


def refuse_unexplained(tier: Tier, rationale: str) -> None:
    """Raise Refused for an admin token without a rationale."""
    if tier is Tier.ADMIN and not rationale.strip():
        raise Refused("An admin token needs a rationale.", "Say why no smaller token would do.")


def refuse_pair(pair: RiskyPair) -> None:
    """Raise Refused for a risky pair that nobody has accepted."""
    raise Refused(
        f"The scopes {pair.one} and {pair.other} are risky together: such a token {pair.why}.",
        "Make two tokens instead, or confirm that one must hold both.",
    )


def split_at(pairs: Sequence[RiskyPair], scopes: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the scopes in two sets, neither of which holds both halves of one of these pairs: as few as it takes in the second.

    The second half of each pair moves, unless the pair is apart already.
    """
    first, second = set(scopes), set[str]()
    for pair in pairs:
        for held, other in ((first, second), (second, first)):
            if pair.one in held and pair.other in held:
                held.discard(pair.other)
                other.add(pair.other)
    return normal(first), normal(second)
