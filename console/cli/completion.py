"""What the shell offers on Tab: from the product's own tables, without opening a store."""

from __future__ import annotations


def view_names(incomplete: str) -> list[tuple[str, str]]:
    """Return the saved views that begin so, each with its rule."""
    from store.rules.views import VIEWS

    return [(view.name, view.rule) for view in VIEWS if view.name.startswith(incomplete)]


def sort_fields(incomplete: str) -> list[str]:
    """Return what a list can be sorted by; the shell does not ask about what begins with «-»."""
    from store.reads.sorting import SORTS

    return [name for name in SORTS if name.startswith(incomplete)]


def columns(incomplete: str) -> list[str]:
    """Return the fields that can be printed; the ones before the last comma are kept."""
    from console.reports.freshness import FRESHNESS
    from console.reports.token_fields import BY_NAME

    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in (*BY_NAME, *FRESHNESS) if name.startswith(last)]


def audit_actions(incomplete: str) -> list[str]:
    """Return the actions an audit line can name."""
    from store.rules.actions import Action

    return [action.value for action in Action if action.value.startswith(incomplete)]


def token_formats(incomplete: str) -> list[tuple[str, str]]:
    """Return the formats tokens can be imported from."""
    from store.imports.formats import FORMATS

    return [(form.name, form.title) for form in FORMATS if form.name.startswith(incomplete)]


def usage_formats(incomplete: str) -> list[tuple[str, str]]:
    """Return the formats usage can be read from."""
    from store.usage.formats import FORMATS

    return [(form.name, form.title) for form in FORMATS if form.name.startswith(incomplete)]


def overlaps(incomplete: str) -> list[str]:
    """Return the overlaps a rotation offers."""
    from store.rules.rotation import CHOICES

    return [word for word in CHOICES if word.startswith(incomplete)]


def presets(incomplete: str) -> list[str]:
    """Return the lifetimes offered."""
    from store.rules.expiry import PRESETS

    return [word for word in PRESETS if word.startswith(incomplete)]


def roles(incomplete: str) -> list[str]:
    """Return the roles an operator can have."""
    from store.rules.roles import Role

    return [role.value for role in Role if role.value.startswith(incomplete)]


def scopes(incomplete: str) -> list[tuple[str, str]]:
    """Return the scopes a new store knows, each with what it lets a token do."""
    from store.rules.scopes import CATALOGUE

    return [(scope.name, f"can {scope.can}") for scope in CATALOGUE if scope.name.startswith(incomplete)]


def environments(incomplete: str) -> list[str]:
    """Return the environments a token can be for."""
    from store.rules.secrets import ENVIRONMENTS

    return [word for word in ENVIRONMENTS if word.startswith(incomplete)]


def profiles(incomplete: str) -> list[str]:
    """Return the person's own profiles."""
    from console.settings import own_file

    file = own_file()
    return [name for name in ([] if file is None else file.profiles()) if name.startswith(incomplete)]


def themes(incomplete: str) -> list[str]:
    """Return the themes of this program."""
    from themes import house_names

    return [name for name in house_names() if name.startswith(incomplete)]
