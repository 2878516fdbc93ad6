"""A leaked token pasted over a raw terminal, with and without brackets: nothing of it comes back, and nothing is done by it."""

from __future__ import annotations

import pytest

from store.address import Address
from tests.terminal.consoles import Console, make_store, revoked

pytestmark = pytest.mark.slow

F5 = "\x1b[15~"
FOREIGN = "ghp_" + "q7Zk" * 9


@pytest.mark.parametrize(
    "typed",
    [f"\x1b[200~{FOREIGN}\x1b[201~\r", f"{FOREIGN}\r", f"line one\rxy\r{FOREIGN}\r", f"x\ry\r{FOREIGN}\r"],
    ids=["bracketed", "raw", "raw lines", "raw keys"],
)
def test_a_paste_is_neither_echoed_nor_acted_on(address: Address, typed: str) -> None:
    make_store(address)
    with Console(address) as console:
        console.ready()
        console.keys(F5)
        console.wait_for("Whose token is this?")
        start = len(console.output)
        console.keys(typed)
        console.settle()
        console.keys("\r")
        console.settle()
        assert b"q7Zk" not in console.output[start:]
        console.keys("\x11")
        assert console.ended() == 0
        console.assert_left_as_found()
    assert revoked(address) == set()
