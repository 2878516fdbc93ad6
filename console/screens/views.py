"""Every view in one list, built in and saved: what each holds, and making, changing, sharing and deleting those one may."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import VIEWS as PLACE
from console.render.column import Column
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, line
from console.render.view_rows import COLUMNS, view_cells, view_sheet
from console.screens.desktop import bindings_for
from console.screens.refusals import refuse_read_only
from console.screens.short_list import ShortList
from console.screens.view_saving import write_view
from console.session import Session
from store.reads.saved_views import COUNT_CAP, MOST_COUNTED, count_saved, saved_views
from store.reads.sorting import parse_sort
from store.rules.roles import Permission
from store.rules.views import VIEWS, View

if TYPE_CHECKING:
    from console.reports.exports import Export
    from store.reader import Reader
    from store.reads.views import Count

FIRST_CAP = 1_000


class ViewsScreen(ShortList[View]):
    """Lists views; a saved one can be changed by whose it is, one for everybody by those who govern."""

    PLACE = PLACE
    TITLE_WORDS: ClassVar[str] = "Views"
    BINDINGS = bindings_for(PLACE)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.counts: dict[str, Count] = {}
        self.counted = False
        self._counted_at = session.now

    # The list ----------------------------------------------------------------------------------------------------

    def columns(self) -> tuple[Sequence[Column], Callable[[View], Sequence[Cell]]]:
        """Return the columns of views."""
        return COLUMNS, lambda view: view_cells(view, self.counts, known=self.counted, order=parse_sort(view.sort).words)

    def key_of(self, row: View) -> Hashable:
        """Return what names a view."""
        return row.id

    def everything(self, reader: Reader) -> Sequence[View]:
        """Read what is saved; own views come before those for everybody, and all saved ones first."""
        return (*saved_views(reader, self._me), *VIEWS)

    def words_of(self, row: View) -> str:
        """Return the words a view is found by."""
        return f"{row.name} {row.title} {row.kind} {row.filter} {row.rule}"

    def do_reviews(self, argument: str) -> None:
        """Show the reviews, which freeze what a view holds and decide about each token."""
        from console.screens.reviews import ReviewsScreen

        self.app.push_screen(ReviewsScreen(self.session))

    def exported(self) -> Export:
        """Return the views that are listed."""
        from console.reports.exports import views_export

        return views_export(self.matching((*self.session.saved, *VIEWS)))

    def described(self, row: View, width: int, height: int) -> Sheet:
        """Say what a view is."""
        order = parse_sort(row.sort).words
        return view_sheet(row, self.counts, known=self.counted, order=order, width=width, height=height)

    def nothing(self) -> str:
        """Say why there is none."""
        return f"No view has “{self.narrowed}” in its name, filter or rule. Esc shows all."

    def status_line(self, width: int) -> Line:
        """Say as of when the numbers are, and how far they go."""
        if not self.session.ready:
            return ()
        if not self.counted:
            return line((" counting…", "quiet"))
        return line((f" counted at {self._counted_at:%H:%M}Z · saved views up to {COUNT_CAP:,} tokens", "quiet"))

    @property
    def _me(self) -> str:
        return self.session.actor.name if self.session.actor is not None else ""

    def _read_all(self, *, keep: bool) -> None:
        super()._read_all(keep=keep)
        if self.session.ready:
            self.count_views()

    @work(exit_on_error=False, description="count views")
    async def count_views(self) -> None:
        """Count every view: those every store has at first to a cap, what is saved after them and never beyond one."""
        from store.reads.views import counts_up_to

        now, me = self.session.now, self._me

        async def read() -> None:
            self.session.saved = await self.session.desk.ask("saved", lambda reader: saved_views(reader, me))
            for cap in (FIRST_CAP, None):
                self.counts |= await self.session.desk.ask("views page", lambda reader, cap=cap: counts_up_to(reader, now, cap))  # type: ignore[misc]
                self._redraw()
                if not any(count.more for count in self.counts.values()):
                    break
            for view in self.session.saved[:MOST_COUNTED]:
                found = await self.session.desk.ask("saved page", lambda reader, view=view: count_saved(reader, view, now))  # type: ignore[misc]
                self.counts.pop(view.id, None)
                if found is not None:
                    self.counts[view.id] = found
            self.counted, self._counted_at = True, now
            self.draw_edges()
            self._redraw()

        await self.tried(read)

    def _redraw(self) -> None:
        self.table.repaint()
        self.rested()

    def in_hand(self) -> dict[str, str]:
        """Return the view under the cursor; `saved` is its name where somebody saved it."""
        row = self.row
        if row is None:
            return super().in_hand()
        saved = row.name if row.operator is not None else ""
        return {**super().in_hand(), "view": row.name, "saved": saved, "filter": row.filter, "sort": row.sort}

    def open_row(self, row: View) -> None:
        """Show the tokens of a view."""
        from console.screens.place import Place

        self.open_place(Place.on(row))

    # Changing ----------------------------------------------------------------------------------------------------

    def do_new_view(self, argument: str) -> None:
        """Make a view."""
        if self._may_save(shared=False):
            self._ask_form(None, argument)

    def do_edit_view(self, argument: str) -> None:
        """Change the view under the cursor; one that every store has is copied."""
        row = self.row
        if row is not None and self._may_save(shared=row.operator == ""):
            self._ask_form(row, "")

    def _ask_form(self, row: View | None, name: str) -> None:
        from console.screens.view_form import ViewForm

        self.ask(ViewForm(self, row, name).form)

    def do_share_view(self, argument: str) -> None:
        """Give one's own view to everybody, or take one that everybody has for oneself."""
        from store.writes.views import ViewOrder

        row = self._saved_row()
        actor = self.session.actor
        if row is None or actor is None or not self._may_save(shared=True):
            return
        order = ViewOrder(
            name=row.name, actor=actor, filter=row.filter, sort=row.sort, columns=row.columns, shared=row.operator != "",
            instead_of=row, case=self.session.case,
        )  # fmt: skip
        if not order.shared:
            self.keep(order)
            return
        self._asked_first(
            row, "Share this view with everybody?", "Every operator sees it in their navigator from now on.", "share it", order
        )

    def do_delete_view(self, argument: str) -> None:
        """Ask whether to delete the saved view under the cursor."""
        from store.writes.views import DeleteViewOrder

        row = self._saved_row()
        actor = self.session.actor
        if row is None or actor is None or not self._may_save(shared=row.operator == ""):
            return
        order = DeleteViewOrder(view=row, actor=actor, case=self.session.case)
        says = "No token changes. Whoever uses the view has to find the tokens otherwise."
        if row.operator:
            says = "No token changes; the audit log keeps that the view was deleted."
        self._asked_first(row, "Delete this view?", says, "delete it", order)

    def _asked_first(self, row: View, title: str, says: str, does: str, order: object) -> None:
        from console.dialogs.question import Answer, Asked, Question

        asked = Asked(
            title=title,
            name=row.name,
            about=line("   ", (row.kind, "accent"), "   ", row.filter or "everything"),
            filed=f"filed under {self.session.case}" if self.session.case else "",
            says=[line(says)],
        )
        answers = {"y": Answer(does, lambda: self.keep(order))}
        kept = lambda why: self.say(f"Kept the view “{row.name}”.{why}")  # noqa: E731
        question = Question(asked, answers, self.session.clock.monotonic(), kept, style="finding")
        question.command = self.command_of("delete-view" if "delete" in does else "share-view", lambda: {"saved": row.name})
        self.ask(question)

    @work(exit_on_error=False, description="keep a view")
    async def keep(self, order: object) -> None:
        """Save or delete a view, and read the list again."""
        proof = await write_view(self, order)  # type: ignore[arg-type]
        if proof is not None:
            self.read_again()

    def _saved_row(self) -> View | None:
        """Return the saved view under the cursor; says so when it is none."""
        row = self.row
        if row is not None and row.operator is None:
            self.say(("Every store has this view; it stays. ", "finding"), ("e", "key"), " makes a view of your own from it.")
            return None
        return row

    def _may_save(self, *, shared: bool) -> bool:
        """Say whether this may be changed; if not, why."""
        actor = self.session.actor
        why_not = self.session.why_not(Permission.GOVERN) if shared else ""
        if refuse_read_only(self, "Saving views", "view"):
            return False
        if actor is None or self.session.lost_since is not None:
            self.say(("The store is not there.", "finding"))
            return False
        if why_not:
            self.say((f"A view for everybody: {why_not}.", "finding"))
            self.note_refusal(Permission.GOVERN, "view")
            return False
        return True
