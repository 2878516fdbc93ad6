"""`tokendesk reviews`: freeze a queue of tokens, decide about each, leave and go on later, sign it off, export the evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command, noun
from console.cli.options import CaseOption, JsonOption, ReasonOption, YesOption
from console.cli.place import Place

if TYPE_CHECKING:
    from console.reports.cells import Value
    from store.reads.reviews import ReviewItem, ReviewLine
    from store.writes.reviews import DecideOrder

group = noun("Review tokens in a frozen queue, and keep the evidence.")

ReviewArgument = Annotated[str, typer.Argument(metavar="REVIEW", help="The review's name.", show_default=False)]
TokenArgument = Annotated[str, typer.Argument(metavar="ID", help="The token's public id, or ACCOUNT/ID.", show_default=False)]
DecisionArgument = Annotated[
    str, typer.Argument(metavar="DECISION", help="keep, re-own, rotate, narrow, revoke, or ended.", show_default=False)
]


@command(
    group,
    "open",
    "tokendesk reviews open 2026-Q1-acme --account acme",
    "tokendesk reviews open 2026-Q1-broad --view too-broad --title 'Too broad, first quarter'",
)
def open_a_review(
    place: Place,
    review: ReviewArgument,
    account: Annotated[str | None, typer.Option("--account", metavar="ID", help="Only this account's live tokens.")] = None,
    view: Annotated[str, typer.Option("--view", metavar="NAME", help="A saved view.")] = "live",
    filter_text: Annotated[str, typer.Option("--filter", metavar="FILTER", help="Narrow it by a filter.")] = "",
    title: Annotated[str, typer.Option("--title", metavar="WORDS", help="What it is about.")] = "",
    case: CaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open a review: the tokens of an account or a view as they are now, in the order of that list."""
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from console.cli.policy import known
    from console.reports.cells import stamped
    from store.reads.reviews import frozen
    from store.writes.reviews import OpenReviewOrder, open_review

    with place.open() as store:
        now = now_at(store)
        known(store, account or "")
        wanted = " ".join(part for part in (f"acct.id={account}" if account else "", filter_text) if part)
        with store.reading() as reader:
            items = frozen(reader, view, wanted, now)
        order = OpenReviewOrder(review_id=review, title=title, account_id=account, filter=f"{view} {wanted}".strip(),
                                items=items, actor=place.actor(store), case=case)  # fmt: skip
        proof = store.write(lambda unit: open_review(unit, order, now), order.action_id)
    if as_json:
        print_record({"review": proof.review_id, "tokens": proof.tokens, "at": stamped(proof.at), "audit_seq": proof.seq})
    else:
        show(f"Opened {proof.review_id}: {proof.tokens:,} tokens, frozen now (audit #{proof.seq}).")


@command(group, "list", "tokendesk reviews list", "tokendesk reviews list --json")
def list_reviews(place: Place, as_json: JsonOption = False) -> None:
    """List reviews with their progress, the open ones first."""
    from console.cli.output import print_array, print_table
    from console.reports.review_fields import review_record
    from store.reads.reviews import reviews

    with place.open() as store, store.reading() as reader:
        found = reviews(reader)
    if as_json:
        print_array(review_record(one) for one in found)
        return
    rows = [(one.id, one.account_id or "-", one.title or one.filter, _progress(one), _signed(one)) for one in found]
    print_table(("Review", "Account", "About", "Progress", "Signed off"), rows, shrink=(2,))


@command(group, "show", "tokendesk reviews show 2026-Q1-acme --open", "tokendesk reviews show 2026-Q1-acme --json")
def show_review(
    place: Place,
    review: ReviewArgument,
    open_only: Annotated[bool, typer.Option("--open", help="Only the tokens that are undecided.")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="At most so many tokens.")] = 10_000,
    as_json: JsonOption = False,
) -> None:
    """Show a review's queue: each token as it is now, and what was decided about it."""
    from console.cli.output import print_record, print_table, say, show
    from console.reports.cells import moment_words
    from console.reports.freshness import freshness_record, freshness_sentence
    from console.reports.review_fields import item_record, review_record
    from store.reads.reviews import decisions, review_items
    from store.reads.reviews import review as one_review
    from store.reads.usage import freshness

    with place.open() as store, store.reading() as reader:
        found = one_review(reader, review)
        items = review_items(reader, review, undecided=open_only, limit=limit)
        made, fresh = decisions(reader, review), freshness(reader)
    if as_json:
        queue: list[Value] = [item_record(found, item) for item in items]
        print_record({**review_record(found), "decisions": dict(made), "queue": queue, **freshness_record(fresh)})
        return
    show(f"{found.id}{f', {found.title}' if found.title else ''}: {_progress(found)}. {_signed(found)}")
    show(f"Frozen {moment_words(found.opened_at)} by {found.opened_by} from: {found.filter}")
    if made:
        show(f"Decided: {', '.join(f'{number:,} {name}' for name, number in made.items())}")
    rows = [
        (str(item.place + 1), f"{item.account_id}/{item.id}", item.name, item.tier, moment_words(item.last_used_at, "never"),
         _decided(item))
        for item in items
    ]  # fmt: skip
    print_table(("#", "Token", "Name", "Access", "Last used", "Decision"), rows, shrink=(2, 5))
    say(freshness_sentence(fresh))


