"""`tokendesk tokens revoke`, `suspend`, `resume`, `rename`, `expire` and `reown`: the same engine calls as the keys."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.command import command
from console.cli.completion import presets
from console.cli.options import CaseOption, IdArgument, JsonOption, ReasonOption, YesOption
from console.cli.place import Place
from console.cli.tokens import group

UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="WHEN", help="The end: 4h, 2d, or a time; without one it must be resumed.")
]
MessageOption = Annotated[str, typer.Option("--message", metavar="WORDS", help="What its callers are told.")]
WhenArgument = Annotated[
    str, typer.Argument(metavar="WHEN", help="24h, 30d, 90d, 180d, or a date (midnight UTC).", autocompletion=presets)
]


@command(
    group,
    "revoke",
    "tokendesk tokens revoke 7Kq2dR0aW4xZ --reason 'found in a public repository' --case INC-204 --yes",
)
def revoke_token(
    place: Place,
    token: IdArgument,
    reason: ReasonOption = "",
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """End a token for good, at once. Nobody can undo it; a token revoked before stays as it is."""
    from console.cli.change import Given, carried_out, target
    from console.cli.output import print_record, show
    from console.reports.cells import stamped
    from store.moments import stamp
    from store.writes.ending import revoke
    from store.writes.orders import RevokeOrder

    with target(place, Given(token, reason, case, yes, as_json)) as found:
        if found.row.revoked_at is None:
            found.ask("revoke", found.what_stops(), "It can't be undone by anyone.")
        order = RevokeOrder(**found.order)
        proof = carried_out(found.store, lambda unit: revoke(unit, order, found.now), order.action_id)
    if as_json:
        print_record(
            {
                "id": proof.key[1],
                "account": proof.key[0],
                "name": proof.name,
                "action": "revoke",
                "at": stamped(proof.at),
                "by": proof.by,
                "already": proof.already,
                "refused_everywhere_by": stamped(proof.refused_by),
                "audit_seq": proof.seq,
            }
        )
    elif proof.already:
        show(f"{proof.key[1]} was already revoked by {proof.by} at {stamp(proof.at)}; nothing was done.")
    else:
        show(f"Revoked {proof.key[1]}, {proof.name}; refused everywhere by {proof.refused_by:%H:%M:%S} (audit #{proof.seq}).")


@command(group, "suspend", "tokendesk tokens suspend 7Kq2dR0aW4xZ --until 4h --message 'call us: INC-204' --yes")
def suspend_token(
    place: Place,
    token: IdArgument,
    until: UntilOption = None,
    message: MessageOption = "",
    reason: ReasonOption = "",
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Stop a token for a while; `resume` lets it work again."""
    from console.cli.change import Given, carried_out, print_changed, target
    from console.cli.times import later
    from console.reports.cells import moment_words, stamped
    from store.writes.ending import suspend
    from store.writes.orders import SuspendOrder

    with target(place, Given(token, reason, case, yes, as_json)) as found:
        end = later(until, found.now, "--until") if until else None
        found.ask("suspend", found.what_stops(), f"Until {moment_words(end, 'somebody resumes it')}.")
        order = SuspendOrder(**found.order, message=message, until=end)
        proof = carried_out(found.store, lambda unit: suspend(unit, order, found.now), order.action_id)
    words = f"Suspended {token}, {proof.name}, until {moment_words(end, 'somebody resumes it')}"
    print_changed(proof, words, as_json, suspended_until=stamped(end))


@command(group, "resume", "tokendesk tokens resume 7Kq2dR0aW4xZ --reason 'customer has fixed it' --yes")
def resume_token(
    place: Place,
    token: IdArgument,
    reason: ReasonOption = "",
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Let a suspended token work again."""
    from console.cli.change import Given, carried_out, print_changed, target
    from store.writes.ending import resume
    from store.writes.orders import ResumeOrder

    with target(place, Given(token, reason, case, yes, as_json)) as found:
        found.ask("resume", "It is accepted again at once.")
        order = ResumeOrder(**found.order)
        proof = carried_out(found.store, lambda unit: resume(unit, order, found.now), order.action_id)
    print_changed(proof, f"Resumed {token}, {proof.name}", as_json)


@command(group, "rename", "tokendesk tokens rename 7Kq2dR0aW4xZ 'CI deploy bot' --yes")
def rename_token(
    place: Place,
    token: IdArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for, in a few words.")],
    reason: ReasonOption = "",
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Give a token another name."""
    from console.cli.change import Given, carried_out, print_changed, target
    from store.writes.editing import rename
    from store.writes.orders import RenameOrder

    with target(place, Given(token, reason, case, yes, as_json)) as found:
        found.ask("rename", f"New name: {name}", "Nothing stops.")
        order = RenameOrder(**found.order, name=name)
        proof = carried_out(found.store, lambda unit: rename(unit, order, found.now), order.action_id)
    print_changed(proof, f"Renamed {token}, {proof.name}, to {name.strip()}", as_json, new_name=name.strip())


@command(
    group, "expire", "tokendesk tokens expire 7Kq2dR0aW4xZ 30d --yes", "tokendesk tokens expire 7Kq2dR0aW4xZ 2026-06-14 --yes"
)
def expire_token(
    place: Place,
    token: IdArgument,
    when: WhenArgument,
    reason: ReasonOption = "",
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Give a token another end: at most 365 days from now, or what the account's policy allows."""
    from console.cli.change import Given, carried_out, print_changed, target
    from console.cli.times import later
    from console.reports.cells import stamped
    from store.rules.expiry import checked_expiry, expiry_sentence
    from store.writes.editing import expire
    from store.writes.orders import ExpireOrder

    with target(place, Given(token, reason, case, yes, as_json)) as found:
        end = later(when, found.now, "The expiry")
        sentence = expiry_sentence(checked_expiry(end, found.now, None), found.now)
        found.ask("change", f"{sentence}. Then it stops.")
        order = ExpireOrder(**found.order, expires_at=end)
        proof = carried_out(found.store, lambda unit: expire(unit, order, found.now), order.action_id)
    print_changed(proof, f"{token}, {proof.name}: {sentence}", as_json, expires_at=stamped(end))


@command(group, "reown", "tokendesk tokens reown 7Kq2dR0aW4xZ leo --yes")
def reown_token(
    place: Place,
    token: IdArgument,
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="The id of an active member of its account.")],
    reason: ReasonOption = "",
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Give a token another owner."""
    from console.cli.change import Given, carried_out, print_changed, target
    from store.writes.editing import reown
    from store.writes.orders import ReownOrder

    with target(place, Given(token, reason, case, yes, as_json)) as found:
        found.ask("re-own", f"New owner: {member}", "Nothing stops.")
        order = ReownOrder(**found.order, owner=member)
        proof = carried_out(found.store, lambda unit: reown(unit, order, found.now), order.action_id)
    print_changed(proof, f"{token}, {proof.name}, now belongs to {member}", as_json, owner=member)
