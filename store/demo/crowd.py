"""The many tokens nobody tells a story about: each follows from its number, so that none has to be remembered."""

from __future__ import annotations

from random import Random

from store.demo import rhythms
from store.demo.chance import pick
from store.demo.fates import BIG, BUSY, FEW, SELDOM, SMALL
from store.demo.habits import Habits
from store.demo.kinds import KINDS, PLACES, Kind
from store.demo.phases import Phase
from store.demo.rhythms import Rhythm
from store.demo.scene import Scene
from store.demo.stories import Deed, Story, begin
from store.moments import DAY_MS, HOUR_MS
from store.rules.actions import Action
from store.rules.rotation import CHOICES
from store.rules.usage import Outcome

LIFETIMES = (30, 90, 90, 90, 180, 180, 365)
_OPERATORS = ("priya", "marco", "dana", "tomas", "customer portal", "customer portal", "customer portal")
_REASONS = ("", "", "", "not used any more", "customer asked", "replaced by another integration", "quarterly review",
            "project ended", "employee left")  # fmt: skip
_COUNTS_KEPT = 100
"""For so many days a large store keeps the counts of a token that is no longer used."""
_OVERLAP = CHOICES["7d"].days * DAY_MS


class Crowd:
    """Tells the story of the token at each place of the crowd."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._fates = BIG if scene.large else SMALL

    def story(self, place: int) -> Story:
        """Return the story at a place; the same whenever it is asked for."""
        older = place - place % 2
        at = self._rotation(older)
        if at is not None:
            return self._pair(older, at)[place - older]
        chance = self._scene.chance.stream(f"crowd/{place}")
        fates, lot = self._fates, chance.random()
        for share, tell in (
            (fates.used, self._used),
            (fates.idle, self._idle),
            (fates.never, self._never),
            (fates.unending, self._unending),
            (fates.suspended, self._suspended),
            (fates.expired, self._expired),
        ):
            if lot < share:
                return tell(place, chance)
            lot -= share
        return self._revoked(place, chance)

    def _begin(
        self, place: int, chance: Random, created_at: int, expires_at: int | None, source: str = "issued"
    ) -> tuple[Story, Kind]:
        customer = self._scene.customers.customer(self._scene.customers.holder(place))
        kind, history = pick(chance, KINDS), self._scene.history
        people = [person for person in customer.people if person.left_at is None or person.left_at > created_at]
        creator = pick(chance, people)
        owner = creator if chance.random() < 0.6 else pick(chance, people)
        source = "csv" if created_at < history else source
        story = begin(
            self._scene.chance.token_id(f"crowd/{place}") if source == "issued" else f"legacy-{place:07d}",
            customer,
            kind,
            created_at,
            owner=None if chance.random() < 0.02 else owner,
            creator=creator,
            expires_at=expires_at,
            name=pick(chance, (kind.name, *kind.also)) + pick(chance, PLACES),
            source=source,
            recorded_at=max(created_at, history),
        )
        block = ("192.0.2.", "198.51.100.", "203.0.113.")[int(chance.random() * 3)]
        last = 1 + int(chance.random() * 250)
        addresses = [f"{block}{last}", f"2001:db8:{last:x}:{place & 0xFFFF:x}::17"][: 1 + int(chance.random() * 1.6)]
        story.habits = Habits(kind.agent, kind.paths, addresses, recent=2 if self._scene.large else 20)
        return story, kind

    def _lived(self, chance: Random) -> tuple[int, int]:
        """Draw when a token that is still live was made and when it ends."""
        lifetime = pick(chance, LIFETIMES) * DAY_MS
        created_at = self._scene.now - int((0.02 + 0.97 * chance.random()) * lifetime)
        return created_at, created_at + lifetime

    def _rhythm(self, kind: Kind, chance: Random) -> Rhythm:
        if not self._scene.large:
            return kind.rhythm if kind.rhythm.every > rhythms.EVERY_MINUTE.every or chance.random() < 0.4 else rhythms.HALF_HOURLY
        lot = chance.random()
        return BUSY if lot < 0.0002 else kind.rhythm if lot < 0.0004 else pick(chance, SELDOM)

    def _until(self, story: Story, rhythm: Rhythm, end: int, chance: Random, *, last: bool = True) -> Story:
        start = story.row["created_at"] + int(chance.random() * 6 * HOUR_MS)
        if self._scene.large and rhythm is not rhythms.ONCE:
            start = max(start, self._scene.at(days=29))
        return story.used(Phase(rhythm, start, end, last=last)) if end > start else story

    def _last(self, story: Story, last: int, rhythm: Rhythm, chance: Random) -> Story:
        """Let a token be used until `last`. Only the moment is known of use before the tracking, or long ago in a large store."""
        if last < (self._scene.at(days=_COUNTS_KEPT) if self._scene.large else self._scene.times.tracking):
            story.row |= {"last_used_at": last, "last_success_at": last if last >= self._scene.times.tracking else None}
            return story
        return self._until(story, rhythms.ONCE if self._scene.large else rhythm, last, chance)

    def _used(self, place: int, chance: Random) -> Story:
        story, kind = self._begin(place, chance, *self._lived(chance))
        rhythm, end = self._rhythm(kind, chance), self._scene.times.recorded_to
        ago = int(chance.random() ** 3 * (6 * DAY_MS if self._scene.large else 5 * HOUR_MS))
        if self._scene.large or (rhythm.every >= HOUR_MS and chance.random() < 0.2):
            return self._until(story, rhythm, end - ago, chance)
        start = story.row["created_at"] + int(chance.random() * 6 * HOUR_MS)
        return story.used(Phase(rhythm, start, end, refused=0.01 if chance.random() < 0.15 else 0.0))

    def _idle(self, place: int, chance: Random) -> Story:
        created_at, expires_at = self._lived(chance)
        story, _ = self._begin(place, chance, created_at, expires_at)
        start = story.row["created_at"]
        end = start + int(chance.random() * (self._scene.at(days=7) - start))
        return self._last(story, end, FEW if chance.random() < 0.05 else rhythms.ONCE, chance)

    def _never(self, place: int, chance: Random) -> Story:
        return self._begin(place, chance, *self._lived(chance))[0]

    def _unending(self, place: int, chance: Random) -> Story:
        created_at = self._scene.history - int(chance.random() * 900 * DAY_MS)
        story, kind = self._begin(place, chance, created_at, None, source="csv")
        lot = chance.random()
        if lot < 0.4:
            return self._until(story, self._rhythm(kind, chance), self._scene.times.recorded_to, chance)
        last = self._scene.at(days=20 + lot * 600)
        return self._last(story, max(last, created_at), rhythms.ONCE, chance)

    def _suspended(self, place: int, chance: Random) -> Story:
        created_at, expires_at = self._lived(chance)
        story, kind = self._begin(place, chance, created_at, expires_at)
        start = story.row["created_at"]
        at = self._scene.now - int(chance.random() ** 2 * min(30 * DAY_MS, self._scene.now - start))
        story.suspended(at, pick(chance, ("marco", "dana", "priya")), "Stopped while we look into it; contact support.")
        self._until(story, self._rhythm(kind, chance), at, chance)
        return self._knock(story, at, Outcome.SUSPENDED, chance)

    def _expired(self, place: int, chance: Random) -> Story:
        lifetime = pick(chance, LIFETIMES) * DAY_MS
        expires_at = self._scene.now - int(chance.random() ** 1.3 * 640 * DAY_MS)
        story, _ = self._begin(place, chance, expires_at - lifetime, expires_at)
        self._ended_use(story, expires_at, chance)
        return self._knock(story, expires_at, Outcome.EXPIRED, chance)

    def _revoked(self, place: int, chance: Random) -> Story:
        lifetime = pick(chance, LIFETIMES) * DAY_MS
        created_at = self._scene.now - int((0.01 + 0.98 * chance.random()) * 690 * DAY_MS)
        story, _ = self._begin(place, chance, created_at, created_at + lifetime)
        start = story.row["created_at"]
        at = start + int((0.05 + 0.9 * chance.random()) * min(lifetime, self._scene.now - start))
        story.revoked(at, pick(chance, _OPERATORS), pick(chance, _REASONS))
        if chance.random() < self._fates.late:
            return self._last(story, at + 1_000 + int(chance.random() * 28_000), rhythms.ONCE, chance)
        self._ended_use(story, at, chance)
        return self._knock(story, at, Outcome.REVOKED, chance)

    def _ended_use(self, story: Story, end: int, chance: Random) -> None:
        start = story.row["created_at"]
        last = end - int(chance.random() ** 2 * (end - start))
        if chance.random() < 0.1:
            return
        self._last(story, last, FEW, chance)

    def _knock(self, story: Story, since: int, outcome: Outcome, chance: Random) -> Story:
        if chance.random() < self._fates.knocking:
            rhythm = rhythms.MORNING if self._scene.large else rhythms.HOURLY
            start = max(since + 5_000, self._scene.at(days=6))
            story.used(Phase(rhythm, start, self._scene.times.recorded_to, outcome, first=start == since + 5_000, last=True))
        return story

    def _rotation(self, place: int) -> int | None:
        """Return when the token at an even place is replaced by the next one of the same account, or None."""
        if place < 0 or place % 2 or self._scene.customers.is_last(place):
            return None
        drawn = self._scene.chance.bytes(f"rotation/{place}", 8)
        lot, when = int.from_bytes(drawn[:4], "big") / 2**32, int.from_bytes(drawn[4:], "big") / 2**32
        return None if lot >= self._fates.rotated * 2 else self._scene.at(days=(0.002 + when**1.5 * 0.9) * 330)

    def _pair(self, place: int, at: int) -> tuple[Story, Story]:
        """Tell of a token and of what replaced it at `at`: the same name, people and scopes."""
        chance = self._scene.chance.stream(f"pair/{place}")
        lifetime = pick(chance, (90, 180, 365)) * DAY_MS
        created_at = at - int((0.5 + 0.4 * chance.random()) * lifetime)
        old, kind = self._begin(place, chance, created_at, created_at + lifetime)
        token_id = self._scene.chance.token_id(f"crowd/{place + 1}")
        times = {"created_at": at, "expires_at": at + lifetime}
        row = {**old.row, **times, "id": token_id, "source": "issued"}
        new = Story(row, [Deed(at, Action.ISSUE, "customer portal", detail={"expires_at": at + lifetime})], [], old.habits)
        ends_at = min(at + _OVERLAP, created_at + lifetime)
        old.replaced(new, ends_at, pick(chance, ("customer portal", "dana", "priya")))
        rhythm, recorded_to = self._rhythm(kind, chance), self._scene.times.recorded_to
        self._until(old, rhythm, min(at + int(chance.random() * (ends_at - at)), recorded_to), chance)
        self._until(new, rhythm, min(at + lifetime - 1, recorded_to), chance, last=False)
        return old, new
