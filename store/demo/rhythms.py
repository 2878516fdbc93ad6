"""How often integrations call: from every minute to once a quarter."""

from __future__ import annotations

from dataclasses import dataclass

from store.moments import DAY_MS, HOUR_MS, MINUTE_MS

FLAT = (1.0,) * 24
OFFICE = (0.02, 0.01, 0.01, 0.01, 0.02, 0.08, 0.3, 0.6, 0.9, 1.0, 1.0, 0.95, 0.8, 0.9, 1.0, 0.95, 0.8, 0.5, 0.25, 0.15,
          0.1, 0.06, 0.04, 0.03)  # fmt: skip
SHOPPING = (0.25, 0.15, 0.1, 0.08, 0.08, 0.12, 0.25, 0.4, 0.55, 0.65, 0.75, 0.85, 0.9, 0.85, 0.8, 0.8, 0.85, 0.95, 1.0, 1.0,
            0.95, 0.8, 0.6, 0.4)  # fmt: skip
BUSINESS = (0.35, 0.3, 0.3, 0.3, 0.35, 0.45, 0.6, 0.8, 0.95, 1.0, 1.0, 0.95, 0.85, 0.9, 0.95, 1.0, 0.9, 0.75, 0.6, 0.55,
            0.5, 0.45, 0.4, 0.4)  # fmt: skip
NIGHT = (1.0, 0.95, 0.9, 0.85, 0.7, 0.5, 0.3, 0.2, 0.15, 0.15, 0.15, 0.15, 0.15, 0.15, 0.15, 0.2, 0.2, 0.25, 0.3, 0.4, 0.55,
         0.7, 0.85, 0.95)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Runs `every` so many milliseconds, `at` so far into each period, with about `calls` requests in a run.

    `curve` weighs the requests by the hour of the day (UTC), `weekend` those of Saturdays and Sundays; a run's requests
    spread over `minutes`.
    """

    every: int
    calls: float
    at: int = 0
    curve: tuple[float, ...] = FLAT
    weekend: float = 1.0
    minutes: int = 1

    def weight(self, moment: int) -> float:
        """Return how busy this moment is, compared with the busiest."""
        weight = self.curve[moment // HOUR_MS % 24]
        return weight * self.weekend if (moment // DAY_MS + 3) % 7 >= 5 else weight


EVERY_MINUTE = Rhythm(MINUTE_MS, 2.6, curve=BUSINESS)
RELAY = Rhythm(2 * MINUTE_MS, 2.0, curve=NIGHT)
CHECKOUT = Rhythm(MINUTE_MS, 2.2, curve=SHOPPING, weekend=1.3)
SHOP = Rhythm(MINUTE_MS, 1.6, curve=SHOPPING)
DASHBOARD = Rhythm(5 * MINUTE_MS, 4.0, curve=OFFICE, weekend=0.1)
SCANNERS = Rhythm(3 * MINUTE_MS, 3.0, curve=OFFICE, weekend=0.3)
QUARTER_HOURLY = Rhythm(15 * MINUTE_MS, 1.0, at=4 * MINUTE_MS)
HALF_HOURLY = Rhythm(30 * MINUTE_MS, 3.0, at=11 * MINUTE_MS, curve=BUSINESS)
HOURLY = Rhythm(HOUR_MS, 4.0, at=7 * MINUTE_MS)
PIPELINE = Rhythm(40 * MINUTE_MS, 2.0, curve=OFFICE, weekend=0.2)
NIGHTLY = Rhythm(DAY_MS, 40.0, at=2 * HOUR_MS, minutes=6)
MORNING = Rhythm(DAY_MS, 5.0, at=6 * HOUR_MS)
WEEKLY = Rhythm(7 * DAY_MS, 60.0, at=4 * DAY_MS + 5 * HOUR_MS, minutes=4)
MONTHLY = Rhythm(30 * DAY_MS, 25.0, at=3 * DAY_MS + 4 * HOUR_MS, minutes=3)
QUARTERLY = Rhythm(91 * DAY_MS, 120.0, minutes=9)
BURSTS = Rhythm(3 * DAY_MS, 900.0, at=14 * HOUR_MS, minutes=25)
ONCE = Rhythm(10_000 * DAY_MS, 1.0)
"""A single call: the last one known."""
