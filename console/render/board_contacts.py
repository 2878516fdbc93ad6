"""The panel «Who to call»: for each finding its latest tokens, what happens to them, and the people of their account."""

from __future__ import annotations

from collections.abc import Sequence

from console.render.board_parts import SIGN, Body, Target, amount_words, body, finding_sign, nothing, quoted
from console.render.contact_words import people_words, why_words
from console.render.freshness import recorded_words
from console.render.pieces import Line, Piece
from console.render.sheet import cut_line, line
from console.render.suspicion import suspicious
from console.render.widths import fit, fit_with_tail, width_of
from store.contact_rows import CALLED_ABOUT, Contact
from store.dashboard_rows import Dashboard
from store.rules.views import view_named

ONE_LINE = 104
"""From this width on a token has one line; below it two."""

LEGEND = (
    "number: tokens with that finding · ×: how often · last: latest call",
    "number: tokens with that finding · ×: how often",
    "number: tokens · ×: how often",
)
"""What stands beside a finding, in words of several lengths."""

FINDING, NAME = 16, 30
HEAD = SIGN + 1 + FINDING + 1
"""The cells before a token: the sign and the words of its finding, each with a blank behind it."""


def contacts(board: Dashboard, width: int, height: int) -> Body:
    """Return the tokens to call about; where a finding holds more than are shown, a line that opens its view."""
    if board.contacts is None:
        return nothing("looking them up…", width)
    if not board.contacts:
        return nothing("Nobody: no dead token is calling, none fell silent, none calls from a new address.", width)
    each = 1 if width >= ONE_LINE else 2
    groups = [(finding, [one for one in board.contacts if one.finding == finding]) for finding in CALLED_ABOUT]
    groups = [(finding, found) for finding, found in groups if found]
    most = max(len(found) for _, found in groups)
    drawn: list[tuple[Line, Target | None]] = []
    for many in range(most, 0, -1):
        drawn = [one for finding, found in groups for one in _group(board, finding, found[:many], width, each)]
        if len(drawn) <= height:
            break
    to = recorded_words(board.freshness, board.at)
    return body(drawn[:height], f"usage {to}" if to else "", LEGEND)


def _group(board: Dashboard, finding: str, shown: Sequence[Contact], width: int, each: int) -> list[tuple[Line, Target | None]]:
    view, amount = view_named(finding), board.amount(finding)
    lines: list[tuple[Line, Target | None]] = []
    for number, contact in enumerate(shown):
        label = f"{view.short} {amount_words(amount)}" if number == 0 else ""
        sign, style = finding_sign(finding, amount.number)
        head = line((f"{sign if label else '':<{SIGN}} {fit(label, FINDING)} ", style))
        drawn = (_one_line if each == 1 else _two_lines)(contact, board, head, width)
        lines += [(drawn[0], contact_target(contact, board)), *((one, None) for one in drawn[1:])]
    left = amount.number - len(shown)
    if left > 0:
        words = f"  and {left:,}{'+' if amount.more else ''} more {view.short.lower()}"
        lines.append(
            (cut_line(line(" " * (HEAD - 2), (words, "quiet")), width), Target("contacts", finding, finding, says=view.rule))
        )
    return lines


def _one_line(contact: Contact, board: Dashboard, head: Line, width: int) -> list[Line]:
    room = width - HEAD
    name = min(NAME + max(0, room - 110) // 4, room // 3)
    why_room = (room - name - 4) * 3 // 5
    whom_room = room - name - 4 - why_room
    why = _fitting(why_words(contact, board.at), why_room)
    whom = _fitting(people_words(contact), whom_room)
    return [
        (*head, _label(contact, name), Piece("  "), Piece(fit(why, why_room)), Piece("  "), Piece(fit(whom, whom_room), "accent"))
    ]


def _two_lines(contact: Contact, board: Dashboard, head: Line, width: int) -> list[Line]:
    room = width - HEAD
    whom = people_words(contact)
    least = min(width_of(whom[-1]), room // 2)
    name = min(width_of(_name(contact)) + 2, max(12, room - least - 2))
    first = (*head, _label(contact, name), Piece("  "), Piece(_fitting(whom, room - name - 2), "accent"))
    why = _fitting(why_words(contact, board.at), room)
    return [cut_line(first, width), cut_line(line(" " * HEAD, (why, "quiet")), width)]


def _label(contact: Contact, width: int) -> Piece:
    name = _name(contact)
    return Piece(fit_with_tail(name, "⚠" if suspicious(name) else "", width), "strong")


def _name(contact: Contact) -> str:
    return f"{contact.token.name.strip() or '(no name)'} · {contact.token.account_name or contact.token.account_id}"


def _fitting(words: Sequence[str], room: int) -> str:
    return next((one for one in words if width_of(one) <= room), words[-1])


def contact_target(contact: Contact, board: Dashboard) -> Target:
    """Return what Enter and the ticket card are about: one token under one finding."""
    token = contact.token
    why, whom = why_words(contact, board.at)[0], people_words(contact)[0]
    return Target(
        "contacts",
        f"{contact.finding} {token.account_id} {token.id}",
        filter=f"id={quoted(token.id)} acct={quoted(token.account_id)}",
        says=f"{_name(contact)}: {why}. Call {whom}.",
        token=token.key,
    )
