"""What a drill is played on: a fresh store with its key, a text that gives a token away, and a gateway that is called."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from console.actor import actor_at
from console.drill.caller import Asker, Caller
from console.drill.gateway import Gateway, running_gateway, store_url
from console.drill.stopping import Stop
from store.address import Address
from store.demo.leak import Leak, build_leak
from store.opening import Store
from store.rows import TokenKey
from store.rules.roles import Actor

CASE = "DRILL-1"
_LOG = """\
2026-03-16T09:12:02Z step 3/7: install                 ok    41.2 s
2026-03-16T09:12:43Z step 4/7: build                   ok    18.9 s
2026-03-16T09:13:02Z step 5/7: smoke test
+ set -x
+ export API=https://api.example.com/v1
+ ./wait-for.sh "$API/health"
health: 200 in 31 ms
+ echo 'first orders of today'
+ curl -sS -H 'Authorization: Bearer {token}' "$API/orders?limit=1"
{{"orders": [{{"id": "o-204881", "state": "paid"}}]}}
2026-03-16T09:13:05Z step 5/7: smoke test              ok     3.1 s
2026-03-16T09:13:05Z step 6/7: publish log to the public bucket
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything a step needs. `leaked` is the text, `practise` what a second terminal reads first."""

    store: Store
    key: TokenKey
    name: str
    hint: str
    actor: Actor
    folder: Path
    leaked: Path
    practise: Path
    gateway: Gateway
    caller: Caller

    def now(self) -> datetime:
        """Return the moment: a drill's clock runs."""
        return datetime.now(UTC)


@contextmanager
def drill_folder(keep: bool) -> Iterator[Path]:
    """Make a folder of the person's own, with room for a key of its own; it is gone afterwards unless it is kept."""
    folder = Path(tempfile.mkdtemp(prefix="tokendesk-drill-"))
    before = {name: os.environ.pop(name, None) for name in ("TOKENDESK_KEY", "TOKENDESK_KEY_FILE")}
    os.environ["TOKENDESK_KEY_FILE"] = str(folder / "key")
    try:
        yield folder
    finally:
        del os.environ["TOKENDESK_KEY_FILE"]
        os.environ.update({name: value for name, value in before.items() if value is not None})
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def set_up(folder: Path, address: Address, stop: Stop, progress: Callable[[int, int], None]) -> Iterator[Stage]:
    """Build the store, write the text, start the gateway and the caller; all of it ends with the block."""

    def told(done: int, total: int) -> None:
        stop.check()
        progress(done, total)

    leak = build_leak(address, secrets.randbelow(1_000_000), datetime.now(UTC), told)
    try:
        leaked, practise = _written(folder, leak)
        with running_gateway(address, folder, stop) as gateway:
            asker = Asker(gateway.address, leak.secret)
            caller = Caller(asker)
            caller.start()
            try:
                actor = actor_at(leak.store)
                yield Stage(leak.store, leak.key, leak.name, leak.hint, actor, folder, leaked, practise, gateway, caller)
            finally:
                caller.end()
                asker.close()
    finally:
        leak.store.close()


def _written(folder: Path, leak: Leak) -> tuple[Path, Path]:
    """Write the text that gives the token away, and the lines that make a shell work on this store."""
    leaked, practise = folder / "build.log", folder / "practise"
    _own(leaked, _LOG.format(token=leak.secret.reveal()))
    _own(
        practise,
        "unset TOKENDESK_KEY TOKENDESK_PROFILE TOKENDESK_READ_ONLY\n"
        f"export TOKENDESK_STORE={shlex.quote(store_url(leak.store.address))}\n"
        f"export TOKENDESK_KEY_FILE={shlex.quote(str(folder / 'key'))}\n",
    )
    return leaked, practise


def _own(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
