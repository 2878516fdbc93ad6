"""`tokendesk accounts list` and `show`: customers, and everything about one: findings, people, policy, requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command, noun
from console.cli.options import JsonOption
from console.cli.place import Place

if TYPE_CHECKING:
    from console.reports.cells import Value
    from store.rows import AccountLine

group = noun("Look at customers: their tokens, findings, people, policy and requests.")
MONTH_HOURS = 720
HOUR_S = 3_600
"""Requests of accounts are counted by the hour."""


@command(group, "list", "tokendesk accounts list --text acme", "tokendesk accounts list --json")
def list_accounts(
    place: Place,
    text: Annotated[str, typer.Option("--text", metavar="WORDS", help="Only those with this in their name or id.")] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1_000, help="At most so many.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """List accounts in the order of their ids, each with its findings and its requests of 24 hours."""
    from console.cli.output import print_array, print_table, say
    from console.cli.place import now_at
    from console.reports.freshness import freshness_record, freshness_sentence
    from store.reads.accounts import account_lines, count_accounts
    from store.reads.usage import freshness

    with place.open() as store, store.reading() as reader:
        found = account_lines(reader, now_at(store), limit, text=text)
        whole, fresh = count_accounts(reader, text=text), freshness(reader)
    if as_json:
        print_array({**_record(one), **freshness_record(fresh)} for one in found)
        return
    rows = [(one.id, one.name, f"{one.live_tokens:,}", f"{one.orphaned:,}", f"{one.requests_24h:,}") for one in found]
    print_table(("Account", "Name", "Live", "Orphaned", "Last 24 h"), rows, right=frozenset({2, 3, 4}), shrink=(0, 1))
    say(f"{len(found):,} of {whole:,} accounts. {freshness_sentence(fresh)}")


@command(group, "show", "tokendesk accounts show acme --json")
def show_account(
    place: Place,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id.", show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Show one account: who it is, its tokens in each saved view, its people, its policy and its requests."""
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from console.render.member_words import address_words
    from console.render.policy_words import SOURCES, amount
    from console.reports.cells import stamped
    from console.reports.freshness import freshness_record, freshness_sentence
    from store.errors import NotFound
    from store.reads.accounts import account_line, people
    from store.reads.policies import in_force_for
    from store.reads.usage import account_hours, freshness
    from store.reads.views import counts_of_account

    with place.open() as store, store.reading() as reader:
        now = now_at(store)
        found = account_line(reader, account, now)
        if found is None:
            raise NotFound(f"There is no account {account}.", "`tokendesk accounts list --text` finds one.")
        views, members = counts_of_account(reader, account, now), people(reader, account, now)
        policy, hours, fresh = in_force_for(reader, account), account_hours(reader, account, now, MONTH_HOURS), freshness(reader)
    windows = {"24h": (found.requests_24h, found.refused_24h)}
    windows |= {name: (sum(hours.requests[-n:]), sum(hours.refused[-n:])) for name, n in (("7d", 168), ("30d", MONTH_HOURS))}
    if as_json:
        record = _record(found)
        record["views"] = dict(views)
        record["people"] = [
            {"id": one.member.id, "name": one.member.name, "admin": one.member.admin, "active": one.member.active,
             "left_at": stamped(one.member.left_at), "email": one.member.email or None, "owns": one.owns, "made": one.made}
            for one in members
        ]  # fmt: skip
        record["policy"] = {one.limit.name: {"value": one.value, "source": one.source} for one in policy}
        record["requests"] = {name: {"requests": one, "refused": other} for name, (one, other) in windows.items()}
        print_record({**record, "usage_recorded_to": stamped(fresh.recorded_to), **freshness_record(fresh, HOUR_S)})
        return
    show(f"{found.name}  ({found.id}{', plan ' + found.plan if found.plan else ''}), customer since {found.created_at:%Y-%m-%d}")
    for name, count in views.items():
        if count:
            show(f"  {name:<18} {count:>8,}")
    for name, (one, other) in windows.items():
        show(f"  requests {name:<9} {one:>8,}   {other:,} refused")
    show(f"  {freshness_sentence(fresh, HOUR_S)}")
    for limit in policy:
        show(f"  {limit.limit.title:<18} {amount(limit.limit, limit.value):<12} {SOURCES[limit.source]}")
    for person in members:
        state = "active" if person.member.active else "left"
        counted = f"owns {person.owns:,}, made {person.made:,}"
        show(f"  {person.member.id:<18} {state:<8} {counted:<24} {address_words(person.member)}")


def _record(one: AccountLine) -> dict[str, Value]:
    from console.reports.cells import stamped

    return {
        "id": one.id,
        "name": one.name,
        "plan": one.plan or None,
        "created_at": stamped(one.created_at),
        "live_tokens": one.live_tokens,
        "orphaned": one.orphaned,
        "never_expires": one.never_expires,
        "too_broad": one.broad,
        "last_used_at": stamped(one.last_used_at),
        "requests_24h": one.requests_24h,
        "refused_24h": one.refused_24h,
    }
