"""`tokendesk operators requests`, `approve`, `refuse`, `break-glass` and `reviewed`: what waits for a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command
from console.cli.operators import group
from console.cli.options import JsonOption, ReasonOption, YesOption
from console.cli.place import Place

if TYPE_CHECKING:
    from store.rules.second_person import Verdict

RequestArgument = Annotated[
    str, typer.Argument(metavar="REQUEST", help="The request, as `requests` lists it.", show_default=False)
]


@command(group, "requests", "tokendesk operators requests")
def list_requests(place: Place, as_json: JsonOption = False) -> None:
    """List what waits for a second person, and what became of earlier requests."""
    from console.cli.output import print_array, print_table, say
    from console.render.approval_rows import state_words
    from console.reports.cells import moment_words, stamped
    from store.reads.approvals import approvals

    with place.open() as store, store.reading() as reader:
        found, wall = approvals(reader), store.wall()
    if as_json:
        print_array(
            {
                "request": one.id, "kind": one.kind, "operator": one.operator, "what": one.summary,
                "asked_at": stamped(one.asked_at), "ends_at": stamped(one.ends_at), "waits": one.waits(wall),
                "verdict": one.verdict or None, "answered_by": one.answered_by or None, "answered_at": stamped(one.answered_at),
                "used_at": stamped(one.used_at), "reason": one.reason or None, "reviewed_by": one.reviewed_by or None,
            }
            for one in found
        )  # fmt: skip
        return
    if not found:
        say("Nothing has been made to wait for a second person.")
        return
    rows = [(one.id, one.operator, one.summary, moment_words(one.asked_at), state_words(one, wall)) for one in found]
    print_table(("Request", "Asked by", "To", "At", "State"), rows)


@command(group, "approve", "tokendesk operators approve 3f9c2a --yes")
def approve(place: Place, request: RequestArgument, yes: YesOption = False, as_json: JsonOption = False) -> None:
    """Approve what another operator asked for: they can do exactly that, once, within the quarter of an hour."""
    from store.rules.second_person import Verdict

    _answer(place, request, Verdict.APPROVED, "approve it", "", yes, as_json)


@command(group, "refuse", "tokendesk operators refuse 3f9c2a --reason 'wrong customer'")
def refuse(
    place: Place, request: RequestArgument, reason: ReasonOption = "", yes: YesOption = False, as_json: JsonOption = False
) -> None:
    """Refuse what another operator asked for."""
    from store.rules.second_person import Verdict

    _answer(place, request, Verdict.REFUSED, "refuse it", reason, yes, as_json)


@command(group, "break-glass", "tokendesk operators break-glass 3f9c2a --reason 'leak in public, nobody answers' --yes")
def break_glass(
    place: Place, request: RequestArgument, reason: ReasonOption = "", yes: YesOption = False, as_json: JsonOption = False
) -> None:
    """End tokens without a second person, when nobody has answered for five minutes; it is flagged until it is reviewed."""
    from store.rules.second_person import Verdict

    _answer(place, request, Verdict.BROKEN_GLASS, "break the glass", reason, yes, as_json)


@command(group, "reviewed", "tokendesk operators reviewed 3f9c2a --reason 'justified: INC-204'")
def reviewed(place: Place, request: RequestArgument, reason: ReasonOption = "", as_json: JsonOption = False) -> None:
    """Note that you have looked at a broken glass; whoever broke it can't."""
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from store.writes.approvals import review_glass

    with place.open() as store:
        actor, now = place.actor(store), now_at(store)
        seq = store.write(lambda unit: review_glass(unit, request, actor, now, reason=reason))
    if as_json:
        print_record({"request": request, "reviewed_by": actor.name, "audit_seq": seq})
    else:
        show(f"Reviewed {request} (audit #{seq}).")


def _answer(place: Place, request: str, verdict: Verdict, verb: str, reason: str, yes: bool, as_json: bool) -> None:
    from console.cli.asking import confirmed
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from store.errors import NotFound
    from store.reads.approvals import approvals
    from store.writes.approvals import answer

    with place.open() as store:
        actor, now = place.actor(store), now_at(store)
        with store.reading() as reader:
            row = next((one for one in approvals(reader) if one.id == request), None)
        if row is None:
            raise NotFound(f"There is no request {request[:20]}.", "`tokendesk operators requests` lists them.")
        confirmed(yes, [f"{row.operator} asks to {row.summary}."], verb)
        seq = store.write(lambda unit: answer(unit, request, verdict, actor, now, reason=reason))
    if as_json:
        print_record({"request": request, "verdict": verdict.value, "audit_seq": seq})
    else:
        show(f"{verdict.value.capitalize()}: {row.operator} to {row.summary} (audit #{seq}).")
