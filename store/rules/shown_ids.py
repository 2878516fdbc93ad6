"""An id as the console shows it, `tkd_live_7Kq2…9f3c`: what somebody copies from a screen or a ticket and looks for."""

from __future__ import annotations

import re

from store.rules.filter_tree import Shown, Term, Word

SHORTEST = 3
"""So many characters of an id behind its prefix are worth looking for; fewer begin too many ids."""

_ENDS = re.compile(r"(?P<begins>[^…]*?)(?:…|\.\.\.)(?P<ends>[^…\s]{1,12})")
_PREFIX = re.compile(r"[a-z0-9]{2,12}_(?P<env>live|test)_(?P<begins>.*)")
_ID = re.compile(rf"[0-9A-Za-z]{{{SHORTEST},12}}")


def as_shown(written: Word | Term, text: str) -> Word | Term | Shown:
    """Return what `text`, as it is `written`, looks for: of an id as it is shown, the tokens that are shown so as well."""
    ended = _ENDS.fullmatch(text)
    whole = ended["begins"] if ended else text
    prefixed = _PREFIX.fullmatch(whole)
    if ended:
        behind = ((prefixed["env"], prefixed["begins"]),) if prefixed else ()
        return Shown(written, (("", whole), *behind), ended["ends"])
    if prefixed and _ID.fullmatch(prefixed["begins"]):
        return Shown(written, ((prefixed["env"], prefixed["begins"]),))
    return written
