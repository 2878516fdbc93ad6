"""Lines of the audit log as they were hashed, the oldest first: what an export and its verifier go by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from store.reader import Reader
from store.rules.chain import FIRST_LINK, LINE

_BATCH = 2_000
_LINES = f"SELECT {', '.join(LINE.columns)}, hash FROM audit WHERE seq > :after AND seq <= :until ORDER BY seq LIMIT {_BATCH}"
_HASH = "SELECT hash FROM audit WHERE seq = :seq"
_HASHES = "SELECT seq, hash FROM audit WHERE seq >= :first AND seq <= :last"
_SEQ, _AT = map(LINE.columns.index, ("seq", "at"))

Exported = tuple[int, int, str, str]
"""Number, moment in milliseconds, canonical JSON and hash in hex."""


def exported(reader: Reader, after: int, until: int) -> Iterator[list[Exported]]:
    """Yield lines from the one behind `after` to `until`, a window at a time, however long the log is."""
    while lines := reader.rows(_LINES, {"after": after, "until": until}):
        yield [(line[_SEQ], line[_AT], LINE.text(line[:-1]).decode(), bytes(line[-1]).hex()) for line in lines]
        after = int(lines[-1][_SEQ])


def link_of(reader: Reader, seq: int) -> str | None:
    """Return the hash of a line in hex; zeros for 0, None for a line that is not there."""
    found = reader.value(_HASH, {"seq": seq}) if seq else FIRST_LINK
    return None if found is None else bytes(found).hex()


def hashes_of(reader: Reader, numbers: Sequence[int]) -> dict[int, str]:
    """Return the hashes of lines in hex, of those that are there: one question when they lie close together, in any order."""
    if numbers and max(numbers) - min(numbers) < 2 * len(numbers):
        found = reader.rows(_HASHES, {"first": min(numbers), "last": max(numbers)})
        return {int(seq): bytes(link).hex() for seq, link in found}
    links = {number: link_of(reader, number) for number in numbers}
    return {number: link for number, link in links.items() if link is not None}
