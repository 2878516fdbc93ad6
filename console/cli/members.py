"""`tokendesk accounts member`: a person in an account, and the e-mail address that notices to them go to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.accounts import group
from console.cli.command import command
from console.cli.options import CaseOption, JsonOption, ReasonOption, YesOption
from console.cli.place import Place

if TYPE_CHECKING:
    from store.opening import Store
    from store.rows import MemberRow


@command(
    group,
    "member",
    "tokendesk accounts member acme mia",
    "tokendesk accounts member acme mia --email mia@acme.example --yes",
    "tokendesk accounts member acme mia --no-email --reason 'asked for it' --yes",
)
def show_member(
    place: Place,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id.", show_default=False)],
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="The person's id in it.", show_default=False)],
    email: Annotated[str, typer.Option("--email", metavar="ADDRESS", help="Send notices to this address from now on.")] = "",
    no_email: Annotated[bool, typer.Option("--no-email", help="Forget the address on record.")] = False,
    reason: ReasonOption = "",
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show a person in an account, or change their e-mail address.

    What waits to be told, and what nobody took, goes to the new address; who changed it is in the audit log. Many at once are
    brought in by `tokendesk import people`.
    """
    from console.cli.output import print_record, show
    from console.render.member_words import address_words
    from console.reports.cells import stamped
    from store.errors import BadInput

    if email.strip() and no_email:
        raise BadInput("--email and --no-email contradict each other.", "Say one of them.")
    with place.open() as store:
        row = _member(store, account, member)
        if email.strip() or no_email:
            _save(place, store, row, email, reason, case, yes=yes)
            row = _member(store, account, member)
    if as_json:
        print_record({
            "account": row.account_id, "id": row.id, "name": row.name, "admin": row.admin, "active": row.active,
            "left_at": stamped(row.left_at), "email": row.email or None,
        })  # fmt: skip
        return
    admin, state = ", admin" if row.admin else "", "active" if row.active else "left"
    show(f"{row.name or row.id}  ({row.account_id}/{row.id}{admin}, {state})")
    show(f"  e-mail  {address_words(row)}")


def _member(store: Store, account: str, member: str) -> MemberRow:
    from store.reads.accounts import the_member

    with store.reading() as reader:
        return the_member(reader, account, member)


def _save(place: Place, store: Store, row: MemberRow, email: str, reason: str, case: str | None, *, yes: bool) -> None:
    from console.cli.asking import confirmed
    from console.cli.output import say
    from console.cli.place import now_at
    from console.render.notice_words import moved_words
    from store.rules.emails import checked_email
    from store.writes.members import EmailOrder, put_email

    actor, now, wanted = place.actor(store), now_at(store), checked_email(email)
    confirmed(yes, [f"Notices to {row.name or row.id} of {row.account_id} go to {wanted or 'no address'} from now on.",
                    f"It was {row.email or 'none'}."], "save it")  # fmt: skip
    order = EmailOrder(account_id=row.account_id, member_id=row.id, email=wanted, actor=actor, expected=row.email,
                       reason=reason, case=case)  # fmt: skip
    proof = store.write(lambda unit: put_email(unit, order, now), order.action_id)
    if proof.seq is None:
        say("It was so already; nothing was saved.")
    else:
        say(f"Saved (audit #{proof.seq}){moved_words(proof.moved)}.")
