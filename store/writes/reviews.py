"""Opening a review, deciding about its tokens, signing it off: each one transaction with its audit line.

A decision and the action it asks for are one transaction: there is no decision without its deed, and no deed twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from store.engine import Unit
from store.errors import NotFound, Refused
from store.moments import from_ms, maybe_ms, stamp, to_ms
from store.reads.reviews import review
from store.rows import TokenKey
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.reviews import MOST, Decision, checked_again, checked_id, checked_reason
from store.rules.roles import Actor, Permission
from store.rules.secrets import Mint
from store.rules.status import LIVE
from store.usage.batches import insert_rows
from store.writes.audit import Entry, record
from store.writes.authority import authorise
from store.writes.editing import reown
from store.writes.ending import revoke
from store.writes.issuing import rotate
from store.writes.orders import Issued, ReownOrder, RevokeOrder, RotateOrder, new_action_id
from store.writes.tokens import hold

_DECIDE = """
UPDATE review_item SET decision = :decision, reason = :reason, again_at = :again, decided_at = :at, decided_by = :by,
audit_seq = :seq WHERE review_id = :review AND place = :place
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReviewOrder:
    """Freeze these tokens, each with the `audit_seq` it was shown with, into a new review. `filter` says where they are from."""

    review_id: str
    title: str
    account_id: str | None
    filter: str
    items: Sequence[tuple[TokenKey, int]]
    actor: Actor
    case: str | None = None
    action_id: str = field(default_factory=new_action_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideOrder:
    """Decide about one token of a review. `again_at` is for keep, `owner` for re-own, `scopes` for narrow."""

    review_id: str
    key: TokenKey
    decision: Decision
    reason: str
    actor: Actor
    again_at: datetime | None = None
    owner: str = ""
    scopes: tuple[str, ...] = ()
    case: str | None = None
    action_id: str = field(default_factory=new_action_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOrder:
    """Sign a review off under the reviewer's name; it is final then."""

    review_id: str
    reviewer: str
    actor: Actor
    reason: str = ""
    case: str | None = None
    action_id: str = field(default_factory=new_action_id)


@dataclass(frozen=True, slots=True)
class Decided:
    """Proof of a decision: its audit line, how many tokens are left, and the replacement where one was made."""

    key: TokenKey
    decision: Decision
    seq: int
    left: int
    issued: Issued | None = None


@dataclass(frozen=True, slots=True)
class ReviewProof:
    """Proof that a review was opened or signed: how many tokens it holds, and its audit line."""

    review_id: str
    tokens: int
    at: datetime
    seq: int


def open_review(unit: Unit, order: OpenReviewOrder, now: datetime) -> ReviewProof:
    """Open a review of a frozen set. Raises Refused for the role, a name in use, no token at all or more than 10,000."""
    actor = authorise(unit, order.actor, Permission.GOVERN, doing=Doing(Action.REVIEW, target=order.review_id))
    review_id = checked_id(order.review_id)
    if unit.value("SELECT 1 FROM review WHERE id = :id", {"id": review_id}) is not None:
        raise Refused(f"There is a review “{review_id}” already.", "Choose another name.")
    if not order.items:
        raise Refused("There is no token to review.", "Choose another account or view.")
    if len(order.items) > MOST:
        raise Refused(f"A review holds at most {MOST:,} tokens; these are {len(order.items):,}.", "Narrow it with a filter.")
    row = {"id": review_id, "title": order.title.strip(), "account": order.account_id, "filter": order.filter,
           "at": to_ms(now), "by": actor.name}  # fmt: skip
    unit.run(
        "INSERT INTO review (id, title, account_id, filter, opened_at, opened_by, reviewer) "
        "VALUES (:id, :title, :account, :filter, :at, :by, '')",
        row,
    )
    items = [
        {"review_id": review_id, "place": place, "account_id": key[0], "token_id": key[1], "frozen_seq": seq, "reason": ""}
        for place, (key, seq) in enumerate(order.items)
    ]
    insert_rows(unit, "review_item", items)
    detail = {"review": review_id, "did": "open", "tokens": len(items), "filter": order.filter}
    seq = record(unit, _entry(actor, order, order.account_id, detail), now)
    return ReviewProof(review_id, len(items), now, seq)


def decide(unit: Unit, order: DecideOrder, now: datetime, mint: Mint | None = None) -> Decided:
    """Record a decision and do what it says, in this transaction. `mint` is needed for a replacement.

    Raises Refused for the role, no reason, a review that is signed off, a token that is decided already (a kept one may be
    decided again), one that has ended (only `ended` can be said of it), and whatever the action itself refuses.
    """
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.REVIEW, order.key))
    reason = checked_reason(order.reason)
    found = review(unit, order.review_id)
    if found.signed_at is not None:
        raise Refused(
            f"The review {found.id} was signed off by {found.reviewer} on {found.signed_at:%Y-%m-%d}.", "Open a new one."
        )
    place = _undecided_place(unit, order)
    held = hold(unit, order.key)
    live = held.status(now) in LIVE
    if live is (order.decision is Decision.ENDED):
        state = "is live" if live else f"is {held.status(now)} already"
        remedy = "Decide what becomes of it." if live else "Say `ended` of it: there is nothing left to decide."
        raise Refused(f"{held.words()} {state}.", remedy)
    again_at = checked_again(order.again_at, now) if order.decision is Decision.KEEP else None
    issued = _do(unit, order, reason, now, mint)
    detail: dict[str, Any] = {"review": found.id, "did": "decide", "decision": order.decision.value}
    detail |= {"again_at": to_ms(again_at)} if again_at is not None else {}
    detail |= {"replaced_by": issued.key[1]} if issued is not None else {}
    entry = _entry(actor, order, order.key[0], detail, token=held.row, reason=reason)
    seq = record(unit, entry, now)
    values = {"decision": order.decision.value, "reason": reason, "again": maybe_ms(again_at), "at": to_ms(now),
              "by": actor.name, "seq": seq, "review": found.id, "place": place}  # fmt: skip
    unit.run(_DECIDE, values)
    return Decided(order.key, order.decision, seq, review(unit, found.id).progress.left, issued)


