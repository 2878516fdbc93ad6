"""What becomes of the crowd, in a small store and in a large one, and how its used tokens call."""

from __future__ import annotations

from dataclasses import dataclass, replace

from store.demo import rhythms
from store.demo.rhythms import Rhythm
from store.moments import DAY_MS, HOUR_MS, MINUTE_MS

_WEEKLY = replace(rhythms.WEEKLY, calls=9.0, minutes=1)
SELDOM = (_WEEKLY, _WEEKLY, _WEEKLY, replace(rhythms.MORNING, calls=3.0), rhythms.ONCE)
"""How the used tokens of a large store call: seldom, so that little has to be told of each."""

BUSY = Rhythm(MINUTE_MS, 14.0, curve=rhythms.BUSINESS)
FEW = Rhythm(3 * DAY_MS, 4.0, at=9 * HOUR_MS)


@dataclass(frozen=True, slots=True)
class Fates:
    """What becomes of a crowd, as shares of it; the rest is revoked.

    `rotated` counts pairs, by their older half; `late` the share of the revoked that was used once more.
    """

    used: float
    idle: float
    never: float
    unending: float
    suspended: float
    rotated: float
    expired: float
    knocking: float
    late: float


SMALL = Fates(
    used=0.40, idle=0.15, never=0.03, unending=0.03, suspended=0.012, rotated=0.05, expired=0.16, knocking=0.05, late=0.0
)
BIG = Fates(
    used=0.145, idle=0.105, never=0.012, unending=0.012, suspended=0.002, rotated=0.03, expired=0.33, knocking=0.002, late=0.0005
)
