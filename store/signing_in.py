"""Signing in to a store: count the try, compare, then begin the session or record the refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from store.errors import Refused
from store.opening import Store
from store.rules.roles import Actor
from store.rules.secrets import Secret
from store.rules.sessions import CLAIMED, PASSPHRASE
from store.writes.signing_in import Attempt, SignedIn, accept_attempt, count_attempt, refuse_attempt

WRONG = "That is not this operator's passphrase, or there is no such operator."


def sign_in(store: Store, actor: Actor, passphrase: Secret, now: datetime, proof: bytes | None = None) -> SignedIn:
    """Sign the actor in with their passphrase, or prove their running session anew; blocks for the hash, about 0.2 s.

    Unknown names, people switched off and those without a passphrase are refused in the same words after the same time.
    Raises Refused for a wrong passphrase (which is on the audit log then), and while one has to wait.
    """
    from store.passphrases import hashed, matches, outdated

    attempt: Attempt = store.write(lambda unit: count_attempt(unit, actor.name))
    known = replace(actor, role=attempt.role)
    if not matches(attempt.encoding, passphrase):
        store.write(lambda unit: refuse_attempt(unit, known, attempt, now))
        raise Refused(WRONG, "Try again.")
    by_key = actor.how not in (CLAIMED, PASSPHRASE, "os user")
    known = replace(known, how=f"{actor.how} and {PASSPHRASE}" if by_key else PASSPHRASE)
    rehashed = hashed(passphrase) if outdated(attempt.encoding) else None
    return store.write(lambda unit: accept_attempt(unit, known, attempt, now, rehashed=rehashed, proof=proof))
