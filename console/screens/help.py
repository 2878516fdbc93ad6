"""Every key and command of the screen it was opened from, and the saved views with their rules; typing searches."""

from __future__ import annotations

from typing import ClassVar

from console.actions import HELP, shown
from console.actions import on as actions_on
from console.dialogs.prompt import Prompt
from console.render.pieces import Line
from console.render.sheet import Sheet, line
from console.screens.desktop import bindings_for
from console.screens.scrolled import Scrolled
from console.session import Session
from store.rules.filters import FIELDS
from store.rules.views import VIEWS


class HelpScreen(Scrolled):
    """Lists what works, and nothing else: it reads the same table as the bindings."""

    PLACE = HELP
    TITLE_WORDS: ClassVar[str] = "Help"
    BINDINGS = bindings_for(HELP)

    def __init__(self, session: Session, about: str) -> None:
        super().__init__(session)
        self._about = about
        self._search = ""

    def help_lines(self) -> list[Line]:
        """Return what matches the search."""
        lines: list[Line] = [line((f"Keys and commands of {self._about}", "title"))]
        plain_characters = self.session.settings.plain_characters
        for action in actions_on(self._about, self.session.actions):
            keys = " ".join(shown(key, ascii_only=plain_characters) for key in action.keys)
            command = f":{action.command}{' ' + action.argument if action.argument else ''}"
            why_not = self.session.why_not(action.permission)
            one = line(
                (f"  {keys:<18}", "faint" if why_not else "key"),
                (f"{action.label:<14}", "strong"),
                (f"{command:<22}", "accent"),
                action.says,
                (f"  ({why_not})" if why_not else "", "finding"),
            )
            lines.append(one)
        if self._about == "tokens":
            lines += [(), line(("Saved views", "title"))]
            for view in (*VIEWS, *self.session.saved):
                lines.append(
                    line(
                        (f"  {view.key:<18}", "key"),
                        (f"{view.short:<14}  ", "strong"),
                        (f"{':view ' + view.name:<24}", "accent"),
                        view.rule,
                    )
                )
            lines += [(), line(("Filter fields", "title"))]
            for field in FIELDS.values():
                lines.append(line((f"  {field.example:<32}", "accent"), field.about))
        found = [one for one in lines if self._search.lower() in "".join(piece.text for piece in one).lower()]
        return lines if not self._search else found or [line(("Nothing matches.", "quiet"))]

    def undock(self) -> None:
        """Draw the part that is scrolled to."""
        pane = self.dock()
        if not pane.is_mounted:
            return
        lines = self.help_lines()
        seen = self.kept_in_bounds(len(lines))
        note = line((f"{seen.start + 1}-{seen.stop} of {len(lines)}", "quiet"))
        about = line(("Help", "title"), (f" · {self._search}" if self._search else "", "accent"))
        pane.show(Sheet(lines[seen.start : seen.stop], about, note))

    def do_search(self, argument: str) -> None:
        """Show only the lines with a word in them; an empty one shows all."""
        if argument:
            self.search(argument)
        else:
            self.ask(Prompt("/", self.search, lambda text, cursor: [], (), self._search, "Enter searches   Esc leaves it"))

    def search(self, text: str) -> None:
        """Search, and start at the top of what was found."""
        self._search, self.first = text.strip(), 0
        self.undock()

    def do_close(self, argument: str) -> None:
        """Clear the search, then go back."""
        if self._search:
            self.search("")
        else:
            self.leave()
