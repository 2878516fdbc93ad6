"""Takes the pictures of the README from the demo store: run it without arguments, and *.svg and report.png are written anew.

The demo store, its clock and the sizes are fixed, so the same program always takes the same pictures.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from console.app import Console

HERE = Path(__file__).parent
WIDE, NARROW, LARGE = (132, 40), (80, 24), (180, 56)
QUIET = 8
"""So many equal pictures in a row, a twentieth of a second apart, are a screen at rest."""

PATIENCE = 400


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its file, the size of the terminal in characters, and the keys that lead to it, in order."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...]
    theme: str = ""


def _typed(text: str) -> tuple[str, ...]:
    """Return the keys that type this text."""
    return tuple({" ": "space", ":": "colon", "/": "slash"}.get(character, character) for character in text)


_DEPLOY = (*_typed("/deploy acct:acme"), "enter")
PICTURES = (
    Picture("tokens", WIDE, ("3", "G", "up")),
    Picture("detail", WIDE, (*_DEPLOY, "enter")),
    Picture("usage", WIDE, ("4", "t")),
    Picture("timeline", WIDE, (*_typed("/shopify bridge acct:bolt"), "enter", "T")),
    Picture("revoke", WIDE, ("3", "G", "up", "x")),
    Picture("narrow", NARROW, ("2", "down")),
    Picture("light", WIDE, ("6", *("down",) * 6), theme="tokendesk-light"),
    Picture("dashboard", LARGE, ("f4",)),
    Picture("executive", WIDE, ("f4", "e")),
    Picture("on-call", WIDE, ("f4", "c")),
    Picture("debug", WIDE, ("f4", "d", "down")),
    Picture("account", WIDE, (*_typed(":accounts bolt"), "enter", "enter")),
    Picture("issue", WIDE, ("n", *_typed("bolt"), "enter", *_typed("nightly export"), "enter", "enter", "tab", "down", "space")),
    Picture("leaks", WIDE, ("f5",)),
    Picture("audit", WIDE, ("f6", "V", "down", "down")),
    Picture("policy", WIDE, ("f9", "down", "e", "backspace", "backspace", "backspace", "9", "0", "enter")),
    Picture("scopes", WIDE, ("f8", *("down",) * 7)),
    Picture("views", WIDE, ("f7", "down")),
    Picture("palette", NARROW, ("ctrl+p", *_typed("unused"))),
    Picture("high-contrast", NARROW, ("3", "x"), theme="high-contrast-dark"),
)


async def take(picture: Picture, path: Path) -> str:
    """Return the picture as SVG, once the screen is at rest."""
    from console.app import Console
    from console.settings import Memory, Settings
    from store.address import parse_address

    app = Console(parse_address(str(path)), Settings(theme=picture.theme), Memory())
    async with app.run_test(size=picture.size) as pilot:
        await _at_rest(app, pilot)
        for key in picture.keys:
            await pilot.press(key)
            await _at_rest(app, pilot)
        drawn = app.export_screenshot(title="tokendesk", simplify=True)
        app.exit()
    app.session.desk.store.close()
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


def report(path: Path) -> bytes:
    """Return the first page of an audit report on one account as a PNG."""
    from datetime import timedelta

    from console.reports.report import Subject, read_report
    from console.reports.report_pages import Pages, page_data
    from console.reports.report_pdf import set_picture
    from store.demo.building import NOW
    from store.opening import open_store
    from store.rules.reporting import Period

    store = open_store(str(path))
    subject = Subject("acme", "Acme Tools", Period(NOW - timedelta(days=365), NOW, NOW))
    with store.reading() as reader:
        made, pages = read_report(reader, subject), Pages()
        for _ in made.parts(reader, pages.keep):
            pass
    store.close()
    return set_picture(page_data(made, pages))


async def _at_rest(app: Console, pilot: Pilot[int]) -> None:
    """Wait until the store is open and the picture no longer changes."""
    last, same = "", 0
    for _ in range(PATIENCE):
        await pilot.pause(0.05)
        now = app.export_screenshot()
        same = same + 1 if now == last and app.session.ready else 0
        last = now
        if same >= QUIET:
            return
    raise SystemExit("the screen does not come to rest")


def main() -> int:
    """Build the demo store and take every picture."""
    with TemporaryDirectory(prefix="tokendesk-pictures-") as folder:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = folder
        for name in [name for name in os.environ if name.startswith(("TOKENDESK_", "TEXTUAL_")) or name == "NO_COLOR"]:
            del os.environ[name]
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
        import console.actor
        from store.address import parse_address
        from store.demo import build_demo

        # The console names the real user of the machine; the pictures must not depend on who takes them.
        vars(console.actor)["_os_user"] = lambda: "dana"
        path = Path(folder) / "demo.db"
        build_demo(parse_address(str(path))).close()
        (HERE / "report.png").write_bytes(report(path))
        print("report.png")
        for picture in PICTURES:
            (HERE / f"{picture.name}.svg").write_text(asyncio.run(take(picture, path)), encoding="utf-8")
            print(f"{picture.name}.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
