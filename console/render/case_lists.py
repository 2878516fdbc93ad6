"""Cases as rows of a list and as an inspector's sheet."""

from __future__ import annotations

from datetime import datetime

from console.render.case_steps import short_steps, steps_lines
from console.render.case_words import discovery_words, state_words, status_words, steps_words
from console.render.column import Column
from console.render.moments import ago, at
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, cut_line, line, wrapped
from console.render.suspicion import suspicious
from store.case_rows import CaseFile, CaseLine, CaseToken

COLUMNS = (
    Column("case", "Case", 10, most=14, priority=0, snug=True),
    Column("title", "Title", 34, flex=1, most=70, priority=1, snug=True),
    Column("state", "State", 8, priority=0),
    Column("steps", "Steps", 6, priority=0),
    Column("tokens", "Tokens", 6, align="right", priority=3),
    Column("working", "Working", 7, align="right", priority=2),
    Column("last", "Last action", 16, most=24, priority=4, snug=True),
    Column("opened", "Opened", 10, priority=5, snug=True),
)


def case_cells(row: CaseLine, now: datetime) -> tuple[Cell, ...]:
    """Return the cells of a case, one for each of COLUMNS."""
    alarming = row.is_open and bool(row.working)
    return (
        Cell(row.id, "accent" if row.is_open else "quiet"),
        Cell(row.title or "(no title)", "" if row.title and row.is_open else "quiet", "⚠" if suspicious(row.title) else ""),
        Cell("open" if row.is_open else "closed", "finding" if row.is_open else "quiet"),
        Cell(steps_words(row) or "…", "good" if row.steps == _ALL else ""),
        Cell("…" if row.tokens is None else f"{row.tokens:,}"),
        Cell("…" if row.working is None else f"{'! ' if alarming else ''}{row.working:,}" if row.working else "·",
             "finding" if alarming else "quiet"),
        Cell(f"{ago(row.last_at, now)} {row.last_by}", "quiet"),
        Cell(ago(row.opened_at, now), "quiet"),
    )  # fmt: skip


_ALL = 5


def case_sheet(row: CaseLine, found: CaseFile | None, width: int, height: int) -> Sheet:
    """Return what the inspector says of a case; `found` None while it is being read."""
    title = line((row.id, "title"), (f" · {row.title}" if row.title else " · no title", "accent"))
    lines: list[Line] = [line((state_words(row), "strong"), (f", opened by {row.opened_by}", "quiet"))]
    if found is None:
        return Sheet([*lines, line(("Reading…", "quiet"))][:height], title)
    lines += wrapped(discovery_words(found), width)
    tokens = [token_line(token, found.at, width) for token in by_urgency(found)]
    if not found.tokens:
        tokens.append(line(("No token was looked up or found under it yet.", "quiet")))
    told = [part for one in tokens for part in wrapped(one, width, indent=2)]
    whole = [(), *told, (), *steps_lines(found, width)]
    lines += whole if len(lines) + len(whole) + 2 <= height else [*short_steps(found.steps, width), *told]
    if height > len(lines) + 1 and found.events:
        last = found.events[-1]
        lines += [(), line(("Last line ", "quiet"), f"{at(last.at)} {last.actor}", (f" · {found.lines:,} in all", "quiet"))]
    return Sheet([cut_line(one, width) for one in lines[:height]], title)


def token_line(token: CaseToken, now: datetime, width: int) -> Line:
    """Say in one line which token it is and how it stands; of which account, where there is room."""
    row = token.row
    sign, style = ("!", "danger") if row.live else ("◐", "finding") if token.ended_at is None else ("✓", "good")
    account = f" · {row.account_name or row.account_id}" if width >= _ROOMY else ""
    return line(
        (f"{sign} ", style), (f"…{row.hint or row.id[-4:]} ", "accent"), (row.name.strip() or "(no name)", "strong"),
        (f"{account} · ", "quiet"), (status_words(token, now), style),
    )  # fmt: skip


_ROOMY = 84


def by_urgency(found: CaseFile) -> list[CaseToken]:
    """Return the tokens of a case: those that work first, then those that are stopped for now, then those that have ended."""
    return sorted(found.tokens, key=lambda token: (not token.row.live, token.ended_at is not None))
