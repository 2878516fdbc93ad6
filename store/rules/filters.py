"""The filter language of the console, the command line and the saved views: one parser, one meaning (interfaces.md).

`field:value` contains or is, `=` exact, `!=`, `> < >= <=`, `a..b` with both ends, comma for any of, leading `-` for not,
bare words, quotes for spaces, `( a or b )`. `or` binds less than standing side by side.
"""

from __future__ import annotations

from functools import lru_cache

from store.errors import BadFilter
from store.rules.filter_completion import complete, word_start
from store.rules.filter_fields import FIELDS, Field, Kind
from store.rules.filter_match import Extras, matches
from store.rules.filter_tree import Contains, Either, Every, Filter, Node, Not, OneOf, Term, Word, words_of
from store.rules.filter_values import COMPARISONS, nearest, test_for
from store.rules.filter_words import Lexeme, cut, quoted
from store.rules.shown_ids import as_shown

MOST_TERMS = 32
DEEPEST = 8

__all__ = [
    "FIELDS",
    "Extras",
    "Field",
    "Filter",
    "Kind",
    "complete",
    "everything",
    "matches",
    "narrowed",
    "of_account",
    "parse",
    "quoted",
    "word_start",
    "words_of",
]


@lru_cache(maxsize=256)
def parse(text: str) -> Filter:
    """Read a filter; an empty one matches every token. The last ones are remembered: every page of a list asks again.

    Raises BadFilter, with the column in `.at`: more than 512 characters or 32 terms, brackets deeper than 8, an unknown
    field, a value that makes no sense, or text that holds a whole token (which is never repeated in the message).
    """
    lexemes = cut(text)
    reading = _Reading(lexemes, len(text))
    node = reading.alternatives(0)
    if reading.here is not None:
        raise BadFilter("This bracket closes nothing.", "Remove it, or open one before.", at=reading.here.at)
    return Filter(text.strip(), node if isinstance(node, Every) else Every((node,)))


def everything() -> Filter:
    """Return the filter that matches every token."""
    return Filter("", Every(()))


def of_account(account_id: str) -> str:
    """Return the filter, as text, of the tokens of one account: never of another that bears its id as a name."""
    return f"acct.id={quoted(account_id)}"


def narrowed(one: Filter, other: Filter) -> Filter:
    """Return the filter that asks for both."""
    text = " ".join(part for part in (_grouped(one), _grouped(other)) if part)
    return Filter(text, Every((*one.root.nodes, *other.root.nodes)))


def _grouped(part: Filter) -> str:
    alternatives = len(part.root.nodes) == 1 and isinstance(part.root.nodes[0], Either)
    return f"({part.text})" if alternatives else part.text


class _Reading:
    """Where the parser stands in the words of one filter."""

    def __init__(self, lexemes: tuple[Lexeme, ...], end: int) -> None:
        self._lexemes = lexemes
        self._next = 0
        self._end = end
        self._terms = 0

    @property
    def here(self) -> Lexeme | None:
        """Return the next word, or None at the end."""
        return self._lexemes[self._next] if self._next < len(self._lexemes) else None

    def alternatives(self, depth: int) -> Node:
        """Read `a b or c` up to a closing bracket or the end."""
        nodes = [self._side_by_side(depth)]
        while self.here is not None and self.here.kind == "or":
            at = self.here.at
            self._next += 1
            nodes.append(self._side_by_side(depth))
            if any(isinstance(node, Every) and not node.nodes for node in nodes[-2:]):
                raise BadFilter("“or” needs something on both sides.", "Write ( a or b ), or “or” in quotes.", at=at)
        return nodes[0] if len(nodes) == 1 else Either(tuple(nodes))

    def _side_by_side(self, depth: int) -> Every:
        nodes: list[Node] = []
        while self.here is not None and self.here.kind not in (")", "or"):
            lexeme = self.here
            self._next += 1
            node = self._group(lexeme, depth) if lexeme.kind == "(" else self._single(lexeme)
            nodes.append(Not(node) if lexeme.negated else node)
        return Every(tuple(nodes))

    def _group(self, opening: Lexeme, depth: int) -> Node:
        if depth + 1 > DEEPEST:
            raise BadFilter(f"Brackets can be {DEEPEST} deep.", "Write it with fewer brackets.", at=opening.at)
        node = self.alternatives(depth + 1)
        if self.here is None:
            raise BadFilter("This bracket is never closed.", "Close it with ).", at=opening.at)
        if isinstance(node, Every) and not node.nodes:
            raise BadFilter("The brackets are empty.", "Put something in them, or remove them.", at=opening.at)
        self._next += 1
        return node

    def _single(self, lexeme: Lexeme) -> Node:
        self._terms += max(1, len(lexeme.values))
        if self._terms > MOST_TERMS:
            raise BadFilter(f"A filter can have {MOST_TERMS} terms.", "Leave some out.", at=lexeme.at)
        if lexeme.kind == "word":
            piece = lexeme.values[0]
            if not piece.text:
                raise BadFilter("An empty word is in everything.", "Remove it.", at=lexeme.at)
            return Word(piece.text) if piece.quoted else as_shown(Word(piece.text), piece.text)
        return _term(lexeme)


def _shown_or(term: Term) -> Node:
    return as_shown(term, term.test.text) if term.field == "id" and isinstance(term.test, Contains) else term


def _term(lexeme: Lexeme) -> Node:
    at = lexeme.at + lexeme.negated
    field = FIELDS.get(lexeme.field)
    if field is None:
        remedy = nearest(lexeme.field, list(FIELDS), "In quotes it is searched for.")
        raise BadFilter(f"There is no field “{lexeme.field[:30]}”.", remedy, at=at)
    if lexeme.operator in COMPARISONS and len(lexeme.values) > 1:
        raise BadFilter(f"A list can't follow {lexeme.operator}.", "Compare with one value.", at=lexeme.values[1].at - 1)
    operator = "=" if lexeme.operator == "!=" else lexeme.operator
    tests = tuple(test_for(field, operator, piece) for piece in lexeme.values)
    words = tuple(dict.fromkeys(word for test in tests if isinstance(test, OneOf) for word in test.words))
    terms = tuple(_shown_or(Term(field.name, test)) for test in ((OneOf(words),) if words else tests))
    node = terms[0] if len(terms) == 1 else Either(terms)
    return Not(node) if lexeme.operator == "!=" else node
