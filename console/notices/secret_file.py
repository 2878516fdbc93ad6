"""Secrets for sending: from a variable or from a file nobody else can read; never from an argument."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from store.errors import Refused
from store.rules.secrets import Secret


def read_secret(variable: str, file: str, what: str) -> Secret | None:
    """Return the secret, None where none is set; raises Refused for a file that is open to others, empty or not there."""
    given = os.environ.get(variable, "").strip()
    if given:
        return Secret(given)
    if not file:
        return None
    path = Path(file).expanduser()
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Refused(f"Other users can read {path}, which holds {what}.", f"Close it with `chmod 600 {path}`.")
        value = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Refused(f"{path}, which holds {what}, can't be read: {error.strerror}.", "Check the path.") from None
    except UnicodeDecodeError:
        raise Refused(f"{path} is not text.", f"It should hold {what} on one line.") from None
    if not value or "\n" in value:
        raise Refused(f"{path} should hold {what} on one line.", "Write it again.")
    return Secret(value)
