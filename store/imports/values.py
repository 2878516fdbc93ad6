"""Reading the values of one row: each is checked, cut to size and free of secrets before it goes any further."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from store.imports.records import Remark, RowError
from store.moments import EPOCH, parse_moment
from store.rules.scopes import normal
from store.usage.fields import without_tokens

ID_CAP, NAME_CAP, TEXT_CAP, SCOPE_CAP, MOST_SCOPES = 200, 200, 2_000, 200, 500
_DEPTH = 20
_AHEAD = timedelta(days=1)
_LAST_YEAR = 9999
_SECRET_COLUMNS = frozenset(
    {"plaintext", "secret", "key", "token", "api_key", "apikey", "secret_key", "secret_access_key", "password", "client_secret",
     "encrypted_secret", "access_token", "private_key"}
)  # fmt: skip
_FOREIGN = re.compile(
    r"\b(?:[srp]k_(?:live|test)_[0-9A-Za-z]{8,}|gh[pousr]_[0-9A-Za-z]{20,}|github_pat_[0-9A-Za-z_]{20,}"
    r"|glpat-[0-9A-Za-z_-]{16,}|xox[abprs]-[0-9A-Za-z-]{10,}|glsa_[0-9A-Za-z_]{20,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]*)"
)
_TRUE, _FALSE = frozenset({"true", "t", "1", "yes", "y"}), frozenset({"false", "f", "0", "no", "n"})
NOT_A_NUMBER = object()
"""Stands for NaN and Infinity in JSON until the row is refused."""


def without_secrets(text: str) -> str:
    """Return a text in which every token of ours is reduced to its public part and any other known secret to `***`."""
    if "_" not in text and "-" not in text and "." not in text:
        return text
    return _FOREIGN.sub("***", without_tokens(text))


@dataclass(slots=True)
class Row:
    """One row being read. It holds no secret any more; `secrets` and `remarks` gather what must be said about it."""

    values: Mapping[str, Any]
    now: datetime
    secrets: int = 0
    remarks: set[Remark] = field(default_factory=set)

    @classmethod
    def of(cls, values: Mapping[str, Any], now: datetime, keep: frozenset[str]) -> Row:
        """Take secrets out of raw values: columns that hold them (but for `keep`), and what looks like one anywhere.

        Raises RowError for a value no database could hold, or nested too deeply.
        """
        row = cls({}, now)
        row.values = {name: row._safe(name, value, 0, keep) for name, value in values.items()}
        return row

    def has(self, name: str) -> bool:
        """Say whether the file speaks of this at all, even if the answer is «none»."""
        return name in self.values

    def raw(self, *names: str) -> Any:
        """Return a value inside nested objects, None for an empty or missing one."""
        value: Any = self.values
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        return None if value == "" else value

    def text(self, *names: str, cap: int = TEXT_CAP) -> str:
        """Return a text on one line, empty when there is none; a number is written out."""
        value = self.raw(*names)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise RowError(f"{'.'.join(names)} is not a text")
        text = str(value).strip()
        if not text.isprintable():
            text = self._visible(text)
        if len(text) > cap:
            self.remarks.add(Remark.CUT)
            text = text[:cap]
        return text

    def maybe(self, *names: str, cap: int = ID_CAP) -> str | None:
        """Return a text, None when it is empty."""
        return self.text(*names, cap=cap) or None

    def person(self, *names: str) -> str | None:
        """Return the id of a person, None when there is none; raises RowError for one no screen could show as it is."""
        return self._named(".".join(names), self.raw(*names))

    def account_id(self, *names: str) -> str | None:
        """Return the id of an account, None when there is none."""
        return self._named(".".join(names), self.raw(*names))

    def token_id(self, *names: str) -> str:
        """Return the id of a token; raises RowError when it is missing, too long, not plain ASCII or a secret itself."""
        value = self._named(".".join(names), self.raw(*names))
        if value is None:
            raise RowError(f"{'.'.join(names)} is missing")
        return checked_id(value, ".".join(names))

    def flag(self, *names: str) -> bool | None:
        """Return yes or no, None when the file does not say."""
        value = self.raw(*names)
        if value is None or isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        raise RowError(f"{'.'.join(names)} is neither true nor false")

    def moment(self, *names: str) -> datetime | None:
        """Return a moment of the past, None when there is none; raises RowError for anything else."""
        found = self._any_moment(".".join(names), self.raw(*names))
        if found is not None and found > self.now + _AHEAD:
            raise RowError(f"{'.'.join(names)} is in the future")
        return found

    def end(self, *names: str) -> datetime | None:
        """Return a moment something ends at; the year 9999 stands for never, and that is said."""
        found = self._any_moment(".".join(names), self.raw(*names))
        if found is not None and found.year >= _LAST_YEAR:
            self.remarks.add(Remark.NEVER)
            return None
        return found

    def since_1970(self, *names: str, per_second: int, end: bool = False) -> datetime | None:
        """Return the moment a number counts to; 0 and empty stand for none."""
        value, what = self.raw(*names), ".".join(names)
        if value is None or value == 0:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise RowError(f"{what} is not a time")
        try:
            found = EPOCH + timedelta(milliseconds=int(value * 1_000 // per_second))
        except (OverflowError, ValueError):
            raise RowError(f"{what} is not a time") from None
        if found < EPOCH or (not end and found > self.now + _AHEAD):
            raise RowError(f"{what} is {'before 1970' if found < EPOCH else 'in the future'}")
        return found

    def scopes(self, *names: str) -> tuple[str, ...]:
        """Return scopes from a list or from words set apart by spaces or commas."""
        value, what = self.raw(*names), ".".join(names)
        if value is None:
            return ()
        words = re.split(r"[\s,]+", value) if isinstance(value, str) else value
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise RowError(f"{what} is not a list of words")
        return checked_scopes(words, what)

    def _named(self, what: str, value: Any) -> str | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise RowError(f"{what} is not an id")
        text = str(value).strip()
        if len(text) > ID_CAP:
            raise RowError(f"{what} is longer than {ID_CAP} characters")
        if not text.isprintable():
            raise RowError(f"{what} holds a character that can't be seen")
        return text or None

    def _any_moment(self, what: str, value: Any) -> datetime | None:
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > 40:
            raise RowError(f"{what} is not a date or time")
        try:
            return parse_moment(value).astimezone(UTC)
        except OverflowError:
            raise RowError(f"{what} is not a date or time") from None
        except ValueError as error:
            earlier = str(error).startswith("earlier")
            raise RowError(f"{what} is {'before 1970' if earlier else 'not a date or time'}") from None

    def _visible(self, text: str) -> str:
        plain = "".join(" " if c in "\t\r\n" else "\ufffd" if c < " " or "\x7f" <= c <= "\x9f" else c for c in text)
        if "\ufffd" in plain:
            self.remarks.add(Remark.CLEANED)
        return plain

    def _safe(self, name: str, value: Any, depth: int, keep: frozenset[str]) -> Any:
        if value is NOT_A_NUMBER or (isinstance(value, float) and value in (float("inf"), float("-inf"))):
            raise RowError("a number is not a number (NaN or Infinity)")
        if depth > _DEPTH:
            raise RowError("nested too deeply")
        if value not in (None, "") and name.lower() in _SECRET_COLUMNS and name not in keep:
            self.secrets += 1
            return None
        if isinstance(value, str):
            return self._safe_text(value)
        if isinstance(value, Mapping):
            return {key: self._safe(key, inner, depth + 1, keep) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._safe("", inner, depth + 1, keep) for inner in value]
        return value

    def _safe_text(self, value: str) -> str:
        if "\0" in value:
            raise RowError("holds a NUL character")
        if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
            raise RowError("holds half a character (a lone surrogate)")
        plain = without_secrets(value)
        self.secrets += plain != value
        return plain


def checked_id(value: str, what: str) -> str:
    """Return a token id that can be kept: plain ASCII without spaces, and no secret."""
    if "***" in value:
        # What stood here was a secret. Of our own form the public id is left: brand, environment, id.
        parts = value.split("_")
        if len(parts) == 4 and len(parts[2]) == 12:
            return parts[2]
        raise RowError(f"{what} is a secret itself; nothing of it was kept")
    if not value.isascii() or " " in value:
        raise RowError(f"{what} holds something other than plain ASCII letters, digits and signs")
    return value


def checked_scopes(words: list[str], what: str) -> tuple[str, ...]:
    """Return scopes in the form they are stored in; raises RowError for hostile ones."""
    scopes = normal(words)
    if len(scopes) > MOST_SCOPES:
        raise RowError(f"{what} holds more than {MOST_SCOPES} scopes")
    if any(len(scope) > SCOPE_CAP or not scope.isprintable() or " " in scope for scope in scopes):
        raise RowError(f"{what} holds something that is no scope")
    return scopes
