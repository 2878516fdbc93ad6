"""How a form is drawn: its fields, each with what is wrong with it, and the list of the one the cursor is in, beside or below."""

from __future__ import annotations

from collections.abc import Sequence

from console.dialogs.fields import Field
from console.render.pieces import Line, Piece
from console.render.sheet import Sheet, cut_line, ends, fit_line, folded, length, line, wrapped

TWO_COLUMNS, LEAST_HEIGHT = 100, 14
LEAST_LIST = 2
FOOT = 30
"""The last lines of a page stand no lower than this: what they say belongs to the fields above."""

LEFT_SHARE, LEFT_MOST = 0.56, 92
LEAST_WORDS = 24
"""So many cells at least are left beside a value for what is wrong with it: a sign alone says nothing."""

MOST_LINES = 3
"""A value that is longer than a line takes so many at most; the ones around the cursor are shown."""


def form_sheet(
    title: str,
    about: Line,
    fields: Sequence[Field],
    at: int,
    told: tuple[str, str],
    width: int,
    height: int,
    *,
    page: bool,
) -> Sheet:
    """Draw a form in at most `height` lines; the cursor is in field `at`.

    `told` is what stands above the keys, and its style. A field says what is wrong with it once it was left or typed into.
    """
    words, style = told
    last = [*(wrapped(words, width, style)[: 3 if page else 2] if words else []), _key_line(fields, at, width, page=page)]
    here, rest = fields[at], height - len(last)
    before = after = 0
    if width >= TWO_COLUMNS and height >= LEAST_HEIGHT:
        lines = _beside(about, fields, at, width, rest)
    else:
        lines = _rows(fields, at, width, rest, roomy=False)
        if rest < len(lines) == len(fields):  # the field the cursor is in is always among those that are seen
            before = max(0, at - rest + 1)
            after = len(fields) - before - rest
            lines = lines[before : before + rest]
        least = LEAST_LIST + 1 if here.below(width, 1) else 1
        told_about = wrapped(about, width) if about else []
        lines = (
            [*told_about, *lines]
            if rest >= len(lines) + len(told_about) - 1 + least
            else [about, *lines]
            if (about and rest >= len(lines) + least)
            else lines
        )
        spare = rest - len(lines)
        gap = spare > 6
        offered = here.below(width, spare - gap) if spare > 0 else []
        lines += [*([()] if gap and offered else []), *offered]
    last[-1] = _with_more(last[-1], before, after, width)
    foot = [()] * (min(rest, FOOT) - len(lines)) if page else []
    return Sheet([*lines[:rest], *foot, *last], line((title, "accent")))


def _beside(about: Line, fields: Sequence[Field], at: int, width: int, height: int) -> list[Line]:
    """Draw the fields on the left and the list on the right; fields of which none has a list take the whole width."""
    listed = any(one.below(width, height) for one in fields)
    left = min(int(width * LEFT_SHARE), LEFT_MOST) if listed else width
    told = wrapped(about, width) if about else []
    if len(told) > 1 and height < len(told) + 1 + len(fields) * 2:
        told = [about]
    rows = _rows(fields, at, left, height - 2 - max(1, len(told)), roomy=True)
    offered = fields[at].below(width - left - 5, height - 5)
    right = [line((fields[at].label, "title")), (), *offered] if offered else []
    both = range(max(len(rows), len(right)))
    return [
        *([*told, ()] if told else []),
        *[(*fit_line(_at(rows, n), left), Piece(" │ " if offered else "", "frame"), *_at(right, n)) for n in both],
        (),
    ]


