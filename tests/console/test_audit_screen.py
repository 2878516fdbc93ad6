"""The audit log by keyboard: what was done, found and told in words, and a chain that is checked when somebody asks."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from console.screens.audit import AuditScreen
from console.screens.detail import DetailScreen
from store.opening import Store
from store.reads import audit_list
from store.reads.verify import Verdict, verify
from store.rows import AuditRow
from tests.at_console import Hand, at_console
from tests.scenario import fill_scenario, key_of
from tests.store.test_verify import tamper


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the scenarios' 34 tokens, 33 lines of import and issue, and one revocation by priya."""
    fill_scenario(store)
    return store


def log_of(hand: Hand) -> AuditScreen:
    assert isinstance(hand.app.screen, AuditScreen)
    return hand.app.screen


async def open_log(hand: Hand) -> tuple[AuditRow, ...]:
    """Go to the log, wait for its rows, and return what the store holds of it."""
    await hand.press("f6")
    await hand.until(lambda: log_of(hand).table.cursor_row is not None and log_of(hand)._lines is not None, "the log")
    return hand.audit()


async def test_the_log_is_listed_newest_first_and_the_inspector_shows_the_whole_entry(filled: Store) -> None:
    async with at_console(filled, (140, 40)) as hand:
        lines = await open_log(hand)
        log = log_of(hand)
        assert [row.seq for row in log.table.visible_rows][:3] == [line.seq for line in lines[:3]]
        assert (log.table.total.rows, log._lines) == (lines[0].seq, lines[0].seq)
        revoked = next(line for line in lines if line.action == "revoke")
        await hand.press("slash", *"action", "colon", *"revoke", "enter")
        await hand.until(lambda: log.table.total.rows == 1 and log.table.cursor_row is not None, "the revocation")
        await hand.until_shown(revoked.hash[:20])
        inspector = hand.pane("inspector")
        for words in ("revoked partner feed of Delt", "priya (admin)", "2026-03-14 12:00:00Z", "os user", "partner left"):
            assert words in inspector, words
        assert f"1 of {lines[0].seq}" in hand.screen()


async def test_both_hashes_of_a_line_stand_whole_on_the_smallest_screen(filled: Store) -> None:
    async with at_console(filled, (80, 24)) as hand:
        last = (await open_log(hand))[0]
        await hand.until(lambda: last.hash in hand.pane("inspector"), "the whole hash")
        shown = [row.strip(" │").split() for row in hand.pane("inspector").splitlines()]
        assert ["hash", last.hash] in shown
        assert [len(words[1]) for words in shown if words[:1] == ["follows"]] == [len(last.hash)]


async def test_a_wrong_filter_says_where_and_the_nearest_name_and_leaves_the_list(filled: Store) -> None:
    async with at_console(filled) as hand:
        lines = await open_log(hand)
        await hand.press("slash", *"acto", "tab")
        assert "actor:" in hand.screen()
        await hand.press(*"priya", "space", *"actoin", "colon", "x", "enter")
        await hand.until_shown("Did you mean action?")
        caret = next(line for line in hand.screen().splitlines() if "▲" in line)
        typed = next(line for line in hand.screen().splitlines() if "/actor:priya" in line)
        assert caret.index("▲") == typed.index("actoin")
        await hand.press("escape")
        assert log_of(hand).table.total.rows == lines[0].seq


async def test_a_command_finds_lines_from_any_area(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("colon", *"audit", "space", *"actor", "colon", *"nobdy", "space", *"after", "colon", *"soon", "enter")
        await hand.until_shown("no day, no moment and no span")
        await hand.press("escape", "colon", *"audit", "space", *"actor", "colon", *"priya", "space")
        await hand.press(*"after", "colon", *"2026", "minus", *"02", "minus", *"01", "enter")
        await hand.until(lambda: isinstance(hand.app.screen, AuditScreen) and log_of(hand).table.total.rows == 1, "one line")
        await hand.until(lambda: log_of(hand).table.cursor_row is not None, "its row")
        row = log_of(hand).row
        assert row is not None
        assert row.token_name == "partner feed"


async def test_enter_opens_what_was_done_to_the_token_and_a_line_about_none_says_so(filled: Store) -> None:
    async with at_console(filled) as hand:
        await open_log(hand)
        await hand.press("slash", *"action", "colon", *"revoke", "enter")
        await hand.until(lambda: log_of(hand).table.total.rows == 1 and log_of(hand).table.cursor_row is not None, "the line")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, DetailScreen), "the token")
        assert hand.desktop.row.key == key_of("T13")
        await hand.until_shown("[Audit]")
        await hand.press("q")
        assert log_of(hand).narrowed == "action:revoke"


async def test_the_chain_is_checked_when_asked_and_what_came_later_is_counted(filled: Store) -> None:
    async with at_console(filled) as hand:
        lines = await open_log(hand)
        assert "not verified yet" in hand.screen()
        await hand.press("V")
        await hand.until_shown(f"chain verified to #{lines[0].seq} at 09:00Z")
        await hand.press("enter")
        await hand.until(lambda: hand.audit()[0].action == "look-up", "the look-up")
        await hand.press("q")
        await hand.until_shown("1 written since")


async def test_a_broken_chain_is_told_with_its_first_bad_line(filled: Store) -> None:
    filled.close()
    tamper(filled.address, "UPDATE audit SET actor = 'nobody' WHERE seq = 17")
    async with at_console(filled) as hand:
        await open_log(hand)
        await hand.press("colon", *"verify", "enter")
        await hand.until_shown("chain broken at #17")
        assert "Audit line 17 was changed after it was written." in hand.screen()


async def test_escape_stops_a_check_and_nothing_is_claimed(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def endless(reader: object, *, heard: Callable[[str, int], None]) -> Verdict:
        for number in range(10_000_000):
            heard("lines", number)
            begun.set()
        raise AssertionError("nobody stopped it")

    monkeypatch.setattr("store.reads.verify.verify", endless)
    async with at_console(filled) as hand:
        await open_log(hand)
        await hand.press("V")
        await hand.until(begun.is_set, "the check")
        await hand.until_shown("Esc stops it")
        await hand.press("escape")
        await hand.until_shown("The check was stopped")
        assert log_of(hand).checked is None
        assert log_of(hand).narrowed == ""


def test_what_is_heard_ends_a_check_in_any_phase(filled: Store) -> None:
    for phase in ("lines", "reasons", "tokens"):

        class Enough(Exception):
            pass

        def heard(what: str, number: int, phase: str = phase, enough: type[Exception] = Enough) -> None:
            assert number > 0
            if what == phase:
                raise enough

        with filled.reading() as reader, pytest.raises(Enough):
            verify(reader, heard=heard)


async def test_a_word_says_how_far_back_it_was_looked_for(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_list, "SEARCHED", 20)
    monkeypatch.setattr("console.screens.audit.SEARCHED", 20)
    async with at_console(filled) as hand:
        await open_log(hand)
        await hand.press("slash", *"zapier", "enter")
        await hand.until_shown("No line in the newest 20 matches zapier.")
        await hand.press("escape", "slash", *"filler", "enter")
        await hand.until(lambda: log_of(hand).table.visible_rows, "lines")
        assert "in the newest 20" in hand.screen()


async def test_every_sentence_names_what_was_done(filled: Store) -> None:
    from console.render.audit_words import _SENTENCES, sentence
    from store.rules.actions import Action

    assert set(_SENTENCES) == set(Action)
    for line in Hand(None, None, filled).audit():  # type: ignore[arg-type]
        assert line.token_name in sentence(line)
