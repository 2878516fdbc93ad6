"""The reviews: those open first, with how far each is; Enter goes on with one, `n` opens a new one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import REVIEWS
from console.render.column import Column
from console.render.pieces import Cell
from console.render.review_pages import COLUMNS, review_cells, review_sheet
from console.render.sheet import Sheet, line
from console.screens.desktop import bindings_for
from console.screens.saving import Saving
from console.screens.short_list import ShortList
from store.errors import NotFound
from store.reads.reviews import ReviewLine
from store.rules.filters import quoted

if TYPE_CHECKING:
    from console.session import Session
    from store.engine import Unit
    from store.reader import Reader
    from store.rows import TokenKey
    from store.writes.reviews import OpenReviewOrder, ReviewProof


class ReviewsScreen(ShortList[ReviewLine], Saving):
    """Lists reviews."""

    PLACE = REVIEWS
    TITLE_WORDS: ClassVar[str] = "Reviews"
    BINDINGS = bindings_for(REVIEWS)

    def __init__(self, session: Session, account_id: str = "") -> None:
        """`account_id` is the account whose tokens a new review takes unless another is given."""
        super().__init__(session)
        self._account_id = account_id

    def noun(self) -> str:
        """Return what one row is called."""
        return "review"

    def columns(self) -> tuple[Sequence[Column], Callable[[ReviewLine], Sequence[Cell]]]:
        """Return the columns of reviews."""
        return COLUMNS, review_cells

    def key_of(self, row: ReviewLine) -> Hashable:
        """Return its name."""
        return row.id

    def everything(self, reader: Reader) -> Sequence[ReviewLine]:
        """Read every review."""
        from store.reads.reviews import reviews

        return reviews(reader)

    def words_of(self, row: ReviewLine) -> str:
        """Return its name, title, account and reviewer."""
        return f"{row.id} {row.title} {row.account_id or ''} {row.reviewer} {'signed' if row.signed_at else 'open'}"

    def described(self, row: ReviewLine, width: int, height: int) -> Sheet:
        """Say how far it is."""
        return review_sheet(row, self.session.now, width, height)

    def nothing(self) -> str:
        """Say why there is none."""
        if self.narrowed:
            return f"No review is called “{self.narrowed}”. Esc shows all."
        return "No review yet. n opens one: it freezes tokens, for each to be decided about."

    def open_row(self, row: ReviewLine) -> None:
        """Go on with it."""
        from console.screens.review import ReviewScreen

        self.app.push_screen(ReviewScreen(self.session, row.id))

    def in_hand(self) -> dict[str, str]:
        """Return the review under the cursor."""
        return {**super().in_hand(), "review": self.row.id if self.row is not None else ""}

    def do_new_review(self, argument: str) -> None:
        """Ask for a name, and an account or a view."""
        from console.dialogs.form import Field, Form

        def check(values: dict[str, str]) -> str | Callable[[], object]:
            if not values["name"]:
                return "It has no name yet, such as 2026-Q1-acme."
            return lambda: self.begin(lambda: self.freeze(values))

        about = line(("The tokens are frozen as they are now; what comes later is no part of it.", "quiet"))
        fields = [
            Field("name", "Name", argument, note="without spaces, such as 2026-Q1-acme"),
            Field("account", "Account", self._account_id, note="its id or whole name; empty for every account"),
            Field("view", "View", "live", note="a saved view"),
            Field("title", "Title", note="what it is about"),
        ]
        form = Form("New review", about, fields, check)
        form.command = self.command_of("new-review", lambda: {**form.values, "review": form.values["name"]})
        self.ask(form)

    @work(exit_on_error=False, description="open a review")
    async def freeze(self, values: dict[str, str]) -> None:
        """Freeze its tokens, and go on with it."""
        session, view = self.session, values["view"] or "live"
        now, account, wanted = session.now, "", ""

        def read(reader: Reader) -> list[tuple[TokenKey, int]]:
            nonlocal account, wanted
            from store.reads.reviews import frozen

            account = _account(reader, values["account"])
            wanted = f"acct.id={account if account.isalnum() else quoted(account)}" if account else ""
            return frozen(reader, view, wanted, now)

        found: list[tuple[TokenKey, int]] | None = None

        async def ask() -> None:
            nonlocal found
            found = await session.desk.ask("freeze a review", read)

        await self.tried(ask)
        if found is None:
            self.busy = False
            return
        from store.writes.reviews import OpenReviewOrder

        assert session.actor is not None
        order = OpenReviewOrder(review_id=values["name"], title=values["title"], account_id=account or None,
                                filter=f"{view} {wanted}".strip(), items=found, actor=session.actor,
                                case=session.case)  # fmt: skip

        def work(unit: Unit, order: OpenReviewOrder = order) -> ReviewProof:
            from store.writes.reviews import open_review

            return open_review(unit, order, now)

        proof = await self.save(work, order.action_id)
        if proof is not None:
            self.undock()
            self.catch_up()
            from console.screens.review import ReviewScreen

            self.app.push_screen(ReviewScreen(session, proof.review_id))


def _account(reader: Reader, said: str) -> str:
    """Return the id of the account of this id or name, "" for none said. Raises NotFound unless it is exactly one."""
    from store.reads.accounts import account_ids

    ids = account_ids(reader, said) if said else [""]
    if len(ids) == 1:
        return ids[0]
    raise NotFound(
        f"{len(ids)} accounts are called “{said[:60]}”." if ids else f"There is no account of the id or name “{said[:60]}”.",
        f"Give the id: {', '.join(ids[:5])}." if ids else "F3 lists them with their ids.",
    )
