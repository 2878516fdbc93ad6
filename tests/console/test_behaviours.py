"""The forty behaviours of the console's design, each with the tests that hold it; this fails when one of those is gone.

P is a test by keyboard without a terminal, T one in a real terminal, S a kept picture, U a test of a part.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
import typer

from console.actions import ACTIONS
from console.cli.root import app

TESTS = Path(__file__).parents[1]

BEHAVIOURS: dict[int, tuple[str, ...]] = {
    1: (
        "console/test_tokens_screen.py::test_the_cursor_stays_on_its_token_through_sort_and_refresh",
        "console/test_windowed_list.py::test_a_key_that_left_the_list_is_told_and_the_cursor_goes_to_its_neighbour",
    ),
    2: (
        "console/test_tokens_screen.py::test_marks_survive_sorting_filtering_and_refreshing",
        "console/test_bulk.py::test_the_review_counts_the_marks_that_are_outside_the_list",
    ),
    3: ("terminal/test_revoking.py::test_what_is_typed_before_the_first_picture_revokes_nothing",),
    4: ("terminal/test_revoking.py::test_y_within_400_ms_revokes_nothing_and_a_lone_y_after_quiet_does",),
    5: ("terminal/test_revoking.py::test_only_a_lone_y_answers_the_question",),
    6: ("console/test_question.py::test_enter_space_x_paste_and_escape_revoke_nothing",),
    7: ("terminal/test_revoking.py::test_only_a_lone_y_answers_the_question",),
    8: ("console/test_question.py::test_the_pinned_token_is_revoked_though_the_list_has_changed_order",),
    9: ("console/test_question.py::test_a_token_somebody_else_revoked_meanwhile_says_who_and_when",),
    10: ("console/test_bulk.py::test_only_the_exact_count_revokes_and_each_is_on_record",),
    11: ("console/test_bulk.py::test_the_set_is_frozen_and_a_token_changed_meanwhile_is_skipped",),
    12: ("console/test_bulk.py::test_unticking_changes_the_count_that_must_be_typed",),
    13: ("console/test_bulk.py::test_escape_stops_between_two_portions_and_the_log_agrees",),
    14: (
        "terminal/test_bulk_and_copy.py::"
        "test_a_link_lost_during_a_bulk_revocation_restores_the_terminal_and_leaves_nothing_half_done",
    ),
    15: ("console/test_cli_changes.py::test_read_only_refuses_every_change_whatever_the_role",),
    16: ("console/test_tokens_screen.py::test_read_only_says_so_and_opens_no_question",),
    17: (
        "pictures/test_pictures.py::test_the_list_and_its_question_in_every_theme_and_size",
        "terminal/test_surroundings.py::test_no_color_sends_no_colour_and_shows_the_cursor_reversed",
    ),
    18: ("terminal/test_bytes_sent.py::test_a_whole_revocation_stays_inside_the_budget",),
    19: (
        "terminal/test_bytes_sent.py::test_a_cursor_move_stays_inside_the_budget",
        "terminal/test_bytes_sent.py::test_one_row_changed_by_somebody_else_sends_little",
    ),
    20: ("terminal/test_bytes_sent.py::test_ten_idle_seconds_with_live_refresh_send_nothing",),
    21: ("terminal/test_bytes_sent.py::test_nothing_is_cleared_and_the_first_paint_is_about_two_pages",),
    22: ("console/test_windowed_list.py::test_memory_is_bounded_after_walking_through_a_million_rows",),
    23: ("terminal/test_hostile_names.py::test_no_payload_acts_on_the_terminal_on_any_screen",),
    24: ("console/test_plain.py::test_hostile_characters_are_spelt_out_and_get_the_warning_sign",),
    25: (
        "console/test_no_markup.py::test_no_str_is_handed_to_a_widget",
        "console/test_plain.py::test_markup_in_a_name_is_shown_as_it_is_and_runs_nothing",
    ),
    26: ("console/test_tokens_screen.py::test_a_line_end_in_a_name_is_a_visible_mark_and_cuts_nothing",),
    27: (
        "themes/test_themes.py::test_every_word_stands_out_from_its_ground",
        "themes/test_themes.py::test_statuses_differ_by_word_and_by_sign_in_every_theme",
    ),
    28: ("terminal/test_surroundings.py::test_no_color_sends_no_colour_and_shows_the_cursor_reversed",),
    29: ("terminal/test_surroundings.py::test_without_a_terminal_on_every_side_it_says_one_line_and_ends_with_2",),
    30: ("terminal/test_surroundings.py::test_data_beyond_ascii_is_shown_where_the_terminal_has_it_and_only_data",),
    31: (
        "pictures/test_pictures.py::test_the_list_and_its_question_in_every_theme_and_size",
        "terminal/test_surroundings.py::test_it_opens_and_quits_at_every_size",
    ),
    32: ("terminal/test_leaving.py::test_the_terminal_is_left_as_found",),
    33: ("terminal/test_leaving.py::test_a_fault_leaves_the_terminal_as_found_and_prints_no_value",),
    34: ("console/test_live.py::test_a_failing_read_keeps_the_rows_and_says_since_when_they_are_stale",),
    35: ("terminal/test_leaving.py::test_quitting_while_a_query_hangs_takes_less_than_two_seconds_on_sqlite",),
    36: ("console/test_desk.py::test_only_the_newest_question_of_a_lane_is_answered",),
    37: ("console/test_actions.py::test_a_bad_key_is_told_and_the_action_keeps_its_own",),
    38: ("terminal/test_bulk_and_copy.py::test_under_tmux_a_copy_takes_both_ways_and_says_only_that_it_was_sent",),
    39: ("console/test_help.py::test_every_action_its_keys_and_its_command_are_listed_once",),
    40: (
        "console/test_tokens_screen.py::test_a_bad_filter_points_at_the_place_and_leaves_the_list",
        "console/test_views_screen.py::test_a_list_is_saved_and_restored_after_a_restart_with_filter_sort_and_columns",
    ),
}


@cache
def names_in(file: str) -> frozenset[str]:
    """Return the names of the tests in a file."""
    tree = ast.parse((TESTS / file).read_text())
    found = (node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return frozenset(name for name in found if name.startswith("test_"))


def test_there_are_forty() -> None:
    assert list(BEHAVIOURS) == list(range(1, 41))


@pytest.mark.parametrize("number", BEHAVIOURS)
def test_each_behaviour_has_its_tests(number: int) -> None:
    for where in BEHAVIOURS[number]:
        file, _, name = where.partition("::")
        assert name in names_in(file), where


COMMAND_LINE = {
    "revoke": "tokens revoke", "suspend": "tokens suspend", "rotate": "tokens rotate", "expiry": "tokens expire",
    "rename": "tokens rename", "reown": "tokens reown", "addresses": "tokens addresses",
    "issue": "tokens issue", "split": "tokens split", "open": "tokens show",
    "usage": "tokens show", "timeline": "tokens timeline", "token-audit": "audit list", "overview": "tokens show",
    "card": "tokens card", "filter": "tokens list", "sort": "tokens list", "view": "tokens list", "open-view": "tokens list",
    "views": "views", "save-view": "views", "new-view": "views", "edit-view": "views", "share-view": "views",
    "delete-view": "views", "export": "tokens list", "report": "report", "verify": "audit verify", "account": "accounts show",
    "account-overview": "accounts show", "account-tokens": "tokens list", "account-people": "accounts show",
    "account-audit": "audit list", "open-spot": "tokens list", "save-policy": "policy set", "new-policy": "policy set",
    "edit-policy": "policy preview", "new-operator": "operators add", "edit-operator": "operators add", "roles": "operators list",
    "type-count": "tokens revoke", "go-tokens": "tokens list", "go-accounts": "accounts list", "go-dashboard": "dashboard",
    "go-audit": "audit list", "go-policies": "policy show", "go-scopes": "scopes list", "go-views": "views",
    "go-operators": "operators list", "go-settings": "config", "theme": "config",
    "look-ups": "audit list",
    "identify": "triage", "go-leaks": "triage", "seen": "triage", "go-cases": "cases list", "open-case": "cases open",
    "note-case": "cases note", "tell-case": "cases note", "case-usage": "tokens timeline", "aside": "cases aside",
    "case-steps": "cases show", "case-tokens": "cases show", "case-timeline": "cases show", "export-case": "cases export",
    "close-case": "cases close",
    "executive": "dashboard", "on-call": "dashboard", "debug": "dashboard", "who-to-call": "dashboard",
    "notices": "notices list", "retry-notice": "notices retry", "send-notices": "notices send",
    "reviews": "reviews list", "new-review": "reviews open",
    "approvals": "operators requests", "approve": "operators approve", "refuse": "operators refuse",
    "break-glass": "operators break-glass", "review-glass": "operators reviewed",
    "passphrase": "operators passphrase", "sessions": "operators sessions", "end-session": "operators end", "lock": "sign-out",
    "decide": "reviews decide", "export-review": "reviews export", "sign-review": "reviews sign", "choose-fate": "policy set",
    "member-email": "accounts member",
    "rules": "policy rules", "edit-rules": "policy rules", "due": "policy due", "apply-due": "policy apply",
}  # fmt: skip
"""What does the same as an action on the command line."""

ONLY_HERE = {
    "down", "up", "page-down", "page-up", "half-down", "half-up", "top", "bottom", "next-tab", "last-tab", "next-panel",
    "last-panel", "next-part", "last-part", "copy", "copy-secret", "as-command", "mark", "range", "mark-all", "unmark",
    "unmark-all", "remark", "tick", "tick-all", "untick-all", "search", "narrow", "command", "palette", "help", "wide",
    "pause", "refresh", "back-in-time", "forward", "last", "areas", "case", "join-case", "undo", "go-on", "next-step",
    "close", "quit", "quit-now", "open-row",
}  # fmt: skip
"""What only moves about, marks, or goes on in a screen; `--case` and `--help` stand with every command."""

LATER = {
    "integration-updated": "a note about one program during a rotation, kept in the audit log",
}
"""What has no form on the command line yet, and why."""


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_verb_has_a_form_on_the_command_line(action: object) -> None:
    name = getattr(action, "id", "")
    assert (name in COMMAND_LINE) + (name in ONLY_HERE) + (name in LATER) == 1, name
    commands = getattr(typer.main.get_command(app), "commands", {})
    for word in COMMAND_LINE.get(name, "").split():
        assert word in commands, COMMAND_LINE[name]
        commands = getattr(commands[word], "commands", {})


def test_no_list_names_an_action_that_is_gone() -> None:
    assert {*COMMAND_LINE, *ONLY_HERE, *LATER} == {action.id for action in ACTIONS}
