"""The dashboard as pages of panels for the room there is: which panels, where, what is in them, and where their lines lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from console.render import board_contacts, board_lists, board_numbers, board_plots, board_revocations, board_spreads
from console.render.board_parts import Body, Drawing, PanelKind, Target
from console.render.grid import Columns, Part, Placed, Rect, Rows, fixed, placed
from console.render.pieces import Line, Piece
from console.render.sheet import Sheet, edge, fit_line, length, line
from console.render.styles import LOUD
from console.render.widths import width_of
from store.dashboard_rows import Dashboard

_TILES = {
    "live": ("Live", board_numbers.live),
    "requests": ("Requests", board_numbers.requests),
    "refused": ("Refused", board_numbers.refused),
    "expiring": ("Expiring", board_numbers.expiring),
    "unused": ("Unused", board_numbers.unused),
    "revoked": ("Revoked", board_numbers.revoked),
}
PANELS: Mapping[str, PanelKind] = {
    "findings": PanelKind("Needs attention", board_lists.findings),
    "contacts": PanelKind("Who to call", board_contacts.contacts),
    "hours": PanelKind("Requests, last 24 hours", board_plots.hours),
    "days": PanelKind("Requests, last 30 days", board_plots.days),
    "reasons": PanelKind("Refused, by reason", board_lists.reasons),
    "week": PanelKind("By weekday and hour", board_plots.week),
    "tokens": PanelKind("Busiest tokens", board_lists.tokens),
    "accounts": PanelKind("Busiest accounts", board_lists.accounts),
    "cliff": PanelKind("Expiry, next 90 days", board_plots.cliff),
    "calendar": PanelKind("Expiry calendar", board_plots.calendar),
    "idle": PanelKind("By last use", board_spreads.idle),
    "secrets": PanelKind("By age of secret", board_spreads.secrets),
    "mix": PanelKind("Tier and environment", board_spreads.mix),
    "revocations": PanelKind("Revoked last", board_revocations.revocations),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """The pages of one size of terminal: it fits from `width` and `height` on. `large` is about the numbers on top."""

    width: int
    height: int
    pages: tuple[Rows | Columns | str, ...]
    large: bool = False


def _row(*names: str) -> Columns:
    return Columns(tuple(Part(name) for name in names))


LAYOUTS = (
    Layout(176, 50, (
        Rows((
            fixed(_row(*_TILES), 6),
            Part(Columns((
                fixed(Rows((fixed("findings", 17), Part("revocations", 2), Part("tokens", 3), Part("accounts", 3))), 46),
                Part(Rows((
                    fixed("contacts", 12),
                    Part(Columns((Part("hours", 3), Part("reasons", 2))), 10),
                    Part(Columns((Part("days"), fixed("week", 60))), 11),
                    Part(Columns((Part("cliff"), fixed("calendar", 52))), 12),
                    fixed(_row("idle", "secrets", "mix"), 9),
                ))),
            ))),
        )),
    ), large=True),
    Layout(110, 30, (
        Rows((
            fixed(_row(*_TILES), 4),
            Part(Columns((
                fixed(Rows((fixed("findings", 17), Part("revocations"))), 42),
                Part(Rows((Part("contacts", 11), Part("hours", 9), Part(_row("reasons", "tokens"), 8)))),
            ))),
        )),
        Rows((
            Part(Columns((Part("days"), fixed("week", 56))), 11),
            Part(Columns((Part("cliff"), fixed("calendar", 50))), 13),
            fixed(_row("accounts", "idle", "secrets", "mix"), 9),
        )),
    )),
    Layout(76, 18, (
        Rows((
            fixed(_row("live", "requests", "refused", "expiring"), 4),
            Part(Columns((
                fixed("findings", 34),
                Part(Rows((Part("hours", 5), Part("reasons", 3)))),
            ))),
        )),
        "contacts",
        Rows((Part("cliff", 6), Part(_row("tokens", "accounts"), 4))),
        Rows((Part("days", 4), Part("week", 5))),
        Rows((Part("calendar", 5), Part(_row("idle", "secrets"), 4))),
        Rows((Part("mix", 3), Part("revocations", 5))),
    )),
    Layout(0, 0, (
        "findings", "contacts", "hours", "reasons", "cliff", "tokens", "accounts", "days", "idle", "secrets", "mix",
        "revocations",
    )),
)  # fmt: skip
"""The largest first; the first one that fits is taken."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A line that leads somewhere: on which page, in which cells, and where to."""

    page: int
    rect: Rect
    target: Target


