"""What every screen has: the context line on top, the status line and key hints below, and a method per action."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.worker import Worker, WorkerState

from console.actions import ACTIONS, Action, hints, on
from console.areas import HOME_AREA
from console.render.pieces import Line, Piece
from console.render.sheet import cut_line, length, line, wrapped
from console.screens.asking import Asking
from console.screens.edges import MORE, area_at, context_line, hint_at, hint_line
from console.session import Session
from console.widgets.pane import Pane
from store.errors import StoreError

if TYPE_CHECKING:
    from textual.widget import Widget

    from store.rules.roles import Permission


_TOLD = {action.id: action.keys for action in ACTIONS if len(action.keys) > 3}
"""Actions that are told which of their many keys was pressed; a person's own keys do not change these."""


def bindings_for(screen: str) -> list[BindingType]:
    """Return the bindings of a screen; everything comes from the table of actions, and nothing shows in a footer."""
    bindings: list[BindingType] = []
    for action in on(screen):
        if action.id in _TOLD:
            bindings += [Binding(key, f"act('{action.id}', '{key}')", action.label, show=False) for key in action.keys]
        elif action.keys:
            keys = ",".join(action.keys)
            bindings.append(Binding(keys, f"act('{action.id}')", action.label, show=False, id=action.id))
    return bindings


def typing_line(width: int, *, copies: bool) -> Line:
    """Return the hints while letters are typed; `copies` says that the same can be had as a command. None of them is cut."""
    command = line(("ctrl-o", "key"), " As command  ") if copies else ()
    keys = (*line(("Esc", "key"), " Leave it  "), *command, *line(("ctrl-q", "key"), " Quit"))
    whole = (*line((" You are typing into the open panel   ", "quiet")), *keys)
    return whole if length(whole) <= width else (*line((" You are typing   ", "quiet")), *keys)


