"""Copying what a screen shows, or an action on what is under its cursor, as a line of the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from console.actions import Action
from console.command_lines import SHOWN, filled, line_for, written
from console.render.widths import width_of
from console.screens.card import CommandScreen
from console.screens.clipboard import SENT, send_to_clipboard

if TYPE_CHECKING:
    from console.screens.commands import Commands

UNSAFE = "It holds characters that would act on the shell it is pasted into, so it was not copied."
_ELSEWHERE = frozenset({"theme", "views", "view", "open-view", "executive", "on-call", "debug"})
"""Actions that are at home on another screen: there `K` offers them."""


class Offered(NamedTuple):
    """One command that can be copied: the letter that takes it, what it is called, and its words without `tokendesk`."""

    key: str
    label: str
    words: tuple[str, ...]


def offered(screen: Commands) -> list[Offered]:
    """Return what can be copied here, the screen itself first; each command once, under the key of its first action."""
    hand = screen.in_hand()
    found = [Offered("K", "What is shown", filled(SHOWN.get(screen.PLACE, ""), hand))]
    for action in screen.actions:
        words = filled(line_for(screen.same_as(action.id), screen.PLACE), hand)
        key = _letter(action)
        if words and key and not action.area and action.id not in _ELSEWHERE and words not in [one.words for one in found]:
            found.append(Offered(key, _label(action, screen), words))
    return [one for one in found if one.words]


def _letter(action: Action) -> str:
    return next((key for key in action.keys if len(key) == 1), {"enter": "enter", "space": "space"}.get(action.keys[0], "")
                if action.keys else "")  # fmt: skip


def _label(action: Action, screen: Commands) -> str:
    same = screen.same_as(action.id)
    return action.label if same == action.id else same.partition("-")[0].capitalize()


def offer_commands(screen: Commands) -> None:
    """Ask which command to copy; where there is only one, copy it."""
    found = offered(screen)
    if len(found) < 2:
        copy_commands(screen, [one.words for one in found])
        return
    from console.dialogs.choice import Choice, Option

    options = [
        Option(one.key, one.label, lambda words=one.words: copy_commands(screen, [words]))  # type: ignore[misc]
        for one in found
    ]
    choice = Choice("Copy as a command", options)
    choice.wants_room = True
    screen.ask(choice)


def copy_commands(screen: Commands, commands: Sequence[Sequence[str]]) -> None:
    """Send commands to the clipboard, a line each, and say the first one; what is longer than the line is shown in full.

    A dialog that is open stays open, and nothing covers it.
    """
    wanted = [words for words in commands if words]
    lines = [written(words, screen.session.settings) for words in wanted]
    if not wanted:
        screen.say(("There is nothing here yet that could be copied as a command.", "finding"))
    elif not all(lines):
        screen.say((UNSAFE, "finding"))
    else:
        whole = "\n".join(lines)
        send_to_clipboard(screen.app, whole)
        more = f" and {len(lines) - 1:,} more" if len(lines) > 1 else ""
        screen.say(f"{SENT.capitalize()}: ", (lines[0], "accent"), more)
        if screen.dialog is None and (more or len(SENT) + width_of(whole) + 4 > screen.size.width):
            screen.app.push_screen(CommandScreen(screen.session, whole))
