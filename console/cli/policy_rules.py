"""`tokendesk policy rules`: overlap by tier, idle tokens, allowed scopes and addresses, warnings and how they go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command
from console.cli.options import CaseOption, JsonOption, ReasonOption, YesOption
from console.cli.place import Place
from console.cli.policy import AccountArgument, ConfirmOption, DryRunOption, PastOption, group, known

if TYPE_CHECKING:
    from datetime import datetime

    from console.reports.cells import Value
    from store.opening import Store
    from store.reads.policy_rules import OutsideScopes
    from store.rules.policies import Preview

SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Change a rule, such as overlap-admin=24 or idle-action=revoke=14d; none."),
]
SOURCES = {"account": "its own policy", "default": "the default policy", "both": "both together", "product": "the product's own"}
ANY = {
    "allowed_scopes": "any of the catalogue", "allowed_addresses": "any address", "two_people": "nothing waits",
    "digest": "as the setting says",
}  # fmt: skip


@command(
    group,
    "rules",
    "tokendesk policy rules acme",
    "tokendesk policy rules acme --set overlap-admin=24 --set warn-days=30,7,1 --yes",
    "tokendesk policy rules acme --set digest=week --yes",
    'tokendesk policy rules acme --set allowed-scopes="orders.read orders.write" --dry-run',
)
def policy_rules(
    place: Place,
    account: AccountArgument = "",
    wanted: SetOption = None,
    past: PastOption = "grandfather",
    confirm: ConfirmOption = None,
    dry_run: DryRunOption = False,
    reason: ReasonOption = "",
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the rules in force besides the limits, or change some. Tokens change only by --past and --confirm."""
    with place.open() as store:
        known(store, account)
        if wanted and not dry_run:
            _save(place, store, account, wanted, past, confirm, reason, case, yes=yes)
        elif wanted:
            _say_outside(*_outside(store, account, _given(wanted)))
            _say_choices(store, account, _given(wanted))
        _show(store, account, as_json=as_json)


def _given(wanted: list[str]) -> dict[str, str]:
    from store.errors import BadInput, Refused
    from store.rules.policy_rules import checked_rule

    found = {}
    for words in wanted:
        name, equals, value = words.partition("=")
        try:
            if not equals:
                raise BadInput(f"“{words[:30]}” gives a rule no value.", "Write NAME=VALUE.")
            name, value = checked_rule(name, value)
        except Refused as error:
            raise BadInput(error.problem, error.remedy) from None
        found[name] = value
    return found


def _save(
    place: Place, store: Store, account: str, wanted: list[str], past: str, confirm: int | None, reason: str, case: str | None,
    *, yes: bool,
) -> None:  # fmt: skip
    from console.cli.asking import confirmed
    from console.cli.output import say
    from console.cli.place import now_at
    from console.cli.policy_choices import carried_out, checked_choice, choice_words, left_words, refuse_unconfirmed
    from store.errors import BadInput
    from store.reads.policy_rules import rules_of
    from store.rules.policy_choice import Choice, effects, tally
    from store.rules.roles import Permission, require
    from store.writes.policy_rules import RulesOrder, put_rules

    choice, actor, now, given = checked_choice(past), place.actor(store), now_at(store), _given(wanted)
    require(actor, Permission.GOVERN)
    with store.reading() as reader:
        own, default = rules_of(reader, account)
    allowed, outside = _outside(store, account, given)
    does = effects(choice, _preview(store, account, given, now).outside, now)
    if choice != Choice():
        refuse_unconfirmed(choice, does, confirm)
    elif outside and confirm != len(outside):
        raise BadInput(
            f"{len(outside):,} live tokens hold a scope that would not be allowed, {_live(outside):,} of them in use. "
            "Nothing was saved.",
            f"They go on as they are; look at them with --dry-run, then add --confirm {len(outside)}.",
        )
    said = ", ".join(f"{name.replace('_', '-')} {value or 'none'}" for name, value in given.items())
    becomes = choice_words(choice, tally(does, now)).strip() if does else "No token is changed."
    confirmed(yes or confirm is not None, [f"{account or 'Every account'}: {said}.", becomes], "save it")
    order = RulesOrder(account_id=account, rules=given, actor=actor, expected=own if account else default,
                       outside=len(outside) if allowed else None, choice=str(choice), reason=reason, case=case)  # fmt: skip
    proof = store.write(lambda unit: put_rules(unit, order, now), order.action_id)
    done = carried_out(store, order, does, now)
    saved = "It was so already; nothing was saved" if proof.seq is None else f"Saved (audit #{proof.seq})"
    say(f"{saved}; {f'{done.changed:,} tokens changed' if done.changed else 'no token was changed'}.")
    for words in left_words(done):
        say(words)


def _preview(store: Store, account: str, given: dict[str, str], now: datetime) -> Preview:
    from store.reads.rules_preview import rules_preview

    with store.reading() as reader:
        return rules_preview(reader, account, {"allowed_scopes": given.get("allowed_scopes", "")}, now).found


def _say_choices(store: Store, account: str, given: dict[str, str]) -> None:
    """Say what each choice would do to the tokens that hold another scope."""
    from console.cli.output import say
    from console.cli.place import now_at
    from console.cli.policy_choices import choices_words

    now = now_at(store)
    found = _preview(store, account, given, now)
    for words in choices_words(found, now) if found.outside else ():
        say(words)


def _outside(store: Store, account: str, given: dict[str, str]) -> tuple[str, tuple[OutsideScopes, ...]]:
    from console.cli.place import now_at
    from store.reads.policy_rules import tokens_outside

    allowed = given.get("allowed_scopes", "")
    if not allowed:
        return allowed, ()
    with store.reading() as reader:
        return allowed, tokens_outside(reader, account, allowed, now_at(store))


def _live(outside: tuple[OutsideScopes, ...]) -> int:
    return sum(one.in_use for one in outside)


def _say_outside(allowed: str, outside: tuple[OutsideScopes, ...]) -> None:
    from console.cli.output import say

    if allowed:
        say(f"{len(outside):,} live tokens hold another scope, {_live(outside):,} of them in use; they would go on as they are.")
    for one in outside[:100]:
        mark = "IN USE" if one.in_use else "      "
        say(f"  {mark}  {one.account_id}/{one.id}  {one.name or '(no name)'}: {' '.join(one.scopes)}")
    if len(outside) > 100:
        say(f"  and {len(outside) - 100:,} more")


def _show(store: Store, account: str, *, as_json: bool) -> None:
    from console.cli.output import print_record, print_table
    from store.reads.policy_rules import rules_of
    from store.rules.policy_rules import rules_in_force

    with store.reading() as reader:
        own, default = rules_of(reader, account)
    found = rules_in_force(own, default)
    if as_json:
        rules: dict[str, Value] = {one.rule.name: {"value": one.value or None, "source": one.source} for one in found}
        print_record({"account": account or None, "rules": rules})
        return
    rows = [(one.rule.name.replace("_", "-"), one.value or ANY[one.rule.name], SOURCES[one.source]) for one in found]
    print_table(("Rule", "In force", "Whose"), rows, shrink=(1,))
