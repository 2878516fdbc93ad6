"""A rounded frame around something: what changes inside never makes the frame be sent again (ux.md 3.9)."""

from __future__ import annotations

from dataclasses import replace

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from console.render.pieces import Line, Piece
from console.render.plain import plain
from console.render.sheet import FRAME, Sheet, edge, fit_line
from console.widgets.ink import Ink
from console.widgets.pane import Pane, Source, differ_until

LEFT_TO_READ = 10
"""With fewer lines than this left under a question, the panel is the question's alone."""


class Frame(Widget):
    """Any widget in a frame with a title on the left and a note on the right of its upper edge.

    The frame is drawn where its padding is, all of it by this one widget: parts of their own would each have to be mounted,
    styled, placed and rendered before there is a first picture. Without padding there is no frame.
    """

    DEFAULT_CSS = """
    Frame { width: 1fr; height: 1fr; padding: 1; }
    Frame.padded { padding: 1 2; }
    """
    can_focus = False

    def __init__(self, inner: Widget, *, padded: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(inner, id=id, classes="padded" if padded else "")
        self._space = " " if padded else ""
        self._title: Line = ()
        self._note: Line = ()
        self._style, self._strong = FRAME, 0
        self._ink = Ink(self)
        self._lines: list[Strip] = []

    def entitle(self, title: Line, note: Line = (), style: str = FRAME, strong: int = 0) -> None:
        """Show a title and a note; the first `strong` lines of the frame, the upper edge being one, are drawn in `style`."""
        self._title, self._note, self._style, self._strong = title, note, style, strong
        self.draw_frame()

    def draw_frame(self) -> None:
        """Draw the frame for the present size; only lines that differ are painted again."""
        before, self._lines = self._lines, self._drawn()
        if self.is_mounted and self.outer_size and len(before) == len(self._lines):
            inset = self.content_offset  # regions are counted from there
            until: dict[tuple[int, int], int] = {}  # the sides are the same few strips again and again
            regions: list[Region] = []
            for y, (old, new) in enumerate(zip(before, self._lines, strict=True)):
                pair = id(old), id(new)
                if pair not in until:
                    until[pair] = differ_until(old, new)
                if until[pair]:
                    regions.append(Region(-inset.x, y - inset.y, until[pair], 1))
            if regions:
                self.refresh(*regions)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of the frame; what is between its sides is covered by the inner widget."""
        if len(self._lines) != self.outer_size.height or (self._lines and self._lines[0].cell_length != self.outer_size.width):
            self._lines = self._drawn()
        lines = self._lines[crop.y : crop.bottom]
        whole = crop.column_span == (0, self.outer_size.width)
        return lines if whole else [strip.crop(*crop.column_span) for strip in lines]

    def notify_style_update(self) -> None:
        """Draw with the new theme's colours."""
        super().notify_style_update()
        self._ink, self._lines = Ink(self), []
        self.refresh()

    def _drawn(self) -> list[Strip]:
        width, height = self.outer_size
        if not self.outer_size:
            return []
        if not self.styles.padding.top:
            return [self._strip((), width)] * height
        last = FRAME if self._strong < height else self._style
        upper = self._strip(edge(self._title, self._note, width, self._style if self._strong else FRAME), width)
        strong, calm = self._side(self._style, width), self._side(FRAME, width)
        sides = [strong if number < self._strong else calm for number in range(1, height - 1)]
        return [upper, *sides, self._strip(edge((), (), width, last, "╰", "╯"), width)][:height]

    def _side(self, style: str, width: int) -> Strip:
        left, right = f"│{self._space}", f"{self._space}│"
        between = " " * (width - len(left) - len(right))
        return self._strip((Piece(left, style), Piece(between), Piece(right, style)), width)

    def _strip(self, line: Line, width: int) -> Strip:
        strip = self._ink.strip([(plain(text), style) for text, style in fit_line(line, width)], width)
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, self.background_colors[1])
        return strip


class Panel(Frame):
    """Lines of text in a frame. Clipped to its size; a dialog may `cover` the upper lines for a while.

    On a whole `page` they may move down below the dialog instead.
    """

    def __init__(self, source: Source | None = None, *, id: str | None = None, page: bool = False) -> None:  # noqa: A002
        self.inside = Pane(source)
        self.page = page
        super().__init__(self.inside, padded=True, id=id)
        self._under: Sheet = Sheet(())

    @property
    def room(self) -> tuple[int, int]:
        """Return how many columns and lines of text fit."""
        return self.inside.size.width, self.inside.size.height

    def show(self, sheet: Sheet) -> None:
        """Show another sheet; only what differs is sent."""
        self._under = sheet
        self._draw(sheet)

    def cover(self, sheet: Sheet, *, moving: bool = False, alone: bool = False) -> None:
        """Draw a dialog over the upper lines of what is shown; what it does not need of a tall panel stays to be read.

        With `moving` what a whole page shows stands below it from its beginning, and elsewhere what is left stands below a
        rule with the title that is covered. One that stands `alone` leaves nothing below it.
        """
        used = len(sheet.lines) + 1
        roomy = not alone and self.room[1] >= used + LEFT_TO_READ
        if roomy and self.page and moving and any(self._under.lines):
            between = (Piece("─" * self.room[0], FRAME),)
            self._draw(replace(sheet, lines=[*sheet.lines, between, *self._under.lines][: self.room[1]]))
            return
        below = list(self._under.lines[used:]) if roomy else []
        whole = next((number for number, one in enumerate(below) if not one), len(below))
        below[:whole] = [()] * whole  # what is left of a paragraph whose beginning is covered
        if moving and any(below):  # a question changes as little as it can: a whole revocation has no bytes left for a rule
            below[whole] = edge(self._under.title, (), self.room[0], left="─", right="─")
        self._draw(replace(sheet, lines=[*sheet.lines, *([()] if roomy else ()), *below]))

    def _draw(self, sheet: Sheet) -> None:
        self.inside.show(sheet.lines)
        self.entitle(sheet.title, sheet.note, sheet.style, sheet.strong)
