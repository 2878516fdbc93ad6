"""A person at the console for tests: presses keys on a real store, with a stopwatch that moves only when told."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from textual.pilot import Pilot

from console.app import Console
from console.clock import Clock
from console.desk import THREADS
from console.screens.tokens import TokensScreen
from console.settings import Memory, Settings
from store.opening import Store
from store.rows import AuditRow, TokenKey, TokenRow
from tests.conftest import NOW

PATIENCE = 1_500
"""So many looks, a hundredth of a second apart, before a test gives up on something that must come."""


@dataclass
class Stopwatch:
    """Seconds that pass only by `wait`."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds


@dataclass
class Hand:
    """What a test does and sees."""

    app: Console
    pilot: Pilot[int]
    store: Store
    watch: Stopwatch = field(default_factory=Stopwatch)

    @property
    def tokens(self) -> TokensScreen:
        """Return the token list."""
        assert isinstance(self.app.screen, TokensScreen)
        return self.app.screen

    async def press(self, *keys: str) -> None:
        """Press keys, half a second apart."""
        for key in keys:
            self.watch.wait(0.5)
            await self.pilot.press(key)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type text."""
        names = {" ": "space", "/": "slash", ":": "colon", "-": "minus", ">": "greater_than_sign", ".": "full_stop"}
        await self.press(*(names.get(character, character) for character in text))

    async def until(self, condition: Callable[[], object], what: str = "it") -> None:
        """Wait for something that must come."""
        for _ in range(PATIENCE):
            if condition():
                await self.pilot.pause()
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"{what} did not come; the screen:\n{self.screen()}")

    async def until_shown(self, words: str) -> None:
        """Wait until words are on the screen."""
        await self.until(lambda: words in self.screen(), f"“{words}”")

    async def answer(self, key: str = "y") -> None:
        """Answer the open question: after a moment, with one key and nothing behind it."""
        await self.press(key)
        self.watch.wait(0.1)
        await self.until(lambda: self.desktop.dialog is None, "the answer")

    @property
    def desktop(self) -> Any:
        """Return the screen on top."""
        return self.app.screen

    def pane(self, name: str) -> str:
        """Return the text of a panel."""
        region = self.app.screen.query_one(f"#{name}").region
        lines = self.screen().splitlines()[region.y : region.bottom]
        return "\n".join(line[region.x : region.right] for line in lines)

    def screen(self) -> str:
        """Return everything on the screen, as a terminal would show it."""
        width, height = self.app.size
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line)[:width] for line in lines[:height])

    def audit(self, key: TokenKey | None = None, action: str | None = None) -> tuple[AuditRow, ...]:
        """Return audit lines from the store, the newest first."""
        from store.reads.audit import lines

        with self.store.reading() as reader:
            return lines(reader, key=key, action=action, limit=500)

    def token(self, key: TokenKey) -> TokenRow:
        """Return a token from the store."""
        from store.reads.tokens import token

        with self.store.reading() as reader:
            row = token(reader, key, NOW)
        assert row is not None
        return row


@asynccontextmanager
async def at_console(
    store: Store,
    size: tuple[int, int] = (120, 36),
    *,
    memory: Memory | None = None,
    now: datetime = NOW,
    own: Settings | None = None,
    **settings: Any,
) -> AsyncIterator[Hand]:
    """Sit down at a console on this store, and get up again; its first rows are on the screen. `own` are a person's settings."""
    watch = Stopwatch()
    app = Console(store.address, own or Settings(**settings), memory or Memory(), Clock(now, watch))
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            hand = Hand(app, pilot, store, watch)
            await hand.until(lambda: hand.tokens.table.total.rows is not None and hand.tokens.counts, "the list")
            await hand.until(lambda: hand.tokens.table.visible_rows or hand.tokens.table.total.rows == 0, "rows")
            try:
                yield hand
            finally:
                app.exit()
    finally:
        put_away(app)


def put_away(app: Console) -> None:
    """Wait for every thread of a console that has left, and close its connections."""
    assert app.live.ended(10)
    for thread in threading.enumerate():
        if thread.name.startswith(THREADS):
            thread.join(10)
    if app.session.ready:
        app.session.desk.store.close()
