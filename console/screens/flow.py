"""A page with a form on it: fill it in, look it over, answer one question. Going back finds what was typed."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from console.dialogs.dialog import Dialog
from console.dialogs.form import Form
from console.dialogs.question import Question
from console.render.pieces import Line, Piece
from console.render.sheet import Sheet, line
from console.screens.scrolled import Scrolled
from console.session import Session
from console.widgets.pane import Pane

FORM_KEYS = line(
    (" Enter", "key"), " Go on  ", ("Tab", "key"), " Next field  ", ("Esc", "key"), " Leave  ", ("F1", "key"), " Help  ",
    ("ctrl-o", "key"), " As command",
)  # fmt: skip


class Flow(Scrolled):
    """A form, and behind it a page that shows what will be done. A subclass makes `form` once, before it is shown."""

    form: Form

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._page: Sequence[Line] = ()
        self._page_title: Line = ()

    def on_mount(self) -> None:
        """Open the form."""
        self.fill_in()

    def fill_in(self) -> None:
        """Open the form, as far as it was filled in."""
        self._page = ()
        self.ask(self.form.reopen())
        self.draw_status()

    def look_over(self, title: Line, lines: Sequence[Line]) -> None:
        """Show what will be done, instead of the form."""
        self._page, self._page_title, self.first = lines, title, 0
        self.undock()
        self.draw_status()

    @property
    def looked_over(self) -> bool:
        """Say whether what will be done is on the screen, rather than the form."""
        return bool(self._page)

    def undock(self) -> None:
        """Draw the part of the page that is scrolled to."""
        pane = self.dock()
        if pane.is_mounted:
            lines = list(self._page)
            seen = self.kept_in_bounds(len(lines))
            more = line((f"{seen.start + 1}-{seen.stop} of {len(lines)}", "quiet")) if len(lines) > len(seen) else ()
            pane.show(Sheet(lines[seen.start : seen.stop], self._page_title, more, style="accent", strong=pane.room[1] + 2))

    def draw_status(self) -> None:
        """Draw the status line and the key hints; while the form is open, letters are typed into it."""
        super().draw_status()
        if isinstance(self.dialog, Form):
            self.query_one("#hints", Pane).show([FORM_KEYS])
        elif isinstance(self.dialog, Question):
            self.query_one("#hints", Pane).show([(Piece(" "), *self.dialog.keys)])

    def ask(self, dialog: Dialog) -> None:
        """Open a dialog; while a question is open the hints are its own keys."""
        super().ask(dialog)
        self.draw_status()

    def hear(self, event: events.Key | events.Paste) -> None:
        """Give a key to the open dialog; one that means nothing to a question is told so."""
        question = self.dialog
        super().hear(event)
        if not isinstance(question, Question):
            return
        if self.dialog is not question:
            self.draw_status()
        elif isinstance(event, events.Key) and not question.answers_to(event.key):
            self.say(("That key does not answer the question: ", "finding"), *question.keys)

    def know(self) -> None:
        """Draw the form again: more is known now."""
        if isinstance(self.dialog, Form):
            self.draw_dialog()

    def hand_on(self, key: str) -> None:
        """Do what a key that means nothing to the form means on any screen, such as F1."""
        if len(key) > 1 and key not in ("enter", "escape", "tab", "shift+tab"):
            self.press(key)

    def do_close(self, argument: str) -> None:
        """Go back to the form."""
        if self.looked_over:
            self.fill_in()
        else:
            self.leave()

    def do_quit(self, argument: str) -> None:
        """Go back to the form: leaving it asks."""
        self.do_close(argument)

    def do_refresh(self, argument: str) -> None:
        """Draw again."""
        self.draw_all()
