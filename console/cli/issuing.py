"""Making a token from the command line: what was wished for, its review, and the secret printed once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from console.cli.asking import confirmed
from console.cli.change import print_issued
from console.cli.place import Place, now_at
from console.cli.times import later
from store.errors import BadInput
from store.reads.scopes import catalogue
from store.rows import TokenKey
from store.rules.expiry import PRESETS, checked_expiry, expiry_sentence, preset_for
from store.rules.roles import Permission, require
from store.rules.scopes import Scope, normal, tier_of
from store.rules.secrets import ENVIRONMENTS
from store.usage.attempts import issuing
from store.writes.issuing import issue
from store.writes.orders import IssueOrder, Split


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody typed; `scopes` may also be one text with commas or spaces."""

    account: str
    name: str
    owner: str
    scopes: tuple[str, ...]
    expires: str | None
    environment: str
    creator: str | None
    rationale: str
    accept_risk: bool
    split_from: str = ""
    program: str = ""


def issue_wish(place: Place, wish: Wish, reason: str, case: str | None, yes: bool, as_json: bool) -> None:
    """Ask with everything the token will be (requirement L10), make it, print its secret once."""
    if wish.environment not in ENVIRONMENTS:
        raise BadInput(f"There is no environment “{wish.environment[:20]}”.", f"Use {' or '.join(ENVIRONMENTS)}.")
    scopes = normal(part for text in wish.scopes for part in text.replace(",", " ").split())
    with place.open() as store:
        actor = place.actor(store)
        if actor.read_only:
            require(actor, Permission.CHANGE_ONE)
        now = now_at(store)
        with store.reading() as reader:
            known = catalogue(reader)
        preset = PRESETS[preset_for(tier_of(scopes, known), wish.environment)]
        expires_at = later(wish.expires, now, "--expires") if wish.expires else now + preset
        order = IssueOrder(
            account_id=wish.account,
            name=wish.name,
            owner=wish.owner,
            creator=wish.creator,
            environment=wish.environment,
            scopes=scopes,
            expires_at=expires_at,
            rationale=wish.rationale,
            accept_risk=wish.accept_risk,
            actor=actor,
            reason=reason,
            case=case,
            split=_split(wish),
        )
        checked_expiry(expires_at, now, None)
        confirmed(yes, list(_review(order, known, now)), "issue it")
        mint = store.mint()
        proof = issuing(store, lambda unit: issue(unit, order, now, mint), order.action_id, now)
    print_issued(proof, f"Issued {proof.key[0]}/{proof.key[1]}, {proof.name}. {expiry_sentence(expires_at, now)}", as_json)


def _split(wish: Wish) -> Split | None:
    """Return which shared token it takes something over from; raises BadInput where only half of it is said."""
    if bool(wish.split_from) != bool(wish.program):
        raise BadInput("A token that is split off needs --split-from and --program.", "Give both, or none.")
    token = wish.split_from.rpartition("/")[2]
    return Split(TokenKey((wish.account, token)), wish.program) if wish.program else None


def _review(order: IssueOrder, known: dict[str, Scope], now: datetime) -> Iterator[str]:
    yield f"A new token for {order.account_id}, env {order.environment}, {tier_of(order.scopes, known).value}: {order.name}"
    for name in order.scopes:
        scope = known.get(name)
        yield f"  {name}: can {scope.can}; cannot {scope.cannot}" if scope else f"  {name}: not in the catalogue"
    yield f"  owner {order.owner}, creator {order.creator or 'our staff'}"
    yield f"  {expiry_sentence(order.expires_at, now)}. The secret is printed once."