def _rows(fields: Sequence[Field], at: int, width: int, height: int, *, roomy: bool) -> list[Line]:
    widest = max(len(field.label) for field in fields) + 2
    blocks = [_row(one, widest, width, here=number == at) for number, one in enumerate(fields)]
    while sum(map(len, blocks)) > height and any(len(block) > 1 for block in blocks):
        longest = max(range(len(blocks)), key=lambda number: (number != at, len(blocks[number])))
        if longest == at or len(blocks[longest]) == 1:
            blocks[at] = blocks[at][:-1]
        else:
            blocks[longest] = [_on_one_line(fields[longest], widest, width)]
    spread = roomy and sum(len(block) + 1 for block in blocks) <= height
    return [row for block in blocks for row in (*block, *([()] if spread else []))]


def _row(one: Field, widest: int, width: int, *, here: bool) -> list[Line]:
    head, value = _head(one, widest, here=here), one.drawn(here)
    says = _says(one, here=here)
    indent = length(head)
    if indent + length(value) + length(says) + 2 <= width:
        return [(*head, *value, *((Piece("  "), *says) if says else ()))]
    room = max(10, width - indent)
    rows = [cut_line(value, room)] if one.choices else _around(folded(value, room), room)
    space = (Piece(" " * indent),)
    lines = [(*(head if not number else space), *row) for number, row in enumerate(rows)]
    if here:
        return [*lines, *[(*space, *row) for row in wrapped(says, room)]]
    if one.choices or not says:
        return lines
    lines[-1] = (*lines[-1], Piece("  "), *says)
    return lines if length(lines[-1]) <= width else [_on_one_line(one, widest, width)]


def _on_one_line(one: Field, widest: int, width: int) -> Line:
    """Return a field the cursor is not in, cut so that what is wrong with it can be read."""
    whole, says = (*_head(one, widest, here=False), *one.drawn(False)), _says(one, here=False)
    if not says or one.choices:
        return cut_line(whole, width)
    return cut_line((*cut_line(whole, width - min(LEAST_WORDS, length(says) + 2)), Piece("  "), *says), width)


def _head(one: Field, widest: int, *, here: bool) -> Line:
    return (Piece("▌" if here else " ", "accent"), Piece(one.label.ljust(widest), "strong" if here else "quiet"))


def _around(rows: list[Line], width: int) -> list[Line]:
    """Return the lines of a value up to the one the cursor is in, the last few of them; without a cursor the first few."""
    cursor = next((number for number, row in enumerate(rows) if any(piece.style == "cursor" for piece in row)), 0)
    first = max(0, cursor - MOST_LINES + 1)
    shown = rows[first : first + MOST_LINES]
    if first + MOST_LINES < len(rows):
        shown[-1] = cut_line((*shown[-1], Piece(" …", "quiet")), width)
    return shown


def _says(one: Field, *, here: bool) -> Line:
    """Say what is wrong with a field, else what it is for, else that it is right."""
    problem = one.complaint() if one.touched or one.value or one.left else ""
    if problem:
        return (Piece("! ", "finding"), Piece(problem, "finding"))
    hint = one.hint(here)
    if hint:
        return (Piece(hint, "quiet"),)
    return (Piece("✓", "good"),) if one.given and not one.problem() else ()


def _key_line(fields: Sequence[Field], at: int, width: int, *, page: bool) -> Line:
    keys: list[tuple[str, str] | str] = []
    own = (*fields[at].keys(), ("Enter", "go on"), *((("Tab", "next field"),) if len(fields) > 1 else ()))
    for key, does in own if page else (*own, ("Esc", "leave it")):
        keys += [(key, "key"), f" {does}   "]
    return cut_line(line(*keys[:-1], str(keys[-1]).rstrip()), width)


def _with_more(keys: Line, before: int, after: int, width: int) -> Line:
    """Say at the end of the keys how many fields stand above and below those there is room for."""
    more = "  ".join(f"{sign} {count} more" for sign, count in (("↑", before), ("↓", after)) if count)
    if not more:
        return keys
    return ends(keys, line((more, "finding")), width) if length(keys) + len(more) < width else line((more, "finding"))


def _at(lines: Sequence[Line], number: int) -> Line:
    return lines[number] if number < len(lines) else ()
