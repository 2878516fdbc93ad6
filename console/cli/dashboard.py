"""`tokendesk dashboard`: the numbers of the console's dashboard, from the same read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command
from console.cli.options import JsonOption
from console.cli.place import Place
from console.reports.cells import Value

if TYPE_CHECKING:
    from store.contact_rows import Contact
    from store.dashboard_rows import Amount, Dashboard, Spread, Volume


def show_dashboard(
    place: Place,
    board: Annotated[
        str | None, typer.Argument(metavar="[executive|on-call|debug]", help="A role's dashboard instead of the whole store's.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print what needs attention now, whom to call, requests, refusals, the busiest, expiries, ages and revocations.

    A role's name gives its own dashboard instead: executive (targets, error budgets), on-call (alerts, services,
    proofs, gateways) or debug (failed checks; for on-call, security and admin). Numbers with a plus are the least they can be.
    Requests are those of the 24 hours that end with the current one.
    """
    if board is not None:
        from console.cli.boards import show_board

        show_board(place, board, as_json=as_json)
        return
    from console.cli.output import print_record
    from console.cli.place import now_at
    from store.reads.dashboard import dashboard

    with place.open() as store, store.reading() as reader:
        found = dashboard(reader, now_at(store))
    if as_json:
        print_record(record_of(found))
    else:
        _print(found)


def record_of(found: Dashboard) -> Value:
    """Return the dashboard as JSON; a null is what is not recorded, never 0."""
    from console.reports.cells import stamped
    from console.reports.freshness import freshness_record

    traffic, reasons, volumes, ends, mix = found.traffic, found.reasons, found.volumes, found.ends, found.mix
    return {
        "at": stamped(found.at),
        "recorded_to": stamped(found.freshness.recorded_to),
        "tracking_since": stamped(found.freshness.tracking_since),
        **freshness_record(found.freshness),
        "findings": {one.view: _amount(one.amount) for one in found.found},
        "clocks_ahead": [
            {"source": one.source, "ahead_s": one.ahead_s, "read_at": stamped(one.read_at)} for one in found.clocks
        ],
        "who_to_call": None if found.contacts is None else [_contact(one, found.at) for one in found.contacts],
        "requests": None if traffic is None else {
            "requests_24h": traffic.requests, "refused_24h": traffic.refused,
            "change": traffic.change(found.freshness.recorded_to), "hours_from": stamped(traffic.series.start),
            "hours": traffic.series.requests, "refused_hours": traffic.series.refused,
        },
        "refused_by_reason": None if reasons is None else {
            "records": reasons.records, "more": reasons.more, "reasons": {one.outcome: one.refused for one in reasons.rows},
        },
        "busiest_tokens": None if volumes is None else [_volume(one) for one in volumes.tokens],
        "busiest_accounts": None if volumes is None else {
            "looked_at": volumes.looked_at, "more": volumes.more, "accounts": [_volume(one) for one in volumes.accounts],
        },
        "expiring": None if ends is None else {
            "looked_at": ends.looked_at, "more": ends.more,
            "days": [{"day": f"{day.day}", **_amount(day.tokens), "requests_24h": day.requests} for day in ends.days],
        },
        "idle_days": _spread(found.idle),
        "secret_age_days": _spread(found.secrets),
        "kinds": None if mix is None else {
            "looked_at": mix.looked_at, "more": mix.more,
            "kinds": [{"tier": one.tier, "environment": one.environment, "tokens": one.tokens} for one in mix.kinds],
        },
        "revoked": {
            "in_7_days": _amount(found.revocations.lately),
            "last": [
                {
                    "at": stamped(one.revoked_at), "by": one.revoked_by, "reason": one.revoke_reason,
                    "account": one.key[0], "id": one.key[1], "name": one.name, "proof": one.verdict.value,
                    "refused_since": stamped(one.refused_at), "accepted_since": stamped(one.accepted_at),
                }
                for one in found.revocations.rows
            ],
        },
    }  # fmt: skip


def _amount(amount: Amount) -> dict[str, Value]:
    return {"number": amount.number, "more": amount.more}


def _contact(one: Contact, now: datetime) -> dict[str, Value]:
    from console.render.contact_words import why_words
    from console.reports.cells import stamped

    return {
        "finding": one.finding, "account": one.token.account_id, "account_name": one.token.account_name, "id": one.token.id,
        "name": one.token.name, "why": why_words(one, now)[0], "since": stamped(one.since), "latest": stamped(one.latest),
        "times": {"number": one.times, "more": one.more} if one.times else None, "about": one.about or None,
        "call": [
            {"id": person.id, "name": person.name, "owner": person.owner, "admin": person.admin, "email": person.email or None}
            for person in one.people
        ],
    }  # fmt: skip


def _volume(one: Volume) -> dict[str, Value]:
    named: dict[str, Value] = {"account": one.account_id, "account_name": one.account_name}
    if one.token_id:
        named |= {"id": one.token_id, "name": one.name}
    return {**named, "requests_24h": one.requests, "hours": one.hours}


