"""One change to one token: find it, ask, carry it out, print the proof. Every command that changes a token goes this way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from console.cli.asking import confirmed
from console.cli.finding import the_token
from console.cli.output import print_record, say, show
from console.cli.place import Place, now_at
from console.cli.telling import blast_sentences
from console.reports.cells import Value, stamped
from console.reports.freshness import freshness_sentence
from store.engine import Unit
from store.errors import Denied, StoreError
from store.opening import Store
from store.reads.blast import blast
from store.reads.usage import freshness
from store.rows import TokenRow
from store.rules.roles import Actor, Permission, require
from store.rules.secrets import Secret
from store.writes.orders import Changed, Issued

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Given:
    """What every change can be given: why, for which case, whether to ask, and what to print."""

    token: str
    reason: str = ""
    case: str | None = None
    yes: bool = False
    as_json: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """The token to change as it was shown, who changes it, and when."""

    store: Store
    row: TokenRow
    actor: Actor
    now: datetime
    given: Given

    @property
    def order(self) -> dict[str, Any]:
        """Return what every order carries; a change since the question was shown refuses it."""
        seq = None if self.given.yes else self.row.audit_seq
        return {
            "key": self.row.key,
            "actor": self.actor,
            "reason": self.given.reason,
            "case": self.given.case,
            "expected_seq": seq,
        }

    def ask(self, verb: str, *effects: str) -> None:
        """Ask once, naming the token and what stops; ends the command unless the answer is yes."""
        confirmed(self.given.yes, [token_words(self.row), *effects], f"{verb} it")

    def what_stops(self) -> str:
        """Say in words what calls with the token and what else could take over."""
        with self.store.reading() as reader:
            found, fresh = blast(reader, self.row, self.now), freshness(reader)
        return " ".join((*blast_sentences(self.row, found, self.now, fresh), freshness_sentence(fresh)))


@contextmanager
def target(place: Place, given: Given) -> Iterator[Target]:
    """Open the store and find the token; raises Refused at once in a read-only run."""
    with place.open() as store:
        actor = place.actor(store)
        now = now_at(store)
        if actor.read_only:
            _refuse(store, actor, given.token, now)
        yield Target(store, the_token(store, given.token, now), actor, now, given)


def _refuse(store: Store, actor: Actor, named: str, now: datetime) -> None:
    """Raise Denied; it says of which token, where there is one of that name."""
    try:
        require(actor, Permission.CHANGE_ONE)
    except Denied as denied:
        with suppress(StoreError):
            denied.key = the_token(store, named, now).key
        raise


def carried_out(store: Store, work: Callable[[Unit], T], action_id: str) -> T:
    """Run a change in one transaction and return its proof."""
    return store.write(work, action_id)


def print_changed(proof: Changed, words: str, as_json: bool, **more: Value) -> None:
    """Print the proof of a change: `words` for a person, or one JSON object."""
    if as_json:
        account, token = proof.key
        record: dict[str, Value] = {"id": token, "account": account, "name": proof.name, "action": proof.action}
        print_record({**record, "at": stamped(proof.at), "audit_seq": proof.seq, **more})
    else:
        show(f"{words} (audit #{proof.seq}).")


def print_issued(proof: Issued, words: str, as_json: bool, **more: Value) -> None:
    """Print a new token's secret, once: alone on standard output, or as `token` in one JSON object."""
    account, token = proof.key
    if as_json:
        record: dict[str, Value] = {"id": token, "account": account, "name": proof.name, "hint": proof.hint}
        record |= {"expires_at": stamped(proof.expires_at), "at": stamped(proof.at), "audit_seq": proof.seq}
        print_record({**record, **more, "token": proof.token.reveal()})
    else:
        print(_secret_line(proof.token))
    say(f"{words} (audit #{proof.seq}).")
    say("The line on standard output is the only copy of the secret: put it in a vault now, it can't be shown again.")


def _secret_line(secret: Secret) -> str:
    return secret.reveal()


def token_words(row: TokenRow) -> str:
    """Name a token for a question: its public id first, because names can be faked."""
    works = f"env {row.environment}, {row.tier.value}"
    return f"{row.account_id}/{row.id} (ends in {row.hint or '?'}), {works}: {row.name or '(no name)'}"
