"""One token as another system describes it, whatever the format of its file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.rows import TokenKey


class Remark(StrEnum):
    """Something about a token that the summary must say; its value is the sentence, `{}` the number of tokens."""

    NEVER = "The year 9999 stands for never, so these never expire: {}."
    INACTIVE = "Switched off where they come from, so suspended here: {}."
    REVOKED_SOMETIME = "Revoked at an unknown moment, so the moment of this import stands for it: {}."
    DIGEST_UNKNOWN = "Their digest can't be checked here and was left out, so they are inventory only: {}."
    CLEANED = "Control characters in a text were replaced by a visible mark: {}."
    CUT = "A text was too long and was cut: {}."


class RowError(ValueError):
    """Why one row can't be read, in words that follow «line 12:». Never its values, which may be secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRecord:
    """A token as one row of a file describes it.

    `number` is its line, or its place in a JSON array, counted from 1. `given` names those of name, owner, scopes and
    expires_at that the file speaks of at all: what it is silent about changes nothing. `creator_active` is None where the
    file does not say. `suspended` stands for «switched off», from the moment of the import on. `secrets` counts plaintext
    secrets found in the row; they were dropped and are in none of these fields.
    """

    number: int
    account: str
    id: str
    created_at: datetime
    given: frozenset[str] = frozenset()
    account_name: str = ""
    name: str = ""
    environment: str = "live"
    scopes: tuple[str, ...] = ()
    owner: str | None = None
    creator: str | None = None
    creator_active: bool | None = None
    rationale: str = ""
    hint: str = ""
    digest_scheme: str = "none"
    digest: bytes | None = None
    rotated_at: datetime | None = None
    expires_at: datetime | None = None
    retires_at: datetime | None = None
    replaces: str | None = None
    replaced_by: str | None = None
    suspended: bool = False
    suspended_until: datetime | None = None
    suspend_message: str = ""
    last_used_at: datetime | None = None
    last_success_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    revoke_reason: str = ""
    secrets: int = 0
    remarks: frozenset[Remark] = frozenset()

    @property
    def label(self) -> str:
        """Return its name, or its id where it has none: a nameless line on a screen helps nobody."""
        return self.name or self.id

    @property
    def key(self) -> TokenKey:
        """Return what names the token: account and id."""
        return TokenKey((self.account, self.id))
