"""A filter's text cut into its words, each with the column it starts at; what the words mean is decided elsewhere."""

from __future__ import annotations

import re
import unicodedata

from store.errors import BadFilter
from store.record import record
from store.rules.token_form import holds_token

LONGEST = 512
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9.\-]*)(!=|>=|<=|:|=|>|<)")
_BREAKS = " \t()"


@record
class Piece:
    """A value as written: its text without quotes, whether quotes stood around any of it, and where it starts."""

    text: str
    quoted: bool
    at: int


@record
class Lexeme:
    """One word of a filter: a bracket, `or`, a bare word, or a field with an operator and its values.

    `kind` is one of `(`, `)`, `or`, `word` and `field`; `values` holds the word itself, or the values between commas.
    """

    kind: str
    at: int
    negated: bool = False
    field: str = ""
    operator: str = ""
    values: tuple[Piece, ...] = ()


def check_text(text: str) -> None:
    """Raise BadFilter for text that is too long, holds control characters, or holds what looks like a token's secret."""
    if holds_token(text):
        raise BadFilter(
            "This holds what looks like a whole token, so it was not used as a filter.",
            "Filter by the token's id or last four characters; look a whole token up with `tokendesk triage`.",
        )
    if len(text) > LONGEST:
        raise BadFilter(f"A filter can have {LONGEST} characters.", "Shorten it.", at=LONGEST)
    for at, character in enumerate(text):
        if character != "\t" and unicodedata.category(character) in {"Cc", "Cs"}:
            raise BadFilter("A filter can't hold control characters.", "Remove the character.", at=at)


def cut(text: str) -> tuple[Lexeme, ...]:
    """Cut a filter into its words; raises BadFilter with the column of a quote that is not closed or a word that is empty."""
    check_text(text)
    found: list[Lexeme] = []
    at = 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
            continue
        lexeme, at = _next(text, at)
        found.append(lexeme)
    return tuple(found)


def quoted(text: str) -> str:
    """Write a text so that a filter takes it letter by letter, whatever is in it but control characters."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _next(text: str, start: int) -> tuple[Lexeme, int]:
    at = start
    if text[at] == ")":
        return Lexeme(")", at), at + 1
    negated = text[at] == "-"
    if negated:
        at += 1
    if at >= len(text) or text[at] in " \t)":
        raise BadFilter("A “-” stands alone.", "Write it directly before what to leave out, like -env:test.", at=start)
    if text[at] == "(":
        return Lexeme("(", start, negated), at + 1
    named = _FIELD.match(text, at)
    if named:
        values, end = _values(text, named.end(), commas=True)
        return Lexeme("field", start, negated, named[1].lower(), named[2], values), end
    if text[at] in ":=<>!,":
        raise BadFilter(f"“{text[at]}” needs a field before it.", "Write for example idle>90d, or put the word in quotes.", at=at)
    values, end = _values(text, at, commas=False)
    if values[0].text.lower() == "or" and not values[0].quoted and not negated:
        return Lexeme("or", start), end
    return Lexeme("word", start, negated, values=values), end


def _values(text: str, start: int, *, commas: bool) -> tuple[tuple[Piece, ...], int]:
    """Read one value, or several between commas, up to a space or a bracket outside quotes."""
    pieces: list[Piece] = []
    at = begun = start
    letters: list[str] = []
    quoted = False

    def close() -> None:
        piece = Piece("".join(letters), quoted, begun)
        if not piece.text and not quoted:
            raise BadFilter("A value is missing.", 'Write it directly after the sign; write "" for an empty one.', at=begun)
        pieces.append(piece)

    while at < len(text) and text[at] not in _BREAKS:
        if text[at] == '"':
            inner, at = _quoted(text, at)
            letters.append(inner)
            quoted = True
        elif commas and text[at] == ",":
            close()
            at += 1
            letters, quoted, begun = [], False, at
        else:
            letters.append(text[at])
            at += 1
    close()
    return tuple(pieces), at


def _quoted(text: str, start: int) -> tuple[str, int]:
    """Read a quoted stretch; a backslash takes the quote or backslash after it as it is."""
    letters: list[str] = []
    at = start + 1
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in ('"', "\\"):
            letters.append(text[at + 1])
            at += 2
        elif text[at] == '"':
            return "".join(letters), at + 1
        else:
            letters.append(text[at])
            at += 1
    raise BadFilter("A quote is not closed.", 'Close it with ".', at=start)
