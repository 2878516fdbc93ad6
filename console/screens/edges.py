"""The line on top and the line of key hints: where one is, as whom, and what can be done here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from console.actions import Action, shown
from console.areas import AREAS
from console.render.pieces import Line, Piece
from console.render.sheet import cut_line, ends, length, line
from console.render.widths import width_of
from console.session import Session
from store.address import Address

_ENVIRONMENTS = {"production": "production", "prod": "production", "staging": "staging", "test": "test", "development": "test"}


MORE = "…"
"""Stands on the top line for the areas that did not fit."""


def context_line(session: Session, title: str, width: int) -> Line:
    """Return the top line: product, environment as a word, store, screen, operator and role, case, clock, live state.

    What gives way when it is narrow: the other areas, the store, the product and the screen, the role; never the environment or
    whether changes are followed.
    """
    badge = _badge(session)
    who = _who(session, with_role=True)
    right = _clock(session)
    for left, middle, about in (
        *(
            ((Piece(" tokendesk ", "strong"), *badge, Piece(f" {_label(session.address)} ", "quiet")), middle, who)
            for middle in (*(_areas(session, first) for first in range(len(AREAS), 1, -1)), line((title, "title")))
        ),
        ((Piece(" tokendesk ", "strong"), *badge), line((title, "title")), who),
        ((Piece(" "), *badge, Piece(f" {_label(session.address)} ", "quiet")), (), who),
        ((Piece(" "), *badge), (), who),
        ((Piece(" "), *badge), (), _who(session, with_role=False)),
    ):
        if length(left) + length(middle) + length(about) + length(right) + 6 <= width:
            space = width - length(left) - length(middle) - length(about) - length(right) - 4
            gap = 0
            if middle and middle[0].text:
                gap = min(max(2, space // 3), space - 1)
                left = (*left, Piece(" " * gap), *middle)
            apart = "    " if not middle or space - gap > 2 else "  "  # a title and a name side by side read as one
            return ends(left, (*about, Piece(apart), *right), width)
    return ends((Piece(" "), *badge), right, width)


def hint_line(
    actions: Iterable[Action], session: Session, width: int, *, first: bool = True, vain: frozenset[str] = frozenset()
) -> Line:
    """Return the key hints that fit; what can't be done now is dim, and the reason stands once at the end.

    On any but the `first` screen the key that quits leads back. The actions in `vain` can't be done to what is shown.
    """
    if width < 60:
        return line((" ?", "key"), " Help  ", ("q", "key"), " Quit" if first else " Back")
    plain_characters = session.settings.plain_characters
    parts: list[Piece] = [Piece(" ")]
    reasons: dict[str, None] = {}
    hints = [action if first or action.id != "quit" else replace(action, label="Back") for action in actions]
    last = [action for action in hints if action.id in ("help", "quit")]
    room = width - sum(len(action.label) + 4 for action in last) - 1
    for action in hints:
        why_not = session.why_not(action.permission)
        if why_not:
            reasons[why_not] = None
        words = _hint(action, why_not or "in vain" * (action.id in vain), plain_characters)
        if action not in last and length(parts) + length(words) > room - sum(len(reason) + 3 for reason in reasons):
            continue
        parts += words
    parts += [Piece(f"({reason})  ", "finding") for reason in reasons if reason != "the store is not open yet"]
    return cut_line(tuple(parts), width)


def hint_at(actions: Iterable[Action], session: Session, width: int, x: int) -> Action | None:
    """Return the action whose hint is at column `x` of the line of hints."""
    shown_words = "".join(piece.text for piece in hint_line(actions, session, width))
    for action in actions:
        words = "".join(piece.text for piece in _hint(action, "", session.settings.plain_characters)).rstrip()
        start = shown_words.find(f" {words} ")
        if start >= 0 and start < x <= start + len(words):
            return action
    return None


def _hint(action: Action, why_not: str, plain_characters: bool) -> tuple[Piece, ...]:
    key = shown(action.keys[0], ascii_only=plain_characters)
    return (Piece(key, "quiet" if why_not else "key"), Piece(f" {action.label}", "quiet" if why_not else ""), Piece("  "))


def _badge(session: Session) -> tuple[Piece, ...]:
    facts = session.facts
    if facts is None:
        return ()
    parts: list[Piece] = []
    if facts.demo_now is not None:
        parts += [Piece(" DEMO ", "demo"), Piece(" ")]
    for word in session.words:
        if word.lower() != "demo":
            parts += [Piece(f" {word.upper()} ", _ENVIRONMENTS.get(word.lower(), "strong")), Piece(" ")]
    return tuple(parts)


def _label(address: Address) -> str:
    if address.path is not None:
        return address.path.name
    label = address.label.removeprefix("postgresql://")
    return label if len(label) <= 30 else f"…{label[-29:]}"


def area_at(session: Session, title: str, width: int, x: int) -> str:
    """Return the id of the area whose title is at column `x` of the top line, MORE on the dots; "" for none."""
    pieces, at = context_line(session, title, width), 0
    titles = {f"{area.title} ": area.id for area in AREAS} | {MORE: MORE}
    for piece in pieces:
        if at <= x < at + width_of(piece.text) and piece.style == "area":
            return titles.get(piece.text, "")
        at += width_of(piece.text)
    return ""


def _areas(session: Session, first: int) -> Line:
    """Return the titles of the first so many areas and of the present one, which is marked; dots stand for those left out."""
    here = session.trail.here
    shown_here = [area for number, area in enumerate(AREAS) if number < first or area.id == here]
    pieces: list[Piece] = []
    for area in shown_here:
        pieces += [Piece(area.title, "area-here"), Piece(" ")] if area.id == here else [Piece(f"{area.title} ", "area")]
        pieces.append(Piece(" "))
    return (*pieces, Piece(MORE, "area")) if len(shown_here) < len(AREAS) else tuple(pieces)


def _who(session: Session, *, with_role: bool) -> Line:
    actor = session.actor
    if actor is None:
        return line(("not signed in" if session.at_the_door else "opening the store…", "quiet"))
    parts: list[tuple[str, str] | str] = [(actor.name.removeprefix("local:"), "strong")]
    if with_role:
        parts.append((f" · {actor.role}{' (local)' if actor.name.startswith('local:') else ''}", "quiet"))
    if session.case:
        parts += [(" · ", "quiet"), (session.case, "accent")]
    if actor.read_only:
        parts += [" ", ("READ-ONLY", "finding")]
    if session.broken:
        parts += [" ", ("GLASS BROKEN", "danger")]
    elif session.asked:
        parts += [" ", (f"{session.asked} WAIT{'S' * (session.asked == 1)} FOR A SECOND", "finding")]
    return line(*parts)


def _clock(session: Session) -> Line:
    now = f"{session.now:%H:%M}Z "
    if session.lost_since is not None:
        seconds = int((session.clock.wall() - session.lost_since).total_seconds())
        return line((now, "quiet"), (f"✕ DB LOST {seconds} s ", "danger"))
    if session.actor is None:
        return line((now, "quiet"))
    return line((now, "quiet"), ("‖ paused " if session.paused else "● following ", "finding" if session.paused else "good"))
