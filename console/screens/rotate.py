"""Rotating a token: how long the old one goes on, which scopes the new one keeps, one question, the secret and the steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import events, work

from console.actions import ROTATE
from console.desk import Late
from console.dialogs.fields import Field
from console.dialogs.form import Form
from console.dialogs.picking import Offer
from console.dialogs.ticking import Ticks
from console.render.pieces import Line
from console.render.rotation_words import move_steps, narrowing_words, offer_words, seen_words
from console.render.sheet import line
from console.screens.desktop import bindings_for
from console.screens.flow import Flow
from console.screens.token_actions import Target, TokenActions
from console.session import Session
from store.errors import Refused, StoreError
from store.rows import TokenKey, TokenLine, TokenRow
from store.rules.blast import Blast
from store.rules.rotation import CHOICES, checked_overlap, default_overlap, old_token_ends
from store.rules.secrets import Secret
from store.rules.splitting import Use

if TYPE_CHECKING:
    from console.render.token_facts import TokenFacts
    from store.engine import Unit
    from store.reader import Reader
    from store.writes.orders import Rotated

DAYS = 30
"""How far back it is looked which scopes were used."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is read about a token that is to be rotated; `cap` is the longest overlap its account's policy allows."""

    row: TokenRow
    use: Use
    blast: Blast
    cap: timedelta | None


def known_of(reader: Reader, key: TokenKey, now: datetime) -> Known | None:
    """Return it; None for a token that is gone."""
    from store.reads.blast import blast
    from store.reads.splitting import scope_use
    from store.reads.tokens import token
    from store.writes.policies import policy_for

    row = token(reader, key, now)
    if row is None:
        return None
    hours = policy_for(reader, key[0]).max_overlap_hours
    cap = None if hours is None else timedelta(hours=hours)
    return Known(row, scope_use(reader, row, now, DAYS), blast(reader, row, now), cap)


def within(cap: timedelta) -> list[str]:
    """Return the overlaps a policy allows, by the words typed for them, the shortest first."""
    return [word for word, overlap in CHOICES.items() if overlap <= cap]


