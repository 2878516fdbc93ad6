"""What one value means for one field: a text, a word, yes or no, a number, a duration, a date or a range of them."""

from __future__ import annotations

import difflib
import re
from datetime import datetime, timedelta

from store.errors import BadFilter
from store.moments import parse_moment
from store.rules.filter_fields import FLAG_WORDS, NEVER, NONE, STATUS_WORDS, UNKNOWN, Field, Kind
from store.rules.filter_tree import Contains, Edge, Equals, Flag, Missing, OneOf, Span, Test, Unknown, Value
from store.rules.filter_words import Piece

COMPARISONS = (">", "<", ">=", "<=")
LONGEST_DURATION = timedelta(days=36_500)
LAST_YEAR = 9_998
"""Later moments stand for «never» in the store."""

_DURATION = re.compile(r"(\d{1,8})(m|h|d|w)", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_NUMBER = re.compile(r"\d{1,15}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SPECIAL: dict[str, Test] = {NEVER: Missing(), NONE: Missing(), UNKNOWN: Unknown()}


def nearest(word: str, known: list[str], remedy: str) -> str:
    """Return a remedy that names the known word most like `word`, or `remedy` when none is near."""
    close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    return f"Did you mean {close[0]}? {remedy}" if close else remedy


def test_for(field: Field, operator: str, piece: Piece) -> Test:
    """Return the test that `operator` and one value stand for; `!=` gives the test of `=`, to be negated by the caller.

    Raises BadFilter at the value when it makes no sense for the field.
    """
    if operator in COMPARISONS and field.kind not in (Kind.CLOCK, Kind.NUMBER):
        raise BadFilter(f"{field.name} can't be compared with {operator}.", f"Write for example {field.example}.", at=piece.at)
    match field.kind:
        case Kind.TEXT:
            return _text(field, operator, piece)
        case Kind.WORD:
            return _word(field, piece)
        case Kind.FLAG:
            value = FLAG_WORDS.get(piece.text.lower())
            if value is None:
                raise BadFilter(f"{field.name} is yes or no.", f"Write {field.name}:yes or {field.name}:no.", at=piece.at)
            return Flag(value)
        case Kind.NUMBER | Kind.CLOCK:
            return _span(field, operator, piece)


def _text(field: Field, operator: str, piece: Piece) -> Test:
    if not piece.quoted and piece.text.lower() in field.words:
        return _SPECIAL[piece.text.lower()]
    if operator != ":":
        return Equals(piece.text)
    if not piece.text:
        raise BadFilter("An empty value is in everything.", f'Write {field.name}="" for those that have none.', at=piece.at)
    return Contains(piece.text)


def _word(field: Field, piece: Piece) -> Test:
    word = piece.text.lower()
    if word not in field.words:
        remedy = nearest(word, list(field.words), f"{field.name} is one of {', '.join(field.words)}.")
        raise BadFilter(f"{field.name} is never “{piece.text[:30]}”.", remedy, at=piece.at)
    return OneOf(STATUS_WORDS[word] if field.name == "status" else (word,))


def _span(field: Field, operator: str, piece: Piece) -> Test:
    if piece.text.lower() in field.words:
        if operator in COMPARISONS:
            raise BadFilter(f"{piece.text} is no moment.", f"Write {field.name}:{piece.text.lower()}.", at=piece.at)
        return _SPECIAL[piece.text.lower()]
    if ".." in piece.text:
        return _range(field, operator, piece)
    value = _value(field, piece.text, piece.at)
    if operator in COMPARISONS:
        edge = Edge(value, operator.endswith("="))
        return Span(low=edge) if operator.startswith(">") else Span(high=edge)
    if isinstance(value, timedelta):
        raise BadFilter(
            f"{field.name} is never {piece.text} to the millisecond.",
            f"Write {field.name}>{piece.text}, {field.name}<={piece.text} or a range such as {field.name}:30d..90d.",
            at=piece.at,
        )
    return Span(Edge(value, True), _end_of(value, piece.text))


def _range(field: Field, operator: str, piece: Piece) -> Test:
    if operator in COMPARISONS:
        raise BadFilter(f"A range can't follow {operator}.", f"Write {field.name}:{piece.text[:40]}.", at=piece.at)
    first, _, second = piece.text.partition("..")
    low, high = _value(field, first, piece.at), _value(field, second, piece.at + len(first) + 2)
    if type(low) is not type(high):
        raise BadFilter("A range needs two durations or two dates.", f"Write for example {field.example}.", at=piece.at)
    if low > high:  # type: ignore[operator]
        raise BadFilter("The range is backwards.", f"Write {field.name}:{second}..{first}.", at=piece.at)
    return Span(Edge(low, True), _end_of(high, second))


def _end_of(value: Value, text: str) -> Edge:
    """Return the last moment that still is `value`: a date stands for its whole day, in UTC."""
    if isinstance(value, datetime) and _DATE.fullmatch(text):
        return Edge(value + timedelta(days=1), False)
    return Edge(value, True)


def _value(field: Field, text: str, at: int) -> Value:
    if field.kind is Kind.NUMBER:
        if not _NUMBER.fullmatch(text):
            raise BadFilter(f"“{text[:30]}” is no whole number.", f"Write for example {field.example}.", at=at)
        return int(text)
    duration = _DURATION.fullmatch(text)
    if duration:
        length = int(duration[1]) * _UNITS[duration[2]]
        if length > LONGEST_DURATION:
            raise BadFilter(f"{text} is longer than 100 years.", f"Write for example {field.example}.", at=at)
        return length
    try:
        if not _DATE.match(text):
            raise ValueError(text)
        moment = parse_moment(text)
        if moment.year > LAST_YEAR:
            raise ValueError(text)
        return moment
    except (ValueError, OverflowError):
        raise BadFilter(
            f"“{text[:30]}” is no duration and no date.",
            f"Write for example {field.example}, or {field.name}>2026-01-31; durations end in m, h, d or w.",
            at=at,
        ) from None
