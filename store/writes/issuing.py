"""Making tokens: new ones, and replacements that overlap with what they replace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from time import perf_counter
from typing import Any

from store.engine import Unit
from store.errors import NotFound, Refused
from store.moments import from_ms, maybe_from_ms, to_ms
from store.reads.policy_rules import rules_for, second_person_rule
from store.reads.scopes import catalogue, pairs
from store.rows import TokenKey
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.expiry import PRESETS, checked_expiry, longest_for, preset_for
from store.rules.granting import checked_scopes, refuse_pair, refuse_unexplained
from store.rules.names import checked_name
from store.rules.notice_words import Event
from store.rules.policies import Limits
from store.rules.policy_rules import overlap_cap, refuse_outside
from store.rules.roles import Actor, Permission
from store.rules.rotation import CHOICES, checked_overlap, default_overlap, old_token_ends, refuse_rotation
from store.rules.scopes import RiskyPair, Tier, is_too_broad, normal, risky_pairs, tier_of
from store.rules.second_person import Kind, wants_second
from store.rules.secrets import Mint, digest_of, hint_of, new_id, new_token
from store.usage.measures import measure_issue
from store.writes.approvals import Wanted, use_approval
from store.writes.audit import Entry
from store.writes.authority import authorise
from store.writes.editing import require_active_member
from store.writes.notices import Draft, queue
from store.writes.orders import Issued, IssueOrder, Rotated, RotateOrder, new_action_id
from store.writes.policies import policy_for, refuse_over_limit
from store.writes.splitting import keep_split, refuse_split, said_of
from store.writes.tokens import Change, Held, add, apply, hold_for


def issue(unit: Unit, order: IssueOrder, now: datetime, mint: Mint) -> Issued:
    """Make a token; its secret is in the answer and nowhere else.

    Raises Refused for the role, the name, an owner who is not active, scopes nobody would understand, a risky pair that
    was not accepted, an admin token without a rationale, an expiry out of bounds or an account at its limit; SignInNeeded
    for an admin token until the passphrase was given again.
    """
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.ISSUE, account=order.account_id))
    if unit.value("SELECT 1 FROM account WHERE id = :id", {"id": order.account_id}) is None:
        raise NotFound(f"There is no account {order.account_id}.", "Check the id; `tokendesk accounts list` shows them.")
    policy = policy_for(unit, order.account_id)
    refuse_over_limit(unit, order.account_id, policy)
    require_active_member(unit, order.account_id, order.owner, "owner")
    if order.creator is not None:
        require_active_member(unit, order.account_id, order.creator, "creator")
    known, risky = catalogue(unit), pairs(unit)
    scopes = checked_scopes(order.scopes, known)
    allowed = rules_for(unit, order.account_id)["allowed_scopes"]
    refuse_outside(allowed, scopes, "Leave it out, or have the policy changed.")
    tier = tier_of(scopes, known)
    second: dict[str, str] = {}
    if tier is Tier.ADMIN:
        authorise(unit, order.actor, Permission.CHANGE_ONE, again=True, doing=Doing(Action.ISSUE, account=order.account_id))
        if wants_second(second_person_rule(unit, [order.account_id]), Kind.ADMIN_TIER):
            subject = {"account": order.account_id, "name": order.name, "owner": order.owner, "scopes": sorted(scopes)}
            what = f"issue the admin token {order.name} to {order.account_id}"
            second = use_approval(unit, actor, Wanted(Kind.ADMIN_TIER, what, subject), order.action_id)
    _refuse_friction(order, scopes, tier, risky)
    row = {
        "account_id": order.account_id,
        "name": checked_name(order.name),
        "environment": order.environment,
        "scopes": " ".join(scopes),
        "tier": tier.value,
        "broad": is_too_broad(scopes, known, risky),
        "owner_id": order.owner,
        "owner_active": True,
        "creator_id": order.creator,
        "rationale": order.rationale.strip(),
        "created_at": to_ms(now),
        "expires_at": to_ms(checked_expiry(order.expires_at, now, policy.max_lifetime_days)),
    }
    if order.split is not None:
        refuse_split(unit, order.account_id, order.split)
    more = {**said_of(order.split), **second}
    issued = _mint(unit, row, Action.ISSUE, actor, order.action_id, order.reason, order.case, now, mint, more)
    if order.split is not None:
        keep_split(unit, order.split, issued)
    return issued


def rotate(unit: Unit, order: RotateOrder, now: datetime, mint: Mint) -> Rotated:
    """Make a replacement and let the old token go on for the overlap, at most until its own expiry.

    The replacement gets the old one's whole lifetime again, not what is left of it; one that never expired gets the
    preset of its tier (decisions.md, «Lifecycle»). Raises Refused for anything but an active token.
    """
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.ROTATE, order.key))
    held = hold_for(unit, order)
    refuse_rotation(held.status(now))
    policy, rules = policy_for(unit, held.key[0]), rules_for(unit, held.key[0])
    tier = Tier(held.row["tier"])
    overlap = order.overlap
    if overlap is None:
        overlap = CHOICES[default_overlap(tier, leaked=held.row["exposed_at"] is not None)]
    cap = overlap_cap(rules, tier, policy.max_overlap_hours)
    if order.overlap is None and cap is not None:
        overlap = min(overlap, cap)
    ends_at = old_token_ends(maybe_from_ms(held.row["expires_at"]), now, checked_overlap(overlap, cap))
    row = _replacement(held, now, tier, policy)
    if order.scopes is not None:
        row |= _narrowed(unit, held, order.scopes)
    refuse_outside(rules["allowed_scopes"], row["scopes"].split(), "Rotate it with fewer scopes, or have the policy changed.")
    new = _mint(unit, row, Action.ISSUE, actor, new_action_id(), order.reason, order.case, now, mint)
    values = {"retires_at": to_ms(ends_at), "replaced_by": new.key[1]}
    detail = {"replaced_by": new.key[1], "retires_at": to_ms(ends_at)}
    change = Change(held, values, Action.ROTATE, actor, order.action_id, order.reason, order.case, detail)
    done = apply(unit, [change], now)[0]
    told = Draft(row=held.row, event=Event.ROTATED, occasion=f"rotated@{new.key[1]}", end=ends_at, case=order.case)
    queue(unit, [told], now)
    return Rotated(done, new, ends_at)


def _replacement(held: Held, now: datetime, tier: Tier, policy: Limits) -> dict[str, Any]:
    old = held.row
    kept = ("account_id", "name", "environment", "scopes", "tier", "broad", "owner_id", "owner_active", "creator_id",
            "creator_active", "rationale")  # fmt: skip
    lifetime = PRESETS[preset_for(tier, old["environment"])]
    if old["expires_at"] is not None:
        lifetime = from_ms(old["expires_at"]) - from_ms(old["created_at"])
    lifetime = min(lifetime, longest_for(policy.max_lifetime_days))
    times = {"created_at": to_ms(now), "rotated_at": to_ms(now), "expires_at": to_ms(now + lifetime)}
    return {**{name: old[name] for name in kept}, **times, "replaces": old["id"]}


def _narrowed(unit: Unit, held: Held, wanted: tuple[str, ...]) -> dict[str, Any]:
    """Return what follows from narrower scopes; raises Refused for a scope the old token does not hold, or none at all."""
    scopes, own = normal(wanted), held.row["scopes"].split()
    if not scopes:
        raise Refused("A token needs at least one scope.", "Choose the few it really uses.")
    more = next((scope for scope in scopes if scope not in own), None)
    if more is not None:
        raise Refused(f"The old token does not hold {more[:60]}.", "A rotation can only narrow; issue a new token for more.")
    known, risky = catalogue(unit), pairs(unit)
    tier = tier_of(scopes, known).value
    return {"scopes": " ".join(scopes), "tier": tier, "broad": is_too_broad(scopes, known, risky)}


def _mint(
    unit: Unit,
    row: dict[str, Any],
    action: Action,
    actor: Actor,
    action_id: str,
    reason: str,
    case: str | None,
    now: datetime,
    mint: Mint,
    more: Mapping[str, str] | None = None,
) -> Issued:
    started = perf_counter()
    token_id = new_id()
    token = new_token(row["environment"], token_id, mint.brand)
    whole = {
        **row,
        "id": token_id,
        "hint": hint_of(token),
        "digest_scheme": f"hmac-sha256:{mint.key_id}",
        "digest": digest_of(token, mint.key),
    }
    entry = Entry(
        actor=actor,
        action=action.value,
        account_id=row["account_id"],
        token_id=token_id,
        token_name=row["name"],
        scopes=row["scopes"],
        reason=reason,
        case=case,
        detail={"expires_at": row["expires_at"], "replaces": row.get("replaces"), **(more or {})},
        action_id=action_id,
    )
    seq = add(unit, [(whole, entry)], now)[0]
    measure_issue(unit, to_ms(now), int((perf_counter() - started) * 1_000_000))
    key = TokenKey((row["account_id"], token_id))
    return Issued(key, row["name"], token, whole["hint"], from_ms(row["expires_at"]), now, seq)


def _refuse_friction(order: IssueOrder, scopes: tuple[str, ...], tier: Tier, pairs: tuple[RiskyPair, ...]) -> None:
    refuse_unexplained(tier, order.rationale)
    risky = risky_pairs(scopes, pairs)
    if risky and not order.accept_risk:
        refuse_pair(risky[0])
