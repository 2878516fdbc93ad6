"""`tokendesk policy due` and `apply`: secrets too old, tokens unused for too long, and what is done about these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.cli.command import command
from console.cli.options import CaseOption, JsonOption, ReasonOption
from console.cli.place import Place
from console.cli.policy import AccountArgument, ConfirmOption, group, known
from console.render.counts import counted, many

if TYPE_CHECKING:
    from datetime import datetime

    from console.reports.cells import Value
    from store.opening import Store
    from store.rows import Freshness
    from store.rules.idle import Due, Idle, RotationDue, Step
    from store.writes.policy_effects import Effected

SHOWN = 100
SAYS = {
    "propose": "proposed for a person to look at",
    "notice": "a notice will be put on record",
    "wait": "its notice is running",
    "revoke": "its notice is over: to be revoked",
}


@command(group, "due", "tokendesk policy due", "tokendesk policy due acme --json")
def policy_due(place: Place, account: AccountArgument = "", as_json: JsonOption = False) -> None:
    """List what is due by the policies: secrets too old, and tokens unused for too long. Changes nothing."""
    from console.cli.output import print_record, say
    from console.cli.place import now_at
    from console.reports.freshness import freshness_sentence
    from store.reads.policy_due import due
    from store.reads.usage import freshness

    with place.open() as store:
        known(store, account)
        now = now_at(store)
        with store.reading() as reader:
            found, fresh = due(reader, now, account), freshness(reader)
    if as_json:
        print_record(_record(found, fresh))
    else:
        _show(found, now)
        say(freshness_sentence(fresh))


@command(group, "apply", "tokendesk policy apply", "tokendesk policy apply --confirm 12 --case SEC-7")
def policy_apply(
    place: Place,
    account: AccountArgument = "",
    confirm: ConfirmOption = None,
    reason: ReasonOption = "",
    case: CaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give notice for idle tokens, and revoke those whose notice is over. A dry run, unless their number is confirmed."""
    from console.cli.output import print_record, say, show
    from console.cli.place import now_at
    from console.reports.freshness import freshness_sentence
    from store.errors import BadInput
    from store.reads.policy_due import due
    from store.reads.usage import freshness
    from store.rules.idle import Step
    from store.rules.roles import Permission
    from store.writes.authority import authorise
    from store.writes.policy_apply import give_notice, revoke_noticed

    with place.open() as store:
        known(store, account)
        now = now_at(store)
        with store.reading() as reader:
            found, fresh = due(reader, now, account), freshness(reader)
        notices, ends = found.at(Step.NOTICE), found.at(Step.REVOKE)
        number = len(notices) + len(ends)
        if confirm is None:
            if as_json:
                print_record({**_record(found, fresh), "dry_run": True})
                return
            _show(found, now)
            say(freshness_sentence(fresh))
            does = f"{counted(len(notices), 'notice')} to give and {counted(len(ends), 'token')} to revoke"
            show(f"A dry run: {does}; --confirm {number} does it.")
            return
        actor = place.actor(store)
        store.write(lambda unit: authorise(unit, actor, Permission.GOVERN))
        if confirm != number:
            are = f"{counted(number, 'token')} {many(number, 'is')}"
            raise BadInput(
                f"{are} due, {len(ends):,} of them to be revoked; not {confirm:,}. Nothing was done.",
                f"Look at them with `tokendesk policy apply`, then add --confirm {number}.",
            )
        given = _in_portions(store, place, notices, give_notice, reason, case, now)
        ended = _in_portions(store, place, ends, revoke_noticed, reason, case, now)
    left = (*given.left, *ended.left)
    if as_json:
        alone: list[Value] = [{"account": one.key[0], "id": one.key[1], "why": one.why} for one in left]
        print_record({"notices_given": given.changed, "revoked": ended.changed, "left_alone": alone, "dry_run": False})
        return
    show(f"{counted(given.changed, 'notice')} put on record, {counted(ended.changed, 'token')} revoked.")
    for one in left:
        show(f"  left alone: {one.key[0]}/{one.key[1]}, {one.why}")


def _in_portions(
    store: Store, place: Place, idle: tuple[Idle, ...], do: object, reason: str, case: str | None, now: datetime
) -> Effected:
    from store.writes.orders import new_action_id
    from store.writes.policy_apply import IdleOrder, portions
    from store.writes.policy_effects import Effected

    done, whole, bulk_id = Effected(0, ()), tuple(one.key for one in idle), new_action_id()
    for portion in portions(idle):
        order = IdleOrder(
            idle=portion, actor=place.actor(store), reason=reason, case=case, whole=whole, bulk_id=bulk_id
        )  # fmt: skip
        part = store.write(lambda unit, order=order: do(unit, order, now))  # type: ignore[misc,operator]
        done = Effected(done.changed + part.changed, done.left + part.left)
    return done


def _says(one: Idle, now: datetime) -> str:
    if one.step != "wait" or one.due_at is None:
        return SAYS[one.step]
    if now < one.due_at:
        return f"{SAYS[one.step]} until {one.due_at:%Y-%m-%d}"
    return f"its notice is over, but usage is not recorded up to its end on {one.due_at:%Y-%m-%d}"


def _show(found: Due, now: datetime) -> None:
    from console.cli.output import show

    used = sum(one.in_use for one in found.rotations)
    show(f"{len(found.rotations):,} rotations are due, {used:,} of these tokens are in use.")
    for rotation in found.rotations[:SHOWN]:
        mark = "IN USE" if rotation.in_use else "      "
        days = (now - rotation.since).days
        show(f"  {mark}  {_named(rotation)}: due since {rotation.since:%Y-%m-%d}, {counted(days, 'day')}")
    _more(len(found.rotations))
    show(f"{counted(len(found.idle), 'token')} {many(len(found.idle), 'is')} unused for longer than the policy allows.")
    for one in found.idle[:SHOWN]:
        seldom = "; it calls about once a quarter by its own rhythm" if one.seldom else ""
        show(f"  {_named(one)}: past its limit since {one.since:%Y-%m-%d}, {_says(one, now)}{seldom}")
    _more(len(found.idle))


def _more(number: int) -> None:
    from console.cli.output import show

    if number > SHOWN:
        show(f"  and {number - SHOWN:,} more")


def _named(one: Idle | RotationDue) -> str:
    return f"{one.key[0]}/{one.key[1]}  {one.name or '(no name)'}"


def _record(found: Due, fresh: Freshness) -> dict[str, Value]:
    from console.reports.cells import stamped
    from console.reports.freshness import freshness_record
    from store.rules.idle import counts

    rotations: list[Value] = [
        {"account": one.key[0], "id": one.key[1], "name": one.name, "due_since": stamped(one.since), "in_use": one.in_use}
        for one in found.rotations
    ]
    idle: list[Value] = [
        {
            "account": one.key[0],
            "id": one.key[1],
            "name": one.name,
            "since": stamped(one.since),
            "step": one.step.value,
            "revoked_from": stamped(one.due_at),
            "seldom": one.seldom,
        }
        for one in found.idle
    ]
    steps: dict[Step, int] = counts(found.idle)
    many: Value = {step.value: number for step, number in steps.items()}
    return {"rotations": rotations, "idle": idle, "steps": many, **freshness_record(fresh)}
