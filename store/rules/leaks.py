"""What a suspect string is: which tokens it seems to hold, and the five verdicts (decisions.md, «Secrets»).

Nothing is looked up here, and what was given is never part of an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from store.rules.secrets import Secret

PASTED = "pasted as a suspect"
"""How the reason of a look-up begins that was made by pasting; its verdict follows."""

LONGEST = 10_000_000
"""A paste is cut after so many characters (security.md 3); files of any size are for `tokendesk triage`."""


class Verdict(StrEnum):
    """What is known of a suspect string. Only `VERIFIED` is revoked by one key; `ID_ONLY` may be forged."""

    VERIFIED = "verified"
    ID_ONLY = "id only"
    DAMAGED = "damaged"
    DEAD = "dead"
    NOT_OURS = "not ours"


PROVEN = frozenset({Verdict.VERIFIED, Verdict.DEAD})
"""The verdicts that say the secret itself stands there: somebody else may hold it."""

MEANINGS = {
    Verdict.VERIFIED: "The secret is right: whoever has it can call with this token.",
    Verdict.ID_ONLY: "The id is ours, but the secret is missing, cut or wrong: this may be forged.",
    Verdict.DAMAGED: "A damaged copy: its check characters are wrong. It can't be used as it stands.",
    Verdict.DEAD: "The secret is right, but the token no longer works.",
    Verdict.NOT_OURS: "Not a token of this store, or one that was never here.",
}


@dataclass(frozen=True, slots=True)
class Suspect:
    """One candidate: the whole of it, and the public id in it, "" where there is none. `whole` says it has our full form."""

    value: Secret
    id: str
    whole: bool


SHORTEST = 4
"""A single word shorter than this is no token of anybody's, and names none."""

_OURS = re.compile(r"(?<![0-9A-Za-z_])([a-z0-9]{2,12})_(?:live|test)_([0-9A-Za-z]{12})(?:_([0-9A-Za-z]{0,60}))?(?![0-9A-Za-z])")
_SPACE = re.compile(r"\s")
_REST = 38
"""Secret and check characters of a whole token."""


def suspects(text: Secret, brand: str) -> Iterator[Suspect]:
    """Yield the tokens that a paste seems to hold, each once.

    Everything of our form with this store's `brand` is one; a single word that has none of it is one itself, since an
    imported token has its own form.
    """
    pasted = text.reveal()[:LONGEST].strip()
    seen: set[str] = set()
    for match in _OURS.finditer(pasted):
        value = match[0]
        if match[1] == brand and value not in seen:
            seen.add(value)
            yield Suspect(Secret(value), match[2], len(match[3] or "") == _REST)
    if not seen and len(pasted) >= SHORTEST and not _SPACE.search(pasted):
        yield Suspect(Secret(pasted), "", whole=False)
