"""What can be said of one token, a line at a time; the inspector puts the lines where there is room for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.render.blast import revoke_lines, what_stops, who_goes_on
from console.render.blast_words import when_next
from console.render.columns import LONG_UNUSED
from console.render.counts import counted
from console.render.freshness import ahead_words
from console.render.moments import ago, ago_words, at
from console.render.pieces import Line, Piece
from console.render.sheet import length, line
from console.render.sparks import spark_piece
from console.render.statuses import BADGES, status_words
from console.render.token_facts import TokenFacts
from console.render.widths import cut
from store.rules.findings import findings
from store.rules.revocation import CACHE_LIFETIME

LABEL = 11
UNREAD: Line = (Piece("…", "quiet"),)
"""What stands where something has not been read yet."""


def calls(facts: TokenFacts, now: datetime) -> list[Line]:
    """Say when it was last used; of a token that no longer works, when it last worked and what it was refused since."""
    row = facts.row
    if row.live:
        return [labelled("Last use", last_use_words(facts, now))]
    whole = facts.whole
    if whole is None:
        return [labelled("Last ok", UNREAD)]
    worked = line(("never on record", "quiet"))
    if whole.last_success_at is not None:
        worked = line(at(whole.last_success_at), (f" {ago(whole.last_success_at, now)}", "quiet"))
    lines = [labelled("Last ok", worked)]
    if facts.refused_since and facts.refused_since.count and whole.last_denied_at is not None:
        count = (f"{facts.refused_since.words} since", "refused")
        why = (f", {whole.last_denied_reason}" if whole.last_denied_reason else "", "")
        lines.append(labelled("Refused", line(count, why, (f", last {ago(whole.last_denied_at, now)}", "quiet"))))
    return lines


def proof_lines(facts: TokenFacts) -> list[Line]:
    """Say whether its revocation held; no line for a token that is not revoked, or whose proof has not been read yet."""
    if facts.proof is None:
        return []
    from console.render.proof_words import STYLES, proof_words  # not for the first picture: few tokens are revoked

    return [labelled("Proof", line((proof_words(facts.proof), STYLES[facts.proof.verdict])))]


def labelled(label: str, words: Line, style: str = "quiet") -> Line:
    """Return a line with its label in front."""
    return (Piece(label.ljust(LABEL), style), *words)


def identity(facts: TokenFacts, room: int = 0) -> Line:
    """Say whose it is, where it works and what it may do; with little `room` (0: any) it is the account's name that is cut."""
    row = facts.row
    warning: tuple[tuple[str, str] | str, ...] = ((" !", "finding"),) if row.broad else ()
    may = line((f" · env {row.environment} · ", "quiet"), (row.tier.value, row.tier.value), *warning)
    account = row.account_name or row.account_id
    return (Piece(cut(account, max(8, room - length(may))) if room else account, "strong"), *may)


def state_words(facts: TokenFacts) -> Line:
    """Say its status and since when."""
    badge = BADGES[facts.row.status]
    return line((badge.sign + " ", badge.style), (status_words(facts.row), badge.style))


def can_words(facts: TokenFacts) -> str:
    """Say what it can do."""
    if facts.whole is None:
        return "…"
    return "; ".join(scope.can for scope in facts.scopes) or ", ".join(facts.whole.scopes) or "nothing: it holds no scope"


def cannot_words(facts: TokenFacts) -> str:
    """Say what it can't do."""
    return "; ".join(dict.fromkeys(scope.cannot for scope in facts.scopes if scope.cannot))


def owner_words(facts: TokenFacts) -> Line:
    """Say who owns it."""
    row = facts.whole
    if row is None:
        return UNREAD
    if row.owner is None:
        return line(("none !", "finding"))
    return line(row.owner_name or row.owner) if row.owner_active else line(row.owner_name or row.owner, (" (left)", "finding"))


def creator_words(facts: TokenFacts, now: datetime) -> Line:
    """Say who made it and when."""
    return _creator(facts, f" on {at(facts.row.created_at)[:10]}, {ago_words(facts.row.created_at, now)}")


