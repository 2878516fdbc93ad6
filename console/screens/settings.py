"""What this console was told: every setting, its value, and whether a flag, a variable, a profile or the file says so."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar

from console.actions import SETTINGS
from console.effective import Effective, Row, effective
from console.render.column import Column
from console.render.pieces import Cell, Line
from console.render.setting_rows import COLUMNS, setting_cells, setting_sheet
from console.render.sheet import Sheet, line
from console.screens.desktop import bindings_for
from console.screens.short_list import ShortList
from console.session import Session
from console.setting import BY_NAME, TABLES

if TYPE_CHECKING:
    from store.reader import Reader


class SettingsScreen(ShortList[Row]):
    """Lists the settings that hold. They are changed in the file, by a variable or a flag; the theme is chosen here as well."""

    PLACE = SETTINGS
    TITLE_WORDS: ClassVar[str] = "Settings"
    BINDINGS = bindings_for(SETTINGS)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._effective: Effective = effective(session.settings, session.address)

    def columns(self) -> tuple[Sequence[Column], Callable[[Row], Sequence[Cell]]]:
        """Return the columns of settings."""
        return COLUMNS, setting_cells

    def key_of(self, row: Row) -> Hashable:
        """Return the setting's name."""
        return row.name

    def everything(self, reader: Reader) -> Sequence[Row]:
        """Return every setting; none of it is in the store."""
        self._effective = effective(self.session.settings, self.session.address)
        return self._effective.rows

    def words_of(self, row: Row) -> str:
        """Return what a setting is found by."""
        return f"{row.name} {row.value} {row.words}"

    def described(self, row: Row, width: int, height: int) -> Sheet:
        """Say what a setting does and how to change it."""
        found = self._effective
        setting = BY_NAME.get(row.name)
        about = setting.about if setting is not None else TABLES.get(row.name.partition(".")[0], "")
        ways = [":theme shows every theme and remembers the one you keep"] if row.name == "theme" else []
        if setting is not None:
            ways += [f"tokendesk {setting.flag}"] if setting.flag else []
            ways += [f"{setting.variable} in your environment"] if setting.variable else []
            ways += [f"{row.name} = … under [console] in your file"] if setting.console else []
            ways += [f"{row.name} = … under [profiles.NAME]"] if setting.profile else []
        file = f"{found.file}{'' if found.exists else ' (not there yet)'}"
        return setting_sheet(row, about, ways, file, found.problems, width, height)

    def edge_note(self, number: str) -> Line:
        """Say how many settings there are, and how many things in the file can't be understood."""
        wrong = len(self._effective.problems)
        return line((f"{wrong} can't be understood · " if wrong else "", "finding"), (number, "strong"))

    def nothing(self) -> str:
        """Say why there is none."""
        return f"No setting has “{self.narrowed}” in it. Esc shows all."
