"""What each role may do, as a table: the one the store itself enforces."""

from __future__ import annotations

from typing import ClassVar

from console.actions import ROLES
from console.render.items import Item, items
from console.render.operator_rows import role_table
from console.render.pieces import Line
from console.render.sheet import line, wrapped
from console.screens.desktop import bindings_for
from console.screens.paged import Paged


class RolesScreen(Paged):
    """Shows the table of roles; one's own role stands out."""

    PLACE = ROLES
    TITLE_WORDS: ClassVar[str] = "Roles"
    BINDINGS = bindings_for(ROLES)
    PAGES = ("roles",)

    def items(self, width: int, height: int) -> list[Item]:
        """Return the table, and where it is enforced."""
        actor = self.session.actor
        said = "Enforced in the store, within the transaction of each change; --read-only refuses every change."
        mine = line(("You are ", "quiet"), (actor.role.value, "key"), (".", "quiet")) if actor is not None else ()
        return items([*role_table(width, actor.role if actor is not None else None), (), mine, *wrapped(said, width, "quiet")])

    def titled(self) -> Line:
        """Name the page."""
        return line(("What each role may do", "title"))

    def open_item(self, opens: tuple[str, ...]) -> None:
        """Open nothing: the table is only read."""

    def do_refresh(self, argument: str) -> None:
        """Draw it again."""
        self.undock()
