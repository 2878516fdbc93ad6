"""What a command prints: JSON, CSV or a table on standard output, sentences on standard error, never a control byte."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence

from console.reports.cells import Value, csv_line, json_text

_NARROWEST = 12


def say(sentence: str) -> None:
    """Tell the person something on standard error, on one line; whoever's words it repeats are made harmless."""
    from console.render.plain import plain

    print(plain(sentence), file=sys.stderr)


def show(line: str = "") -> None:
    """Print one line on standard output, made harmless."""
    from console.render.plain import plain

    print(plain(line))


def print_record(value: Value) -> None:
    """Print one JSON object."""
    print(json_text(value, indent=2))


def print_array(values: Iterable[Value]) -> None:
    """Print values as one JSON array, one a line, as they come."""
    opened = False
    for value in values:
        print(",\n" if opened else "[\n", json_text(value), sep="", end="")
        opened = True
    print("\n]" if opened else "[]")


def print_csv(names: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Print a heading line of field names and one line per row."""
    print(",".join(names))
    for row in rows:
        print(csv_line(row))


def print_table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: frozenset[int] = frozenset(),
    shrink: Sequence[int] = (),
    drop: Sequence[int] = (),
) -> None:
    """Print rows under headings in aligned columns.

    `right` are the columns aligned right. On a terminal the columns of `shrink` are cut until a line fits, the last one
    first, then those of `drop` are left out in their order (ux.md 0); in a pipe nothing is cut or left out.
    """
    from console.render.plain import plain
    from console.render.widths import fit, width_of

    widths = {
        column: max([width_of(heading), *(width_of(plain(row[column])) for row in rows)])
        for column, heading in enumerate(headings)
    }
    if sys.stdout.isatty():
        _narrow(widths, shutil.get_terminal_size((80, 24)).columns, shrink, drop)
    for row in (headings, *rows):
        line = "  ".join(fit(row[column], width, right=column in right) for column, width in widths.items())
        print(line.rstrip())


def _narrow(widths: dict[int, int], room: int, shrink: Sequence[int], drop: Sequence[int]) -> None:
    """Take away from the widths of columns, two spaces apart, until they fit into `room` or nothing more may go."""

    def excess() -> int:
        return sum(widths.values()) + 2 * (len(widths) - 1) - room

    for column in drop:
        if excess() <= sum(max(0, widths[one] - _NARROWEST) for one in shrink if one in widths):
            break
        del widths[column]
    for column in reversed(shrink):
        if column in widths:
            widths[column] -= max(0, min(excess(), widths[column] - _NARROWEST))
