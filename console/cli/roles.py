"""The roles of a PostgreSQL store on the command line: setting them up, or printing the SQL for somebody else to run."""

from __future__ import annotations

from console.cli.output import say, show
from console.cli.place import Place
from store.creation import holds_store, set_up_roles
from store.errors import BadInput, Refused
from store.rights import ROLES, statements


def begin_roles(place: Place, *, roles: bool, print_sql: bool) -> bool:
    """Print the SQL, or set up the roles of a store that is there; False when there is none yet: then it is made with them.

    Raises BadInput for --print alone, Refused on SQLite, Denied in a read-only run.
    """
    if print_sql:
        if not roles:
            raise BadInput("--print prints the SQL of the roles.", "Add --roles.")
        show("-- Run this in the store's database as its owner or a superuser, after `tokendesk store init` and each upgrade.")
        for statement in statements():
            show(f"{statement};")
        return True
    place.refuse_read_only("add --print")
    address = place.address()
    if address.is_sqlite:
        raise Refused("SQLite has no roles of its own.", "There the file's permissions decide; use PostgreSQL for more.")
    if not holds_store(address):
        return False
    set_up_roles(address)
    show(f"The roles of the store at {address.label} are set up.")
    say_roles()
    return True


def say_roles() -> None:
    """Say which role is for whom, and what is left to do: nobody can log in as one of them."""
    for name, use in ROLES.items():
        say(f"  {name:<18} {use}")
    say(
        "Give people and programs users of their own, as CREATE USER anna IN ROLE tokendesk_console; and psql's "
        "\\password sets their passwords."
    )
