"""Those of the indicators that are counted from tokens, people and places: M6, M7, M9 and M10."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.indicator_rows import Part, Proof
from store.moments import DAY_MS, to_ms
from store.reader import Reader
from store.reads.proofs import recent_proofs
from store.reads.usage import account_hours
from store.rules.indicators import BUSIER
from store.rules.proof import ProofVerdict

_MOST_REVOKED, _MOST_IN_USE, _MOST_BUSY, _MOST_MADE, _MOST_FOUND = 2_000, 100_000, 2_000, 20_000, 20_000
_WORTH_TELLING = 1_000
"""A token with fewer requests in 24 hours is never told as above its usual number."""

_MOST_PARTS = 12
_IN_USE = "SELECT count(*) FROM (SELECT 1 FROM token WHERE requests_24h > 0 ORDER BY requests_24h DESC LIMIT :cap) AS few"
_BUSY = """
SELECT account_id, id, requests_24h, requests_30d FROM (SELECT account_id, id, requests_24h, requests_30d FROM token
WHERE requests_24h > 0 ORDER BY requests_24h DESC, account_id DESC, id DESC LIMIT :cap) AS busy
WHERE requests_24h >= :least AND requests_30d > requests_24h ORDER BY requests_24h DESC, account_id DESC, id DESC
"""
_MADE = """
SELECT account_id, coalesce(creator_id, owner_id, ''), created_at FROM token
WHERE created_at > :since AND created_at <= :now ORDER BY created_at DESC LIMIT :cap
"""
_FOUND = """
SELECT account_id, token_id, source FROM exposure WHERE found_at > :since AND found_at <= :now
ORDER BY found_at DESC, account_id DESC, token_id DESC LIMIT :cap
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A value, what it was counted from, and how much of that missed the target."""

    value: float | None
    samples: int
    missed: int = 0
    parts: tuple[Part, ...] = ()
    note: str = ""


def revoke_to_deny(reader: Reader, now: datetime, window: timedelta) -> Told:
    """Return the longest time from a revocation to its first refused call; what is not proven is no sample, and is told."""
    proofs = recent_proofs(reader, now - window, now, _MOST_REVOKED)
    by_verdict = Counter(proof.verdict for proof in proofs)
    timed = [(_seconds(proof), proof) for proof in proofs if proof.verdict in (ProofVerdict.PASS, ProofVerdict.FAIL)]
    timed.sort(key=lambda one: -one[0])
    unproven, late = by_verdict[ProofVerdict.NONE], by_verdict[ProofVerdict.LATE]
    words = [f"{unproven:,} not proven: no refused call since"] if unproven else []
    if late:
        words.append(f"{late:,} refused at their first call, which came later than the target")
    return Told(
        timed[0][0] if timed else None,
        len(timed),
        by_verdict[ProofVerdict.FAIL],
        tuple(Part(f"{proof.key[0]}/{proof.key[1]}", seconds, 1) for seconds, proof in timed[:_MOST_PARTS]),
        "; ".join(words) + "." if words else "",
    )


def _seconds(proof: Proof) -> float:
    ends = [end for end in (proof.accepted_at, proof.refused_at) if end is not None]
    return (max(ends) - proof.revoked_at).total_seconds()


def requests_per_token(reader: Reader, now: datetime, window: timedelta) -> Told:
    """Return the requests of 24 hours for each token in use, and who makes far more of them than usual. `window` is no matter."""
    requests = sum(account_hours(reader, "", now, 24).requests)
    in_use = int(reader.value(_IN_USE, {"cap": _MOST_IN_USE}))
    if not in_use or not requests:
        return Told(None, 0)
    rows = reader.rows(_BUSY, {"cap": _MOST_BUSY, "least": _WORTH_TELLING})
    above = [(f"{row[0]}/{row[1]}", row[2] / ((row[3] - row[2]) / 29)) for row in rows]
    above = sorted((one for one in above if one[1] > BUSIER), key=lambda one: (-one[1], one[0]))
    note = f"In 24 hours. {len(above):,} of the busiest tokens make more than {BUSIER:g} times their own usual number."
    parts = tuple(Part(name, times, 1) for name, times in above[:_MOST_PARTS])
    return Told(requests / in_use, in_use, len(above), parts, note)


def issued_per_person(reader: Reader, now: datetime, window: timedelta) -> Told:
    """Return the most tokens made for one person on one day (UTC) of the window."""
    rows = reader.rows(_MADE, {"since": to_ms(now - window), "now": to_ms(now), "cap": _MOST_MADE})
    days = Counter((f"{account}/{person}" if person else account, int(at) // DAY_MS) for account, person, at in rows)
    most: dict[str, int] = {}
    for (person, _), number in days.items():
        most[person] = max(number, most.get(person, 0))
    ordered = sorted(most.items(), key=lambda one: (-one[1], one[0]))
    note = f"Of the latest {_MOST_MADE:,}." if len(rows) == _MOST_MADE else ""
    parts = tuple(Part(person, number, number) for person, number in ordered[:_MOST_PARTS])
    return Told(ordered[0][1] if ordered else None, len(rows), parts=parts, note=note)


def exposed(reader: Reader, now: datetime, window: timedelta) -> Told:
    """Return how many tokens were found in the open in the window; none found is 0, not «no data»."""
    rows = reader.rows(_FOUND, {"since": to_ms(now - window), "now": to_ms(now), "cap": _MOST_FOUND})
    tokens = {(row[0], row[1]) for row in rows}
    sources = Counter(source for _, _, source in {(row[0], row[1], row[2]) for row in rows})
    parts = tuple(Part(source, number, number) for source, number in sorted(sources.items(), key=lambda one: (-one[1], one[0])))
    return Told(len(tokens), len(tokens), len(tokens), parts[:_MOST_PARTS])
