"""The pages about one token: overview, usage, audit. Each is a list of lines as long as it needs to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from console.render.audit_words import detail_words
from console.render.blast import what_breaks, what_stops
from console.render.blast_words import moved_words
from console.render.charts import chart_lines, chart_of
from console.render.counts import counted
from console.render.cutover_pages import NONE_UPDATED, cut_over
from console.render.moments import ago_words, at, clock, since
from console.render.pieces import Line, Piece
from console.render.proof_words import STYLES, proof_words
from console.render.sheet import cut_line, fit_line, length, line, wrapped
from console.render.statuses import BADGES, status_words
from console.render.token_facts import TokenFacts
from console.render.token_words import UNREAD, creator_words, last_use_words, owner_words
from console.render.widths import cut, fit
from store.rows import AddressRow, AuditRow, RequestRow, Series, TokenRow
from store.rules.findings import findings
from store.rules.status import Status

LABEL = 16
SHOWN_REQUESTS, SHOWN_ADDRESSES = 30, 20
MOST_ADDRESSES = 200
"""So many addresses of a token are kept (store.usage.tally): where there are as many, there may have been others."""
TWO_COLUMNS, GAP = 108, 3
ROOMY = 100


def overview(
    facts: TokenFacts,
    lineage: Sequence[TokenRow],
    now: datetime,
    width: int,
    updated: Mapping[str, AuditRow] = NONE_UPDATED,
) -> list[Line]:
    """Return what it is, what it may and may not do, its clocks, people, findings and family; in two columns where wide.

    While it is being replaced, how far that has come stands high up; `updated` are the programs noted as moved.
    """
    half = (width - GAP) // 2 if width >= TWO_COLUMNS else width
    rest = width - half - GAP if width >= TWO_COLUMNS else width
    left = [_what(facts, now, half), _may_do(facts, half), _section("If it is revoked", _breaks(facts, now, half - 2))]
    right = [_section("Dates", _clocks(facts, now)), _section("People", _people(facts, now, rest)), _found(facts, now)]
    old = next((one.hint for one in lineage if one.replaced_by == facts.row.id), "")
    family = _family(facts, lineage, now, rest - 2)
    moving = [_section("Cut-over", cut_over(facts, updated, now, rest - 2, old))] if facts.cutover is not None else []
    if width < TWO_COLUMNS:
        return _fitted(_stacked([left[0], *moving, left[1], *right, left[2], *family]), width)
    one, other = _fitted(_stacked(left), half), _fitted(_stacked([*moving, *right, *family]), rest)
    rows = max(len(one), len(other))
    one += [()] * (rows - len(one))
    other += [()] * (rows - len(other))
    return [(*fit_line(a, half), Piece(" " * GAP), *cut_line(b, rest)) for a, b in zip(one, other, strict=True)]


def _fitted(lines: Sequence[Line], width: int) -> list[Line]:
    """Return lines with those that are too long wrapped under what they say, not under their label."""
    return [row for one in lines for row in (wrapped(one, width, indent=_indent(one)) if length(one) > width else [one])]


def _indent(one: Line) -> int:
    """Return where what a line says begins: behind its label, which a section sets in by two cells."""
    if len(one[0].text) == LABEL:
        return LABEL
    return 2 + LABEL if len(one) > 1 and len(one[1].text) == LABEL else 4


def _stacked(sections: Sequence[Sequence[Line]]) -> list[Line]:
    lines: list[Line] = []
    for section in sections:
        lines += [*([()] if lines else []), *section]
    return lines


def _section(title: str, lines: Sequence[Line]) -> list[Line]:
    return [line((title, "title")), *[(Piece("  "), *one) for one in lines]]


def _what(facts: TokenFacts, now: datetime, width: int) -> list[Line]:
    row = facts.row
    badge = BADGES[row.status]
    return [
        _labelled(
            "Status", line((f"{badge.sign} ", badge.style), (status_words(row), badge.style), (f"   {badge.works}", "quiet"))
        ),
        *_refused(facts, now),
        _labelled(
            "Account",
            line((row.account_name or row.account_id, "strong"), (_account_day(facts), "quiet")),
        ),
        _labelled("Environment", line(row.environment)),
        _labelled("Access", line((row.tier.value, row.tier.value), ("  ! too broad" if row.broad else "", "finding"))),
        *_only_from(facts, width),
        _labelled("Id", line((row.id, "accent"), (f"   ends in …{row.hint}" if row.hint else "", "quiet"))),
    ]


def _only_from(facts: TokenFacts, width: int) -> list[Line]:
    """Return from where it may be used, and which lists say so: where both do, only what is in both."""
    if not facts.addresses and not facts.policy_addresses:
        return []
    from console.render.from_words import only_from

    inside, why = only_from(facts.addresses, facts.policy_addresses)
    lines = wrapped(_labelled("Only from", line((inside, "" if inside != "nowhere" else "danger"))), width, indent=LABEL)
    return [*lines, *wrapped(_labelled("", line((why, "quiet"))), width, indent=LABEL)] if why else lines


def _account_day(facts: TokenFacts) -> str:
    """Give the account's id, and what all its tokens did in the last 24 hours of the clock."""
    day = facts.account_day
    if day is None:
        return f"   {facts.row.account_id}"
    first = since(day.start, timedelta(seconds=day.step_s), day.under_way)
    return f"   {facts.row.account_id} · {counted(sum(day.requests), 'request')} of all its tokens since {first}"


