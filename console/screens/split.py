"""Splitting a token that several programs share: the plan on a page, each step by the form that does it, this token last."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import SPLIT
from console.desk import Late
from console.render.freshness import recorded_line
from console.render.items import Item, items
from console.render.pieces import Line
from console.render.sheet import line
from console.render.split_pages import NARROW, split_items, token_name
from console.screens.desktop import bindings_for
from console.screens.paged import Paged
from console.screens.token_actions import TokenActions
from console.session import Session
from store.errors import Refused, StoreError
from store.rows import Freshness, TokenKey, TokenRow
from store.rules.rotation import refuse_rotation
from store.split_rows import Does, SplitState, Step

if TYPE_CHECKING:
    from console.render.token_facts import TokenFacts
    from store.reader import Reader
    from store.writes.orders import Issued, Rotated

DAYS = 30


class SplitScreen(Paged, TokenActions):
    """Proposes narrower tokens for one token, and makes them one by one; what was made is read from the store again."""

    PLACE = SPLIT
    PAGES = ("plan",)
    TITLE_WORDS: ClassVar[str] = "Split a token"
    BINDINGS = bindings_for(SPLIT)

    def __init__(self, session: Session, key: TokenKey, name: str) -> None:
        super().__init__(session)
        self._key, self._called = key, name
        self.state: SplitState | None = None
        self._fresh: Freshness | None = None
        self._gone, self._next = False, True

    @property
    def row(self) -> TokenRow | None:
        """Return the token that is split."""
        return None if self.state is None else self.state.row

    @property
    def known(self) -> TokenFacts | None:
        """Nothing more is kept about it here."""
        return None

    def changed(self, key: TokenKey) -> None:
        """Read again after a change, and go to the next step."""
        self._next = True
        self.read()

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
        """Read the token, how its scopes were used, and which tokens were made out of it."""
        key, now = self._key, self.session.now

        def look(reader: Reader) -> tuple[SplitState | None, Freshness]:
            from store.reads.splitting import split_state
            from store.reads.tokens import token
            from store.reads.usage import freshness

            row = token(reader, key, now)
            return None if row is None else split_state(reader, row, now, DAYS), freshness(reader)

        try:
            state, self._fresh = await self.session.desk.ask("split", look)
        except Late:
            return
        except StoreError as error:
            self.explain(error)
            return
        self.state, self._gone = state, state is None
        if self.is_mounted and self.dialog is None:
            self.undock()
            self.draw_status()

    # Drawing -----------------------------------------------------------------------------------------------------

    def titled(self) -> Line:
        """Return which token is split."""
        return line(("Split ", "title"), (self._called, "title"))

    def status_line(self, width: int) -> Line:
        """Say how far usage is known."""
        return () if self._fresh is None else recorded_line(self._fresh, self.session.now, width)

    def items(self, width: int, height: int) -> list[Item]:
        """Return the page; after a step the cursor goes to the next one."""
        if self.state is None:
            return items([line(("This token is no longer in the store." if self._gone else "Reading…", "quiet"))])
        found = split_items(self.state, DAYS, width)
        if self._next:
            self._next, self.cursor = False, next((number for number, item in enumerate(found) if item.opens), -1)
            self.first = max(self.first, self.cursor - height + 3)
        return found

    # Steps -------------------------------------------------------------------------------------------------------

    def do_next_step(self, argument: str) -> None:
        """Open the form of the step under the cursor."""
        if self.state is None:
            return
        found = self.items(*self.dock().room)
        if 0 <= self.cursor < len(found):
            self.open_item(found[self.cursor].opens)
        else:
            self.say(("There is no step left to take.", "quiet"))

    def open_item(self, opens: tuple[str, ...]) -> None:
        """Open the form of one step."""
        state = self.state
        if state is None or not opens:
            return
        if opens[0] == NARROW:
            self._rotate(state.row, state.use.exercised)
            return
        step = state.steps()[int(opens[0])]
        match step.does:
            case Does.ISSUE:
                self._issue(state.row, step)
            case Does.ROTATE:
                self._rotate(state.row, step.keeps)
            case Does.RETIRE:
                self.do_revoke("")

    def _issue(self, row: TokenRow, step: Step) -> None:
        from console.screens.issue import IssueScreen
        from console.screens.issue_form import Wish
        from store.writes.orders import Split

        program = step.programs[0]

        def made(issued: Issued) -> None:
            self.changed(issued.key)

        about = f"For {program}: what it was seen to need of “{self._called}”."
        owner = row.owner or "" if row.owner_active else ""
        split = Split(row.key, program)
        wish = Wish(row.account_id, token_name(row, program), owner, row.environment, step.scopes, about=about, split=split)
        self.app.push_screen(IssueScreen(self.session, wish, made))

    def _rotate(self, row: TokenRow, scopes: tuple[str, ...]) -> None:
        from console.screens.rotate import RotateScreen

        try:
            refuse_rotation(row.status)
        except Refused as error:
            self.explain(error)
            return

        def rotated(proof: Rotated) -> None:
            self.changed(proof.new.key)

        self.app.push_screen(RotateScreen(self.session, row, rotated, keep=scopes))

    def do_rotate(self, argument: str) -> None:
        """Rotate it, narrowed to what is left with it."""
        if self.state is not None:
            rotation = next((step for step in self.state.steps() if step.does is Does.ROTATE), None)
            self._rotate(self.state.row, self.state.row.scopes if rotation is None else rotation.keeps)

    def do_refresh(self, argument: str) -> None:
        """Read again."""
        self.read()