def sign_review(unit: Unit, order: SignOrder, now: datetime) -> ReviewProof:
    """Sign a review off; the database keeps it as it is from then on. Raises Refused while a token is undecided."""
    actor = authorise(unit, order.actor, Permission.GOVERN, doing=Doing(Action.REVIEW, target=order.review_id))
    found = review(unit, order.review_id)
    if found.signed_at is not None:
        raise Refused(f"It was signed off by {found.reviewer} on {found.signed_at:%Y-%m-%d} already.", "Nothing was done.")
    if found.progress.left:
        raise Refused(
            f"{found.progress.left:,} of its {found.progress.tokens:,} tokens are undecided.", "Decide about them first."
        )
    reviewer = order.reviewer.strip()
    if not reviewer or not reviewer.isprintable() or len(reviewer) > 200:
        raise Refused("A review is signed with the reviewer's name.", "Type the name as it is to stand on the evidence.")
    values = {"id": found.id, "at": to_ms(now), "by": actor.name, "reviewer": reviewer}
    unit.run("UPDATE review SET signed_at = :at, signed_by = :by, reviewer = :reviewer WHERE id = :id", values)
    detail = {"review": found.id, "did": "sign", "tokens": found.progress.tokens, "reviewer": reviewer}
    seq = record(unit, _entry(actor, order, found.account_id, detail, reason=order.reason), now)
    return ReviewProof(found.id, found.progress.tokens, now, seq)


def _undecided_place(unit: Unit, order: DecideOrder) -> int:
    sql = (
        "SELECT place, decision, decided_by, decided_at FROM review_item "
        "WHERE review_id = :review AND account_id = :account AND token_id = :token"
    )
    rows = unit.rows(sql, {"review": order.review_id, "account": order.key[0], "token": order.key[1]})
    if not rows:
        raise NotFound(f"The token {order.key[1]} is not part of this review.", "Look at its queue.")
    place, decision, by, at = rows[0]
    if decision not in (None, Decision.KEEP):
        raise Refused(
            f"It was decided already: {decision} by {by} at {stamp(from_ms(at))}.", "Only a token that is kept is decided again."
        )
    return int(place)


def _do(unit: Unit, order: DecideOrder, reason: str, now: datetime, mint: Mint | None) -> Issued | None:
    action_id = str(uuid5(NAMESPACE_OID, f"{order.action_id}/action"))
    common: dict[str, Any] = {"key": order.key, "actor": order.actor, "case": order.case, "action_id": action_id}
    common["reason"] = f"review {order.review_id}: {reason}"
    match order.decision:
        case Decision.KEEP | Decision.ENDED:
            return None
        case Decision.REVOKE:
            revoke(unit, RevokeOrder(**common), now)
            return None
        case Decision.REOWN:
            reown(unit, ReownOrder(**common, owner=order.owner), now)
            return None
        case Decision.ROTATE | Decision.NARROW:
            if mint is None:
                raise ValueError("a replacement needs a mint")
            if order.decision is Decision.NARROW and not order.scopes:
                raise Refused("Narrowing needs the scopes that stay.", "Name the few it really uses.")
            scopes = order.scopes if order.decision is Decision.NARROW else None
            return rotate(unit, RotateOrder(**common, scopes=scopes), now, mint).new


def _entry(
    actor: Actor,
    order: OpenReviewOrder | DecideOrder | SignOrder,
    account_id: str | None,
    detail: dict[str, Any],
    *,
    token: Any = None,
    reason: str = "",
) -> Entry:
    named = {"token_id": token["id"], "token_name": token["name"], "scopes": token["scopes"]} if token is not None else {}
    return Entry(
        actor=actor,
        action=Action.REVIEW.value,
        account_id=account_id,
        reason=reason,
        case=order.case,
        detail=detail,
        action_id=order.action_id,
        **named,
    )
