"""The names words are styled by, and the theme's variable behind each: colour repeats a meaning that the word already has."""

from __future__ import annotations

from store.record import record


@record
class WordStyle:
    """A style name: `colour` is a variable of the theme (themes/variables.py), `attributes` are bold, underline and so on."""

    name: str
    colour: str
    attributes: str = ""
    background: str = ""

    @property
    def markup(self) -> str:
        """Return the style as Textual's Content takes it."""
        on = f" on ${self.background}" if self.background else ""
        return f"{self.attributes} ${self.colour}{on}".strip()


STYLES = (
    WordStyle("strong", "foreground", "bold"),
    WordStyle("quiet", "quiet"),
    WordStyle("faint", "faint"),
    WordStyle("frame", "frame"),
    WordStyle("title", "title", "bold"),
    WordStyle("area", "bar-quiet"),
    WordStyle("area-here", "bar-text", "bold underline"),
    WordStyle("header", "header"),
    WordStyle("header-sorted", "header-sorted", "bold"),
    WordStyle("thumb", "thumb"),
    WordStyle("accent", "accent"),
    WordStyle("key", "hint-key", "bold"),
    WordStyle("mark", "mark", "bold"),
    WordStyle("good", "good"),
    WordStyle("finding", "finding"),
    WordStyle("danger", "danger", "bold"),
    WordStyle("dead", "dead"),
    WordStyle("alarm", "environment-production-text", "bold", "environment-production"),
    WordStyle("active", "status-active"),
    WordStyle("retiring", "status-retiring"),
    WordStyle("suspended", "status-suspended"),
    WordStyle("expired", "status-expired"),
    WordStyle("revoked", "status-revoked"),
    WordStyle("read-only", "tier-read-only"),
    WordStyle("read-write", "tier-read-write"),
    WordStyle("admin", "tier-admin"),
    WordStyle("bar", "chart-bar"),
    WordStyle("refused", "chart-refused"),
    WordStyle("axis", "chart-axis"),
    WordStyle("zero", "chart-zero"),
    WordStyle("cursor", "cursor-text", "", "cursor"),
    WordStyle("cursor-loud", "cursor-loud", "bold", "cursor"),
    WordStyle("cursor-blurred", "cursor-blurred-text", "", "cursor-blurred"),
    WordStyle("cursor-blurred-loud", "cursor-loud", "bold", "cursor-blurred"),
    WordStyle("production", "environment-production-text", "bold", "environment-production"),
    WordStyle("staging", "environment-staging-text", "bold", "environment-staging"),
    WordStyle("test", "environment-test-text", "bold", "environment-test"),
    WordStyle("demo", "environment-demo-text", "bold", "environment-demo"),
)

LOUD = frozenset({"finding", "danger", "revoked", "expired", "suspended", "admin"})
"""Styles that stay different on the cursor's row; every other one becomes the cursor's own."""

BY_NAME = {style.name: style for style in STYLES}


def markup_of(name: str) -> str:
    """Return what Textual's Content takes for a style name; "" for ordinary text. KeyError for a name nobody defined."""
    return BY_NAME[name].markup if name else ""
