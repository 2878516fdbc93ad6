"""What a triage writes: that it happened, where each token was seen, and the end of those that are verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from store.engine import Unit
from store.errors import Refused
from store.opening import Store
from store.reads.triage import Sighting, Triage
from store.rows import TokenKey
from store.rules.leaks import Verdict
from store.rules.places import ELSEWHERE
from store.rules.roles import Actor, Permission
from store.writes.authority import authorise
from store.writes.ending import CHUNK, Outcome, RevokeManyOrder, new_action_id, revoke_many
from store.writes.exposures import Exposed, ExposeOrder, Seen, TriageOrder, expose, may_record, note_triage


@dataclass(frozen=True, slots=True)
class Acts:
    """Who writes to which store about what was read (`source`), why, under which case, and when it was reported."""

    store: Store
    actor: Actor
    source: str
    reason: str
    case: str | None
    reported_at: datetime | None
    now: datetime


def refuse_early(acts: Acts, *, many: bool) -> None:
    """Refuse what would be refused after all was read: for the role, or a report from the future."""
    if acts.reported_at is not None and acts.reported_at > acts.now:
        raise Refused("The report is from the future.", "Say when it came, in UTC.")

    def work(unit: Unit) -> None:
        may_record(unit, acts.actor)
        if many:
            authorise(unit, acts.actor, Permission.CHANGE_MANY)

    acts.store.write(work)


def record_places(acts: Acts, found: Triage, confirm: int | None) -> Exposed:
    """Put a triage and where each token was seen on record, 100 tokens in a transaction; nothing when the count is another."""
    live = len(found.of(Verdict.VERIFIED))
    if confirm is not None and live != confirm:
        were = "live token was" if live == 1 else "live tokens were"
        raise Refused(
            f"{live:,} {were} verified, but --confirm says {confirm:,}. Nothing was revoked.",
            f"Look at them, then say --confirm {live}.",
        )
    counts = {
        "tokens": len(found.sightings),
        **{verdict.name.lower(): len(found.of(verdict)) for verdict in Verdict if found.of(verdict)},
        "foreign": found.foreign,
        "duplicates": found.duplicates,
        "bytes": found.read,
    }
    note = TriageOrder(source=acts.source, counts=counts, actor=acts.actor, case=acts.case)
    acts.store.write(lambda unit: note_triage(unit, note, acts.now), note.action_id)
    recorded, known, marked = 0, 0, list[TokenKey]()
    for start in range(0, len(found.sightings), CHUNK):
        seen = tuple(one for sighting in found.sightings[start : start + CHUNK] for one in _seen(sighting))
        done = _exposed(acts, seen)
        recorded, known = recorded + done.recorded, known + done.known
        marked += done.marked
    return Exposed(recorded, known, tuple(marked))


def _exposed(acts: Acts, seen: tuple[Seen, ...]) -> Exposed:
    order = ExposeOrder(
        source=acts.source, seen=seen, actor=acts.actor, reason=acts.reason, case=acts.case, reported_at=acts.reported_at
    )
    return acts.store.write(lambda unit: expose(unit, order, acts.now))


def _seen(sighting: Sighting) -> Iterator[Seen]:
    row, verdict = sighting.found.row, sighting.found.verdict
    assert row is not None
    for place, times in sighting.places.items():
        yield Seen(row.key, verdict, place, times)
    if sighting.elsewhere:
        yield Seen(row.key, verdict, ELSEWHERE, sighting.elsewhere)


def revoke_verified(acts: Acts, live: Sequence[Sighting]) -> dict[str, Outcome]:
    """End the tokens, 100 in a transaction, and return what became of each by its id."""
    keys = [TokenKey((one.found.row.account_id, one.found.row.id)) for one in live if one.found.row is not None]
    reason = acts.reason or f"leaked: found in {acts.source}"
    done: dict[str, Outcome] = {}
    whole, bulk = tuple(keys), new_action_id()
    for start in range(0, len(keys), CHUNK):
        items = tuple((key, None) for key in keys[start : start + CHUNK])
        order = RevokeManyOrder(
            items=items, actor=acts.actor, reason=reason, case=acts.case, action_id=new_action_id(), whole=whole, bulk_id=bulk
        )
        done |= {outcome.key[1]: outcome for outcome in _ended(acts, order)}
    return done


def _ended(acts: Acts, order: RevokeManyOrder) -> list[Outcome]:
    return acts.store.write(lambda unit: revoke_many(unit, order, acts.now))
