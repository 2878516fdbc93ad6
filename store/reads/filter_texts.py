"""The text fields of a filter as SQL: what holds some letters, and what is exactly this."""

from __future__ import annotations

from collections.abc import Callable

from store.reads.filter_writing import NOTHING, Writing, like, pattern

Condition = Callable[[Writing, str], str]


def accounts_like(bound: str) -> str:
    """Return the condition that the account's name or id holds a bound pattern; the accounts are looked through once."""
    return f"t.account_id IN (SELECT n.id FROM account n WHERE {like('n.name', bound)} OR {like('n.id', bound)})"


def person(column: str, condition: str) -> str:
    """Return that there is such a person and that `condition` holds for them, the member `m`."""
    found = f"SELECT 1 FROM member m WHERE m.account_id = t.account_id AND m.id = {column} AND {condition}"
    return f"({column} IS NOT NULL AND EXISTS ({found}))"


def _column_like(column: str) -> Condition:
    return lambda writing, text: like(column, writing.bind(pattern(text)))


def _column_is(column: str) -> Condition:
    return lambda writing, text: f"{column} = {writing.bind(text)}"


def _account_is(writing: Writing, text: str) -> str:
    bound = writing.bind(text)
    return f"t.account_id IN (SELECT n.id FROM account n WHERE n.id = {bound} OR n.name = {bound})"


def _person_like(column: str) -> Condition:
    def condition(writing: Writing, text: str) -> str:
        bound = writing.bind(pattern(text))
        return person(column, f"({like('m.id', bound)} OR {like('m.name', bound)})")

    return condition


def _person_is(column: str) -> Condition:
    def condition(writing: Writing, text: str) -> str:
        bound = writing.bind(text)
        return person(column, f"(m.id = {bound} OR m.name = {bound})")

    return condition


def _scope_like(writing: Writing, text: str) -> str:
    return NOTHING if " " in text else like("t.scopes", writing.bind(pattern(text)))


def _scope_is(writing: Writing, text: str) -> str:
    """Scopes are kept side by side: one is among them when taking it out leaves something else."""
    if not text or " " in text:
        return NOTHING
    return f"replace(' ' || t.scopes || ' ', {writing.bind(f' {text} ')}, '') <> ' ' || t.scopes || ' '"


def _address(writing: Writing, condition: str) -> str:
    by_then = " AND d.first_seen_at <= :now" if writing.past else ""
    found = f"SELECT 1 FROM token_address d WHERE d.account_id = t.account_id AND d.token_id = t.id AND {condition}{by_then}"
    return f"EXISTS ({found})"


def _case(writing: Writing, condition: str) -> str:
    by_then = " AND e.at <= :now" if writing.past else ""
    where = f"e.case_id IS NOT NULL AND e.token_id IS NOT NULL AND {condition}{by_then}"
    return f"(t.account_id, t.id) IN (SELECT e.account_id, e.token_id FROM audit e WHERE {where})"


CONTAINS: dict[str, Condition] = {
    "id": _column_like("t.id"),
    "hint": _column_like("t.hint"),
    "name": _column_like("t.name"),
    "acct": lambda writing, text: accounts_like(writing.bind(pattern(text))),
    "acct.id": _column_like("t.account_id"),
    "scope": _scope_like,
    "owner": _person_like("t.owner_id"),
    "creator": _person_like("t.creator_id"),
    "ip": lambda writing, text: _address(writing, like("d.address", writing.bind(pattern(text)))),
    "case": lambda writing, text: _case(writing, like("e.case_id", writing.bind(pattern(text)))),
}
EQUALS: dict[str, Condition] = {
    "id": _column_is("t.id"),
    "hint": _column_is("t.hint"),
    "name": _column_is("t.name"),
    "acct": _account_is,
    "acct.id": _column_is("t.account_id"),
    "scope": _scope_is,
    "owner": _person_is("t.owner_id"),
    "creator": _person_is("t.creator_id"),
    "ip": lambda writing, text: _address(writing, f"d.address = {writing.bind(text)}"),
    "case": lambda writing, text: _case(writing, f"e.case_id = {writing.bind(text)}"),
}
