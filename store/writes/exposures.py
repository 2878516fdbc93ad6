"""Putting on record where our tokens were seen in the open, once each, and that a text was searched for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from store.engine import Unit
from store.errors import Denied, Lack, Refused
from store.moments import maybe_ms, to_ms
from store.rows import TokenKey
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.leaks import PROVEN, Verdict
from store.rules.notice_words import Event
from store.rules.places import UNSAID, clean_place
from store.rules.roles import Actor, Permission, Role, allows
from store.usage.batches import insert_rows
from store.writes.audit import Entry, record, record_many
from store.writes.authority import authorise
from store.writes.notices import Draft, queue
from store.writes.orders import new_action_id
from store.writes.tokens import Change, Held, apply, hold_many

_KEY = ("account_id", "token_id", "source", "place")
_BETTER = ("verdict", "times", "reported_at", "case_id")
_COLUMNS = (*_KEY, *_BETTER, "found_at", "recorded_by")
_KNOWN = f"""
SELECT {", ".join(_COLUMNS)} FROM exposure WHERE account_id = :account AND token_id = :token AND source = :source
"""
_UPDATE = f"""
UPDATE exposure SET {", ".join(f"{name} = :{name}" for name in _BETTER)}
WHERE {" AND ".join(f"{name} = :{name}" for name in _KEY)}
"""
CHUNK = 100
"""The most tokens recorded in one transaction, like those that are revoked in one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A token of ours in one place: what was found out about it there, and how often it stands there."""

    key: TokenKey
    verdict: Verdict
    place: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposeOrder:
    """Record where tokens were seen. `source` says what was read; `reported_at` when somebody told us, None: nobody did."""

    source: str
    seen: tuple[Seen, ...]
    actor: Actor
    reason: str = ""
    case: str | None = None
    reported_at: datetime | None = None
    action_id: str = field(default_factory=new_action_id)


@dataclass(frozen=True, slots=True)
class Exposed:
    """Proof of what is on record now: places that are new or better known, places that were known, tokens newly marked."""

    recorded: int
    known: int
    marked: tuple[TokenKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageOrder:
    """Note that a text was searched: `counts` holds numbers only, never a word of the text."""

    source: str
    counts: Mapping[str, int]
    actor: Actor
    case: str | None = None
    action_id: str = field(default_factory=new_action_id)


def may_record(unit: Unit, actor: Actor) -> Actor:
    """Return the actor with the role the store gives them; raises Refused when they may only look at what leaked."""
    actor = authorise(unit, actor, Permission.IDENTIFY, doing=Doing(Action.EXPOSE))
    if not allows(actor.role, Permission.CHANGE_ONE):
        able = ", ".join(role for role in Role if allows(role, Permission.CHANGE_ONE))
        raise Denied(
            Lack.ROLE,
            f"The role {actor.role} may look for leaked tokens, but not put them on record or under a case.",
            f"Only look, or ask someone with one of the roles {able}.",
        )
    return authorise(unit, actor, Permission.CHANGE_ONE, doing=Doing(Action.EXPOSE))


def note_triage(unit: Unit, order: TriageOrder, now: datetime) -> int:
    """Record that a text was searched for tokens, with how many were found, and return the audit number."""
    actor = authorise(unit, order.actor, Permission.IDENTIFY, doing=Doing(Action.LOOK_UP, target="triage"))
    detail = {"did": "triage", "source": clean_place(order.source), **order.counts}
    entry = Entry(actor, Action.LOOK_UP.value, case=order.case, detail=detail, action_id=order.action_id)
    return record(unit, entry, now)


def expose(unit: Unit, order: ExposeOrder, now: datetime) -> Exposed:
    """Record up to 100 tokens' places, each with an audit line of its own, and mark those whose secret is proven as exposed.

    A marked token works as before, but never resumes by itself. The same source and place again change nothing: `found_at`
    and the first verdict stay, `times` is the most that was ever counted there. A case, a report or a proof that was
    missing is added; a place of another case stays there, and its token joins this one too. Tokens that are gone are left
    out. Raises Refused for the role, or a report from the future.
    """
    actor = may_record(unit, order.actor)
    if order.reported_at is not None and order.reported_at > now:
        raise Refused("The report is from the future.", "Say when it came, in UTC.")
    source = clean_place(order.source) or UNSAID
    held = {one.key: one for one in hold_many(unit, list(dict.fromkeys(seen.key for seen in order.seen)))}
    if len(held) > CHUNK:
        raise ValueError(f"at most {CHUNK} tokens in one transaction")
    wanted = _wanted(order, source, actor, held, now)
    known = _known(unit, list(held), source)
    new = [row for key, row in wanted.items() if key not in known]
    better = [merged for key, row in wanted.items() if key in known and (merged := _merged(known[key], row)) != known[key]]
    if new:
        insert_rows(unit, "exposure", new)
    if better:
        unit.run_each(_UPDATE, better)
    if new or better:
        unit.changed.add("exposure")
    order = replace(order, actor=actor, source=source)
    marked = _audit(unit, order, [*new, *better], held, now)
    _join(unit, order, [known[key] for key in wanted if key in known], held, now)
    return Exposed(len(new) + len(better), len(wanted) - len(new) - len(better), marked)


def _wanted(
    order: ExposeOrder, source: str, actor: Actor, held: Mapping[TokenKey, Held], now: datetime
) -> dict[tuple[str, ...], dict[str, Any]]:
    """Return one row for each token and place; of one place seen twice the proven verdict, and all of its times."""
    wanted: dict[tuple[str, ...], dict[str, Any]] = {}
    for seen in order.seen:
        if seen.key not in held:
            continue
        row: dict[str, Any] = {
            "account_id": seen.key[0],
            "token_id": seen.key[1],
            "source": source,
            "place": clean_place(seen.place),
            "verdict": seen.verdict.value,
            "found_at": to_ms(now),
            "reported_at": maybe_ms(order.reported_at),
            "times": seen.times,
            "case_id": order.case,
            "recorded_by": actor.name,
        }
        key = tuple(row[name] for name in _KEY)
        earlier = wanted.get(key)
        if earlier is not None:
            row = {**_merged(earlier, row), "times": earlier["times"] + row["times"]}
        wanted[key] = row
    return wanted


def _known(unit: Unit, keys: Sequence[TokenKey], source: str) -> dict[tuple[str, ...], dict[str, Any]]:
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for account_id, token_id in keys:
        for values in unit.rows(_KNOWN, {"account": account_id, "token": token_id, "source": source}):
            row = dict(zip(_COLUMNS, values, strict=True))
            found[tuple(row[name] for name in _KEY)] = row
    return found


def _merged(kept: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is on record with what another look at the same place adds to it."""
    proven = Verdict(kept["verdict"]) not in PROVEN and Verdict(row["verdict"]) in PROVEN
    return {
        **kept,
        "verdict": row["verdict"] if proven else kept["verdict"],
        "times": max(kept["times"], row["times"]),
        "reported_at": row["reported_at"] if kept["reported_at"] is None else kept["reported_at"],
        "case_id": kept["case_id"] or row["case_id"],
    }


