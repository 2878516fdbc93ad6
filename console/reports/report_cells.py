"""A row of a report on paper: short words for each column, harmless, and how many lines they need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from console.render.plain import plain
from console.reports.report_fields import MARKS, Listed
from console.reports.report_widths import lines_in, lines_of
from store.rules.status import Status

_RUN = 24
"""The longest word that is not given places to break at, so that a column never runs into the next."""

Cells = tuple[str | int, ...]
"""What the template takes of a row; the last one is how many lines it has, 0 where the setting has to find out."""

_ROOMS = (138.0, 62.0, 110.0, 46.0, 46.0, 46.0, 46.0, 95.0, 95.0)
"""The points that each column of the template has, a little less than there is."""

_ID_LETTERS = 36
"""So many letters of an id stand on one line."""


def cells_of(listed: Listed) -> Cells:
    token, row = listed.row.token, listed.row
    cells = (
        safe_text(token.name or "(no name)"),
        safe_text(f"{token.id} …{token.hint}" if token.hint else token.id),
        safe_text(token.owner_name or token.owner or "-"),
        safe_text(", ".join(token.scopes) or "-"),
        _day(token.created_at),
        _used(listed),
        _day(token.expires_at) or "never",
        token.status.value,
        MARKS[row.proof],
        safe_text(token.rationale or "-"),
        safe_text(_by(listed)),
    )
    name, shown_id, *others, mark, rationale, by = cells
    lines = lines_of((name, *others, rationale, by), _ROOMS)
    whole = lines_in(name, _ROOMS[0]) == 1 and len(shown_id) <= _ID_LETTERS and len(mark) < 2
    return (*cells, max(lines, 2) if lines and whole else 0)


def _used(listed: Listed) -> str:
    used = listed.row.token.last_used_at
    return "no use known" if used is None else f"{used:%Y-%m-%d %H}{'h' if listed.row.used_by_hour else f':{used:%M}'}"


def _by(listed: Listed) -> str:
    token = listed.row.token
    words = []
    if token.replaced_by is not None:
        words.append(f"replaced{_who(listed.row.rotated_by)} by {token.replaced_by}")
    elif token.replaces is not None:
        words.append(f"rotated{_who(listed.row.rotated_by)} from {token.replaces}")
    elif token.rotated_at is not None:
        words.append(f"rotated {_day(token.rotated_at)}")
    if token.revoked_at is not None:
        words.append(f"revoked{_who(token.revoked_by)} on {token.revoked_at:%Y-%m-%d %H:%M}")
    elif token.retires_at is not None:
        words.append(f"{'ended' if token.status is Status.EXPIRED else 'ends'} {token.retires_at:%Y-%m-%d %H:%M}")
    if listed.row.second:
        words.append(listed.row.second)
    if listed.row.reviewed is not None:
        words.append(f"reviewed {_day(listed.row.reviewed.at)}: {listed.row.reviewed.decision}")
    return "; ".join(words) or "-"


def _who(name: str | None) -> str:
    return f" by {name}" if name else ""


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d}"


def safe_text(text: str) -> str:
    """Make a customer's words harmless, and give overlong ones places to break at."""
    words = plain(text)
    if all(len(word) <= _RUN for word in words.split(" ")):
        return words
    return " ".join("\u200b".join(_pieces(word)) for word in words.split(" "))


def _pieces(word: str) -> Iterator[str]:
    if len(word) <= _RUN:
        yield word
        return
    letters = iter(word)
    while piece := "".join(islice(letters, 12)):
        yield piece
