"""«Revoke this token?» and its like: names what will stop, is answered by one deliberate key (ux.md 3.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from console.dialogs.dialog import AS_COMMAND, Dialog
from console.dialogs.guard import UNSEEN, Guard, Verdict, closes
from console.render.pieces import Line, Piece
from console.render.sheet import Sheet, centred, cut_line, ends, length, line, wrapped
from console.render.widths import cut, width_of

LEAST_NAME = 12
"""So many cells of a long name stay on the line that names the token."""

ROOMY = 12
"""With more lines than this a long name gets a line of its own."""

OFFER, OFFERED_FROM = line(("  ctrl-o as command", "quiet")), 90
"""Said only where there is room to spare: on a narrow terminal these words cost bytes, and the help says it as well."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One key that counts: what it is called and what it does."""

    label: str
    do: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question says: the token it is about, where it is filed, and what will happen, most important first.

    `fuller` says more than `says`, for where there is room for it; `shorter` the same in fewer words, for where there is not.
    """

    title: str
    name: str
    about: Line
    filed: str
    says: Sequence[Line]
    keep: str = "keep it"
    shorter: Sequence[Line] = ()
    fuller: Sequence[Line] = ()


class Question(Dialog):
    """A question with one guarded answer and possibly an alternative. Everything else keeps things as they are.

    `say` may be called while it is open, when more is known; the keys, the target and the guard do not change.
    """

    covers = True

    def __init__(
        self, asked: Asked, answers: Mapping[str, Answer], opened: float, kept: Callable[[str], None], *, style: str = "danger"
    ) -> None:
        super().__init__()
        self._asked = asked
        self._answers = dict(answers)
        self._guard = Guard(opened, frozenset(answers))
        self._kept = kept
        self._is_shown = False
        self._style = style

    @property
    def asked(self) -> Asked:
        """Return what it says."""
        return self._asked

    @property
    def keys(self) -> Line:
        """Return the keys that mean something to it, each with what it does."""
        parts: list[tuple[str, str] | str] = []
        for key, answer in self._answers.items():
            parts += [(key, "key"), f" {answer.label}  "]
        return line(*parts, ("Esc", "key"), f" {self._asked.keep}")

    def answers_to(self, key: str) -> bool:
        """Say whether a key means something to it, at the right moment."""
        return key in self._answers or closes(key) or key == AS_COMMAND

    def say(self, asked: Asked) -> None:
        """Say more."""
        self._asked = asked

    def key(self, key: str, character: str | None, at: float) -> None:
        """Hear a key; only the guard decides what it means."""
        self._settle(self._guard.key(key if self._is_shown or closes(key) else UNSEEN, at))

    def shown(self, at: float) -> None:
        """Begin to listen."""
        self._is_shown = True
        self._guard.shown(at)

    def paste(self, text: str, at: float) -> None:
        """Hear a paste: it never answers."""
        self._settle(self._guard.paste(at))

    def tick(self, at: float) -> None:
        """Let time pass."""
        self._settle(self._guard.tick(at))

    def next_tick(self, at: float) -> float | None:
        """Return when the guard wants to be ticked."""
        return self._guard.next_tick(at)

    def sheet(self, width: int, height: int) -> Sheet:
        """Draw it: who, what stops, that it is final, and the keys; in as many words as leave nothing out.

        Where something is left out even so, it asks for more lines.
        """
        for says in (self._asked.fuller, self._asked.says, self._asked.shorter):
            if says:
                sheet, whole = self._sheet(says, width, height)
                if whole:
                    return sheet
        self.wants_lines = True
        return sheet

    def _sheet(self, says: Sequence[Line], width: int, height: int) -> tuple[Sheet, bool]:
        """Draw it with these sentences, and say whether all of them are there.

        With little room the last sentence gives up its line to what stops: it joins the keys and the title.
        """
        asked = self._asked
        keys: list[tuple[str, str] | str] = []
        for key, answer in self._answers.items():
            keys += [(key, "key"), f" {answer.label}    "]
        keys += [("Esc", "key"), f" {asked.keep}"]
        rows = self._who(width, roomy=height > ROOMY)
        room = max(1, height - 1 - len(rows))
        said = [wrapped(one, width) for one in says]
        running = wrapped(_running(says), width)
        if sum(map(len, said)) > room >= len(running):
            said = [running]
        tight = len(said) > 1 and room < max(len(said) + 1, sum(map(len, said)))
        final = says[-1] if tight else ()
        said = said[:-1] if tight else said
        whole = sum(map(len, said)) <= room
        while sum(map(len, said)) > room and any(len(one) > 1 for one in said):
            longest = max(said, key=len)
            said[said.index(longest)] = [*longest[:-2], cut_line((*longest[-2], Piece(" "), *longest[-1]), width)]
        rows = [*rows, *(row for one in said for row in one)][: max(1, height - 1)]
        title = line((f" {asked.title} ", "alarm" if self._style == "danger" else self._style))
        close = line(*(part if isinstance(part, tuple) else part.replace("    ", "   ") for part in keys))
        short = (*line(keys[0], str(keys[1]).rstrip() + "  "), *line(*keys[-2:]))
        if not final:
            last = centred(line(*keys), width)
        elif length(final) + length(line(*keys)) + 3 <= width:
            last = (*final, Piece("   "), *line(*keys))
        elif len(final) > 1 and length(final[:1]) + length(close) + 3 <= width and length(title) + length(final[1:]) <= width - 4:
            last, title = (final[0], Piece("   "), *close), (*title, *final[1:])
        elif length(title) + length(final) + 1 <= width - 4 and length(line(*keys)) <= width:
            last, title = centred(line(*keys), width), (*title, Piece(" "), *final)
        elif length(final) + length(short) + 3 <= width:
            last = (*final, Piece("   "), *short)
        else:
            last, title = cut_line(short, width), (*title, Piece(" "), *final)
        if self.command is not None and width >= OFFERED_FROM and length(title) + length(OFFER) <= width:
            title = (*title, *OFFER)
        lines = [*rows, last]
        return Sheet(lines, title), whole

    def _who(self, width: int, *, roomy: bool) -> list[Line]:
        """Name the token: where it is filed goes first, then a long name gives way, then all of the id but its end.

        A long account gives way last, and never what stands behind it: the environment and what the token may do.
        """
        asked = self._asked
        filed = line((f"   {asked.filed}", "quiet")) if asked.filed else ()
        if length(asked.about) + length(filed) + min(LEAST_NAME, width_of(asked.name)) > width:
            filed = ()
        room = max(8, width - length(asked.about) - length(filed))
        if roomy and width_of(asked.name) > room:
            about = (Piece(asked.about[0].text.lstrip(), asked.about[0].style), *asked.about[1:])
            return [cut_line(line((asked.name, "strong")), width), _narrowed(about, width)]
        about = _narrowed(asked.about, width - min(LEAST_NAME, width_of(asked.name)))
        who = (Piece(cut(asked.name, max(8, width - length(about) - length(filed))), "strong"), *about)
        return [ends(who, filed, width) if filed else cut_line(who, width)]

    def _settle(self, verdict: Verdict) -> None:
        match verdict:
            case Verdict.OPEN:
                return
            case Verdict.KEPT:
                self.close(lambda: self._kept(""))
            case Verdict.EXPIRED:
                self.close(lambda: self._kept(" The question closed by itself after 60 s."))
            case Verdict.ANSWERED:
                self.close(self._answers[self._guard.answer].do)


def _narrowed(about: Line, width: int) -> Line:
    """Return what stands behind the name in so many cells: of the id its end stays, of the account as much as there is room."""
    if length(about) > width:
        about = tuple(one._replace(text="…" + one.text.rpartition("…")[2]) if "…" in one.text else one for one in about)
    over = length(about) - width
    if over <= 0 or not about:
        return about
    account, dot, rest = about[-1].text.partition(" · ")
    return (*about[:-1], Piece(cut(account, max(LEAST_NAME, width_of(account) - over)) + dot + rest, about[-1].style))


def _running(says: Sequence[Line]) -> Line:
    """Return sentences as one line, to be broken where there is no room to begin each on a line of its own."""
    return tuple(piece for number, one in enumerate(says) for piece in ((Piece(" "), *one) if number else one))
