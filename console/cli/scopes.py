"""`tokendesk scopes list`: the permissions in plain words, and how many live tokens hold each."""

from __future__ import annotations

from console.cli.command import command, noun
from console.cli.options import JsonOption
from console.cli.place import Place

group = noun("Say what each permission lets a token do, and who holds it.")


@command(group, "list", "tokendesk scopes list --json")
def list_scopes(place: Place, as_json: JsonOption = False) -> None:
    """List the catalogue, then what live tokens hold beyond it."""
    from console.cli.output import print_array, print_table
    from console.cli.place import now_at
    from store.reads.scopes import scope_lines

    with place.open() as store, store.reading() as reader:
        found = scope_lines(reader, now_at(store))
    if as_json:
        print_array(
            {
                "name": one.name,
                "tier": one.tier.value,
                "can": one.known.can if one.known else None,
                "cannot": one.known.cannot if one.known else None,
                "in_catalogue": one.known is not None,
                "risky_with": [pair.other if pair.one == one.name else pair.one for pair in one.pairs],
                "live_tokens": one.live_tokens,
            }
            for one in found
        )
        return
    rows = [
        (one.name, one.tier.value, f"{one.live_tokens:,}", one.known.can if one.known else "! not in the catalogue")
        for one in found
    ]
    print_table(("Scope", "Access", "Live", "Can"), rows, right=frozenset({2}), shrink=(3,))