def _creator(facts: TokenFacts, made: str) -> Line:
    row = facts.whole
    if row is None:
        return (*UNREAD, Piece(made, "quiet"))
    if row.creator is None:
        return line((staff_words(facts.issued_by, row.source), ""), (made, "quiet"))
    left = f" (left{f' {at(row.creator_left_at)[:10]}' if row.creator_left_at else ''})" if not row.creator_active else ""
    return line(row.creator_name or row.creator, (left, "finding"), (made, "quiet"))


def staff_words(issued_by: str, source: str) -> str:
    """Say who made a token that no member made: `local:root (our staff)`, or that an import does not tell."""
    if issued_by:
        return f"{issued_by} (our staff)"
    return "our staff" if source in ("", "issued") else "nobody on record"


def people_words(facts: TokenFacts, now: datetime, room: int = 0) -> Line:
    """Say who owns and who made it; with little `room` without how long ago that was, or without when."""
    day = f" on {at(facts.row.created_at)[:10]}"
    forms = (f"{day}, {ago_words(facts.row.created_at, now)}", day, "")
    told = [(*owner_words(facts), Piece(" · made by ", "quiet"), *_creator(facts, made)) for made in forms]
    return next((one for one in told if not room or length(one) <= room), told[-1])


def clocks(facts: TokenFacts, now: datetime) -> list[tuple[str, Line]]:
    """Return when its secret was made, when it expires, and when it retires."""
    row, whole = facts.row, facts.whole
    clocks = [("Secret", UNREAD)]
    if whole is not None:
        made = whole.rotated_at or whole.created_at
        clocks = [("Rotated" if whole.rotated_at else "Secret", line(at(made), (f", {ago_words(made, now)}", "quiet")))]
    if row.expires_at is None:
        clocks.append(("Expires", line(("never !", "finding") if row.live else ("never", "quiet"))))
    else:
        clocks.append(("Expires", line(at(row.expires_at), (f", {ago_words(row.expires_at, now)}", "quiet"))))
    if row.retires_at is not None:
        clocks.append(("Retires", line((at(row.retires_at), "retiring"), (f", {ago_words(row.retires_at, now)}", "quiet"))))
    return clocks


def last_use_words(facts: TokenFacts, now: datetime, *, brief: bool = False, address: bool = True) -> Line:
    """Say when it was last used, and with which request; in `brief` not how long ago, which the list says of its row."""
    row, whole, last = facts.row, facts.whole, facts.last
    if row.last_used_at is None:
        unused = row.live and now - row.created_at > LONG_UNUSED
        return line(("never on record !", "finding") if unused else ("never on record", "quiet"))
    parts: list[tuple[str, str] | str] = [at(row.last_used_at)]
    if not brief:
        parts.append((f" {ago(row.last_used_at, now)}", "quiet"))
    if last is not None and (last.method or last.path):
        parts.append(f"  {last.method} {last.path}".rstrip())
        parts.append((f" {last.status or last.outcome}", "refused" if last.outcome != "VALID" else "good"))
        if last.address and address:
            parts.append((f" from {last.address}", "quiet"))
    elif whole is not None and whole.last_denied_at is not None and whole.last_denied_at == whole.last_used_at:
        parts.append((f"  refused {whole.last_denied_reason}", "refused"))
    return line(*parts)


def answer_words(facts: TokenFacts, now: datetime) -> Line:
    """Answer «is it used, and when last?» in one line: the last success where it was refused since (requirement U5)."""
    row = facts.whole
    success, denied = (None, None) if row is None else (row.last_success_at, row.last_denied_at)
    if row is None or success is None or denied is None or denied <= success:
        return last_use_words(facts, now)
    return line(
        f"last success {at(success)}",
        (f"  refused since: {row.last_denied_reason}", "refused"),
        (f", last {ago(denied, now)}", "quiet"),
    )


def month_bars(facts: TokenFacts, width: int) -> Line:
    """Draw 30 days."""
    return (spark_piece(None if facts.days is None else facts.days.requests, width),)


