"""A list that is small enough to be read whole: scopes, operators, policies, settings."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Generic

from console.screens.listed import Got, Listed, Row
from console.widgets.windowed_list import Ask

if TYPE_CHECKING:
    from store.reader import Reader


class ShortList(Listed[Row], Generic[Row]):
    """Reads every row for each answer, and finds those with all the words that were typed."""

    @abstractmethod
    def everything(self, reader: Reader) -> Sequence[Row]:
        """Read every row, in order; called in a thread."""

    @abstractmethod
    def words_of(self, row: Row) -> str:
        """Return the words a row is found by."""

    def matching(self, rows: Sequence[Row]) -> list[Row]:
        """Return those rows that have every word that was typed."""
        wanted = self.narrowed.lower().split()
        return [row for row in rows if all(word in self.words_of(row).lower() for word in wanted)]

    def _matching(self, reader: Reader) -> Sequence[Row]:
        return self.matching(self.everything(reader))

    def page(self, reader: Reader, ask: Ask) -> Got[Row]:
        """Return a stretch of all rows."""
        rows = self._matching(reader)[ask.first : ask.first + ask.count]
        return Got(rows, [ask.first + number for number in range(len(rows))])

    def number(self, reader: Reader) -> int:
        """Count all rows."""
        return len(self._matching(reader))

    def place_of(self, reader: Reader, key: Hashable) -> int | None:
        """Return where a row is among all."""
        return next((number for number, row in enumerate(self._matching(reader)) if self.key_of(row) == key), None)
