"""The filter language of the audit log: `actor: action: acct: token: case: reason: after: before:` and bare words.

A bare word is looked for in the names of tokens and operators, in actions, account ids and cases.
It is written like the tokens' filters: quotes for spaces, a comma for any of, `=` for exactly. What is given twice is
wanted twice; nothing can be left out with a «-», because no index of the log answers that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from store.errors import BadFilter
from store.moments import parse_moment
from store.rules.actions import Action
from store.rules.filter_completion import word_start
from store.rules.filter_values import LONGEST_DURATION, nearest
from store.rules.filter_words import Lexeme, Piece, cut

MOST_WORDS = 8
MOST_VALUES = 16
"""Of one field; each is looked for in its own index."""

_DURATION = re.compile(r"(\d{1,8})([mhdw])", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class AuditField:
    """One field: what it means, an example, and the words it knows where it knows only some."""

    name: str
    about: str
    example: str
    words: tuple[str, ...] = ()


FIELDS: dict[str, AuditField] = {
    field.name: field
    for field in (
        AuditField("actor", "who did it: part of the name, or =NAME", "actor:priya"),
        AuditField("action", "what was done", "action:revoke", tuple(Action)),
        AuditField("acct", "the account: part of its name or id, or =ID", "acct:initech"),
        AuditField("token", "the token: its id, ACCOUNT/ID or last four characters", "token:9f3c"),
        AuditField("case", "the case it is filed under, or how that begins, or =CASE", "case:INC-48"),
        AuditField("reason", "part of the reason that was given", "reason:pasted"),
        AuditField("after", "at or after a day or moment, or in the last 7d", "after:2026-02-01"),
        AuditField("before", "before a day or moment, or longer ago than 7d", "before:2026-03-01T12:00"),
    )
}


@dataclass(frozen=True, slots=True)
class Named:
    """A name that is looked for; not `exact`: it may be part of the name, of a case its beginning."""

    text: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """A filter that is understood: what each field may be, one or several; empty stands for anything.

    `after` is the first moment that counts and `before` the first that no longer does; a span is counted back from now.
    """

    text: str = ""
    actors: tuple[Named, ...] = ()
    actions: tuple[str, ...] = ()
    accounts: tuple[Named, ...] = ()
    tokens: tuple[str, ...] = ()
    cases: tuple[Named, ...] = ()
    reasons: tuple[str, ...] = ()
    after: datetime | timedelta | None = None
    before: datetime | timedelta | None = None
    words: tuple[str, ...] = ()


@lru_cache(maxsize=64)
def parse_audit(text: str) -> AuditFilter:
    """Read a filter; an empty one matches every line. Raises BadFilter with the column in `.at`."""
    text = text.strip()
    named: dict[str, tuple[Piece, ...]] = {}
    exact: dict[str, bool] = {}
    words: list[str] = []
    for lexeme in cut(text):
        if lexeme.kind == "word" and not lexeme.negated:
            words.append(_word(lexeme, len(words)))
            continue
        _check(lexeme)
        if lexeme.field in named:
            raise BadFilter(f"{lexeme.field} is given twice.", f"Write {lexeme.field}:one,another for any of them.", at=lexeme.at)
        named[lexeme.field], exact[lexeme.field] = lexeme.values, lexeme.operator == "="

    def names(field: str) -> tuple[Named, ...]:
        return tuple(Named(_filled(field, piece), exact[field]) for piece in named.get(field, ()))

    return AuditFilter(
        text=text,
        actors=names("actor"),
        actions=tuple(dict.fromkeys(_action(piece) for piece in named.get("action", ()))),
        accounts=names("acct"),
        tokens=tuple(dict.fromkeys(_filled("token", piece) for piece in named.get("token", ()))),
        cases=names("case"),
        reasons=tuple(dict.fromkeys(_filled("reason", piece) for piece in named.get("reason", ()))),
        after=_moment("after", named),
        before=_moment("before", named),
        words=tuple(words),
    )


def complete_audit(text: str, cursor: int) -> list[str]:
    """Return the words that the one ending at `cursor` can become: names of fields, and the actions."""
    head = text[:cursor]
    if head.count('"') % 2:
        return []
    word = head[word_start(head, cursor) :]
    found = re.fullmatch(r"([A-Za-z]+)([:=])(.*)", word, re.DOTALL)
    if found is None:
        return [f"{name}:" for name in FIELDS if name.startswith(word.lower())]
    field = FIELDS.get(found[1].lower())
    before, comma, last = found[3].rpartition(",")
    taken = set(before.lower().split(","))
    opening = found[1] + found[2] + before + comma
    known = field.words if field is not None else ()
    return [opening + one for one in known if one.startswith(last.lower()) and one not in taken]


def _check(lexeme: Lexeme) -> None:
    if lexeme.kind != "field":
        what = "Brackets and “or”" if not lexeme.negated else "A “-”"
        raise BadFilter(f"{what} can't be used here.", "Write several values with a comma: action:revoke,rotate.", at=lexeme.at)
    if lexeme.negated:
        raise BadFilter("The audit log can't leave something out.", "Write what is wanted, without the “-”.", at=lexeme.at)
    if lexeme.field not in FIELDS:
        remedy = nearest(lexeme.field, list(FIELDS), f"Use one of {', '.join(FIELDS)}.")
        raise BadFilter(f"There is no field “{lexeme.field[:30]}”.", remedy, at=lexeme.at)
    if lexeme.operator not in (":", "="):
        example = FIELDS[lexeme.field].example
        raise BadFilter(
            f"{lexeme.field} can't be compared with {lexeme.operator}.", f"Write for example {example}.", at=lexeme.at
        )
    if len(lexeme.values) > MOST_VALUES:
        raise BadFilter(f"A field can have {MOST_VALUES} values.", "Leave some out.", at=lexeme.values[MOST_VALUES].at)


def _word(lexeme: Lexeme, so_far: int) -> str:
    text = lexeme.values[0].text
    if not text:
        raise BadFilter("An empty word is in everything.", "Remove it.", at=lexeme.at)
    if so_far == MOST_WORDS:
        raise BadFilter(f"A filter can have {MOST_WORDS} words.", "Leave some out.", at=lexeme.at)
    return text


def _filled(field: str, piece: Piece) -> str:
    if not piece.text:
        raise BadFilter("An empty value finds nothing.", f"Write for example {FIELDS[field].example}.", at=piece.at)
    return piece.text


def _action(piece: Piece) -> str:
    word = piece.text.lower()
    if word not in FIELDS["action"].words:
        remedy = nearest(word, list(Action), f"Use one of {', '.join(Action)}.")
        raise BadFilter(f"There is no action “{piece.text[:30]}”.", remedy, at=piece.at)
    return word


def _moment(field: str, named: dict[str, tuple[Piece, ...]]) -> datetime | timedelta | None:
    if field not in named:
        return None
    piece, *others = named[field]
    if others:
        raise BadFilter(f"{field} takes one moment.", f"Write for example {FIELDS[field].example}.", at=others[0].at - 1)
    span = _DURATION.fullmatch(piece.text)
    try:
        if span is None:
            return parse_moment(piece.text)
        if (length := int(span[1]) * _UNITS[span[2]]) <= LONGEST_DURATION:
            return length
    except (ValueError, OverflowError):
        pass
    raise BadFilter(
        f"“{piece.text[:30]}” is no day, no moment and no span.",
        f"Write for example {FIELDS[field].example} or {field}:7d; spans end in m, h, d or w.",
        at=piece.at,
    )
