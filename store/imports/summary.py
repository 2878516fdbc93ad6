"""What an import of tokens did, in numbers and sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from store.imports.batch import Batch
from store.imports.plan import Kept
from store.imports.records import Remark, TokenRecord
from store.rows import TokenKey
from store.usage.events import BadLine

MOST_NAMED = 20
"""So many bad lines and tokens are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did, or would do in a dry run.

    `read` tokens were understood: `new` ones came in, `changed` ones follow the file in something, `unchanged` ones needed
    nothing. Of `kept` ones something the file says was not taken over; `notes` says why. `bad` lines could not be read.
    `secrets` plaintext secrets were found and dropped. `changed_tokens` names fields, `kept_tokens` reasons.
    """

    format: str
    dry_run: bool
    read: int
    new: int
    changed: int
    unchanged: int
    kept: int
    bad: int
    bad_lines: tuple[BadLine, ...]
    secrets: int
    accounts_new: int
    members_new: int
    members_left: int
    changed_tokens: tuple[tuple[TokenKey, tuple[str, ...]], ...]
    kept_tokens: tuple[tuple[TokenKey, tuple[str, ...]], ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class Running:
    """The numbers while an import runs."""

    totals: Counter[str] = field(default_factory=Counter)
    bad_lines: list[BadLine] = field(default_factory=list)
    remarks: Counter[Remark] = field(default_factory=Counter)
    kept: Counter[Kept] = field(default_factory=Counter)
    changed_tokens: list[tuple[TokenKey, tuple[str, ...]]] = field(default_factory=list)
    kept_tokens: list[tuple[TokenKey, tuple[str, ...]]] = field(default_factory=list)
    accounts: set[str] = field(default_factory=set)
    people: set[tuple[str, str]] = field(default_factory=set)
    people_left: set[tuple[str, str]] = field(default_factory=set)

    def bad(self, line: BadLine) -> None:
        """Note a line that can't be read."""
        self.totals["bad"] += 1
        if len(self.bad_lines) < MOST_NAMED:
            self.bad_lines.append(line)

    def read(self, record: TokenRecord) -> None:
        """Note a token that was understood."""
        self.totals["read"] += 1
        self.totals["secrets"] += record.secrets
        self.remarks.update(record.remarks)

    def done(self, batch: Batch) -> None:
        """Add what one batch came to. In a dry run the same account can be new in several; it is counted once."""
        self.totals["new"] += len(batch.new)
        for decision in batch.known:
            self.totals["changed" if decision.changes else "unchanged"] += 1
            if decision.changes and len(self.changed_tokens) < MOST_NAMED:
                floors = ("last_used_at",) * (decision.last_used_at is not None)
                floors += ("last_success_at",) * (decision.last_success_at is not None)
                self.changed_tokens.append((decision.record.key, (*decision.fields, *floors)))
            if decision.kept:
                self.totals["kept"] += 1
                self.kept.update(decision.kept)
                if len(self.kept_tokens) < MOST_NAMED:
                    self.kept_tokens.append((decision.record.key, tuple(sorted(kept.name.lower() for kept in decision.kept))))
        self.accounts.update(batch.accounts)
        self.people.update(batch.members)
        self.people_left.update(batch.left)

    def summary(self, format_name: str, *, dry_run: bool) -> Summary:
        """Return the numbers as they are now."""
        totals = self.totals
        return Summary(
            format=format_name,
            dry_run=dry_run,
            read=totals["read"],
            new=totals["new"],
            changed=totals["changed"],
            unchanged=totals["unchanged"],
            kept=totals["kept"],
            bad=totals["bad"],
            bad_lines=tuple(self.bad_lines),
            secrets=totals["secrets"],
            accounts_new=len(self.accounts),
            members_new=len(self.people),
            members_left=len(self.people_left - self.people),
            changed_tokens=tuple(self.changed_tokens),
            kept_tokens=tuple(self.kept_tokens),
            notes=tuple(self._sentences()),
        )

    def _sentences(self) -> list[str]:
        found = []
        if secrets := self.totals["secrets"]:
            what = "1 plaintext secret was" if secrets == 1 else f"{secrets:,} plaintext secrets were"
            found.append(f"{what} found in the file and dropped; nothing of it was stored. Destroy the file.")
        for kind in (*Remark, *Kept):
            number = self.remarks[kind] if isinstance(kind, Remark) else self.kept[kind]
            if number:
                found.append(kind.value.format("1 token" if number == 1 else f"{number:,} tokens"))
        return found
