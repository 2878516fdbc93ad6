"""Putting notices in line: in the transaction of the action they tell of, once for each person and occasion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.engine import Unit
from store.moments import maybe_from_ms, to_ms
from store.rules.notice_words import KINDS, About, Event, told_of
from store.rules.notices import MOST_ADMINS, Because, Recipient, notice_id
from store.usage.batches import ask_names, ask_pairs, run_many

_ADD = """
INSERT INTO notice (id, account_id, token_id, kind, occasion, recipient, address, subject, body, case_id, queued_at,
next_try_at, state, tries, holder, way, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, '', '', '')
ON CONFLICT DO NOTHING
"""

_NOBODY = (Recipient(),)
_CREATORS = """
SELECT m.account_id, m.id, m.name, m.active, m.email FROM wanted CROSS JOIN member m
WHERE m.account_id = wanted.account_id AND m.id = wanted.id
"""
_ADMINS = """
SELECT account_id, id, name, email FROM member WHERE account_id IN ({names}) AND admin = 1 AND active = 1 ORDER BY account_id, id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Something to tell of one token: `row` holds its columns, `occasion` tells this time from another of the same kind."""

    row: Mapping[str, Any]
    event: Event
    occasion: str
    end: datetime | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class _People:
    """The members of some accounts who count here: everybody's name, and the e-mail address of whom can be told."""

    names: Mapping[tuple[str, str], str]
    active: Mapping[tuple[str, str], str]
    admins: Mapping[str, tuple[Recipient, ...]]


def queue(unit: Unit, drafts: Sequence[Draft], now: datetime) -> int:
    """Put what is to be told in line for the creator and the account's admins, and return how many notices that are.

    Whoever has left is not told. Where nobody can be, one notice for nobody in particular shows that. What is in line or was
    told already stays as it is.
    """
    if not drafts:
        return 0
    accounts = sorted({str(draft.row["account_id"]) for draft in drafts})
    people, names = _people(unit, drafts, accounts), _names(unit, accounts)
    rows = [row for draft in drafts for row in _rows(draft, people, names[draft.row["account_id"]], now)]
    run_many(unit, _ADD, rows)
    unit.changed.add("notice")
    return len(rows)


def _rows(draft: Draft, people: _People, account_name: str, now: datetime) -> list[tuple[Any, ...]]:
    account, token = str(draft.row["account_id"]), str(draft.row["id"])
    creator = draft.row["creator_id"]
    kind = KINDS[draft.event]
    about = About(
        event=draft.event, name=draft.row["name"], hint=draft.row["hint"], environment=draft.row["environment"],
        account=account_name or account, end=draft.end, last_used_at=maybe_from_ms(draft.row["last_used_at"]),
        person="" if creator is None else people.names.get((account, creator), "") or str(creator),
    )  # fmt: skip
    told, rows = told_of(about), []
    for to in _recipients(account, creator, people):
        text = told.to(to)
        rows.append(
            (notice_id(account, token, kind, draft.occasion, to.id), account, token, kind.value, draft.occasion, to.id,
             to.address, text.subject, text.body, draft.case, to_ms(now), to_ms(now))
        )  # fmt: skip
    return rows


def _recipients(account: str, creator: str | None, people: _People) -> Sequence[Recipient]:
    admins = people.admins.get(account, ())
    if creator is None or (account, creator) not in people.active:
        return admins or _NOBODY
    made = Recipient(creator, people.names[account, creator], Because.CREATOR, people.active[account, creator])
    return (made, *[admin for admin in admins if admin.id != creator])


def _people(unit: Unit, drafts: Sequence[Draft], accounts: Sequence[str]) -> _People:
    creators = {(str(one.row["account_id"]), str(one.row["creator_id"])) for one in drafts if one.row["creator_id"] is not None}
    names, active, admins = dict[tuple[str, str], str](), dict[tuple[str, str], str](), dict[str, tuple[Recipient, ...]]()
    for account, member, name, is_active, email in ask_pairs(unit, _CREATORS, sorted(creators)):
        names[account, member] = name
        if is_active:
            active[account, member] = email or ""
    for account, member, name, email in ask_names(unit, _ADMINS, accounts):
        if len(admins.get(account, ())) < MOST_ADMINS:
            admins[account] = (*admins.get(account, ()), Recipient(member, name, Because.ADMIN, email or ""))
    return _People(names, active, admins)


def _names(unit: Unit, accounts: Sequence[str]) -> dict[str, str]:
    return {row[0]: row[1] for row in ask_names(unit, "SELECT id, name FROM account WHERE id IN ({names})", accounts)}
