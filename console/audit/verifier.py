#!/usr/bin/env python3
"""Check an exported audit log without the store it came from: one file, Python 3.9 or newer and its standard library.

    python3 verify.py audit.jsonl [later.jsonl ...] [--against KEPT]... [--key KEYFILE]

The format, version 1: JSON Lines in ASCII. The first line is a header, then one line of the audit log each, the last one
is the head. A header holds "format" ("tokendesk-audit/1"), "store" (the store's id), "after" (the number of the line
before the first one) and "link" (that line's hash, 64 zeros when after is 0). A line of the log holds

    account_id action action_id actor actor_how actor_role at case_id detail prev_hash private_digest scopes seq
    session state_digest token_id token_name     what its hash covers; "at" in milliseconds since 1970, digests in hex
    hash    SHA-256 over the canonical JSON of exactly those: keys sorted, ASCII, no spaces; in hex
    time    "at" in words, for whoever reads

"seq" counts up by one, "prev_hash" is the hash of the line before. The last line is {"audit-head": "SEQ HASH"} or, sealed,
{"audit-head": "SEQ HASH sealed TIME STORE KEYID MAC"}: MAC is HMAC-SHA-256 in hex under the key file's bytes over
"tokendesk-audit-seal/1 SEQ HASH TIME STORE", KEYID the first 16 hex digits of SHA-256 over "tokendesk-audit-key/1 " and the
key's bytes. The key is never in the store: whoever can rewrite the whole log still can't seal it.

KEPT is what you kept from earlier: another export, a report (PDF, or the text beside its CSV), or a text with lines
`audit-head: SEQ HASH`. Its heads must still be in the log. Give exports that follow each other in their order.

Exit codes: 0 whole, 2 changed at a line that is named, 3 shorter than something kept, 4 a seal is wrong or missing,
5 can't be read.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Union

FORMAT = "tokendesk-audit/1"
COLUMNS = (
    "account_id", "action", "action_id", "actor", "actor_how", "actor_role", "at", "case_id", "detail", "prev_hash",
    "private_digest", "scopes", "seq", "session", "state_digest", "token_id", "token_name",
)  # fmt: skip
FIRST_LINK = "0" * 64
CHANGED, SHORTER, SEAL, UNREADABLE = 2, 3, 4, 5
LONGEST_LINE = 4_000_000
_HEAD = rb"(\d{1,18})[ :]([0-9a-f]{64})(?: sealed (\S{1,40}) (\S{1,80}) ([0-9a-f]{16}) ([0-9a-f]{64}))?"
_TEXT = re.compile(rb'[ \t]*"?audit-head"?[ \t]*:[ \t]*"?' + _HEAD)
_PDF = re.compile(rb"/Keywords *\([^)]{0,600}?audit-head: ?" + _HEAD)


_VALUE = rb'(?:"[^"\\]*"|null)'
_TEXTUAL = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
_PARTS = {
    "actor": _TEXTUAL,
    "detail": _TEXTUAL,
    "token_name": _TEXTUAL,
    "at": rb"(-?\d{1,18})",
    "prev_hash": rb'"([^"\\]*)"',
    "seq": rb"(\d{1,18})",
}
_WRITTEN = re.compile(
    rb'\{"time":"([^"\\]*)","hash":"([^"\\]*)",('
    + b",".join(b'"%s":%s' % (name.encode(), _PARTS.get(name, _VALUE)) for name in COLUMNS)
    + rb"\})\n"
)
"""A line just as it is exported: what is hashed stands in it as it is, so it need not be taken apart and put together again.

Digests need not look like any: they are compared with what they have to be. A line with a backslash where none is expected is
looked at the slow way."""

Found = Union["re.Match[bytes]", tuple[int, str]]


class Wrong(Exception):
    """Something is not as it was: the exit code, and a sentence."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def key_id(key: bytes) -> str:
    """Return what names a key without telling it."""
    return hashlib.sha256(b"tokendesk-audit-key/1 " + key).hexdigest()[:16]


def sealed(head: tuple[int, str], time: str, store: str, key: bytes) -> str:
    """Return a head with its seal."""
    text = f"tokendesk-audit-seal/1 {head[0]} {head[1]} {time} {store}"
    mac = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"{head[0]} {head[1]} sealed {time} {store} {key_id(key)} {mac}"


def read_key(path: str) -> bytes:
    """Return the bytes of a key file. Raises Wrong for one that is shorter than 16 bytes or can't be read."""
    try:
        with Path(path).open("rb") as file:
            key = file.read(65_537)
    except OSError as error:
        raise Wrong(UNREADABLE, f"The key file can't be read: {error.strerror}.") from None
    if not 16 <= len(key) <= 65_536:
        raise Wrong(UNREADABLE, "A key file holds 16 to 65,536 bytes.")
    return key


