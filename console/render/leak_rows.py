"""What was identified, and what is on record as exposed: rows of the Leaks list, and the sheet that says what it means."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import NamedTuple

from console.render.column import Column
from console.render.counts import counted, many
from console.render.identity import name_words, token_words
from console.render.inspection import inspection
from console.render.moments import ago, ago_words, at
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, line, wrapped
from console.render.statuses import BADGES, status_words
from console.render.suspicion import suspicious
from console.render.token_facts import TokenFacts
from store.rows import ExposureRow, Identified, TokenRow
from store.rules.leaks import MEANINGS, PROVEN, Verdict
from store.rules.status import Status

COLUMNS = (
    Column("verdict", "Verdict", 11, priority=0, snug=True),
    Column("token", "Token", 20, most=24, flex=1, priority=1, snug=True),
    Column("name", "Name", 16, flex=2, most=36, priority=3, snug=True),
    Column("account", "Account", 10, flex=1, most=20, priority=5, snug=True),
    Column("status", "Status", 11, priority=0, snug=True),
    Column("where", "Seen in", 20, flex=3, most=60, priority=0, snug=True, clauses=True),
    Column("used", "Used", 11, priority=4, snug=True),
    Column("seen", "When", 10, priority=2, snug=True),
)

VERDICT_STYLES = {
    Verdict.VERIFIED: ("!", "danger"),
    Verdict.ID_ONLY: ("?", "finding"),
    Verdict.DAMAGED: ("~", "finding"),
    Verdict.DEAD: ("✕", "dead"),
    Verdict.NOT_OURS: ("·", "quiet"),
}


class LeakRow(NamedTuple):
    """One identified string: its number in this sitting, its verdict, and when it was pasted; or a place on `record`.

    Of what is on record the number is 0, the verdict the one of that moment, and the time when it was found.
    """

    number: int
    found: Identified
    pasted_at: datetime
    record: ExposureRow | None = None

    @property
    def key(self) -> Hashable:
        """Return what names the row in the list."""
        one = self.record
        return self.number if one is None else (one.account_id, one.token_id, one.source, one.place)


def verdict_now(row: LeakRow) -> Verdict:
    """Return the verdict as it is now: a token that was verified and has ended since is dead."""
    token, verdict = row.found.row, row.found.verdict
    ended = token is not None and token.status in (Status.REVOKED, Status.EXPIRED)
    return Verdict.DEAD if verdict is Verdict.VERIFIED and ended else verdict


def leak_cells(row: LeakRow, now: datetime, brand: str) -> tuple[Cell, ...]:
    """Return the cells of a verdict, one for each of COLUMNS."""
    token, stands = row.found.row, verdict_now(row)
    sign, style = VERDICT_STYLES[stands]
    verdict = Cell(f"{sign} {stands}", style)
    if row.record is None:
        where, when = Cell("pasted here", "quiet"), Cell(f"{row.pasted_at:%H:%M}Z", "quiet")
    else:
        where = Cell(row.record.where, "", "⚠" if suspicious(row.record.where) else "")
        when = Cell(ago(row.pasted_at, now), "quiet")
    if token is None:
        return (verdict, Cell("—", "quiet"), Cell("", ""), Cell("", ""), Cell("", ""), where, Cell("", ""), when)
    account = token.account_name or token.account_id
    badge = BADGES[token.status]
    return (
        verdict,
        Cell(token_words(token, brand), "accent"),
        Cell(name_words(token), "", "⚠" if suspicious(token.name) else ""),
        Cell(account, "quiet", "⚠" if suspicious(account) else ""),
        Cell(badge.text, badge.style),
        where,
        Cell(ago(token.last_used_at, now), "quiet"),
        when,
    )


def leak_sheet(
    row: LeakRow,
    facts: TokenFacts | None,
    now: datetime,
    brand: str,
    width: int,
    height: int,
    seen: Sequence[ExposureRow] = (),
) -> Sheet:
    """Return what a verdict means and what to do, where the token was `seen` before, and below it what is known of it."""
    verdict, token = verdict_now(row), row.found.row
    sign, style = VERDICT_STYLES[verdict]
    if row.record is not None and token is not None:
        lines = [*_recorded(row.record, token, now, width), *wrapped(_advice(row, now), width)]
        if len(seen) > 1:
            lines.append(line((f"{counted(len(seen), 'place')} of this token {many(len(seen), 'is')} on record", "quiet")))
        below = inspection(facts or TokenFacts(token), now, brand, width, height - len(lines), charts=False)
        return Sheet([*lines, *below.lines][:height], below.title)
    why = f" {row.found.why[:1].upper()}{row.found.why[1:]}." if row.found.why else ""
    lines = wrapped(line((f"{sign} {verdict.upper()}  ", style), MEANINGS[verdict], (why, "quiet")), width)
    if token is None:
        note = "It was not kept. Ask whoever reported it which service it belongs to."
        return Sheet([*lines, line((note, "quiet"))][:height], line(("Not a token of ours", "title")))
    lines += wrapped(_advice(row, now), width)
    if seen:
        lines += wrapped(seen_words(seen), width)
    below = inspection(facts or TokenFacts(token), now, brand, width, height - len(lines), charts=False)
    return Sheet([*lines, *below.lines][:height], below.title)


def _recorded(one: ExposureRow, token: TokenRow, now: datetime, width: int) -> list[Line]:
    """Say where it was seen and when, and whether whoever found it there can still use it."""
    sign, style = VERDICT_STYLES[one.verdict]
    works = ("STILL WORKS  ", "danger") if token.live else ("WORKS NO MORE  ", "good")
    if token.status is Status.SUSPENDED:
        works = ("STOPPED FOR NOW  ", "finding")
    times = f", {one.times:,} times" if one.times > 1 else ""
    filed = f" · {one.case_id}" if one.case_id else ""
    told = f" · found {at(one.found_at)}, {ago_words(one.found_at, now)}{times}, by {one.recorded_by}{filed}"
    verdict = (f" · {sign} {one.verdict} when recorded", style)
    return wrapped(line(works, (one.where, "strong"), (told, "quiet"), verdict), width)


def seen_words(seen: Sequence[ExposureRow]) -> Line:
    """Say where a token was seen last, when that was found, and how many other places are on record (the newest first)."""
    last = seen[0]
    more = f" · {len(seen) - 1:,} more" if len(seen) > 1 else ""
    filed = f" · {last.case_id}" if last.case_id else ""
    proven = any(one.verdict in PROVEN for one in seen)
    said = ("Exposed: ", "danger") if proven else ("Earlier, not proven: ", "finding")
    return line(said, f"seen at {last.where}", (f" · found {at(last.found_at)}{filed}{more}", "quiet"))


def _advice(row: LeakRow, now: datetime) -> Line:
    token = row.found.row
    assert token is not None
    if token.status is Status.SUSPENDED:
        then = "then it waits for a decision" if token.exposed_at is not None else "then it works again"
        until = f" until {at(token.suspended_until)}, {then}" if token.suspended_until else ""
        return line((f"Suspended: refused{until}. ", "finding"), ("x", "key"), " revoke it    ", ("S", "key"), " resume it")
    if not token.live:
        return line((f"Already {status_words(token)}. Nothing has to be stopped.", "good"))
    match row.found.verdict:
        case Verdict.VERIFIED | Verdict.DEAD:
            return line(("S", "key"), " suspend it first    ", ("x", "key"), " revoke it now    ", ("r", "key"), " rotate it    ",
                        ("I", "key"), " open a case")  # fmt: skip
        case Verdict.ID_ONLY | Verdict.DAMAGED | Verdict.NOT_OURS:
            return line(
                ("Don't revoke it on this alone: ", "finding"), "find the whole token, or ", ("S", "key"),
                " suspend it with a reason. ", ("x", "key"), " asks for a reason first.",
            )  # fmt: skip