class Desktop(Asking, part=True):
    """A screen of the console. Subclasses name themselves by `PLACE`, yield their middle and have a method per action.

    `came_from` is the area that opened what is shown from outside its own: Escape goes back there.
    """

    came_from = ""

    PLACE: ClassVar[str] = ""
    TITLE_WORDS: ClassVar[str] = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-medium"), (190, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (12, "-low"), (30, "-tall"), (45, "-high")]
    AUTO_FOCUS = ""
    BLANK = True  # its parts cover it

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._said: Line = ()
        self._to_be_drawn = False
        self._drawn_for: Size | None = None
        self._said_before = False
        self._hints_covered = False
        self._caught_up = session.changes

    # Parts -------------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Lay out the top line, the middle, the status line and the hints, for the size the terminal has already."""
        size = self.app.size
        for points, extent in ((self.HORIZONTAL_BREAKPOINTS, size.width), (self.VERTICAL_BREAKPOINTS, size.height)):
            self.add_class(max((least, name) for least, name in points if least <= extent)[1])
        yield Pane(id="top")
        yield from self.middle()
        yield Pane(id="status")
        yield Pane(id="hints")

    def middle(self) -> Iterable[Widget]:
        """Yield what is between the top line and the status line."""
        return ()

    def status_line(self, width: int) -> Line:
        """Return the status line when nothing has just been said."""
        return ()

    @property
    def cut_short(self) -> str:
        """Return the name that the line under the cursor had no room for; "" where it is whole."""
        return ""

    @property
    def actions(self) -> tuple[Action, ...]:
        """Return what can be done here, under the person's own keys."""
        return on(self.PLACE, self.session.actions)

    def show_store(self) -> None:
        """Show what there is, now that the store is open."""
        self.draw_all()

    def store_changed(self) -> None:
        """Read again what is shown: somebody has changed the store."""

    def time_passed(self) -> None:
        """Draw what depends on the time; called every second, and sends nothing while the minute is the same."""
        if self.dialog is None or not self.dialog.wants_line:
            self.draw_edges()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Let a bug in a worker end the console as loudly as anywhere else; what the store refuses never comes here."""
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, Exception):
            self.app._handle_exception(event.worker.error)

    # Drawing -----------------------------------------------------------------------------------------------------

    def in_background(self, work: Callable[..., Coroutine[Any, Any, object]], *given: object, description: str) -> None:
        """Do something while the screen stays usable; it begins with its worker, so a screen that closes first leaves nothing."""

        async def begin() -> None:
            await work(*given)

        _: Worker[None] = self.run_worker(begin, description=description, exit_on_error=False)

    def on_mount(self) -> None:
        """Draw the lines around the middle, before there is a first picture."""
        self._draw_edges()

    def on_resize(self) -> None:
        """Draw for the new size once the panes have theirs."""
        if self._drawn_for != self.app.size:
            self._drawn_for = None
            self._draw_soon()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Draw again what may have changed while another screen was on top, and read again if the store has.

        The first time every widget has just been given its styles: giving them again would only put the picture off.
        """
        first = self.stack_updates == 0
        event.refresh_styles = event.refresh_styles and not first
        if not first or self._drawn_for is None:
            self._draw_soon()
        if self._caught_up != self.session.changes:
            self.catch_up()

    def catch_up(self) -> None:
        """Read again: the store has changed since this screen last looked."""
        self._caught_up = self.session.changes
        if self.session.ready:
            self.store_changed()

    def arrive(self, argument: str) -> None:
        """Show what the area's command was told to; called each time somebody comes here by a command with words behind it."""

    def all_is_drawn(self) -> None:
        """Say, before there is a first picture, that all of it is drawn for the size that the terminal has."""
        self._drawn_for = self.app.size

    def _draw_soon(self) -> None:
        """Draw everything again after the next picture, once for all who ask for it until then."""
        if not self._to_be_drawn:
            self._to_be_drawn = True
            self.call_after_refresh(self._draw_now)

    def _draw_now(self) -> None:
        self._to_be_drawn = False
        if self.query("#top"):  # a screen that was closed meanwhile has nothing left to draw on
            if self.dialog is not None:
                self.undock()  # what is left to be read under a question has the new size too
            self.draw_all()

    def draw_all(self) -> None:
        """Draw everything again; only what differs is sent."""
        self.draw_edges()
        if self.dialog is not None:
            self.draw_dialog()
        else:
            self.undock()

    def draw_edges(self) -> None:
        """Draw the top line, the status line and the hints."""
        if self.is_mounted:
            self._draw_edges()

    def _draw_edges(self) -> None:
        top = self.query_one("#top", Pane)
        top.show([context_line(self.session, self.TITLE_WORDS, self.app.size.width)])
        if self.dialog is None or not self.dialog.wants_line:
            self.draw_status()

    def draw_status(self) -> None:
        """Draw the status line and the key hints."""
        status, below = self.query_one("#status", Pane), self.query_one("#hints", Pane)
        width = self.app.size.width
        said = wrapped(self._said, width, indent=1) if length(self._said) > width and not self._said_before else [self._said]
        whole = self.cut_short
        status.show([said[0] or (cut_line(line(f" {whole}"), width) if whole else self.status_line(width))])
        self._hints_covered = len(said) > 1 and self.dialog is None
        if self._hints_covered:
            # What to do about it stands behind what went wrong: the hints come back with the next key.
            below.show([cut_line((*said[1], Piece(" …")), width) if said[2:] else said[1]])
            return
        if self.dialog is not None and self.dialog.takes_letters:
            below.show([typing_line(width, copies=self.dialog.command is not None)])
            return
        if self.dialog is not None and self.dialog.hints:
            below.show([cut_line(self.dialog.hints, width)])
            return
        first = len(self.app.screen_stack) == 1 and self.session.trail.here == HOME_AREA and not self.came_from
        below.show([hint_line(self.hinted, self.session, width, first=first, vain=self.vain)])

    @property
    def hinted(self) -> tuple[Action, ...]:
        """Return the actions whose keys are named below, each called what it does to what is shown."""
        return hints(self.PLACE, self.session.actions)

    @property
    def vain(self) -> frozenset[str]:
        """Return the ids of the actions that can't be done to what is shown."""
        return frozenset()

    def say(self, *pieces: tuple[str, str] | str) -> None:
        """Say something on the status line; it stays until the next action."""
        self._said, self._said_before = line(" ", *pieces) if pieces else (), False
        if self.is_mounted and (self.dialog is None or not self.dialog.wants_line):
            self.draw_status()

    def explain(self, error: StoreError) -> None:
        """Say what went wrong and what to do about it."""
        self.say((error.problem, "danger"), (f" {error.remedy}" if error.remedy else "", "quiet"))

    # Actions -----------------------------------------------------------------------------------------------------

    def action_act(self, name: str, key: str = "") -> None:
        """Do an action of the table, or say why it can't be done now."""
        action = next(action for action in self.actions if action.id == name)
        self.do(action, key)

    def press(self, key: str) -> bool:
        """Do what a key means here; False when that is not known: then Textual's bindings have the last word."""
        for action in self.actions if self.is_mounted else ():
            if key in _TOLD.get(action.id, action.keys):
                self.do(action, key if action.id in _TOLD else "")
                return True
        return False

    def do(self, action: Action, argument: str = "") -> None:
        """Do an action; `argument` is the key that was pressed or what followed the command."""
        why_not = self.session.why_not(action.permission)
        if why_not:
            self.say((f"{action.label}: {why_not}.", "finding"))
            self.note_refusal(action.permission, action.id)
            return
        if self._said and action.id not in _CALM:
            self.say()
        elif self._hints_covered:
            self._said_before = True
            self.draw_status()
        if action.area:
            self.go_to(action.area, argument)
            return
        getattr(self, f"do_{action.id.replace('-', '_')}")(argument)

    def note_refusal(self, permission: Permission, tried: str) -> None:
        """Put on record that this was tried by somebody who may not."""
        from console.screens.refusals import note_refusal

        note_refusal(self, permission, tried)

    def go_to(self, area: str, argument: str = "") -> None:
        """Go to another area of the console."""
        raise NotImplementedError

    def click_hint(self, event: events.Click) -> None:
        """Do the action whose hint was clicked, or go to the area clicked on the top line, unless a question is open."""
        if event.widget is self.query_one("#top") and self.dialog is None:
            area = area_at(self.session, self.TITLE_WORDS, self.size.width, event.x)
            if area:
                self.do(next(action for action in self.actions if action.id == ("areas" if area == MORE else f"go-{area}")))
        if event.widget is self.query_one("#hints") and self.dialog is None and not self._hints_covered:
            action = hint_at(self.hinted, self.session, self.size.width, event.x)
            if action is not None:
                self.do(action)


_CALM = frozenset({"down", "up", "page-down", "page-up", "half-down", "half-up", "top", "bottom"})
