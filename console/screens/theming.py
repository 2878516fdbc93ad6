"""Changing the colours from a screen: tried on live, kept for the next time, and said when something else decides then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themes import house_names
from themes.loader import about

if TYPE_CHECKING:
    from console.screens.desktop import Desktop

_NO_COLOR = "NO_COLOR is set: every theme looks the same here."


def choose_theme(screen: Desktop) -> None:
    """Open the choice of our themes, and of the present one if it is another's."""
    from console.dialogs.themes import ThemeChoice

    app = screen.app
    if app.no_color:
        screen.say((_NO_COLOR, "finding"))
        return
    themes = [(name, about(name)) for name in house_names()]
    if app.theme not in house_names():
        themes.append((app.theme, "one of Textual's own"))

    def wear(name: str) -> None:
        app.theme = name

    screen.ask(ThemeChoice(themes, app.theme, wear, lambda name: keep_theme(screen, name)))


def keep_theme(screen: Desktop, name: str) -> None:
    """Wear a theme from now on, the next time as well unless a nearer word decides then, which is said."""
    if screen.app.no_color:
        screen.say((_NO_COLOR, "finding"))
        return
    screen.app.theme = name
    session = screen.session
    session.memory.theme = name
    decides = session.settings.decides_theme(session.words)
    kept = f"at the next start {decides} decides again" if decides else "remembered for the next start"
    screen.say(f"Theme {name}; {kept}.")
