"""Asking a person for a passphrase: on their terminal, unseen, never as an argument; or one line of standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from store.errors import BadInput
from store.rules.secrets import Secret
from store.rules.signing_in import MOST

if TYPE_CHECKING:
    from store.errors import SignInNeeded
    from store.opening import Store
    from store.rules.roles import Actor


def at_terminal() -> bool:
    """Say whether a person can be asked here."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def asked(words: str) -> Secret:
    """Return a passphrase, typed unseen after `words`, or the first line of standard input where that is no terminal.

    Raises BadInput when there is none.
    """
    if at_terminal():
        from getpass import getpass

        given = getpass(f"{words}: ", sys.stderr)
    else:
        given = sys.stdin.readline(4 * MOST).rstrip("\r\n")
    if not given:
        raise BadInput("No passphrase was given.", "Type it, or give it as one line of standard input.")
    return Secret(given)


def prove(store: Store, actor: Actor, needed: SignInNeeded) -> bool:
    """Say why, ask for the passphrase and sign in with it; raises Refused for a wrong one."""
    from console.cli.output import say
    from console.cli.place import now_at
    from store.signing_in import sign_in

    say(needed.problem)
    sign_in(store, actor, asked(f"Passphrase of {actor.name}"), now_at(store))
    return True
