"""A change to the store that is not about one token: saved in one transaction, and never called saved when nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from console.screens.commands import Commands
from store.errors import OutcomeUnknown, StoreError

if TYPE_CHECKING:
    from store.engine import Unit

T = TypeVar("T")
SLOW_S = 0.4
"""After so long a change says that it is being saved."""


class Saving(Commands):
    """A screen that saves something of its own."""

    async def save(self, do: Callable[[Unit], T], action_id: str | None = None) -> T | None:
        """Change the store; None when nothing was changed or nobody knows, which has been said then."""
        slow = self.set_timer(SLOW_S, lambda: self.say(("Saving… ", "finding"), "(Esc can't stop it)"))
        try:
            return await self.session.desk.change(do, action_id)
        except OutcomeUnknown as error:
            self.say(("UNKNOWN. ", "danger"), (f"{error.problem} Look at it again before repeating anything.", "quiet"))
        except StoreError as error:
            self.explain(error)
        finally:
            slow.stop()
            self.busy = False
        if self.is_mounted:
            self.undock()
        return None

    def begin(self, do: Callable[[], object]) -> None:
        """Begin a change that a question was answered with: the answered question stays until the outcome is drawn over it."""
        self.busy = True
        do()