def day_bars(facts: TokenFacts, width: int) -> Line:
    """Draw 24 hours."""
    return (spark_piece(None if facts.hours is None else facts.hours.requests, width),)


def month_words(facts: TokenFacts) -> Line:
    """Count 30 days."""
    refused = f" · {facts.refused_30d:,} refused" if facts.refused_30d else ""
    return line(counted(facts.row.requests_30d, "request"), (refused, "refused"))


def day_words(facts: TokenFacts) -> Line:
    """Count 24 hours."""
    return line(counted(facts.row.requests_24h, "request"))


def found_words(facts: TokenFacts, now: datetime, room: int) -> Line:
    """Say its findings, one after the other: as many whole ones as fit into `room` cells, and how many more there are."""
    if facts.whole is None:
        return UNREAD
    sentences = [one.sentence.rstrip(".") for one in findings(facts.whole, now, rhythm=facts.rhythm)]
    kept = len(sentences)
    while kept > 1 and length(_found(sentences, kept)) > room:
        kept -= 1
    return _found(sentences, kept)


def found_lines(facts: TokenFacts, now: datetime, room: int) -> list[Line]:
    """Return all of its findings, on as many lines of `room` cells as they take."""
    lines: list[Line] = []
    for one in findings(facts.whole, now, rhythm=facts.rhythm) if facts.whole is not None else ():
        said = (Piece("! ", "finding"), Piece(one.sentence.rstrip(".")))
        if lines and length(lines[-1]) + 3 + length(said) <= room:
            lines[-1] = (*lines[-1], Piece("   "), *said)
        else:
            lines.append(said)
    return lines


def _found(sentences: Sequence[str], kept: int) -> Line:
    parts: list[Piece] = []
    for number, sentence in enumerate(sentences[:kept]):
        parts += [Piece("   ")] * bool(number) + [Piece("! ", "finding"), Piece(sentence)]
    return (*parts, Piece(f"   {len(sentences) - kept} more", "quiet")) if kept < len(sentences) else tuple(parts)


def breaks_sentences(facts: TokenFacts, now: datetime) -> list[Line]:
    """Return what a revocation would stop, a sentence each, most important first."""
    row = facts.row
    if facts.siblings is None or not row.live:
        return [what_stops(row, now, fresh=facts.fresh)]
    told = [what_stops(row, now, fresh=facts.fresh), who_goes_on(row, facts.siblings, facts.account_live)]
    return told if facts.blast is None else [*told, when_next(facts.blast, now, quiet=False)]


def breaks_words(facts: TokenFacts, now: datetime) -> Line:
    """Say what a revocation would stop."""
    return spaced(breaks_sentences(facts, now))


def revoked_words(facts: TokenFacts, now: datetime, *, often: bool = False, short: bool = False) -> tuple[Line, ...]:
    """Return the sentences that are said before a token is revoked; until more was read, those that the rest tells."""
    within = facts.refused_within_s
    return revoke_lines(
        facts.row,
        now,
        facts.siblings or (),
        refused_within_s=int(CACHE_LIFETIME.total_seconds()) if within is None else within,
        live_tokens=facts.account_live,
        blast=facts.blast,
        fresh=facts.fresh,
        often=often,
        short=short,
    )


def spaced(sentences: Sequence[Line]) -> Line:
    """Return sentences as one line, with a space between them."""
    return tuple(piece for number, one in enumerate(sentences) for piece in ((Piece(" "), *one) if number else one))


def freshness_words(facts: TokenFacts) -> Line:
    """Say how far usage is known."""
    fresh = facts.fresh
    if fresh.recorded_to is None:
        return line(("no usage recorded yet", "quiet"))
    since = f", tracked since {at(fresh.tracking_since)[:10]}" if fresh.tracking_since else ""
    ahead = f", {words}" if (words := ahead_words(fresh)) else ""
    return line((f"usage recorded to {at(fresh.recorded_to)}{since}{ahead}", "quiet"))
