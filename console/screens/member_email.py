"""Changing where notices to somebody go, from the people of their account: a form that judges the address as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import work

from console.screens.saving import Saving
from store.errors import BadInput

if TYPE_CHECKING:
    from store.rows import MemberRow
    from store.writes.members import EmailOrder


class MemberEmail(Saving):
    """A screen that shows the people in an account."""

    def the_person(self) -> MemberRow | None:
        """Return the person under the cursor."""
        raise NotImplementedError

    def saved_email(self) -> None:
        """Read again what has changed."""
        raise NotImplementedError

    def do_member_email(self, argument: str) -> None:
        """Ask for the address of the person under the cursor; an empty one forgets it."""
        row = self.the_person()
        if row is None:
            self.say(("Nobody is under the cursor: ", "finding"), ("3", "key"), " shows the people of this account.")
            return
        from console.dialogs.form import Field, Form
        from console.render.sheet import line

        def check(values: dict[str, str]) -> str | Callable[[], object]:
            problem = _judge(values["email"])
            if problem:
                return problem
            return (lambda: self.keep_email(row, values["email"])) if values["email"] != row.email else "It is so already."

        def words(values: dict[str, str]) -> str:
            if _judge(values["email"]):
                return ""
            return f"Notices to them go to {values['email']}." if values["email"] else "No address of theirs is on record then."

        about = line(
            (row.name or row.id, "strong"), (f"   {row.account_id}", "accent"), ("   what waits to be told follows", "quiet")
        )
        field = Field("email", "E-mail", argument or row.email, note="such as mia@example.com; empty for none", judge=_judge)
        form = Form("E-mail address", about, [field], check, words, saved={"email": row.email})

        def command() -> Sequence[Sequence[str]]:
            from console.command_lines import filled, line_for

            hand = {**self.in_hand(), "member": row.id, "email": form.values["email"]}
            pattern = line_for("member-email", self.PLACE)
            return [filled(pattern if hand["email"] else pattern.replace("--email {email|ADDRESS}", "--no-email"), hand)]

        form.command = command
        self.ask(form)

    @work(exit_on_error=False, description="save an e-mail address")
    async def keep_email(self, row: MemberRow, email: str) -> None:
        """Save it, and say so."""
        from console.render.notice_words import moved_words
        from store.writes.members import EmailOrder, put_email

        session = self.session
        now, actor = session.now, session.actor
        assert actor is not None
        order: EmailOrder = EmailOrder(
            account_id=row.account_id, member_id=row.id, email=email, actor=actor, expected=row.email, case=session.case
        )
        proof = await self.save(lambda unit: put_email(unit, order, now), order.action_id)
        if proof is not None:
            said = f"{row.name or row.id}: {proof.email or 'no address'}{moved_words(proof.moved)}"
            self.say(("SAVED ", "good"), said,
                     (f", audit #{proof.seq}" if proof.seq is not None else "", "quiet"))  # fmt: skip
            self.saved_email()


def _judge(text: str) -> str:
    from store.rules.emails import checked_email

    try:
        checked_email(text)
    except BadInput as error:
        return f"{error.problem} {error.remedy}".removesuffix("; nothing was saved.")
    return ""
