"""Running a piece of a test in a process of its own: one that can be killed, stopped, limited or stripped of root's rights."""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH, _CAP_LINUX_IMMUTABLE = 1, 2, 9
_CAPABILITY_VERSION_3 = 0x20080522


def start(work: Callable[[], object]) -> int:
    """Run `work` in a forked child and return its process id; it ends with 0, or 1 after printing what was raised."""
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the threads of pytest-xdist are idle
        child = os.fork()
    if child == 0:
        _run(work)
    return child


def _run(work: Callable[[], object]) -> NoReturn:
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001  whatever it was, it must not run on in the test's own stack
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def ask(work: Callable[[], T]) -> T:
    """Run `work` in a child, wait for it and return what it returned; fails when it raised or was killed."""
    reading, writing = os.pipe()

    def answer() -> None:
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(work(), pipe)

    child = start(answer)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, f"the child ended with {os.waitstatus_to_exitcode(status)}"
    found: T = pickle.loads(said)
    return found


def kill(child: int) -> None:
    """Kill a child with -9 and wait until it is gone."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def become_ordinary() -> None:
    """Give up root's right to pass file permissions by; a process that never had it keeps what it has."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    data: Any = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, data) == 0
    mask = ~sum(1 << bit for bit in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH, _CAP_LINUX_IMMUTABLE)) & 0xFFFFFFFF
    data[0] &= mask
    data[1] &= mask
    assert libc.capset(header, data) == 0, os.strerror(ctypes.get_errno())
