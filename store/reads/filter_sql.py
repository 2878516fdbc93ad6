"""A filter as SQL: a condition over the token `t` with bound parameters, the same text on both databases.

Every condition is true or false, never NULL, so that «not» means not. Terms at the top also give the literal text of the
partial indexes in store.tables.tokens, because SQLite uses such an index only when the query repeats it word for word;
the exact rule always follows.
"""

from __future__ import annotations

import re
from datetime import datetime

from store.moments import to_ms
from store.reads.filter_clocks import TRACKING, clock, missing
from store.reads.filter_counts import NUMBERS
from store.reads.filter_flags import flag
from store.reads.filter_texts import CONTAINS, EQUALS, accounts_like
from store.reads.filter_writing import Writing, all_of, escaped, like, pattern
from store.reads.status_sql import status_in
from store.record import record
from store.rules.filter_tree import (
    Contains,
    Either,
    Equals,
    Every,
    Filter,
    Flag,
    Missing,
    Node,
    Not,
    OneOf,
    Shown,
    Term,
    Unknown,
    Word,
)

OPEN = "t.closed = 0"
SILENT = "t.silent_after IS NOT NULL"
MAY_WORK = "(t.suspended_at IS NULL OR t.suspended_until IS NOT NULL)"
"""Holds of every token that works. Said as well where a partial index holds no others; elsewhere it would only cost time."""

_OF_TOKENS = re.compile(r"\bt\.")
"""What a term about the token itself holds."""

_LIVE_WORDS = {"active", "retiring"}
_OPEN_WORDS = {*_LIVE_WORDS, "suspended"}
_IMPLIED = {
    ("retiring",): "t.retires_at IS NOT NULL",
    ("suspended",): "t.suspended_at IS NOT NULL",
    ("revoked",): "t.revoked_at IS NOT NULL",
}


