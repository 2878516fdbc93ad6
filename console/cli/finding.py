"""From what a person typed to the one token they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store.errors import BadInput, NotFound
from store.reads.tokens import find

if TYPE_CHECKING:
    from datetime import datetime

    from store.opening import Store
    from store.rows import TokenRow

SHOWN = 5
_ENDS = re.compile(r"[0-9A-Za-z]{1,8}")
_PLAIN = re.compile(r"[0-9A-Za-z…][0-9A-Za-z_.…]{1,80}")
"""How the last characters of a token are written, and its id as it is shown."""


def the_token(store: Store, text: str, now: datetime, *, past: bool = False) -> TokenRow:
    """Return the token of this id, or of ACCOUNT/ID where several accounts have one of the same id.

    With `past` it is the token as it was at `now`.

    Raises NotFound, or BadInput naming the candidates when the id alone does not say which.
    """
    with store.reading() as reader:
        found = find(reader, text, now, past=past)
    if not found:
        raise NotFound(f"There is no token “{text[:80]}”.", _near(store, text, now, past=past))
    if len(found) > 1:
        names = ", ".join(f"{row.account_id}/{row.id}" for row in found[:SHOWN])
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise BadInput(f"“{text[:80]}” names {len(found)} tokens: {names}{more}.", "Say which as ACCOUNT/ID.")
    return found[0]


def _near(store: Store, text: str, now: datetime, *, past: bool) -> str:
    """Return what to do instead: the ends of a token name none for sure, but say which ones they are of."""
    from store.reads.tokens import Question, lines
    from store.rules.filter_tree import Shown, Word
    from store.rules.filters import quoted
    from store.rules.shown_ids import as_shown

    text = text.strip()
    wanted = ""
    if _ENDS.fullmatch(text):
        wanted = f"hint={quoted(text)}"
    elif _PLAIN.fullmatch(text) and isinstance(as_shown(Word(text), text), Shown):
        wanted = text
    if wanted:
        with store.reading() as reader:
            rows = lines(reader, Question(filter=wanted, past=past), now, SHOWN + 1).rows
        if rows:
            more = " and more" if len(rows) > SHOWN else ""
            return f"Did you mean {', '.join(f'{row.account_id}/{row.id}' for row in rows[:SHOWN])}{more}?"
    return "Find it with `tokendesk tokens list --filter WORDS`."