def head_of(found: re.Match[bytes], key: bytes | None) -> tuple[int, str, bool]:
    """Return the number and hash of a head that was found, and whether `key` sealed it. Raises Wrong for a bad seal."""
    number, link, time, store, _, mac = (b"" if part is None else part for part in found.groups())
    head = int(number), link.decode()
    if key is None or not mac:
        return (*head, False)
    right = sealed(head, time.decode("ascii", "replace"), store.decode("ascii", "replace"), key)
    if not hmac.compare_digest(right[-64:].encode(), mac):
        raise Wrong(SEAL, f"The seal of head #{head[0]} is not one of this key: it was made with another, or forged.")
    return (*head, True)


def kept_heads(path: str, key: bytes | None = None) -> Iterator[tuple[int, str]]:
    """Yield (seq, hash) of everything a kept file knows: the head it names, or every line of an export.

    With a key its newest head has to be sealed. Raises Wrong: no head, a bad seal, unreadable.
    """
    newest, newest_sealed, heads = 0, False, 0
    try:
        with Path(path).open("rb") as file:
            start = file.read(5)
            file.seek(0)
            in_pdf = _PDF.search(file.read(100_000_000)) if start == b"%PDF-" else None
            found: Found
            for found in [in_pdf] if in_pdf else _found_in(file):
                if isinstance(found, tuple):
                    number, link, by_key = found[0], found[1], False
                else:
                    number, link, by_key = head_of(found, key)
                    heads += 1
                if number > newest:
                    newest, newest_sealed = number, by_key
                elif number == newest:
                    newest_sealed = newest_sealed or by_key
                yield number, link
    except OSError as error:
        raise Wrong(UNREADABLE, f"The kept file can't be read: {error.strerror}.") from None
    if not heads:
        raise Wrong(UNREADABLE, "The kept file names no head of an audit log (`audit-head: SEQ HASH`).")
    if key is not None and not newest_sealed:
        raise Wrong(SEAL, f"Head #{newest} of the kept file is not sealed with a key.")


def _found_in(file: BinaryIO) -> Iterator[Found]:
    """Yield matches of heads at the beginning of lines, and (seq, hash) of lines of an export."""
    exported = False
    for number, raw in enumerate(iter(lambda: file.readline(LONGEST_LINE), b"")):
        if number == 0 and raw.startswith(b'{"format":"' + FORMAT.encode()):
            exported = True
        elif exported and (written := _WRITTEN.fullmatch(raw)):
            yield int(written[6]), written[2].decode()
        elif exported:
            record = parsed(raw, number + 1)
            if "audit-head" in record:
                head = re.compile(_HEAD).fullmatch(str(record["audit-head"]).encode("ascii", "replace"))
                if head:
                    yield head
            elif type(record.get("seq")) is int and isinstance(record.get("hash"), str):
                yield record["seq"], record["hash"]
        else:
            found = _TEXT.match(raw)
            if found:
                yield found


