"""What is drawn for a change: the lines that changed, of the widgets seen there; and the picture is the same as Textual's."""

from __future__ import annotations

from itertools import pairwise

import pytest
from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from console.widgets.windowed_list import WindowedList
from store.opening import Store
from tests.at_console import at_console
from tests.making import make_account, make_token

Drawn = list[tuple[Widget, Region]]


@pytest.fixture
def drawn(store: Store, monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """Fill the store, and return what widgets are asked to draw from then on."""
    make_account(store)
    for number in range(12):
        make_token(store, f"token {number:02}")
    asked: Drawn = []
    draw = Widget.render_lines

    def noted(self: Widget, crop: Region) -> list[Strip]:
        asked.append((self, crop))
        return draw(self, crop)

    monkeypatch.setattr(Widget, "render_lines", noted)
    return asked


async def test_a_cursor_move_draws_the_two_lines_it_touches_before_anything_else(store: Store, drawn: Drawn) -> None:
    async with at_console(store) as hand:
        table = hand.tokens.table
        drawn.clear()
        table.move(1)
        await hand.until(lambda: drawn)
        widget, crop = drawn[0]
        assert isinstance(widget, WindowedList)
        assert (crop.y, crop.height) == (1, 2)


@pytest.mark.usefixtures("drawn")
async def test_a_part_drawn_alone_is_what_textual_draws_there(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_console(store) as hand:
        mine = hand.app.screen._compositor
        size = mine.size
        with monkeypatch.context() as patch:
            patch.setattr(type(mine), "_get_renders", Compositor._get_renders)
            whole = mine._render_chops(size.region, lambda y: True)
        assert type(mine) is not Compositor
        for part in (Region(0, 5, size.width, 3), Region(30, 0, 9, size.height), Region(3, 9, 1, 1), size.region):
            lines = mine._render_chops(part, range(*part.line_span).__contains__)
            for y in part.line_range:
                for start, end in pairwise(mine.cuts[y]):
                    if start < part.right and end > part.x:
                        assert lines[y][start] == whole[y][start]
