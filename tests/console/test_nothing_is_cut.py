"""What stands on the edges of a small screen is left out whole or said shorter, never cut in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date

import pytest

from console.dialogs.fields import Field
from console.dialogs.form_sheet import form_sheet
from console.dialogs.picking import Offer, Pick
from console.render import audit_words, debug_board, notice_rows, oncall_board, scope_rows, setting_rows
from console.render.board import composed
from console.render.board_parts import Drawing, body, nothing
from console.render.board_plots import _months
from console.render.case_pages import timeline_page
from console.render.contact_words import REASON_WORDS
from console.render.debug_board import name_of
from console.render.heat import legend
from console.render.levels import Level, level_lines
from console.render.pieces import Line
from console.render.sheet import length, line
from console.screens.desktop import typing_line
from console.screens.help import wrapped_keeping
from console.widgets.columns import Column, places
from console.widgets.list_lines import DOWN, Look, header_runs
from store.opening import Store
from store.reads.audit import lines as audit_lines
from store.reads.boards import debug, on_call
from store.reads.case_file import case_file
from store.reads.scopes import Holder, ScopeLine
from store.rows import AuditLine
from store.rules.roles import Actor, Role
from store.rules.scopes import CATALOGUE
from tests.conftest import NOW
from tests.gateway_rows import watch
from tests.incident import INC, fill_incident
from tests.scenario import fill_scenario


def text(words: Line) -> str:
    return "".join(piece.text for piece in words)


@pytest.mark.parametrize("copies", [True, False])
@pytest.mark.parametrize("width", [80, 100, 200])
def test_the_hints_of_a_form_name_every_key_whole(width: int, copies: bool) -> None:
    shown = typing_line(width, copies=copies)
    assert length(shown) <= width
    assert text(shown).endswith("Quit")
    assert ("ctrl-o" in text(shown)) == copies


def test_what_an_action_does_goes_on_below_its_own_beginning() -> None:
    words = line(("  x  ", "key"), ("Revoke  ", "strong"), "End the token for good, or all marked ones; asks first.")
    first, *more = wrapped_keeping(words, 45, 13)
    assert text(first) == "  x  Revoke  End the token for good, or all"
    assert [text(one) for one in more] == ["             marked ones; asks first."]


def test_keys_that_take_more_than_their_column_leave_what_they_do_in_its_own() -> None:
    words = line(("  1 2 3 4 5 6  ", "key"), "Open the saved view of this number, wherever it is.")
    assert text(wrapped_keeping(words, 45, 13)[0]) == "  1 2 3 4 5 6  "
    assert text(wrapped_keeping(words, 45, 13)[1]).startswith("             Open the saved")


def test_a_panel_says_less_beside_its_title_rather_than_cutting_it() -> None:
    def drawn(width: int) -> str:
        panels = {"one": Drawing("Tier and environment", lambda width, height: body([], "32 live tokens"))}
        return text(composed(["one"], panels, width, 5).pages[0][0])

    assert "Tier and environment ─" in drawn(34)
    assert "live tokens" not in drawn(34)
    assert "Tier and environment" in drawn(60)
    assert "32 live tokens" in drawn(60)


def test_a_panel_without_room_for_its_legend_has_a_whole_edge() -> None:
    panels = {"one": Drawing("One", lambda width, height: body([], "", ("a legend that is long",)))}
    assert text(composed(["one"], panels, 16, 4).pages[0][-1]) == "╰──────────────╯"


def test_why_a_panel_is_empty_takes_as_many_lines_as_it_needs() -> None:
    told = nothing("No request was refused in the last 24 hours.", 20).lines
    assert [text(one) for one in told] == ["No request was", "refused in the last", "24 hours."]


def test_the_shades_of_a_heat_map_are_told_in_words_of_several_lengths() -> None:
    words = legend(1_000, "requests an hour")
    assert words[0] == "· none  ░ to 250  ▒ 500  ▓ 750  █ 1,000 requests an hour"
    assert [len(one) for one in words] == sorted((len(one) for one in words), reverse=True)
    assert all("requests an hour" in one for one in words)


def test_the_arrow_of_the_sorted_column_does_not_give_way_to_its_title() -> None:
    look = Look(places([Column("spark", "24 hours", 8, sort="requests")], 8), 14)
    assert f"24 h {DOWN}" in "".join(run[0] for run in header_runs(look, ("requests", True)))


def shown(store: Store, name: str, width: int, height: int) -> list[str]:
    """Return the lines of a panel of a role's dashboard, in a store with gateways."""
    fill_scenario(store)
    watch(store)
    with store.reading() as reader:
        found, failed = on_call(reader, NOW), debug(reader, Actor("local:x", Role.ADMIN), NOW)
    scope = name_of(failed.checks[1])
    drawing = {**oncall_board.drawings(found), **debug_board.drawings(failed, scope)}[name]
    assert drawing.draw is not None
    return [text(one) for one in drawing.draw(width, height).lines]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_alert_says_which_services_it_is_about_in_full_below_it_where_there_is_no_room_beside_it(store: Store) -> None:
    lines = shown(store, "alerts", 56, 9)
    assert lines[0].startswith("PAGE   Requests answered 401 in several services ")
    assert lines[1].strip().startswith("billing-api, orders-api, reports. ")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_services_are_named_in_full_in_half_a_screen(store: Store) -> None:
    assert [line.split()[0] for line in shown(store, "services", 57, 9)[1:]] == ["reports", "billing-api", "orders-api"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_where_a_check_was_made_goes_on_in_a_second_line(store: Store) -> None:
    lines = shown(store, "steps", 40, 20)
    at = next(number for number, line in enumerate(lines) if line.startswith("at "))
    assert " ".join(f"{lines[at]} {lines[at + 1]}".split()) == "at orders-api by gw-1, now, took 2.3 ms"


def test_why_requests_were_refused_is_never_cut_for_the_sake_of_a_bar() -> None:
    levels = [Level(words, 911) for words in REASON_WORDS.values()]
    longest = max(map(len, REASON_WORDS.values()))
    drawn = [text(one) for one in level_lines(levels, 36, total=1_283, least_label=longest)]
    assert [row for row, words in zip(drawn, REASON_WORDS.values(), strict=True) if not row.startswith(words)] == []


def laid_out(columns: Sequence[Column], width: int, **needs: int) -> dict[str, int]:
    """Return the width of each column that is shown, for rows that need so much."""
    numbers = {column.id: number for number, column in enumerate(columns)}
    shown = places(columns, width, needs={numbers[name]: need for name, need in needs.items()})
    return {place.column.id: place.width for place in shown}


def test_a_small_audit_log_says_what_was_done_in_full_and_leaves_the_role_to_the_panel_below() -> None:
    widths = laid_out(audit_words.COLUMNS, 73, who=8, what=36)
    assert widths["what"] >= 36
    assert "role" not in widths
    assert "role" in laid_out(audit_words.COLUMNS, 113, who=8, what=36)


def test_where_the_store_is_stands_whole_among_the_settings_of_a_small_screen() -> None:
    path = "/home/dana/.local/share/tokendesk/tokens.db"
    assert laid_out(setting_rows.COLUMNS, 73, name=19, value=len(path), **{"from": 7})["value"] >= len(path)


def test_what_a_scope_allows_stands_whole_before_what_it_does_not_comes_beside_it() -> None:
    longest = max(len(scope.can) for scope in CATALOGUE)
    needs = {"name": 15, "tier": 12, "risky": 19, "can": longest, "cannot": 31}
    for width in (113, 126):
        assert laid_out(scope_rows.COLUMNS, width, **needs)["can"] >= longest
    assert laid_out(scope_rows.COLUMNS, 126, **needs)["cannot"] >= max(len(scope.cannot) for scope in CATALOGUE)


def test_a_long_line_of_a_case_goes_on_below(store: Store) -> None:
    fill_scenario(store)
    fill_incident(store)
    with store.reading() as reader:
        found = case_file(reader, INC, NOW)
        assert found is not None
    lines = [text(one.line) for one in timeline_page(found, 76)]
    at = next(number for number, one in enumerate(lines) if "was seen in" in one)
    assert lines[at].endswith("was seen in")
    assert lines[at + 1] == "    github.com/crux/sync"
    assert not [one for one in lines if "…" in one]


def test_a_bar_its_share_and_its_hours_give_way_to_a_name() -> None:
    name = "billing sync for NetSuite"
    levels = [Level("runaway sync", 10_001, hours=(1,) * 24), Level(name, 2_880)]
    for width in (36, 40, 58, 80):
        row = text(level_lines(levels, width, total=23_000, least_label=12)[1])
        assert row.startswith(f"{name} "), width
        assert "2,880" in row or "2.9k" in row, width
    assert "13 %" in text(level_lines(levels, 44, total=23_000, least_label=12)[1])


def test_the_calendar_names_a_month_and_no_day_runs_together_with_it() -> None:
    assert _months(date(2026, 3, 16), 6, 3).rstrip() == "Mar   30 Apr   20"
    assert _months(date(2026, 3, 16), 3, 4) == "Mar 23  30  "


def test_a_board_of_several_pages_names_the_key_that_turns_them() -> None:
    panels = {name: Drawing(name, lambda width, height: body([])) for name in ("one", "two", "three")}
    board = composed(["one", "two", "three"], panels, 60, 5)
    assert [text(page[-1]).split("─ ")[-1] for page in board.pages] == [
        "PgDn page 1 of 3 ─╯",
        "PgDn page 2 of 3 ─╯",
        "PgUp page 3 of 3 ─╯",
    ]
    assert "PgDn 1 of 3" in text(composed(["one", "two", "three"], panels, 26, 5).pages[0][-1])


def test_a_form_says_how_many_fields_it_has_no_room_for() -> None:
    fields = [Field(name, name.title()) for name in ("account", "period", "format", "rule", "file")]

    def keys(at: int, height: int) -> str:
        return text(form_sheet("Report", (), fields, at, ("", ""), 76, height, page=False).lines[-1])

    assert keys(0, 4).endswith("  ↓ 2 more")
    assert keys(4, 4).endswith("  ↑ 2 more")
    assert keys(3, 4).endswith("  ↑ 1 more  ↓ 1 more")
    assert keys(0, 9).endswith("Esc leave it")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("width", "height", "below"), [(32, 19, True), (56, 19, True), (32, 4, False)])
