"""What every screen of one run of the console shares: the store, who works on it, for which case, and the clock."""

from __future__ import annotations

from dataclasses import field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from console.actions import ACTIONS, Action
from console.areas import Trail
from console.clock import Clock
from console.settings import Memory, Settings
from store.address import Address
from store.record import open_record
from store.rules.roles import Actor, Permission, allows

if TYPE_CHECKING:
    from console.desk import Desk
    from store.rows import StoreFacts, TokenKey
    from store.rules.views import View


@open_record
class Session:
    """Set up empty before the first picture; `desk`, `actor` and `facts` are there once the store is open.

    `own` are the numbers of audit lines this console wrote itself and `seen` the newest line it has shown the effect of:
    a change that is nobody else's needs no reading again. `trail` is the way through the areas, and `changes` counts how often
    the store
    has changed: a screen that comes back knows by it whether to read again. `made` is the token that was issued last, until the
    token list has gone to it. `saved` are the views that the person sees besides
    those that every store has, as they were last read. `at_the_door`: the passphrase is being waited for. `asked` requests wait
    for a second person, and `broken` is how often the glass was broken and nobody has looked at it.
    """

    address: Address
    settings: Settings = field(default_factory=Settings)
    memory: Memory = field(default_factory=Memory)
    clock: Clock = field(default_factory=Clock)
    actions: tuple[Action, ...] = ACTIONS
    actor: Actor | None = None
    facts: StoreFacts | None = None
    case: str | None = None
    paused: bool = False
    lost_since: datetime | None = None
    own: set[int] = field(default_factory=set)
    seen: int = 0
    trail: Trail = field(default_factory=Trail)
    changes: int = 0
    made: TokenKey | None = None
    saved: tuple[View, ...] = ()
    at_the_door: bool = False
    asked: int = 0
    broken: int = 0
    _desk: Desk | None = None

    @property
    def desk(self) -> Desk:
        """Return the door to the store; only once `ready`."""
        if self._desk is None:
            raise RuntimeError("the store is not open yet")
        return self._desk

    @property
    def ready(self) -> bool:
        """Say whether the store is open."""
        return self._desk is not None

    @property
    def now(self) -> datetime:
        """Return the moment everything is judged at."""
        return self.clock.now()

    def start(self, desk: Desk, actor: Actor) -> None:
        """Begin to work on an open store; a demo store's frozen clock becomes the session's, unless one was given."""
        self._desk, self.actor, self.facts = desk, actor, desk.store.facts
        if self.clock.frozen is None and self.facts.demo_now is not None:
            self.clock = replace(self.clock, frozen=self.facts.demo_now)

    @property
    def words(self) -> tuple[str, ...]:
        """Return what this store's environment is called: the profile's word, then the store's own; each once."""
        own = self.facts.environment.strip() if self.facts is not None else ""
        named = self.settings.environment.strip()
        return tuple(word for word in (named, own if own.lower() != named.lower() else "") if word)

    def only_own(self, head: int) -> bool:
        """Say whether every audit line since the last look is this console's own, and take note of `head` as seen."""
        seen, self.seen = self.seen, head
        mine = 0 < seen < head and all(number in self.own for number in range(seen + 1, min(head, seen + 1_000) + 1))
        self.own = {number for number in self.own if number > head}
        return mine

    def why_not(self, permission: Permission) -> str:
        """Return why this may not be done now, in a few words; "" when it may."""
        if permission in (Permission.SEE, Permission.IDENTIFY):
            return ""  # everybody's, and neither changes anything
        if self.actor is None:
            return "the store is not open yet"
        if self.actor.read_only:
            return "read-only"
        if self.lost_since is not None:
            return "the store is lost"
        if not allows(self.actor.role, permission):
            return f"not as {self.actor.role}"
        return ""
