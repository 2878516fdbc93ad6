"""Who to call: the tokens that knock, fell silent, call from a new address or were accepted after their end, and their people.

A few of each finding, the latest first; every one is found through its view's own index and looked up by its keys.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from store.contact_rows import CALLED_ABOUT, Contact, Person
from store.moments import HOUR_MS, from_ms, to_ms
from store.reader import Reader
from store.reads.refusals import refusals_after
from store.reads.tokens import Question, Sort, page
from store.reads.usage import reasons, rhythm
from store.rows import Refusals, TokenRow
from store.rules.rhythm import expected
from store.rules.signals import LATELY, hours_7d
from store.rules.status import dead_since, refused_since_end

SHOWN = 5
"""So many tokens of each finding are looked up; how many there are says its view."""

LOOKED_THROUGH = 5
"""For each token of `knocking` that is shown so many are looked at: the latest refusals mostly come after the end."""

ADMINS = 2
KEPT = 200
"""So many requests of a token are kept one by one (store.usage.saving)."""

_SORTS = {"silent": Sort("silent", descending=True)}
"""Where its view begins with the longest silence, somebody is called about the one that has just begun."""

_ADMINS = """
SELECT id, name, email FROM member WHERE account_id = :account AND admin = 1 AND active = 1 AND id <> :owner
ORDER BY id LIMIT :most
"""
_OWNER = "SELECT id, name, admin, email FROM member WHERE account_id = :account AND id = :owner AND active = 1"
_NEW = """
SELECT address, first_seen_at, last_seen_at, requests FROM token_address
WHERE account_id = :account AND token_id = :token AND first_seen_at > :since ORDER BY first_seen_at DESC, address LIMIT 1
"""
_ACCEPTED = """
SELECT count(*), min(at), CAST(coalesce(sum(CASE WHEN at > :after AND outcome = 'VALID' THEN 1 ELSE 0 END), 0) AS BIGINT)
FROM recent_request WHERE account_id = :account AND token_id = :token
"""


def contacts(reader: Reader, now: datetime, shown: int = SHOWN) -> tuple[Contact, ...]:
    """Return at most `shown` tokens of each finding in CALLED_ABOUT, in that order, with what happens and whom to call.

    Of the view `knocking` only those that were refused since their end: nobody calls with the others any more.
    """
    rows = [(finding, row) for finding in CALLED_ABOUT for row in _first(reader, finding, now, shown)]
    return tuple(contact_of(reader, row, finding, now) for finding, row in rows)


def _first(reader: Reader, finding: str, now: datetime, shown: int) -> list[TokenRow]:
    """Return the first tokens of a finding that somebody should be called about."""
    knocking = finding == "knocking"
    question = Question(finding, sort=_SORTS.get(finding))
    found = page(reader, question, now, shown * LOOKED_THROUGH if knocking else shown, month=False).rows
    return [row for row in found if not knocking or refused_since_end(row.moments, row.last_denied_at, now)][:shown]


def contact_of(reader: Reader, row: TokenRow, finding: str, now: datetime) -> Contact:
    """Return what there is to tell about one token; KeyError for a finding nobody is called about."""
    return _READERS[finding](reader, row, now)


def people_of(reader: Reader, row: TokenRow) -> tuple[Person, ...]:
    """Return the token's owner, where that is an active member, and up to two active admins of its account."""
    who = {"account": row.account_id, "owner": row.owner or ""}
    owner = tuple(
        Person(id_, name, owner=True, admin=bool(admin), address=email or "")
        for id_, name, admin, email in reader.rows(_OWNER, who)
    )
    admins = tuple(
        Person(id_, name, admin=True, address=email or "") for id_, name, email in reader.rows(_ADMINS, {**who, "most": ADMINS})
    )
    return owner + admins


def _used_after_revoke(reader: Reader, row: TokenRow, now: datetime) -> Contact:
    assert row.revoked_at is not None
    params = {"account": row.account_id, "token": row.id, "after": to_ms(row.revoked_at)}
    kept, oldest, accepted = reader.rows(_ACCEPTED, params)[0]
    more = kept >= KEPT and oldest > params["after"]
    return Contact(
        "used-after-revoke", row, row.revoked_at, row.last_success_at, max(1, int(accepted)), more or not accepted,
        people=people_of(reader, row),
    )  # fmt: skip


def _knocking(reader: Reader, row: TokenRow, now: datetime) -> Contact:
    end, week = dead_since(row.moments, now), hours_7d(to_ms(now)).first * HOUR_MS
    if end is None or to_ms(end) < week:
        refused = Refusals(sum(reason.refused for reason in reasons(reader, row.key, now)))
    else:
        refused = refusals_after(reader, row, end - timedelta(milliseconds=1), now)
    times = max(refused.count, int(not refused.exact))
    return Contact(
        "knocking", row, end, row.last_denied_at, times, not refused.exact, row.last_denied_reason,
        people=people_of(reader, row),
    )  # fmt: skip


def _silent(reader: Reader, row: TokenRow, now: datetime) -> Contact:
    usual = rhythm(reader, row.key)
    due = expected(usual, row.last_used_at) if usual is not None and row.last_used_at is not None else None
    return Contact("silent", row, due, row.last_used_at, rhythm=usual, people=people_of(reader, row))


def _new_address(reader: Reader, row: TokenRow, now: datetime) -> Contact:
    params = {"account": row.account_id, "token": row.id, "since": to_ms(now - LATELY)}
    newest = reader.one(_NEW, params)
    if newest is None:  # addresses beyond the number kept are not told one by one
        return Contact("new-address", row, row.new_address_at, row.last_used_at, people=people_of(reader, row))
    address, first, last, requests = newest
    return Contact("new-address", row, from_ms(first), from_ms(last), int(requests), about=address, people=people_of(reader, row))


_READERS: dict[str, Callable[[Reader, TokenRow, datetime], Contact]] = {
    "used-after-revoke": _used_after_revoke,
    "knocking": _knocking,
    "silent": _silent,
    "new-address": _new_address,
}
