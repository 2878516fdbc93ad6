"""An incident on top of the scenarios' store: one token suspended, one ended before, one that still works; and a closed case."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.engine import Unit
from store.opening import Store
from store.rules.cases import Page
from store.rules.leaks import Verdict
from store.rules.roles import Actor, Role
from store.writes.cases import CaseOrder, NoteOrder, OpenOrder, close_case, note, note_usage_read, open_case
from store.writes.editing import look_up
from store.writes.ending import suspend
from store.writes.exposures import ExposeOrder, Seen, expose
from store.writes.orders import LookUpOrder, SuspendOrder
from tests.conftest import NOW
from tests.scenario import key_of

INC, OLD = "INC-204", "INC-187"
MARCO = Actor("marco", Role.ADMIN)
PRIYA = Actor("priya", Role.ADMIN)


def fill_incident(store: Store) -> None:
    """Work on INC-204 for 40 minutes before NOW; INC-187 was closed two days ago."""
    store.write(_work)


def _work(unit: Unit) -> None:
    def ago(minutes: float) -> datetime:
        return NOW - timedelta(minutes=minutes)

    old = ago(3 * 1_440)
    open_case(unit, OpenOrder(case=OLD, actor=MARCO, words="Nightly export stopped"), old)
    close_case(unit, CaseOrder(case=OLD, actor=MARCO, words="its token had expired"), ago(2 * 1_440))
    open_case(unit, OpenOrder(case=INC, actor=MARCO, words="Crux token in a public repository"), ago(43))
    for short, minutes in (("T08", 40), ("T13", 36), ("T09", 30)):
        look_up(unit, LookUpOrder(key=key_of(short), actor=MARCO, case=INC), ago(minutes))
    seen = (Seen(key_of("T08"), Verdict.VERIFIED, "sync/settings.py, line 12", 2),)
    expose(unit, ExposeOrder(source="github.com/crux/sync", seen=seen, actor=MARCO, case=INC), ago(39))
    stop = SuspendOrder(
        key=key_of("T08"), actor=MARCO, case=INC, message="Call us about INC-204.", until=NOW + timedelta(hours=3)
    )  # fmt: skip
    suspend(unit, stop, ago(38))
    note_usage_read(unit, INC, key_of("T08"), Page.USAGE, MARCO, ago(33))
    note(unit, NoteOrder(case=INC, actor=PRIYA, words="by phone", told="Kim of Crux", told_at=ago(25)), ago(22))
