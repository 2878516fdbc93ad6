"""What a token may be called (requirements L4 to L6)."""

from __future__ import annotations

import unicodedata

from store.errors import Refused
from store.rules.token_form import looks_like_token

LONGEST_NAME = 200


def checked_name(text: str) -> str:
    """Return the name without the spaces around it.

    Raises Refused when it is empty, longer than 200 characters, holds a character that can't be seen, or a token.
    """
    name = text.strip()
    if not name:
        raise Refused("A token needs a name.", "Say what it is for, such as “CI deploy bot”.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"The name is {len(name)} characters long; {LONGEST_NAME} is the most.", "Shorten it.")
    if any(unicodedata.category(character)[0] == "C" for character in name):
        raise Refused("The name holds a character that can't be seen.", "Type it again without pasting.")
    if looks_like_token(name):
        raise Refused("The name looks like a token itself.", "Say what the token is for; treat that one as leaked.")
    return name
