"""When Python looks for garbage: not while the program starts, since nothing that is made then is thrown away."""

from __future__ import annotations

import gc

STARTED_S = 2.0
"""How long after it was mounted the console has certainly shown its first rows."""


def put_off() -> None:
    """Look for no garbage until `take_up`: that costs a start about a tenth of its time, and finds nothing."""
    gc.disable()


def take_up() -> None:
    """Look for garbage again after `put_off`, but never among what the start has made: it stays to the end."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
