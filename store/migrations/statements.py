"""Running a migration step that is written as plain SQL, one file for each database.

A step is frozen: it must go on making what it made on the day it was written, whatever the tables look like later.
"""

from __future__ import annotations

from importlib.resources import files

from alembic import op


def run(step: str) -> None:
    """Run the statements of `versions/STEP.DATABASE.sql`; a line holding only a semicolon ends a statement."""
    connection = op.get_bind()
    text = files("store.migrations").joinpath("versions", f"{step}.{connection.dialect.name}.sql").read_text()
    for statement in text.split("\n;\n"):
        connection.exec_driver_sql(statement)
