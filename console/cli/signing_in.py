"""`tokendesk sign-in` and `sign-out`: a session for the commands that follow."""

from __future__ import annotations

import typer

from console.cli.command import command
from console.cli.options import JsonOption
from console.cli.place import Place


def join(app: typer.Typer) -> None:
    """Add the commands."""

    @command(app, "sign-in", "tokendesk sign-in", "tokendesk sign-in --operator dana < passphrase-file")
    def sign_in_here(place: Place, as_json: JsonOption = False) -> None:
        """Sign in with your passphrase: it holds for the commands that follow, for 12 hours, or 10 minutes without one.

        The passphrase is asked for unseen, or read as one line of standard input. The console asks for it by itself.
        """
        from dataclasses import replace

        from console.cli.output import print_record, show
        from console.cli.passphrase import asked
        from console.cli.place import now_at
        from console.kept_session import keep, new_session
        from console.reports.cells import moment_words, stamped
        from store.signing_in import sign_in

        with place.open() as store:
            name, secret, proof = new_session()
            actor = replace(place.actor(store), session=name)
            done = sign_in(store, actor, asked(f"Passphrase of {actor.name}"), now_at(store), proof)
            keep(store, name, secret)
        if as_json:
            print_record({"name": done.name, "session": done.session, "ends_at": stamped(done.ends_at), "audit_seq": done.seq})
            return
        show(f"Signed in as {done.name} until {moment_words(done.ends_at)} at the latest (audit #{done.seq}).")

    @command(app, "sign-out", "tokendesk sign-out")
    def sign_out_here(place: Place, as_json: JsonOption = False) -> None:
        """End the session that sign-in began."""
        from console.cli.output import print_record, show
        from console.cli.place import now_at
        from console.kept_session import forget, kept_session
        from store.errors import NotFound
        from store.writes.passphrases import sign_out

        with place.open() as store:
            actor = place.actor(store)
            session = kept_session(store, actor.name)
            if session is None:
                forget(store)
                raise NotFound("Nobody is signed in here.", "`tokendesk sign-in` signs you in.")
            seq = store.write(lambda unit: sign_out(unit, session, actor, now_at(store)))
            forget(store)
        if as_json:
            print_record({"name": actor.name, "session": session, "audit_seq": seq})
        else:
            show(f"Signed out {actor.name} (audit #{seq}).")
