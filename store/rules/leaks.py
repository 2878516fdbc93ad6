"""What a suspect string is: the candidates found in a text, and the five verdicts (decisions.md, «Secrets»).

Nothing is looked up here, and what was given is never part of an answer.
"""

from __future__ import annotations

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
