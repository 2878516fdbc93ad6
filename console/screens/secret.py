"""A new token's secret, shown once: for 60 s or until Escape, then it is nowhere any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from console.actions import SECRET
from console.render.moments import at
from console.render.pieces import Line
from console.render.sheet import Sheet, line, wrapped
from console.screens.clipboard import send_to_clipboard
from console.screens.commands import Commands
from console.screens.desktop import bindings_for
from console.session import Session
from console.widgets.frame import Panel
from store.rules.secrets import Secret

if TYPE_CHECKING:
    from store.writes.orders import Issued

SHOWN_S = 60
Steps = Callable[[int], Sequence[Line]]


def no_steps(width: int) -> Sequence[Line]:
    """Say nothing of what is to be done with it."""
    return ()


class SecretScreen(Commands):
    """Shows it, and under it the `steps` to take. Copying is offered, never said to have worked (security.md 4)."""

    PLACE = SECRET
    TITLE_WORDS: ClassVar[str] = "New token"
    BINDINGS = bindings_for(SECRET)
    ALLOW_SELECT = False

    def __init__(self, session: Session, issued: Issued, steps: Steps = no_steps) -> None:
        super().__init__(session)
        self._steps = steps
        self._issued = replace(issued, token=Secret(""))
        self._secret: Secret | None = issued.token

    def middle(self) -> Iterable[Widget]:
        """Yield the one panel."""
        yield Panel(id="page")

    def dock(self) -> Panel:
        """Return the panel."""
        return self.query_one("#page", Panel)

    def on_mount(self) -> None:
        """Show it, and begin to count."""
        self.set_timer(SHOWN_S, self.hide_secret)

    def on_unmount(self) -> None:
        """Forget it."""
        self._secret = None

    def undock(self) -> None:
        """Draw the secret, or that it is gone."""
        pane = self.dock()
        width = pane.room[0]
        issued = self._issued
        lines: list[Line] = [
            line((issued.name, "strong"), ("  ·  ", "quiet"), issued.key[0], (f"  ·  expires {at(issued.expires_at)}", "quiet")),
            (),
        ]
        if self._secret is None:
            lines.append(line(("The token is hidden and can't be shown again. ", "finding"), f"It ends in …{issued.hint}."))
        else:
            lines += [
                line((self._secret.reveal(), "good")),
                (),
                *wrapped(
                    "Give it to the customer now: it is shown this once, and only its last four characters are kept. "
                    f"It hides itself after {SHOWN_S} s, or with Esc.",
                    width,
                    "quiet",
                ),
                (),
                line(("c", "key"), " send it to the terminal's clipboard    ", ("Esc", "key"), " hide it and go back"),
            ]
        steps = self._steps(width)
        if steps:
            lines += [(), line(("What to do now", "title")), *steps]
        pane.show(Sheet(lines, line(("New token, shown once", "title")), style="accent", strong=pane.room[1] + 2))

    def hide_secret(self) -> None:
        """Take it off the screen and out of memory."""
        self._secret = None
        if self.is_mounted:
            self.undock()

    def do_copy_secret(self, argument: str) -> None:
        """Send it to the terminal's clipboard."""
        if self._secret is not None:
            send_to_clipboard(self.app, self._secret.reveal())
            self.say("Sent to the terminal's clipboard; whether it arrived, no terminal says. Paste it somewhere safe to see.")

    def leave(self) -> None:
        """Hide it and go back."""
        self.hide_secret()
        super().leave()
