"""The names of keys, as a person may write them in their file and as a terminal's keys are called by Textual."""

from __future__ import annotations

import unicodedata

from textual.keys import KEY_NAME_REPLACEMENTS, Keys

_MODIFIERS = frozenset({"ctrl", "shift", "alt"})


def key_named(text: str) -> str:
    """Return a key by Textual's name for it, so that `?` may be written as it is; "" for what is no key."""
    *modifiers, base = [text] if len(text) == 1 else text.split("+")
    if not set(modifiers) <= _MODIFIERS:
        return ""
    name = _by_character(base) if len(base) == 1 else base
    known = len(name) == 1 or name in _NAMED or "+".join([*modifiers, name]) in _NAMED
    return "+".join([*modifiers, name]) if known else ""


def _by_character(character: str) -> str:
    if character.isalnum() or not character.isprintable() or character.isspace():
        return character if character.isalnum() else ""
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


_NAMED = frozenset(key.value for key in Keys if not key.value.startswith("<")) | {
    _by_character(chr(code)) for code in range(33, 127)
}
