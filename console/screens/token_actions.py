"""What can be done to one token, on every screen that shows one: each change is asked by a guarded question first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from textual import work

from console.render.pieces import Line
from console.render.sheet import line
from console.screens.token_copies import TokenCopies
from store.errors import OutcomeUnknown, StoreError

if TYPE_CHECKING:
    from datetime import datetime

    from console.dialogs.dialog import Command
    from console.dialogs.form import Form
    from console.dialogs.question import Asked, Question
    from console.render.token_facts import TokenFacts
    from store.engine import Unit
    from store.rows import TokenKey, TokenLine
    from store.writes.orders import Revoked

T = TypeVar("T")
SLOW_S = 0.4
"""After so long a change says that it is being saved."""


class Target(NamedTuple):
    """The token a question is about, pinned when it opened: never a row of a list (ux.md 3.5)."""

    key: TokenKey
    seq: int
    row: TokenLine


class TokenActions(TokenCopies, part=True):
    """A screen that shows a token. `row` is the token at hand, `known` what has been read about it."""

    def changed(self, key: TokenKey) -> None:
        """Show a token as it is after a change."""
        raise NotImplementedError

    def do_rotate(self, argument: str) -> None:
        """Ask for the overlap, then make the replacement."""
        raise NotImplementedError

    def reason(self) -> str:
        """Return the reason a revocation is filed with; "" where the screen itself gives none."""
        return ""

    # Revoke ------------------------------------------------------------------------------------------------------

    def do_revoke(self, argument: str) -> None:
        """Ask whether to revoke the token at hand."""
        row = self.at_hand()
        if row is None:
            return
        from store.rules.status import Status

        if row.status is Status.REVOKED:
            self.say(("Already revoked ", "finding"), f"{row.revoked_at:%Y-%m-%d %H:%M}Z by {row.revoked_by}; nothing to do.")
            return
        from console.command_lines import of_token
        from console.dialogs.question import Answer, Question
        from console.render.token_facts import TokenFacts

        target = Target(row.key, row.audit_seq, row)
        facts = self.known if self.known is not None and self.known.row.key == row.key else TokenFacts(row)
        answers = {"y": Answer("revoke it", lambda: self.begin(lambda: self.revoke(target)))}
        if row.status is Status.ACTIVE:
            answers["r"] = Answer("rotate instead", lambda: self.do_rotate(""))
        question = Question(self._asked(facts), answers, self.session.clock.monotonic(), self._kept(row))
        question.command = self.command_of("revoke", lambda: of_token(*target.key))
        self.ask(question)
        self.preview(question, facts)

    def _asked(self, facts: TokenFacts) -> Asked:
        from console.dialogs.question import Asked
        from console.render.identity import name_words
        from console.render.token_words import revoked_words

        row, now = facts.row, self.session.now
        fuller, shorter = revoked_words(facts, now, often=True), revoked_words(facts, now, short=True)
        says = revoked_words(facts, now)
        filed = f"filed under {self.session.case}" if self.session.case else ""
        return Asked("Revoke this token?", name_words(row), self._about(row)[1:], filed, says, shorter=shorter, fuller=fuller)

    @work(exit_on_error=False, description="preview a revocation")
    async def preview(self, question: Question, facts: TokenFacts) -> None:
        """Note in the audit log that the question was asked, and say more once more is known (scenario A7)."""
        from console.screens.facts import gather

        row, now = facts.row, self.session.now
        try:
            if not facts.complete:
                facts = await self.session.desk.ask("preview", lambda reader: gather(reader, row, now))
                question.say(self._asked(facts))
                if self.dialog is question:
                    self.draw_dialog()
                    self._make_room()
            await self.note_look_up(row.key, "revocation previewed")
        except StoreError:
            return  # the question stands as it was; revoking itself will say what is wrong

    @work(exit_on_error=False, description="revoke a token")
    async def revoke(self, target: Target) -> None:
        """Revoke it and say what became of it."""
        from console.screens.outcomes import revoked_line
        from store.writes.orders import RevokeOrder

        assert self.session.actor is not None
        order = RevokeOrder(
            key=target.key, actor=self.session.actor, reason=self.reason(), case=self.session.case, expected_seq=target.seq
        )
        now = self.session.now

        def work(unit: Unit) -> Revoked:
            from store.writes.ending import revoke

            return revoke(unit, order, now)

        proof = await self.write(work, order.action_id, target)
        if proof is not None:
            self.session.own.add(proof.seq)
            self.say(*revoked_line(proof))
            self.changed(target.key)

    # How a change goes -------------------------------------------------------------------------------------------

    def _confirm(
        self,
        row: TokenLine,
        title: str,
        what: Line | str,
        then: str,
        label: str,
        do: Callable[[], object],
        style: str = "danger",
        back: Form | None = None,
        command: Command | None = None,
    ) -> None:
        """Ask a guarded question about a change; keeping things as they are goes `back` to the form, if one was filled in."""
        from console.dialogs.question import Answer, Asked, Question
        from console.render.identity import name_words

        says = (line(what) if isinstance(what, str) else what, line((then, "quiet")))
        filed = f"filed under {self.session.case}" if self.session.case else ""
        asked = Asked(title, name_words(row), self._about(row)[1:], filed, says, keep="leave it as it is")
        answers = {"y": Answer(label, lambda: self.begin(do))}
        question = Question(asked, answers, self.session.clock.monotonic(), self._gone_back(row, back), style=style)
        question.command = command if back is None else back.command
        self.ask(question)

    def _gone_back(self, row: TokenLine, form: Form | None) -> Callable[[str], None]:
        """Return what is done when nothing is: say so, and open the form again that leaving would lose."""
        kept = self._kept(row)

        def back(why: str) -> None:
            kept(why)
            if form is not None and form.touched:
                self.ask(form.reopen())

        return back

    def _about(self, row: TokenLine) -> Line:
        from console.render.identity import name_words, token_words

        facts = self.session.facts
        brand = facts.brand if facts is not None else ""
        where = f"   {row.account_name or row.account_id} · env {row.environment} · {row.tier.value}"
        return line((name_words(row), "strong"), "   ", (token_words(row, brand), "accent"), where)

    def _kept(self, row: TokenLine) -> Callable[[str], None]:
        from console.screens.outcomes import kept_line

        return lambda why: self.say(*kept_line(row, why))

    async def write(self, do: Callable[[Unit], T], action_id: str, target: Target, issued_at: datetime | None = None) -> T | None:
        """Change the store; None when nothing was changed or nobody knows, which has been said then.

        `issued_at` is given where a token is issued by it (Desk.change).
        """
        slow = self.set_timer(SLOW_S, lambda: self._say_slow(target))
        try:
            return await self.session.desk.change(do, action_id, issued_at)
        except OutcomeUnknown as error:
            self.say(("UNKNOWN - checking. ", "danger"), (error.problem, "quiet"))
            await self.check(target)
        except StoreError as error:
            self.explain(error)
            self.changed(target.key)
        finally:
            slow.stop()
            self.busy = False
        self.undock()
        return None

    def begin(self, do: Callable[[], object]) -> None:
        """Begin a change that a question was answered with: the answered question stays until the outcome is drawn over it."""
        self.busy = True
        do()

    def _say_slow(self, target: Target) -> None:
        self.say(("Saving… ", "finding"), f"…{target.row.hint}  (Esc can't stop it)")
        self.undock()

    async def check(self, target: Target) -> None:
        """Look whether a change whose outcome is unknown was recorded, and say so: never a guess."""
        from store.reads.tokens import token

        now = self.session.now
        try:
            row = await self.session.desk.ask("check", lambda reader: token(reader, target.key, now))
        except StoreError as error:
            self.say(("UNKNOWN. ", "danger"), (f"{error.problem} Look at the token again before repeating anything.", "quiet"))
            return
        if row is None or row.audit_seq == target.seq:
            self.say(("Not recorded: ", "finding"), f"…{target.row.hint} is unchanged.")
        else:
            self.say(("Recorded: ", "good"), f"…{target.row.hint} is {row.status}, audit #{row.audit_seq}.")
        self.changed(target.key)

    async def note_look_up(self, key: TokenKey, reason: str) -> None:
        """Record that a token was looked at; in a read-only console there is nothing to record it with."""
        from store.writes.orders import LookUpOrder

        actor = self.session.actor
        if actor is None or actor.read_only:
            return
        order = LookUpOrder(key=key, actor=actor, reason=reason, case=self.session.case)
        now = self.session.now

        def work(unit: Unit) -> int:
            from store.writes.editing import look_up

            return look_up(unit, order, now)

        self.session.own.add(await self.session.desk.change(work, order.action_id))
