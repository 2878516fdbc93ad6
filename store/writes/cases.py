"""Keeping a case: open, name a token, note, tell, close, reopen. Each is one audit line, filed under the case itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from store.engine import Unit
from store.errors import NotFound, Refused
from store.moments import from_ms, stamp, to_ms
from store.rows import TokenKey
from store.rules.actions import Action
from store.rules.cases import Did, Page, checked_case
from store.rules.denials import Doing
from store.rules.roles import Actor, Permission, allows
from store.writes.audit import Entry, record
from store.writes.authority import authorise
from store.writes.case_opening import insert_cases
from store.writes.orders import new_action_id
from store.writes.tokens import hold

LONGEST = 2_000
"""More characters than a note should have; longer stories belong in the ticket."""

_COLUMNS = ("title", "opened_at", "opened_by", "closed_at")
_CLOSE = "UPDATE case_file SET closed_at = :at WHERE id = :case"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOrder:
    """What everything that is done to a case carries; `words` is its title, note or reason, kept where it can be erased."""

    case: str
    actor: Actor
    words: str = ""
    action_id: str = field(default_factory=new_action_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder(CaseOrder):
    """Open a case; `words` is its title, `key` the token it is about, if one is known."""

    key: TokenKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenOrder(CaseOrder):
    """Name a token in a case, or set it aside with a reason."""

    key: TokenKey


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteOrder(CaseOrder):
    """Write a note. With `told` it is a notice: who was told, and when (`told_at`, by default now)."""

    told: str = ""
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseProof:
    """Proof that something was done to a case: what, when, and the number of its audit line."""

    case: str
    did: Did
    at: datetime
    seq: int


def open_case(unit: Unit, order: OpenOrder, now: datetime) -> CaseProof:
    """Open a case. One that an action opened without a title is given it.

    Raises Refused for the role, a name that can't be one, or a case that is there already; NotFound for its token.
    """
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.CASE, target=order.case))
    case, title = checked_case(order.case), _checked(order.words)
    held = _row(unit, case)
    if held is None:
        insert_cases(unit, [(case, title, to_ms(now), actor.name)])
        return _done(unit, Did.OPEN, order, case, actor, now, key=order.key)
    if held["closed_at"] is not None:
        raise Refused(f"{case} was closed at {stamp(from_ms(held['closed_at']))}.", "Reopen it to go on with it.")
    if title and not held["title"]:
        unit.run("UPDATE case_file SET title = :title WHERE id = :case", {"title": title, "case": case})
        return _done(unit, Did.TITLE, order, case, actor, now, key=order.key)
    raise Refused(
        f"{case} is open already, since {stamp(from_ms(held['opened_at']))} by {held['opened_by']}.",
        "File what follows under it, or choose another name.",
    )


def name_token(unit: Unit, order: TokenOrder, now: datetime) -> CaseProof:
    """Say that a case is about a token, or is again. A case that is not there yet is opened."""
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.CASE, target=order.case))
    return _done(unit, Did.NAMED, order, checked_case(order.case), actor, now, key=order.key)


def open_or_name(unit: Unit, order: OpenOrder, now: datetime) -> CaseProof:
    """Open a case for a token, or take the token into the case of this name that is there."""
    if order.key is None or _row(unit, checked_case(order.case)) is None:
        return open_case(unit, order, now)
    named = TokenOrder(case=order.case, actor=order.actor, words=order.words, key=order.key, action_id=order.action_id)
    return name_token(unit, named, now)


def set_aside(unit: Unit, order: TokenOrder, now: datetime) -> CaseProof:
    """Say that a token which was looked at is no part of the case, and why. Raises Refused without a reason."""
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.CASE, target=order.case))
    _held(unit, order.case)
    _worded(order, "Setting a token aside needs a reason.")
    return _done(unit, Did.ASIDE, order, order.case, actor, now, key=order.key)


def note(unit: Unit, order: NoteOrder, now: datetime) -> CaseProof:
    """Write a note under a case, or (`told`) that somebody was told. Raises NotFound, or Refused for an empty one."""
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.CASE, target=order.case))
    _held(unit, order.case)
    if not order.told.strip():
        _worded(order, "A note needs words.")
        return _done(unit, Did.NOTE, order, order.case, actor, now)
    told_at = order.told_at or now
    if told_at > now:
        raise Refused("Nobody was told in the future.", "Say when they were told, in UTC.")
    words = ": ".join(part.strip() for part in (order.told, order.words) if part.strip())
    return _done(unit, Did.NOTICE, order, order.case, actor, now, words=words, told_at=to_ms(told_at))


def close_case(unit: Unit, order: CaseOrder, now: datetime) -> CaseProof:
    """Close a case with a note on what came of it. What still names it afterwards is filed all the same."""
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.CASE, target=order.case))
    held = _held(unit, order.case)
    if held["closed_at"] is not None:
        raise Refused(f"{order.case} was closed at {stamp(from_ms(held['closed_at']))}.", "There is nothing to close.")
    _worded(order, "Closing a case needs a note: what came of it?")
    unit.run(_CLOSE, {"at": to_ms(now), "case": order.case})
    return _done(unit, Did.CLOSE, order, order.case, actor, now)


def reopen_case(unit: Unit, order: CaseOrder, now: datetime) -> CaseProof:
    """Open a closed case again, and say why."""
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.CASE, target=order.case))
    held = _held(unit, order.case)
    if held["closed_at"] is None:
        raise Refused(f"{order.case} is open.", "There is nothing to reopen.")
    _worded(order, "Reopening a case needs a reason.")
    unit.run(_CLOSE, {"at": None, "case": order.case})
    return _done(unit, Did.REOPEN, order, order.case, actor, now)


def note_usage_read(unit: Unit, case: str, key: TokenKey, page: Page, actor: Actor, now: datetime) -> int | None:
    """Record that somebody read what a token did, once for each token, page and case; None when it is on record already.

    Whoever may not file under a case may read all the same: nothing is recorded for them.
    """
    actor = authorise(unit, actor, Permission.SEE, doing=Doing(Action.LOOK_UP, key))
    if actor.read_only or not allows(actor.role, Permission.CHANGE_ONE):
        return None
    action_id = str(uuid5(NAMESPACE_OID, f"{page}/{case}/{key[0]}/{key[1]}"))
    if unit.value("SELECT 1 FROM audit WHERE action_id = :id", {"id": action_id}) is not None:
        return None
    row = hold(unit, key).row
    entry = Entry(
        actor=actor, action=Action.LOOK_UP.value, account_id=key[0], token_id=key[1], token_name=row["name"],
        scopes=row["scopes"], case=case, detail={"did": page.value}, action_id=action_id,
    )  # fmt: skip
    return record(unit, entry, now)


def _row(unit: Unit, case: str) -> dict[str, Any] | None:
    """Return a case, locked until the transaction ends, or None."""
    lock = "" if unit.is_sqlite else " FOR UPDATE"
    found = unit.rows(f"SELECT {', '.join(_COLUMNS)} FROM case_file WHERE id = :case{lock}", {"case": case})
    return dict(zip(_COLUMNS, found[0], strict=True)) if found else None


def _held(unit: Unit, case: str) -> dict[str, Any]:
    held = _row(unit, case)
    if held is None:
        raise NotFound(
            f"There is no case {case[:60]}.", "`tokendesk cases list` lists them; the first action under one opens it."
        )
    return held


def _checked(words: str) -> str:
    words = words.strip()
    if len(words) > LONGEST:
        raise Refused(f"That is longer than {LONGEST:,} characters.", "Put the whole story into the ticket.")
    return words


def _worded(order: CaseOrder, problem: str) -> None:
    if not _checked(order.words):
        raise Refused(problem, "Say it in a few words.")


def _done(
    unit: Unit,
    did: Did,
    order: CaseOrder,
    case: str,
    actor: Actor,
    now: datetime,
    *,
    key: TokenKey | None = None,
    words: str | None = None,
    told_at: int | None = None,
) -> CaseProof:
    row: dict[str, Any] = dict(hold(unit, key).row) if key is not None else {}
    detail: dict[str, Any] = {"did": did.value}
    if told_at is not None:
        detail["told_at"] = told_at
    entry = Entry(
        actor=actor, action=Action.CASE.value, account_id=row.get("account_id"), token_id=row.get("id"),
        token_name=row.get("name", ""), scopes=row.get("scopes", ""), reason=_checked(order.words if words is None else words),
        case=case, detail=detail, action_id=order.action_id,
    )  # fmt: skip
    unit.changed.add("case_file")
    return CaseProof(case, did, now, record(unit, entry, now))
