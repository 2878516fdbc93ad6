"""A list of any length held in constant memory: a few pages of rows, and how to ask for the ones that are missing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from typing import Generic, NamedTuple, TypeVar

from store.record import record

Row = TypeVar("Row")

PAGE_ROWS = 128
PAGES_KEPT = 16
ANCHORS_KEPT = 512


@record
class Ask:
    """Rows that are wanted: `count` rows from the 0-based position `first`, in the order of the list.

    The cheapest way to read them comes along: `after` is the anchor of the row just before them, `before` the anchor of
    the row just behind them, `from_end` says that they are the last `count` rows; without any of these, by offset.
    """

    stamp: int
    first: int
    count: int
    after: object | None = None
    before: object | None = None
    from_end: bool = False

    @property
    def offset(self) -> int:
        """Return how many rows to pass over: none where a cheaper way came along."""
        return 0 if self.from_end or self.after is not None or self.before is not None else self.first


@record
class Total:
    """How many rows there are. `rows` is None while unknown; not `exact` means «at least this many»."""

    rows: int | None = None
    exact: bool = False


class _Page(NamedTuple, Generic[Row]):
    rows: tuple[Row, ...]
    keys: tuple[Hashable, ...]
    stamp: int


class Window(Generic[Row]):
    """The rows near where someone is looking, by position. It reads nothing: `asks` says what is missing, `put` brings it.

    Everything asked under one `stamp` belongs together; `restart` makes a new one, and answers to older ones are dropped.
    """

    def __init__(self, key: Callable[[Row], Hashable], page_rows: int = PAGE_ROWS, pages_kept: int = PAGES_KEPT) -> None:
        self.stamp = 0
        self.total = Total()
        self._key = key
        self._page_rows = page_rows
        self._pages_kept = pages_kept
        self._pages: OrderedDict[int, _Page[Row]] = OrderedDict()
        self._asked: dict[int, int] = {}  # the number of each page that was asked for, and of the page its ask begins with
        self._anchors: OrderedDict[int, object] = OrderedDict()

    @property
    def extent(self) -> int:
        """Return how many positions can be shown: the total, or what is known to exist while the total is not exact."""
        if self.total.exact and self.total.rows is not None:
            return self.total.rows
        seen = max((number * self._page_rows + len(page.rows) for number, page in self._pages.items()), default=0)
        return max(self.total.rows or 0, seen)

    @property
    def held(self) -> int:
        """Return how many rows are in memory; never more than pages kept times rows of a page."""
        return sum(len(page.rows) for page in self._pages.values())

    def restart(self, looking_at: range | None = None) -> int:
        """Start a new stamp and return it; rows outside `looking_at` are forgotten, those inside shown until replaced."""
        self.stamp += 1
        self._asked.clear()
        self._anchors.clear()
        if looking_at is None:
            self._pages.clear()
            self.total = Total()
            return self.stamp
        stay = {position // self._page_rows for position in looking_at}
        for number in [number for number in self._pages if number not in stay]:
            del self._pages[number]
        self.total = Total(self.total.rows, exact=False)
        return self.stamp

    def row(self, position: int) -> Row | None:
        """Return the row at a position, perhaps one from before the last restart; None while it is not here."""
        number, offset = divmod(position, self._page_rows)
        page = self._pages.get(number)
        return page.rows[offset] if page is not None and 0 <= offset < len(page.rows) else None

    def key(self, position: int) -> Hashable | None:
        """Return the key of the row at a position; None while it is not here."""
        number, offset = divmod(position, self._page_rows)
        page = self._pages.get(number)
        return page.keys[offset] if page is not None and 0 <= offset < len(page.keys) else None

    def is_fresh(self, position: int) -> bool:
        """Say whether the row at a position was read under the current stamp."""
        page = self._pages.get(position // self._page_rows)
        return page is not None and page.stamp == self.stamp

    def position(self, key: Hashable) -> int | None:
        """Return where `key` is among the rows read under the current stamp; None when it is not among those held."""
        for number, page in self._pages.items():
            if page.stamp == self.stamp and key in page.keys:
                return number * self._page_rows + page.keys.index(key)
        return None

    def asks(self, first: int, count: int) -> tuple[Ask, ...]:
        """Return what must be read to show `count` rows from `first`, and remember that it was asked."""
        wanted = self._from_the_end(tuple(self._wanted(first, count)))
        for ask in wanted:
            begins = ask.first // self._page_rows
            self._asked.update(dict.fromkeys(range(begins, (ask.first + ask.count - 1) // self._page_rows + 1), begins))
        return wanted

    def put(self, stamp: int, first: int, rows: Sequence[Row], anchors: Sequence[object] = ()) -> bool:
        """Take the answer to an ask. False, and nothing happens, when it answers an older stamp or no ask of ours.

        A page that is shorter than asked for is the end of the list: the total is exact from then on.
        """
        begins, offset = divmod(first, self._page_rows)
        if stamp != self.stamp or self._asked.get(begins) != begins or offset:
            return False
        for number in self._no_longer_asked(begins):
            at = (number - begins) * self._page_rows
            if not at or rows[at:]:
                self._take(stamp, number, rows[at : at + self._page_rows], anchors[at : at + self._page_rows])
        return True

    def failed(self, stamp: int, first: int) -> None:
        """Forget that these rows were asked for, so that they are asked for again."""
        if stamp == self.stamp:
            self._no_longer_asked(first // self._page_rows)

    def _no_longer_asked(self, begins: int) -> list[int]:
        """Forget an ask and return the numbers of its pages."""
        numbers = [number for number, begun in self._asked.items() if begun == begins]
        for number in numbers:
            del self._asked[number]
        return numbers

    def _take(self, stamp: int, number: int, rows: Sequence[Row], anchors: Sequence[object]) -> None:
        first, taken = number * self._page_rows, tuple(rows)
        self._pages[number] = _Page(taken, tuple(self._key(row) for row in taken), stamp)
        self._pages.move_to_end(number)
        while len(self._pages) > self._pages_kept:
            self._pages.popitem(last=False)
        if anchors:
            self._remember(first, anchors[0])
            self._remember(first + len(anchors) - 1, anchors[-1])
        end = first + len(taken)
        if len(taken) < self._expected(first) or (self.total.exact and end > self.extent):
            self.total = Total(end, exact=True)

    def _wanted(self, first: int, count: int) -> Iterator[Ask]:
        beyond = 0 if self.total.exact else 1
        last = max(0, min(first + count, self.extent + beyond) - 1)
        for number in range(max(0, first) // self._page_rows, last // self._page_rows + 1):
            start = number * self._page_rows
            if number in self._pages:
                self._pages.move_to_end(number)
            if number in self._asked or self.is_fresh(start) or (self.total.exact and start and start >= self.extent):
                continue
            size = self._expected(start)
            ends = self.total.exact and start + size == self.extent
            yield Ask(self.stamp, start, size, self._anchors.get(start - 1), self._anchors.get(start + size), ends and start > 0)

    def _from_the_end(self, wanted: tuple[Ask, ...]) -> tuple[Ask, ...]:
        """Let the last page bring the one before it along where that had to be counted off from the start otherwise."""
        if len(wanted) < 2:
            return wanted
        *others, before, last = wanted
        follows = before.first + self._page_rows == last.first
        if not last.from_end or not follows or not before.first or (before.after, before.before) != (None, None):
            return wanted
        return (*others, replace(before, count=before.count + last.count, from_end=True))

    def _expected(self, start: int) -> int:
        return max(1, min(self._page_rows, self.extent - start)) if self.total.exact else self._page_rows

    def _remember(self, position: int, anchor: object) -> None:
        self._anchors[position] = anchor
        self._anchors.move_to_end(position)
        while len(self._anchors) > ANCHORS_KEPT:
            self._anchors.popitem(last=False)
