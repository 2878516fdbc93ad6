"""Callers that go on whatever happens to the gateway, and an operator who goes on revoking: what each was told, and when."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from store.errors import StoreError
from store.opening import Store
from store.writes.orders import Issued
from tests.gateway.running import PATIENCE_S
from tests.making import revoke_token

_PAUSE_S = 0.002
_PATIENCE_S = 8.0
UNANSWERED = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """One check: when it began and ended (monotonic seconds), which token, the status; UNANSWERED when the connection broke."""

    began: float
    ended: float
    token: int
    status: int


class Traffic:
    """Threads that check the tokens in turn; `where` says at which address the gateway is now."""

    def __init__(self, where: Callable[[], str], tokens: Sequence[Issued], callers: int = 3) -> None:
        self.asked: list[Asked] = []
        self.ready: list[int] = []
        """The status of /readyz, asked several times a second."""

        self._where, self._secrets = where, [one.token.reveal() for one in tokens]
        self._ended = threading.Event()
        work = [self._call] * callers + [self._probe]
        self._threads = [threading.Thread(target=one, args=(number,), daemon=True) for number, one in enumerate(work)]
        for one in self._threads:
            one.start()

    def statuses(self, token: int | None = None, since: float = 0.0) -> list[int]:
        """Return how checks ended that began since then, of one token or of all."""
        return [one.status for one in self.asked[:] if one.began >= since and token in (None, one.token)]

    def end(self) -> None:
        """Stop after the questions that are under way."""
        self._ended.set()
        for one in self._threads:
            one.join(PATIENCE_S)
            assert not one.is_alive()

    def _call(self, number: int) -> None:
        http = httpx.Client(timeout=_PATIENCE_S)
        for token in itertools.cycle(range(number, len(self._secrets) + number)):
            if self._ended.wait(_PAUSE_S):
                http.close()
                return
            token %= len(self._secrets)
            began = time.monotonic()
            try:
                sent = {"Authorization": f"Bearer {self._secrets[token]}"}
                status = http.get(f"{self._where()}/check?service=api", headers=sent).status_code
            except httpx.TransportError:
                status = UNANSWERED
            self.asked.append(Asked(began, time.monotonic(), token, status))

    def _probe(self, _: int) -> None:
        with httpx.Client(timeout=_PATIENCE_S) as http:
            while not self._ended.wait(0.2):
                with suppress(httpx.TransportError):
                    self.ready.append(http.get(f"{self._where()}/readyz").status_code)


class Operator:
    """Revokes the tokens one after the other, again when that failed; `told` is when each was acknowledged, by its number."""

    def __init__(self, store: Store, tokens: Sequence[Issued], every_s: float) -> None:
        self.told: dict[int, tuple[float, int]] = {}
        """Token number -> (when it was acknowledged, the audit line)."""

        self.trouble: list[str] = []
        self._store, self._tokens, self._every_s, self._stop = store, tokens, every_s, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Say whether all of them are revoked."""
        return not self._thread.is_alive()

    def end(self) -> None:
        """Stop after the revocation that is under way."""
        self._stop.set()
        self._thread.join(PATIENCE_S * 2)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        for number, one in enumerate(self._tokens):
            while not self._stop.wait(self._every_s):
                try:
                    done = revoke_token(self._store, one.key, now=datetime.now(UTC))
                except StoreError as error:
                    self.trouble.append(error.problem)
                else:
                    self.told[number] = (time.monotonic(), done.seq)
                    break
