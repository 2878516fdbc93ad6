"""Keeps the console to who has proven who they are: signs in, asks again, and locks itself when nobody is there.

The store decides what may be done (store.writes.sessions); this asks for the passphrase where it says so, and hides the screen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from textual import events, work

from console.hearing import Hearing
from console.screens.desktop import Desktop

if TYPE_CHECKING:
    from console.screens.signing_in import Why
    from console.session import Session
    from store.errors import SignInNeeded
    from store.opening import Store
    from store.rules.roles import Actor

_TOUCHES = (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)


class Guarding(Hearing):
    """An app that asks for passphrases. `signed_in` begins it once the store is open."""

    session: Session

    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.locked = False
        self._signed_in = False
        self._touched, self._looked = 0.0, -1
        self._door: Store | None = None
        self._waiting: list[asyncio.Future[bool]] = []
        self._later: list[Callable[[], object]] = []

    # Signing in --------------------------------------------------------------------------------------------------

    async def signed_in(self, store: Store, actor: Actor) -> Actor:
        """Return the actor once they have given their passphrase, where one is asked for; nothing is shown before."""
        from console.actor import must_sign_in
        from console.desk import in_thread

        def prove(needed: SignInNeeded) -> bool:
            return bool(self.call_from_thread(self._asked, store, needed))  # type: ignore[arg-type]

        store.prove = prove
        if await in_thread(lambda: must_sign_in(store, actor), "passphrase"):
            from console.screens.signing_in import Why

            self._touch()
            self._door = store
            if not await self._ask(Why.START, store, actor):
                raise asyncio.CancelledError  # the console was left instead: nothing more is begun
            self._signed_in, self._door = True, None
        return actor

    def _ask(self, why: Why, store: Store, actor: Actor, words: str = "") -> asyncio.Future[bool]:
        """Show the box over everything; the answer says whether a right passphrase was given."""
        from console.screens.signing_in import SignInScreen

        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)

        def answered(given: bool) -> None:
            self.locked = False
            self._touch()
            if not future.done():
                future.set_result(given)
            later, self._later = self._later, []
            for do in later:
                do()

        super().push_screen(SignInScreen(self.session, store, actor, why, words, answered))
        self.locked = True
        return future

    async def _asked(self, store: Store, needed: SignInNeeded) -> bool:
        """Ask for what a write needs; runs in the console's own thread while the write waits in another.

        A session that is over can't be gone on with: a new one is begun, and what was to be done has to be done again.
        """
        from console.desk import in_thread
        from console.screens.signing_in import Why
        from store.reads.sessions import session

        actor = self.session.actor
        if actor is None or self.locked:
            return False
        name = actor.session

        def held() -> bool:
            with store.reading() as reader:
                row = session(reader, name)
            return row is not None and bool(row.times.over(store.wall()))

        over = await in_thread(held, "session")
        if over:
            actor = self._renewed(actor)
        given = await self._ask(Why.AGAIN if needed.again else Why.OVER, store, actor, needed.problem)
        self._signed_in = self._signed_in or given
        return given and not over

    def _renewed(self, actor: Actor) -> Actor:
        """Give the sitting another session."""
        self.session.actor = replace(actor, session=uuid4().hex[:12])
        return self.session.actor

    # Locking -----------------------------------------------------------------------------------------------------

    @property
    def idle_limit(self) -> timedelta:
        """Return after how long nobody is thought to be there."""
        from store.rules.sessions import IDLE, idle_limit

        try:
            return idle_limit(self.session.settings.lock_minutes) if self.session.settings.lock_minutes else IDLE
        except ValueError:
            return IDLE

    @property
    def _nobody_here(self) -> bool:
        return self.session.clock.since_boot() - self._touched >= self.idle_limit.total_seconds()

    def lock(self) -> bool:
        """Hide everything until the passphrase is given; False where there is none to ask for. What was begun stays as it is."""
        from console.screens.signing_in import Why

        actor = self.session.actor
        if not self._signed_in or self.locked or actor is None:
            return False
        self._ask(Why.LOCKED, self.session.desk.store, actor)
        return True

    def look_around(self) -> None:
        """Lock when nobody was here for too long, and look at the session when the store has changed; called every second."""
        if self.session.ready and self._looked != self.session.changes:
            self._looked = self.session.changes
            self.look_at_session()
        if self._signed_in and self._nobody_here:
            self.lock()

    @work(exit_on_error=False, description="look at the session")
    async def look_at_session(self) -> None:
        """Tell of what waits for a second person, and ask for the passphrase where this session is over by an admin's hand."""
        from console.desk import Late
        from store.errors import StoreError
        from store.reads.approvals import pending
        from store.reads.sessions import session

        actor = self.session.actor
        if self.locked or actor is None:
            return
        wall = self.session.desk.store.wall()
        try:
            found = await self.session.desk.ask("session", lambda reader: (session(reader, actor.session), pending(reader, wall)))
        except (Late, StoreError):
            return
        row, (asked, broken) = found
        if (asked, broken) != (self.session.asked, self.session.broken):
            self.session.asked, self.session.broken = asked, broken
            for screen in self.screen_stack:
                if isinstance(screen, Desktop):
                    screen.draw_edges()
        over = row.times.over(wall) if row is not None else ""
        if over and self._signed_in and not self.locked:
            from console.screens.signing_in import Why

            self._ask(Why.OVER, self.session.desk.store, self._renewed(actor), f"Your session is over: {over}.")

    def told(self, seen: Any) -> None:
        """Hear of the store in a message of the app's own: a timer that is begun outside of one can't be ended."""
        self.call_later(self.heard, seen)

    def heard(self, seen: Any) -> None:
        """Act on what the store's watch says."""
        raise NotImplementedError

    async def on_event(self, event: events.Event) -> None:
        """Take note that somebody is there; the first key after too long a time, or a sleep, only wakes the lock."""
        if isinstance(event, _TOUCHES) and not event.is_forwarded and self._signed_in:
            self.look_around()
            if self.locked and self._nobody_here:
                self._touch()
                return
            self._touch()
        await super().on_event(event)

    def push_screen(self, *arguments: Any, **given: Any) -> Any:
        """Open a screen; while everything is hidden it waits, and what comes late opens nothing over the lock."""
        if not self.locked:
            return super().push_screen(*arguments, **given)
        self._later.append(lambda: super(Guarding, self).push_screen(*arguments, **given))
        return None

    def on_mount(self) -> None:
        """Begin to look around; Textual calls the `on_mount` of every class."""
        self.set_interval(1.0, self.look_around)

    def exit(self, *arguments: Any, **given: Any) -> None:
        """Leave: whoever still waits for a passphrase is told no, and a store that was opened for nothing is closed."""
        if self._door is not None:
            self._door.close()
        for future in self._waiting:
            if not future.done():
                future.set_result(False)
        super().exit(*arguments, **given)

    def _touch(self) -> None:
        self._touched = self.session.clock.since_boot()
