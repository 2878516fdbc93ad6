"""The token list: navigator, list and inspector, and everything that can be done from there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.widget import Widget

from console.actions import TOKENS, shown
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, ends, length, line
from console.render.titles import NARROW_SPARK, WIDE_SPARK, titles
from console.screens.desktop import bindings_for
from console.screens.marking import Marking
from console.screens.opening import Opening
from console.screens.place import HOME
from console.screens.placing import Placing
from console.screens.token_changes import TokenChanges
from console.session import Session
from console.widgets.frame import Frame, Panel
from console.widgets.ground import Ground
from console.widgets.navigator import Navigator, count_words
from console.widgets.windowed_list import WindowedList
from store.rules.roles import Permission

if TYPE_CHECKING:
    from console.render.column import Column
    from console.render.token_facts import TokenFacts
    from console.reports.exports import Export
    from store.rows import TokenKey, TokenLine


class TokensScreen(Marking, Placing, Opening, TokenChanges):
    """Finds tokens. One place at a time; its rows are in a window that never holds more than a few pages."""

    PLACE = TOKENS
    TITLE_WORDS: ClassVar[str] = "Tokens"
    BINDINGS = bindings_for(TOKENS)
    AUTO_FOCUS = "#list"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._spark_width = WIDE_SPARK if session.memory.wide else NARROW_SPARK

    # Parts -------------------------------------------------------------------------------------------------------

    def middle(self) -> Iterable[Widget]:
        """Yield navigator, list and inspector; the style sheet puts them side by side where there is room."""
        columns, cells = self._columns()
        table: WindowedList[TokenLine] = WindowedList(columns, cells, lambda row: row.key, id="list")
        with Ground(id="work"):
            with Ground(id="desk"):
                yield Navigator()
                yield Frame(table, id="middle")
            yield Panel(id="inspector")

    def on_mount(self) -> None:
        """Draw what is known before there is a store: the first picture is nearly the whole one."""
        self.show_order()
        self.draw_list_edge()
        self.draw_views()
        self.undock()
        self.all_is_drawn()

    @property
    def row(self) -> TokenLine | None:
        """Return the token under the cursor, if its row is known."""
        row = self.table.cursor_row
        return None if row is None else self.after.get(row.key, row)

    def account_here(self) -> str:
        """Return the account of the token under the cursor."""
        return "" if self.row is None else self.row.account_id

    def in_hand(self) -> dict[str, str]:
        """Return the list as it is filtered and sorted, and the token under the cursor."""
        here = self.here
        return {**super().in_hand(), "view": here.of.name, "filter": here.filter, "sort": here.sort.text if here.sort else ""}

    @property
    def known(self) -> TokenFacts | None:
        """Return what has been read about it."""
        return self.facts

    def changed(self, key: TokenKey) -> None:
        """Show the row as it is after a change, where it is."""
        self.reread(key)

    def undock(self) -> None:
        """Describe the row under the cursor."""
        pane = self.dock()
        if not pane.is_mounted:
            return
        if self.facts is None:
            words = "Opening the store…"
            if self.session.ready:
                words = "Reading the list…" if self.table.total.rows is None else "No token is under the cursor."
            pane.show(Sheet([line((words, "quiet"))], line(("Inspector", "quiet"))))
            return
        from console.render.inspection import inspection

        brand = self.session.facts.brand if self.session.facts is not None else ""
        pane.show(inspection(self.facts, self.session.now, brand, *pane.room, charts=not self.session.settings.slow))
        self.tell_of(self.facts.row)

    # Drawing -----------------------------------------------------------------------------------------------------

    def draw_all(self) -> None:
        """Draw everything that is not the list's own."""
        super().draw_all()
        self.draw_list_edge()
        self.draw_views()

    def draw_list_edge(self) -> None:
        """Draw the edge over the list: the place, its filter, how many of how many, and the marks."""
        here, total = self.here, self.table.total
        words: list[tuple[str, str] | str] = [("Tokens", "title"), (" › ", "quiet"), (here.of.title, "title")]
        if here.filter:
            words += [("  / ", "key"), (here.filter, "accent")]
        live = self.counts.get(HOME)
        number = "…" if total.rows is None else f"{total.rows:,}{'' if total.exact else '+'}"
        note: list[tuple[str, str] | str] = [(number, "strong")]
        if live is not None and (here.view != HOME or here.filter):
            note.append((f" of {count_words(live)} live" if here.view not in ("all", "knocking") else "", "quiet"))
        marked = len(self.table.marks)
        if marked:
            note += [(" · ", "quiet"), (f"{marked:,} marked", "mark")]
        if self.app.size.width < ROOM_FOR_VIEWS:  # the navigator is left out, and says nothing of how to get it
            note += [(" · ", "quiet"), (self._key_of_views, "key"), (" views", "quiet")]
        self.query_one("#middle", Frame).entitle(line(*words), line(*note))

    @property
    def _key_of_views(self) -> str:
        """Return the key that shows the views, as it is printed; a person may have given it another."""
        keys = next((action.keys for action in self.actions if action.id == "views"), ())
        return shown(keys[0], ascii_only=self.session.settings.plain_characters) if keys else ":choose-view"

    def draw_views(self) -> None:
        """Draw the navigator."""
        cursor = None
        if self.dialog is not None:
            from console.dialogs.views import ViewChoice

            cursor = self.dialog.at if isinstance(self.dialog, ViewChoice) else None
        self.query_one(Navigator).tell(self.all_counts, self.here.view, cursor, self.views)

    def status_line(self, width: int) -> Line:
        """Return marks, sort and filter on the left, and how far usage is known on the right."""
        order = self.here.sorted_by()
        marked = len(self.table.marks)
        words = f" sorted by {order.words}"
        left: list[tuple[str, str] | str] = []
        if marked:
            left += [(f" {marked:,} marked", "mark"), (" ·", "quiet")]
        left.append((words, "quiet"))
        if order.field == "used" and width >= _ROOM_FOR_A_NOTE:
            left.append((" (refused calls count)", "quiet"))
        if self.here.of.filter or self.here.filter:
            left += [
                (" · filter ", "quiet"),
                (" ".join(part for part in (self.here.of.filter, self.here.filter) if part), "quiet"),
            ]
        fresh, wrong = self.fresh, ""
        right = ""
        if fresh is not None and fresh.recorded_to is not None:
            long_ago = self.session.now - fresh.recorded_to > _LONG_AGO
            if fresh.ahead_s or long_ago:
                from console.render.freshness import warning_words

                wrong = warning_words(fresh, self.session.now)
            right = f"usage recorded to {fresh.recorded_to:%H:%M:%S}Z, {fresh.step_s // 60} min steps "
            if long_ago:
                right = f"usage recorded to {fresh.recorded_to:%Y-%m-%d %H:%M}Z "
        elif fresh is not None:
            right = "no usage recorded yet "
        # What gives way: how long a step is, then seconds and words, then the filter of the view.
        rights = [right, f"{right.partition(',')[0].rstrip()} "]
        if fresh is not None and fresh.recorded_to is not None:
            day = "" if fresh.recorded_to.date() == self.session.now.date() else f"{fresh.recorded_to:%d %b} "
            rights.append(f"usage to {day}{fresh.recorded_to:%H:%M}Z ")
        before = line((f"{wrong} · " if wrong else "", "finding"))
        room = width - length(line(*left)) - length(before)
        told = (*before, *line((next((one for one in rights if len(one) < room), rights[-1]), "quiet")))
        if length(line(*left)) + length(told) >= width and not self.here.filter:
            left = left[: left.index((words, "quiet")) + 1]
        return ends(line(*left), told, width)

    def do_revoke(self, argument: str) -> None:
        """Ask about the token under the cursor, or review all that are marked."""
        if not self.marked:
            super().do_revoke(argument)
            return
        why_not = self.session.why_not(Permission.CHANGE_MANY)
        if why_not:
            self.say((f"Revoking several tokens: {why_not}. ", "finding"), ("u", "key"), " takes marks away.")
            self.note_refusal(Permission.CHANGE_MANY, "revoke")
            return
        from console.screens.bulk import BulkScreen

        visible = [row.key for row in self.table.visible_rows]
        self.app.push_screen(BulkScreen(self.session, self.marked, visible, self._bulk_over))

    def _bulk_over(self, left: tuple[TokenKey, ...]) -> None:
        self.remember_marks(left)
        if left:
            self.say(f"{len(left):,} of the marked tokens were not revoked; ", ("R", "key"), " marks them again.")
        self.read_again()

    @on(WindowedList.Menu)
    def _menu(self, event: WindowedList.Menu) -> None:
        self.do_menu()

    def do_menu(self) -> None:
        """Offer what can be done to the row, each with its own key."""
        from console.dialogs.choice import Choice, Option

        offered = [action for action in self.actions if action.hint and action.hint < 75]
        options = [
            Option(
                action.keys[0] if action.keys[0] != "enter" else "d",
                action.label,
                lambda action=action: self.do(action),  # type: ignore[misc]
                dim=self.session.why_not(action.permission),
            )
            for action in offered
        ]
        self.ask(Choice("This token", options))

    def exported(self) -> Export:
        """Return the marked tokens, or without marks the list as it is filtered and sorted."""
        from console.reports.exports import marked_export, tokens_export

        if self.marked:
            return marked_export(self.marked, self.session.now)
        here, total = self.here, self.table.total
        about = f"view {here.of.name}{f', filter {here.filter}' if here.filter else ''}, sorted by {here.sorted_by().text}"
        return tokens_export(here.question, self.session.now, about, total.rows if total.exact else None)

    def do_wide(self, argument: str) -> None:
        """Draw the bars of the last 24 hours one to an hour, or in eight."""
        self.session.memory.wide = not self.wide
        self.show_columns("")

    @property
    def wide(self) -> bool:
        """Say whether the bars are drawn one to an hour."""
        return self._spark_width == WIDE_SPARK

    def show_columns(self, columns: str) -> None:
        """Draw the columns of a saved view, or as the person last chose."""
        wide = {"wide": True, "narrow": False}.get(columns, self.session.memory.wide)
        if wide is not self.wide:
            self._spark_width = WIDE_SPARK if wide else NARROW_SPARK
            self.table.set_columns(*self._columns())

    def _columns(self) -> tuple[Sequence[Column], Callable[[TokenLine], tuple[Cell, ...]]]:
        """Return the columns, and what makes a row's cells: of a row that was changed here, as it is since then."""
        width = self._spark_width
        made: Callable[[TokenLine], tuple[Cell, ...]] | None = None

        def cells(row: TokenLine) -> tuple[Cell, ...]:
            nonlocal made
            if made is None:
                from console.render.columns import cells_of, token_columns

                made = cells_of(token_columns(width), lambda: self.session.now, self._sparks.get, width)
            return made(self.after.get(row.key, row))

        return titles(width), cells

    def do_pause(self, argument: str) -> None:
        """Stop following changes, or go on and read again."""
        self.session.paused = not self.session.paused
        self.draw_edges()
        if not self.session.paused:
            self.read_again()

    def do_refresh(self, argument: str) -> None:
        """Read everything again."""
        self.read_again()

    def on_click(self, event: events.Click) -> None:
        """Do the action whose key hint was clicked."""
        self.click_hint(event)


ROOM_FOR_VIEWS = 100
"""From this width on the navigator stands beside the list (console.tcss)."""

_LONG_AGO = timedelta(hours=12)
_ROOM_FOR_A_NOTE = 116
"""From this width on the status line says what counts as use; below it the help and the inspector do."""
_SORT_LETTERS = {"u": "used", "n": "name", "a": "account", "e": "expires", "r": "rotated", "c": "created", "q": "requests"}