def _may_do(facts: TokenFacts, width: int) -> list[Line]:
    if not facts.complete:
        return _section("What it may do", [UNREAD])
    lines: list[Line] = []
    for scope in facts.scopes:
        lines += wrapped(line((f"{scope.name:<17} ", "accent"), ("can ", "good"), scope.can), width - 2, indent=18)
        if scope.cannot:
            lines += wrapped(line(" " * 18, ("cannot ", "finding"), (scope.cannot, "quiet")), width - 2, indent=18)
    return _section("What it may do", lines or [line(("nothing: it holds no scope", "quiet"))])


def _people(facts: TokenFacts, now: datetime, width: int) -> list[Line]:
    lines = [_labelled("Owner", owner_words(facts)), _labelled("Made by", creator_words(facts, now))]
    if facts.whole is not None and facts.whole.rationale:
        first, *more = wrapped(facts.whole.rationale, max(20, width - LABEL - 2), "quiet")
        lines += [_labelled("Rationale", first), *[_labelled("", one) for one in more[:2]]]
    return lines


def _found(facts: TokenFacts, now: datetime) -> list[Line]:
    if facts.whole is None:
        return _section("Findings", [UNREAD])
    found = [line(("! ", "finding"), one.sentence) for one in findings(facts.whole, now, rhythm=facts.rhythm)]
    return _section("Findings", found or [line(("none", "quiet"))])


def _family(facts: TokenFacts, lineage: Sequence[TokenRow], now: datetime, width: int) -> list[list[Line]]:
    """Return the tokens it replaced and those that replaced it, itself among them, and how far callers have moved."""
    row = facts.row
    if len(lineage) < 2:
        return []
    lines = []
    for one in lineage:
        here = "▌" if one.key == row.key else " "
        made = f"…{one.hint or one.id[-4:]}  {at(one.created_at)}  "
        lines.append(line((here, "accent"), made, (status_words(one), BADGES[one.status].style)))
    if facts.cutover is not None:
        lines += wrapped(moved_words(facts.cutover, now), width)
    return [_section("Family", lines)]


def charts(facts: TokenFacts, width: int, each: int) -> list[Line]:
    """Return the charts of 24 hours and 30 days, each in so many lines; one line for a time without requests."""
    lines: list[Line] = []
    for title, series in (("Last 24 hours", facts.hours), ("Last 30 days", facts.days)):
        if series is not None and not any(series.requests):
            lines += [line((title, "title"), ("   no requests", "quiet")), ()]
        elif series is not None:
            lines += [*chart_lines(chart_of(title, "requests", series), width, each), ()]
    return lines


