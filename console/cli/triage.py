"""`tokendesk triage`: whose tokens stand in any text, which of them still work, and ending those at once."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from console.cli.command import command
from console.cli.options import CaseOption, JsonOption, ReasonOption
from console.cli.place import Place

if TYPE_CHECKING:
    from console.reports.cells import Value
    from store.opening import Store
    from store.reads.triage import Sighting, Triage
    from store.writes.ending import Outcome, RevokeManyOrder

LIVE_FOUND = 2
"""The exit code when a token was found whose secret is right and which still works (interfaces.md)."""

STANDARD_INPUT = "-"


def triage_text(
    place: Place,
    file: Annotated[str, typer.Argument(metavar="FILE", help="What was leaked; - or nothing reads standard input.")] = "-",
    revoke: Annotated[
        str | None, typer.Option("--revoke", metavar="VERDICT", help="End the tokens with this verdict; only `verified`.")
    ] = None,
    confirm: Annotated[
        int | None, typer.Option("--confirm", metavar="N", help="How many tokens you expect to end; nothing is done for another.")
    ] = None,
    reason: ReasonOption = "",
    case: CaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find our tokens in any text, of any size: a log, a diff, a chat, JSON, URLs. Nothing of the text is shown or kept.

    It only tells, unless --revoke verified and the right --confirm are given. Ends with 2 when a token was found that
    anybody who has the text can call with.
    """
    from console.cli.output import say
    from console.cli.place import now_at
    from store.reads.triage import triage
    from store.rules.leaks import Verdict

    _check(place, revoke, confirm)
    if file == STANDARD_INPUT and sys.stdin.isatty():
        say("What you paste is shown here; end it with Ctrl-D. The Leaks screen hides it.")
    with place.open() as store, ExitStack() as stack:
        stream = sys.stdin.buffer if file == STANDARD_INPUT else stack.enter_context(_opened(Path(file)))
        now = now_at(store)
        mint = store.mint()
        with store.reading() as reader:
            found = triage(reader, stream, now, mint)
        live = found.of(Verdict.VERIFIED)
        source = "standard input" if file == STANDARD_INPUT else Path(file).name
        done = _revoked(place, store, live, confirm, reason or f"leaked: found in {source}", case, now) if revoke else {}
    _tell(found, done, as_json)
    if len(done) < len(live) or any(one.revoked is None for one in done.values()):
        raise typer.Exit(LIVE_FOUND)


def join(app: typer.Typer) -> None:
    """Make it a command of `tokendesk` itself."""
    command(
        app,
        "triage",
        "tokendesk triage build.log",
        "tokendesk triage - --case INC-204 < dump.txt",
        "tokendesk triage dump.txt --revoke verified --confirm 1 --case INC-204",
    )(triage_text)


def _check(place: Place, revoke: str | None, confirm: int | None) -> None:
    from store.errors import BadInput, Refused

    if revoke is None and confirm is None:
        return
    if revoke != "verified":
        raise BadInput("Only tokens whose secret is proven are ended here.", "Say --revoke verified, or leave out --confirm.")
    if confirm is None:
        raise BadInput("How many tokens are to be ended is missing.", "Look first without --revoke, then add --confirm N.")
    if place.read_only:
        raise Refused("This is read-only.", "Leave out --read-only to revoke.")


def _opened(path: Path) -> BinaryIO:
    from store.errors import BadInput

    try:
        return path.open("rb")
    except OSError as error:
        raise BadInput(f"{path} can't be read: {error.strerror}.", "Give a file, or - for standard input.") from None


