"""The colours the console names beyond Textual's own: what each means, and what a theme that does not know it gets."""

from __future__ import annotations

from dataclasses import dataclass

from textual.theme import Theme


@dataclass(frozen=True, slots=True)
class Variable:
    """A colour by meaning. `fallback` names the generated Textual variable that stands in for it in other themes.

    `on` names the variable it is read on, for the contrast test; "" for what is not text.
    """

    name: str
    fallback: str
    meaning: str
    on: str = "background"


VARIABLES = (
    Variable("quiet", "foreground-muted", "what is normal and need not be read"),
    Variable("faint", "foreground-disabled", "what is not there yet; never the only sign of anything", ""),
    Variable("frame", "border-blurred", "lines around panels", ""),
    Variable("frame-focus", "border", "lines around the panel that has the keys", ""),
    Variable("title", "foreground", "titles of panels"),
    Variable("header", "foreground-muted", "titles of columns"),
    Variable("header-sorted", "foreground", "the title the list is sorted by"),
    Variable("thumb", "scrollbar-active", "the scroll bar", ""),
    Variable("good", "text-success", "done, proven, within its target"),
    Variable("finding", "text-warning", "a finding: worth a look"),
    Variable("danger", "text-error", "stops a customer, or has failed"),
    Variable("dead", "text-error", "revoked, expired: cannot come back"),
    Variable("mark", "text-accent", "the sign of a marked row"),
    Variable("status-active", "foreground-muted", "active"),
    Variable("status-retiring", "text-accent", "retiring"),
    Variable("status-suspended", "text-warning", "suspended"),
    Variable("status-expired", "text-error", "expired"),
    Variable("status-revoked", "text-error", "revoked"),
    Variable("tier-read-only", "foreground-muted", "may only read"),
    Variable("tier-read-write", "foreground", "may change things"),
    Variable("tier-admin", "text-warning", "may change who may do what"),
    Variable("cursor", "block-cursor-background", "the row under the cursor", ""),
    Variable("cursor-text", "block-cursor-foreground", "words on it", "cursor"),
    Variable("cursor-loud", "block-cursor-foreground", "words on it that are findings", "cursor"),
    Variable("cursor-blurred", "block-cursor-blurred-background", "the same row when the keys go elsewhere", ""),
    Variable("cursor-blurred-text", "block-cursor-blurred-foreground", "words on it", "cursor-blurred"),
    Variable("bar", "panel", "the line on top and the line of key hints", ""),
    Variable("bar-text", "foreground", "words on it", "bar"),
    Variable("bar-quiet", "foreground", "words on it that are normal", "bar"),
    Variable("hint-key", "footer-key-foreground", "keys in the key hints and in questions"),
    Variable("chart-bar", "text-primary", "requests", ""),
    Variable("chart-refused", "text-error", "refused requests, as words and as bars", "background"),
    Variable("chart-axis", "foreground-muted", "numbers and lines of an axis"),
    Variable("chart-zero", "foreground-disabled", "an hour without requests", ""),
    Variable("environment-production", "text-error", "behind the word PRODUCTION", ""),
    Variable("environment-production-text", "background", "the word PRODUCTION", "environment-production"),
    Variable("environment-staging", "text-warning", "behind the word STAGING", ""),
    Variable("environment-staging-text", "background", "the word STAGING", "environment-staging"),
    Variable("environment-test", "text-success", "behind the word TEST", ""),
    Variable("environment-test-text", "background", "the word TEST", "environment-test"),
    Variable("environment-demo", "text-primary", "behind the word DEMO", ""),
    Variable("environment-demo-text", "background", "the word DEMO", "environment-demo"),
)

CURSOR_ATTRIBUTES = "cursor-attributes"
"""The one variable that is no colour: what the cursor's row has besides colours («reverse» in terminal-16)."""

_NAMES = tuple(variable.name for variable in VARIABLES)
_FORGOTTEN = ("foreground-disabled", "surface-active")
"""Variables that Textual 8.2.8's own style sheets use and its `ansi` themes do not have."""


def defaults_for(theme: Theme) -> dict[str, str]:
    """Return a value for each of our variables from what `theme` generates; nothing for a theme that sets them all.

    Give it to `App.get_theme_variable_defaults`: a variable that CSS uses and nobody defines ends the console.
    """
    if not theme.ansi and all(name in theme.variables for name in (*_NAMES, CURSOR_ATTRIBUTES)):
        return {}
    generated = theme.to_color_system().generate()
    values = {variable.name: generated.get(variable.fallback, generated["foreground"]) for variable in VARIABLES}
    # «auto 60%» and «ansi_default 50%» are worked out against what is behind them; a name for a colour must be a real one.
    real = {name: generated["foreground"] if value.startswith("auto") else value.split()[0] for name, value in values.items()}
    forgotten = {name: generated["foreground"] for name in _FORGOTTEN if name not in generated}
    return {**forgotten, **real, CURSOR_ATTRIBUTES: "reverse" if theme.ansi else "bold"}
