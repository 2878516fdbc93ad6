"""Over SSH, a terminal that answers late makes the console suggest `--slow`; a quick or silent one does not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from console.round_trip import QUESTION, RoundTrip
from store.address import Address
from tests.terminal.consoles import Console, make_store

pytestmark = pytest.mark.slow
SSH = {"SSH_CONNECTION": "198.51.100.7 50022 192.0.2.1 22"}


@pytest.fixture
def sqlite(tmp_path: Path) -> Address:
    """Return an empty place for a SQLite store."""
    return Address(path=tmp_path / "store" / "tokens.db")


@pytest.mark.parametrize(("delay_s", "suggested"), [(0.4, True), (0.0, False)])
def test_a_late_answer_brings_the_suggestion_and_a_quick_one_nothing(sqlite: Address, delay_s: float, suggested: bool) -> None:
    make_store(sqlite)
    with Console(sqlite, env=SSH) as console:
        console.wait_for("alpha export")
        start = len(console.output)
        console.until(lambda: QUESTION.encode() in console.output[start:], "the terminal was not asked")
        time.sleep(delay_s)
        console.keys("\x1b[?2026;2$y")
        console.settle(1.0)
        assert ("tokendesk --slow" in console.text) is suggested
        console.keys("q")
        assert console.ended() == 0


def test_nothing_is_asked_without_ssh_and_an_answer_to_nothing_is_no_measure() -> None:
    sent: list[str] = []
    at = [0.0]
    here = RoundTrip(lambda: at[0], {})
    here.ask(sent.append)
    at[0] = 9.0
    assert (here.answered(), sent) == (None, [])
    away = RoundTrip(lambda: at[0], SSH)
    away.ask(sent.append)
    at[0] += 0.149
    assert away.answered() is None
    away.ask(sent.append)
    at[0] += 0.151
    assert away.answered() == pytest.approx(0.151)
    assert away.answered() is None
    assert sent == [QUESTION, QUESTION]
