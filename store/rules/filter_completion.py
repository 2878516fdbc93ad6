"""What can be typed next in a filter: the names of fields and the words they know."""

from __future__ import annotations

import re

from store.rules.filter_fields import FIELDS, Field, Kind

_VALUE = re.compile(r"(-?)([A-Za-z][A-Za-z0-9.\-]*)(!=|:|=)(.*)", re.DOTALL)


def word_start(text: str, cursor: int) -> int:
    """Return the column where the word that ends at `cursor` starts: what a completion replaces."""
    start = cursor
    while start > 0 and text[start - 1] not in ' \t("':
        start -= 1
    return start


def complete(text: str, cursor: int) -> list[str]:
    """Return the words that the one ending at `cursor` can become, in order; none inside quotes or when nothing fits."""
    head = text[:cursor]
    if head.count('"') % 2:
        return []
    word = head[word_start(head, cursor) :]
    found = _VALUE.fullmatch(word)
    if found:
        return _values(FIELDS.get(found[2].lower()), found[1] + found[2] + found[3], found[4])
    sign, typed = ("-", word[1:]) if word.startswith("-") else ("", word)
    names = [field for field in FIELDS.values() if field.name.startswith(typed.lower())]
    return [sign + _opened(field) for field in names]


def _opened(field: Field) -> str:
    return field.name if field.kind in (Kind.CLOCK, Kind.NUMBER) else f"{field.name}:"


def _values(field: Field | None, opening: str, typed: str) -> list[str]:
    if field is None:
        return []
    before, comma, last = typed.rpartition(",")
    words = ("yes", "no") if field.kind is Kind.FLAG else field.words
    taken = set(before.lower().split(","))
    return [opening + before + comma + word for word in words if word.startswith(last.lower()) and word not in taken]
