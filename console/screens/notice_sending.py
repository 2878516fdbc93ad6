"""Sending what waits from the list of notices: a question that says how many and which way, then one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.dialogs.question import Answer, Asked, Question
from console.render.counts import counted, many
from console.render.due_pages import progress_bar
from console.render.pieces import Line
from console.render.sheet import line
from store.errors import StoreError

if TYPE_CHECKING:
    from console.notices.result import Way
    from console.notices.sending import Sent
    from console.screens.notices import NoticesScreen
    from store.opening import Store
    from store.rules.digests import Digest

SHOW_S = 0.5
"""How often sending says how far it is."""

MOST = 1_000
"""So many notices are sent in one run, as by the command."""


@dataclass(slots=True)
class Sending:
    """A run that is under way: `done` notices are settled of about `total`; `stop` ends it after the one being sent."""

    total: int
    done: int = 0
    stop: bool = False

    def heard(self, *_: object) -> None:
        """Count a notice; called in the thread that sends."""
        self.done += 1
        self.total = max(self.total, self.done)

    @property
    def words(self) -> Line:
        """Say how far it is."""
        after = "Stopping after this one." if self.stop else "Esc stops after this one."
        return line("Sending  ", *progress_bar(self.done, self.total, 40), (f"   {after}", "quiet"))


async def ask_send(screen: NoticesScreen, argument: str) -> None:
    """Ask whether to send; says why not where it is not set up, or this is a demo store. `argument` may be day or week."""
    from console.notices.ways import ways
    from store.errors import Refused
    from store.reads.notices import counts
    from store.rules.digests import digest_of
    from store.rules.notices import NoticeState

    session = screen.session
    store = session.desk.store
    try:
        if store.facts.demo_now is not None:
            raise Refused("A demo store tells nobody.", "Enter shows word for word what would be sent.")
        digest = digest_of(argument or session.settings.digest)
        found = ways(session.settings, store.facts.store_id)
        waiting = (await session.desk.ask("waiting", counts))[NoticeState.WAITING]
    except StoreError as error:
        screen.explain(error)
        return
    by = " and ".join(f"by {way.name}" for way in found)
    together = f"Warnings of one person go in one mail, at most one a {digest}. " if digest is not None else ""
    says = (
        line(
            (f"{counted(waiting, 'notice')} {many(waiting, 'waits')}. ", "strong"),
            "Whatever is due by now is put in line first, and sent as well.",
        ),
        line(f"They are sent {by}, under your name. {together}An account's policy may say otherwise."),
        line(("A mail that was sent cannot be taken back.", "danger")),
    )
    filed = f"filed under {session.case}" if session.case else ""
    asked = Asked("Send what waits?", f"up to {MOST:,} notices", line((f"   {by}", "accent")), filed, says, keep="send nothing")

    def begin() -> None:
        screen.in_background(send, screen, found, digest, waiting, description="send notices")

    answers = {"y": Answer("send them", begin)}
    screen.ask(
        Question(asked, answers, session.clock.monotonic(), lambda why: screen.say(f"Nothing was sent.{why}"), style="danger")
    )


async def send(screen: NoticesScreen, found: Sequence[Way], digest: Digest | None, waiting: int) -> None:
    """Find what is due and send what waits, one notice after the other; each is on record before the next one goes."""
    from console.notices.sending import send_waiting
    from store.rules.notices import WARN_DAYS, warn_days
    from store.writes.notices_due import queue_due

    session, actor = screen.session, screen.session.actor
    assert actor is not None
    sending = screen.sending = Sending(waiting)
    days = warn_days(session.settings.warn_days) if session.settings.warn_days else WARN_DAYS

    def run(store: Store) -> Sent:
        sending.total += queue_due(store, actor, session.now, days).total
        return send_waiting(
            store, found, actor, lambda: session.now, MOST, sending.heard, digest, stop=lambda: sending.stop
        )  # fmt: skip

    ticking = screen.set_interval(SHOW_S, lambda: screen.say(*sending.words))
    screen.say(*sending.words)
    try:
        done = await session.desk.carry(run)
    except StoreError as error:
        screen.explain(error)
    else:
        counts = f"{done.sent:,} sent, {done.later:,} to be tried again, {done.dead:,} dead"
        why = f". It ended early: {done.stopped}" if done.stopped else ". It was stopped; the rest waits" if sending.stop else ""
        screen.say(("DONE ", "good" if not done.dead and not done.stopped else "finding"), f"{counts}{why}.")
    finally:
        ticking.stop()
        screen.sending = None
        if screen.is_mounted:
            screen.read_again()
