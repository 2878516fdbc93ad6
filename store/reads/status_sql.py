"""The status of a token in SQL: one expression, equal to store.rules.status.status_of by test."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from store.rules.status import LIVE, Status

_EVERY = tuple(status.value for status in Status)


def revoked_at(alias: str, *, past: bool) -> str:
    """Return when a token was revoked; with `past`, revocations later than `:now` have not happened yet."""
    return _so_far(f"{alias}.revoked_at", past)


def suspended_at(alias: str, *, past: bool) -> str:
    """Return when a token was suspended; with `past`, later ones have not happened yet."""
    return _so_far(f"{alias}.suspended_at", past)


def exposed_at(alias: str, *, past: bool) -> str:
    """Return when an exposure was put on record; with `past`, later ones have not happened yet."""
    return _so_far(f"{alias}.exposed_at", past)


def retires_at(alias: str, *, past: bool) -> str:
    """Return when a replaced token ends; with `past`, one replaced later than `:now` is not replaced yet."""
    if not past:
        return f"{alias}.retires_at"
    return f"CASE WHEN {replaced_since(alias)} <= :now THEN {alias}.retires_at END"


def replaced_since(alias: str) -> str:
    """Return when the replacement of a token was made; the token's own beginning when the replacement is not known."""
    made = f"SELECT successor.created_at FROM token successor WHERE successor.account_id = {alias}.account_id"
    return f"coalesce(({made} AND successor.id = {alias}.replaced_by), {alias}.created_at)"


def status_case(alias: str = "t", *, past: bool = False) -> str:
    """Return the CASE expression of a token's status at `:now` (milliseconds); the first match wins (decisions.md)."""
    suspended = suspended_at(alias, past=past)
    return (
        f"CASE WHEN ({revoked_at(alias, past=past)}) IS NOT NULL THEN 'revoked' "
        f"WHEN {alias}.expires_at <= :now OR ({retires_at(alias, past=past)}) <= :now THEN 'expired' "
        f"WHEN ({suspended}) IS NOT NULL AND ({alias}.suspended_until IS NULL "
        f"OR ({exposed_at(alias, past=past)}) IS NOT NULL OR {alias}.suspended_until > :now) THEN 'suspended' "
        f"WHEN ({retires_at(alias, past=past)}) IS NOT NULL THEN 'retiring' ELSE 'active' END"
    )


def status_in(words: Iterable[str], alias: str = "t", *, past: bool = False, usual: bool = False, open_only: bool = False) -> str:
    """Return the condition that a token's status at `:now` is one of `words`.

    `usual` says that most rows looked at have one of them; it is then written as «none of the others», by which
    PostgreSQL, too, expects most rows to pass, and walks an index in order instead of sorting them all. Active, retiring
    and live, which every list asks for, have no CASE at all: SQLite needs a third of the steps for them. `open_only` says
    that `closed = 0` stands beside it: then it is not asked again whether the token is revoked, which the database allows
    of closed ones only (`revoked_closed` in store.tables.tokens).
    """
    chosen = set(words)
    if chosen and chosen <= _WORKING.keys():
        return _working(chosen, alias, past=past, open_only=open_only)
    named = [word for word in _EVERY if (word in chosen) is not usual]
    listed = ", ".join(f"'{word}'" for word in named)
    if not named:
        return "1 = 1" if usual else "1 = 0"
    return f"{status_case(alias, past=past)} {'NOT IN' if usual else 'IN'} ({listed})"


def _working(chosen: set[str], alias: str, *, past: bool, open_only: bool) -> str:
    """Return the condition of a token that works: neither revoked, nor at its end, nor suspended."""
    ends, revoked, expires = retires_at(alias, past=past), revoked_at(alias, past=past), f"{alias}.expires_at"
    valid = "" if open_only else f"{_seldom(f'({revoked}) IS NOT NULL', revoked)} AND "
    # Of «+expires_at» PostgreSQL has no statistics: those of all tokens, most of which have ended, would mislead it.
    replaced = f"({ends} <= :now) IS NOT TRUE" if len(chosen) == len(_WORKING) else _WORKING[min(chosen)](ends)
    over = f"({exposed_at(alias, past=past)}) IS NULL AND ({alias}.suspended_until <= :now) IS TRUE"
    return f"({valid}(+{expires} <= :now) IS NOT TRUE AND {replaced} AND (({suspended_at(alias, past=past)}) IS NULL OR {over}))"


def _seldom(condition: str, moment: str) -> str:
    """Return the opposite of a condition of a moment, so written that PostgreSQL expects it to hold of nearly every row.

    It would judge by what all rows hold, most of which have ended, but lists look at open ones. The second half is true
    wherever the first is; PostgreSQL has no statistics of it and takes it for rare. SQLite does not get as far.
    """
    return f"({condition} AND ({moment}) * 0 = 0) IS NOT TRUE"


_WORKING: dict[str, Callable[[str], str]] = {
    Status.ACTIVE.value: lambda ends: f"({ends}) IS NULL",
    Status.RETIRING.value: lambda ends: f"({ends}) > :now",
}
"""What else holds of a token that works: of an active one, and of one that retires."""


def live(alias: str = "t", *, past: bool = False, open_only: bool = False) -> str:
    """Return the condition that a token is active or retiring at `:now`; `open_only` as in `status_in`."""
    return status_in((status.value for status in LIVE), alias, past=past, usual=True, open_only=open_only)


def _so_far(column: str, past: bool) -> str:
    return f"CASE WHEN {column} <= :now THEN {column} END" if past else column
