"""Putting a dead notice in line again, from the list and from its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from console.render.notice_words import short_id
from console.screens.saving import Saving
from store.rules.notices import NoticeState

if TYPE_CHECKING:
    from store.engine import Unit
    from store.notice_rows import NoticeRow


class Retrying(Saving):
    """A screen with a notice at hand."""

    def the_notice(self) -> NoticeRow | None:
        """Return the notice it is about."""
        raise NotImplementedError

    def retried(self) -> None:
        """Read again what has changed."""
        raise NotImplementedError

    def in_hand(self) -> dict[str, str]:
        """Return the notice at hand."""
        notice = self.the_notice()
        return {**super().in_hand(), "notice": notice.id if notice is not None else ""}

    def do_retry_notice(self, argument: str) -> None:
        """Put it in line again; nothing is sent here."""
        row = self.the_notice()
        if row is None:
            self.say(("There is no notice under the cursor.", "finding"))
        elif row.state is not NoticeState.DEAD:
            self.say((f"This notice is {row.state.value}; only dead ones can be tried again.", "finding"))
        else:
            self.put_again(row)

    @work(exit_on_error=False, description="put a notice in line again")
    async def put_again(self, row: NoticeRow) -> None:
        """Save it, and say so."""
        actor, now = self.session.actor, self.session.now
        assert actor is not None

        def again(unit: Unit) -> bool:
            from store.writes.notice_delivery import retry

            retry(unit, row, actor, now)
            return True

        if await self.save(again):
            self.say(("IN LINE AGAIN ", "good"), short_id(row), (", sent by the next `tokendesk notices send`", "quiet"))
            self.retried()
