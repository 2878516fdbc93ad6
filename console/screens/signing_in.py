"""The passphrase is asked for: at the start, again for what matters, or since nobody was there. It hides everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.containers import Container
from textual.widget import Widget

from console.desk import in_thread
from console.dialogs.passphrase import PassphraseBox
from console.render.pieces import Line
from console.render.sheet import Sheet, line, wrapped
from console.screens.desktop import Desktop
from console.session import Session
from console.widgets.frame import Panel
from console.widgets.pane import Pane
from store.errors import SignInNeeded, StoreError
from store.rules.roles import Actor
from store.rules.secrets import Secret

if TYPE_CHECKING:
    from store.opening import Store


class Why(StrEnum):
    """What the passphrase is asked for, as the panel's title."""

    START = "Sign in"
    AGAIN = "Your passphrase again"
    OVER = "Sign in again"
    LOCKED = "Locked"


SAYS = {
    Why.START: "Nothing of the store is shown before.",
    Why.AGAIN: "It counts for five minutes. Esc leaves things as they are.",
    Why.OVER: "What you were at is still there.",
    Why.LOCKED: "Nobody was here for a while, or it was asked for. Everything is as you left it.",
}


class SignInScreen(Desktop):
    """Asks until it is right, or left: `then` is told whether it was. Only the question for it again can be left by Esc."""

    PLACE = "sign-in"
    TITLE_WORDS: ClassVar[str] = "Sign in"
    ALLOW_SELECT = False

    def __init__(
        self, session: Session, store: Store, actor: Actor, why: Why, words: str, then: Callable[[bool], object]
    ) -> None:
        super().__init__(session)
        self._store, self._actor, self._why, self._words, self._then = store, actor, why, words, then
        self._said = ()

    def middle(self) -> Iterable[Widget]:
        """Yield the one panel, in the middle."""
        yield Container(Panel(id="page"), id="door")

    def dock(self) -> Panel:
        """Return the panel."""
        return self.query_one("#page", Panel)

    def on_mount(self) -> None:
        """Open the box."""
        self.session.at_the_door = True
        self.open_box("")

    def open_box(self, problem: str) -> None:
        """Ask, and say what was wrong before."""
        about = [(self._words, "strong"), (SAYS[self._why], "quiet"), (problem, "danger")]
        self.ask(PassphraseBox(self._why.value, f"Passphrase of {self._actor.name}", about, self.try_it, self._left))

    def undock(self) -> None:
        """Say that it is being looked at."""
        pane = self.dock()
        if pane.is_mounted:
            lines: list[Line] = wrapped(line(("One moment…", "quiet")), pane.room[0])
            pane.show(Sheet(lines, line((self._why.value, "title"))))

    def draw_status(self) -> None:
        """Draw the hints: there is nothing else to do here."""
        status, below = self.query_one("#status", Pane), self.query_one("#hints", Pane)
        status.show([self._said])
        leave = (("Esc", "key"), " Leave it  ") if self._why is Why.AGAIN else ()
        below.show([line((" ⏎", "key"), " Sign in  ", *leave, ("ctrl-q", "key"), " Quit")])

    @work(exit_on_error=False, description="sign in")
    async def try_it(self, passphrase: Secret) -> None:
        """Compare it, which takes a moment."""
        from store.signing_in import sign_in

        store, actor, clock = self._store, self._actor, self.session.clock
        now = clock.now() if self.session.ready or clock.frozen else store.facts.demo_now or clock.now()
        try:
            await in_thread(lambda: sign_in(store, actor, passphrase, now), "sign in")
        except SignInNeeded:  # the passphrase was right, but this session was ended meanwhile
            self._close(given=False)
            self.app.bell()
        except StoreError as error:
            if self.is_mounted:
                self.open_box(str(error))
        else:
            self._close(given=True)

    def go_to(self, area: str, argument: str = "") -> None:
        """Go nowhere."""

    def _left(self) -> None:
        if self._why is Why.AGAIN:
            self._close(given=False)
        else:
            self.open_box("")

    def _close(self, *, given: bool) -> None:
        self.session.at_the_door = False
        if self.is_mounted and self.app.screen is self:
            self.app.pop_screen()
        self._then(given)
