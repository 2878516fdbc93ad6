"""The dashboards of three roles: Executive, On-call and Debug. Who may see the last one is decided by the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import DEBUG, EXECUTIVE, ON_CALL
from console.desk import Late
from console.render import debug_board, executive_board, oncall_board
from console.render.board import Board, Layout, composed, layout_for
from console.render.board_parts import Body, Drawing
from console.render.freshness import recorded_right
from console.render.pieces import Line
from console.render.sheet import ends, in_clauses, length, line
from console.screens.boards import Boards
from console.screens.desktop import bindings_for
from console.screens.refusals import keep_refusal
from console.session import Session
from store.errors import Denied, Refused, StoreError
from store.reader import Reader
from store.reads import boards
from store.rules.denials import Doing

if TYPE_CHECKING:
    from store.board_rows import Debug, Executive, OnCall
    from store.rows import Freshness


class RoleBoard(Boards):
    """Reads one dashboard and draws it; a refusal of the store is shown in its place, with what to do."""

    LAYOUTS: ClassVar[tuple[Layout, ...]] = ()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.counted: datetime | None = None
        self.refused: Refused | None = None

    def reads(self) -> Callable[[Reader], Callable[[], None]]:
        """Return what reads the numbers, and then takes them over."""
        raise NotImplementedError

    def drawings(self, *, large: bool) -> dict[str, Drawing]:
        """Return the panels."""
        raise NotImplementedError

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """Return where the panels stand in each size of terminal."""
        return self.LAYOUTS

    def draw_board(self, width: int, height: int) -> Board:
        """Return the panels drawn for a size, or the refusal."""
        refused = self.refused
        if refused is not None:

            def draw(inner: int, _: int) -> Body:
                return Body(tuple(debug_board.refused_lines(refused.problem, refused.remedy, inner)))

            return composed((self.BOARD,), {self.BOARD: Drawing(f"{self.TITLE_WORDS} is not open to you", draw)}, width, height)
        layout = layout_for(width, height, self.layouts)
        large = layout.large and not self.session.settings.plain_characters
        return composed(layout.pages, self.drawings(large=large), width, height)

    def status_line(self, width: int) -> Line:
        """Say what the line under the cursor means, and as of when everything was read."""
        if self.counted is None:
            return line((" Reading…" if self.session.ready else " Opening the store…", "quiet"))
        spot = self.spot
        left = line(f" {spot.target.says}") if spot is not None else ()
        if self.fresh is not None:
            return recorded_right(left, self.fresh, self.session.now, width, after=f" · read {self.counted:%H:%M}Z")
        rights = (f"  read {self.counted:%Y-%m-%d %H:%M}Z ", f"  read {self.counted:%H:%M}Z ")
        right = rights[0] if length(left) + len(rights[0]) < width else rights[1]
        return ends(in_clauses(left, width - len(right) - 1), line((right, "quiet")), width)

    @property
    def fresh(self) -> Freshness | None:
        """Return how far usage is known, where numbers of it are shown."""
        return None

    def begin_count(self) -> None:
        """Start to read."""
        self.read()

    @work(exit_on_error=False, description="read a dashboard")
    async def read(self) -> None:
        """Read everything, and draw it."""
        self._counting, now = True, self.session.now
        try:
            take = await self.session.desk.ask(self.BOARD, self.reads())
        except Late:
            return
        except Refused as error:
            if self.refused is None and isinstance(error, Denied) and self.session.actor is not None:
                keep_refusal(self, error, self.session.actor, Doing(self.BOARD))
            self.refused, self.counted = error, now
        except StoreError as error:
            self.explain_stale(error, shown=self.counted is not None)
            return
        else:
            self.refused, self.counted = None, now
            take()
            self.fresh_again()
        finally:
            self._counting, self._counted_at = False, self.session.clock.monotonic()
        if self.is_mounted:
            self.draw_all()


class ExecutiveScreen(RoleBoard):
    """How well tokens are looked after, against targets."""

    PLACE = EXECUTIVE
    BOARD = "executive"
    TITLE_WORDS: ClassVar[str] = "Executive"
    BINDINGS = bindings_for(EXECUTIVE)
    LAYOUTS = executive_board.LAYOUTS

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.found: Executive | None = None

    @property
    def fresh(self) -> Freshness | None:
        """Return how far usage is known."""
        return None if self.found is None else self.found.freshness

    @property
    def drawn_of(self) -> tuple[object, ...]:
        """Return the numbers that are shown."""
        return self.found, self.refused

    def reads(self) -> Callable[[Reader], Callable[[], None]]:
        """Return what reads the numbers."""
        now = self.session.now

        def read(reader: Reader) -> Callable[[], None]:
            found = boards.executive(reader, now)
            return lambda: setattr(self, "found", found)

        return read

    def drawings(self, *, large: bool) -> dict[str, Drawing]:
        """Return the panels."""
        return executive_board.drawings(self.found, large=large)


class OnCallScreen(RoleBoard):
    """What whoever is on call looks at first."""

    PLACE = ON_CALL
    BOARD = "on-call"
    TITLE_WORDS: ClassVar[str] = "On-call"
    BINDINGS = bindings_for(ON_CALL)
    LAYOUTS = oncall_board.LAYOUTS

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.found: OnCall | None = None
        self._chosen = ""

    @property
    def fresh(self) -> Freshness | None:
        """Return how far usage is known."""
        return None if self.found is None else self.found.freshness

    @property
    def chosen(self) -> str:
        """Return the cause of the alert that says what to do: the last one the cursor was on."""
        if self.at is not None and self.at.panel == "alerts":
            self._chosen = self.at.name
        return self._chosen

    @property
    def drawn_of(self) -> tuple[object, ...]:
        """Return the numbers that are shown, and which alert says what to do."""
        return self.found, self.refused, self.chosen

    def reads(self) -> Callable[[Reader], Callable[[], None]]:
        """Return what reads the numbers."""
        now = self.session.now

        def read(reader: Reader) -> Callable[[], None]:
            found = boards.on_call(reader, now)
            return lambda: setattr(self, "found", found)

        return read

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """Return where the panels stand: many open alerts take more room."""
        return oncall_board.layouts(self.found)

    def drawings(self, *, large: bool) -> dict[str, Drawing]:
        """Return the panels."""
        return oncall_board.drawings(self.found, self.chosen)


class DebugScreen(RoleBoard):
    """Failed checks, the one under the cursor step by step."""

    PLACE = DEBUG
    BOARD = "debug"
    TITLE_WORDS: ClassVar[str] = "Debug"
    BINDINGS = bindings_for(DEBUG)
    LAYOUTS = debug_board.LAYOUTS

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.found: Debug | None = None
        self._chosen = ""

    @property
    def chosen(self) -> str:
        """Return the name of the check that is shown step by step: the last one the cursor was on."""
        if self.at is not None and self.at.panel == "tail":
            self._chosen = self.at.name
        return self._chosen

    @property
    def drawn_of(self) -> tuple[object, ...]:
        """Return the checks, and which of them is shown step by step."""
        return self.found, self.refused, self.chosen

    def reads(self) -> Callable[[Reader], Callable[[], None]]:
        """Return what reads the checks; the store refuses who may not see them."""
        now, actor = self.session.now, self.session.actor
        assert actor is not None

        def read(reader: Reader) -> Callable[[], None]:
            found = boards.debug(reader, actor, now)
            return lambda: setattr(self, "found", found)

        return read

    def drawings(self, *, large: bool) -> dict[str, Drawing]:
        """Return the panels."""
        return debug_board.drawings(self.found, self.chosen)


_SCREENS: dict[str, type[RoleBoard]] = {"executive": ExecutiveScreen, "on-call": OnCallScreen, "debug": DebugScreen}


def board_screen(name: str, session: Session) -> RoleBoard:
    """Return a new screen of a dashboard; KeyError for an unknown name."""
    return _SCREENS[name](session)
