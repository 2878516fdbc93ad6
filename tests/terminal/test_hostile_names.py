"""Customer text that attacks the terminal: on every screen, nothing of it is sent but what can be read (security.md T1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from console.areas import AREAS
from store.address import Address
from store.creation import create_store
from store.opening import Store
from store.rows import TokenKey
from store.rules.usage import Outcome
from store.writes.ending import revoke, suspend
from store.writes.orders import RevokeOrder, SuspendOrder
from store.writes.people import MemberFacts
from tests.conftest import NOW
from tests.making import PRIYA
from tests.rowmaker import Use, put_people, put_tokens, put_usage, track_since
from tests.terminal.consoles import Console
from tests.terminal.hostile import CORPUS, strangers

pytestmark = pytest.mark.slow

ESCAPE = "\x1b"


@pytest.fixture
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Address:
    """Return an empty place for a SQLite store."""
    return Address(path=tmp_path_factory.mktemp("store") / "tokens.db")


def make_hostile_store(address: Address, corpus: Mapping[str, str]) -> None:
    """Put every payload into a token's name, its account, its people, its requests and its suspension or revocation."""
    store = create_store(address, NOW, environment="production", demo_now=NOW)
    texts = list(corpus.values())
    accounts = {f"A{number:03}": text[:500] for number, text in enumerate(texts)}
    members = [MemberFacts(account, "leo", text[:500], admin=True) for account, text in accounts.items()]
    put_people(store, accounts, members)
    track_since(store, NOW - timedelta(days=400))
    rows: list[dict[str, Any]] = [
        {
            "account_id": f"A{number:03}",
            "id": f"T{number:03}hostile1",
            "name": text[:500],
            "scopes": "orders.read",
            "owner_id": "leo",
            "owner_active": True,
            "creator_id": "leo",
            "rationale": text[:500],
            "created_at": NOW - timedelta(days=100, minutes=number),
            "expires_at": NOW + timedelta(days=3 if number % 3 else 80),
        }
        for number, text in enumerate(texts)
    ]
    put_tokens(store, rows, NOW - timedelta(days=100))
    keys = [TokenKey((row["account_id"], row["id"])) for row in rows]
    uses = [
        Use(
            key,
            NOW - timedelta(hours=2, minutes=number),
            Outcome.VALID,
            text[:100] or "203.0.113.9",
            text[:200],
            "/" + text[:200],
        )
        for number, (key, text) in enumerate(zip(keys, texts, strict=True))
    ]
    put_usage(store, sorted(uses, key=lambda use: use.at))
    for number, (key, text) in enumerate(zip(keys, texts, strict=True)):
        _touch(store, number, key, text[:400].replace("\x00", "0"))
    store.close()


def _touch(store: Store, number: int, key: TokenKey, text: str) -> None:
    if number < 10:
        return
    if number % 10 == 3:
        order = SuspendOrder(key=key, actor=PRIYA, reason=text, message=text, case=text[:60] or None)
        store.write(lambda unit: suspend(unit, order, NOW), order.action_id)
    elif number % 10 == 7:
        end = RevokeOrder(key=key, actor=PRIYA, reason=text, case=text[:60] or None)
        store.write(lambda unit: revoke(unit, end, NOW), end.action_id)


def test_the_corpus_is_large_and_the_gauge_sees_each_attack() -> None:
    assert len(CORPUS) >= 60
    for what in (
        "clear",
        "reset",
        "title",
        "clipboard asked",
        "8-bit CSI",
        "delete",
        "nul",
        "override",
        "zero width",
        "open device string",
    ):
        assert strangers(f"before {CORPUS[what]} after".encode()), what
    assert not strangers(b"\x1b[1;38;5;10m\x1b[3;4H plain \xe2\x94\x80\x1b[0m")


def test_no_payload_acts_on_the_terminal_on_any_screen(sqlite: Address) -> None:
    make_hostile_store(sqlite, CORPUS)
    with Console(sqlite, rows=40, columns=132) as console:
        console.wait_for("All live tokens")
        console.settle(1.0)
        for key in ("\x1b[6~", "\x1b[6~", "\x1b[6~", "G", "g", "w", "w"):
            _press(console, key)
        for number in range(len(CORPUS)):
            for key in ("\r", "l", "l", ESCAPE, "x", ESCAPE) if number % 4 == 0 else ("j",):
                _press(console, key)
            assert console.child.isalive(), f"the console ended at row {number}:\n{console.text}"
        for key in ("C", ESCAPE, "S", ESCAPE, "/", "z", "z", ESCAPE, "?", ESCAPE, "V", ESCAPE, "*", "u", "9", "1"):
            _press(console, key)
        for view in ("knocking", "all", "too-broad"):
            for part in (":", f"view {view}", "\r", "\r", "l", "l", ESCAPE):
                _press(console, part)
        for area in AREAS:
            for part in (":", f"go {area.id}", "\r", "j", "j", "G", "g", "\r", "\t", "\t", "\t", ESCAPE, ESCAPE):
                _press(console, part)
            assert console.child.isalive(), f"the console ended in {area.id}:\n{console.text}"
            _press(console, "\x1bOQ")
        assert not strangers(console.output)
        assert CORPUS["clipboard"].encode() not in console.output
        assert console.screen.display[0].startswith(" tokendesk")
        assert console.child.isalive()
        console.keys("\x11")
        assert console.ended(10) == 0
        console.assert_left_as_found()


def _press(console: Console, key: str) -> None:
    console.keys(key)
    console.settle(0.2)


@pytest.mark.parametrize(
    "what", ["open string", "open device string", "8-bit DCS", "clear", "scroll region", "marks", "long", "nul"]
)
def test_a_hostile_name_takes_no_frame_away(sqlite: Address, what: str) -> None:
    """A swallowed picture is a failure, not a pass: the other rows and the frame are all there."""
    names = {"first": "aa quiet", "second": "bb quiet", what: CORPUS[what], "last": "zz quiet"}
    make_hostile_store(sqlite, names)
    with Console(sqlite) as console:
        console.wait_for("zz quiet")
        console.settle(1.0)
        text = console.text
    assert "aa quiet" in text
    assert "bb quiet" in text
    assert text.splitlines()[0].startswith(" tokendesk")
    assert "q Quit" in text.splitlines()[-1]
    assert all(line.startswith(("│", "╭", "╰", " ")) for line in text.splitlines() if line)


@pytest.mark.parametrize("what", ["override", "zero width", "tags", "cyrillic", "full width", "clear", "delete", "byte order"])
def test_a_hostile_name_carries_a_warning_sign(sqlite: Address, what: str) -> None:
    make_hostile_store(sqlite, {"quiet": "quiet name", what: CORPUS[what]})
    with Console(sqlite) as console:
        console.wait_for("quiet name")
        console.settle(1.0)
        signs = console.text.count("⚠")
    assert signs > 0
