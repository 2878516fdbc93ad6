"""Revoking several tokens: a frozen list to go through, a reason, the exact count typed, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import BULK
from console.dialogs.form import Field, Form
from console.dialogs.review import CHUNK, Item, Review, review_of
from console.dialogs.review_lines import TOLD, count_lines, head_line, item_line, progress_lines, told_lines
from console.render.counts import counted
from console.render.pieces import Line
from console.render.sheet import Sheet, length, line
from console.screens.desktop import bindings_for
from console.screens.scrolled import Scrolled
from console.session import Session
from store.errors import StoreError
from store.reader import Reader
from store.rows import TokenKey, TokenRow
from store.rules.blast import Blast

if TYPE_CHECKING:
    from store.engine import Unit
    from store.writes.ending import Outcome

AT_A_TIME = 500
TITLE_SIDES = 6
"""The cells of the upper edge that are neither its title nor which rows are shown."""

MOST_TOLD = 200
"""Of so many tokens, the busiest, the review says who calls with them: more would keep the person waiting."""


class BulkScreen(Scrolled):
    """Reviews and revokes a frozen set. `left` is told which tokens were not revoked, once the screen is closed."""

    PLACE = BULK
    TITLE_WORDS: ClassVar[str] = "Bulk revoke"
    BINDINGS = bindings_for(BULK)

    def __init__(
        self,
        session: Session,
        keys: Sequence[TokenKey],
        visible: Sequence[TokenKey],
        left: Callable[[tuple[TokenKey, ...]], None],
    ) -> None:
        super().__init__(session)
        self._keys, self._visible, self._left = tuple(keys), tuple(visible), left
        self.review = Review()
        self._frozen_at = session.now
        self._at_work = self._over = self._stopping = False

    def on_mount(self) -> None:
        """Read the tokens as they are now."""
        self.freeze()

    @work(exit_on_error=False, description="read the marked tokens")
    async def freeze(self) -> None:
        """Read every marked token."""
        now = self.session.now

        def read(reader: Reader) -> tuple[list[TokenRow], dict[TokenKey, Blast]]:
            from store.reads.blast import blast
            from store.reads.token_rows import counted, token_rows

            found: list[TokenRow] = []
            for start in range(0, len(self._keys), AT_A_TIME):
                rows = token_rows(reader, list(self._keys[start : start + AT_A_TIME]), now)
                found += counted(reader, list(rows.values()), now)
            used = sorted((row for row in found if row.last_used_at and row.live), key=lambda row: -row.requests_30d)[:MOST_TOLD]
            return found, {row.key: blast(reader, row, now) for row in used}

        try:
            rows, blasts = await self.session.desk.ask("bulk", read)
        except StoreError as error:
            self.explain(error)
            return
        self.review = review_of(rows, now, self._visible, blasts)
        self.draw_all()

    # Drawing -----------------------------------------------------------------------------------------------------

    def undock(self) -> None:
        """Draw the part of the list the cursor is in, and under it the counts."""
        pane = self.dock()
        if not pane.is_mounted:
            return
        width, height = pane.room
        review = self.review
        room = max(1, height - 5 - TOLD)
        self.first = max(0, min(self.first, review.cursor, len(review.items) - room))
        self.first = max(self.first, review.cursor - room + 1)
        lines: list[Line] = [head_line(width, over=self._over)]
        shown = review.items[self.first : self.first + room]
        lines += [
            item_line(item, number + self.first == review.cursor, width, self.session.now) for number, item in enumerate(shown)
        ]
        lines += [()] * (room + 2 - len(lines))
        started = self._at_work or self._over
        counts = progress_lines(review, over=self._over, stopping=self._stopping) if started else count_lines(review, width)
        told = told_lines(review.items[review.cursor], width, self.session.now) if review.items else [()] * TOLD
        lines += [*told, (), *counts]
        part = f"{self.first + 1}-{self.first + len(shown)} of {len(review.items)}" if len(shown) < len(review.items) else ""
        pane.show(Sheet(lines, self._title(width - len(part)), line((part, "quiet")), style="danger", strong=height + 2))

    def _title(self, width: int) -> Line:
        """Say what is to be done since when, and how many the list does not show: as fully as there is room."""
        hidden, frozen = self.review.hidden, f"  frozen {self._frozen_at:%H:%M:%S}Z"
        out = f"{hidden} out of view"
        told = (f"{frozen}, {hidden} of them out of view in the list", f"{frozen}, {out}", f"  {out}")
        what = line((f"Revoke {counted(len(self._keys), 'marked token')}", "danger"))
        forms = [line(*what, (words, "quiet")) for words in (told if hidden else (frozen,))]
        return next((one for one in forms if length(one) <= width - TITLE_SIDES), forms[-1])

    # Actions -----------------------------------------------------------------------------------------------------

    def scroll_by(self, lines: int) -> None:
        """Move the cursor."""
        self.review.move(lines)
        if self.dialog is None:
            self.undock()

    def do_top(self, argument: str) -> None:
        """Go to the first token."""
        self.scroll_by(-len(self.review.items))

    def do_tick(self, argument: str) -> None:
        """Tick or untick."""
        if not self._at_work and not self._over:
            self.review.toggle()
            self.undock()

    def do_tick_all(self, argument: str) -> None:
        """Tick every token."""
        self._tick_every(True)

    def do_untick_all(self, argument: str) -> None:
        """Untick every token."""
        self._tick_every(False)

    def _tick_every(self, ticked: bool) -> None:
        if not self._at_work and not self._over:
            self.review.tick(ticked)
            self.undock()

    def do_type_count(self, argument: str) -> None:
        """Ask for the reason and the count."""
        if self._at_work or self._over:
            return
        count = len(self.review.ticked)
        if not count:
            self.say(("Nothing is ticked. ", "finding"), ("␣", "key"), " ticks the token under the cursor.")
            return

        def check(values: dict[str, str]) -> str | Callable[[], object]:
            if not values["reason"]:
                return "Say why in a few words."
            wrong = self.review.wrong_count(values["count"])
            if wrong:
                form.clear("count")
                return wrong
            return lambda: self.start(values["reason"])

        fields = [Field("reason", "Reason"), Field("count", f"Type {count} to revoke")]
        tokens, accounts = counted(count, "token"), counted(self.review.accounts, "account")
        about = line((f"{tokens} of {accounts}. ", "strong"), ("Cannot be undone.", "danger"))
        form = Form("Reason and count", about, fields, check)
        form.command = lambda: self.commands(form.values["reason"])
        self.ask(form)

    def commands(self, reason: str = "") -> list[tuple[str, ...]]:
        """Return the command that revokes each ticked token."""
        from console.command_lines import filled, line_for, of_token

        hand = {**self.in_hand(), "reason": reason}
        ticked = [item.row for item in self.review.ticked]
        return [filled(line_for("type-count"), {**hand, **of_token(row.account_id, row.id)}) for row in ticked]

    def do_as_command(self, argument: str) -> None:
        """Copy the command that revokes each ticked token, a line for each."""
        self.copy_commands(self.commands())

    def start(self, reason: str) -> None:
        """Begin to revoke."""
        self._at_work = True
        self.undock()
        self.revoke_all(reason)

    @work(exit_on_error=False, description="revoke several tokens")
    async def revoke_all(self, reason: str) -> None:
        """Revoke portion after portion; each is one transaction with its audit lines, so that nothing is ever half done."""
        from store.writes.orders import new_action_id

        whole, bulk = tuple(item.row.key for item in self.review.ticked), new_action_id()
        for portion in self.review.chunks():
            if self._stopping:
                break
            await self._revoke_portion(portion, reason, whole, bulk)
            if self.is_mounted:
                self.undock()
        self._at_work, self._over = False, True
        if self.is_mounted:
            self.undock()

    async def _revoke_portion(self, portion: list[Item], reason: str, whole: tuple[TokenKey, ...], bulk: str) -> None:
        from store.writes.orders import new_action_id

        session = self.session
        actor, case, now, action_id = session.actor, session.case, session.now, new_action_id()
        assert actor is not None
        items = tuple((item.row.key, item.row.audit_seq) for item in portion)

        def work(unit: Unit) -> list[Outcome]:
            from store.writes.ending import RevokeManyOrder, revoke_many

            order = RevokeManyOrder(
                items=items, actor=actor, reason=reason, case=case, action_id=action_id, whole=whole, bulk_id=bulk
            )
            return revoke_many(unit, order, now)

        try:
            outcomes = await session.desk.change(work)
        except StoreError as error:
            for item in portion:
                item.outcome, item.style = f"failed: {error.problem}", "danger"
            self._stopping = True
            self.explain(error)
            return
        for item, outcome in zip(portion, outcomes, strict=True):
            if outcome.revoked is not None:
                item.outcome, item.style = f"revoked, audit #{outcome.revoked.seq}", "good"
            else:
                item.outcome, item.style = f"skipped: {outcome.problem}", "finding"

    def leave(self) -> None:
        """Stop after the portion under way; go back once nothing is."""
        if self._at_work:
            self._stopping = True
            self.say((f"Stopping after these {CHUNK}.", "finding"))
            self.undock()
            return
        if self._over:
            self._left(self.review.left_over())
        super().leave()
