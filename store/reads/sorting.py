"""How lists of tokens can be sorted: the fields, and a sort as it is typed. What walks in that order is in store.reads.parts."""

from __future__ import annotations

from functools import lru_cache

from store.errors import BadInput
from store.record import record


@record
class Sort:
    """A field of SORTS and its direction."""

    field: str
    descending: bool = False

    @property
    def text(self) -> str:
        """Return it as it is typed: `-used` for the latest first."""
        return f"-{self.field}" if self.descending else self.field

    @property
    def words(self) -> str:
        """Say it: `last use, latest used first`."""
        field = SORTS[self.field]
        return f"{field.about}, {field.descending if self.descending else field.ascending}"


@record
class SortField:
    """What a list can be sorted by: its column, what it is called, and the terms a list must hold for it to make sense."""

    name: str
    column: str
    about: str
    ascending: str
    descending: str
    needs: tuple[str, ...] = ()
    text: bool = False


SORTS: dict[str, SortField] = {
    field.name: field
    for field in (
        SortField("used", "t.seen_at", "last use", "longest unused first", "latest used first"),
        SortField("created", "t.created_at", "creation", "oldest first", "newest first"),
        SortField("expires", "t.expires_key", "expiry", "soonest first", "latest first"),
        SortField("name", "t.name", "name", "A to Z", "Z to A", text=True),
        SortField("account", "t.account_id", "account", "A to Z", "Z to A", text=True),
        SortField("rotated", "t.secret_since", "age of the secret", "oldest first", "newest first"),
        SortField("requests", "t.requests_24h", "requests in 24 h", "fewest first", "most first"),
        SortField("retires", "t.retires_at", "end of the overlap", "soonest first", "latest first",
                  needs=("t.retires_at IS NOT NULL",)),
        SortField("revoked", "t.revoked_at", "revocation", "oldest first", "latest first", needs=("t.revoked_at IS NOT NULL",)),
        SortField("denied", "t.last_denied_at", "last refusal", "oldest first", "latest first",
                  needs=("t.last_denied_at IS NOT NULL",)),
        SortField("silent", "t.silent_after", "how long overdue", "longest first", "shortest first",
                  needs=("t.silent_after IS NOT NULL",)),
        SortField("address", "t.new_address_at", "newest address", "oldest first", "latest first",
                  needs=("t.new_address_at IS NOT NULL",)),
        SortField("success", "t.last_success_at", "last accepted request", "oldest first", "latest first",
                  needs=("t.last_success_at IS NOT NULL",)),
    )
}  # fmt: skip
"""Every sort by the name typed for it. Those with `needs` belong to the views that hold only such tokens."""


@lru_cache(maxsize=64)
def parse_sort(text: str) -> Sort:
    """Read a sort as it is typed: a field, with a leading «-» for the other way round; raises BadInput."""
    name = text.strip().lower()
    descending = name.startswith("-")
    name = name.lstrip("-+")
    if name not in SORTS:
        from store.rules.filter_values import nearest

        raise BadInput(f"Lists can't be sorted by “{text[:30]}”.", nearest(name, list(SORTS), f"Use {usual()}."))
    return Sort(name, descending)


def usual() -> str:
    """Name the sorts every list can have."""
    return ", ".join(name for name, field in SORTS.items() if not field.needs)
