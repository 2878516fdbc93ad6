"""The console as a whole: it starts light, crashes loudly without secrets, and leaves at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from console.app import Console
from console.settings import Memory, Settings
from store.address import parse_address
from store.opening import Store
from tests.at_console import at_console
from tests.making import make_account, make_token

ROOT = Path(__file__).parents[2]


def test_nothing_heavy_is_imported_before_the_first_picture() -> None:
    code = (
        "import sys, console.app\n"
        "heavy = {'sqlalchemy', 'sqlmodel', 'pydantic', 'alembic', 'psycopg', 'argon2', 'typer'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_the_console_stays_small() -> None:
    assert len((ROOT / "console" / "app.py").read_text().splitlines()) < 150


async def test_a_store_that_cannot_be_opened_ends_with_one_sentence_and_code_3() -> None:
    app = Console(parse_address("/nowhere/tokens.db"), Settings(), Memory())
    async with app.run_test() as pilot:
        for _ in range(500):
            await pilot.pause(0.01)
            if app._exit:
                break
    assert app.return_code == 3


async def test_a_bug_in_a_worker_crashes_loudly(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    make_account(store)
    make_token(store)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with at_console(store) as hand:

            def broken(*args: object, **kwargs: object) -> object:
                raise ZeroDivisionError

            monkeypatch.setattr("store.reads.tokens.lines", broken)
            hand.tokens.read_again()
            await hand.until(lambda: hand.app._exception is not None)


async def test_production_looks_different_where_a_theme_is_tied_to_it(own_home: Path) -> None:
    from store.creation import create_store
    from tests.conftest import NOW

    made = create_store(parse_address(str(own_home / "prod" / "t.db")), NOW, environment="production", demo_now=NOW)
    async with at_console(made, themes={"production": "tokendesk-light"}) as hand:
        await hand.until(lambda: hand.app.theme == "tokendesk-light")
        assert "PRODUCTION" in hand.pane("top")
        assert "DEMO" in hand.pane("top")
    made.close()


async def test_a_theme_can_be_changed_by_command(store: Store) -> None:
    async with at_console(store) as hand:
        await hand.press("colon")
        await hand.type("theme terminal")
        await hand.press("minus", "1", "6", "enter")
        await hand.until(lambda: hand.app.theme == "terminal-16")
        await hand.press("colon")
        await hand.type("theme nonsense")
        await hand.press("enter")
        assert "There is no theme" in hand.pane("hints")


async def test_a_case_is_shown_on_top_and_kept_until_changed(store: Store) -> None:
    async with at_console(store) as hand:
        await hand.press("colon")
        await hand.type("case inc")
        await hand.press("minus", "7", "enter")
        await hand.until(lambda: hand.app.session.case == "inc-7")
        assert "inc-7" in hand.pane("top")


async def test_a_key_clash_in_the_settings_is_told_and_the_defaults_hold(store: Store) -> None:
    async with at_console(store, keys={"sort": "x"}) as hand:
        await hand.until_shown("belongs to revoke")
