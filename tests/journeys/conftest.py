"""What journeys share: a clock that a test moves, and a mail server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import NOW
from tests.mail_server import Post, mail_server


class Clock:
    """The clock of every command, which a test moves."""

    def __init__(self) -> None:
        self.now = NOW


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of every command."""
    clock = Clock()
    monkeypatch.setattr("console.clock.Clock.now", lambda _: clock.now)
    return clock


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """A mail server that the settings name."""
    kept = Post()
    with mail_server(kept) as port:
        monkeypatch.setenv("TOKENDESK_MAIL_SERVER", f"smtp://127.0.0.1:{port}")
        monkeypatch.setenv("TOKENDESK_MAIL_FROM", "tokens@desk.example")
        yield kept
