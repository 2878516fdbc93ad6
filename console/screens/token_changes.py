"""Changing a token without ending it: suspend and resume, rotate, rename, another end. A form first, then a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from textual import work

from console.desk import Late
from console.screens.token_actions import Target, TokenActions
from store.errors import Refused, StoreError

if TYPE_CHECKING:
    from console.actions import Action
    from console.dialogs.form import Form
    from store.engine import Unit
    from store.reader import Reader
    from store.rows import TokenKey, TokenLine
    from store.writes.orders import Changed, Order, Rotated

T = TypeVar("T")
ENDED = ("revoked", "expired")
_REFUSED = frozenset({"suspend", "rotate", "expiry"})
VAIN: Mapping[str, frozenset[str]] = {"revoked": _REFUSED | {"revoke"}, "expired": _REFUSED, "suspended": frozenset({"rotate"})}
"""What the store would refuse to do to a token of a status; by its word, for the first picture needs no more of a status."""


SUSPENDED, RESUME = "suspended", "Resume"


class TokenChanges(TokenActions, part=True):
    """A screen that shows a token one can change."""

    told_of: tuple[TokenKey | None, str] = (None, "")
    """The token the key hints are drawn for, and the status it had then."""

    @property
    def told_status(self) -> str:
        """Return the status of the token the hints are drawn for: the one it had when the cursor came to it."""
        return self.told_of[1]

    @property
    def vain(self) -> frozenset[str]:
        """Return what can't be done to the token the hints are drawn for."""
        return VAIN.get(self.told_status, frozenset())

    @property
    def hinted(self) -> tuple[Action, ...]:
        """Return the actions of the hints: the key that suspends a token lets a suspended one work again."""
        named = super().hinted
        if self.told_status != SUSPENDED:
            return named
        return tuple(replace(one, label=RESUME) if one.id == "suspend" else one for one in named)

    def tell_of(self, row: TokenLine | None) -> None:
        """Draw the hints for a token; after it was revoked here that would be too much for a slow line."""
        (key, before), now = self.told_of, (None, "") if row is None else (row.key, str(row.status))
        if now[0] != key or (now[1] != before and now[1] not in ENDED):
            self.told_of = now
            if VAIN.get(now[1]) != VAIN.get(before):
                self.draw_status()

    def do_suspend(self, argument: str) -> None:
        """Ask for a message and an end, or whether a token that is suspended may work again."""
        row = self.at_hand()
        if row is None:
            return
        from console.screens import change_forms
        from store.rules.status import Status

        known = self.known
        if row.status is Status.SUSPENDED:
            change_forms.resume(self, row, known.whole if known is not None and known.row.key == row.key else None)
        elif row.live:
            change_forms.suspend(self, row)
        else:
            self.say(("Only a token that works can be suspended; ", "finding"), f"this one is {row.status}.")

    def do_open_case(self, argument: str) -> None:
        """Ask for the name of a case for the token at hand."""
        row = self.at_hand()
        if row is not None:
            from console.screens import case_forms

            case_forms.open_for(self, row, argument)

    @work(exit_on_error=False, description="open a case")
    async def open_case(self, target: Target, case: str, title: str) -> None:
        """Open a case for a token, or take it into one, and work under it from here on."""
        from store.writes.cases import OpenOrder, open_or_name

        session = self.session
        assert session.actor is not None
        order = OpenOrder(case=case, actor=session.actor, words=title, key=target.key)
        now = session.now
        proof = await self.write(lambda unit: open_or_name(unit, order, now), order.action_id, target)
        if proof is not None:
            session.own.add(proof.seq)
            session.case = proof.case
            self.draw_edges()
            did = "OPENED " if proof.did.value == "open" else "TAKEN INTO "
            self.say((did, "good"), (proof.case, "accent"), f", audit #{proof.seq}; what follows is filed under it.")
            self.undock()

    def do_rotate(self, argument: str) -> None:
        """Open the form a token is rotated by."""
        row = self.at_hand()
        if row is None:
            return
        from console.screens.rotate import RotateScreen
        from store.rules.rotation import refuse_rotation

        try:
            refuse_rotation(row.status)
        except Refused as error:
            self.explain(error)
            return
        self.app.push_screen(RotateScreen(self.session, row, lambda rotated: self.rotated(row, rotated), argument))

    def rotated(self, row: TokenLine, rotated: Rotated) -> None:
        """Show a token as it is after its rotation."""
        self.changed(row.key)
        self.say(
            ("ROTATED ", "good"),
            f"…{row.hint}, audit #{rotated.old.seq}; the old one ends {rotated.ends_at:%Y-%m-%d %H:%M}Z",
        )

    def do_issue(self, argument: str) -> None:
        """Open the form a token is issued by."""
        from console.screens.issue import IssueScreen
        from console.screens.issue_form import Wish

        self.app.push_screen(IssueScreen(self.session, Wish(account=argument)))

    def do_split(self, argument: str) -> None:
        """Show the narrower tokens it could be split into."""
        row = self.at_hand()
        if row is not None:
            from console.render.identity import name_words
            from console.screens.split import SplitScreen

            self.app.push_screen(SplitScreen(self.session, row.key, name_words(row)))

    def do_rename(self, argument: str) -> None:
        """Ask for another name."""
        row = self.at_hand()
        if row is not None:
            from console.screens import change_forms

            change_forms.rename(self, row, argument)

    def do_expiry(self, argument: str) -> None:
        """Ask for another end."""
        row = self.at_hand()
        if row is not None and not row.live:
            self.say(("Only a token that works can be given another end; ", "finding"), f"this one is {row.status}.")
        elif row is not None:
            from console.screens import change_forms

            change_forms.expiry(self, row, argument)

    def do_reown(self, argument: str) -> None:
        """Ask for another owner."""
        row = self.at_hand()
        if row is not None and row.status in ENDED:
            self.say(("Only a token that has not ended can be given another owner; ", "finding"), f"this one is {row.status}.")
        elif row is not None:
            from console.screens import change_forms

            known = self.known
            whole = known.whole if known is not None and known.row.key == row.key else None
            change_forms.reown(self, whole or row, argument)

    def do_addresses(self, argument: str) -> None:
        """Ask from where it may be used."""
        row = self.at_hand()
        if row is not None and row.status in ENDED:
            self.say(("Only a token that has not ended can be bound to addresses; ", "finding"), f"this one is {row.status}.")
        elif row is not None:
            from console.screens.address_form import change_addresses

            change_addresses(self, row, argument)

    @work(exit_on_error=False, description="read what a form needs")
    async def learn(self, form: Form, read: Callable[[Reader], T], know: Callable[[T], object]) -> None:
        """Read something for an open form, and draw it again once that is known."""
        try:
            know(await self.session.desk.ask("form", read))
        except Late:
            return
        except StoreError as error:
            self.explain(error)
            return
        if self.dialog is form:
            self.draw_dialog()

    @work(exit_on_error=False, description="change a token")
    async def change(self, verb: str, target: Target, **values: object) -> None:
        """Make a change that only takes an order, and say what became of it."""
        from console.screens.outcomes import changed_line
        from store.writes import addresses, orders

        kinds: dict[str, Callable[..., Order]] = {
            "suspend": orders.SuspendOrder,
            "resume": orders.ResumeOrder,
            "rename": orders.RenameOrder,
            "expire": orders.ExpireOrder,
            "reown": orders.ReownOrder,
            "addresses": addresses.AddressesOrder,
        }
        session = self.session
        order = kinds[verb](key=target.key, actor=session.actor, case=session.case, expected_seq=target.seq, **values)
        now = session.now

        def work(unit: Unit) -> Changed:
            from store.writes import editing, ending

            does = {"suspend": ending.suspend, "resume": ending.resume, "rename": editing.rename, "expire": editing.expire,
                    "reown": editing.reown, "addresses": addresses.allow_addresses}  # fmt: skip
            do: Callable[[Unit, Order, datetime], Changed] = does[verb]  # type: ignore[assignment]
            return do(unit, order, now)

        proof = await self.write(work, order.action_id, target)
        if proof is not None:
            self.session.own.add(proof.seq)
            self.say(*changed_line(verb, target.row, proof))
            self.changed(target.key)