@dataclass(frozen=True, slots=True)
class Board:
    """A drawn dashboard: the lines of each page, and every spot in the order the cursor goes through them."""

    pages: tuple[tuple[Line, ...], ...]
    spots: tuple[Spot, ...]
    _rows: tuple[Mapping[int, tuple[tuple[Rect, Line], ...]], ...]

    def shown(self, page: int, cursor: Spot | None) -> list[Line]:
        """Return the lines of a page, with the cursor on one of its spots."""
        lines = list(self.pages[page])
        if cursor is not None and cursor.page == page:
            pieces = [on_cursor(part) if rect == cursor.rect else part for rect, part in self._rows[page][cursor.rect.y]]
            lines[cursor.rect.y] = tuple(piece for part in pieces for piece in part)
        return lines


def on_cursor(pieces: Line) -> Line:
    """Give the pieces of a line the cursor's style; what is loud stays so."""
    return tuple(Piece(piece.text, "cursor-loud" if piece.style in LOUD else "cursor") for piece in pieces)


def layout_for(width: int, height: int, layouts: Sequence[Layout] = LAYOUTS) -> Layout:
    """Return the layout of a size: the first one that fits."""
    return next(layout for layout in layouts if width >= layout.width and height >= layout.height)


def drawn(board: Dashboard | None, width: int, height: int, *, large: bool = True) -> Board:
    """Draw every page; without a dashboard (None) the panels stand empty while they are being read."""
    layout = layout_for(width, height)
    kinds = {
        **PANELS,
        **{
            name: PanelKind(title, board_numbers.tile(number, drawn_large=large and layout.large))
            for name, (title, number) in _TILES.items()
        },
    }
    panels = {name: Drawing(kind.title, partial(kind.draw, board) if board is not None else None) for name, kind in kinds.items()}
    return composed(layout.pages, panels, width, height)


def composed(pages_of: Sequence[Rows | Columns | str], panels: Mapping[str, Drawing], width: int, height: int) -> Board:
    """Draw pages of panels."""
    pages, rows, spots = [], [], []
    for number, page in enumerate(pages_of):
        notes = _page_notes(number, len(pages_of))
        parts: dict[int, list[tuple[Rect, Line]]] = {y: [] for y in range(height)}
        found: list[Spot] = []
        places = list(placed(page, Rect(0, 0, width, height)))
        for place in places:
            last_row = place.rect.y + place.rect.height == height and place.rect.x + place.rect.width == width
            found += [Spot(number, *spot) for spot in _panel(panels, place, parts, notes if last_row else ((),))]
        spots += found or [_only_spot(number, place, panels) for place in places[:1] if panels[place.panel].draw is not None]
        ordered = {y: tuple(sorted(row, key=lambda part: part[0].x)) for y, row in parts.items()}
        rows.append(ordered)
        pages.append(tuple(tuple(piece for _, part in ordered[y] for piece in part) for y in range(height)))
    return Board(tuple(pages), tuple(spots), tuple(rows))


def _only_spot(page: int, place: Placed, panels: Mapping[str, Drawing]) -> Spot:
    """Return a spot for a page on which no line leads anywhere: without one the cursor could not come to see it."""
    rect = place.rect
    title = panels[place.panel].title
    return Spot(page, Rect(rect.x + 1, rect.y + 1, rect.width - 2, 1), Target(place.panel, title, says=f"{title}."))


