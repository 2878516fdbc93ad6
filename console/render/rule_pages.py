"""The rules of an account on a page, and the page of what changed rules would mean before they are saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from console.render.items import Item, cut_name, items, opened
from console.render.moments import ago
from console.render.pieces import Line
from console.render.policy_choices import choice_lines
from console.render.policy_words import amount
from console.render.rule_words import holds_words, idle_days_of, overlap_of, rule_words, whose
from console.render.sheet import length, line, wrapped
from console.render.widths import fit, width_of
from store.rules.policies import InForce
from store.rules.policy_choice import Choice
from store.rules.policy_rules import BY_NAME, RuleInForce

if TYPE_CHECKING:
    from store.reads.policy_rules import OutsideScopes
    from store.reads.rules_preview import Elsewhere, RulesPreview

LABEL = 22


def rule_items(
    rules: Sequence[RuleInForce], limits: tuple[InForce, ...], own: Mapping[str, str], width: int, *, every: bool
) -> list[Item]:
    """Return every rule in force in plain words, whose it is, and what the account's own says where that is another."""
    overlap = next(one for one in limits if one.limit.name == "max_overlap_hours")
    holds = "every account" if every else "this account"
    lines: list[Line] = [
        *wrapped(line((f"What holds for {holds} besides its limits. Of an account's own rule and the default's ", "quiet"),
                      ("the tighter one holds.", "quiet")), width),
        (),
    ]  # fmt: skip
    for one in rules:
        words = rule_words(one.rule.name, one.value, idle_days_of(limits), overlap_of(limits))
        mine = own.get(one.rule.name)
        kept = f" (its own says {mine})" if mine is not None and mine != one.value and not every else ""
        source = f"{whose(one, overlap)}{kept}"
        said = line((fit(one.rule.title, LABEL), "title"), words)
        whole = line(*said, (f"  {source}", "quiet"))
        if length(whole) <= width:
            lines.append(whole)
        else:
            lines += wrapped(said, width, indent=LABEL)
            lines += wrapped(line(" " * LABEL, (source, "quiet")), width, indent=LABEL)
    lines += [(), line(("Limits beside them", "header"))]
    lines += [
        line((fit(one.limit.title, LABEL), "title"), (f"{amount(one.limit, one.value):<12}", ""), (f"  {_of(one)}", "quiet"))
        for one in limits
    ]
    keys = line(
        ("e", "key"),
        " changes the rules, after a preview; ",
        ("u", "key"),
        " lists what is due by them; ",
        ("Esc", "key"),
        " goes back.",
    )
    lines += [(), *wrapped(keys, width)]
    return items(lines)


def rules_preview_items(
    before: Sequence[RuleInForce], after: Sequence[RuleInForce], limits: tuple[InForce, ...], found: RulesPreview,
    choice: Choice, now: datetime, width: int, *, every: bool,
) -> list[Item]:  # fmt: skip
    """Return what changed rules would mean: each as it is and as it would be, and the tokens it concerns."""
    idle, overlap = idle_days_of(limits), overlap_of(limits)
    lines: list[Line] = []
    for was, will in zip(before, after, strict=True):
        if was.value == will.value:
            continue
        lines += wrapped(line((was.rule.title, "title"), (f"  {holds_words(was.rule.name)}", "quiet")), width, indent=2)
        lines += wrapped(
            line(("  now   ", "quiet"), (rule_words(was.rule.name, was.value, idle, overlap), "quiet")), width, indent=8
        )
        lines += wrapped(
            line(("  then  ", "accent"), (rule_words(was.rule.name, will.value, idle, overlap), "strong")), width, indent=8
        )
    if not lines:
        lines = wrapped(line(("What is in force stays as it is: a tighter rule holds already.", "finding")), width)
    if found.elsewhere:
        lines += wrapped(_elsewhere(len(found.elsewhere)), width, indent=2)
    shown = items([*lines, ()])
    if found.scopes:
        shown += items([*wrapped(_scopes(found), width), *choice_lines(choice, found.found, now, width), ()])
        told = [(one.name or one.id, one.account_id, " ".join(one.scopes)) for one in found.scopes[:500]]
        room = _room(told, width, every=every)
        shown += [_outside(one, width, *room) for one in found.scopes[:500]]
        shown += _more(len(found.scopes))
    elif any(one.rule.name == "allowed_scopes" and one.value != was.value for was, one in zip(before, after, strict=True)):
        shown += items([line(("No live token holds another scope.", "good")), ()])
    if found.elsewhere:
        shown += items([(), line(("Used from elsewhere", "title"), ("   last seen, and from which addresses", "quiet"))])
        told = [(one.name or one.id, one.account_id, " ".join(one.addresses)) for one in found.elsewhere[:500]]
        room = _room(told, width - 4, every=every)
        shown += [_from_elsewhere(one, now, width, *room) for one in found.elsewhere[:500]]
        shown += _more(len(found.elsewhere))
    elif any(one.rule is BY_NAME["allowed_addresses"] and one.value != was.value for was, one in zip(before, after, strict=True)):
        shown += items([line(("No live token was used from elsewhere within 30 days, as far as its usage says.", "good"))])
    return shown


def _of(one: InForce) -> str:
    from console.render.policy_words import SOURCES

    return SOURCES[one.source] if one.value is not None else "no policy sets one"


def _scopes(found: RulesPreview) -> Line:
    live = found.found.in_use
    words = f"{live:,} of them LIVE: used within 30 days." if live else "none of them used within 30 days."
    number = (
        f"{len(found.scopes):,} live token{'s hold' if len(found.scopes) != 1 else ' holds'} a scope that would not be allowed, "
    )
    return line((number, "finding"), (words, "danger" if live else "quiet"))


def _elsewhere(number: int) -> Line:
    return line((f"! {number:,} live token{'s were' if number != 1 else ' was'} used from elsewhere within 30 days: ", "danger"),
                "their calls from there stop when this is saved, whatever is chosen below.")  # fmt: skip


def _outside(one: OutsideScopes, width: int, name: int, account: int) -> Item:
    live = ("LIVE   ", "danger") if one.in_use else ("no     ", "quiet")
    words = line(("! " if one.in_use else "  ", "danger"), f"{fit(one.name or one.id, name)} ",
                 (f"{fit(one.account_id, account)} " if account else "", "quiet"), live,
                 (" ".join(one.scopes), "finding"))  # fmt: skip
    return opened(words, width, "token", one.account_id, one.id, whole=cut_name(one.name or one.id, name))


def _from_elsewhere(one: Elsewhere, now: datetime, width: int, name: int, account: int) -> Item:
    words = line(("! ", "danger"), f"{fit(one.name or one.id, name)} ",
                 (f"{fit(one.account_id, account)} " if account else "", "quiet"), (f"{ago(one.last_at, now):<11}", "quiet"),
                 (" ".join(one.addresses), "finding"))  # fmt: skip
    return opened(words, width, "token", one.account_id, one.id, whole=cut_name(one.name or one.id, name))


def _more(number: int) -> list[Item]:
    return [Item(line((f"  and {number - 500:,} more", "quiet")))] if number > 500 else []


def _room(rows: Sequence[tuple[str, str, str]], width: int, *, every: bool) -> tuple[int, int]:
    """Return the cells of a name and of an account, 0 where it is not named: a name has what it needs and these `rows` leave."""
    name, account, words = (max(width_of(row[column]) for row in rows) for column in range(3))
    account = min(16, account) if every else 0
    return max(12, min(36, name, width - 10 - (account + 1 if every else 0) - min(24, words))), account
