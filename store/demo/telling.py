"""How the told stories begin: one call each, in words close to what the story says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from store.demo.accounts import Person
from store.demo.habits import Habits
from store.demo.kinds import Kind
from store.demo.phases import Phase
from store.demo.rhythms import Rhythm
from store.demo.scene import Scene
from store.demo.stories import Story, begin
from store.moments import DAY_MS
from store.rules.usage import Outcome

RECENT = 200
_FIRST = "first active member"


class Teller:
    """Begins stories on one scene; `told` counts them, so that each token has an id of its own."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._told = 0

    def token(
        self, account: str, kind: Kind, made: float, life: float | None, *, name: str | None = None,
        owner: str | None = _FIRST, creator: str | None = _FIRST, at: int | None = None, expires_at: int | None = None,
        addresses: Sequence[str] | None = None, recent: int = RECENT, **columns: Any,
    ) -> Story:  # fmt: skip
        """Begin the story of a token made so many days ago for a life of so many days; None lives for ever."""
        scene = self.scene
        self._told += 1
        label = f"{account}/{self._told}"
        created_at = scene.at(days=made) if at is None else at
        if expires_at is None and life is not None:
            expires_at = created_at + int(life * DAY_MS)
        source = columns.get("source", "issued")
        story = begin(
            scene.chance.token_id(label) if source == "issued" else f"legacy-{account}-{self._told:03d}",
            scene.customer(account),
            kind,
            created_at,
            owner=self._person(account, owner),
            creator=self._person(account, creator),
            expires_at=expires_at,
            name=name,
            recorded_at=max(created_at, scene.history),
            **columns,
        )
        host = 11 + self._told * 7 % 230
        usual = addresses or (f"203.0.113.{host}", f"2001:db8:{host:x}::5")
        story.habits = Habits(kind.agent, kind.paths, usual, recent=recent)
        return story

    def calls(self, rhythm: Rhythm, since: float, until: float = 0.0, **more: Any) -> Phase:
        """Return accepted calls from so many days ago until so many days ago."""
        return Phase(rhythm, self.scene.at(days=since), self.scene.at(days=until), **more)

    def knocks(self, rhythm: Rhythm, since: int, outcome: Outcome, **more: Any) -> Phase:
        """Return refused calls from a moment on until now."""
        return Phase(rhythm, since, self.scene.now, outcome, **more)

    def _person(self, account: str, member_id: str | None) -> Person | None:
        if member_id is None:
            return None
        people = self.scene.customer(account).people
        if member_id == _FIRST:
            return next(person for person in people if person.active)
        return next(person for person in people if person.id == member_id)
