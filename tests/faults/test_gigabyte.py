"""A gigabyte of junk with 1,000 tokens hidden in it: every one is found, none is invented, and memory stays where it was."""

from __future__ import annotations

import base64
import io
import random
import resource
from datetime import timedelta
from typing import Any

import pytest

from store.engine import Unit
from store.opening import Store
from store.reads.triage import triage
from store.rules.leaks import Verdict
from store.writes.issuing import issue
from store.writes.orders import IssueOrder
from tests.conftest import NOW
from tests.making import PRIYA, make_account

SIZE = 1_000_000_000
HIDDEN = 1_000
_JUNK = 4_000_000

pytestmark = pytest.mark.slow


class _Stream(io.RawIOBase):
    """Junk of several kinds, made while it is read, with a line of its own for each hidden token."""

    def __init__(self, tokens: list[bytes]) -> None:
        self._chance = random.Random(3)
        self._pieces = [self._hex(), self._log(), base64.encodebytes(self._chance.randbytes(_JUNK * 3 // 4))]
        self._tokens, self._every = tokens, SIZE // len(tokens)
        self._given, self._rest = 0, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            if self._given >= SIZE and not self._tokens:
                return 0
            piece = self._chance.choice(self._pieces)
            start = self._chance.randrange(len(piece) - self._every)
            self._rest = piece[start : start + self._every]
            if self._tokens:
                self._rest += b"\nkey: " + self._tokens.pop() + b"\n"
            self._given += len(self._rest)
        block, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(block)] = block
        return len(block)

    def _hex(self) -> bytes:
        return b"\n".join(b"%016x %016x" % (self._chance.getrandbits(64), n) for n in range(_JUNK // 34))

    def _log(self) -> bytes:
        line = b'203.0.113.5 - - [16/Mar/2026:09:00:00 +0000] "GET /v1/tkd_live_?page=%d HTTP/1.1" 200 512 "-" "sync/2.1"'
        return b"\n".join(line % n for n in range(_JUNK // 100))


def test_every_token_in_a_gigabyte_is_found_and_none_is_invented(store: Store) -> None:
    make_account(store)
    mint = store.mint()

    def work(unit: Unit) -> list[tuple[str, bytes]]:
        issued = []
        for number in range(HIDDEN):
            order = IssueOrder(
                account_id="ACME",
                name=f"integration {number}",
                owner="leo",
                creator="leo",
                scopes=("orders.read",),
                expires_at=NOW + timedelta(days=90),
                actor=PRIYA,
            )
            done = issue(unit, order, NOW, mint)
            issued.append((done.key[1], done.token.reveal().encode()))
        return issued

    issued = store.write(work)
    stream = io.BufferedReader(_Stream([secret for _, secret in issued]), buffer_size=64 * 1024)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with store.reading() as reader:
        found = triage(reader, stream, NOW, mint)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert found.read >= SIZE
    assert sorted(one.id for one in found.sightings) == sorted(name for name, _ in issued)
    assert len(found.of(Verdict.VERIFIED)) == HIDDEN
    assert (found.foreign, found.duplicates) == (0, 0)
    assert grown < 64 * 1024, f"{grown:,} KiB more at the peak"
