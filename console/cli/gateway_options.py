"""What the options of `tokendesk gateway serve` come down to."""

from __future__ import annotations

import re
import socket
from pathlib import Path

from store.errors import BadInput

_TIME = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h)?")
_UNITS = {"ms": 0.001, "s": 1.0, None: 1.0, "m": 60.0, "h": 3_600.0}
LONGEST_S = 86_400.0


def seconds_of(text: str, option: str) -> float:
    """Read a length of time such as 30s, 500ms, 2m or 0; raises BadInput for others and for more than a day."""
    match = _TIME.fullmatch(text.strip())
    seconds = None if match is None else float(match[1]) * _UNITS[match[2]]
    if seconds is None or seconds > LONGEST_S:
        raise BadInput(f"“{text[:30]}” is no time for {option}.", "Write it as 30s, 500ms or 2m, at most 24h; 0 for none.")
    return seconds


def place_of(listen: str) -> tuple[str, int]:
    """Read HOST:PORT, [IPV6]:PORT or PORT alone, which stands for this machine only; raises BadInput."""
    host, _, port = listen.strip().rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port) < 65_536):
        raise BadInput(f"“{listen[:60]}” is no place to listen.", "Write it as 127.0.0.1:8790.")
    return host.strip("[]") or "127.0.0.1", int(port)


def name_of(name: str | None, port: int) -> str:
    """Return what the gateway is called; raises BadInput for what can't be a name."""
    called = f"{socket.gethostname()[:60]}-{port}" if name is None else name
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}", called) is None:
        raise BadInput("This can't be a gateway's name.", "Use letters, digits, dots, dashes and underscores with --name.")
    return called


def spool_of(spool: Path | None, store_id: str, name: str) -> Path:
    """Return the folder checks are kept in until they are counted: one for each store and gateway."""
    from platformdirs import user_state_path

    return spool if spool is not None else user_state_path("tokendesk") / "gateway" / (store_id or "store") / name
