"""All numbers of the dashboard, for the console and the command line: a first answer at once, the exact one behind it.

No part reads a large table from end to end. What would have to is counted up to a cap, or taken from the busiest or the
latest tokens, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from store.dashboard_rows import Amount, Dashboard, Found, Revocations
from store.moments import EPOCH, to_ms
from store.reader import Reader
from store.reads import busy, spreads
from store.reads.contacts import contacts
from store.reads.log_clocks import clocks_ahead
from store.reads.proofs import recent_proofs
from store.reads.usage import freshness
from store.reads.views import counts_up_to

REVOKED_SHOWN = 12
LATELY = timedelta(days=7)

_LATELY = """
SELECT count(*) FROM (SELECT 1 FROM token WHERE revoked_at IS NOT NULL AND revoked_at > :since AND revoked_at <= :now
ORDER BY revoked_at DESC LIMIT :cap) AS few
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a dashboard is counted.

    Each saved view (None: to its end), records of refusals, busiest tokens, each stretch of a spread (0: none at all), a sample.
    """

    views: int | None
    records: int
    busiest: int
    stretch: int
    sample: int


FIRST = Reach(views=500, records=1_000, busiest=500, stretch=0, sample=0)
"""What is there at once, whatever the size of the store (performance.md, bar 25)."""

WHOLE = Reach(views=None, records=100_000, busiest=10_000, stretch=1_000_000, sample=10_000)
"""What follows, and takes its place."""


def dashboard(reader: Reader, now: datetime, reach: Reach = WHOLE) -> Dashboard:
    """Return the dashboard at a moment. With a `stretch` of 0 what needs counting to the end is left out.

    Without any usage on record there is no traffic, and nobody is the busiest: those parts are None.
    """
    fresh = freshness(reader)
    used = fresh.recorded_to is not None
    counted = counts_up_to(reader, now, reach.views)
    first = Dashboard(
        at=now,
        freshness=fresh,
        found=tuple(Found(name, Amount(count.number, count.more)) for name, count in counted.items()),
        revocations=_revocations(reader, now, reach.records),
        traffic=busy.traffic(reader, now) if used else None,
        reasons=busy.reasons(reader, now, reach.records) if used else None,
        volumes=busy.volumes(reader, now, reach.busiest) if used else None,
        clocks=clocks_ahead(reader),
    )
    if not reach.stretch:
        return first
    return _with_spreads(reader, now, reach, first)


def _with_spreads(reader: Reader, now: datetime, reach: Reach, first: Dashboard) -> Dashboard:
    return replace(
        first,
        ends=spreads.ends(reader, now, reach.stretch, reach.busiest),
        idle=spreads.idle(reader, now, reach.stretch),
        secrets=spreads.secrets(reader, now, reach.stretch),
        mix=spreads.mix(reader, now, reach.sample),
        contacts=contacts(reader, now),
    )


def _revocations(reader: Reader, now: datetime, cap: int) -> Revocations:
    now_ms = to_ms(now)
    lately = int(reader.value(_LATELY, {"now": now_ms, "since": to_ms(now - LATELY), "cap": cap + 1}))
    return Revocations(recent_proofs(reader, EPOCH, now, REVOKED_SHOWN), Amount(min(lately, cap), lately > cap))
