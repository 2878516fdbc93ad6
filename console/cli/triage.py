"""`tokendesk triage`: whose tokens stand in any text, which of them still work, and ending those at once."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from console.cli.command import command
from console.cli.options import CaseOption, JsonOption, ReasonOption
from console.cli.place import Place

if TYPE_CHECKING:
    from datetime import datetime

    from store.rules.scanner_reports import Form

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
    record: Annotated[
        bool, typer.Option("--record", help="Put on record where each token was seen; --case and --revoke do so too.")
    ] = False,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="text, gitleaks, trufflehog or partner; otherwise it is recognised."),
    ] = None,
    signature: Annotated[
        str | None, typer.Option("--signature", metavar="BASE64", help="GitHub's signature of the file; wants --key-id, --keys.")
    ] = None,
    key_id: Annotated[str | None, typer.Option("--key-id", metavar="ID", help="Which of GitHub's keys it was made with.")] = None,
    keys: Annotated[Path | None, typer.Option("--keys", metavar="FILE", help="GitHub's public keys, as JSON.")] = None,
    source: Annotated[
        str, typer.Option("--source", metavar="WORDS", help="What is read, for the record; otherwise the file's name.")
    ] = "",
    reported: Annotated[
        str | None, typer.Option("--reported", metavar="TIME", help="When somebody told you of the leak, for the record.")
    ] = None,
    reason: ReasonOption = "",
    case: CaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find our tokens in any text, of any size: a log, a diff, a chat, JSON, URLs. Nothing of the text is shown or kept.

    It only tells, unless --revoke verified and the right --confirm are given. With --case, --record or --revoke the places
    each token was seen in go on record, once however often it is run: a token whose secret was proven is then marked as
    exposed, so that it works as before but no suspension of it ends by itself. Ends with 2 when a token was found that
    anybody who has the text can call with.
    """
    from console.cli.output import say
    from console.cli.place import now_at
    from console.cli.signed import checked
    from console.cli.triage_acts import Acts, record_places, refuse_early, revoke_verified
    from console.cli.triage_words import tell
    from store.errors import BadInput
    from store.reads.triage import triage
    from store.rules.leaks import Verdict
    from store.rules.places import clean_place

    _check(place, revoke, confirm)
    if len([one for one in (signature, key_id, keys) if one is None]) not in (0, 3):
        raise BadInput("A signature is checked with all three of --signature, --key-id and --keys.", "Give all of them, or none.")
    writes = bool(revoke or case or record or reported)
    told_at = _moment(reported)
    read_as = _form(form)
    if file == STANDARD_INPUT and sys.stdin.isatty():
        say("What you paste is shown here; end it with Ctrl-D. The Leaks screen hides it.")
    with place.open() as store, ExitStack() as stack:
        stream: BinaryIO = sys.stdin.buffer if file == STANDARD_INPUT else stack.enter_context(_opened(Path(file)))
        if signature is not None and key_id is not None and keys is not None:
            stream = checked(stream, signature, key_id, keys)
        now = now_at(store)
        name = clean_place(source or ("standard input" if file == STANDARD_INPUT else Path(file).name))
        acts = Acts(store, place.actor(store), name, reason, case, told_at, now)
        if writes:
            place.refuse_read_only("look without --case and --record")
            refuse_early(acts, many=revoke is not None)
        mint = store.mint()
        with store.reading() as reader:
            found = triage(reader, stream, now, mint, read_as)
        live = found.of(Verdict.VERIFIED)
        recorded = record_places(acts, found, confirm) if writes else None
        done = revoke_verified(acts, live) if revoke else {}
    tell(found, done, recorded, name, as_json)
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
    from store.errors import BadInput

    if revoke is None and confirm is None:
        return
    if revoke != "verified":
        raise BadInput("Only tokens whose secret is proven are ended here.", "Say --revoke verified, or leave out --confirm.")
    if confirm is None:
        raise BadInput("How many tokens are to be ended is missing.", "Look first without --revoke, then add --confirm N.")
    place.refuse_read_only("leave out --revoke")


def _moment(text: str | None) -> datetime | None:
    from console.cli.times import moment_of

    return None if text is None else moment_of(text, "The time of the report")


def _form(text: str | None) -> Form | None:
    from store.errors import BadInput
    from store.rules.scanner_reports import Form

    if text is None:
        return None
    try:
        return Form(text)
    except ValueError:
        raise BadInput(f"There is no format “{text[:40]}”.", f"Use one of {', '.join(Form)}.") from None


def _opened(path: Path) -> BinaryIO:
    from store.errors import BadInput

    try:
        return path.open("rb")
    except OSError as error:
        raise BadInput(f"{path} can't be read: {error.strerror}.", "Give a file, or - for standard input.") from None