def _audit(
    unit: Unit, order: ExposeOrder, rows: Sequence[Mapping[str, Any]], held: Mapping[TokenKey, Held], now: datetime
) -> tuple[TokenKey, ...]:
    """Write a line for each token that something new is known of; the line of a newly marked one vouches for its state."""
    changes: list[Change] = []
    entries: list[Entry] = []
    for key, one in held.items():
        own = [row for row in rows if (row["account_id"], row["token_id"]) == tuple(key)]
        if not own:
            continue
        proven = any(Verdict(row["verdict"]) in PROVEN for row in own)
        first = next((row for row in own if Verdict(row["verdict"]) in PROVEN), own[0])
        detail = {
            "source": order.source,
            "place": first["place"],
            "places": len(own),
            "times": sum(row["times"] for row in own),
            "verdict": first["verdict"],
        }
        action_id = str(uuid5(NAMESPACE_OID, f"{order.action_id}/{key[0]}/{key[1]}"))
        if proven and one.row["exposed_at"] is None:
            values = {"exposed_at": to_ms(now)}
            changes.append(Change(one, values, Action.EXPOSE, order.actor, action_id, order.reason, order.case, detail))
        else:
            entries.append(_entry(order, one, action_id, detail))
    if changes:
        apply(unit, changes, now)
    record_many(unit, entries, now)
    occasion = f"exposed@{to_ms(now)}"
    told = [Draft(row=change.held.row, event=Event.EXPOSED, occasion=occasion, case=order.case) for change in changes]
    queue(unit, told, now)
    return tuple(change.held.key for change in changes)


def _join(
    unit: Unit, order: ExposeOrder, known: Sequence[Mapping[str, Any]], held: Mapping[TokenKey, Held], now: datetime
) -> None:
    """Write one line under the case, once, for each token that is on record in the same place for another case."""
    elsewhere: dict[TokenKey, list[Mapping[str, Any]]] = {}
    for row in known:
        if order.case is not None and row["case_id"] not in (None, order.case):
            elsewhere.setdefault(TokenKey((row["account_id"], row["token_id"])), []).append(row)
    entries = []
    for key, rows in elsewhere.items():
        action_id = str(uuid5(NAMESPACE_OID, f"seen/{order.case}/{key[0]}/{key[1]}"))
        if unit.value("SELECT 1 FROM audit WHERE action_id = :id", {"id": action_id}) is None:
            detail = {"source": order.source, "place": rows[0]["place"], "places": len(rows), "verdict": rows[0]["verdict"]}
            entries.append(_entry(order, held[key], action_id, detail))
    record_many(unit, entries, now)


def _entry(order: ExposeOrder, held: Held, action_id: str, detail: Mapping[str, Any]) -> Entry:
    return Entry(
        actor=order.actor,
        action=Action.EXPOSE.value,
        account_id=held.key[0],
        token_id=held.key[1],
        token_name=held.row["name"],
        scopes=held.row["scopes"],
        reason=order.reason,
        case=order.case,
        detail=detail,
        action_id=action_id,
    )
