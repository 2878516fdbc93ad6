"""What the console says because of the gateways that run, and of the addresses a token is bound to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.opening import Store
from store.reads.gateways import SEEN_LATELY, gateways, longest_memory
from store.rules.networks import networks_of
from store.writes.addresses import AddressesOrder, allow_addresses
from store.writes.gateway_callers import GatewayReport, report
from tests.at_console import at_console
from tests.conftest import NOW
from tests.gateway.running import gateway
from tests.making import PRIYA, make_account, make_token


def tell(
    store: Store, name: str, cache_ms: int, at: datetime = NOW, stopped_at: datetime | None = None, grace_ms: int = 5_000
) -> None:
    told = GatewayReport(
        name=name, address="127.0.0.1:8790", version="0", started_at=at, cache_ms=cache_ms, grace_ms=grace_ms, checks=7,
        cache_hits=3, stale=0, unsaved=0, stopped_at=stopped_at,
    )  # fmt: skip
    store.write(lambda unit: report(unit, told, at))


async def test_the_question_and_the_proof_say_how_long_the_gateways_may_take(store: Store) -> None:
    make_account(store)
    made = make_token(store)
    tell(store, "one", 90_000)
    async with at_console(store) as hand:
        await hand.press("x")
        await hand.until_shown("Refused everywhere within 95 s.")
        await hand.answer()
        await hand.until_shown("09:01:35")
        assert hand.token(made.key).revoked_at == NOW


async def test_the_overview_of_a_bound_token_names_its_networks(store: Store) -> None:
    make_account(store)
    made = make_token(store)
    order = AddressesOrder(key=made.key, actor=PRIYA, networks=networks_of(["203.0.113.0/24"]))
    store.write(lambda unit: allow_addresses(unit, order, NOW), order.action_id)
    async with at_console(store) as hand:
        await hand.press("enter")
        await hand.until_shown("Only from")
        assert "203.0.113.0/24" in hand.screen()


@pytest.mark.parametrize(
    ("ago", "stopped", "seconds"),
    [(SEEN_LATELY, False, 95), (SEEN_LATELY + timedelta(seconds=1), False, 30), (timedelta(0), True, 30)],
)
def test_a_gateway_that_stopped_or_fell_silent_counts_no_more(store: Store, ago: timedelta, stopped: bool, seconds: int) -> None:
    tell(store, "one", 90_000, NOW - ago, NOW if stopped else None)
    with store.reading() as reader:
        assert longest_memory(reader.rows, NOW) == timedelta(seconds=seconds)
        [one] = gateways(reader, NOW)
    assert (one.name, one.seen_at, one.cache_s, one.grace_s, one.checks, one.cache_hits) == ("one", NOW - ago, 90, 5, 7, 3)


@pytest.mark.parametrize(("ago", "seconds"), [(3_600 + 95, 3_690), (3_600 + 120, 30)])
def test_one_that_may_answer_from_memory_for_longer_counts_for_as_long(store: Store, ago: int, seconds: int) -> None:
    tell(store, "cut off", 90_000, NOW - timedelta(seconds=ago), grace_ms=3_600_000)
    with store.reading() as reader:
        assert longest_memory(reader.rows, NOW) == timedelta(seconds=seconds)


def test_a_gateway_is_reckoned_with_from_its_first_answer_on(store: Store) -> None:
    make_account(store)
    with gateway(store.address, "--cache", "5m"), store.reading() as reader:
        assert longest_memory(reader.rows, datetime.now(UTC)) == timedelta(minutes=5)
