"""Writing an export to a file: private from its first byte, and in its place only once it is whole."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path

from console.reports.cells import Value, csv_line, json_text
from console.reports.exports import Export
from store.errors import BadInput, Refused

if TYPE_CHECKING:
    from store.reader import Reader

FORMATS = ("csv", "json")


class Stopped(Exception):
    """The person does not want the file any more; it is gone."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole file that is not in its place yet: how many rows it holds, and the SHA-256 of its bytes in hex."""

    path: Path
    rows: int
    sha256: str

    def publish(self, path: Path, *, replace: bool) -> None:
        """Put it in its place; without `replace` never over another file. Raises Refused, and the draft is gone then."""
        try:
            if replace:
                self.path.replace(path)
            else:
                _place(self.path, path)
        except OSError as error:
            raise Refused(f"{path} could not be written: {error.strerror}.", "Choose another name.") from None
        finally:
            self.drop()

    def drop(self) -> None:
        """Remove it."""
        with suppress(OSError):
            self.path.unlink()


def _place(draft: Path, path: Path) -> None:
    """Put a file in its place unless something is there: a second link can't replace anything, where there are such."""
    try:
        os.link(draft, path)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP):
            raise
        if path.exists() or path.is_symlink():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        draft.rename(path)


def default_path(what: str, form: str, now: datetime) -> Path:
    """Return a free name in the person's data folder, from the list and the date: `tokens-2026-03-16.csv`."""
    folder = user_data_path("tokendesk") / "exports"
    names = (folder / f"{what}-{now:%Y-%m-%d}{'' if number == 1 else f'-{number}'}.{form}" for number in range(1, 1_000))
    return next((path for path in names if not path.exists()), folder / f"{what}-{now:%Y-%m-%dT%H%M%S}.{form}")


def place_words(path: Path) -> str:
    """Return where a file is, the shorter way: one's own home folder is `~`."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)


def checked_path(text: str, form: str, known: Sequence[str] = FORMATS) -> Path:
    """Return where a file is to be; an ending that is one of those `known` follows the format.

    Raises BadInput for a place that can't be written to.
    """
    if not text.strip() or "\0" in text:
        raise BadInput("The file has no name.", "Type one.")
    path = Path(text.strip()).expanduser().absolute()
    if path.suffix.lstrip(".") in known:
        path = path.with_suffix(f".{form}")
    if path.parent == user_data_path("tokendesk") / "exports":
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent}.", "Make it first, or choose another.")
    if path.is_dir():
        raise BadInput(f"{path} is a folder.", "Add the name of a file.")
    return path


def write_draft(reader: Reader, export: Export, form: str, path: Path, heard: Callable[[int], None]) -> Draft:
    """Write a whole export beside its place, mode 0600, and return it.

    `heard` is told after each chunk how many rows are written; what it raises ends it, and nothing stays behind.
    Raises Refused when the disk takes no more, StoreError when the store can't be read.
    """
    pieces = ((text.encode("utf-8", "backslashreplace"), rows) for text, rows in _texts(reader, export, form))
    return drafted(path, pieces, heard)


def drafted(path: Path, pieces: Iterable[tuple[bytes, int]], heard: Callable[[int], None]) -> Draft:
    """Write a file beside its place, mode 0600, from pieces that come with the number of rows so far, and return it.

    `heard` is told after each piece how many rows are written; what it or the pieces raise ends it, and nothing stays behind.
    Raises Refused when the disk takes no more.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".tokendesk-", dir=path.parent)
    except OSError as error:
        raise Refused(f"Nothing can be written to {path.parent}: {error.strerror}.", "Choose another folder.") from None
    digest, rows = hashlib.sha256(), 0
    try:
        with os.fdopen(handle, "wb") as file:
            for data, rows in pieces:
                digest.update(data)
                file.write(data)
                heard(rows)
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        with suppress(OSError):
            Path(name).unlink()
        if isinstance(error, OSError):
            raise Refused(f"{path} could not be written: {error.strerror}.", "Make room, or choose another folder.") from None
        raise
    return Draft(Path(name), rows, digest.hexdigest())


def _texts(reader: Reader, export: Export, form: str) -> Iterator[tuple[str, int]]:
    """Yield the file's text in pieces, and how many rows are in all so far."""
    number = 0
    if form == "csv":
        yield ",".join(export.fields) + "\n", 0
    place: object | None = None
    while True:
        rows, place = export.chunk(reader, place)
        if form == "csv":
            yield "".join(csv_line([_cell(value) for value in row]) + "\n" for row in rows), number + len(rows)
        else:
            objects = [json_text(dict(zip(export.fields, row, strict=True))) for row in rows]
            opening = "" if not objects else "[\n" if number == 0 else ",\n"
            yield opening + ",\n".join(objects), number + len(rows)
        number += len(rows)
        if place is None:
            break
    if form == "json":
        yield "\n]\n" if number else "[]\n", number


def _cell(value: Value) -> Value:
    """Return what stands in one cell: of an object its JSON."""
    return json_text(value) if isinstance(value, dict) else value
