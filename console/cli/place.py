"""Which store a command works on, how, and at which moment: what the options that every command takes come down to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from console.settings import Settings
    from store.address import Address
    from store.errors import SignInNeeded
    from store.opening import Store
    from store.rules.roles import Actor


@dataclass(frozen=True)
class Place:
    """What was said about the store before and after the command; the nearer word wins. `locked`: --read-only was said."""

    store: str | None = None
    locked: bool = False
    slow: bool = False
    theme: str | None = None
    profile: str | None = None
    operator: str | None = None

    def narrowed(self, store: str | None, locked: bool, profile: str | None = None, operator: str | None = None) -> Place:
        """Return the place with what was said after the command.

        Who acts is what stands in front of it: a forced command fixes that, and nothing behind it changes it.
        """
        return replace(
            self,
            store=store or self.store,
            locked=locked or self.locked,
            profile=profile or self.profile,
            operator=self.operator or operator,
        )

    @cached_property
    def settings(self) -> Settings:
        """Return what holds here, the person's profile and file considered; raises BadInput for a profile that is not there."""
        return self.settings_with("")

    def settings_with(self, remembered: str) -> Settings:
        """Return the same for the console, which remembers a theme."""
        from console.settings import load_settings

        return load_settings(
            remembered,
            store=self.store,
            profile=self.profile,
            theme=self.theme,
            slow=self.slow or None,
            read_only=self.locked or None,
        )

    @property
    def read_only(self) -> bool:
        """Say whether nothing may be changed, by --read-only, a variable, the profile or the file."""
        return self.settings.read_only

    def refuse_read_only(self, instead: str = "") -> None:
        """Raise Denied where nothing may be changed; `instead` is what can be done all the same. The only place that does."""
        if not self.read_only:
            return
        from store.errors import Denied, Lack

        where = "Leave out --read-only" if self.locked else "`tokendesk config` names the setting: change it"
        raise Denied(Lack.READ_ONLY, "This is read-only.", f"{where}{instead and ', or '}{instead}.")

    def address(self) -> Address:
        """Return the store's address; without one, the file in the user's data folder. Raises BadInput for a bad one."""
        from store.address import parse_address

        if self.store is not None:
            _warn_of_password(self.store)
        named = self.settings.store
        return parse_address(named or str(default_store()))

    def checked(self) -> Address:
        """Return the address; raises Unreachable, with how to make a store, when nothing was named and there is none."""
        from store.errors import Unreachable

        address = self.address()
        if not self.settings.store and address.path is not None and not address.path.exists():
            raise Unreachable(
                f"You have no store yet: {address.path} does not exist.",
                "Make one with `tokendesk store init`, name another with --store, or try `tokendesk demo`.",
            )
        return address

    @contextmanager
    def open(self, *, quiet: bool = False) -> Iterator[Store]:
        """Open the store for one command; raises Unreachable. `quiet` says nothing about the settings, once more."""
        from console.cli.output import say
        from store.opening import open_store

        for problem in () if quiet else self.settings.problems:
            say(problem)
        store = open_store(self.checked())
        store.prove = lambda needed: _proves(self, store, needed)
        try:
            yield store
        finally:
            store.close()

    def actor(self, store: Store) -> Actor:
        """Return who acts."""
        from console.actor import actor_at

        return actor_at(store, read_only=self.read_only, operator=self.operator or "", kept=True)


def _proves(place: Place, store: Store, needed: SignInNeeded) -> bool:
    """Ask a person at a terminal for their passphrase; nobody else can be asked."""
    from console.cli.passphrase import at_terminal, prove

    return at_terminal() and prove(store, place.actor(store), needed)


def default_store() -> Path:
    """Return the file that is opened when nobody names another."""
    from platformdirs import user_data_path

    return user_data_path("tokendesk") / "tokens.db"


def now_at(store: Store) -> datetime:
    """Return the moment a command acts at: the frozen one of a demo store, or the wall clock."""
    from console.clock import Clock

    return Clock(store.facts.demo_now).now()


def asked_at(store: Store, as_of: str | None) -> datetime:
    """Return the moment a question is about: `--as-of`, or now. Raises BadInput for a time that is not one, or not yet."""
    from console.cli.times import moment_of
    from store.errors import BadInput

    now = now_at(store)
    if as_of is None:
        return now
    moment = moment_of(as_of, "--as-of")
    if moment > now:
        raise BadInput("--as-of names a time that has not come yet.", "Give one in the past.")
    return moment


def _warn_of_password(text: str) -> None:
    from urllib.parse import urlsplit

    try:
        password = urlsplit(text).password
    except ValueError:
        return
    if password:
        from console.cli.output import say

        say("Others on this machine can see the password in --store; put the address in TOKENDESK_STORE, or use PGPASSFILE.")
