"""Incident cases: what may name one, which tokens belong to it, and the words its audit lines go by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.errors import Refused
from store.rules.actions import Action

LONGEST = 100
"""More characters than any ticket system gives a case."""

Key = tuple[str, str]
"""The account and the id that name a token."""


class Did(StrEnum):
    """What was done to a case; stands in the detail of its audit lines as `did`."""

    OPEN = "open"
    TITLE = "title"
    NAMED = "token"
    ASIDE = "aside"
    NOTE = "note"
    NOTICE = "notice"
    CLOSE = "close"
    REOPEN = "reopen"


class Page(StrEnum):
    """What was read of a token's usage; stands in the detail of a look-up as `did`."""

    USAGE = "usage"
    TIMELINE = "timeline"


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """One audit line of a case, as the rules see it. `words` is its reason: erasable, so it may be empty."""

    seq: int
    at: datetime
    who: str
    action: str
    token: Key | None = None
    did: str = ""
    words: str = ""
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Belonging:
    """The tokens a case names, in the order they came up: those to deal with, those set aside, those it brought in itself."""

    involved: tuple[Key, ...]
    aside: tuple[Key, ...]
    made: tuple[Key, ...]


def checked_case(case: str) -> str:
    """Return the name of a case without spaces around it; raises Refused for what can't be one."""
    name = case.strip()
    if not can_be_case(name):
        raise Refused("This can't be the name of a case.", f"Use up to {LONGEST} visible characters, such as INC-204.")
    return name


def can_be_case(name: str) -> bool:
    """Say whether this may name a case as it stands."""
    return bool(name) and name == name.strip() and name.isprintable() and len(name) <= LONGEST


def belonging(entries: Iterable[CaseEntry], exposed: Iterable[Key] = ()) -> Belonging:
    """Sort the tokens that a case's lines (the oldest first) and exposures name.

    A token that was made under the case replaces another and need not end. Whatever else is named counts, even when it was
    only looked at: nothing is left out of an incident unless somebody sets it aside and says why.
    """
    involved: dict[Key, None] = {}
    aside: dict[Key, None] = {}
    made: dict[Key, None] = {}
    for entry in entries:
        key = entry.token
        if key is None:
            continue
        if entry.action == Action.CASE.value and entry.did == Did.ASIDE.value:
            involved.pop(key, None)
            aside[key] = None
        elif entry.action == Action.CASE.value:
            aside.pop(key, None)
            made.pop(key, None)
            involved[key] = None
        elif entry.action == Action.ISSUE.value and key not in involved:
            made[key] = None
        elif key not in made and key not in aside:
            involved.setdefault(key, None)
    for key in exposed:
        if key not in aside:
            made.pop(key, None)
            involved.setdefault(key, None)
    return Belonging(tuple(involved), tuple(aside), tuple(made))
