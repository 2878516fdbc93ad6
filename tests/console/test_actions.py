"""One table of actions: every key, hint, help line and command comes from it, and nobody can remap into danger."""

from __future__ import annotations

import pytest

from console.actions import ACTIONS, ANYWHERE, CONFIRM_KEYS, commanded, hints, on, remapped, shown
from console.screens.account import AccountScreen
from console.screens.accounts import AccountsScreen
from console.screens.audit import AuditScreen
from console.screens.bulk import BulkScreen
from console.screens.card import CardScreen
from console.screens.case_file import CaseScreen
from console.screens.cases import CasesScreen
from console.screens.dashboard import DashboardScreen
from console.screens.desktop import Desktop
from console.screens.detail import DetailScreen
from console.screens.due import DueScreen
from console.screens.help import HelpScreen
from console.screens.issue import IssueScreen
from console.screens.leaks import LeaksScreen
from console.screens.notice import NoticeScreen
from console.screens.notices import NoticesScreen
from console.screens.operators import OperatorsScreen
from console.screens.policies import PoliciesScreen
from console.screens.policy import PolicyScreen
from console.screens.review import ReviewScreen
from console.screens.reviews import ReviewsScreen
from console.screens.role_boards import DebugScreen, ExecutiveScreen, OnCallScreen
from console.screens.roles import RolesScreen
from console.screens.rotate import RotateScreen
from console.screens.rules import RulesScreen
from console.screens.scopes import ScopesScreen
from console.screens.secret import SecretScreen
from console.screens.sessions import SessionsScreen
from console.screens.settings import SettingsScreen
from console.screens.split import SplitScreen
from console.screens.tokens import TokensScreen
from console.screens.views import ViewsScreen

SCREENS: tuple[type[Desktop], ...] = (
    TokensScreen,
    DetailScreen,
    BulkScreen,
    SecretScreen,
    HelpScreen,
    CardScreen,
    AccountsScreen,
    LeaksScreen,
    SettingsScreen,
    AccountScreen,
    ScopesScreen,
    DashboardScreen,
    ExecutiveScreen,
    OnCallScreen,
    DebugScreen,
    IssueScreen,
    RotateScreen,
    SplitScreen,
    PoliciesScreen,
    PolicyScreen,
    RulesScreen,
    DueScreen,
    OperatorsScreen,
    RolesScreen,
    AuditScreen,
    ViewsScreen,
    CasesScreen,
    CaseScreen,
    NoticesScreen,
    NoticeScreen,
    ReviewsScreen,
    ReviewScreen,
    SessionsScreen,
)


def test_every_screen_is_in_the_table() -> None:
    assert {screen.PLACE for screen in SCREENS} == ANYWHERE


@pytest.mark.parametrize("screen", SCREENS)
def test_every_action_of_a_screen_can_be_done_there(screen: type[Desktop]) -> None:
    for action in on(screen.PLACE):
        assert action.area or callable(getattr(screen, f"do_{action.id.replace('-', '_')}", None)), action.id


@pytest.mark.parametrize("screen", SCREENS)
def test_every_key_of_the_table_is_bound_and_no_other(screen: type[Desktop]) -> None:
    bound = {key for binding in screen.BINDINGS for key in binding.key.split(",")}  # type: ignore[union-attr]
    assert bound == {key for action in on(screen.PLACE) for key in action.keys}


@pytest.mark.parametrize("place", sorted(ANYWHERE))
def test_no_key_and_no_command_means_two_things_on_one_screen(place: str) -> None:
    keys = [key for action in on(place) for key in action.keys]
    commands = [action.command for action in on(place)]
    doubled = {key for key in keys if keys.count(key) > 1}
    assert not doubled
    assert not {command for command in commands if commands.count(command) > 1}


def test_nothing_confirms_by_an_actions_key_and_danger_has_a_plain_key() -> None:
    for action in ACTIONS:
        assert not CONFIRM_KEYS & set(action.keys), action.id
        if action.danger:
            assert all(len(key) == 1 for key in action.keys), action.id


def test_every_action_has_a_command_and_says_what_it_does() -> None:
    for action in ACTIONS:
        assert action.command
        assert action.says.endswith(".")


def test_a_command_can_be_shortened_while_it_is_clear() -> None:
    assert commanded("revoke", "tokens") is not None
    assert commanded("rev", "tokens") == commanded("revoke", "tokens")
    assert commanded("re", "tokens") is None
    assert commanded("nonsense", "tokens") is None


def test_hints_are_few_and_in_order() -> None:
    assert [action.id for action in hints("tokens")][:3] == ["revoke", "suspend", "rotate"]


@pytest.mark.parametrize(
    ("keymap", "problem"),
    [
        ({"nonsense": "b"}, "no such action"),
        ({"sort": "x"}, "belongs to revoke"),
        ({"sort": "y"}, "answers questions"),
        ({"sort": "not a key"}, "is not a key"),
        ({"sort": "nonsense"}, "is not a key"),
        ({"sort": "hyper+x"}, "is not a key"),
        ({"sort": "ctrl+"}, "is not a key"),
        ({"sort": "B,?"}, "belongs to help"),
        ({"srot": "b"}, "did you mean “sort”?"),
        ({"revoke": "enter"}, "belongs to open"),
        ({"revoke": "ctrl+x"}, "plain key"),
    ],
)
def test_a_bad_key_is_told_and_the_action_keeps_its_own(keymap: dict[str, str], problem: str) -> None:
    actions, problems = remapped(keymap)
    assert problem in problems[0]
    assert actions == ACTIONS


def test_a_good_key_replaces_the_old_one() -> None:
    actions, problems = remapped({"revoke": "X"})
    assert problems == ()
    assert next(action for action in actions if action.id == "revoke").keys == ("X",)


@pytest.mark.parametrize(
    ("written", "key"),
    [("B", "B"), ("=", "equals_sign"), ("f13", "f13"), ("ctrl+e", "ctrl+e"), ("+", "plus"), ("less_than_sign", "less_than_sign")],
)
def test_a_key_may_be_written_as_it_is_printed(written: str, key: str) -> None:
    actions, problems = remapped({"sort": written})
    assert problems == ()
    assert next(action for action in actions if action.id == "sort").keys == (key,)


def test_every_key_of_the_table_is_one_a_person_may_write() -> None:
    from console.key_names import key_named

    for action in ACTIONS:
        assert all(key_named(key) == key for key in action.keys), action.id


def test_keys_are_written_as_they_are_printed() -> None:
    assert shown("enter") == "⏎"
    assert shown("enter", ascii_only=True) == "Enter"
    assert shown("ctrl+d") == "ctrl-d"
