"""The scenarios A1, A2, A5 and A14 by keyboard, from the first key to the rows in the database, on both databases."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

import pytest

from console.screens.secret import SecretScreen
from store.opening import Store
from store.reads.check import Answer, check
from store.reads.verify import verify
from store.rows import TokenKey
from store.rules.secrets import Secret
from store.rules.usage import Outcome
from store.rules.views import view_named
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.scenario import fill_scenario, key_of, secret_of


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


def answer(store: Store, secret: Secret, after: timedelta) -> Answer:
    with store.reading() as reader:
        return check(reader, secret, NOW + after, store.mint())


def shown(hand: Hand) -> set[str]:
    """Return the short names of the tokens in the list; empty until every one of them is on the screen."""
    table = hand.tokens.table
    rows = table.visible_rows
    return {row.id.removesuffix("Scenario1") for row in rows} if len(rows) == table.total.rows else set()


def lists(hand: Hand, tokens: set[str]) -> bool:
    """Say whether the list shows exactly these tokens."""
    return shown(hand) == tokens


async def test_a1_support_answers_a_ticket_in_three_keys_after_typing(store: Store) -> None:
    async with at_console(store) as hand:
        await hand.press("slash")
        await hand.type("shopify")
        await hand.press("enter")
        await hand.until(lambda: shown(hand) == {"T12"}, "T12")
        await hand.press("enter")
        await hand.until_shown("611 requests")
        header = " ".join(hand.pane("page").split("Account")[0].replace("│", " ").split())
        for fact in ("expired 2026-03-10 00:00Z", "Last success 2026-03-09 23:45Z", "611 requests, reason EXPIRED"):
            assert fact in header
        await hand.press("C")
        await hand.until_shown("Ticket card")
        card = " ".join(hand.screen().replace("│", " ").split())
        for fact in ("2026-03-10 00:00Z", "2026-03-09 23:45Z", "611", "EXPIRED", secret_of("T12").reveal()[-4:]):
            assert fact in card
        assert secret_of("T12").reveal()[-8:] not in card
        await hand.until(lambda: hand.audit(key_of("T12"), "look-up"), "the look-up in the audit log")


EXPECTED = {
    "unused-90d": {"T02", "T04", "T15"},
    "unused-180d": {"T04"},
    "high-volume": {"T08"},
    "orphaned": {"T06"},
    "expiring-7d": {"T05", "T07"},
    "retiring": {"T10"},
    "never-expires": {"T02", "T04"},
    "unrotated-90d": {"T02", "T03", "T04", "T06", "T15"},
    "unrotated-180d": {"T02", "T04"},
}


async def test_a2_each_view_opens_with_exactly_its_tokens(store: Store) -> None:
    async with at_console(store, (140, 60)) as hand:
        assert {view: hand.tokens.counts[view].number for view in EXPECTED} == {
            view: len(tokens) for view, tokens in EXPECTED.items()
        }
        for name, tokens in EXPECTED.items():
            view = view_named(name)
            if view.key:
                await hand.press(view.key)
            else:
                await hand.press("colon")
                await hand.type(f"view {name}")
                await hand.press("enter")
            await hand.until(partial(lists, hand, tokens), name)
        await hand.press(view_named("sprawl").key)
        await hand.until(lambda: len(shown(hand)) == 11, "sprawl")
        assert {row.account_id for row in hand.tokens.table.visible_rows} == {"CRUX"}
        await hand.press("colon")
        await hand.type("view knocking")
        await hand.press("enter")
        await hand.until(lambda: "T12" in shown(hand), "knocking")


async def rotated(hand: Hand, short: str, *overlap: str) -> tuple[TokenKey, Secret]:
    """Rotate a token by keyboard and return its replacement and the secret that was shown."""
    await hand.press("slash")
    await hand.type(f"id:{short}")
    await hand.press("enter")
    await hand.until(lambda: shown(hand) == {short}, short)
    await hand.press("r")
    await hand.until(lambda: hand.desktop.dialog is not None, "the form")
    await hand.press(*overlap, "enter")
    await hand.until_shown("Rotate this token?")
    await hand.answer()
    await hand.until(lambda: isinstance(hand.app.screen, SecretScreen), "the secret")
    [text] = re.findall(r"tkd_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}", hand.screen())
    replacement = hand.token(key_of(short)).replaced_by
    assert replacement is not None
    return TokenKey((key_of(short)[0], replacement)), Secret(text)


async def test_a5_rotation_overlaps_by_tier_and_ends_to_the_second(store: Store) -> None:
    async with at_console(store) as hand:
        key, new = await rotated(hand, "T01")
        old = secret_of("T01")
        assert hand.token(key_of("T01")).retires_at == NOW + timedelta(hours=72)
        assert hand.token(key).replaces == key_of("T01")[1]
        for after in (timedelta(0), timedelta(hours=1), timedelta(hours=71, minutes=59)):
            assert [answer(store, one, after).outcome for one in (old, new)] == [Outcome.VALID, Outcome.VALID]
        late = timedelta(hours=72, seconds=1)
        assert (answer(store, old, late).outcome, answer(store, old, late).reason) == (Outcome.EXPIRED, "overlap ended")
        assert answer(store, new, late).outcome is Outcome.VALID
        await hand.press("escape")
        assert new.reveal() not in hand.screen()
    with store.reading() as reader:
        assert verify(reader).whole


async def test_a5_an_earlier_expiry_wins_over_the_longest_overlap(store: Store) -> None:
    async with at_console(store) as hand:
        await rotated(hand, "T05", "right")
        assert hand.token(key_of("T05")).retires_at == NOW + timedelta(days=7)


async def test_a5_an_expired_token_is_not_rotated_and_the_screen_says_why(store: Store) -> None:
    async with at_console(store) as hand:
        await hand.press("slash")
        await hand.type("shopify")
        await hand.press("enter")
        await hand.until(lambda: shown(hand) == {"T12"}, "T12")
        await hand.press("r")
        await hand.until_shown("only an active token can be rotated")
        assert hand.desktop.dialog is None
        assert hand.token(key_of("T12")).replaced_by is None


async def test_a14_a_revoke_whose_audit_line_fails_is_taken_back_and_the_screen_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.errors import StoreError
    from store.writes import tokens

    def fails(*_: object) -> None:
        raise StoreError("The audit line could not be written.", "Nothing was changed.")

    async with at_console(store) as hand:
        await hand.press("slash")
        await hand.type("id:T02")
        await hand.press("enter")
        await hand.until(lambda: shown(hand) == {"T02"}, "T02")
        monkeypatch.setattr(tokens, "record_many", fails)
        await hand.press("x")
        await hand.answer()
        await hand.until_shown("could not be written")
        assert hand.token(key_of("T02")).revoked_at is None
        monkeypatch.undo()
        await hand.press("x")
        await hand.answer()
        await hand.until(lambda: hand.token(key_of("T02")).revoked_at == NOW, "the revocation")
        await hand.until_shown("REVOKED")
        await hand.until_shown("09:00:30")
