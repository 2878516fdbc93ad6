"""`tokendesk tokens issue` and `rotate`: the two commands that print a secret, once."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.command import command
from console.cli.completion import environments, overlaps, presets, scopes
from console.cli.options import CaseOption, IdArgument, JsonOption, ReasonOption, YesOption
from console.cli.place import Place
from console.cli.tokens import group

AccountOption = Annotated[str, typer.Option("--account", metavar="ID", help="The customer's account.", show_default=False)]
NameOption = Annotated[
    str, typer.Option("--name", metavar="WORDS", help="What it is for, such as “CI deploy bot”.", show_default=False)
]
OwnerOption = Annotated[
    str, typer.Option("--owner", metavar="MEMBER", help="The active member it belongs to.", show_default=False)
]
ScopeOption = Annotated[
    list[str],
    typer.Option(
        "--scope", metavar="NAME", help="A permission; give it once for each.", show_default=False, autocompletion=scopes
    ),
]
ExpiresOption = Annotated[
    str | None,
    typer.Option(
        "--expires",
        metavar="WHEN",
        help="24h, 30d, 90d, 180d or a date; by default what its access suggests.",
        autocompletion=presets,
    ),
]
EnvironmentOption = Annotated[
    str, typer.Option("--environment", metavar="WORD", help="live or test.", autocompletion=environments)
]
CreatorOption = Annotated[str | None, typer.Option("--creator", metavar="MEMBER", help="The member who asked for it.")]
RationaleOption = Annotated[
    str, typer.Option("--rationale", metavar="WORDS", help="Why no smaller token would do; admin needs it.")
]
AcceptRiskOption = Annotated[bool, typer.Option("--accept-risk", help="One token may hold a risky pair of scopes.")]
SplitFromOption = Annotated[
    str, typer.Option("--split-from", metavar="TOKEN", help="The shared token it takes over from, see `tokens split`.")
]
ProgramOption = Annotated[str, typer.Option("--program", metavar="NAME", help="With --split-from: which program it is for.")]
OverlapOption = Annotated[
    str | None,
    typer.Option(
        "--overlap",
        metavar="TIME",
        help="How long the old one goes on: 0, 24h, 72h, 7d or 14d; by default what its access suggests.",
        autocompletion=overlaps,
    ),
]

NarrowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--scope", metavar="NAME", help="Narrow the replacement to this scope; give it once for each.", autocompletion=scopes
    ),
]


@command(
    group,
    "issue",
    "tokendesk tokens issue --account bolt --name 'nightly export' --owner leo --scope orders.read --expires 90d --yes",
)
def issue_token(
    place: Place,
    account: AccountOption,
    name: NameOption,
    owner: OwnerOption,
    scope: ScopeOption,
    expires: ExpiresOption = None,
    environment: EnvironmentOption = "live",
    creator: CreatorOption = None,
    rationale: RationaleOption = "",
    accept_risk: AcceptRiskOption = False,
    split_from: SplitFromOption = "",
    program: ProgramOption = "",
    reason: ReasonOption = "",
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Make a token; its secret is printed once, on standard output."""
    from console.cli.issuing import Wish, issue_wish

    wish = Wish(account, name, owner, tuple(scope), expires, environment, creator, rationale, accept_risk, split_from, program)
    issue_wish(place, wish, reason, case, yes, as_json)


@command(
    group,
    "rotate",
    "tokendesk tokens rotate 7Kq2dR0aW4xZ --overlap 72h --yes",
    "tokendesk tokens rotate 7Kq2dR0aW4xZ --scope orders.read --yes",
)
def rotate_token(
    place: Place,
    token: IdArgument,
    overlap: OverlapOption = None,
    scope: NarrowOption = None,
    reason: ReasonOption = "",
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Make a token's replacement; the old one goes on for the overlap, at most until its own expiry.

    With --scope the replacement holds only some of its scopes: `tokendesk tokens split` says which were used.
    """
    from console.cli.change import Given, print_issued, target
    from console.cli.times import duration_of
    from console.reports.cells import moment_words, stamped
    from store.rules.rotation import CHOICES, default_overlap, old_token_ends
    from store.usage.attempts import issuing
    from store.writes.issuing import rotate
    from store.writes.orders import RotateOrder

    length = None if overlap is None else duration_of(overlap, "--overlap")
    with target(place, Given(token, reason, case, yes, as_json)) as found:
        row = found.row
        expected = length if length is not None else CHOICES[default_overlap(row.tier, leaked=row.exposed_at is not None)]
        ends = old_token_ends(row.expires_at, found.now, expected)
        found.ask("rotate", f"The old token goes on until {moment_words(ends)} at most. The new secret is printed once.")
        mint = found.store.mint()
        order = RotateOrder(**found.order, overlap=length, scopes=tuple(scope) if scope else None)
        proof = issuing(found.store, lambda unit: rotate(unit, order, found.now, mint), order.action_id, found.now)
    words = f"Rotated {row.id}, {row.name}: the new token is {proof.new.key[1]}, the old one ends {moment_words(proof.ends_at)}"
    print_issued(proof.new, words, as_json, replaces=row.id, old_ends_at=stamped(proof.ends_at))
