"""What a drill that plays by itself does: the calls to the store that the commands make."""

from __future__ import annotations

from datetime import timedelta

from console.cli.triage_acts import Acts, record_places
from console.drill.stage import CASE, Stage
from store.engine import Unit
from store.reads.triage import triage
from store.rules.cases import Page
from store.writes.cases import CaseOrder, NoteOrder, close_case, note, note_usage_read
from store.writes.ending import revoke, suspend
from store.writes.orders import RevokeOrder, SuspendOrder

MESSAGE = "This token was leaked: call us."
PAUSE = timedelta(hours=4)


def find_it(stage: Stage) -> None:
    """Search the leaked text and put on record what was found, under a case that opens by that."""
    now = stage.now()
    acts = Acts(stage.store, stage.actor, stage.leaked.name, "a drill", CASE, None, now)
    mint = stage.store.mint()
    with stage.store.reading() as reader, stage.leaked.open("rb") as stream:
        found = triage(reader, stream, now, mint)
    record_places(acts, found, None)


def stop_it(stage: Stage) -> None:
    """Suspend the token with a message to its callers."""
    now = stage.now()
    order = SuspendOrder(
        key=stage.key, actor=stage.actor, reason="leaked", case=CASE, message=MESSAGE, until=now + PAUSE
    )  # fmt: skip
    stage.store.write(lambda unit: suspend(unit, order, now), order.action_id)


def end_it(stage: Stage) -> None:
    """Revoke the token."""
    order = RevokeOrder(key=stage.key, actor=stage.actor, reason=f"leaked: found in {stage.leaked.name}", case=CASE)
    stage.store.write(lambda unit: revoke(unit, order, stage.now()), order.action_id)


def finish(stage: Stage) -> None:
    """Read what the token did, say who was told, and close the case with a note."""
    actor = stage.actor

    def work(unit: Unit) -> None:
        now = stage.now()
        note_usage_read(unit, CASE, stage.key, Page.TIMELINE, actor, now)
        note(unit, NoteOrder(case=CASE, actor=actor, words="by phone", told="the account's admin"), now)
        close_case(unit, CaseOrder(case=CASE, actor=actor, words="revoked; build logs no longer trace commands"), now)

    stage.store.write(work)
