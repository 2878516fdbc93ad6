"""The tokens a story is told about: something for every saved view and every screen."""

from __future__ import annotations

from store.demo import everyday, hostile, lifecycles, trouble
from store.demo.scene import Scene
from store.demo.stories import Story
from store.demo.telling import Teller

_CHAPTERS = (
    everyday.everyday,
    everyday.volumes,
    everyday.idlers,
    everyday.people,
    lifecycles.rotations,
    lifecycles.ends,
    lifecycles.pauses,
    lifecycles.revocations,
    trouble.incident,
    trouble.oddities,
    trouble.sprawl,
    hostile.hostile,
)


def cast(scene: Scene) -> list[Story]:
    """Return every told story on this scene, always in the same order."""
    tell = Teller(scene)
    return [story for chapter in _CHAPTERS for story in chapter(tell)]
