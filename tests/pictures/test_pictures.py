"""What the console looks like, kept as pictures: a change of any screen shows as a changed picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from console.app import Console
from console.clock import Clock
from console.settings import Memory, Settings
from store.opening import Store
from tests.at_console import Hand, Stopwatch
from tests.conftest import NOW
from tests.due_rows import fill_due
from tests.gateway_rows import watch
from tests.incident import fill_incident
from tests.notice_rows import fill_notices
from tests.pictures.screens import AREAS, BOARDS, CASES, FLOWS, NOTICES, SIZES, STEPS, THEMES
from tests.pictures.settling import settled
from themes import house_names

AREA_LOOKS = (("tokendesk-dark", (80, 24)), ("tokendesk-light", (120, 36)), ("terminal-16", (200, 60)))

Snap = Callable[..., bool]


def taken(snap_compare: Snap, store: Store, name: str, theme: str, size: tuple[int, int]) -> bool:
    """Lead the console to a picture, wait until nothing is under way, and compare it with the one that is kept."""
    watch = Stopwatch()
    app = Console(store.address, Settings(theme=theme), Memory(), Clock(NOW, watch))
    keys, words = {**STEPS, **AREAS, **CASES, **NOTICES}[name]

    async def lead(pilot: Pilot[Any]) -> None:
        hand = Hand(app, pilot, store, watch)
        await hand.until(lambda: app.screen_stack and app.screen.query("#list"), "the screen")
        await hand.until(lambda: hand.tokens.table.visible_rows and hand.tokens.counts, "the list")
        for key in keys:
            await hand.press(key)
            await settled(hand)
        await hand.until_shown(words)
        await settled(hand)

    try:
        return snap_compare(app, terminal_size=size, run_before=lead)
    finally:
        store.close()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["tokens", "question"])
def test_the_list_and_its_question_in_every_theme_and_size(
    snap_compare: Snap, store: Store, name: str, theme: str, size: tuple[int, int]
) -> None:
    assert taken(snap_compare, store, name, theme, size)


@pytest.mark.parametrize("theme", sorted(set(house_names()) - set(THEMES)))
def test_the_question_in_every_other_theme(snap_compare: Snap, store: Store, theme: str) -> None:
    assert taken(snap_compare, store, "question", theme, SIZES[0])


@pytest.mark.parametrize(
    ("theme", "size"), [("tokendesk-dark", (200, 60)), ("tokendesk-light", (120, 36)), ("terminal-16", (80, 24))]
)
def test_the_dashboard_in_every_theme(snap_compare: Snap, store: Store, theme: str, size: tuple[int, int]) -> None:
    assert taken(snap_compare, store, "dashboard", theme, size)


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", [name for name in STEPS if name not in ("tokens", "question", *FLOWS)])
def test_every_other_screen_in_two_sizes(snap_compare: Snap, store: Store, name: str, size: tuple[int, int]) -> None:
    assert taken(snap_compare, store, name, "tokendesk-dark", size)


@pytest.mark.parametrize(
    ("theme", "size"), AREA_LOOKS, ids=lambda value: value if isinstance(value, str) else f"{value[0]}x{value[1]}"
)
@pytest.mark.parametrize("name", AREAS)
def test_every_area(snap_compare: Snap, store: Store, name: str, theme: str, size: tuple[int, int]) -> None:
    if name in BOARDS:
        watch(store)
    if name == "due":
        fill_due(store)
    assert taken(snap_compare, store, name, theme, size)


@pytest.mark.parametrize(("theme", "size"), [(THEMES[0], SIZES[0]), (THEMES[1], SIZES[1])], ids=["80x24-dark", "120x36-light"])
@pytest.mark.parametrize("name", FLOWS)
def test_every_guided_flow(snap_compare: Snap, store: Store, name: str, theme: str, size: tuple[int, int]) -> None:
    assert taken(snap_compare, store, name, theme, size)


@pytest.mark.parametrize("name", ["audit-log", "views"])
def test_the_areas_in_a_light_theme(snap_compare: Snap, store: Store, name: str) -> None:
    assert taken(snap_compare, store, name, "tokendesk-light", (120, 36))


@pytest.mark.parametrize(
    ("theme", "size"), AREA_LOOKS, ids=lambda value: value if isinstance(value, str) else f"{value[0]}x{value[1]}"
)
@pytest.mark.parametrize("name", CASES)
def test_an_incident(snap_compare: Snap, store: Store, name: str, theme: str, size: tuple[int, int]) -> None:
    fill_incident(store)
    assert taken(snap_compare, store, name, theme, size)


@pytest.mark.parametrize(
    ("theme", "size"), AREA_LOOKS, ids=lambda value: value if isinstance(value, str) else f"{value[0]}x{value[1]}"
)
@pytest.mark.parametrize("name", NOTICES)
def test_notices(snap_compare: Snap, store: Store, name: str, theme: str, size: tuple[int, int]) -> None:
    fill_notices(store)
    assert taken(snap_compare, store, name, theme, size)
