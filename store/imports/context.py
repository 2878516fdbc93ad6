"""What holds for every row of one import: the moment, and the answers a file may leave open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from store.imports.records import RowError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Context:
    """The moment of the import, and the account and environment for files that name none."""

    now: datetime
    account: str = ""
    environment: str = "live"

    def account_of(self, own: str | None, *, own_first: bool = False) -> str:
        """Return the account of a row: the one given for the import, or the file's own.

        In our own files the file's comes first; what other systems call an account is theirs, so there the given one does.
        Raises RowError when neither is there.
        """
        found = (own or self.account) if own_first else (self.account or own)
        if not found:
            raise RowError("names no account; say which one with --account")
        return found

    @staticmethod
    def required(value: T | None, what: str) -> T:
        """Return a value that must be there; raises RowError."""
        if value is None:
            raise RowError(f"{what} is missing")
        return value
