"""Changing a token without ending it: suspend and resume, rotate, rename, another end. A form first, then a question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import work

from console.screens.token_actions import Target, TokenActions
from store.errors import Refused

if TYPE_CHECKING:
    from store.engine import Unit
    from store.rows import TokenLine
    from store.writes.orders import Changed, Order, Rotated


class TokenChanges(TokenActions):
    """A screen that shows a token one can change."""

    def do_suspend(self, argument: str) -> None:
        """Ask for a message and an end, or resume a token that is suspended."""
        row = self.at_hand()
        if row is None:
            return
        from console.dialogs.form import Field, Form
        from console.render.blast import what_stops
        from console.screens.when import moment_after
        from store.rules.status import Status

        target = Target(row.key, row.audit_seq, row)
        if row.status is Status.SUSPENDED:
            self._confirm(
                row,
                "Let this token work again?",
                "Its callers are accepted again at once.",
                "It can be suspended again.",
                "resume it",
                lambda: self.change("resume", target),
                style="accent",
            )
            return
        if not row.live:
            self.say(("Only a token that works can be suspended; ", "finding"), f"this one is {row.status}.")
            return

        def check(values: dict[str, str]) -> str | Callable[[], object]:
            try:
                until = moment_after(values["until"], self.session.now) if values["until"] not in ("", "resumed") else None
            except ValueError as error:
                return str(error)
            ends = (
                f"It works again by itself at {until:%Y-%m-%d %H:%M}Z."
                if until
                else "It stays stopped until somebody resumes it."
            )
            return lambda: self._confirm(
                row,
                "Suspend this token?",
                what_stops(row, self.session.now),
                ends,
                "suspend it",
                lambda: self.change("suspend", target, message=values["message"], until=until),
            )

        fields = [Field("message", "Message to callers"), Field("until", "Until", "4h", ("1h", "4h", "24h", "7d", "resumed"))]
        self.ask(Form("Suspend", self._about(row), fields, check))

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

    def do_rename(self, argument: str) -> None:
        """Ask for another name."""
        row = self.at_hand()
        if row is None:
            return
        from console.dialogs.form import Field, Form
        from store.rules.names import checked_name

        target = Target(row.key, row.audit_seq, row)

        def check(values: dict[str, str]) -> str | Callable[[], object]:
            try:
                name = checked_name(values["name"])
            except Refused as error:
                return str(error)
            return lambda: self.change("rename", target, name=name)

        self.ask(Form("Rename", self._about(row), [Field("name", "Name", argument or row.name)], check))

    def do_expiry(self, argument: str) -> None:
        """Ask for another end."""
        row = self.at_hand()
        if row is None:
            return
        if not row.live:
            self.say(("Only a token that works can be given another end; ", "finding"), f"this one is {row.status}.")
            return
        from console.dialogs.form import Field, Form
        from console.screens.when import moment_after
        from store.rules.expiry import PRESETS, expiry_sentence

        target = Target(row.key, row.audit_seq, row)

        def words(values: dict[str, str]) -> str:
            try:
                return f"{expiry_sentence(moment_after(values['when'], self.session.now), self.session.now)}."
            except ValueError as error:
                return str(error)

        def check(values: dict[str, str]) -> str | Callable[[], object]:
            try:
                when = moment_after(values["when"], self.session.now)
            except ValueError as error:
                return str(error)
            was = f"It was to expire on {row.expires_at:%Y-%m-%d %H:%M}Z." if row.expires_at else "It was never to expire."
            return lambda: self._confirm(
                row,
                "Change its expiry?",
                words(values),
                was,
                "change it",
                lambda: self.change("expire", target, expires_at=when),
                style="accent",
            )

        fields = [Field("when", "Expires in", argument or "90d", tuple(PRESETS), "or a date, such as 2026-06-30")]
        self.ask(Form("Expiry", self._about(row), fields, check, words))

    @work(exit_on_error=False, description="change a token")
    async def change(self, verb: str, target: Target, **values: object) -> None:
        """Make a change that only takes an order, and say what became of it."""
        from console.screens.outcomes import changed_line
        from store.writes import orders

        kinds: dict[str, Callable[..., Order]] = {
            "suspend": orders.SuspendOrder,
            "resume": orders.ResumeOrder,
            "rename": orders.RenameOrder,
            "expire": orders.ExpireOrder,
        }
        session = self.session
        order = kinds[verb](key=target.key, actor=session.actor, case=session.case, expected_seq=target.seq, **values)
        now = session.now

        def work(unit: Unit) -> Changed:
            from store.writes import editing, ending

            does = {"suspend": ending.suspend, "resume": ending.resume, "rename": editing.rename, "expire": editing.expire}
            do: Callable[[Unit, Order, datetime], Changed] = does[verb]  # type: ignore[assignment]
            return do(unit, order, now)

        proof = await self.write(work, order.action_id, target)
        if proof is not None:
            self.session.own.add(proof.seq)
            self.say(*changed_line(verb, target.row, proof))
            self.changed(target.key)
