"""What is due by the policies: listed with the step that comes next, and applied only with its number typed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.screens.due import DueScreen
from console.screens.policies import PoliciesScreen
from store.engine import Unit
from store.moments import to_ms
from store.opening import Store
from store.reads.policy_due import due
from store.rules.idle import Step
from store.writes import policy_apply
from store.writes.policy_apply import IdleOrder, give_notice
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.due_rows import fill_due
from tests.making import PRIYA
from tests.scenario import fill_scenario

DAY = timedelta(days=1)


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store where ACME's idle tokens get a notice of 14 days and its secrets are rotated every 90."""
    fill_scenario(store)
    fill_due(store)
    return store


def idle(store: Store, step: Step) -> set[tuple[str, str]]:
    """Return the tokens whose next step this is."""
    with store.reading() as reader:
        return {(one.key[0], one.key[1]) for one in due(reader, NOW).at(step)}


def notice_before(store: Store) -> None:
    """Give every idle token its notice 15 days ago, so that it is over now."""
    with store.reading() as reader:
        found = due(reader, NOW).idle
    store.write(lambda unit: give_notice(unit, IdleOrder(idle=found, actor=PRIYA), NOW - 15 * DAY))


async def open_due(hand: Hand, account: str = "ACME") -> DueScreen:
    """Open what is due in an account by command."""
    await hand.press("f9")
    await hand.until(lambda: isinstance(hand.app.screen, PoliciesScreen) and hand.desktop.table.total.rows, "policies")
    await hand.press("colon")
    await hand.type(f"due {account}".strip())
    await hand.press("enter")
    await hand.until(lambda: isinstance(hand.app.screen, DueScreen) and hand.desktop.found is not None, "what is due")
    screen = hand.app.screen
    assert isinstance(screen, DueScreen)
    return screen


async def apply(hand: Hand, number: str) -> None:
    """Type the reason and the number."""
    await hand.press("x")
    await hand.type("Q1")
    await hand.press("tab")
    await hand.type(number)
    await hand.press("enter")


async def test_notices_are_put_on_record_only_with_their_number_and_no_token_ends(filled: Store) -> None:
    wanted = idle(filled, Step.NOTICE)
    assert wanted
    async with at_console(filled, case="SEC-7") as hand:
        screen = await open_due(hand)
        await hand.until_shown(f"Applying would give {len(wanted)} notices and revoke 0 tokens.")
        assert "no notice yet: put on record by applying" in hand.pane("page")
        await apply(hand, str(len(wanted) + 1))
        assert "That is not the number of tokens it concerns" in hand.pane("page")
        assert idle(filled, Step.NOTICE) == wanted
        await hand.type(str(len(wanted)))
        await hand.press("enter")
        await hand.until_shown(f"Done: {len(wanted)} notices put on record, 0 revoked, 0 left alone, 0 to go.")
        assert f"{len(wanted)} of {len(wanted)}" in hand.pane("page")
        assert idle(filled, Step.WAIT) == wanted
        on_record = [line for line in hand.audit(action="policy") if "notice" in line.detail]
        assert {(line.account_id, line.token_id) for line in on_record} == wanted
        assert {(line.reason, line.case_id) for line in on_record} == {("Q1", "SEC-7")}
        await hand.until(lambda: screen.found is not None and len(screen.found.at(Step.WAIT)) == len(wanted), "the new steps")
        assert not hand.audit(action="revoke") or all(line.account_id != "ACME" for line in hand.audit(action="revoke"))


async def test_tokens_whose_notice_is_over_are_revoked_each_with_its_line(filled: Store) -> None:
    notice_before(filled)
    wanted = idle(filled, Step.REVOKE)
    assert wanted
    async with at_console(filled) as hand:
        await open_due(hand)
        await hand.until_shown("their notice is over: revoked by applying")
        await hand.press("x")
        await hand.until_shown("A revocation cannot be undone.")
        await hand.press("escape")
        assert idle(filled, Step.REVOKE) == wanted, "Esc changes nothing"
        await apply(hand, str(len(wanted)))
        await hand.until_shown(f"{len(wanted)} revoked, 0 left alone")
        assert idle(filled, Step.REVOKE) == set()
        ended = {(line.account_id, line.token_id) for line in hand.audit(action="revoke") if line.reason.endswith("Q1")}
        assert ended == wanted


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_notice_that_is_over_waits_until_usage_is_recorded_up_to_then(filled: Store, size: tuple[int, int]) -> None:
    notice_before(filled)
    wanted = idle(filled, Step.REVOKE)
    to = to_ms(NOW - timedelta(days=1, milliseconds=1))
    filled.write(lambda unit: unit.run(f"UPDATE fact SET value = '{to}' WHERE name = 'recorded_to'"))
    assert idle(filled, Step.REVOKE) == set()
    assert idle(filled, Step.WAIT) == wanted
    async with at_console(filled, size) as hand:
        await open_due(hand)
        await hand.until_shown("wait: use unrecorded")


async def test_escape_stops_between_two_portions_and_what_is_done_stays_done(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_apply, "CHUNK", 1)
    wanted = idle(filled, Step.NOTICE)
    assert len(wanted) > 1
    async with at_console(filled) as hand:
        screen = await open_due(hand)
        first = screen._portion

        async def one_then_escape(*given: object) -> object:
            part = await first(*given)  # type: ignore[arg-type]
            screen.leave()
            return part

        monkeypatch.setattr(screen, "_portion", one_then_escape)
        await apply(hand, str(len(wanted)))
        await hand.until_shown("Stopped: ")
        assert len(idle(filled, Step.WAIT)) == 1
        assert len(idle(filled, Step.NOTICE)) == len(wanted) - 1
        assert hand.app.screen is screen
        await hand.press("escape")
        await hand.until(lambda: hand.app.screen is not screen, "the list")


async def test_a_token_used_meanwhile_is_left_alone_and_says_so(filled: Store) -> None:
    [(account, token), *_] = sorted(idle(filled, Step.NOTICE))
    count = len(idle(filled, Step.NOTICE))
    async with at_console(filled) as hand:
        await open_due(hand)

        def use(unit: Unit) -> None:
            moment = int(NOW.timestamp() * 1_000)
            unit.run(
                "UPDATE token SET last_used_at = :at WHERE account_id = :account AND id = :id",
                {"at": moment, "account": account, "id": token},
            )

        filled.write(use)
        await apply(hand, str(count))
        await hand.until_shown(f"left alone: {account}/{token}, it was used meanwhile")
        assert f"{count - 1} notice put on record, 0 revoked, 1 left alone" in hand.screen()


async def test_old_secrets_are_on_the_second_page_and_a_line_opens_its_token(filled: Store) -> None:
    async with at_console(filled) as hand:
        await open_due(hand, "")
        await hand.press("tab")
        await hand.until_shown("due for rotation")
        assert "LIVE" in hand.pane("page")
        await hand.press("enter")
        await hand.until_shown("What it may do")


async def test_where_nothing_is_due_it_says_so_and_applying_asks_nothing(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store) as hand:
        await open_due(hand, "")
        await hand.until_shown("No token is unused for longer than its policy allows.")
        await hand.press("x")
        await hand.until_shown("Nothing is to be applied")
        assert hand.desktop.dialog is None


async def test_read_only_lists_what_is_due_and_applies_nothing(filled: Store) -> None:
    async with at_console(filled, read_only=True) as hand:
        await open_due(hand)
        await hand.press("x")
        await hand.until_shown("read-only")
        assert hand.desktop.dialog is None
