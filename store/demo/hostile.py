"""Names that try something: what a customer can type must only ever be shown."""

from __future__ import annotations

from dataclasses import replace

from store.demo import kinds, rhythms
from store.demo.stories import Story
from store.demo.telling import Teller

_NAMES = (
    ("umbral", "\x1b[2J\x1b]0;owned\x07cleaner"),
    ("umbral", "[red]x[/red] [@click=app.quit]free credits[/]"),
    ("umbral", "[/nope]"),
    ("larkspur", "NetSuite sync\u202egnillib"),
    ("larkspur", "zero\u200bwidth\u200djoin\ufeff"),
    ("cinder", "two\nlines\ttabbed\r"),
    ("cinder", '=HYPERLINK("https://192.0.2.66","invoice")'),
    ("lumen", "在庫同期 🚚"),
    ("lumen", "مزامنة المخزون"),
    ("willow", "n" * 197 + "end"),
    ("willow", ""),
    ("dovetail", ""),
    ("dovetail", " "),
    ("hollow", "CI deplоy bot"),
)
"""The last one is written with a Cyrillic letter."""

_SUSPENDED, _REVOKED = 1, 3
_STOPPED = {_SUSPENDED: 1, _REVOKED: 2}
"""How many days ago those two were stopped."""


def hostile(tell: Teller) -> list[Story]:
    """Return tokens with hostile, empty, very long and foreign names, agents and paths."""
    stories = []
    for place, (account, name) in enumerate(_NAMES):
        story = tell.token(account, kinds.ZAPIER, 20 + place * 3, 90, name=name, recent=20)
        story.used(tell.calls(rhythms.HOURLY, 20, _STOPPED.get(place, place / 4)))
        agent = ("[bold]agent[/]", "agent\u202e/1.0", "\x1b[31mred-agent\x1b[0m")[place % 3]
        story.habits = replace(story.habits, agent=agent, paths=("GET /v1/[blink]orders", "GET /v1/orders/{id}"))
        stories.append(story)
    stories[0].row["rationale"] = "\x1b[8mhidden\x1b[0m [link=https://192.0.2.66]why[/]"
    stories[_SUSPENDED].suspended(tell.scene.at(days=_STOPPED[_SUSPENDED]), "dana", "[red]stopped[/red] by support\u202e", None)
    stories[_REVOKED].revoked(
        tell.scene.at(days=_STOPPED[_REVOKED]), "tomas", "name looks like another one's \x1b[5m", "TKT-3402"
    )
    return stories
