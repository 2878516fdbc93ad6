"""What is kept of a fault: where it happened and of what kind; no values, no messages, no customer, no secret.

Messages of exceptions are left out as well: they quote what went wrong, and that may be anything (security.md finding 4).
"""

from __future__ import annotations

import os
import platform
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

EXIT_CODE = 70
_KEPT = 20


def reports_folder() -> Path:
    """Return where reports of faults are kept, private to the person."""
    from platformdirs import user_state_path

    return user_state_path("tokendesk") / "faults"


def report_of(error: BaseException) -> str:
    """Describe an exception and those that led to it: types and frames (file, line, function) only."""
    about = (
        f"tokendesk {_version('tokendesk')}, textual {_version('textual')}, Python {platform.python_version()}, {sys.platform}"
    )
    return "\n".join([about, *(line for one in _chain(error) for line in _lines(one))]) + "\n"


def keep_report(error: BaseException, folder: Path | None = None) -> str:
    """Write the report into a new file (mode 0600) and return one sentence for the person, with its path."""
    what = f"tokendesk has a fault and had to stop ({type(error).__qualname__}{_where(error)})."
    try:
        path = _write(report_of(error), reports_folder() if folder is None else folder)
    except OSError as failure:
        return f"{what} A report could not be written: {failure.strerror}."
    return f"{what} The report holds no secrets and no customer data: {path}"


def _write(report: str, folder: Path) -> Path:
    import tempfile  # brings the compression libraries along, which a start without a fault needs not wait for

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(prefix="fault-", suffix=".txt", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(report)
    for old in sorted(folder.glob("fault-*.txt"), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
        old.unlink(missing_ok=True)
    return Path(name)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, what it wraps, and what it came from, each once."""
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = list(one.exceptions) if isinstance(one, BaseExceptionGroup) else []
        wrapped = getattr(one, "error", None)  # what Textual's WorkerFailed carries
        waiting += [each for each in (*inner, wrapped, one.__cause__, one.__context__) if isinstance(each, BaseException)]


def _lines(error: BaseException) -> Iterator[str]:
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    for frame, line in traceback.walk_tb(error.__traceback__):
        yield f"  {_short(frame.f_code.co_filename)}:{line} in {frame.f_code.co_qualname}"


def _where(error: BaseException) -> str:
    frames = [(frame, line) for each in _chain(error) for frame, line in traceback.walk_tb(each.__traceback__)]
    return f" at {_short(frames[-1][0].f_code.co_filename)}:{frames[-1][1]}" if frames else ""


def _short(file: str) -> str:
    """Return a file as our own or a library's, without the folders it is installed in."""
    path = Path(file)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return "/".join(path.parts[-3:])


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "?"
