"""What is known about one token beyond its row in a list; what has not been read yet is None."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from store.rows import Freshness, Refusals, RequestRow, Series, TokenLine, TokenRow
from store.rules.blast import Blast
from store.rules.cutover import CutOver
from store.rules.rhythm import Rhythm
from store.rules.scopes import Scope

if TYPE_CHECKING:
    from store.indicator_rows import Proof

UNKNOWN = Freshness(None, None)


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """A token as the inspector, a question and a ticket card describe it.

    `row` is a line of a list until the whole token has been read;
    `siblings` are other live tokens of the account that hold the same scopes; `hours` the last 24, `days` the last 30;
    `refused_since` counts refusals after the last success;
    `proof` is what is known of the calls after its revocation, None for one that is not revoked;
    `others_live` counts the account's other live tokens, up to 2;
    `addresses` are the networks it may be used from by itself (none: any),
    `policy_addresses` those the policy of its account allows: only what is in both is let in;
    `issued_by` is who of our staff made it, "" for one that a member made or that was imported;
    `refused_within_s` is how long a revocation takes to hold everywhere.
    """

    row: TokenLine
    days: Series | None = None
    hours: Series | None = None
    last: RequestRow | None = None
    siblings: tuple[TokenRow, ...] | None = None
    scopes: tuple[Scope, ...] = ()
    fresh: Freshness = UNKNOWN
    refused_30d: int | None = None
    refused_since: Refusals | None = None
    others_live: int | None = None
    blast: Blast | None = None
    cutover: CutOver | None = None
    account_day: Series | None = None
    proof: Proof | None = None
    addresses: tuple[str, ...] = ()
    policy_addresses: tuple[str, ...] = ()
    refused_within_s: int | None = None
    issued_by: str = ""

    @property
    def whole(self) -> TokenRow | None:
        """Return the whole token, once it has been read."""
        return self.row if isinstance(self.row, TokenRow) else None

    @property
    def rhythm(self) -> Rhythm | None:
        """Return its usual rhythm, once that has been read; None without one."""
        return self.blast.rhythm if self.blast else None

    @property
    def account_live(self) -> int | None:
        """Return how many live tokens the account has with this one, up to 3; None until that has been read."""
        return None if self.others_live is None else self.others_live + 1

    @property
    def complete(self) -> bool:
        """Say whether everything has been read."""
        return self.days is not None

    def about(self, row: TokenLine) -> TokenFacts:
        """Return the same facts about a newer reading of the same token."""
        return replace(self, row=row)
