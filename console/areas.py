"""The areas of the console: ONE table from which modes, keys, commands, the top line and the palette follow.

Each area keeps a stack of screens of its own, so that going away and coming back finds what was open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from importlib import import_module
from typing import TYPE_CHECKING

from store.record import open_record, record

if TYPE_CHECKING:
    from console.screens.desktop import Desktop
    from console.session import Session

HOME_AREA = "tokens"


@record
class Area:
    """One area: `letter` follows `o`, `key` goes there at once, `module` and `screen` name its first screen.

    `argument` is what may follow its command.
    """

    id: str
    title: str
    letter: str
    key: str
    says: str
    module: str
    screen: str
    argument: str = ""

    def make(self, session: Session) -> Desktop:
        """Return a new first screen; its module is imported only now."""
        made: Callable[[Session], Desktop] = getattr(import_module(self.module), self.screen)
        return made(session)


AREAS: tuple[Area, ...] = (
    Area("tokens", "Tokens", "t", "f2", "Find tokens, see what they do, revoke them.",
         "console.screens.tokens", "TokensScreen", argument="FILTER"),
    Area("accounts", "Accounts", "a", "f3", "Customers: their tokens, people, policy, findings and traffic.",
         "console.screens.accounts", "AccountsScreen", argument="WORD"),
    Area("dashboard", "Dashboard", "d", "f4", "What needs attention now, requests over time, expiries, ages: numbers that open.",
         "console.screens.dashboard", "DashboardScreen", argument="BOARD"),
    Area("leaks", "Leaks", "l", "f5", "Paste a leaked token: whose it is, whether it works, and what to do.",
         "console.screens.leaks", "LeaksScreen"),
    Area("cases", "Cases", "c", "f12", "Incidents: what is done and what is missing, their tokens, numbers and timeline.",
         "console.screens.cases", "CasesScreen", argument="WORD"),
    Area("audit", "Audit", "u", "f6", "Who did what, when, to which token and for which case; and whether the log is whole.",
         "console.screens.audit", "AuditScreen", argument="FILTER"),
    Area("policies", "Policies", "p", "f9", "The policy of each account: how long tokens live, how old, how idle, how many.",
         "console.screens.policies", "PoliciesScreen", argument="WORD"),
    Area("scopes", "Scopes", "s", "f8", "Permissions in plain words: what each can and cannot do, and who holds it.",
         "console.screens.scopes", "ScopesScreen", argument="WORD"),
    Area("views", "Views", "v", "f7", "Every view with what it holds; make, change, share and delete those that are saved.",
         "console.screens.views", "ViewsScreen", argument="WORD"),
    Area("operators", "Operators", "r", "f10", "Our own staff: roles, last actions; add one or switch one off.",
         "console.screens.operators", "OperatorsScreen", argument="WORD"),
    Area("settings", "Settings", "g", "f11", "What this console was told, and where each word comes from.",
         "console.screens.settings", "SettingsScreen"),
)  # fmt: skip
"""In the order of the top line, which shows as many of the first as fit."""


@open_record
class Trail:
    """The areas one has been to, for the way back; going somewhere new forgets what was ahead."""

    areas: list[str] = field(default_factory=lambda: [HOME_AREA])
    at: int = 0

    @property
    def here(self) -> str:
        """Return the present area."""
        return self.areas[self.at]

    def go(self, area: str) -> None:
        """Go to an area, unless one is there."""
        if area != self.here:
            self.areas = [*self.areas[: self.at + 1], area][-50:]
            self.at = len(self.areas) - 1

    def step(self, by: int) -> str | None:
        """Go back or forward and return the area there; None at either end."""
        if not 0 <= self.at + by < len(self.areas):
            return None
        self.at += by
        return self.here

    def last(self) -> str:
        """Return the area before this one; home when there was none."""
        return self.areas[self.at - 1] if self.at else HOME_AREA