def test_what_was_asked_for_stands_whole_below_a_failed_check(store: Store, width: int, height: int, below: bool) -> None:
    """Where there is neither room beside the reason nor for a second line, the steps of the check under the cursor say it."""
    lines = shown(store, "tail", width, height)
    assert ("GET /v1/tkd_live_T01Scenario1_***" in "".join(one.strip() for one in lines)) == below
    assert len(lines) <= height
    assert not [one for one in lines if "…" in one]


def test_the_name_of_a_token_stands_whole_among_the_notices_of_a_small_screen() -> None:
    needs = {"state": 9, "kind": 10, "token": 31, "to": 16, "since": 7}
    widths = laid_out(notice_rows.COLUMNS, 73, **needs)
    assert widths["token"] >= 31
    assert widths["to"] >= 16
    assert set(laid_out(notice_rows.COLUMNS, 113, **needs)) == {column.id for column in notice_rows.COLUMNS}


def test_a_list_that_goes_on_says_how_far_in_place_of_a_note_and_cuts_no_word() -> None:
    offers = [Offer(f"a{number}", f"Amberley School Supplies {number}", f"amberley-{number} · 12 live") for number in range(30)]
    lines = [text(one).rstrip() for one in Pick("account", "Account", offers=offers).below(47, 8)]
    assert lines[-1].endswith(" ↓ 22 more")
    assert "live" not in lines[-1]
    assert all("live" in one for one in lines[:-1])


def test_holders_that_have_no_room_are_counted() -> None:
    known = CATALOGUE[0]
    scope = ScopeLine(known.name, known, known.tier, (), 21)
    held = [Holder(f"a{number}", f"Account number {number}", 3) for number in range(7)], 15
    for height in (4, 5, 12):
        told = " ".join(text(one) for one in scope_rows.scope_sheet(scope, held, 60, height).lines)
        assert "…" not in told
        assert "in 15 accounts" in told
        assert " more" in told


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_long_reason_stands_whole_before_the_hashes_do(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        row = audit_lines(reader, limit=1)[0]
    reason = "a customer asked for it on the telephone, and sent a letter that says so in many words, of which these are some"
    told_of = {**{one.name: getattr(row, one.name) for one in fields(row)}, "reason": reason}
    entry = AuditLine(**told_of, account_name="Acme", hint="9f3c", prev_hash="0" * 64)
    told = [text(one) for one in audit_words.audit_sheet(entry, 76, 5).lines]
    assert reason in " ".join(told)
    assert [one for one in told if "…" in one] == [f"hash {row.hash[:16]}… follows {'0' * 16}…"]
