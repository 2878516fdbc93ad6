"""The form of a saved view: its name, filter, order and whose it is, with what the filter finds counted as it is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.dialogs.form import Field, Form
from console.render.pieces import Line
from console.render.sheet import line
from console.render.view_rows import held_words
from store.errors import BadFilter, BadInput
from store.reads.saved_views import count_saved
from store.reads.sorting import parse_sort
from store.rules.filters import parse
from store.rules.roles import Permission
from store.rules.views import View, checked_view_name
from store.writes.views import ViewOrder

if TYPE_CHECKING:
    from console.screens.views import ViewsScreen
    from store.reads.views import Count

TYPED_S = 0.15
"""How long nothing may be typed before a filter in the form is counted."""

MINE, EVERYBODY = "me", "everybody"
SORTED = "-used"


class ViewForm:
    """Asks for a view in `form`: from `row`, which is changed where it is a saved one and copied where every store has it."""

    def __init__(self, screen: ViewsScreen, row: View | None, name: str) -> None:
        self._screen = screen
        self._own = own = row if row is not None and row.operator is not None else None
        self._counts: dict[str, Count | None] = {}
        who = (MINE,) if screen.session.why_not(Permission.GOVERN) else (MINE, EVERYBODY)
        fields = [
            Field("name", "Name", own.name if own is not None else name, judge=self._wrong_name),
            Field("filter", "Filter", row.filter if row is not None else "", judge=_wrong_filter, tells=self._found),
            Field(
                "sort",
                "Sorted by",
                row.sort if row is not None else SORTED,
                judge=_wrong_sort,
                note="such as used, or -used the other way round",
                tells=_sort_words,
            ),
            Field("shared", "For", EVERYBODY if own is not None and own.operator == "" else MINE, who),
        ]
        title = "New view" if row is None else f"Change the view “{own.name}”" if own is not None else "New view from this one"
        about = line(("The filter language of the token list; the list shows what it finds.", "quiet"))
        self.form = Form(title, about, fields, self._checked)
        self.form.command = screen.command_of("new-view", self._filled_in)
        self.form.wants_room = True

    def _filled_in(self) -> dict[str, str]:
        values = self.form.values
        return {**values, "saved": values["name"], "shared": "yes" if values["shared"] == EVERYBODY else ""}

    def _checked(self, values: dict[str, str]) -> str | Callable[[], object]:
        session, own = self._screen.session, self._own
        assert session.actor is not None
        try:
            name = self._name(values["name"])
            sort = parse_sort(values["sort"] or SORTED).text
        except BadInput as error:
            return str(error)
        order = ViewOrder(
            name=name, actor=session.actor, filter=values["filter"], sort=sort, columns=own.columns if own is not None else "",
            shared=values["shared"] == EVERYBODY, instead_of=own, case=session.case,
        )  # fmt: skip
        return lambda: self._screen.keep(order)

    def _name(self, name: str) -> str:
        """Return a name that no other saved view has; raises BadInput."""
        own, saved = self._own, self._screen.session.saved
        return checked_view_name(name, [view for view in saved if own is None or view.id != own.id])

    def _wrong_name(self, name: str) -> str:
        try:
            self._name(name)
        except BadInput as error:
            return str(error)
        return ""

    def _found(self, text: str) -> list[Line]:
        """Say under the filter what it finds, or where it goes wrong."""
        text = text.strip()
        wrong = _bad_filter(text)
        if wrong is not None:
            return [line((text, "quiet")), line(" " * wrong.at, ("▲", "danger"))]
        if text not in self._counts:
            self._screen.set_timer(TYPED_S, lambda: self._count(text))
            return [line(("counting…", "quiet"))]
        return [line((f"{held_words(self._counts[text], known=True)} tokens", "strong"))]

    def _count(self, text: str) -> None:
        """Count what a filter finds, unless it has been typed on since."""
        if self._screen.dialog is self.form and text not in self._counts and self.form.values["filter"] == text:
            self._screen.in_background(self._counted, text, description="count a filter")

    async def _counted(self, text: str) -> None:
        screen, now = self._screen, self._screen.session.now
        wanted = View("", "", "", "", text, SORTED, operator="")

        async def read() -> None:
            self._counts[text] = await screen.session.desk.ask("typed", lambda reader: count_saved(reader, wanted, now))
            if screen.dialog is self.form:
                screen.draw_dialog()

        await screen.tried(read)


def _bad_filter(text: str) -> BadFilter | None:
    """Return what is wrong with a filter and where; None when it can be saved: the form reads it nowhere else."""
    try:
        parse(text)
    except BadFilter as error:
        return error
    return None


def _wrong_filter(text: str) -> str:
    wrong = _bad_filter(text)
    return "" if wrong is None else str(wrong)


def _wrong_sort(text: str) -> str:
    try:
        parse_sort(text or SORTED)
    except BadInput as error:
        return str(error)
    return ""


def _sort_words(text: str) -> list[Line]:
    """Say under the sort what it means."""
    return [] if _wrong_sort(text) else [line((parse_sort(text or SORTED).words, "strong"))]
