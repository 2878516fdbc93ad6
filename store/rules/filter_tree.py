"""A filter once it is understood: a small tree of tests, the same for the Python and the SQL reading of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.record import record

Value = int | timedelta | datetime


@record
class Edge:
    """One end of a span; `included` says whether the end itself still counts."""

    value: Value
    included: bool


@record
class Span:
    """A number, a duration or a moment between two ends; None is an open end. Both ends are of one kind."""

    low: Edge | None = None
    high: Edge | None = None


@record
class Contains:
    """The text holds these characters; upper and lower case of A to Z are the same."""

    text: str


@record
class Equals:
    """The text is exactly this, letter by letter."""

    text: str


@record
class OneOf:
    """The word is one of these."""

    words: tuple[str, ...]


@record
class Flag:
    """The answer is yes (True) or no."""

    value: bool


@record
class Missing:
    """There is no such moment or person: never, none."""


@record
class Unknown:
    """No use on record, and the tracking does not cover the token's whole life."""


Test = Span | Contains | Equals | OneOf | Flag | Missing | Unknown


@record
class Term:
    """A test of one field."""

    field: str
    test: Test


@record
class Word:
    """A bare word: looked for in id, hint, name, account name and account id."""

    text: str


@record
class Shown:
    """An id as it is shown, `tkd_live_7Kq2…9f3c` or a part: where what is `written` is found as it stands, or such a token.

    The id begins with one of `begins`, each for tokens of one environment or, with "", of any; `ends` is how the hint or the
    id ends. A to Z in either case.
    """

    written: Word | Term
    begins: tuple[tuple[str, str], ...]
    ends: str = ""

    @property
    def rarest(self) -> str:
        """Return the longest text that every such token has in its id or its hint, and all that is found as it stands as well."""
        return max(self.begins[-1][1], self.ends, key=len)


@record
class Not:
    """The opposite."""

    node: Node


@record
class Every:
    """All of these; with none, everything matches."""

    nodes: tuple[Node, ...]


@record
class Either:
    """At least one of these."""

    nodes: tuple[Node, ...]


Node = Term | Word | Shown | Not | Every | Either


@record
class Filter:
    """A whole filter and the text it was read from."""

    text: str
    root: Every


def words_of(node: Node) -> tuple[str, ...]:
    """Return the bare words a filter asks for, negated ones left out."""
    match node:
        case Word(text) | Shown(Word(text)):
            return (text,)
        case Every(nodes) | Either(nodes):
            return tuple(word for inner in nodes for word in words_of(inner))
        case Term() | Shown() | Not():
            return ()
