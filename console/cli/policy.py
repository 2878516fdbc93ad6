"""`tokendesk policy show`, `preview` and `set`: what limits tokens, and what another limit would mean for those there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command, noun
from console.cli.options import CaseOption, JsonOption, ReasonOption, YesOption
from console.cli.place import Place
from console.render.counts import counted

if TYPE_CHECKING:
    from console.reports.cells import Value
    from store.opening import Store
    from store.reads.policies import PolicyLine
    from store.rules.policies import InForce, Limits, Preview

group = noun("Limit how long tokens live, and see first what a limit would mean.")

AccountArgument = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="The account's id; without one, the default policy.", show_default=False)
]
LifetimeOption = Annotated[str | None, typer.Option("--max-lifetime", metavar="DAYS", help="Longest lifetime, 1 to 365; none.")]
RotateOption = Annotated[str | None, typer.Option("--rotate-every", metavar="DAYS", help="How old a secret may get; none.")]
IdleOption = Annotated[str | None, typer.Option("--idle-limit", metavar="DAYS", help="How long one may be unused; none.")]
OverlapOption = Annotated[str | None, typer.Option("--max-overlap", metavar="HOURS", help="Longest overlap, 0 to 336; none.")]
LimitOption = Annotated[str | None, typer.Option("--token-limit", metavar="N", help="Most tokens of an account; none.")]

PastOption = Annotated[
    str, typer.Option("--past", metavar="CHOICE", help="What becomes of tokens past a limit: grandfather, cap=30d, idle.")
]
ConfirmOption = Annotated[
    int | None, typer.Option("--confirm", metavar="N", help="How many tokens are changed by --past, as the preview says.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what it would mean and save nothing.")]


@command(group, "show", "tokendesk policy show acme --json", "tokendesk policy show")
def show_policy(place: Place, account: AccountArgument = "", as_json: JsonOption = False) -> None:
    """Show what is in force for an account and whose limit it is; without an account, every policy there is."""
    from console.cli.output import print_array, print_record, print_table
    from console.cli.place import now_at
    from console.render.policy_words import SOURCES, amount, sentence
    from store.reads.policies import in_force_for, policies

    with place.open() as store:
        known(store, account)
        with store.reading() as reader:
            found = in_force_for(reader, account)
            every = () if account else policies(reader, now_at(store))
    if account:
        if as_json:
            print_record({"account": account, "in_force": _in_force_record(found)})
        else:
            print_table(
                ("Limit", "In force", "Whose"),
                [(one.limit.title, amount(one.limit, one.value), SOURCES[one.source]) for one in found],
            )
        return
    if as_json:
        print_array(_policy_record(one) for one in every)
    else:
        print_table(("Account", "Policy"), [(one.account_id or "(default)", sentence(one.limits)) for one in every], shrink=(1,))


@command(group, "preview", "tokendesk policy preview acme --max-lifetime 90 --json")
def preview_policy(
    place: Place,
    account: AccountArgument = "",
    max_lifetime: LifetimeOption = None,
    rotate_every: RotateOption = None,
    idle_limit: IdleOption = None,
    max_overlap: OverlapOption = None,
    token_limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which live tokens would be past a limit and since when, and which of them are in use. Changes nothing."""
    from console.cli.output import print_record, say, show
    from console.cli.place import now_at
    from console.cli.policy_choices import choices_record, choices_words, cliff_record
    from console.render.policy_words import sentence
    from console.reports.freshness import freshness_record, freshness_sentence
    from store.reads.policies import preview
    from store.reads.usage import freshness

    with place.open() as store:
        _, wanted = _wanted(store, account, (max_lifetime, rotate_every, idle_limit, max_overlap, token_limit))
        now = now_at(store)
        with store.reading() as reader:
            found, fresh = preview(reader, account, wanted, now), freshness(reader)
    if as_json:
        record: dict[str, Value] = {"account": account or None, "limits": _limits_record(wanted), **_preview_record(found)}
        choices = {"choices": choices_record(found, now), "cliff": cliff_record(found, now)}
        print_record({**record, **choices, **freshness_record(fresh)})
        return
    show(f"{account or 'The default'}: {sentence(wanted)}.")
    for words in (*_preview_words(found), "What may become of them:", *choices_words(found, now)):
        show(words)
    say(freshness_sentence(fresh))