@command(
    group,
    "decide",
    "tokendesk reviews decide 2026-Q1-acme 7Kq2dR0aW4xZ keep --reason 'used by billing' --until 90d",
    "tokendesk reviews decide 2026-Q1-acme 7Kq2dR0aW4xZ re-own --owner leo --reason 'jo has left'",
    "tokendesk reviews decide 2026-Q1-acme 7Kq2dR0aW4xZ narrow --scope orders.read --reason 'only reads' --yes",
)
def decide_token(
    place: Place,
    review: ReviewArgument,
    token: TokenArgument,
    decision: DecisionArgument,
    reason: ReasonOption = "",
    until: Annotated[
        str | None, typer.Option("--until", metavar="WHEN", help="When a kept token is looked at again: 90d or a date.")
    ] = None,
    owner: Annotated[str, typer.Option("--owner", metavar="MEMBER", help="The new owner, for re-own.")] = "",
    scope: Annotated[
        list[str] | None, typer.Option("--scope", metavar="NAME", help="A scope that stays, for narrow; once for each.")
    ] = None,
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Decide about one token, and do it: the decision and its deed are one change, each with its audit line."""
    from console.cli.change import print_issued
    from console.cli.finding import the_token
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from console.cli.times import later
    from store.errors import BadInput, Refused
    from store.rules.reviews import decision_of
    from store.writes.reviews import DecideOrder, decide

    try:
        chosen = decision_of(decision)
    except Refused as error:
        raise BadInput(error.problem, error.remedy) from None
    with place.open() as store:
        now = now_at(store)
        row = the_token(store, token, now)
        again_at = later(until, now, "--until") if until else None
        order = DecideOrder(review_id=review, key=row.key, decision=chosen, reason=reason, actor=place.actor(store),
                            again_at=again_at, owner=owner, scopes=tuple(scope or ()), case=case)  # fmt: skip
        _ask(order, f"{row.account_id}/{row.id}, {row.name or '(no name)'}", yes=yes)
        mint = store.mint() if chosen in ("rotate", "narrow") else None
        proof = store.write(lambda unit: decide(unit, order, now, mint), order.action_id)
    words = f"{chosen}: {row.account_id}/{row.id}, {row.name}; {proof.left:,} left"
    if proof.issued is not None:
        print_issued(proof.issued, words, as_json, review=review, decision=chosen.value, replaces=row.id, left=proof.left)
    elif as_json:
        print_record(
            {"review": review, "id": row.id, "account": row.account_id, "decision": chosen.value, "left": proof.left,
             "audit_seq": proof.seq}
        )  # fmt: skip
    else:
        show(f"{words} (audit #{proof.seq}).")


@command(group, "sign", "tokendesk reviews sign 2026-Q1-acme --reviewer 'Dana Fox' --yes")
def sign_off(
    place: Place,
    review: ReviewArgument,
    reviewer: Annotated[str, typer.Option("--reviewer", metavar="NAME", help="The name on the evidence.")],
    reason: ReasonOption = "",
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Sign a review off once every token is decided; nothing of it can be changed then, by nobody."""
    from console.cli.asking import confirmed
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from console.reports.cells import stamped
    from store.writes.reviews import SignOrder, sign_review

    with place.open() as store:
        now = now_at(store)
        confirmed(yes, [f"Sign off {review} as {reviewer}: it is final then."], "sign it off")
        order = SignOrder(review_id=review, reviewer=reviewer, actor=place.actor(store), reason=reason, case=case)
        proof = store.write(lambda unit: sign_review(unit, order, now), order.action_id)
    if as_json:
        print_record({"review": proof.review_id, "tokens": proof.tokens, "reviewer": reviewer.strip(),
                      "at": stamped(proof.at), "audit_seq": proof.seq})  # fmt: skip
    else:
        show(f"Signed off {proof.review_id}: {proof.tokens:,} tokens, by {reviewer.strip()} (audit #{proof.seq}).")


@command(group, "export", "tokendesk reviews export 2026-Q1-acme -o review.csv", "tokendesk reviews export 2026-Q1-acme")
def export_review(
    place: Place,
    review: ReviewArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="A file of your own; without one, standard output.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Write the evidence as CSV: each token, what was decided, why, by whom, and the audit line; the export is one too."""
    from console.cli.review_exporting import write_evidence

    write_evidence(place, review, output, force=force)


def _ask(order: DecideOrder, named: str, *, yes: bool) -> None:
    from console.cli.asking import confirmed
    from store.rules.reviews import MEANS, Decision

    if order.decision not in (Decision.KEEP, Decision.ENDED):
        confirmed(yes, [f"{named}: {MEANS[order.decision]}."], f"{order.decision} it")


def _progress(one: ReviewLine) -> str:
    return f"{one.progress.decided:,} of {one.progress.tokens:,} decided, {one.progress.percent}%"


def _signed(one: ReviewLine) -> str:
    return "Not signed off" if one.signed_at is None else f"{one.reviewer}, {one.signed_at:%Y-%m-%d}"


def _decided(item: ReviewItem) -> str:
    if item.decision is None:
        return "changed since it was frozen" if item.changed else ""
    again = f" until {item.again_at:%Y-%m-%d}" if item.again_at is not None else ""
    return f"{item.decision}{again} by {item.decided_by}: {item.reason}"
