"""From what a person typed to the one token they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import BadInput, NotFound
from store.reads.tokens import find

if TYPE_CHECKING:
    from datetime import datetime

    from store.opening import Store
    from store.rows import TokenRow

SHOWN = 5


def the_token(store: Store, text: str, now: datetime, *, past: bool = False) -> TokenRow:
    """Return the token of this id, or of ACCOUNT/ID where several accounts have one of the same id.

    With `past` it is the token as it was at `now`.

    Raises NotFound, or BadInput naming the candidates when the id alone does not say which.
    """
    with store.reading() as reader:
        found = find(reader, text, now, past=past)
    if not found:
        raise NotFound(f"There is no token “{text[:80]}”.", "Find it with `tokendesk tokens list --filter WORDS`.")
    if len(found) > 1:
        names = ", ".join(f"{row.account_id}/{row.id}" for row in found[:SHOWN])
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise BadInput(f"“{text[:80]}” names {len(found)} tokens: {names}{more}.", "Say which as ACCOUNT/ID.")
    return found[0]
