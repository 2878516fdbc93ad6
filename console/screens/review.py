"""One review: its queue with a cursor; Space decides about the token there, Enter shows everything about it, `s` signs off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import REVIEW
from console.desk import Late
from console.render.counts import counted, many
from console.render.items import Item
from console.render.pieces import Line
from console.render.review_pages import queue_items
from console.render.sheet import line
from console.screens.desktop import bindings_for
from console.screens.paged import Paged
from console.screens.saving import Saving
from console.screens.token_links import TokenLinks
from console.session import Session
from store.errors import StoreError
from store.reads.reviews import ReviewItem, ReviewLine
from store.rows import TokenKey
from store.rules.reviews import MEANS, USUAL_KEEP, Decision

if TYPE_CHECKING:
    from console.dialogs.form import Form
    from console.render.token_facts import TokenFacts
    from store.engine import Unit
    from store.reader import Reader
    from store.writes.reviews import Decided, ReviewProof

LETTERS = {
    "k": Decision.KEEP,
    "o": Decision.REOWN,
    "r": Decision.ROTATE,
    "n": Decision.NARROW,
    "x": Decision.REVOKE,
    "e": Decision.ENDED,
}


class ReviewScreen(Paged, Saving, TokenLinks):
    """Shows one review by its name, and goes on with it where it was left: the cursor is on the first undecided token."""

    PLACE = REVIEW
    TITLE_WORDS: ClassVar[str] = "Review"
    BINDINGS = bindings_for(REVIEW)
    PAGES = ("queue",)

    def __init__(self, session: Session, review_id: str) -> None:
        super().__init__(session)
        self.review_id = review_id
        self.found: ReviewLine | None = None
        self.queue: tuple[ReviewItem, ...] = ()

    def on_mount(self) -> None:
        """Read it."""
        self.undock()
        self.read()

    def store_changed(self) -> None:
        """Read again."""
        self.read()

    def do_refresh(self, argument: str) -> None:
        """Read again."""
        self.read()

    @work(exit_on_error=False, description="read a review")
    async def read(self) -> None:
        """Read the review and its queue."""
        review_id, first = self.review_id, self.found is None

        def both(reader: Reader) -> tuple[ReviewLine, tuple[ReviewItem, ...]]:
            from store.reads.reviews import review, review_items

            return review(reader, review_id), review_items(reader, review_id)

        try:
            self.found, self.queue = await self.session.desk.ask("review", both)
        except Late:
            return
        except StoreError as error:
            self.explain(error)
            return
        if self.is_mounted and self.dialog is None:
            if first:
                self.to_undecided()
            self.undock()

    def to_undecided(self, done: TokenKey | None = None) -> None:
        """Put the cursor on the first token that is undecided; not on `done`, decided since the queue was read."""
        items = self.items(*self.dock().room)
        left = {(item.account_id, item.id) for item in self.queue if item.decision is None} - {done}
        number = next((at for at, one in enumerate(items) if one.opens[1:] in left), -1)
        height = self.dock().room[1]
        if number >= 0:
            self.first, self.cursor = max(0, number - height // 2), number

    # Drawing -----------------------------------------------------------------------------------------------------

    def items(self, width: int, height: int) -> list[Item]:
        """Return the queue."""
        if self.found is None:
            return [Item(line(("Reading…", "quiet")))]
        return queue_items(self.found, self.queue, self.session.now, width)

    def titled(self) -> Line:
        """Name the review."""
        title = f" · {self.found.title}" if self.found is not None and self.found.title else ""
        return line(("Review ", "quiet"), (self.review_id, "title"), (title, "accent"))

    def open_item(self, opens: tuple[str, ...]) -> None:
        """Open a token."""
        self.open_token(TokenKey((opens[1], opens[2])))

    @property
    def here(self) -> ReviewItem | None:
        """Return the token under the cursor."""
        items = self.items(*self.dock().room)
        opens = items[self.cursor].opens if 0 <= self.cursor < len(items) else ()
        return next((item for item in self.queue if (item.account_id, item.id) == opens[1:]), None)

    def in_hand(self) -> dict[str, str]:
        """Return the review, and the token under the cursor."""
        from console.command_lines import of_token

        item = self.here
        return {**super().in_hand(), "review": self.review_id, **(of_token(item.account_id, item.id) if item is not None else {})}

    # Deciding ----------------------------------------------------------------------------------------------------

    def do_decide(self, argument: str) -> None:
        """Ask what becomes of the token under the cursor."""
        item = self.here
        if item is None:
            self.say(("There is no token under the cursor.", "finding"))
            return
        from console.dialogs.choice import Choice, Option

        options = [
            Option(letter, str(decision), lambda decision=decision: self.fill_in(item, decision), MEANS[decision])  # type: ignore[misc]
            for letter, decision in LETTERS.items()
        ]
        self.ask(Choice(f"Decide about {item.name.strip() or item.id} of {item.account_id}", options))

    def fill_in(self, item: ReviewItem, decision: Decision) -> None:
        """Ask for the reason, and for what the decision needs besides; a revocation wants the token's last characters."""
        from console.command_lines import of_token
        from console.dialogs.form import Field, Form

        usual = f"{self.session.now + USUAL_KEEP:%Y-%m-%d}"
        more = {
            Decision.KEEP: [Field("until", "Look again", usual, note="a date, at most a year away")],
            Decision.REOWN: [Field("owner", "New owner", note="the id of an active member")],
            Decision.NARROW: [Field("scopes", "Scopes that stay", " ".join(item.scopes), note="apart by spaces")],
            Decision.REVOKE: [Field("last", f"Type {item.hint} to revoke")],
        }
        name, does = (item.name or item.id, "strong"), (f"  {decision}: {MEANS[decision]}.", "accent")

        def check(values: dict[str, str]) -> str | Callable[[], object]:
            if not values["reason"]:
                form.go_to("reason")
                return "Say why in a few words; it is kept as evidence."
            if decision is Decision.REVOKE and values["last"] != item.hint:
                form.clear("last")
                form.go_to("last")
                return f"Type {item.hint}, its last characters, to revoke it."
            return lambda: self.begin(lambda: self.put(item, decision, values))

        danger = (" Cannot be undone.", "danger") if decision is Decision.REVOKE else ("", "")
        form = Form("Decide", line(name, does, danger), [Field("reason", "Reason"), *more.get(decision, [])], check)
        about = {**of_token(item.account_id, item.id), "decision": decision}
        form.command = self.command_of("decide", lambda: {**about, **form.values})
        self.ask(form)
        if decision is Decision.REVOKE:
            self.preview(form, item, line(name, does))

    @work(exit_on_error=False, description="preview a revocation")
    async def preview(self, form: Form, item: ReviewItem, begins: Line) -> None:
        """Say on the form what a revocation would stop, once that has been read (requirement V6)."""
        from console.render.token_words import revoked_words, spaced
        from console.screens.facts import gather
        from store.reads.tokens import token

        now = self.session.now

        def read(reader: Reader) -> TokenFacts | None:
            row = token(reader, TokenKey((item.account_id, item.id)), now)
            return None if row is None else gather(reader, row, now)

        try:
            facts = await self.session.desk.ask("preview", read)
        except StoreError as error:
            self.explain(error)
            return
        if facts is None or not facts.row.live:
            return
        form.tell(spaced([begins, *revoked_words(facts, now)]))
        if self.dialog is form:
            self.draw_dialog()

    @work(exit_on_error=False, description="decide about a token")
    async def put(self, item: ReviewItem, decision: Decision, values: dict[str, str]) -> None:
        """Decide and do it, and go to the next undecided token; a replacement's secret is shown once."""
        from store.moments import parse_moment
        from store.writes.reviews import DecideOrder

        session, now = self.session, self.session.now
        assert session.actor is not None
        try:
            again = parse_moment(values["until"]) if values.get("until") else None
        except (ValueError, OverflowError):
            self.busy = False
            self.undock()
            self.say(("That is no date; write 2026-06-16. Nothing was decided.", "finding"))
            return
        order = DecideOrder(
            review_id=self.review_id,
            key=TokenKey((item.account_id, item.id)),
            decision=decision,
            reason=values["reason"],
            actor=session.actor,
            again_at=again,
            owner=values.get("owner", ""),
            scopes=tuple(values.get("scopes", "").split()),
            case=session.case,
        )
        try:
            mint = session.desk.store.mint() if decision in (Decision.ROTATE, Decision.NARROW) else None
        except StoreError as error:
            self.busy = False
            self.undock()
            self.explain(error)
            return

        def work(unit: Unit) -> Decided:
            from store.writes.reviews import decide

            return decide(unit, order, now, mint)

        proof = await self.save(work, order.action_id)
        if proof is None:
            return
        session.own.add(proof.seq)
        # The cursor goes on before the answer is drawn: a key pressed at once is about the next token, not this one again.
        self.to_undecided(order.key)
        self.undock()
        self.say((f"{decision.upper()} ", "good"), item.name or item.id, (f", audit #{proof.seq}, {proof.left:,} left", "quiet"))
        self.read()
        if proof.issued is not None:
            from console.screens.secret import SecretScreen

            self.app.push_screen(SecretScreen(session, proof.issued))

    def do_export_review(self, argument: str) -> None:
        """Ask where the evidence is written."""
        from console.screens.review_exporting import ask_review_export

        ask_review_export(self, argument)

    # Signing off -------------------------------------------------------------------------------------------------

    def do_sign_review(self, argument: str) -> None:
        """Ask for the reviewer's name, and sign the review off."""
        from console.dialogs.form import Field, Form

        found = self.found
        if found is None:
            return
        if found.signed_at is not None or found.progress.left:
            why = (
                f"{counted(found.progress.left, 'token')} {many(found.progress.left, 'is')} undecided."
                if found.progress.left
                else "It is signed off already."
            )
            self.say((why, "finding"))
            return

        def check(values: dict[str, str]) -> str | Callable[[], object]:
            return (lambda: self.begin(lambda: self.sign(values["reviewer"]))) if values["reviewer"] else "Type your name."

        about = line(
            (f"{counted(found.progress.tokens, 'token')} {many(found.progress.tokens, 'is')} decided. ", "strong"),
            ("Nothing can be changed after it.", "danger"),
        )
        form = Form("Sign off", about, [Field("reviewer", "Reviewer", argument, note="as it stands on the evidence")], check)
        form.command = self.command_of("sign-review", lambda: form.values)
        self.ask(form)

    @work(exit_on_error=False, description="sign a review off")
    async def sign(self, reviewer: str) -> None:
        """Sign it off."""
        from store.writes.reviews import SignOrder

        session, now = self.session, self.session.now
        assert session.actor is not None
        order = SignOrder(review_id=self.review_id, reviewer=reviewer, actor=session.actor, case=session.case)

        def work(unit: Unit) -> ReviewProof:
            from store.writes.reviews import sign_review

            return sign_review(unit, order, now)

        proof = await self.save(work, order.action_id)
        if proof is not None:
            self.undock()
            self.say(
                ("SIGNED OFF ", "good"),
                self.review_id,
                (f", audit #{proof.seq}; ", "quiet"),
                ("E", "key"),
                (" writes the evidence", "quiet"),
            )
            self.read()
