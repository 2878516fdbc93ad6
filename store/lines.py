"""What reads return for the first rows of a list: frozen values like those of store.rows, and nothing else.

Every frozen class takes its while to be made, and until these are there nothing is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from store.record import record
from store.rules.status import Moments, Status
from store.rules.tiers import Tier

TokenKey = NewType("TokenKey", tuple[str, str])
"""(account id, token id): what names a token everywhere, on screen and in orders."""


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as a list shows it and as a question about it needs it, judged at the moment the read was given.

    `requests_24h` and `requests_30d` are whole-step windows (decisions.md); None stands for «never» or «none».
    """

    account_id: str
    account_name: str
    id: str
    name: str
    environment: str
    tier: Tier
    broad: bool
    status: Status
    hint: str
    created_at: datetime
    expires_at: datetime | None
    retires_at: datetime | None
    suspended_at: datetime | None
    suspended_until: datetime | None
    exposed_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None
    last_used_at: datetime | None
    requests_24h: int
    requests_30d: int
    silent_after: datetime | None
    audit_seq: int

    @property
    def key(self) -> TokenKey:
        """Return what names this token."""
        return TokenKey((self.account_id, self.id))

    @property
    def moments(self) -> Moments:
        """Return the moments its status follows from."""
        return Moments(
            self.revoked_at, self.expires_at, self.retires_at, self.suspended_at, self.suspended_until, self.exposed_at
        )

    @property
    def live(self) -> bool:
        """Say whether it was active or retiring when it was read."""
        return self.status in (Status.ACTIVE, Status.RETIRING)


@record
class Freshness:
    """How far usage is known: recorded up to, and tracked since. None: nothing recorded yet.

    `ahead_s`: by how many seconds the newest events were ahead of the clock they were counted by; 0 when they were not.
    `ahead_from` is the log or gateway they came from, the worst where there are several; "" where that is not known.
    """

    recorded_to: datetime | None
    tracking_since: datetime | None
    step_s: int = 60
    ahead_s: int = 0
    ahead_from: str = ""


PRACTICE = "drill"
"""What the environment of a store is called that was made for a drill."""


@record
class StoreFacts:
    """What a store says about itself. `demo_now` is the frozen clock of a demo store, None in a real one and in a drill's."""

    store_id: str
    brand: str
    key_id: str
    schema: str
    freshness: Freshness
    demo_now: datetime | None = None
    environment: str = ""

    @property
    def pretends(self) -> bool:
        """Say whether its customers are made up, so that nobody may be told of anything."""
        return self.demo_now is not None or self.environment == PRACTICE