def _panel(
    panels: Mapping[str, Drawing], place: Placed, parts: dict[int, list[tuple[Rect, Line]]], notes: Sequence[Line]
) -> list[tuple[Rect, Target]]:
    """Draw one panel into the lines it crosses, and return its spots."""
    rect, panel = place.rect, panels[place.panel]
    width, height = rect.width - 4, rect.height - 2
    if width < 4 or height < 1:
        inside = Body(())
    elif panel.draw is None:
        inside = Body((line(("reading…", "quiet")),))
    else:
        inside = panel.draw(width, height)
    cell = partial(Rect, height=1)
    top, bottom = rect.y, rect.y + rect.height - 1
    title = line((panel.title, "title"))
    note = inside.note if length(title) + length(inside.note) + 2 <= rect.width - 8 else ()  # what it is matters more
    fitting = [one for one in notes if length(one) <= (rect.width - 8) // 2 + 4] or notes[-1:]
    below = next((one for one in fitting if _legend(inside, one, rect.width)), fitting[0])
    parts[top].append((cell(rect.x, top, rect.width), edge(title, note, rect.width)))
    parts[bottom].append(
        (cell(rect.x, bottom, rect.width), edge(_legend(inside, below, rect.width), below, rect.width, left="╰", right="╯"))
    )
    spots = []
    for number in range(height):
        y = top + 1 + number
        content = fit_line(inside.lines[number], width) if number < len(inside.lines) else (Piece(" " * width),)
        middle = cell(rect.x + 1, y, rect.width - 2)
        parts[y] += [
            (cell(rect.x, y, 1), (Piece("│", "frame"),)),
            (middle, (Piece(" "), *content, Piece(" "))),
            (cell(rect.x + rect.width - 1, y, 1), (Piece("│", "frame"),)),
        ]
        if number in inside.spots:
            spots.append((middle, inside.spots[number]))
    return spots


def _page_notes(number: int, pages: int) -> tuple[Line, ...]:
    """Return which page it is and the key that turns it, in words of several lengths; nothing of a single one."""
    if pages == 1:
        return ((),)
    key, told = ("PgDn" if number + 1 < pages else "PgUp", "key"), f"{number + 1} of {pages}"
    return (line(key, (f" page {told}", "quiet")), line(key, (f" {told}", "quiet")))


def _legend(inside: Body, below: Line, width: int) -> Line:
    """Return the longest legend that fits on the lower edge, beside what stands there already."""
    room = width - 8 - (length(below) + 2 if below else 0)
    fitting = (words for words in inside.legend if width_of(words) <= room)
    return next((line((words, "quiet")) for words in fitting), ())


def framed(sheet: Sheet, width: int) -> list[Line]:
    """Return a sheet in a frame as wide as the page, to be drawn over its first lines."""
    side = Piece("│", sheet.style)
    inside = [(side, Piece(" "), *fit_line(one, width - 4), Piece(" "), side) for one in sheet.lines]
    return [edge(sheet.title, sheet.note, width, sheet.style), *inside, edge((), (), width, sheet.style, "╰", "╯")]


def moved(spots: Sequence[Spot], at: int, by: int) -> int:
    """Return the spot so many further on; at either end it stays."""
    return max(0, min(len(spots) - 1, at + by))


def next_panel(spots: Sequence[Spot], at: int, by: int) -> int:
    """Return the first spot of the next panel, or of the one before; from the last one on to the first, and back."""
    firsts = [number for number, spot in enumerate(spots) if not number or _panel_of(spots[number - 1]) != _panel_of(spot)]
    here = max((place for place, first in enumerate(firsts) if first <= at), default=0)
    return firsts[(here + by) % len(firsts)] if firsts else 0


def _panel_of(spot: Spot) -> tuple[int, str]:
    return spot.page, spot.target.panel
