"""Which tokens a paste seems to hold: those that are found in any text, or the one word it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from store.rules.leaks import LONGEST, Suspect
from store.rules.scanning import Scan
from store.rules.secrets import Secret

SHORTEST = 4
"""A single word shorter than this is no token of anybody's, and names none."""

_SPACE = re.compile(r"\s")


def suspects(text: Secret, brand: str) -> Iterator[Suspect]:
    """Yield the tokens that a paste seems to hold, each once.

    Everything of our form with this store's `brand` is one, however it is wrapped or encoded; a single word that has none of it
    is one itself, since an imported token has its own form.
    """
    pasted = text.reveal()[:LONGEST].strip()
    seen: set[str] = set()
    for found in Scan(brand).feed(pasted, last=True):
        if found.suspect is not None and (value := found.suspect.value.reveal()) not in seen:
            seen.add(value)
            yield found.suspect
    if not seen and len(pasted) >= SHORTEST and not _SPACE.search(pasted):
        yield Suspect(Secret(pasted), "", whole=False)
