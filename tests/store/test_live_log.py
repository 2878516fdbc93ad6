"""A live log through a pipe is counted within a second or two of each line, and once, however it is cut off."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from store.opening import Store
from store.usage.importing import import_usage
from tests.conftest import NOW
from tests.gateway_logs import contents, event_line, put_tokens


@pytest.fixture
def pipe() -> Iterator[tuple[int, BinaryIO]]:
    """Lend both ends of a pipe."""
    read_end, write_end = os.pipe()
    with open(read_end, "rb") as reader:  # noqa: PTH123  a descriptor
        yield write_end, reader


def counted(store: Store) -> int:
    return sum(row[3] for row in contents(store, ("usage_hour",))["usage_hour"])


def wait_until(store: Store, requests: int) -> None:
    deadline = time.monotonic() + 30
    while counted(store) != requests:
        assert time.monotonic() < deadline, f"{counted(store)} of {requests} counted"
        time.sleep(0.05)


def test_lines_are_counted_while_the_pipe_stays_open(store: Store, pipe: tuple[int, BinaryIO]) -> None:
    put_tokens(store, ("ACME", "T01"))
    write_end, reader = pipe
    lines = [event_line(NOW - timedelta(seconds=number), "T01", agent="x" * 60) + "\n" for number in range(40)]
    ended = threading.Thread(target=lambda: import_usage(store, [reader], now=NOW), daemon=True)
    ended.start()
    os.write(write_end, "".join(lines[:20]).encode())
    wait_until(store, 20)
    os.write(write_end, lines[20][:30].encode())
    os.write(write_end, (lines[20][30:] + "".join(lines[21:])).encode())
    wait_until(store, 40)
    assert ended.is_alive()
    os.close(write_end)
    ended.join(30)
    assert not ended.is_alive()
    assert counted(store) == 40


def test_the_same_stream_from_its_start_counts_only_what_is_new(store: Store) -> None:
    put_tokens(store, ("ACME", "T01"))
    lines = [event_line(NOW - timedelta(seconds=number), "T01") + "\n" for number in range(60)]
    for upto, expected in ((30, 30), (60, 60), (60, 60)):
        read_end, write_end = os.pipe()
        os.write(write_end, "".join(lines[:upto]).encode())
        os.close(write_end)
        with open(read_end, "rb") as reader:  # noqa: PTH123  a descriptor
            import_usage(store, [reader], now=NOW)
        assert counted(store) == expected


def test_a_long_file_is_read_on_without_reading_what_is_known(store: Store, tmp_path: Path) -> None:
    put_tokens(store, ("ACME", "T01"))
    log = tmp_path / "live.jsonl"
    first = [event_line(NOW - timedelta(seconds=number), "T01") for number in range(200)]
    log.write_text("\n".join(first) + "\n")
    import_usage(store, [log], now=NOW)
    known = log.stat().st_size
    with log.open("a") as file:
        file.write(json.dumps({"at": "2026-03-16T08:59:00Z", "token": "T01"}) + "\n")
    seen: list[int] = []
    summary = import_usage(store, [log], now=NOW, progress=lambda done, total: seen.append(done))
    assert summary.counted == 1
    assert summary.logs[0].already == 200
    assert seen == [log.stat().st_size]
    assert known < seen[0]
