"""From where a token may be used, by keyboard: what holds, who called from where, whom another list stops, and the write."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.screens.address_form import shut_out
from store.opening import Store
from store.reads.gateway_access import allowed_addresses
from store.rows import AddressRow, TokenKey
from store.rules.networks import networks_of
from store.writes.addresses import AddressesOrder, allow_addresses
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.making import PRIYA, make_account, make_token, revoke_token
from tests.rowmaker import Use, put_usage, track_since

NEAR, FAR = "203.0.113.9", "2001:db8::7"


def used(store: Store) -> TokenKey:
    """Return a token that was called with from two addresses."""
    make_account(store)
    key = make_token(store, now=NOW - timedelta(days=9)).key
    track_since(store, NOW - timedelta(days=30))
    calls = [Use(key, NOW - timedelta(hours=hours), address=address) for hours, address in ((3, FAR), (2, NEAR), (1, NEAR))]
    put_usage(store, calls, NOW)
    return key


def folded(hand: Hand) -> str:
    return " ".join(hand.screen().replace("│", " ").split())


async def until_folded(hand: Hand, words: str) -> None:
    await hand.until(lambda: words in folded(hand), words)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_a_token_is_bound_to_networks_with_a_word_on_whom_that_stops(store: Store, size: tuple[int, int]) -> None:
    key = used(store)
    async with at_console(store, size) as hand:
        await hand.until(lambda: hand.tokens.row is not None, "the token")
        await hand.press("F")
        await hand.until_shown("Now from any address. The 2 addresses")
        await hand.type("203.0.113.0/24")
        await hand.until_shown("1 of the 2 addresses it was used from")
        assert "1 request came from there." in folded(hand) or size == (200, 60)
        assert f"✕ {FAR}" in hand.screen() or size == (80, 24), hand.screen()
        await hand.press("enter")
        await hand.until_shown("Change from where it may be used?")
        await hand.until_shown("It may be used from 203.0.113.0/24 only")
        await hand.press("escape")
        await hand.until_shown("1 of the 2 addresses it was used from")
        await hand.press("enter")
        await hand.until_shown("Change from where it may be used?")
        await hand.answer()
        await hand.until_shown("ADDRESSES CHANGED")
        [done] = hand.audit(key, "addresses")
    assert done.detail == {"from": "", "allowed": "203.0.113.0/24"}
    with store.reading() as reader:
        assert allowed_addresses(reader, key) == ("203.0.113.0/24",)


async def test_it_is_let_in_from_anywhere_again_on_its_own_page_by_the_command(store: Store) -> None:
    key = used(store)
    order = AddressesOrder(key=key, actor=PRIYA, networks=networks_of(["203.0.113.0/24"]))
    store.write(lambda unit: allow_addresses(unit, order, NOW))
    async with at_console(store, (120, 36)) as hand:
        await hand.until(lambda: hand.tokens.row is not None, "the token")
        await hand.press("enter")
        await hand.until(lambda: hand.desktop.PLACE == "detail", "its page")
        await hand.press("colon", *"addresses", "enter")
        await until_folded(hand, "Now from 203.0.113.0/24.")
        await hand.press("enter")
        await until_folded(hand, "That is what holds already.")
        await hand.press("ctrl+u")
        await until_folded(hand, "The 2 addresses it was used from can go on.")
        await hand.press("enter")
        await hand.until_shown("Change from where it may be used?")
        await hand.answer()
        await hand.until_shown("ADDRESSES CHANGED")
    with store.reading() as reader:
        assert allowed_addresses(reader, key) == ()


async def test_what_is_no_network_is_said_beside_the_field_and_goes_no_further(store: Store) -> None:
    key = used(store)
    async with at_console(store) as hand:
        await hand.until(lambda: hand.tokens.row is not None, "the token")
        await hand.press("F")
        await until_folded(hand, "Now from any address.")
        await hand.type("203.0.113.9/24, 10.0.0.0/8")
        await hand.press("enter")
        await hand.until_shown("is no address and no network")
        assert "Change from where" not in hand.screen()
        assert not hand.audit(key, "addresses")


async def test_a_token_that_has_ended_is_bound_to_nothing(store: Store) -> None:
    key = used(store)
    revoke_token(store, key, now=NOW)
    async with at_console(store) as hand:
        await hand.press("slash", *"nightly", "enter")
        await hand.press("colon", *"view all", "enter")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.status == "revoked", "the token")
        await hand.press("F")
        await hand.until_shown("Only a token that has not ended can be bound to addresses; this one is revoked.")


@pytest.mark.parametrize(
    ("networks", "addresses", "said"),
    [
        ("", (), "No address is on record that it was used from."),
        ("", (NEAR,), "The one address it was used from can go on."),
        ("10.0.0.0/8", (NEAR,), "The one address it was used from can't any more: 1 request came from there."),
        ("10.0.0.0/8", (NEAR, FAR), "2 of the 2 addresses it was used from can't any more: 2 requests came from there."),
        (f"{NEAR} {FAR}", (NEAR, FAR), "The 2 addresses it was used from can go on."),
        ("10.0.0.1/8", (NEAR,), ""),
    ],
)
def test_whom_networks_shut_out_is_said_in_a_sentence(networks: str, addresses: tuple[str, ...], said: str) -> None:
    assert shut_out(networks, [AddressRow(one, NOW, NOW, 1) for one in addresses]) == said
