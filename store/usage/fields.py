"""Turning what a log says into an event: moments, numbers, texts cut to size, queries cut off, tokens masked."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NoReturn
from urllib.parse import unquote

from store.moments import DAY_MS, EPOCH, SECOND_MS
from store.rules.usage import Outcome, outcome_for
from store.usage.events import Event, LineError

ID_CAP = 200
ADDRESS_CAP, METHOD_CAP, WORD_CAP, TEXT_CAP = 64, 16, 100, 300
_STEP_CAP = 20
_TOKEN = re.compile(r"([a-z0-9]{2,12}_(?:live|test)_([0-9A-Za-z]{12}))_[0-9A-Za-z]{4,}")
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_MONTHS = {
    "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12,
}  # fmt: skip
FAR_SECONDS = 253_402_300_800
"""From this number on, it counts milliseconds."""

_DAYS: dict[str, int] = {}
_ZONES: dict[str, int] = {"Z": 0, "": 0, "+0000": 0}


def _refuse_constant(_: str) -> NoReturn:
    raise LineError("a number is not a number (NaN or Infinity)")


_DECODE = json.JSONDecoder(parse_constant=_refuse_constant).decode


def json_object(line: str) -> dict[str, Any]:
    """Return the JSON object a line holds; raises LineError for anything else, however deep or long."""
    value = _decoded(line)
    if type(value) is not dict:
        raise LineError("not a JSON object")
    return value


def json_list(text: str) -> list[Any]:
    """Return the JSON list a text holds; raises LineError for anything else."""
    value = _decoded(text)
    if type(value) is not list:
        raise LineError("not a JSON list")
    return value


def _decoded(text: str) -> Any:
    try:
        return _DECODE(text)
    except LineError:
        raise
    except RecursionError:
        raise LineError("the JSON is nested too deeply") from None
    except ValueError:
        raise LineError("not JSON") from None


def iso_ms(text: str) -> int:
    """Return the milliseconds of an ISO moment; without a zone it is UTC. Raises LineError."""
    try:
        moment = datetime.fromisoformat(text)
        since = (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)) - EPOCH
    except (ValueError, OverflowError):
        raise LineError("the time is not a time") from None
    return _after_1970(since.days * DAY_MS + since.seconds * SECOND_MS + since.microseconds // 1_000)


@lru_cache(maxsize=4_000)
def log_ms(text: str) -> int:
    """Return the milliseconds of `16/Mar/2026:09:00:00 +0000`; days and zones are worked out once each. Raises LineError."""
    day, zone = text[:11], text[21:]
    try:
        base = _DAYS[day] if day in _DAYS else _learn_day(day)
        offset = _ZONES[zone] if zone in _ZONES else _learn_zone(zone)
        hour, minute, second = text[12:14], text[15:17], text[18:20]
        if not (hour + minute + second).isdigit() or text[14] != ":" or not text.isascii():
            raise ValueError
        seconds = int(hour) * 3_600 + int(minute) * 60 + int(second)
    except (ValueError, KeyError, IndexError):
        raise LineError("the time is not a time") from None
    if hour > "23" or minute > "59" or second > "60":
        raise LineError("the time is not a time")
    return _after_1970(base + (seconds - offset) * SECOND_MS)


def _learn_day(day: str) -> int:
    number, month, year = day.split("/")
    if not (number.isdigit() and year.isdigit() and day.isascii()):
        raise ValueError(day)
    since = datetime(int(year), _MONTHS[month], int(number), tzinfo=UTC) - EPOCH
    if len(_DAYS) > 4_000:
        _DAYS.clear()
    return _DAYS.setdefault(day, since.days * DAY_MS)


def _learn_zone(zone: str) -> int:
    text = zone.strip()
    if len(text) != 5 or text[0] not in "+-" or not text[1:].isdigit() or not text.isascii():
        raise ValueError(zone)
    seconds = int(text[1:3]) * 3_600 + int(text[3:]) * 60
    if len(_ZONES) > 4_000:
        _ZONES.clear()
    return _ZONES.setdefault(zone, -seconds if text[0] == "-" else seconds)


def moment_ms(value: object) -> int:
    """Return the milliseconds of whatever a JSON log calls a time: ISO text, log text, or seconds or milliseconds since 1970."""
    if type(value) is str:
        if value[2:3] == "/":
            return log_ms(value)
        if value[4:5] == "-":
            return iso_ms(value)
        number = _as_number(value)
    else:
        number = _as_number(value)
    if number is None:
        raise LineError("the time is missing" if value in (None, "") else "the time is not a time")
    if number < FAR_SECONDS:
        return _after_1970(int(round(number * SECOND_MS, 3)))
    return _after_1970(int(number))


def _after_1970(value: int) -> int:
    if not 0 <= value < FAR_SECONDS * SECOND_MS:
        raise LineError("the time is outside 1970-9999")
    return value


def _as_number(value: object) -> float | int | None:
    if type(value) is int or type(value) is float:
        return value if abs(value) < 1e18 else None
    if type(value) is str and len(value) < 25 and value.isascii():
        try:
            return float(value) if "." in value else int(value)
        except ValueError:
            return None
    return None


def status_of(value: object) -> int | None:
    """Return an HTTP status, None where the log gives none; raises LineError for anything else."""
    if type(value) is not int:
        if value in (None, "", "-", "000"):
            return None
        if type(value) is not str or len(value) != 3 or not (value.isascii() and value.isdigit()):
            raise LineError("the status is not an HTTP status")
        value = int(value)
    if value == 0:
        return None
    if not 100 <= value <= 599:
        raise LineError("the status is not an HTTP status")
    return value


def microseconds(value: object, per_unit: int) -> int | None:
    """Return a duration in microseconds from a number of units of `per_unit` microseconds; None when it is no duration."""
    number = _as_number(value)
    return None if number is None or not 0 <= number * per_unit < 1e15 else int(round(number * per_unit, 3))


def outcome_of(word: object, status: int | None) -> Outcome:
    """Return the outcome a log names, or the one its status stands for; raises LineError for an unknown word."""
    if not word:
        return Outcome.VALID if status is not None and status < 400 else outcome_for(status)
    found = _OUTCOMES.get(word.upper()) if type(word) is str else None
    if found is None:
        raise LineError("the outcome is not one of the known words")
    return found


def make_event(
    at_ms: int,
    token: object,
    *,
    outcome: object = None,
    status: object = None,
    address: object = "",
    agent: object = "",
    method: object = "",
    path: object = "",
    service: object = "",
    latency_us: int | None = None,
    request_id: object = "",
    account: object = "",
    scope: object = "",
    kind: str = "",
    gateway: object = "",
    step: object = "",
) -> Event:
    """Build an event from raw values: this is where queries and tokens are cut out of everything that will be kept."""
    answer = status_of(status)
    token_id, masked = token_id_of(token)
    texts = [text_of(address), text_of(agent), text_of(method), path_of(path), text_of(service), text_of(request_id)]
    together = "".join(texts)
    if could_hold_token(together):
        # Before the cut: half a token would no longer look like one.
        clean = [without_tokens(text) for text in texts]
        masked = masked or clean != texts
        texts = clean
    return Event(
        at_ms, token_id, outcome_of(outcome, answer), answer,
        texts[0][:ADDRESS_CAP], texts[1][:TEXT_CAP], texts[2][:METHOD_CAP], texts[3][:TEXT_CAP], texts[4][:WORD_CAP],
        latency_us, texts[5][:WORD_CAP], text_of(account)[:ID_CAP], masked, text_of(scope)[:WORD_CAP], kind,
        text_of(gateway)[:WORD_CAP] if gateway else "", step_of(step),
    )  # fmt: skip


def step_of(value: object) -> str:
    """Return the name of a step, empty for what can't be one."""
    return value if type(value) is str and value.isalpha() and len(value) <= _STEP_CAP else ""


