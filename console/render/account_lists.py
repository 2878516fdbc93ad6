"""The lists about one account: its tokens, its people, and what was done in it. Each line can be opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from console.render.account_pages import AccountFacts
from console.render.column import APART
from console.render.columns import Seen, access_cell, expires_cell, name_cell, status_cell, tail_cell, used_cell
from console.render.items import Item, cut_name, items, opened
from console.render.member_words import address_of, address_words
from console.render.moments import at, clock
from console.render.pieces import Cell, Line, Piece
from console.render.sheet import cut_line, line
from console.render.suspicion import suspicious
from console.render.widths import fit, fit_with_sign, fit_with_tail, width_of, width_with_tail
from store.rows import MemberRow, TokenLine

WIDE, ROOMY_AUDIT = 130, 100
"""From these widths on the tokens have all their columns, and what was done has its case and reason beside it."""


def tokens(facts: AccountFacts, now: datetime, width: int) -> list[Item]:
    """Return its tokens, the latest used first, and how to see those that are not shown."""
    if facts.tokens is None:
        return items([line(("…", "quiet"))])
    if not facts.tokens:
        return items([line(("This account has no tokens.", "quiet"))])
    seen = Seen(now)
    roomy = width >= WIDE
    gap, indent = ("   ", "  ") if roomy else (" ", "")
    columns = [one for one in _TOKEN_COLUMNS if roomy or not one.wide]
    if not roomy:  # what a column does not need of its width goes to the names
        columns = [replace(one, width=_needed(one, facts.tokens, seen)) for one in columns]
    name = max(10, min(60, width - (4 if roomy else 0) - sum(len(one.before(gap)) + one.width for one in columns)))
    titles = "".join(f"{one.before(gap)}{one.title:{'>' if one.right else '<'}{one.width}}" for one in columns)
    shown = [Item(line((f"{indent}{'Name':<{name}}{titles}", "header")))]
    for row in facts.tokens:
        cells = [part for one in columns for part in (Piece(one.before(gap)), one.piece(row, seen))]
        words = line(indent, _cell(name_cell(row, seen), name), *cells)
        shown.append(opened(words, width, "token", row.account_id, row.id, whole=cut_name(row.name, name)))
    whole = facts.counts["all"] if facts.counts is not None else len(facts.tokens)
    if whole > len(facts.tokens):
        shown.append(opened(line("  ", (f"All {whole:,} tokens", "accent"), " in the token list"), width, "view", "all"))
    return shown


def people(facts: AccountFacts, now: datetime, width: int) -> list[Item]:
    """Return who is in the account, and how many live tokens each owns and made."""
    if facts.people is None:
        return items([line(("…", "quiet"))])
    if not facts.people:
        return items([line(("Nobody is recorded in this account.", "quiet"))])
    name = max(12, min(64, width - 64))
    shown = [Item(line((f"  {'Name':<{name}}  {'Id':<16} {'Role':<7} {'State':<19} {'Owns':>5} {'Made':>5}", "header")))]
    for one in facts.people:
        who = one.member
        left = f"left {who.left_at:%Y-%m-%d}" if who.left_at else "left"
        mark = "! " if not who.active and (one.owns or one.made) else ""
        words = line(
            "  ", fit(who.name or who.id, name), "  ", (f"{fit(who.id, 16)} ", "quiet"),
            (f"{'admin' if who.admin else '':<7} ", "accent"),
            (f"{'active' if who.active else mark + left:<19} ", "" if who.active else "finding" if mark else "quiet"),
            (f"{one.owns:>5,}", "strong" if one.owns else "quiet"), (f" {one.made:>5,}", "strong" if one.made else "quiet"),
        )  # fmt: skip
        shown.append(opened(words, width, "person", who.id, whole=cut_name(who.name or who.id, name)))
        if who.active or who.email:
            shown.append(Item(cut_line(_told_at(who), width)))
    shown += [
        Item(()),
        Item(line(("  Owns and made count live tokens. Enter shows a person's in the token list.", "quiet"))),
        Item(line(("  Under each name is where notices go; ", "quiet"), ("E", "key"), (" changes it.", "quiet"))),
    ]
    return shown


def _told_at(who: MemberRow) -> Line:
    """Return where notices to somebody go; an admin nobody can mail stands out."""
    if who.email:
        return line("    ", (who.email, "quiet"), ("  ⚠" if suspicious(who.email) else "", "finding"))
    style = "finding" if who.admin and not address_of(who) else "quiet"
    return line("    ", ("! " if style == "finding" else "", "finding"), (address_words(who), style))


def audit(facts: AccountFacts, now: datetime, width: int) -> list[Item]:
    """Return what was done in the account, the newest first."""
    if facts.audit is None:
        return items([line(("…", "quiet"))])
    if not facts.audit:
        return items([line(("Nothing is on record.", "quiet"))])
    roomy = width >= ROOMY_AUDIT
    who, what, gap = (24, 16, "  ") if width >= 150 else (16, 10, "  ") if roomy else (12, 10, " ")
    number = max(len(f"{one.seq:,}") for one in facts.audit)
    if not roomy:
        who = min(12, max(width_of(one.actor) for one in facts.audit))
        what = min(10, max(4, *(len(one.action) for one in facts.audit)))
    name = max(26, min(40, width - 92)) if roomy else width - (number + who + what + 28)
    note_title = f"{gap}Case, reason" if roomy else ""
    head = f"  {'#':>{number}}  {'Time (UTC)':<20}{gap}{'Who':<{who}}{gap}{'What':<{what}}{gap}{'Token':<{name}}{note_title}"
    shown = [Item(line((head, "header")))]
    for one in facts.audit:
        note = " · ".join(part for part in (one.case_id or "", one.reason) if part)
        words = line(
            (f"  {one.seq:>{number},}  ", "accent"), (f"{at(one.at)[:10]} {clock(one.at)}{gap}", "quiet"),
            f"{fit(one.actor, who)}{gap}", (f"{fit(one.action, what)}{gap}", "danger" if one.action == "revoke" else "strong"),
            fit(one.token_name or one.token_id or "", name), (f"{gap}{note}" if roomy and note else "", "quiet"),
        )  # fmt: skip
        opens = ("token", one.account_id or "", one.token_id) if one.token_id else ()
        about = one.token_name or one.token_id or ""
        cut = f"{about} · {one.actor}" if cut_name(about, name) or cut_name(one.actor, who) else ""
        shown.append(opened(words, width, *opens, whole=cut) if opens else Item(cut_line(words, width)))
        if note and not roomy:
            shown.append(Item(cut_line(line(" " * (number + 4), (note, "quiet")), width)))
    return shown


@dataclass(frozen=True, slots=True)
class _TokenColumn:
    """A column of the page of tokens, behind the name; a `wide` one stands only where there is room for all of them.

    `signed` and `apart` mean what they mean of a list's column.
    """

    title: str
    width: int
    cell: Callable[[TokenLine, Seen], Cell]
    wide: bool = False
    right: bool = False
    signed: bool = False
    apart: bool = False

    def before(self, gap: str) -> str:
        """Return the blanks before it, where others have this `gap`."""
        return gap.ljust(APART) if self.apart else gap

    def piece(self, row: TokenLine, seen: Seen) -> Piece:
        """Return what it shows of a token in its width; in a `signed` one the signs stand below one another."""
        cell = self.cell(row, seen)
        if self.signed:
            return Piece(fit_with_sign(cell.text, cell.tail, self.width), cell.style)
        return _cell(cell, self.width, right=self.right)


_TOKEN_COLUMNS = (
    _TokenColumn("Env", 5, lambda row, seen: Cell(row.environment, "quiet"), wide=True),
    _TokenColumn("Access", 12, access_cell),
    _TokenColumn("Status", 11, status_cell),
    _TokenColumn("24 h", 11, lambda row, seen: _requests(row.requests_24h), wide=True, right=True),
    _TokenColumn("30 days", 11, lambda row, seen: _requests(row.requests_30d), wide=True, right=True),
    _TokenColumn("Used", 12, used_cell, signed=True),
    _TokenColumn("Expires", 11, expires_cell, signed=True, apart=True),
    _TokenColumn("Made", 10, lambda row, seen: Cell(f"{row.created_at:%Y-%m-%d}", "quiet"), wide=True),
    _TokenColumn("Last 4", 6, tail_cell),
)


def _needed(column: _TokenColumn, rows: Sequence[TokenLine], seen: Seen) -> int:
    cells = [column.cell(row, seen) for row in rows]
    longest = max(width_with_tail(cell.text, cell.tail) for cell in cells)
    return min(column.width, max(len(column.title), longest))


def _requests(count: int) -> Cell:
    return Cell(f"{count:,}" if count else "·", "" if count else "quiet")


def _cell(cell: Cell, width: int, *, right: bool = False) -> Piece:
    return Piece(fit_with_tail(cell.text, cell.tail, width) if cell.tail else fit(cell.text, width, right=right), cell.style)
