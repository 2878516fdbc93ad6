"""The console itself: opens the store behind the first picture, watches it, and gives every key to whoever asks for it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.console import RenderableType
from textual import work
from textual.screen import Screen

from console.actions import remapped
from console.areas import AREAS, HOME_AREA
from console.clock import Clock
from console.desk import in_thread, open_desk
from console.garbage import STARTED_S, take_up
from console.guarding import Guarding
from console.live import Live
from console.round_trip import SETTLED_S, RoundTrip
from console.safety.terminal import TerminalFacts
from console.screens.desktop import Desktop
from console.session import Session
from console.settings import Memory, Settings
from store.address import Address
from store.errors import StoreError
from themes.loader import TERMINAL, theme_names

if TYPE_CHECKING:
    from store.changes import Changed, Found, Lost


class Console(Guarding):
    """One run of the console on one store."""

    CSS_PATH: ClassVar[str] = "console.tcss"
    TITLE = "tokendesk"
    DEFAULT_MODE = HOME_AREA

    def __init__(
        self, address: Address, settings: Settings, memory: Memory, clock: Clock | None = None, facts: TerminalFacts | None = None
    ) -> None:
        facts = facts or TerminalFacts()
        settings.plain_characters = settings.plain_characters or not facts.glyphs
        theme = settings.theme or (TERMINAL if settings.slow else "")
        super().__init__(replace(facts, glyphs=not settings.plain_characters), theme)
        actions, problems = remapped(settings.keys)
        self.session = Session(address, settings, memory, clock or Clock(), actions, case=settings.case)
        self.problems = (*settings.problems, *self._judged(problems))
        for area in AREAS[1:]:
            self.add_mode(area.id, partial(area.make, self.session))
        self.live = Live(address, self.told)
        self._round_trip = RoundTrip(self.session.clock.monotonic)
        if settings.slow:
            self.animation_level = "none"

    def _judged(self, problems: tuple[str, ...]) -> tuple[str, ...]:
        """Return a sentence for each theme and each key in the person's settings that is none."""
        settings = self.session.settings
        if settings.file is None and not problems and settings.theme in ("", self.theme):
            return ()
        from console.checks import key_problems, theme_problems

        return (*theme_problems(settings, theme_names(self)), *key_problems(settings, problems))

    def on_mount(self) -> None:
        """Take the person's keys, and begin to measure time; Textual calls the `on_mount` of every class above as well."""
        own = self.session.settings.keys
        self.set_keymap({action.id: ",".join(action.keys) for action in self.session.actions if action.id in own})
        self.set_interval(1.0, self._minute)
        self.set_timer(STARTED_S, take_up)

    def get_default_screen(self) -> Screen[None]:
        """Return the token list. It is made like this, and is an area later: a mode's first screen is painted in two parts."""
        return AREAS[0].make(self.session)

    def first_picture_shown(self) -> None:
        """Begin to open the store."""
        self.add_mode(HOME_AREA, partial(AREAS[0].make, self.session))
        self.open_store()

    @work(description="open the store")
    async def open_store(self) -> None:
        """Open the store; a store that can't be opened ends the console with one sentence."""
        session = self.session
        try:
            desk, actor = await in_thread(partial(open_desk, session.address, session.settings), "open")
            actor = await self.signed_in(desk.store, actor)
        except StoreError as error:
            self.exit(return_code=error.exit_code, message=str(error))
            return
        session.start(desk, actor)
        tied = session.settings.tied_theme(session.words)
        if tied and tied in theme_names(self) and not self.no_color:
            self.theme = tied
        self.desktop.show_store()
        if self.problems:
            more = f" (and {len(self.problems) - 1} more: `tokendesk config`)" if len(self.problems) > 1 else ""
            self.desktop.say((f"{self.problems[0]}{more}", "finding"))
        self.live.start()
        if not session.settings.slow and self._driver is not None and not self.is_headless:
            self.set_timer(SETTLED_S, partial(self._round_trip.ask, self._driver.write))

    def on_terminal_supports_synchronized_output(self) -> None:
        """Suggest `--slow` where the terminal's answer took long."""
        if suggestion := self._round_trip.suggestion():
            self.desktop.say(*suggestion)

    @property
    def desktop(self) -> Desktop:
        """Return the screen on top."""
        assert isinstance(self.screen, Desktop)
        return self.screen

    def heard(self, seen: Changed | Found | Lost) -> None:
        """Read again when the store has changed; say so when it is lost."""
        from store.changes import Changed, Found, Lost

        session = self.session
        match seen:
            case Lost():
                session.lost_since = session.lost_since or session.clock.wall()
            case Found():
                back = session.lost_since is not None
                session.lost_since = None
                if not back:
                    return
            case Changed():
                pass
        if not isinstance(seen, Lost):
            session.changes += 1
        for screen in self.screen_stack:
            if isinstance(screen, Desktop):
                screen.draw_edges()
                if not session.paused and not isinstance(seen, Lost):
                    screen.catch_up()

    def _minute(self) -> None:
        """Let the clock move on: once a minute, and every second while the store is lost."""
        if not self.session.settings.slow or self.session.lost_since is not None:
            self.desktop.time_passed()

    def exit(self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave: stop watching, let go of every query under way, and keep what is remembered."""
        self.live.stop()
        self.session.memory.save()
        if self.session.ready:
            self.session.desk.let_go()
        super().exit(result, return_code, message)