class RotateScreen(Flow, TokenActions):
    """Rotates one token, pinned when the form opened. `after` is told what became of it once the secret has been left."""

    PLACE = ROTATE
    TITLE_WORDS: ClassVar[str] = "Rotate a token"
    BINDINGS = bindings_for(ROTATE)

    def __init__(
        self,
        session: Session,
        row: TokenLine,
        after: Callable[[Rotated], object],
        overlap: str = "",
        keep: tuple[str, ...] = (),
    ) -> None:
        super().__init__(session)
        self._target = Target(row.key, row.audit_seq, row)
        self._after, self._keep = after, keep
        self._about_it: Known | None = None
        self._rotated: Rotated | None = None
        preset = overlap if overlap in CHOICES else default_overlap(row.tier, leaked=row.exposed_at is not None)
        self._scopes = Ticks("scopes", "Scopes", note="untick what the new one does not need", empty="Reading them…",
                             judge=self._judged)  # fmt: skip
        self._overlap = Field(
            "overlap", "Overlap", preset, tuple(CHOICES), "how long the old one goes on", self._allowed, self._ends
        )
        self.form = Form("Rotate", self._about(row), [self._overlap, self._scopes], self._checked, self._told,
                         other=self.hand_on, left=self.leave, page=True)  # fmt: skip
        self.form.command = self.command_of("rotate")

    def in_hand(self) -> dict[str, str]:
        """Return the token, the overlap, and the scopes where it is narrowed."""
        values, known = self.form.values, self._about_it
        narrowed = known is not None and set(values["scopes"].split()) != set(known.row.scopes)
        return {**super().in_hand(), "overlap": values["overlap"], "scopes": values["scopes"] if narrowed else ""}

    @property
    def row(self) -> TokenLine | None:
        """Return the token."""
        return self._target.row

    @property
    def known(self) -> TokenFacts | None:
        """Nothing more is kept about it here."""
        return None

    def changed(self, key: TokenKey) -> None:
        """Wait for the screen below to read again: it sees that the store has changed."""

    def on_mount(self) -> None:
        """Read what its scopes were used for."""
        self.read()

    @work(exit_on_error=False, description="read what a rotation needs")
    async def read(self) -> None:
        """Read the token's scopes, who uses them, and what its account's policy allows."""
        key, now = self._target.key, self.session.now
        try:
            known = await self.session.desk.ask("rotate", lambda reader: known_of(reader, key, now))
        except Late:
            return
        except StoreError as error:
            self.explain(error)
            return
        if known is None:
            return
        self._about_it = known
        if known.cap is not None and not self._overlap.touched and self._overlap.given not in within(known.cap):
            self._overlap.value = within(known.cap)[-1]
            self._overlap.entry.set(self._overlap.value)
        self._scopes.value = " ".join(known.row.scopes)
        self._scopes.chosen = [scope for scope in known.row.scopes if scope in self._keep] if self._keep else [*known.row.scopes]
        self._scopes.offer([Offer(scope, scope, *self._seen(scope, known.use)) for scope in known.row.scopes], None)
        self.know()

    @staticmethod
    def _seen(scope: str, use: Use) -> tuple[str, tuple[()], str]:
        words, style = seen_words(scope, use, DAYS)
        return words, (), style

    # The form ----------------------------------------------------------------------------------------------------

    def _allowed(self, text: str) -> str:
        overlap = CHOICES.get(text)
        if overlap is None:
            return f"Choose one of {', '.join(CHOICES)}."
        cap = self._about_it.cap if self._about_it is not None else None
        try:
            checked_overlap(overlap, cap)
        except Refused as error:
            return str(error) if cap is None else f"The account's policy allows {', '.join(within(cap))}."
        return ""

    def _ends(self, chosen: str) -> list[Line]:
        """Say of each overlap when the old token would end; the usual one for its access is named."""
        row, now = self._target.row, self.session.now
        usual = default_overlap(row.tier, leaked=row.exposed_at is not None)
        lines = []
        for word, overlap in CHOICES.items():
            end = old_token_ends(row.expires_at, now, overlap)
            early = row.expires_at is not None and row.expires_at <= now + overlap
            until = f"{'its expiry,' if early else 'until'} {end:%Y-%m-%d %H:%M}Z"
            if end <= now:
                until = "ends at once: only when it has leaked"
            cap = self._about_it.cap if self._about_it is not None else None
            if cap is not None and overlap > cap:
                lines.append(line(("   ", ""), (f"{word:<5}", "faint"), ("more than the account's policy allows", "quiet")))
                continue
            why = "the usual" if word == usual else ""
            style = "strong" if word == chosen else ""
            lines.append(
                line((" ▸ " if word == chosen else "   ", "key"), (f"{word:<5}", style), (until, style), (f"   {why}", "quiet"))
            )
        return lines

    def _judged(self, text: str) -> str:
        return "" if text or self._about_it is None else "A token needs at least one scope."

    def _words(self, values: dict[str, str]) -> str:
        overlap = CHOICES.get(values["overlap"])
        if overlap is None or self._allowed(values["overlap"]):
            return ""
        row, now = self._target.row, self.session.now
        end = old_token_ends(row.expires_at, now, overlap)
        early = " (its own expiry)" if row.expires_at == end else ""
        goes_on = f"The old token goes on until {end:%Y-%m-%d %H:%M}Z{early}" if end > now else "The old token ends at once"
        return f"{goes_on}; the new one is shown once. {self._narrowing(values['scopes'])}".strip()

    def _told(self, values: dict[str, str]) -> str:
        """Say what will be done, and offer a narrower one as long as nothing is unticked."""
        said, known = self._words(values), self._about_it
        if not said or known is None or set(values["scopes"].split()) != set(known.row.scopes):
            return said
        return f"{said} {offer_words(known.use, DAYS)}".strip()

    def _narrowing(self, kept: str) -> str:
        known = self._about_it
        return narrowing_words(known.row.scopes, kept.split(), known.use, split=bool(self._keep)) if known is not None else ""

    def _checked(self, values: dict[str, str]) -> str | Callable[[], object]:
        overlap = CHOICES[values["overlap"]]
        known = self._about_it
        wanted = tuple(values["scopes"].split())
        scopes = wanted if known is not None and set(wanted) != set(known.row.scopes) else None
        return lambda: self._confirm(
            self._target.row,
            "Rotate this token?",
            self._words(values),
            "Whoever uses it must switch to the new one before then.",
            "make the replacement",
            lambda: self.rotate(overlap, scopes),
            style="accent",
            command=self.form.command,
        )

    def _kept(self, row: TokenLine) -> Callable[[str], None]:
        say = super()._kept(row)

        def back(why: str) -> None:
            say(why)
            self.fill_in()

        return back

    # Rotating ----------------------------------------------------------------------------------------------------

    @work(exit_on_error=False, description="rotate a token")
    async def rotate(self, overlap: timedelta, scopes: tuple[str, ...] | None) -> None:
        """Make the replacement and show its secret, once."""
        from store.writes.orders import RotateOrder

        session, target = self.session, self._target
        assert session.actor is not None
        try:
            mint = session.desk.store.mint()
        except StoreError as error:
            self.busy = False
            self.fill_in()
            self.explain(error)
            return
        order = RotateOrder(
            key=target.key, actor=session.actor, case=session.case, expected_seq=target.seq, overlap=overlap, scopes=scopes
        )
        now = session.now

        def work(unit: Unit) -> Rotated:
            from store.writes.issuing import rotate

            return rotate(unit, order, now, mint)

        rotated = await self.write(work, order.action_id, target, now)
        if rotated is None:
            self.fill_in()
        else:
            self._show(rotated, now)

    def _show(self, rotated: Rotated, now: datetime) -> None:
        from console.screens.secret import SecretScreen

        self.session.changes += 1  # there is a new token: the list below reads again
        self._rotated, known = replace(rotated, new=replace(rotated.new, token=Secret(""))), self._about_it
        owner = (known.row.owner_name or known.row.owner or "") if known is not None and known.row.owner_active else ""
        callers = known.blast.callers if known is not None else ()
        steps = lambda width: move_steps(owner, callers, rotated.ends_at, now, width)  # noqa: E731
        self.app.push_screen(SecretScreen(self.session, rotated.new, steps))

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Go back once the secret has been left."""
        if self._rotated is not None:
            self.app.pop_screen()
            self._after(self._rotated)
