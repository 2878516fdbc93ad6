"""One token: its pages, the look-up that is noted, the ticket card, and what can be done from there."""

from __future__ import annotations

from console.widgets.pane import Pane
from store.opening import Store
from tests.at_console import Hand, at_console
from tests.scenario import fill_scenario, key_of


async def open_shopify(hand: Hand) -> None:
    """Find the token a customer asks about, as a support agent would, and open it."""
    await hand.press("slash")
    await hand.type("shopify")
    await hand.press("enter")
    await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.key == key_of("T12"))
    await hand.press("enter")
    await hand.until_shown("611 requests")


async def test_a_support_agent_sees_when_it_was_last_used_and_why_it_is_refused(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store) as hand:
        await open_shopify(hand)
        page = hand.pane("page")
        assert "expired 2026-03-10 00:00Z" in page
        assert "2026-03-09 23:45Z" in page
        assert "EXPIRED" in page
        await hand.until(lambda: hand.audit(key_of("T12"), "look-up"), "the look-up")
        assert hand.audit(key_of("T12"), "look-up")[0].reason == "opened in the console"


async def test_the_ticket_card_has_the_four_facts_and_only_the_last_four_characters(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, case="INC-204") as hand:
        await open_shopify(hand)
        await hand.press("C")
        await hand.until_shown("Ticket card")
        card = hand.app.screen.text  # type: ignore[attr-defined]
        for fact in ("INC-204", "2026-03-10 00:00Z", "2026-03-09 23:45Z", "611", "EXPIRED", hand.token(key_of("T12")).hint):
            assert fact in card
        assert "\n" not in card
        assert hand.app.clipboard == card
        await hand.until_shown("Sent to the terminal's clipboard")


async def test_the_pages_show_usage_with_axes_requests_and_the_audit_log(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, size=(132, 50)) as hand:
        await open_shopify(hand)
        await hand.press("t")
        page = hand.pane("page")
        assert "Last 24 hours" in page
        assert "Last 30 days" in page
        assert "└" in page
        assert "Latest requests" in page
        await hand.until(lambda: hand.audit(key_of("T12"), "look-up"))
        await hand.press("a", "ctrl+r")
        await hand.until_shown("look-up")
        await hand.press("tab")
        assert "What it may do" in hand.pane("page")
        await hand.press("escape")
        await hand.until(lambda: hand.app.screen is hand.app.screen_stack[0])


async def test_a_token_is_revoked_from_its_own_screen(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, case="INC-1") as hand:
        await hand.press("colon")
        await hand.type("open T06")
        await hand.press("S")
        await hand.type("cenario1")
        await hand.press("enter")
        await hand.until_shown("What it may do")
        await hand.press("x")
        await hand.until_shown("96 requests in the last 24 hours")
        assert "admin" in hand.pane("page")
        assert "filed under INC-1" in hand.pane("page")
        await hand.press("j")
        assert hand.token(key_of("T06")).revoked_at is None
        await hand.answer("y")
        await hand.until_shown("refused everywhere by 09:00:30Z")
        line = hand.audit(key_of("T06"), "revoke")[0]
        assert line.case_id == "INC-1"
        await hand.until_shown("revoked 2026-03-16 09:00Z")
        await hand.press("x")
        assert "Already revoked" in hand.pane("status")
        assert hand.desktop.dialog is None


async def test_what_a_dead_token_can_no_longer_take_is_dim_among_the_keys(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, (120, 36)) as hand:
        await open_shopify(hand)
        told = hand.app.screen.query_one("#hints", Pane).lines[0]
        dim = {piece.text.strip() for piece in told if piece.style == "quiet"}
        assert {"Suspend", "Rotate", "Expiry"} <= dim
        assert "Revoke" not in dim, "an expired token may still be revoked"


async def test_the_list_dims_the_keys_that_would_be_refused_for_the_token_under_the_cursor(store: Store) -> None:
    def dim() -> set[str]:
        return {piece.text.strip() for piece in hand.app.screen.query_one("#hints", Pane).lines[0] if piece.style == "quiet"}

    fill_scenario(store)
    async with at_console(store, (120, 36)) as hand:
        await hand.press("colon", *"tokens status", "colon", *"revoked", "enter")
        await hand.until(lambda: hand.tokens.row is not None and str(hand.tokens.row.status) == "revoked", "a revoked one")
        await hand.until(lambda: {"Revoke", "Suspend", "Rotate"} <= dim(), "dim keys")
        await hand.press("1")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.live, "a live one")
        await hand.until(lambda: not {"Revoke", "Suspend", "Rotate"} & dim(), "keys that can be used")