def usage(
    facts: TokenFacts,
    requests: Sequence[RequestRow],
    addresses: Sequence[AddressRow],
    width: int,
    height: int,
    longer: Sequence[tuple[str, Series | None]] = (),
    told: Sequence[Line] = (),
) -> list[Line]:
    """Return the charts of 24 hours and 30 days, who called (`told`), the latest requests, the addresses, the `longer` charts."""
    each = max(7, min(12, (height - 8) // 2))
    lines = [*_exactly(facts, width), *charts(facts, width, each)]
    lines += [*told, *([()] if told else [])]
    lines.append(line(("Latest requests", "title"), (f"   {_of(SHOWN_REQUESTS, len(requests))} kept", "quiet")))
    if not requests:
        lines.append(line(("  none on record", "quiet")))
    for one in requests[:SHOWN_REQUESTS]:
        style = "good" if one.outcome == "VALID" else "refused"
        latency = f"{one.latency_ms:,.0f} ms" if one.latency_ms is not None else ""
        lines.append(
            line(
                (f"  {at(one.at)[:10]} {clock(one.at)}  ", "quiet"),
                (f"{one.status or '':<4}", style),
                (f"{one.outcome:<20}", style),
                f"{fit(f'{one.method} {one.path}', 28)} ",
                (f"{latency:>8}  ", "quiet"),
                one.address,
                (f"  {one.agent}", "quiet"),
            )
        )
    seen = "seen" if len(addresses) < MOST_ADDRESSES else "kept, those used last"
    lines += [(), line(("Addresses", "title"), (f"   {_of(SHOWN_ADDRESSES, len(addresses))} {seen}", "quiet"))]
    for used in addresses[:SHOWN_ADDRESSES]:
        lines.append(
            line(
                f"  {used.address:<40} ",
                (f"{used.requests:>10,} requests   first {at(used.first_seen_at)}   last {at(used.last_seen_at)}", "quiet"),
            )
        )
    for title, series in longer:
        if series is not None and any(series.requests):
            lines += [(), *chart_lines(chart_of(title, "requests", series), width, each)]
    return lines


def _of(shown: int, number: int) -> str:
    """Return how many are shown where that is not all of them: `20 of 200`."""
    return f"{shown} of {number}" if number > shown else f"{number}"


def _exactly(facts: TokenFacts, width: int) -> list[Line]:
    """Say the number that lists and questions give, and why that of the chart below is another."""
    if facts.hours is None or not any(facts.hours.requests):
        return []
    number = counted(facts.row.requests_24h, "request")
    words = f"{number} in the last 24 hours to the minute. The charts count whole hours; the last one is under way."
    return [*wrapped(words, width, "quiet"), ()]


def audit(rows: Sequence[AuditRow], width: int) -> list[Line]:
    """Return what was done to it, the newest first."""
    if not rows:
        return [line(("Nothing is on record.", "quiet"))]
    number, who, what = (8, 24, 11) if width >= ROOMY else (5, 14, 9)
    head = f"{'#':>{number}}  {'Time (UTC)':<20} {'Who':<{who}} {'What':<{what}}Case, reason"
    lines: list[Line] = [line((head, "header"))]
    for one in rows:
        note = " · ".join(part for part in (one.case_id or "", one.reason, detail_words(one)) if part)
        start = line(
            (f"{one.seq:>{number}}  ", "accent"),
            (f"{at(one.at)[:10]} {clock(one.at)} ", "quiet"),
            f"{cut(one.actor, who - 1):<{who}} ",
            (f"{one.action:<{what - 1}} ", "danger" if one.action == "revoke" else "strong"),
        )
        first, *more = wrapped(note, max(20, width - length(start)), "quiet")
        lines += [(*start, *first), *((Piece(" " * length(start)), *rest) for rest in more)]
    return lines


def _refused(facts: TokenFacts, now: datetime) -> list[Line]:
    row = facts.whole
    lines: list[Line] = []
    if row is None:
        return lines
    if facts.proof is not None:
        lines.append(_labelled("Proof", line((proof_words(facts.proof), STYLES[facts.proof.verdict]))))
    if row.status is not Status.ACTIVE and row.last_success_at is not None:
        lines.append(
            _labelled("Last success", line(at(row.last_success_at), (f", {ago_words(row.last_success_at, now)}", "quiet")))
        )
    if facts.refused_since and facts.refused_since.count:
        lines.append(
            _labelled(
                "Refused since",
                line(
                    (f"{facts.refused_since.words} requests", "refused"),
                    (f", reason {row.last_denied_reason}" if row.last_denied_reason else "", ""),
                    (f", last {ago_words(row.last_denied_at, now)}" if row.last_denied_at else "", "quiet"),
                ),
            )
        )
    return lines


def _clocks(facts: TokenFacts, now: datetime) -> list[Line]:
    """Return the four clocks of decisions.md, never merged."""
    row, whole = facts.row, facts.whole
    clocks = (
        ("Last used", row.last_used_at, "never on record"),
        (
            "Last rotated",
            None if whole is None else whole.rotated_at,
            "…" if whole is None else f"never; made {at(row.created_at)}, {ago_words(row.created_at, now)}",
        ),
        ("Expires", row.expires_at, "never"),
        ("Retires", row.retires_at, "not being replaced"),
    )
    lines = []
    for label, moment, none in clocks:
        words = line((f"{none} !", "finding") if label == "Expires" and row.live else (none, "quiet"))
        if moment is not None:
            words = line(at(moment), (f", {ago_words(moment, now)}", "quiet"))
        in_vain = label == "Last used" and _in_vain(facts)
        lines.append(_labelled(label, (*words, Piece(", refused", "refused")) if in_vain else words))
        if in_vain and whole is not None:
            lines.append(
                _labelled("Last accepted", line(at(whole.last_success_at) if whole.last_success_at else "never on record"))
            )
    return [*lines, _labelled("Last call", last_use_words(facts, now))]


def _in_vain(facts: TokenFacts) -> bool:
    """Say whether the last use was a refused call: it counts as a use, but nothing was got with it."""
    row = facts.whole
    if row is None or row.last_used_at is None or row.last_denied_at is None or row.last_denied_at < row.last_used_at:
        return False
    return row.last_success_at is None or row.last_success_at < row.last_denied_at


def _breaks(facts: TokenFacts, now: datetime, width: int) -> list[Line]:
    row = facts.row
    if not row.live:
        return [what_stops(row, now)]
    near = facts.siblings or ()
    sentences = what_breaks(row, now, near, live_tokens=facts.account_live, blast=facts.blast, fresh=facts.fresh, often=True)
    return [one for sentence in sentences for one in wrapped(sentence, width)]


def _labelled(label: str, words: Line) -> Line:
    return (Piece(label.ljust(LABEL), "quiet"), *words)
