"""Marks: rows set aside for one action on all of them. They outlive sorting, filtering and refreshing."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import on, work

from console.screens.reading import Reading
from console.session import Session
from console.widgets.windowed_list import WindowedList

if TYPE_CHECKING:
    from store.rows import TokenKey

MOST_MARKED = 10_000
AT_A_TIME = 1_000


class Marking(Reading, part=True):
    """The marking half of the token list."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._before: tuple[TokenKey, ...] = ()

    @property
    def marked(self) -> tuple[TokenKey, ...]:
        """Return the marked tokens in the order they were marked, those outside the list included."""
        return cast("tuple[TokenKey, ...]", self.table.marks)

    def do_mark(self, argument: str) -> None:
        """Mark the row under the cursor, or take its mark away, and go on."""
        self.table.toggle_mark()

    def do_range(self, argument: str) -> None:
        """Mark from the row marked last to the cursor."""
        missing = self.table.mark_range()
        if missing:
            self.say(
                (f"{missing:,} rows in between have not been read and were not marked. ", "finding"), ("*", "key"), " marks all."
            )

    def do_unmark(self, argument: str) -> None:
        """Take the mark of this row away."""
        key = self.table.cursor_key
        if key is not None:
            self.table.clear_marks([key])

    def do_unmark_all(self, argument: str) -> None:
        """Take every mark away; `R` brings them back."""
        self._before = self.marked or self._before
        self.table.clear_marks()

    def do_remark(self, argument: str) -> None:
        """Mark the last marked set again."""
        if self._before:
            self.table.mark(self._before)
            self.say(f"{len(self._before):,} marked again.")
        else:
            self.say(("There is no earlier set of marks.", "quiet"))

    def remember_marks(self, keys: tuple[TokenKey, ...]) -> None:
        """Keep a set for `R`: what a bulk action has left over."""
        self._before = keys
        self.table.clear_marks()

    @work(exit_on_error=False, description="mark all")
    async def do_mark_all(self, argument: str) -> None:
        """Mark every token of the list, and say how many."""
        from store.reads.tokens import lines

        question, now = self.here.question, self.session.now
        keys: list[TokenKey] = []

        async def read() -> None:
            anchor = None
            while len(keys) < MOST_MARKED:
                got = await self.session.desk.ask(
                    "mark",
                    lambda reader, after=anchor: lines(reader, question, now, AT_A_TIME, after=after),  # type: ignore[misc]
                )
                keys.extend(row.key for row in got.rows)
                if len(got.rows) < AT_A_TIME:
                    break
                anchor = got.anchors[-1]

        if await self.tried(read):
            self.table.mark(keys)
            more = f" The first {MOST_MARKED:,}; narrow the list for the others." if len(keys) >= MOST_MARKED else ""
            self.say((f"{len(keys):,} marked. ", "mark"), (f"ctrl-\\ takes the marks away.{more}", "quiet"))

    @on(WindowedList.MarksChanged)
    def _marks_changed(self) -> None:
        self.draw_list_edge()
        self.draw_edges()
