"""What in a person's settings only the console can judge: whether there is such a theme, and such a key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from console.actions import remapped
from console.setting import Source
from console.settings import Settings


def theme_problems(settings: Settings, known: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence for each theme that is named and not there; one that was remembered is forgotten without a word."""
    return tuple(
        f"{where}: there is no theme “{name[:40]}”{_meant(name, known)}" for where, name in _named(settings) if name not in known
    )


def key_problems(settings: Settings, problems: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return a sentence for each key that can't be used, with its line; `problems` are those of `remapped`, if known."""
    found = remapped(settings.keys)[1] if problems is None else problems
    return tuple(f"{_line_of(settings, problem)}{problem}" for problem in found)


def _named(settings: Settings) -> Iterator[tuple[str, str]]:
    origin = settings.origin("theme")
    if origin.source in (Source.FLAG, Source.VARIABLE):
        yield origin.name, settings.theme
    file = settings.file
    if file is None:
        return
    tables = [(("console",), file.console()), *((("profiles", name), table) for name, table in file.profiles().items())]
    for keys, table in tables:
        name = table.get("theme")
        if isinstance(name, str):
            yield file.at((*keys, "theme")), name
    for word, name in settings.themes.items():
        yield file.at(("console", "themes", word)), name


def _meant(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = next(iter(get_close_matches(name.lower(), known, 1)), "")
    return f"; did you mean “{near}”?" if near else f". There are {', '.join(known[:8])}."


def _line_of(settings: Settings, problem: str) -> str:
    if settings.file is None:
        return ""
    return f"{settings.file.at(('console', 'keys', problem.partition(':')[0].removeprefix('keys.')))}: "
