"""What the two databases say when something fails, in our words: one problem and one remedy each."""

from __future__ import annotations

import sqlite3

from store.errors import Busy, NotGranted, Refused, StoreError, Unreachable
from store.rules.guards import REFUSALS

_SQLITE_WORDS: tuple[tuple[str, type[StoreError], str, str], ...] = (
    # First, because what follows these words is a customer's.
    ("could not decode", Unreachable, "The store file is damaged.",
     "Restore a backup; `tokendesk store check` shows what is wrong."),
    ("locked", Busy, "Another operator is writing to this store.", "Nothing was changed; try again in a moment."),
    ("busy", Busy, "Another operator is writing to this store.", "Nothing was changed; try again in a moment."),
    ("disk is full", StoreError, "The disk is full, so nothing was changed.", "Free some space and try again."),
    ("readonly", StoreError, "The store file can't be written, so nothing was changed.",
     "Check its permissions and the number of open files, or start with --read-only."),
    ("disk i/o", Unreachable, "The disk reported an error.", "Check the disk before going on; run `tokendesk store check`."),
    ("unable to open", Unreachable, "The store file can't be opened.", "Check the path and its permissions."),
    ("not a database", Unreachable, "This file is not a tokendesk store.", "Give the path of a store file."),
    ("malformed", Unreachable, "The store file is damaged.", "Restore a backup; `tokendesk store check` shows what is wrong."),
    ("no such table", Unreachable, "This database holds no tokendesk store.", "Make one with `tokendesk store init`."),
    ("no such module", Unreachable, "This SQLite library can't search text (it was built without FTS5).",
     "Use a standard SQLite library; `tokendesk doctor` tells more."),
    ("interrupted", StoreError, "The question took too long and was stopped.", "Narrow the filter and try again."),
)  # fmt: skip

_SQLSTATES: dict[str, tuple[type[StoreError], str, str]] = {
    "25006": (StoreError, "This PostgreSQL server takes no writes (it is a standby, or read-only).",
              "Connect to the primary, or start with --read-only."),
    "55P03": (Busy, "Another operator is writing to this store.", "Nothing was changed; try again in a moment."),
    "40001": (Busy, "Another operator changed the same thing first.", "Nothing was changed; try again."),
    "40P01": (Busy, "Another operator changed the same thing first.", "Nothing was changed; try again."),
    "57014": (StoreError, "The question took too long and was stopped.", "Narrow the filter and try again."),
    "42501": (NotGranted, "The database user may not do this.", "Ask for the rights, or start with --read-only."),
    "42P01": (Unreachable, "This database holds no tokendesk store.", "Make one with `tokendesk store init`."),
    "53100": (StoreError, "The disk of the database server is full, so nothing was changed.", "Free some space and try again."),
    "53300": (Unreachable, "The database server has no free connection.", "Try again in a moment."),
    "58030": (Unreachable, "The disk of the database server reported an error.", "Ask who runs it before going on."),
    "XX001": (Unreachable, "The database is damaged.", "Restore a backup; `tokendesk store check` shows what is wrong."),
    "XX002": (Unreachable, "The database is damaged.", "Restore a backup; `tokendesk store check` shows what is wrong."),
    "25P03": (Unreachable, "The database closed a connection that was idle too long.", "Nothing was changed; try again."),
}  # fmt: skip

_CONNECTING: tuple[tuple[str, str, str], ...] = (
    ("password authentication failed", "The database refused the password.", "Check the user and the password (PGPASSFILE)."),
    ("no password supplied", "The database wants a password.", "Put it into a file and name that in PGPASSFILE."),
    ('fatal:  database "', "There is no database of that name.", "Create it first: `createdb NAME`."),
    ('fatal:  role "', "The database refused the user.", "Check the user in the store address."),
    ("pg_hba.conf", "The database refused the user.", "Check the user in the store address and what the server allows."),
    ("too many connections", "The database server has no free connection.", "Try again in a moment."),
    ("too many clients", "The database server has no free connection.", "Try again in a moment."),
    ("connection slots", "The database server has no free connection.", "Try again in a moment."),
    ("fatal:  the database system is", "The database is starting or stopping.", "Try again in a moment."),
    ("ssl was required", "The database server offers no safe connection.", "Ask who runs it, or check sslmode in the address."),
    (
        "definition of service",
        "No service file has the service in the store address.",
        "`tokendesk config` says where it is looked for.",
    ),
    ("service file", "The service file can't be used.", "Look at what PGSERVICEFILE names; `tokendesk config` says more."),
    ("certificate", "The database server could not prove who it is.", "Check the certificates named in the store address."),
)
"""What libpq says when it can't connect, where it gives no code; a server that speaks another language is told less about."""


def translated(error: BaseException) -> StoreError | None:
    """Return a driver's error in our words, or None when it is a bug of ours and must crash loudly.

    The driver's own text is never repeated: it can hold an address or a customer's words.
    """
    original = getattr(error, "orig", None) or error
    state = getattr(original, "sqlstate", None)
    module = type(original).__module__.split(".")[0]
    if module == "psycopg":
        return _translated_postgresql(original, state)
    if isinstance(original, UnicodeDecodeError):  # SQLite complained in words that are damaged themselves
        return Unreachable("The store file is damaged.", "Restore a backup; `tokendesk store check` shows what is wrong.")
    if isinstance(original, sqlite3.Error):
        text = str(original).lower()
        if isinstance(original, sqlite3.IntegrityError):
            return _refused_by_guard(text)
        for word, kind, problem, remedy in _SQLITE_WORDS:
            if word in text:
                return kind(problem, remedy)
    return None


def _translated_postgresql(error: BaseException, state: str | None) -> StoreError | None:
    if state in _SQLSTATES:
        kind, problem, remedy = _SQLSTATES[state]
        return kind(problem, remedy)
    if state == "23000":
        return _refused_by_guard(str(error))
    name = type(error).__name__
    lost = state is None and name in {"OperationalError", "InterfaceError", "ConnectionTimeout"}
    if lost and not str(error).startswith("consuming input"):
        text = str(error).lower()
        for words, problem, remedy in _CONNECTING:
            if words in text:
                return Unreachable(problem, remedy)
    if lost or (state or "").startswith(("08", "57P")):
        return Unreachable("The database can't be reached.", "Check the address, the network and that the server runs.")
    return None


def _refused_by_guard(text: str) -> Refused | None:
    """Return the refusal of one of our own guards; any other broken constraint is a bug of ours."""
    for sentence in REFUSALS.values():
        if sentence in text:
            return Refused(f"The database refused this: {sentence}.", "Nothing was changed; run `tokendesk audit verify`.")
    return None
