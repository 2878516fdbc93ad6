"""«Revoke this token?» and its like: names what will stop, is answered by one deliberate key (ux.md 3.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.dialogs.dialog import Dialog
from console.dialogs.guard import Guard, Verdict
from console.render.pieces import Line
from console.render.sheet import Sheet, centred, ends, line, wrapped


@dataclass(frozen=True, slots=True)
class Answer:
    """One key that counts: what it is called and what it does."""

    label: str
    do: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question says: the token it is about, where it is filed, what stops, and whether it can be undone."""

    title: str
    about: Line
    filed: str
    stops: str
    warning: str
    final: str
    keep: str = "keep it"


class Question(Dialog):
    """A question with one guarded answer and possibly an alternative. Everything else keeps things as they are.

    `say` may be called while it is open, when more is known; the keys, the target and the guard do not change.
    """

    def __init__(
        self, asked: Asked, answers: Mapping[str, Answer], opened: float, kept: Callable[[str], None], *, style: str = "danger"
    ) -> None:
        super().__init__()
        self._asked = asked
        self._answers = dict(answers)
        self._guard = Guard(opened, frozenset(answers))
        self._kept = kept
        self._style = style

    @property
    def asked(self) -> Asked:
        """Return what it says."""
        return self._asked

    def say(self, asked: Asked) -> None:
        """Say more."""
        self._asked = asked

    def key(self, key: str, character: str | None, at: float) -> None:
        """Hear a key; only the guard decides what it means."""
        self._settle(self._guard.key(key, at))

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
        """Draw it: who, what stops, that it is final, and the keys. With little room the keys come first."""
        asked = self._asked
        keys: list[tuple[str, str] | str] = []
        for key, answer in self._answers.items():
            keys += [(key, "key"), f" {answer.label}    "]
        keys += [("Esc", "key"), f" {asked.keep}"]
        who = ends(asked.about, line((asked.filed, "quiet")), width) if asked.filed else asked.about
        stops = wrapped(asked.stops, width, "", first=line(), indent=0)
        warning = wrapped(asked.warning, width, "danger") if asked.warning else []
        final = wrapped(asked.final, width, "quiet")
        rows = [who, *stops, *warning, *final]
        if height < 4 and len(rows) > height - 1:
            rows = [who, stops[0]]
        room = max(1, height - 1)
        if len(rows) > room:
            rows = [who, *stops[: max(1, room - 1 - len(warning) - len(final))], *warning, *final][:room]
        lines = [*rows, centred(line(*keys), width)]
        return Sheet(lines, line((asked.title, self._style)), style=self._style, strong=len(lines) + 1)

    def _settle(self, verdict: Verdict) -> None:
        match verdict:
            case Verdict.OPEN:
                return
            case Verdict.KEPT:
                self.close(lambda: self._kept(""))
            case Verdict.EXPIRED:
                self.close(lambda: self._kept("The question closed by itself after 60 s."))
            case Verdict.ANSWERED:
                self.close(self._answers[self._guard.answer].do)