def parsed(raw: bytes, number: int) -> dict[str, Any]:
    """Return the object of one line. Raises Wrong when it is anything else, or says a name twice."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError
        return found

    try:
        record = json.loads(raw.decode("ascii"), object_pairs_hook=once)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict) or not raw.endswith(b"\n"):
        raise Wrong(UNREADABLE, f"Line {number} of the file is not a whole JSON object in ASCII.")
    return record


def check_line(record: dict[str, Any], seq: int, link: str) -> str:
    """Return the hash of one line of the log, which has to be number `seq` and follow `link`. Raises Wrong."""
    if set(record) != {*COLUMNS, "hash", "time"} or type(record["seq"]) is not int or type(record["at"]) is not int:
        raise Wrong(CHANGED, f"Something was added to audit line {seq} or taken away.")
    if record["seq"] != seq:
        raise Wrong(CHANGED, f"Audit line {seq} is missing or out of its place; line {record['seq']} stands there.")
    if record["prev_hash"] != link:
        raise Wrong(CHANGED, f"Audit line {seq} does not follow the line before it.")
    text = json.dumps({name: record[name] for name in COLUMNS}, sort_keys=True, separators=(",", ":"))
    found = hashlib.sha256(text.encode()).hexdigest()
    if found != record["hash"] or record["time"] != time_of(record["at"]):
        raise Wrong(CHANGED, f"Audit line {seq} was changed after it was written.")
    return found


def follows(raw: bytes, seq: int, link: str) -> str:
    """Return the hash of a line that stands as it was exported and is number `seq` behind `link`; "" to look closer."""
    written = _WRITTEN.fullmatch(raw)
    if written is None:
        return ""
    time, found, text, at, before, number = written.groups()
    right = hashlib.sha256(b"{" + text).hexdigest()
    known = number == b"%d" % seq and before == link.encode() and found == right.encode()
    return right if known and time == time_of(int(at)).encode() and text.isascii() else ""


def time_of(at: int) -> str:
    """Write milliseconds since 1970 as a time in UTC; "" for one that no calendar has."""
    days, rest = divmod(at, 86_400_000)
    seconds, thousandths = divmod(rest, 1_000)
    minutes, second = divmod(seconds, 60)
    day = day_of(days)
    return f"{day}T{minutes // 60:02}:{minutes % 60:02}:{second:02}.{thousandths:03}Z" if day else ""


@lru_cache(maxsize=10_000)
def day_of(days: int) -> str:
    """Write days since 1970 as a date; "" for one that no calendar has."""
    try:
        return f"{datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(days=days):%Y-%m-%d}"
    except OverflowError:
        return ""


def check_exports(paths: list[str], kept: dict[int, str], key: bytes | None) -> tuple[int, int, str]:
    """Check exports in their order against the heads of `kept`, a dict of number to hash; return (first, last, hash)."""
    first, seq, link, store = 0, 0, FIRST_LINK, None
    found_heads: set[int] = set()
    for path in paths:
        closed = False
        with Path(path).open("rb") as file:
            for number, raw in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
                known = "" if number == 1 or closed else follows(raw, seq + 1, link)
                if known:
                    link, seq = known, seq + 1
                    if seq not in kept:
                        continue
                record = {} if known else parsed(raw, number)
                if closed:
                    raise Wrong(CHANGED, "Something follows the head, which is the last line of an export.")
                if number == 1:
                    if record.get("format") != FORMAT or type(record.get("after")) is not int or record["after"] < 0:
                        raise Wrong(UNREADABLE, f"This is no export of the format {FORMAT}.")
                    if first and (record["after"], record.get("link"), record.get("store")) != (seq, link, store):
                        raise Wrong(CHANGED, f"An export does not go on where the one before it ended, at #{seq}.")
                    first, seq, link = first or record["after"] + 1, record["after"], str(record.get("link"))
                    store = record.get("store")
                    if seq == 0 and link != FIRST_LINK:
                        raise Wrong(CHANGED, "A log does not begin after another line.")
                elif "audit-head" in record:
                    found = re.compile(_HEAD).fullmatch(str(record["audit-head"]).encode("ascii", "replace"))
                    if not found or head_of(found, key)[:2] != (seq, link):
                        raise Wrong(CHANGED, f"The head that the export names is not its newest line, #{seq}.")
                    if key is not None and not head_of(found, key)[2]:
                        raise Wrong(SEAL, f"Head #{seq} is not sealed with a key.")
                    if found[4] and found[4].decode("ascii", "replace") != store:
                        raise Wrong(SEAL, f"The seal of head #{seq} is that of another store.")
                    closed = True
                elif not known:
                    link, seq = check_line(record, seq + 1, link), seq + 1
                if seq in kept:
                    if kept[seq] != link:
                        raise Wrong(CHANGED, f"Line #{seq} is not the one that was kept: the log was rewritten there or before.")
                    found_heads.add(seq)
        if not closed:
            raise Wrong(UNREADABLE, f"The export breaks off after #{seq}: it names no head.")
    last = max(kept, default=0)
    if last > seq:
        raise Wrong(SHORTER, f"{last - seq} rows missing after #{seq}: something kept knows #{last}.")
    unseen = [number for number in kept if number >= first - 1 and number not in found_heads]
    if unseen:
        raise Wrong(CHANGED, f"Line #{min(unseen)}, which was kept, is not in the exports.")
    return first, seq, link


def main(given: list[str]) -> int:
    """Check what the arguments name, print what was found and return the exit code."""
    paths: list[str] = []
    against: list[str] = []
    kept: dict[int, str] = {}
    key = None
    try:
        arguments = iter(given)
        for argument in arguments:
            if argument == "--against":
                against.append(next(arguments))
            elif argument == "--key":
                key = read_key(next(arguments))
            elif argument.startswith("--"):
                raise StopIteration
            else:
                paths.append(argument)
        if not paths:
            raise StopIteration
        for name in against:
            for number, link in kept_heads(name, key):
                if kept.setdefault(number, link) != link:
                    raise Wrong(CHANGED, f"Two things that were kept do not agree about line #{number}.")
        first, seq, link = check_exports(paths, kept, key)
    except StopIteration:
        print(__doc__)
        return UNREADABLE
    except OSError as error:
        print(f"An export can't be read: {error.strerror}.")
        return UNREADABLE
    except Wrong as wrong:
        print(wrong)
        return wrong.code
    print(f"Whole: audit lines {first} to {seq}, head {seq} {link}.")
    compared = [number for number in kept if number >= first - 1]
    if compared:
        print(f"It holds what was kept: {len(compared)} known line(s), the newest #{max(compared)}.")
    elif kept:
        print("Everything kept is older than these exports; give the earlier ones too.")
    elif key is None:
        print("Nothing kept from earlier was compared: a log that was cut or rebuilt as a whole would not show.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
