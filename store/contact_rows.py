"""Tokens somebody should be called about, and the people who can be: frozen facts for the dashboard and the ticket card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.rows import TokenRow
from store.rules.rhythm import Rhythm

CALLED_ABOUT = ("used-after-revoke", "knocking", "silent", "new-address")
"""The saved views whose tokens somebody should hear about now, the most urgent first."""


@dataclass(frozen=True, slots=True)
class Person:
    """An active member of the token's account. `owner`: owns the token; `admin`: administers the account; may be both."""

    id: str
    name: str
    owner: bool = False
    admin: bool = False
    address: str = ""

    @property
    def email(self) -> str:
        """Return their e-mail address: the one on record, else the id or the name where that is one; "" for none."""
        return self.address or next((word for word in (self.id, self.name) if "@" in word[1:-1] and " " not in word), "")


@dataclass(frozen=True, slots=True)
class Contact:
    """One token to call about: what happens to it, since when, how often, and whom to call.

    `times` are refusals in 7 days (knocking), requests from the newest address (new-address) or requests accepted after the
    revocation (used-after-revoke, with `more` at least so many); 0 for a silent one, whose `rhythm` says how often it
    used to call. `since` is when it ended, fell due or was first seen, `latest` the last such request. `about` is the
    outcome it is refused with, or the address.
    """

    finding: str
    token: TokenRow
    since: datetime | None
    latest: datetime | None
    times: int = 0
    more: bool = False
    about: str = ""
    rhythm: Rhythm | None = None
    people: tuple[Person, ...] = ()