def token_id_of(token: object) -> tuple[str, bool]:
    """Return the public id in a token field, and whether a whole token stood there, of which only the id is kept."""
    if type(token) is int:
        token = str(token)
    if type(token) is not str:
        return "", False
    token = token.strip()
    if not token.strip("-"):
        return "", False
    if could_hold_token(token):
        found = _TOKEN.search(token)
        if found is not None:
            return found[2], True
    if len(token) > ID_CAP:
        raise LineError("the token id is longer than 200 characters")
    return (token if token.isprintable() else text_of(token)), False


def could_hold_token(text: str) -> bool:
    """Say whether a token, whole or cut, could stand in a text: so cheap that every line can be asked."""
    return "_live_" in text or "_test_" in text


def without_tokens(text: str) -> str:
    """Return a text in which every token, whole or cut, is reduced to its public part."""
    return _TOKEN.sub(r"\1_***", text)


def path_of(value: object) -> str:
    """Return the path of a request target: no query, no fragment, no host, no user, decoded where that hides a token."""
    text = value if type(value) is str else ""
    if "?" in text or "#" in text:
        text = text.partition("?")[0].partition("#")[0]
    if "://" in text:
        text = "/" + text.partition("://")[2].partition("/")[2]
    if "%" in text:
        plain = unquote(text)
        if _TOKEN.search(plain) is not None:
            text = plain.partition("?")[0]
    return text_of(text)


def text_of(value: object) -> str:
    """Return a text without what can't be printed, digits for a whole number, and nothing for anything else."""
    if not value:
        return ""
    if type(value) is not str:
        return str(value) if type(value) is int and abs(value) < 10**18 else ""
    return value if value.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in value)
