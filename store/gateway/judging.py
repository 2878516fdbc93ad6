"""One check: what a token's row says about a wanted scope and an address at a moment. Pure; nothing is looked up."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache, reduce
from typing import NamedTuple

from store.gateway.steps import RULE, Step
from store.reader import Row
from store.rules.networks import Network, is_within, kept_networks
from store.rules.policy_rules import common_addresses
from store.rules.secrets import Mint, Secret, parse, same_digest
from store.rules.status import Status, status_at
from store.rules.usage import Outcome

COLUMNS = """t.id, t.account_id, t.digest_scheme, t.digest, t.revoked_at, t.expires_at, t.retires_at, t.suspended_at,
t.suspended_until, t.exposed_at, t.suspend_message, t.scopes, t.created_at, coalesce(r.allowed_addresses, ''),
coalesce(a.value, ''), coalesce(d.value, '')"""
"""The last three are the networks of the token itself, of its account's policy and of everybody's."""

LONGEST = 500
"""A longer thing is no token of anybody's, and is not looked up."""

Moments = tuple[int | None, int | None, int | None, int | None, int | None, int | None]


class Known(NamedTuple):
    """A token whose secret was proven: what every check of it needs. `networks` None allows no address, () every one."""

    account_id: str
    id: str
    moments: Moments
    message: str
    scopes: frozenset[str]
    created_ms: int
    networks: tuple[Network, ...] | None

    @property
    def ends_ms(self) -> int | None:
        """Return when it stops working by itself, in milliseconds; None for never."""
        return min((end for end in self.moments[1:3] if end is not None), default=None)


class Presented(NamedTuple):
    """A token as it was sent: the id it names ("" for an imported one), its digest, and the scheme that must be kept with it."""

    id: str
    digest: bytes
    scheme: str


class Answer(NamedTuple):
    """What one check says. `known` is set once the secret was proven; `why` is a few words that may be told to the caller.

    `step` is the first one that failed, None for a valid token; it stays inside. `status` is that of HTTP.
    """

    outcome: Outcome
    status: int
    why: str = ""
    known: Known | None = None
    step: Step | None = None


VALID = 200
REFUSED = {step: Answer(rule.outcome, rule.status, rule.why, None, step) for step, rule in RULE.items()}


def presented(text: str, mint: Mint) -> Presented | Answer:
    """Return what to look up, or the answer where nothing need be: no token, another form, wrong check characters."""
    if not text:
        return REFUSED[Step.PRESENT]
    if len(text) > LONGEST or not text.isascii():
        return REFUSED[Step.FORM]
    token = Secret(text)
    parts = parse(token)
    if parts is None:
        return Presented("", _plain_digest(token), "sha256")
    if parts.brand != mint.brand:
        return REFUSED[Step.FORM]
    if not parts.sound:
        return REFUSED[Step.CHECKSUM]
    return Presented(parts.id, mint.digest_of(token), mint.scheme)


def proven(rows: Sequence[Row], given: Presented) -> Known | Answer:
    """Return the token that was proven among those of its id (COLUMNS), or the answer that there is none.

    Digests are compared in constant time, also where there is nothing to compare with.
    """
    found = None
    for row in rows:
        if row[2] == given.scheme and row[3] is not None and same_digest(bytes(row[3]), given.digest):
            found = row
    if found is None:
        same_digest(given.digest, given.digest)
        return REFUSED[Step.SECRET if rows else Step.KNOWN]
    networks = _networks(found[13:16]) if any(found[13:16]) else ()
    return Known(found[1], found[0], tuple(found[4:10]), found[10], _scopes(found[11]), found[12], networks)


@lru_cache(maxsize=1_000)
def _scopes(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _networks(lists: Sequence[str]) -> tuple[Network, ...] | None:
    """Return what a token and its policies all allow; a list that is empty allows every address."""
    given = [one for one in lists if one]
    if not given:
        return ()
    try:
        return kept_networks(reduce(common_addresses, given))
    except ValueError:
        return None


def judge(known: Known, scopes: Sequence[str], address: str | None, now_ms: int) -> Answer:
    """Say whether a proven token may be used for `scopes` from `address` at `now_ms`; None asks about no address."""
    match status_at(*known.moments, now_ms):
        case Status.ACTIVE | Status.RETIRING:
            pass
        case Status.REVOKED:
            return _refused(known, Step.REVOKED)
        case Status.EXPIRED:
            expires = known.moments[1]
            return _refused(known, Step.EXPIRED if expires is not None and now_ms >= expires else Step.RETIRED)
        case Status.SUSPENDED:
            return _refused(known, Step.SUSPENDED, known.message)
    if scopes and any(not holds(known.scopes, scope) for scope in scopes):
        return _refused(known, Step.SCOPE)
    if known.networks != () and address is not None and not is_within(address, known.networks):
        return _refused(known, Step.ADDRESS)
    return Answer(Outcome.VALID, VALID, "", known)


def holds(held: frozenset[str], scope: str) -> bool:
    """Say whether a scope is held: by its name, by `*`, or by `orders.*` or `orders:*` for what begins like that."""
    if scope in held or "*" in held:
        return True
    return any(one.endswith((".*", ":*")) and scope.startswith(one[:-1]) for one in held)


def _refused(known: Known, step: Step, why: str = "") -> Answer:
    rule = RULE[step]
    return Answer(rule.outcome, rule.status, why or rule.why, known, step)


def _plain_digest(token: Secret) -> bytes:
    return hashlib.sha256(token.reveal().encode()).digest()
