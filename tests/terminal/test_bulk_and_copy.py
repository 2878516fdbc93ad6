"""Bulk revocation cut off by a lost link, and copying under tmux, in a real terminal."""

from __future__ import annotations

import base64
import os
import signal
import time

import pytest

from store.address import Address
from store.opening import Store
from store.reads.verify import verify
from tests.terminal.consoles import Console, make_store, revoked

pytestmark = pytest.mark.slow

MANY = 400


def test_a_link_lost_during_a_bulk_revocation_restores_the_terminal_and_leaves_nothing_half_done(address: Address) -> None:
    make_store(address, [f"export {number:03}" for number in range(MANY)])
    with Console(address) as console:
        console.ready("export ")
        console.keys("*")
        console.wait_for(f"{MANY} marked")
        console.keys("x")
        console.wait_for("frozen")
        console.settle()
        console.keys("\r")
        console.wait_for("Reason")
        console.keys("quarterly review")
        console.keys("\t")
        console.keys(str(MANY))
        console.settle()
        console.keys("\r")
        console.until(lambda: bool(revoked(address)), "nothing was revoked")
        os.kill(console.pid, signal.SIGHUP)
        started = time.monotonic()
        assert console.ended(10) == 128 + signal.SIGHUP
        assert time.monotonic() - started < 2
        console.assert_left_as_found()
    gone = revoked(address)
    assert gone
    store = Store(address)
    try:
        with store.reading() as reader:
            lines = reader.rows("SELECT account_id, token_id FROM audit WHERE action = 'revoke'")
            assert {(row[0], row[1]) for row in lines} == {tuple(key) for key in gone}
            assert len(lines) == len(gone)
            assert verify(reader).whole
    finally:
        store.close()


def test_under_tmux_a_copy_takes_both_ways_and_says_only_that_it_was_sent(address: Address) -> None:
    key = make_store(address, ["alpha export"])["alpha export"]
    with Console(address, env={"TMUX": "/tmp/none,1,0"}) as console:
        console.ready()
        sent = console.sent_during("c")
        body = base64.b64encode(key[1].encode())
        assert b"\x1b]52;c;" + body + b"\x07" in sent
        assert b"\x1bPtmux;\x1b\x1b]52;c;" + body + b"\x07\x1b\\" in sent
        console.wait_for("sent to the terminal's clipboard")
        assert key[1] in console.text
        console.keys("q")
        assert console.ended() == 0
