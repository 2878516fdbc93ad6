"""Splitting a token that several programs share: the proposal on a page, each step by the form that does it, this token last."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import SPLIT
from console.desk import Late
from console.render.pieces import Line
from console.render.sheet import Sheet, line
from console.render.split_pages import DONE, can_narrow, split_page, token_name
from console.screens.desktop import bindings_for
from console.screens.scrolled import Scrolled
from console.session import Session
from store.errors import Refused, StoreError
from store.rows import TokenKey, TokenRow
from store.rules.rotation import refuse_rotation
from store.rules.splitting import Share, Use, plan

if TYPE_CHECKING:
    from store.reader import Reader
    from store.writes.orders import Issued, Rotated

DAYS = 30


class SplitScreen(Scrolled):
    """Proposes narrower tokens for one token, and makes them in turn."""

    PLACE = SPLIT
    TITLE_WORDS: ClassVar[str] = "Split a token"
    BINDINGS = bindings_for(SPLIT)

    def __init__(self, session: Session, key: TokenKey, name: str) -> None:
        super().__init__(session)
        self._key, self._called = key, name
        self._known: tuple[TokenRow, Use] | None = None
        self._made: dict[str, str] = {}
        self._gone = False

    def on_mount(self) -> None:
        """Read who uses it for what."""
        self.read()

    def store_changed(self) -> None:
        """Read again."""
        self.read()

    def in_hand(self) -> dict[str, str]:
        """Return the token."""
        from console.command_lines import of_token

        return {**super().in_hand(), **of_token(*self._key)}

    @work(exit_on_error=False, description="read who shares a token")
    async def read(self) -> None:
        """Read the token and how its scopes were used."""
        key, now = self._key, self.session.now

        def look(reader: Reader) -> tuple[TokenRow, Use] | None:
            from store.reads.splitting import scope_use
            from store.reads.tokens import token

            row = token(reader, key, now)
            return None if row is None else (row, scope_use(reader, row, now, DAYS))

        try:
            known = await self.session.desk.ask("split", look)
        except Late:
            return
        except StoreError as error:
            self.explain(error)
            return
        # The plan that was begun stays as it is: what was made meanwhile would change who shares the token.
        self._known, self._gone = (known if self._known is None or known is None else (known[0], self._known[1])), known is None
        if self.is_mounted and self.dialog is None:
            self.undock()

    def undock(self) -> None:
        """Draw the part of the page that is scrolled to."""
        pane = self.dock()
        if not pane.is_mounted:
            return
        lines: list[Line] = [line(("This token is no longer in the store." if self._gone else "Reading…", "quiet"))]
        if self._known is not None:
            lines = split_page(*self._known, self._made, DAYS, pane.room[0])
        seen = self.kept_in_bounds(len(lines))
        note = line((f"{seen.start + 1}-{seen.stop} of {len(lines)}", "quiet")) if len(lines) > len(seen) else ()
        pane.show(Sheet(lines[seen.start : seen.stop], line(("Split ", "title"), (self._called, "title")), note))

    def do_next_step(self, argument: str) -> None:
        """Open the form of the first step that is not done."""
        if self._known is None:
            return
        row, use = self._known
        steps = [share for share in plan(use) if share.integration not in self._made]
        if len(steps) > 1:
            self._issue(row, steps[0])
        elif steps:
            self._rotate(row, steps[0].scopes, steps[0].integration)
        elif can_narrow(use) and DONE not in self._made:
            self._rotate(row, use.exercised, DONE)
        else:
            self.say(("There is no step left to take.", "quiet"))

    def _issue(self, row: TokenRow, share: Share) -> None:
        from console.screens.issue import IssueScreen
        from console.screens.issue_form import Wish

        def made(issued: Issued) -> None:
            self._made[share.integration] = f"issued …{issued.hint}"
            self.read()

        about = f"For {share.integration}: what it was seen to need of “{self._called}”."
        owner = row.owner or "" if row.owner_active else ""
        wish = Wish(row.account_id, token_name(row, share), owner, row.environment, share.scopes, about=about)
        self.app.push_screen(IssueScreen(self.session, wish, made))

    def _rotate(self, row: TokenRow, scopes: tuple[str, ...], step: str) -> None:
        from console.screens.rotate import RotateScreen

        try:
            refuse_rotation(row.status)
        except Refused as error:
            self.explain(error)
            return

        def rotated(proof: Rotated) -> None:
            self._made[step] = f"the old one ends {proof.ends_at:%Y-%m-%d %H:%M}Z"
            self.read()

        self.app.push_screen(RotateScreen(self.session, row, rotated, keep=scopes))

    def do_refresh(self, argument: str) -> None:
        """Read again."""
        self.read()
