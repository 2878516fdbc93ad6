"""`tokendesk operators passphrase`, `key`, `sessions` and `end`: how our own people prove who they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cli.command import command
from console.cli.operators import group
from console.cli.options import CaseOption, JsonOption, YesOption
from console.cli.place import Place

NameArgument = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="The operator; yourself when left out.", show_default=False)
]
_MOST = 20_000
"""Characters of a key's file that are looked at."""


@command(group, "passphrase", "tokendesk operators passphrase", "tokendesk operators passphrase dana")
def give_passphrase(
    place: Place,
    name: NameArgument = None,
    take_away: Annotated[bool, typer.Option("--take-away", help="Take it away: the machine's user is believed again.")] = False,
    case: CaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give yourself a passphrase, or as an admin somebody else: they must choose their own when they have signed in.

    From then on nothing can be changed without it. It is asked for unseen, or read as one line of standard input.
    """
    from console.cli.output import print_record, show
    from console.cli.passphrase import asked, at_terminal
    from console.cli.place import now_at
    from store.errors import BadInput
    from store.passphrases import hashed
    from store.rules.signing_in import refuse_weak
    from store.writes.passphrases import put_passphrase

    with place.open() as store:
        actor = place.actor(store)
        whom = name or actor.name.removeprefix("local:")
        encoding = ""
        if not take_away:
            given = asked(f"New passphrase of {whom}")
            refuse_weak(given, whom)
            if at_terminal() and asked("The same again") != given:
                raise BadInput("The two differ.", "Nothing was changed; try again.")
            encoding = hashed(given)
        seq = store.write(lambda unit: put_passphrase(unit, whom, encoding, actor, now_at(store), case=case))
    if as_json:
        print_record({"name": whom, "passphrase": not take_away, "audit_seq": seq})
    elif take_away:
        show(f"{whom} has no passphrase any more (audit #{seq}).")
    else:
        show(f"{whom} has a new passphrase (audit #{seq}).")


@command(group, "key", "tokendesk operators key dana ~/dana.pub", "tokendesk operators key --remove SHA256:2OEFz… --case HR-12")
def give_key(
    place: Place,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The operator.", show_default=False)] = None,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Their public key; - reads it from a pipe.")] = None,
    remove: Annotated[str, typer.Option("--remove", metavar="FINGERPRINT", help="Forget the key of this fingerprint.")] = "",
    case: CaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say whose an SSH key is: behind a forced command with --operator it then says who acts."""
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from console.ssh_keys import fingerprint
    from store.errors import BadInput
    from store.writes.passphrases import put_key, remove_key

    if bool(remove) == bool(name and file):
        raise BadInput("Give a name and the file of a public key, or --remove and a fingerprint.", "See --help.")
    key, comment = (remove, "") if file is None else fingerprint(_line_of(file))
    words = "".join(one for one in comment if one.isprintable())[:100]
    whose = name or ""
    with place.open() as store:
        actor, now = place.actor(store), now_at(store)
        if remove:
            seq = store.write(lambda unit: remove_key(unit, key, actor, now, case=case))
        else:
            seq = store.write(lambda unit: put_key(unit, whose, key, words, actor, now, case=case))
    if as_json:
        print_record({"name": whose or None, "key": key, "removed": bool(remove), "audit_seq": seq})
    elif remove:
        show(f"The key {key} is nobody's any more (audit #{seq}).")
    else:
        show(f"{whose}'s key is {key} (audit #{seq}).")


def _line_of(file: Path) -> str:
    """Return the line that a public key is; raises BadInput when the file can't be read."""
    import sys

    from store.errors import BadInput

    if str(file) == "-":
        return sys.stdin.readline(_MOST)
    try:
        return file.read_text(encoding="ascii", errors="replace")[:_MOST]
    except OSError as error:
        raise BadInput(f"{file} can't be read: {error.strerror}.", "Check its name.") from None


@command(group, "sessions", "tokendesk operators sessions")
def list_sessions(place: Place, as_json: JsonOption = False) -> None:
    """List who is signed in, how, from where and until when."""
    from console.cli.output import print_array, print_table, say
    from console.reports.cells import moment_words, stamped
    from store.reads.sessions import open_sessions

    with place.open() as store, store.reading() as reader:
        found = open_sessions(reader, store.wall())
    if as_json:
        print_array(
            {
                "session": one.id, "name": one.operator, "how": one.how, "host": one.host, "peer": one.peer or None,
                "began_at": stamped(one.times.began_at), "seen_at": stamped(one.times.seen_at),
                "ends_at": stamped(one.times.ends_at), "kept": one.times.kept,
            }
            for one in found
        )  # fmt: skip
        return
    if not found:
        say("Nobody is signed in with a passphrase.")
        return
    rows = [
        (one.id, one.operator, one.how, one.host, one.peer, moment_words(one.times.began_at), moment_words(one.times.ends_at))
        for one in found
    ]
    print_table(("Session", "Operator", "Signed in by", "On", "From", "Since", "Until"), rows)


@command(group, "end", "tokendesk operators end 3f9c2a1b7d04 --yes", "tokendesk operators end dana --yes")
def end_sessions(
    place: Place,
    which: Annotated[str, typer.Argument(metavar="SESSION|NAME", help="A session, or everyone of an operator.")],
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """End a session, or all sessions of an operator: what they do next is refused until they sign in again."""
    from console.cli.asking import confirmed
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from store.errors import NotFound
    from store.reads.sessions import open_sessions
    from store.writes.passphrases import sign_out

    with place.open() as store:
        actor, now = place.actor(store), now_at(store)
        with store.reading() as reader:
            found = [one for one in open_sessions(reader, store.wall()) if which in (one.id, one.operator)]
        if not found:
            raise NotFound(f"There is no open session of {which}.", "`tokendesk operators sessions` lists them.")
        confirmed(yes, [f"{one.id} of {one.operator}, signed in by {one.how}" for one in found], "end them")
        numbers = store.write(lambda unit: [sign_out(unit, one.id, actor, now, case=case) for one in found])
    if as_json:
        print_record({"sessions": [one.id for one in found], "audit_seqs": numbers})
    else:
        show(f"Ended {len(found)} session{'s' * (len(found) != 1)} (audit #{numbers[0]}{'…' * (len(numbers) > 1)}).")
