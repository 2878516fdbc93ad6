"""Reports of secret scanners (gitleaks, TruffleHog, GitHub for partners), a finding at a time, each with its place."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from store.errors import Refused

LONGEST = 16_000_000
"""A single record may have so many characters; one block and one record are held at a time."""

_decode = json.JSONDecoder().raw_decode


class Form(StrEnum):
    """How a leaked text is read."""

    TEXT = "text"
    GITLEAKS = "gitleaks"
    TRUFFLEHOG = "trufflehog"
    PARTNER = "partner"


_HOLDS = {Form.GITLEAKS: "Secret", Form.TRUFFLEHOG: "Raw", Form.PARTNER: "token"}
"""What each finding has: without it a report is of another kind, and would wrongly seem to hold nothing of ours."""


@dataclass(frozen=True, slots=True)
class Record:
    """One finding of a scanner: the texts that may hold the token, the best first (kept nowhere), and where it was seen."""

    texts: tuple[str, ...]
    place: str

    def __repr__(self) -> str:
        return f"Record(place={self.place!r})"


def recognised(beginning: bytes) -> Form:
    """Return the form a text has by what it begins with; whatever is not surely a report is plain text."""
    start = beginning.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"{" and b'"DetectorName"' in start and b'"SourceMetadata"' in start:
        return Form.TRUFFLEHOG
    if start[:1] == b"[" and start[1:].lstrip()[:1] == b"{":
        if b'"RuleID"' in start and b'"Secret"' in start:
            return Form.GITLEAKS
        if b'"token"' in start and b'"type"' in start and (b'"url"' in start or b'"source"' in start):
            return Form.PARTNER
    return Form.TEXT


def records(blocks: Iterable[bytes], form: Form) -> Iterator[Record]:
    """Yield the findings of a report in its order; raises Refused, in one sentence, where it is broken or cut off."""
    decoder, kept, number = codecs.getincrementaldecoder("utf-8-sig")("replace"), "", 0
    for block in blocks:
        kept += decoder.decode(block)
        while True:
            kept = kept.lstrip("[], \t\r\n")
            if not kept:
                break
            try:
                value, end = _decode(kept)
            except (ValueError, RecursionError):
                break
            number += 1
            if not isinstance(value, dict):
                raise _broken(form, number, "is no object")
            if _HOLDS[form] not in value:
                raise _broken(form, number, f"has no “{_HOLDS[form]}”")
            yield _record(value, form)
            kept = kept[end:]
        if len(kept) > LONGEST:
            raise _broken(form, number + 1, "can't be read")
    if kept:
        raise _broken(form, number + 1, "breaks off or can't be read")


def _broken(form: Form, number: int, why: str) -> Refused:
    return Refused(
        f"Read as a report of {form.value}, its record {number:,} {why}; nothing was done.",
        "Get the whole report, or search it as plain text with --format text.",
    )


def _record(value: Mapping[str, Any], form: Form) -> Record:
    match form:
        case Form.GITLEAKS:
            return Record(_texts(value, "Secret", "Match"), _file(value.get("File"), value.get("StartLine"), value.get("Commit")))
        case Form.TRUFFLEHOG:
            return Record(_texts(value, "Raw", "RawV2"), _metadata(value.get("SourceMetadata")))
        case Form.PARTNER:
            return Record(_texts(value, "token"), _word(value.get("url")) or _word(value.get("source")))
        case Form.TEXT:
            raise ValueError("plain text has no records")


def _texts(value: Mapping[str, Any], *names: str) -> tuple[str, ...]:
    return tuple(_word(value.get(name)) for name in names if _word(value.get(name)))


def _word(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _file(file: object, line: object, commit: object) -> str:
    """Write `billing/sync.py:12@0123456789ab`, as much of it as is known."""
    lines = f":{line}" if isinstance(line, int) and line > 0 else ""
    return _word(file) + lines + (f"@{_word(commit)[:12]}" if _word(commit) else "")


def _metadata(value: object) -> str:
    """Return the place of a TruffleHog finding, whatever kind of source it was: its file and line, or its link."""
    data = value.get("Data") if isinstance(value, dict) else None
    kind = next((one for one in data.values() if isinstance(one, dict)), {}) if isinstance(data, dict) else {}
    if _word(kind.get("file")):
        place = _file(kind.get("file"), kind.get("line"), kind.get("commit"))
        return f"{_word(kind.get('repository'))} {place}".strip()
    return _word(kind.get("link")) or " ".join(_word(one) for one in kind.values() if _word(one))