def _revoked(
    place: Place, store: Store, live: list[Sighting], confirm: int | None, reason: str, case: str | None, now: datetime
) -> dict[str, Outcome]:
    """End the tokens, 100 in a transaction, and return what became of each by its id; nothing when the count is another."""
    from store.errors import Refused
    from store.rows import TokenKey
    from store.writes.ending import CHUNK, RevokeManyOrder, new_action_id

    keys = [TokenKey((one.found.row.account_id, one.found.row.id)) for one in live if one.found.row is not None]
    if len(keys) != confirm:
        were = "live token was" if len(keys) == 1 else "live tokens were"
        raise Refused(
            f"{len(keys):,} {were} verified, but --confirm says {confirm:,}. Nothing was revoked.",
            f"Look at them, then say --confirm {len(keys)}.",
        )
    done: dict[str, Outcome] = {}
    for start in range(0, len(keys), CHUNK):
        items = tuple((key, None) for key in keys[start : start + CHUNK])
        order = RevokeManyOrder(items=items, actor=place.actor(store), reason=reason, case=case, action_id=new_action_id())
        done |= {outcome.key[1]: outcome for outcome in _ended(store, order, now)}
    return done


def _ended(store: Store, order: RevokeManyOrder, now: datetime) -> list[Outcome]:
    from store.writes.ending import revoke_many

    return store.write(lambda unit: revoke_many(unit, order, now))


def _tell(found: Triage, done: dict[str, Outcome], as_json: bool) -> None:
    from console.cli.output import print_record, print_table, show

    if as_json:
        print_record(
            {
                "tokens": [_record(one, done) for one in found.sightings],
                "not_ours": found.foreign,
                "duplicates": found.duplicates,
                "bytes": found.read,
            }
        )
        return
    if found.sightings:
        print_table(
            ("Verdict", "Token", "Account", "Name", "Seen", "Line", "What is known"),
            [_cells(one, done) for one in found.sightings],
            right=frozenset({4, 5}),
            shrink=(3, 2),
            drop=(4, 2, 5),
        )
        show()
    for sentence in _summary(found, done):
        show(sentence)


def _cells(one: Sighting, done: dict[str, Outcome]) -> tuple[str, ...]:
    row = one.found.row
    assert row is not None
    return (
        one.found.verdict.value,
        row.id,
        row.account_name,
        row.name,
        f"{one.times:,}",
        f"{one.lines[0]:,}",
        _known(one, done),
    )


def _known(one: Sighting, done: dict[str, Outcome]) -> str:
    from store.moments import stamp

    row = one.found.row
    assert row is not None
    ended = done.get(row.id)
    if ended is not None:
        proof = ended.revoked
        return f"REVOKED, refused everywhere by {stamp(proof.refused_by)}" if proof else f"left alone: {ended.problem}"
    if row.revoked_at is not None:
        return f"revoked {row.revoked_at:%Y-%m-%d %H:%M} by {row.revoked_by}"
    return one.found.why or row.status.value


def _record(one: Sighting, done: dict[str, Outcome]) -> dict[str, Value]:
    from console.reports.cells import stamped

    row = one.found.row
    assert row is not None
    ended = done.get(row.id)
    return {
        "verdict": one.found.verdict.value,
        "id": row.id,
        "account": row.account_id,
        "account_name": row.account_name,
        "name": row.name,
        "hint": row.hint,
        "status": row.status.value,
        "why": one.found.why,
        "times": one.times,
        "lines": one.lines,
        "revoked_at": stamped(row.revoked_at) if row.revoked_at else None,
        "revoked_by": row.revoked_by,
        "revoked_now": ended is not None and ended.revoked is not None,
    }


def _summary(found: Triage, done: dict[str, Outcome]) -> list[str]:
    from store.rules.leaks import Verdict

    words = (
        (Verdict.VERIFIED, "live and verified"),
        (Verdict.ID_ONLY, "with a real id but no right secret"),
        (Verdict.DAMAGED, "a damaged copy"),
        (Verdict.DEAD, "already dead"),
    )
    counts = [f"{len(found.of(verdict)):,} {text}" for verdict, text in words if found.of(verdict)]
    counts += [f"{found.foreign:,} not ours"] if found.foreign else []
    lines = [f"{', '.join(counts)}." if counts else "No token is in it."]
    if found.duplicates:
        lines.append(f"{found.duplicates:,} more are repetitions of these.")
    if found.of(Verdict.VERIFIED) and not done:
        count = len(found.of(Verdict.VERIFIED))
        lines.append(f"Nothing was revoked. To end what is verified: --revoke verified --confirm {count}")
    return lines
