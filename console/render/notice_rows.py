"""Notices as rows of a list, as an inspector's sheet, and as a page that shows one word for word."""

from __future__ import annotations

from datetime import datetime

from console.render.column import LAST, Column
from console.render.items import Item, items, opened
from console.render.moments import ago, ago_words, at
from console.render.notice_words import short_id, state_words, to_words
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, cut_line, line, wrapped
from console.render.suspicion import suspicious
from store.notice_rows import NoticeRow
from store.rules.notices import NoticeState

COLUMNS = (
    Column("state", "State", 11, priority=0, snug=True),
    Column("kind", "About", 10, priority=0, snug=True),
    Column("token", "Token", 16, flex=3, most=40, priority=1, likes=32, snug=True),
    Column("account", "Account", 10, flex=1, most=20, priority=LAST, snug=True),
    Column("to", "To", 14, flex=1, most=40, priority=0, snug=True),
    Column("since", "Since", 8, priority=LAST, snug=True),
    Column("tries", "Tries", 5, align="right", priority=LAST),
    Column("id", "Notice", 8, priority=LAST),
)
"""On a small screen a token's name stands whole; since when a notice waits is said below the list."""

SIGNS = {
    NoticeState.WAITING: ("○ waiting", ""),
    NoticeState.SENDING: ("◐ sending", "accent"),
    NoticeState.SENT: ("✓ sent", "good"),
    NoticeState.DEAD: ("! dead", "finding"),
    NoticeState.WITHDRAWN: ("· withdrawn", "quiet"),
}


def notice_cells(row: NoticeRow, now: datetime) -> tuple[Cell, ...]:
    """Return the cells of a notice, one for each of COLUMNS."""
    done = row.state in (NoticeState.SENT, NoticeState.WITHDRAWN)
    return (
        Cell(*SIGNS[row.state]),
        Cell(row.kind.value, "quiet" if done else ""),
        Cell(f"{_label(row)} {row.token_name}", "quiet" if done else "", "⚠" if suspicious(row.token_name) else ""),
        Cell(row.account_id, "quiet"),
        Cell(to_words(row), "quiet" if done else "" if row.recipient else "finding",
             "⚠" if suspicious(row.recipient) else ""),
        Cell(ago(row.queued_at, now), "quiet"),
        Cell(f"{row.tries}" if row.tries else "·", "" if row.tries else "quiet"),
        Cell(short_id(row), "quiet"),
    )  # fmt: skip


def notice_sheet(row: NoticeRow, now: datetime, width: int, height: int) -> Sheet:
    """Return what the inspector says of a notice: how far it is, and as much of its text as there is room for."""
    lines: list[Line] = [
        *wrapped(_state(row), width),
        cut_line(line(("To ", "quiet"), to_words(row), ("  in line since ", "quiet"), at(row.queued_at)), width),
        (),
    ]
    body = [one for paragraph in row.body.split("\n\n")[2:4] for one in wrapped(paragraph.strip(), width)]
    return Sheet([*lines, *body][:height], line((row.subject, "title")))


def notice_page(row: NoticeRow, now: datetime, width: int) -> list[Item]:
    """Return a notice word for word, and how far it is."""
    about = line(
        ("Token    ", "quiet"), (f"{_label(row)} ", "accent"), row.token_name or "(no name)", (f" of {row.account_id}", "quiet")
    )
    text = [one for part in row.body.rstrip("\n").split("\n") for one in (wrapped(part, min(width, 100)) if part else [()])]
    return [
        *items(wrapped(_state(row), width)),
        *items([line(("In line  ", "quiet"), f"{at(row.queued_at)}, {ago_words(row.queued_at, now)}"),
                line(("Notice   ", "quiet"), row.id), *_case(row)]),
        opened(about, width, "token", row.account_id, row.token_id),
        *items([(), line(("To:      ", "header"), to_words(row)), *_wrapped_subject(row, width), (), *text]),
    ]  # fmt: skip


def _state(row: NoticeRow) -> Line:
    words, style = SIGNS[row.state]
    left = ""
    if row.state is NoticeState.DEAD:
        left = " r puts it in line again."
    elif row.state is NoticeState.WAITING:
        left = " `tokendesk notices send` sends it."
    said = state_words(row)
    return line((f"{words[0]} ", style), (f"{said[0].upper()}{said[1:]}.", style or "strong"), (left, "quiet"))


def _label(row: NoticeRow) -> str:
    return f"…{row.hint or row.token_id[-4:]}"


def _case(row: NoticeRow) -> list[Line]:
    return [line(("Case     ", "quiet"), row.case_id)] if row.case_id else []


def _wrapped_subject(row: NoticeRow, width: int) -> list[Line]:
    return wrapped(line(("Subject: ", "header"), (row.subject, "strong")), width, indent=9)
