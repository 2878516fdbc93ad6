"""The permissions a token can hold, in plain words, and how many live tokens hold each; Enter shows them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import SCOPES
from console.render.column import Column
from console.render.pieces import Cell
from console.render.scope_rows import COLUMNS, scope_cells, scope_sheet
from console.render.sheet import Sheet
from console.screens.desktop import bindings_for
from console.screens.short_list import ShortList
from console.session import Session
from store.reads.scopes import ScopeLine

if TYPE_CHECKING:
    from store.reader import Reader
    from store.reads.scopes import Holder


class ScopesScreen(ShortList[ScopeLine]):
    """Lists the catalogue, then what tokens hold beyond it."""

    PLACE = SCOPES
    TITLE_WORDS: ClassVar[str] = "Scopes"
    BINDINGS = bindings_for(SCOPES)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._held: tuple[str, tuple[Sequence[Holder], int]] | None = None

    def columns(self) -> tuple[Sequence[Column], Callable[[ScopeLine], Sequence[Cell]]]:
        """Return the columns of scopes."""
        return COLUMNS, scope_cells

    def key_of(self, row: ScopeLine) -> Hashable:
        """Return the scope's name."""
        return row.name

    def everything(self, reader: Reader) -> Sequence[ScopeLine]:
        """Read every scope."""
        from store.reads.scopes import scope_lines

        return scope_lines(reader, self.session.now)

    def words_of(self, row: ScopeLine) -> str:
        """Return name, access and sentences."""
        known = f"{row.known.can} {row.known.cannot}" if row.known else "not in the catalogue"
        return f"{row.name} {row.tier.value} {known}"

    def described(self, row: ScopeLine, width: int, height: int) -> Sheet:
        """Say what it lets a token do, and who holds it."""
        held = self._held[1] if self._held is not None and self._held[0] == row.name else None
        return scope_sheet(row, held, width, height)

    def nothing(self) -> str:
        """Say why there is none."""
        return f"No scope has “{self.narrowed}” in its name or sentence. Esc shows all." if self.narrowed else "No scopes."

    def read_again(self, *, keep: bool = True) -> None:
        """Read everything that is shown, and who holds the scope under the cursor."""
        self._held = None
        super().read_again(keep=keep)

    def rested(self) -> None:
        """Read who holds it."""
        super().rested()
        row = self.row if self.is_mounted else None
        if row is not None and self.session.ready and (self._held is None or self._held[0] != row.name):
            self.read_holders(row.name)

    @work(exit_on_error=False, description="read who holds a scope")
    async def read_holders(self, scope: str) -> None:
        """Read which accounts hold a scope."""
        from store.reads.scopes import holders

        now = self.session.now

        async def read() -> None:
            found = await self.session.desk.ask("holders", lambda reader: holders(reader, scope, now))
            self._held = (scope, found)
            super(ScopesScreen, self).rested()

        await self.tried(read)

    def in_hand(self) -> dict[str, str]:
        """Return the tokens that hold the scope under the cursor."""
        from store.reads.scopes import of_scope

        return {**super().in_hand(), "filter": of_scope(self.row.name) if self.row is not None else ""}

    def open_row(self, row: ScopeLine) -> None:
        """Show the live tokens that hold it."""
        from store.reads.scopes import of_scope

        self.show_tokens(of_scope(row.name), "live")
