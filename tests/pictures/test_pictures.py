"""What the console looks like, kept as pictures: a change of any screen shows as a changed picture."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from console.app import Console
from console.clock import Clock
from console.settings import Memory, Settings
from store.address import parse_address
from store.creation import create_store
from store.opening import Store
from tests.at_console import Hand, Stopwatch
from tests.conftest import NOW
from tests.due_rows import fill_due
from tests.gateway_rows import watch
from tests.incident import fill_incident
from tests.notice_rows import fill_notices
from tests.scenario import fill_scenario
from themes import house_names

THEMES = ("tokendesk-dark", "tokendesk-light", "terminal-16")
SIZES = ((80, 24), (120, 36), (200, 60))
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "tokens": (("2", "j"), "Stops now"),
    "question": (("2", "j", "x"), "Cannot be undone"),
    "detail": (("2", "j", "enter"), "What it may do"),
    "usage": (("4", "enter", "t"), "Last 30 days"),
    "timeline": (("4", "enter", "T"), "It last worked"),
    "audit": (("4", "enter", "a"), "importer"),
    "bulk": (("2", "asterisk", "x"), "3 ticked"),
    "audit-log": (("f6",), "verified"),
    "views": (("f7",), "saved views up to"),
    "view-form": (("f7", "n", *"Q4", "tab", *"idle", "greater_than_sign", *"90d"), "3 tokens"),
    "export": (("E",), "recorded in the audit log"),
    "help": (("question_mark",), "End the token"),
    "theme": (("colon", *"theme", "enter", "j"), "for bright rooms"),
    "dashboard": (("f4",), "Needs attention"),
    "dashboard-calls": (("f4", "w"), "Who to call"),
    "dashboard-expiry": (("f4", "pagedown", "pagedown"), "Expiry, next 90 days"),
    "wrong-filter": (("slash", "i", "d", "o", "l", "colon", "x", "enter"), "There is no field"),
}
FLOWS: dict[str, tuple[tuple[str, ...], str]] = {
    "report": (("colon", *"report", "space", *"ACME", "enter"), "older ones that were live"),
    "issue": (("n",), "ACME · 6 live"),
    "issue-scopes": (("n", *"bolt", "enter", *"export", "enter", "down", "space"), "Access: read-only."),
    "issue-review": (("n", *"bolt", "enter", *"export", "enter", "space", "enter"), "Look it over"),
    "rotate": (("6", "r"), "The old token goes on until"),
    "split": (("6", "b"), "Holds"),
    "re-own": (("6", "O"), "New owner"),
    "cut-over": (("9", "enter"), "91.7% moved"),
}
STEPS |= FLOWS
"""Of each picture: the keys that lead to it, and words that are on it once it is whole."""

AREAS = {
    "account": (("f3", "enter"), "each number opens"),
    "scopes": (("f8", *"jjjjjj"), "hold it in"),
    "policies": (("f9",), "No limits of its own"),
    "policy": (("f9", "e"), "It would say"),
    "policy-preview": (("f9", "e", "9", "0", "enter"), "live tokens"),
    "rules": (("f9", "r"), "Limits beside them"),
    "rules-form": (("f9", "r", "e"), "nothing of its own"),
    "rules-preview": (("f9", "r", "e", *(["tab"] * 4), *"orders", "full_stop", *"read", "enter"), "new tokens only"),
    "due": (("f9", "u"), "put on record by applying"),
    "reviews": (("f9", "w", "n", *"q1acme", "tab", *"ACME", "enter", "escape"), "0 / 6"),
    "review": (("f9", "w", "n", *"q1acme", "tab", *"ACME", "enter"), "0 of 6 decided"),
    "operators": (("f10",), "without proof of who it is"),
    "roles": (("f10", "t"), "Enforced in the store"),
    "account-tokens": (("f3", "enter", "2"), "Expires"),
    "accounts": (("f3",), "ACME"),
    "leaks": (("f5",), "Leaks"),
}
BOARDS = {
    "executive": (("f4", "e"), "Suspicious"),
    "on-call": (("f4", "c"), "PAGE"),
    "debug": (("f4", "d", "j"), "first to fail: scope missing"),
}
"""The same of each role's dashboard, in a store with gateways."""

AREAS |= BOARDS
"""The same of each area."""

CASES = {
    "cases": (("f12",), "post-mortem"),
    "case": (("f12", "enter"), "by what is on record"),
    "case-tokens": (("f12", "enter", "2"), "Blast radius"),
    "case-for-token": (("f12", "f", "f2", "I"), "Open a case for this token"),
}
"""The same of a store with an incident in it."""

NOTICES = {
    "notices": (("M",), "What happens"),
    "notice": (("M", "slash", *"dead", "enter", "enter"), "“reporting pull”"),
}
"""The same of a store with notices of every state."""

AREA_LOOKS = (("tokendesk-dark", (80, 24)), ("tokendesk-light", (120, 36)), ("terminal-16", (200, 60)))

Snap = Callable[..., bool]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The scenarios' store on SQLite; its file, and who looks at it, have the same name in every picture."""
    monkeypatch.setattr("console.actor._os_user", lambda: "dana")
    monkeypatch.setattr("console.reports.files.user_data_path", lambda name: Path("/home/dana/.local/share") / name)
    monkeypatch.setattr("store.writes.audit.line_hash", lambda line: sha256(str(line["seq"]).encode()).digest())
    made = create_store(parse_address(str(tmp_path / "store" / "tokens.db")), NOW, demo_now=NOW)
    fill_scenario(made)
    return made


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


async def settled(hand: Hand) -> None:
    """Wait until the screen has been the same for a while: whatever is read in the background has arrived."""
    seen, same = "", 0
    while same < 6:
        await hand.pilot.pause(0.04)
        now = hand.screen()
        same = same + 1 if now == seen else 0
        seen = now


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
