"""A migration of several statements that can be made to fail, or its process to die, before any one of them."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

from store.reads.facts import SCHEMA

NEXT = "9000"
STEPS = 6
"""How many moments of the migration can be chosen: before each of its five statements, and after the last."""

_TEXT = f'''
"""A step for tests."""

import sqlalchemy as sa
from alembic import op

from tests.faults.stepping import reach

revision = "{NEXT}"
down_revision = "{SCHEMA}"


def upgrade() -> None:
    reach(0)
    op.create_table("extra", sa.Column("id", sa.Integer, primary_key=True))
    reach(1)
    op.execute("INSERT INTO extra (id) VALUES (1)")
    reach(2)
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("region", sa.Text, nullable=False, server_default="eu"))
    reach(3)
    op.execute("UPDATE account SET region = 'us'")
    reach(4)
    op.create_index("ix_extra", "account", ["region"])
    reach(5)
'''


class Halted(Exception):
    """Raised in the middle of the migration."""


def reach(moment: int) -> None:
    """Fail or die when this is the moment that was chosen by `choose`."""
    how, _, chosen = os.environ.get("TOKENDESK_TEST_STEP", "none:").partition(":")
    if chosen != str(moment):
        return
    if how == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    raise Halted


def migrations_with_one_more(folder: Path) -> Path:
    """Copy our migrations, add the step for tests, and return the new folder."""
    ours = Path(__file__).parents[2] / "store" / "migrations"
    copy = folder / "migrations"
    shutil.copytree(ours, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "versions" / f"{NEXT}_test.py").write_text(_TEXT)
    return copy
