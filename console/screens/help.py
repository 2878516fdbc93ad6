"""What the screen it was opened from is for, the usual jobs, its columns, keys and commands, and the words; `/` searches."""

from __future__ import annotations

from typing import ClassVar

from console.actions import HELP, TOKENS, shown
from console.actions import on as actions_on
from console.dialogs.prompt import Prompt
from console.render.help_place import meaning_lines, purpose_lines
from console.render.help_topics import job_lines, word_lines
from console.render.pieces import Line, Piece
from console.render.sheet import Sheet, length, line, wrapped
from console.screens.desktop import bindings_for
from console.screens.scrolled import Scrolled
from console.session import Session
from store.rules.filters import FIELDS
from store.rules.views import VIEWS

WIDTHS, NARROW_WIDTHS, ROOMY = (17, 14, 21), (9, 12, 20), 100
"""How wide keys, names and commands stand before what they do; below so many cells they leave it more room."""

_DIGITS = "1 2 3 4 5 6 7 8 9"


def wrapped_keeping(words: Line, width: int, indent: int) -> list[Line]:
    """Return a line that is too long broken at spaces; one that fits keeps its own spacing."""
    if length(words) <= width or not indent:
        return [words]
    kept: list[Piece] = []
    taken = 0
    for number, piece in enumerate(words):
        if taken >= indent:
            told = wrapped(words[number:], max(20, width - indent), indent=0)
            below = [(Piece(" " * indent), *one) for one in told]
            return [(*kept, *told[0]), *below[1:]] if taken == indent else [tuple(kept), *below]
        kept.append(piece)
        taken += length((piece,))
    return [words]


Told = list[tuple[Line, int]]
"""Lines of any length, and how far in each goes on when it is broken."""


class HelpScreen(Scrolled):
    """Lists what works, and nothing else: it reads the same table as the bindings.

    What a newcomer needs stands first: how the usual jobs are done. Tab goes from part to part.
    """

    PLACE = HELP
    TITLE_WORDS: ClassVar[str] = "Help"
    BINDINGS = bindings_for(HELP)

    def __init__(self, session: Session, about: str) -> None:
        super().__init__(session)
        self._about = about
        self._search = ""

    def help_lines(self) -> list[Line]:
        """Return what matches the search, one line for each thing, however long."""
        return [words for words, _ in self._found()]

    def _parts(self, width: int) -> dict[str, Told]:
        """Return the parts of the help after what the screen is for, by their titles."""
        widths = WIDTHS if width >= ROOMY else NARROW_WIDTHS
        parts = {
            "The usual jobs": job_lines(self._about),
            "What is on this screen": meaning_lines(self._about),
            f"Keys and commands of {self._about}": self._keys(widths),
            "Saved views": self._views(widths) if self._about == TOKENS else [],
            "Filter fields": self._fields() if self._about == TOKENS else [],
            "What the words mean": word_lines(),
        }
        return {title: told for title, told in parts.items() if told}

    def _found(self, width: int = ROOMY) -> Told:
        """Return what matches the search."""
        parts = self._parts(width)
        lines = purpose_lines(self._about, [title[:1].lower() + title[1:] for title in parts])
        for title, told in parts.items():
            lines += [((), 0), (line((title, "title")), 0), *told]
        wanted = self._search.lower()
        found = [(words, indent) for words, indent in lines if wanted in "".join(piece.text for piece in words).lower()]
        return found if found else [(line(("Nothing matches.", "quiet")), 0)]

    def _keys(self, widths: tuple[int, int, int]) -> Told:
        room_keys, room_label, room_command = widths
        lines: Told = []
        ascii_only = self.session.settings.plain_characters
        for action in actions_on(self._about, self.session.actions):
            keys = " ".join(shown(key, ascii_only=ascii_only) for key in action.keys)
            if len(keys) > room_keys:
                keys = keys.replace(_DIGITS, "1 to 9")
            command = f":{action.command}{' ' + action.argument if action.argument else ''}"
            why_not = self.session.why_not(action.permission)
            words = line(
                (f"  {keys:<{room_keys}} ", "quiet" if why_not else "key"),
                (f"{action.label:<{room_label}} ", "strong"),
                (f"{command:<{room_command}} ", "accent"),
                action.says,
                (f"  ({why_not})" if why_not else "", "finding"),
            )
            lines.append((words, 5 + sum(widths)))
        return lines

    def _views(self, widths: tuple[int, int, int]) -> Told:
        room_keys, room_label, room_command = widths
        lines: Told = []
        for view in (*VIEWS, *self.session.saved):
            name, command = (
                (f"{view.short:<{room_label + 2}} ", "strong"),
                (f"{':view ' + view.name:<{room_command + 3}} ", "accent"),
            )
            words = line((f"  {view.key:<{room_keys - 5}} ", "key"), name, command, view.rule)
            lines.append((words, 5 + sum(widths)))
        return lines

    def _fields(self) -> Told:
        return [(line((f"  {field.example:<32}", "accent"), field.about), 34) for field in FIELDS.values()]

    def _drawn(self, width: int) -> tuple[list[Line], list[int]]:
        """Return the lines broken to a width, and at which of them a part begins."""
        lines: list[Line] = []
        begins: list[int] = []
        for words, indent in self._found(width):
            if len(words) == 1 and words[0].style == "title":
                begins.append(len(lines))
            lines += wrapped_keeping(words, width, indent)
        return lines, begins

    def undock(self) -> None:
        """Draw the part that is scrolled to."""
        pane = self.dock()
        if not pane.is_mounted:
            return
        lines, begins = self._drawn(pane.room[0])
        seen = self.kept_in_bounds(len(lines))
        note = line((f"{seen.start + 1}-{seen.stop} of {len(lines)}", "quiet"))
        part = next((lines[begin][0].text for begin in reversed(begins) if begin <= self.first), "")
        about = line(("Help", "title"), (f" · {self._search or part}" if self._search or part else "", "accent"))
        pane.show(Sheet(lines[seen.start : seen.stop], about, note))

    def do_next_part(self, argument: str) -> None:
        """Go to where the next part begins."""
        lines, begins = self._drawn(self.dock().room[0])
        last = len(lines) - self.dock().room[1]
        ahead = [begin for begin in begins if begin > self.first]
        self.first = ahead[0] if ahead and self.first < last else 0
        self.undock()

    def do_last_part(self, argument: str) -> None:
        """Go to where the part before begins."""
        lines, begins = self._drawn(self.dock().room[0])
        before = [begin for begin in begins if begin < self.first]
        self.first = before[-1] if before else len(lines)
        self.undock()

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
