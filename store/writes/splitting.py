"""Keeping which token was made for which program of a shared one, in the transaction that issues it."""

from __future__ import annotations

from store.engine import Unit
from store.errors import NotFound, Refused
from store.usage.batches import insert_rows
from store.writes.orders import Issued, Split

LONGEST = 500


def refuse_split(unit: Unit, account_id: str, split: Split) -> None:
    """Raise Refused for another account's token or a program without a name, NotFound for a token that is not there."""
    if not 0 < len(split.program) <= LONGEST:
        raise Refused("It is not said which program the token is for.", "Name it as the log does.")
    if split.parent[0] != account_id:
        raise Refused("A token is split within its own account.", "Issue it for the account of the token that is split.")
    key = {"account": split.parent[0], "id": split.parent[1]}
    if unit.value("SELECT 1 FROM token WHERE account_id = :account AND id = :id", key) is None:
        raise NotFound(f"There is no token {split.parent[1]}.", "Check the id of the token that is split.")


def keep_split(unit: Unit, split: Split, issued: Issued) -> None:
    """Keep that `issued` is for a program of the token that is split."""
    row = {"account_id": split.parent[0], "parent_id": split.parent[1], "child_id": issued.key[1]}
    insert_rows(unit, "token_split", [{**row, "program": split.program, "audit_seq": issued.seq}])


def said_of(split: Split | None) -> dict[str, str]:
    """Return what the audit line of the new token says of it."""
    return {} if split is None else {"split_from": split.parent[1], "program": split.program}
