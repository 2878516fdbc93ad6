"""Where a list is scrolled to, and where its scroll bar is, as plain numbers of rows and lines."""

from __future__ import annotations


def kept_in_view(cursor: int, top: int, height: int, extent: int) -> int:
    """Return the top row nearest to `top` that shows the cursor and leaves no empty lines behind the last row."""
    if height <= 0:
        return max(0, cursor)
    top = min(max(top, cursor - height + 1), cursor)
    return max(0, min(top, extent - height))


def thumb(top: int, height: int, extent: int) -> range:
    """Return the lines, counted from the first row's, that the scroll bar covers; none when everything is in view."""
    if extent <= height or height <= 0:
        return range(0)
    size = max(1, height * height // extent)
    start = round(top * (height - size) / (extent - height))
    return range(start, start + size)


def at_thumb(line: int, height: int, extent: int) -> int:
    """Return the top row for a scroll bar whose middle is pulled to `line`."""
    if extent <= height or height <= 0:
        return 0
    size = max(1, height * height // extent)
    start = min(max(0, line - size // 2), height - size)
    return round(start * (extent - height) / max(1, height - size))
