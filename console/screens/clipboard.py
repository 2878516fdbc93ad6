"""Sending text to the terminal's clipboard (OSC 52), through tmux where the console runs in it."""

from __future__ import annotations

import base64
import os

from textual.app import App

SENT = "sent to the terminal's clipboard"
"""All that can be said: no terminal answers whether it took it (security.md 4)."""


def send_to_clipboard(app: App[int], text: str) -> None:
    """Ask the terminal to put `text` on its clipboard. No terminal says whether it did.

    tmux takes the request for itself only with `set-clipboard on`, so in tmux it is also wrapped to pass through.
    """
    driver = app._driver
    if driver is None or app.is_headless:
        app.copy_to_clipboard(text)
        return
    for sequence in sequences(text, in_tmux=bool(os.environ.get("TMUX"))):
        driver.write(sequence)


def sequences(text: str, *, in_tmux: bool) -> list[str]:
    """Return what is sent to the terminal."""
    body = base64.b64encode(text.encode()).decode()
    request = f"\x1b]52;c;{body}\x07"
    wrapped = f"\x1bPtmux;{request.replace(chr(27), chr(27) * 2)}\x1b\\"
    return [request, wrapped] if in_tmux else [request]
