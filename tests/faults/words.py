"""What every refusal has in common: one sentence and a remedy in our words, none of the driver's, and never the password."""

from __future__ import annotations

import traceback

from store.errors import StoreError

CANARY = "kanarienvogel"
DRIVER_WORDS = (
    "sqlite3.",
    "psycopg",
    "sqlalchemy",
    "alembic.",
    "FATAL",
    "socket",
    "disk image",
    "no such table",
    "libpq",
    CANARY,
)


def shown(error: BaseException) -> str:
    """Return everything of an error that could reach a screen or a log."""
    return "\n".join([str(error), repr(error), *traceback.format_exception(error)])


def assert_in_our_words(error: StoreError, kind: type[StoreError], problem: str, exit_code: int) -> None:
    assert type(error) is kind
    assert problem in error.problem
    assert error.exit_code == exit_code
    assert error.problem.endswith(".")
    assert error.remedy.endswith(".")
    said = "\n".join(line for line in shown(error).splitlines() if not line.lstrip().startswith(("File ", "raise ", "from ")))
    assert [word for word in DRIVER_WORDS if word in str(error)] == []
    assert "During handling" not in said
    assert "direct cause" not in said
    assert CANARY not in said
