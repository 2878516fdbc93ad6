"""What is due by the policies, of one account or of all: looked at, then applied in portions once its number was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import DUE
from console.desk import Late
from console.render.counts import counted
from console.render.due_pages import Applied, applied_lines, idle_items, rotation_items
from console.render.items import Item, items
from console.render.pieces import Line
from console.render.sheet import line
from console.screens.desktop import bindings_for
from console.screens.paged import Paged
from console.screens.saving import Saving
from console.screens.token_links import TokenLinks
from console.session import Session
from store.errors import StoreError
from store.rows import TokenKey
from store.rules.idle import Due, Idle, Step
from store.rules.policies import DEFAULT

if TYPE_CHECKING:
    from store.engine import Unit
    from store.writes.policy_effects import Effected


class DueScreen(Paged, Saving, TokenLinks):
    """Shows what is due in one account, or in every account for an empty id."""

    PLACE = DUE
    TITLE_WORDS: ClassVar[str] = "Due"
    BINDINGS = bindings_for(DUE)
    PAGES = ("unused", "rotations")

    def __init__(self, session: Session, account_id: str = DEFAULT) -> None:
        super().__init__(session)
        self.account_id = account_id
        self.found: Due | None = None
        self.applied: Applied | None = None
        self._read_at = session.now
        self._problem = ""

    @property
    def at_work(self) -> bool:
        """Say whether it is being applied right now."""
        return self.applied is not None and not self.applied.over

    def on_mount(self) -> None:
        """Read what is due."""
        self.undock()
        self.read()

    def do_refresh(self, argument: str) -> None:
        """Look again at every live token."""
        if not self.at_work:
            self.applied = None
            self.read()

    @work(exit_on_error=False, description="read what is due")
    async def read(self) -> None:
        """Look at every live token once."""
        from store.reads.policy_due import due

        account_id, now = self.account_id, self.session.now
        try:
            self.found = await self.session.desk.ask("due", lambda reader: due(reader, now, account_id))
        except Late:
            return
        except StoreError as error:
            self._problem = error.problem
            self.explain(error)
            return
        self._read_at = now
        if self.is_mounted and self.dialog is None:
            self.undock()
            self.draw_edges()

    # Drawing -----------------------------------------------------------------------------------------------------

    def items(self, width: int, height: int) -> list[Item]:
        """Return how far applying has come, and the tokens of the page."""
        if self.found is None:
            return [Item(line((self._problem or "Looking at every live token…", "quiet")))]
        page = idle_items if self.page == "unused" else rotation_items
        found = page(self.found, self.session.now, width, every=self.account_id == DEFAULT)
        return [*items(applied_lines(self.applied, width)), *found] if self.applied is not None else found

    def titled(self) -> Line:
        """Say whose tokens were looked at, and when."""
        whose = self.account_id or "every account"
        return line(("Due: ", "quiet"), (whose, "title"), (f"  as of {self._read_at:%H:%M:%S}Z", "quiet"))

    def status_line(self, width: int) -> Line:
        """Say what applying would do."""
        if self.found is None or self.applied is not None:
            return ()
        notices, ends = self.found.at(Step.NOTICE), self.found.at(Step.REVOKE)
        if not notices and not ends:
            return line((" There is nothing to apply: what is listed is for people to decide.", "quiet"))
        words = f" Applying would give {counted(len(notices), 'notice')} and revoke {counted(len(ends), 'token')}.  "
        return line((words, "finding"), ("x", "key"), " asks first")

    def open_item(self, opens: tuple[str, ...]) -> None:
        """Open a token."""
        if not self.at_work:
            self.open_token(TokenKey((opens[1], opens[2])))

    # Applying ----------------------------------------------------------------------------------------------------

    def do_apply_due(self, argument: str) -> None:
        """Ask for the reason and the exact number of tokens it concerns."""
        if self.found is None or self.at_work:
            return
        notices, ends = self.found.at(Step.NOTICE), self.found.at(Step.REVOKE)
        count = len(notices) + len(ends)
        if not count:
            self.say(("Nothing is to be applied: no notice to give, and none that is over.", "finding"))
            return
        from console.dialogs.form import Field, Form

        def check(values: dict[str, str]) -> str | Callable[[], object]:
            if values["count"].replace(",", "") != str(count):
                form.clear("count")
                return f"That is not the number of tokens it concerns: {count:,}."
            return lambda: self.start(notices, ends, values["reason"])

        words = f"{counted(len(notices), 'notice')} to give, {counted(len(ends), 'token')} to revoke. "
        cannot = ("A revocation cannot be undone.", "danger") if ends else ("No token stops by it today.", "quiet")
        fields = [Field("reason", "Reason", argument), Field("count", f"Type {count} to apply it")]
        form = Form("Apply what is due", line((words, "strong"), cannot), fields, check)
        self.ask(form)

    def start(self, notices: tuple[Idle, ...], ends: tuple[Idle, ...], reason: str) -> None:
        """Begin to apply."""
        self.applied, self.first = Applied(len(notices) + len(ends)), 0
        self.undock()
        self.draw_edges()
        self.apply_all(notices, ends, reason)

    @work(exit_on_error=False, description="apply what is due")
    async def apply_all(self, notices: tuple[Idle, ...], ends: tuple[Idle, ...], reason: str) -> None:
        """Give notice and revoke, portion after portion; each is one transaction with its audit lines."""
        from store.writes.orders import new_action_id
        from store.writes.policy_apply import give_notice, portions, revoke_noticed

        applied, whole, bulk_id = self.applied, tuple(one.key for one in ends), new_action_id()
        assert applied is not None
        for do, portion in [
            *[(give_notice, one) for one in portions(notices)],
            *[(revoke_noticed, one) for one in portions(ends)],
        ]:
            if applied.stopping:
                break
            part = await self._portion(do, portion, reason, whole, bulk_id)
            if part is None:
                break
            if do is give_notice:
                applied.noticed += part.changed
            else:
                applied.revoked += part.changed
            applied.left += [("/".join(one.key), one.why) for one in part.left]
            if self.is_mounted:
                self.undock()
        applied.over = True
        self.read()
        if self.is_mounted:
            self.undock()

    async def _portion(
        self, do: Callable[..., Effected], portion: Sequence[Idle], reason: str, whole: tuple[TokenKey, ...], bulk_id: str
    ) -> Effected | None:
        from store.writes.policy_apply import IdleOrder

        session = self.session
        actor, now = session.actor, session.now
        assert actor is not None
        order = IdleOrder(
            idle=tuple(portion), actor=actor, reason=reason, case=session.case, whole=whole, bulk_id=bulk_id
        )  # fmt: skip

        def work(unit: Unit) -> Effected:
            return do(unit, order, now)

        return await self.save(work)

    def leave(self) -> None:
        """Stop after the portion under way; go back once nothing is."""
        if self.applied is not None and self.at_work:
            self.applied.stopping = True
            self.say(("Stopping after those under way.", "finding"))
            self.undock()
            return
        super().leave()
