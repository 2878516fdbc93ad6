"""Every screen in three sizes and three themes: one run of the console for each screen, resized and put into other colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from store.opening import Store
from tests.at_console import at_console
from tests.due_rows import fill_due
from tests.gateway_rows import watch
from tests.incident import fill_incident
from tests.notice_rows import fill_notices
from tests.pictures.screens import AREAS, BOARDS, CASES, CHANGES, INCIDENT, MORE, NOTICES, SIZES, STEPS, THEMES
from tests.pictures.settling import settled

Fill = Callable[[Store], object]
_NEEDS: tuple[tuple[Mapping[str, object], Fill], ...] = (
    (BOARDS, watch), (CASES, fill_incident), (INCIDENT, fill_incident), (NOTICES, fill_notices),
    ({"due": (), "due-rotations": ()}, fill_due),
)  # fmt: skip
SCREENS = {**STEPS, **AREAS, **CHANGES, **MORE, **CASES, **INCIDENT, **NOTICES}


@pytest.mark.slow
@pytest.mark.parametrize("name", SCREENS)
async def test_every_screen_in_every_size_and_theme(
    store: Store, snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Take the nine pictures at 80x24, 120x36 and 200x60, dark, light and in the terminal's 16 colours."""
    if name != "issued":  # which needs the store's key, and shows no path
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv("HOME", str(Path("/home/dana")))
    for screens, fill in _NEEDS:
        if name in screens:
            fill(store)
    keys, words = SCREENS[name]
    kept = snapshot.use_extension(SVGImageExtension)
    changed = []
    async with at_console(store, SIZES[0], theme=THEMES[0]) as hand:
        for key in keys:
            await hand.press(key)
            hand.watch.wait(0.1)  # an answer counts once nothing follows it
            await settled(hand)
        await hand.until_shown(words)
        for size in SIZES:
            await hand.pilot.resize_terminal(*size)
            await settled(hand)
            for theme in THEMES:
                hand.app.theme = theme
                await hand.pilot.pause()
                await hand.pilot.pause()
                look = f"{size[0]}x{size[1]}-{theme}"
                if kept(name=look) != hand.app.export_screenshot():
                    changed.append(look)
    store.close()
    assert not changed, f"looks otherwise than it is kept: {', '.join(changed)}"