@record
class Predicate:
    """A filter's condition: `terms` hold all at once; `params` are what they are bound to.

    `first` stands before the token in FROM: its account where that has the shorter index, or the keys that come into
    question. That the two belong together is among the terms.
    `status` are those terms that every open token passes that is neither past its end, nor replaced, nor suspended.
    `implied` holds as well, but is not written: PostgreSQL would count how few rows have a moment at all twice over, and
    sort what it takes for a handful.
    """

    terms: tuple[str, ...]
    params: dict[str, object]
    first: str = ""
    status: tuple[str, ...] = ()
    implied: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        """Return the whole condition."""
        return " AND ".join(self.terms) or "1 = 1"

    @property
    def accounts_first(self) -> bool:
        """Say whether the account stands before the token."""
        return self.first == "account a"

    @property
    def keys_first(self) -> bool:
        """Say whether the few tokens that come into question stand before the token."""
        return bool(self.first) and not self.accounts_first

    @property
    def source(self) -> str:
        """Return what stands after FROM when the database is left to choose its indexes."""
        return f"{self.first} CROSS JOIN token t" if self.first else "token t"

    @property
    def without_status(self) -> tuple[str, ...]:
        """Return the terms other than those of `status`."""
        return tuple(term for term in self.terms if term not in self.status)

    @property
    def by_account(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the terms about the account alone, and those about the token as well."""
        tokens = tuple(term for term in self.terms if _OF_TOKENS.search(term))
        return tuple(term for term in self.terms if term not in tokens), tokens

    def has(self, *terms: str) -> bool:
        """Say whether each of these is, word for word, a term or implied by one: a partial index may be counted on."""
        return all(term in self.terms or term in self.implied for term in terms)


def compile_filter(wanted: Filter, now: datetime, *, past: bool = False, prefix: str = "p") -> Predicate:
    """Turn a filter into SQL.

    `past` looks at an earlier moment: what happened after `now` has not happened, and what only the present knows
    (`closed`, kept counters) narrows nothing. `prefix` starts the parameters' names, for several filters in one query.
    """
    writing = Writing(to_ms(now), past=past, prefix=prefix)
    terms = _every(writing, wanted.root, top=True)
    if past:
        terms.insert(0, "t.created_at <= :now")
    if OPEN in terms and SILENT in terms and writing.working.intersection(terms):
        terms.append(MAY_WORK)
    every = tuple(dict.fromkeys(terms))
    status = tuple(term for term in every if term in writing.status) if OPEN in every else ()
    implied = tuple(term for term in every if _is_implied(term, every))
    written = tuple(term for term in every if term not in implied)
    return Predicate(written, writing.params, "account a" if writing.accounts_first else "", status, implied)


def _is_implied(term: str, every: tuple[str, ...]) -> bool:
    """Say whether a term that there is a moment goes without saying, because another one compares that moment."""
    column, _, rest = term.partition(" ")
    return rest == "IS NOT NULL" and any(other.startswith((f"{column} <", f"{column} >")) for other in every)


def _every(writing: Writing, node: Node, *, top: bool = False) -> list[str]:
    """Return the terms that all have to hold for a node; at the top they stand side by side in the query itself."""
    match node:
        case Every(nodes):
            return [term for inner in nodes for term in _every(writing, inner, top=top)]
        case Either(nodes):
            return ["(" + " OR ".join(all_of(_every(writing, inner)) for inner in nodes) + ")"]
        case Not(inner):
            return [f"NOT {all_of(_every(writing, inner))}"]
        case Word(text):
            return [_word(writing, text)]
        case Shown():
            return [_shown(writing, node)]
        case Term():
            return _term(writing, node, top)


def _term(writing: Writing, term: Term, top: bool) -> list[str]:
    match term.test:
        case Contains(text):
            return [CONTAINS[term.field](writing, text)]
        case Equals(text):
            return [EQUALS[term.field](writing, text)]
        case OneOf(words):
            return _one_of(writing, term.field, words)
        case Flag(value):
            return flag(writing, term.field, value, top=top)
        case Missing():
            return missing(writing, term.field)
        case Unknown():
            return ["t.last_used_at IS NULL", f"t.created_at < {TRACKING}"]
        case span:
            number = NUMBERS.get(term.field)
            return clock(writing, term.field, span) if number is None else number(writing, span)


def _word(writing: Writing, text: str) -> str:
    bound = writing.bind(pattern(text))
    places = [like(column, bound) for column in ("t.id", "t.hint", "t.name")]
    return f"({' OR '.join(places)} OR {accounts_like(bound)})"


def _shown(writing: Writing, node: Shown) -> str:
    """Return that what is written is found as it stands, or that the id is shown so."""
    begun: list[str] = []
    for env, beginning in node.begins:
        begins = like("t.id", writing.bind(f"{escaped(beginning)}%"))
        begun.append(f"(t.environment = {writing.bind(env)} AND {begins})" if env else begins)
    shown = [f"({' OR '.join(begun)})"]
    if node.ends:
        ends = writing.bind(f"%{escaped(node.ends)}")
        shown.append(f"({like('t.hint', ends)} OR {like('t.id', ends)})")
    # The id comes first: where it is the one, the accounts are not looked through for what is written.
    return f"({all_of(shown)} OR {all_of(_every(writing, node.written))})"


def _one_of(writing: Writing, field: str, words: tuple[str, ...]) -> list[str]:
    if field != "status":
        bound = ", ".join(writing.bind(word) for word in words)
        return [f"t.{'environment' if field == 'env' else field} IN ({bound})"]
    terms = [OPEN] if set(words) <= _OPEN_WORDS and not writing.past else []
    if words in _IMPLIED:
        terms.append(_IMPLIED[words])
    rule = status_in(words, past=writing.past, usual="active" in words or bool(terms), open_only=OPEN in terms)
    if "active" in words and not writing.past:
        writing.status.add(rule)
    if _LIVE_WORDS.issuperset(words) and not writing.past:
        writing.working.add(rule)
    return [*terms, rule]
