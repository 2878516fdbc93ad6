"""Which tests of the console run on both databases, and which only on SQLite: those that look at a screen and nothing else.

Reads and writes of the store are proved on both in tests/store, and whole ways through the console in tests/journeys.
"""

from __future__ import annotations

import pytest

BOTH: dict[str, tuple[str, ...]] = {
    "account": ("each_number_opens_exactly_those_tokens", "the_audit_page_opens_the_token_a_line_is_about"),
    "app": (),
    "approvals_screen": ("a_request_is_told_and_answered_after_a_question",),
    "areas": ("a_command_with_words_behind_it_finds_them_there",),
    "as_command": ("a_suspended_token_is_copied_as_resumed",),
    "audit_screen": (
        "the_chain_is_checked_when_asked_and_what_came_later_is_counted",
        "a_broken_chain_is_told_with_its_first_bad_line",
        "a_word_says_how_far_back_it_was_looked_for",
        "every_sentence_names_what_was_done",
    ),
    "bulk": (
        "only_the_exact_count_revokes_and_each_is_on_record",
        "the_set_is_frozen_and_a_token_changed_meanwhile_is_skipped",
    ),
    "cases_screen": (
        "a_case_is_opened_for_the_token_under_the_cursor_and_joined",
        "closing_says_what_is_not_done_and_the_same_key_opens_it_again",
        "notes_and_an_export_are_kept_and_only_evidence_ticks",
    ),
    "change_forms": (
        "another_owner_is_chosen_among_the_active_members",
        "a_shared_token_is_split_step_by_step_and_itself_narrowed_last",
    ),
    "composing": (),
    "dashboard": ("it_shows_the_numbers_of_the_scenario", "every_line_that_leads_somewhere_finds_what_it_counts"),
    "detail": ("a_token_is_revoked_from_its_own_screen", "the_pages_show_usage_with_axes_requests_and_the_audit_log"),
    "due_screen": (
        "notices_are_put_on_record_only_with_their_number_and_no_token_ends",
        "tokens_whose_notice_is_over_are_revoked_each_with_its_line",
    ),
    "export": (
        "the_list_is_exported_as_it_is_filtered_and_sorted",
        "no_secret_and_no_digest_is_in_any_export",
        "without_its_audit_line_there_is_no_file",
        "every_row_is_written_once_whatever_the_size_of_a_chunk",
    ),
    "going_back": (),
    "help": (),
    "inspector": ("the_facts_know_the_next_call_the_siblings_and_the_refusals",),
    "issue_screen": ("an_account_and_a_token_fill_the_form_in",),
    "leaks": (
        "a_proven_token_is_named_recorded_and_revoked_by_one_key_and_one_answer",
        "exposures_on_record_are_listed_with_what_became_of_the_token",
    ),
    "live_word": ("the_console_follows_changes_and_is_not_live",),
    "narrow": (),
    "navigator": ("every_view_is_listed_with_its_count",),
    "notices_screen": ("a_dead_notice_is_read_and_put_in_line_again",),
    "operators": (
        "until_there_are_any_the_screen_says_what_that_means_and_the_first_is_an_admin",
        "an_operator_is_given_another_role_and_switched_off_and_escape_changes_nothing",
    ),
    "palette": (),
    "policies": (
        "a12_a_policy_says_before_it_is_saved_what_it_would_mean_and_changes_no_token",
        "a12_a_cap_is_saved_only_with_the_number_of_tokens_typed",
    ),
    "question": (
        "x_then_y_revokes_the_token_under_the_cursor",
        "a_token_somebody_else_revoked_meanwhile_says_who_and_when",
    ),
    "report": ("a13_a_report_is_made_from_the_console", "a_report_on_every_account_is_refused_by_the_store"),
    "reviews_screen": ("a_review_is_opened_decided_left_gone_on_with_and_signed_off",),
    "rules_screen": (
        "rules_are_saved_after_their_preview_with_an_audit_line_and_no_token_changes",
        "a_cap_ends_tokens_with_other_scopes_only_with_their_number_typed",
    ),
    "scopes": ("every_scope_says_how_many_live_tokens_hold_it",),
    "sending_screen": ("what_is_due_is_put_in_line_and_sent_after_the_question",),
    "settings_screen": (),
    "signing_in_console": (
        "nothing_of_the_store_is_shown_before_the_passphrase",
        "a_session_that_an_admin_ends_asks_anew_at_once",
        "what_matters_asks_again_and_then_goes_on",
    ),
    "theme_choice": (),
    "tokens_screen": (
        "each_saved_view_shows_exactly_its_tokens",
        "a_change_by_somebody_else_appears_by_itself",
        "suspend_with_a_message_and_resume",
        "rotate_with_the_preset_overlap_shows_the_new_secret_once",
        "rename_and_expiry",
        "hostile_names_are_shown_as_what_they_are_and_do_nothing",
    ),
    "views_screen": (
        "a_list_is_saved_and_restored_after_a_restart_with_filter_sort_and_columns",
        "a_view_is_shared_changed_and_deleted",
    ),
}  # fmt: skip
"""By the file about a screen, its tests for both databases: what is written from there, and what the screen finds in the store.
A file that isn't here runs on both."""


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what only looks at a screen on SQLite."""
    file = metafunc.module.__name__.rpartition(".test_")[2]
    if "database" not in metafunc.fixturenames or file not in BOTH:
        return
    if metafunc.function.__name__.removeprefix("test_") in BOTH[file]:
        return
    if not any("database" in mark.args[:1] for mark in metafunc.definition.iter_markers("parametrize")):
        metafunc.definition.add_marker(pytest.mark.parametrize("database", ["sqlite"], indirect=True))