@command(
    group,
    "set",
    "tokendesk policy set acme --max-lifetime 90 --dry-run",
    "tokendesk policy set acme --max-lifetime 90 --past cap=30d --confirm 3 --case SEC-7",
    "tokendesk policy set acme --max-lifetime none --yes",
)
def set_policy(
    place: Place,
    account: AccountArgument = "",
    max_lifetime: LifetimeOption = None,
    rotate_every: RotateOption = None,
    idle_limit: IdleOption = None,
    max_overlap: OverlapOption = None,
    token_limit: LimitOption = None,
    reason: ReasonOption = "",
    case: CaseOption = None,
    past: PastOption = "grandfather",
    confirm: ConfirmOption = None,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Save limits; the ones not given stay as they are, «none» takes one away. Tokens change only by --past and --confirm."""
    from console.cli.asking import confirmed
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from console.cli.policy_choices import carried_out, checked_choice, choice_words, cliff_words, left_words, refuse_unconfirmed
    from console.render.policy_words import sentence
    from console.reports.cells import stamped
    from store.reads.policies import preview
    from store.rules.policy_choice import effects, tally
    from store.rules.roles import Permission, require
    from store.writes.policies import PolicyOrder, put_policy

    choice = checked_choice(past)
    if dry_run:
        preview_policy(place, account, max_lifetime, rotate_every, idle_limit, max_overlap, token_limit, as_json)
        return

    with place.open() as store:
        actor, now = place.actor(store), now_at(store)
        require(actor, Permission.GOVERN)
        before, wanted = _wanted(store, account, (max_lifetime, rotate_every, idle_limit, max_overlap, token_limit))
        with store.reading() as reader:
            found = preview(reader, account, wanted, now)
        title = f"{account or 'The default policy, for every account'}: {sentence(wanted)}."
        does = effects(choice, found.outside, now)
        refuse_unconfirmed(choice, does, confirm)
        words = [title, *_preview_words(found)[:1], choice_words(choice, tally(does, now)), *cliff_words(choice, does)]
        confirmed(yes or confirm is not None, words, "save it")
        order = PolicyOrder(account_id=account, limits=wanted, actor=actor, expected=before, choice=str(choice),
                            counts=found.counts, reason=reason, case=case)  # fmt: skip
        proof = store.write(lambda unit: put_policy(unit, order, now), order.action_id)
        done = carried_out(store, order, does, now)
    if as_json:
        record: dict[str, Value] = {"account": account or None, "limits": _limits_record(proof.after)}
        record |= {"before": _limits_record(proof.before), "at": stamped(proof.at), "audit_seq": proof.seq}
        print_record({**record, "past": found.past, "in_use": found.in_use, "choice": str(choice), "changed": done.changed})
        return
    saved = "It was so already; nothing was saved" if proof.seq is None else f"Saved (audit #{proof.seq})"
    changed = f"{counted(done.changed, 'token')} changed" if done.changed else "no token was changed"
    show(f"{title} {saved}; {changed}.")
    for words_left in left_words(done):
        show(words_left)


def _wanted(store: Store, account: str, given: tuple[str | None, ...]) -> tuple[Limits, Limits]:
    """Return the limits as they are saved and as they would be; raises NotFound, or Refused for one out of bounds."""
    from store.errors import BadInput, Refused
    from store.reads.policies import limits_of
    from store.rules.policies import LIMITS, checked

    known(store, account)
    with store.reading() as reader:
        own, default = limits_of(reader, account)
    before = own if account else default
    typed = {}
    for limit, text in zip(LIMITS, given, strict=True):
        value = before.value(limit.name)
        typed[limit.name] = text if text is not None else "" if value is None else str(value)
    try:
        return before, checked(typed)
    except Refused as error:
        raise BadInput(error.problem, "Give a whole number, or none.") from None


def known(store: Store, account: str) -> None:
    """Raise NotFound for an account there is not; an empty id stands for every account."""
    if not account:
        return
    from store.errors import NotFound
    from store.reads.accounts import account_exists

    with store.reading() as reader:
        if not account_exists(reader, account):
            raise NotFound(f"There is no account {account}.", "Check the id; `tokendesk accounts list` shows them.")


def _limits_record(limits: Limits) -> dict[str, Value]:
    from store.rules.policies import LIMITS

    return {limit.name: limits.value(limit.name) for limit in LIMITS}


def _policy_record(one: PolicyLine) -> dict[str, Value]:
    from console.reports.cells import stamped

    set_by: dict[str, Value] = {"set_at": stamped(one.updated_at), "set_by": one.updated_by or None}
    return {"account": one.account_id or None, "limits": _limits_record(one.limits), **set_by}


def _in_force_record(found: tuple[InForce, ...]) -> dict[str, Value]:
    return {one.limit.name: {"value": one.value, "source": one.source} for one in found}


def _preview_record(found: Preview) -> dict[str, Value]:
    from console.reports.cells import stamped

    tokens: list[Value] = [
        {
            "id": one.token.id,
            "account": one.token.account_id,
            "name": one.token.name,
            "in_use": one.in_use,
            "last_used_at": stamped(one.token.last_used_at),
            "past": {breach.limit.name: stamped(breach.since) for breach in one.breaches},
        }
        for one in found.named
    ]
    counts: dict[str, Value] = {"live_tokens": found.looked_at, "past": found.past, "later": found.later}
    return {**counts, "in_use": found.in_use, "unchanged": found.unchanged, "tokens": tokens}


def _preview_words(found: Preview) -> list[str]:
    words = [
        f"Of {counted(found.looked_at, 'live token')} {found.past:,} would be past a limit already, {found.later:,} later on, "
        f"{found.unchanged:,} keep it; {found.in_use:,} of those past are in use."
    ]
    for one in found.named:
        past = "; ".join(f"{breach.limit.title.lower()} {breach.since:%Y-%m-%d}" for breach in one.breaches)
        mark = "IN USE" if one.in_use else "      "
        words.append(f"  {mark}  {one.token.account_id}/{one.token.id}  {one.token.name or '(no name)'}: past {past}")
    hidden = found.past + found.later - len(found.named)
    return [*words, f"  and {hidden:,} more"] if hidden > 0 else words