def _spread(spread: Spread | None) -> Value:
    if spread is None:
        return None
    return [{"above": one.above, "upto": one.upto, **_amount(one.amount)} for one in spread.stretches]


def _print(found: Dashboard) -> None:
    from console.cli.output import say
    from console.render.board_lists import FINDINGS
    from console.render.board_parts import NO_USAGE, amount_words
    from console.render.board_spreads import age_words
    from console.render.clock_words import MEANS, NAME, REMEDIES, RULE, clock_rows
    from console.render.contact_words import REASON_WORDS, people_words, why_words
    from console.reports.cells import moment_words
    from console.reports.freshness import freshness_sentence
    from store.rules.views import view_named

    views = [view_named(name) for name in ("live", *FINDINGS)]
    rows = [
        (amount_words(found.amount(view.name)), view.name, "accounts" if view.by_account else "tokens", view.rule)
        for view in views
    ]
    if found.clocks:
        rows.insert(2, (f"{len(found.clocks):,}", NAME, "clocks", RULE))
    _section("Needs attention", ("Count", "View", "Of", "Rule"), rows, shrink=(3,))
    if found.clocks:
        _section("Clocks ahead", ("Source", "Ahead by", "Seen"), clock_rows(found.clocks), right=(), shrink=(0,))
        for sentence in (MEANS, *REMEDIES):
            say(sentence)
    calls = [
        (view_named(one.finding).short, one.token.name or "(no name)", one.token.account_name, one.token.id,
         why_words(one, found.at)[0], people_words(one)[0])
        for one in found.contacts or ()
    ]  # fmt: skip
    _section(
        "Who to call", ("Finding", "Name", "Account", "Id", "What happens", "Whom to call"), calls, right=(), shrink=(4, 5, 1)
    )
    if found.traffic is None or found.reasons is None or found.volumes is None:
        say(f"Requests: {NO_USAGE}.")
    else:
        change = found.traffic.change(found.freshness.recorded_to)
        differs = "" if change is None else f"{change * 100:+.0f} %"
        start, to = (moment_words(moment) for moment in (found.traffic.series.start, found.freshness.recorded_to))
        row = (f"{found.traffic.requests:,}", f"{found.traffic.refused:,}", differs, start, to)
        headings = ("Requests", "Refused", "On the day before", "By the hour since", "Recorded to")
        _section("Requests, last 24 hours", headings, [row], right=(0, 1, 2))
        of = f" (of the latest {found.reasons.records:,} records)" if found.reasons.more else ""
        refused = [(f"{one.refused:,}", REASON_WORDS.get(one.outcome, one.outcome)) for one in found.reasons.rows]
        _section(f"Refused, by reason{of}", ("Requests", "Reason"), refused)
        tokens = [(f"{one.requests:,}", one.name, one.account_name, one.token_id) for one in found.volumes.tokens]
        _section("Busiest tokens", ("Requests", "Name", "Account", "Id"), tokens, shrink=(1, 2))
        of = f" (of the {found.volumes.looked_at:,} busiest tokens)" if found.volumes.more else ""
        accounts = [(f"{one.requests:,}", one.account_name, one.account_id) for one in found.volumes.accounts]
        _section(f"Busiest accounts{of}", ("Requests", "Account", "Id"), accounts, shrink=(1,))
    if found.ends is not None:
        of = f" (requests of the {found.ends.looked_at:,} busiest tokens)" if found.ends.more else ""
        days = [(f"{day.day}", amount_words(day.tokens), f"{day.requests:,}") for day in found.ends.days if day.tokens.number]
        _section(f"Expiring in 90 days{of}", ("Day", "Tokens", "Requests a day"), days, right=(1, 2))
    for title, spread in (("Live tokens by last use", found.idle), ("Live tokens by age of secret", found.secrets)):
        if spread is not None:
            _section(title, ("Tokens", "Age"), [(amount_words(one.amount), age_words(one)) for one in spread.stretches])
    if found.mix is not None:
        of = f" (of the {found.mix.looked_at:,} used last)" if found.mix.more else ""
        kinds = [(f"{one.tokens:,}", one.tier, one.environment) for one in found.mix.kinds]
        _section(f"Tier and environment{of}", ("Tokens", "Tier", "Environment"), kinds)
    last = [
        (moment_words(one.revoked_at), one.revoked_by, one.account_name, one.name, one.key[1], one.verdict.value)
        for one in found.revocations.rows
    ]
    _section(
        f"Revoked last ({amount_words(found.revocations.lately)} in {timedelta(days=7).days} days)",
        ("Revoked", "By", "Account", "Name", "Id", "Proof"), last, right=(), shrink=(2, 3),
    )  # fmt: skip
    say(freshness_sentence(found.freshness))


def _section(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = (0,), shrink: Sequence[int] = ()
) -> None:
    """Print a table under its title; one line that says «none» where it is empty."""
    from console.cli.output import print_table, show

    held = list(rows)
    show(title)
    if held:
        print_table(headings, held, right=frozenset(right), shrink=shrink)
    else:
        show("none")
    show()


def join(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "dashboard", "tokendesk dashboard", "tokendesk dashboard --json", "tokendesk dashboard on-call")(show_dashboard)
