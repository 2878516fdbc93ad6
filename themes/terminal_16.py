"""The theme that brings no colours of its own: the terminal's sixteen, its ground and its ink; the cursor is reversed.

It costs the fewest bytes, follows the terminal's own palette, and is the one used when NO_COLOR asks for no colour.
"""

from __future__ import annotations

from textual.theme import Theme

ABOUT = "the terminal's own colours, the fewest bytes"

_INK = "ansi_default"

THEME = Theme(
    name="terminal-16",
    ansi=True,
    dark=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    accent="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground=_INK,
    background=_INK,
    surface=_INK,
    panel=_INK,
    boost=_INK,
    variables={
        "quiet": _INK,
        "faint": "ansi_bright_black",
        "frame": "ansi_bright_black",
        "frame-focus": "ansi_cyan",
        "title": _INK,
        "header": _INK,
        "header-sorted": "ansi_cyan",
        "thumb": _INK,
        "good": "ansi_green",
        "finding": "ansi_yellow",
        "danger": "ansi_red",
        "dead": "ansi_red",
        "mark": "ansi_cyan",
        "status-active": _INK,
        "status-retiring": "ansi_cyan",
        "status-suspended": "ansi_yellow",
        "status-expired": "ansi_red",
        "status-revoked": "ansi_red",
        "tier-read-only": _INK,
        "tier-read-write": _INK,
        "tier-admin": "ansi_yellow",
        "cursor": _INK,
        "cursor-text": _INK,
        "cursor-loud": _INK,
        "cursor-blurred": _INK,
        "cursor-blurred-text": _INK,
        "cursor-attributes": "reverse",
        "bar": _INK,
        "bar-text": _INK,
        "bar-quiet": _INK,
        "hint-key": "ansi_cyan",
        "chart-bar": "ansi_cyan",
        "chart-refused": "ansi_red",
        "chart-axis": _INK,
        "chart-zero": "ansi_bright_black",
        "environment-production": "ansi_red",
        "environment-production-text": "ansi_bright_white",
        "environment-staging": "ansi_yellow",
        "environment-staging-text": "ansi_black",
        "environment-test": "ansi_green",
        "environment-test-text": "ansi_black",
        "environment-demo": "ansi_magenta",
        "environment-demo-text": "ansi_bright_white",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "foreground-disabled": "ansi_bright_black",
        "surface-active": _INK,
        "block-cursor-background": "ansi_default",
        "block-cursor-text-style": "reverse",
        "border": "ansi_cyan",
        "border-blurred": "ansi_bright_black",
        "footer-key-foreground": "ansi_cyan",
    },
)
