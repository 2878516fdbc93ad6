"""What a policy would mean, before it is saved: each limit as it is and would be, and which live tokens would be past one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from console.render.counts import counted, many
from console.render.items import Item, cut_name, items, opened
from console.render.moments import ago, at
from console.render.pieces import Line
from console.render.policy_choices import choice_lines
from console.render.policy_words import SOURCES, amount
from console.render.sheet import line, wrapped
from console.render.widths import fit, width_of
from store.rules.policies import Held, InForce, Judged, Preview
from store.rules.policy_choice import Choice


def preview_items(
    before: Sequence[InForce], after: Sequence[InForce], found: Preview, choice: Choice, now: datetime, width: int, *, every: bool
) -> list[Item]:
    """Return the page; `every` says that the policy holds for every account, so that tokens are named with theirs."""
    lines: list[Line] = [line((f"{'Limit in force':<18}{'now':<16}would be", "header"))]
    lines += [_limit(was, will) for was, will in zip(before, after, strict=True)]
    limit = after[-1].value
    full = not every and limit is not None and found.looked_at >= limit
    words = (
        f"! It holds {counted(found.looked_at, 'live token')}: with a limit of {limit:,} no new one can be issued."
        if full
        else ""
    )
    lines += [
        (),
        *_counts(found, width),
        *choice_lines(choice, found, now, width),
        *([line((words, "finding"))] if full else []),
        (),
    ]
    shown = items(lines)
    named, keeping = found.named, found.keeping
    room = _room(found, now, width, every)
    if named:
        account = f"{'Account':<{room.account}} " if every else ""
        shown.append(Item(line((f"  {'Token':<{room.name}} {account}{'In use':<7} {'Used':<10} Would be past", "header"))))
        shown += [_judged(one, now, width, room) for one in named]
    hidden = found.past + found.later - len(named)
    if hidden > 0:
        shown.append(Item(line((f"  and {hidden:,} more", "quiet"))))
    if keeping and not every:
        shown += [Item(()), Item(line(("  Unchanged", "header")))]
        shown += [_keeping(one, now, width, room) for one in keeping]
        if found.unchanged > len(keeping):
            shown.append(Item(line((f"  and {found.unchanged - len(keeping):,} more", "quiet"))))
    return shown


def _limit(was: InForce, will: InForce) -> Line:
    same = (was.value, was.source) == (will.value, will.source)
    now, then = amount(was.limit, was.value), amount(will.limit, will.value)
    source = SOURCES[will.source] if will.value is not None else "no policy sets one"
    return line(
        (f"{was.limit.title:<18}", "quiet"), (f"{now:<14}", "quiet" if same else ""), ("  " if same else "→ ", "accent"),
        (f"{then:<12}", "quiet" if same else "strong"), (f"  {source}", "quiet"),
    )  # fmt: skip


def _counts(found: Preview, width: int) -> list[Line]:
    past = found.past
    keep = "keeps it as it is" if found.unchanged == 1 else "keep it as they are"
    live = f"{found.in_use:,} of those past {many(found.in_use, 'is')} IN USE: used within 30 days." if found.in_use else ""
    if past and not found.in_use:
        live = "None of those past was used within 30 days."
    words = line(
        (f"{counted(found.looked_at, 'live token')}: ", "strong"),
        (f"{past:,} would be past a limit already", "finding" if past else ""),
        f", {found.later:,} would be later on, {found.unchanged:,} {keep}. ",
        (live, "danger" if found.in_use else "quiet"),
    )  # fmt: skip
    return wrapped(words, width)


def _why(one: Judged, now: datetime) -> str:
    return "; ".join(
        f"{breach.limit.title.lower()} {'since' if breach.since <= now else 'from'} {breach.since:%Y-%m-%d}"
        for breach in one.breaches
    )


def _judged(one: Judged, now: datetime, width: int, room: _Room) -> Item:
    token = one.token
    live = ("IN USE ", "danger") if one.in_use else ("no     ", "quiet")
    words = line(
        ("! " if one.in_use else "  ", "danger"), f"{fit(token.name or token.id, room.name)} ",
        (f"{fit(token.account_id, room.account)} " if room.account else "", "quiet"), live, " ",
        (f"{ago(token.last_used_at, now):<10} ", "quiet"), (_why(one, now), "finding" if one.since <= now else ""),
    )  # fmt: skip
    return opened(words, width, "token", token.account_id, token.id, whole=cut_name(token.name or token.id, room.name))


def _keeping(token: Held, now: datetime, width: int, room: _Room) -> Item:
    ends = "never ends" if token.ends_at is None else f"ends {at(token.ends_at)}"
    name = fit(token.name or token.id, room.name)
    words = line(f"  {name} ", (f"{'':<7} {ago(token.last_used_at, now):<10} {ends}", "quiet"))
    return opened(words, width, "token", token.account_id, token.id, whole=cut_name(token.name or token.id, room.name))


class _Room(NamedTuple):
    """The cells of a token's name and of its account; 0: the account is not named."""

    name: int
    account: int


def _room(found: Preview, now: datetime, width: int, every: bool) -> _Room:
    """Give the name what the account and the longest reason leave of a line."""
    account = min(16, max((7, *(width_of(one.token.account_id) for one in found.named)))) if every else 0
    why = min(36, max((13, *(len(_why(one, now)) for one in found.named))))
    return _Room(max(12, min(64, width - 22 - (account + 1 if every else 0) - why)), account)
