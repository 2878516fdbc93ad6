"""Every action that the command line has as well can be copied as a command, and what is copied is one."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
import typer

from console.actions import ACTIONS, ANYWHERE, Action
from console.cli.root import app
from console.command_lines import HERE, LINES, SHOWN, filled, line_for, of_token, written
from console.setting import Origin, Source
from console.settings import Settings
from tests.console.test_behaviours import COMMAND_LINE

HAND = {
    **of_token("acme", "7Kq2dR0aW4xZ"),
    "case": "INC-204", "of_case": "INC-204", "view": "unused-90d", "filter": "idle>90d tier:admin", "sort": "-used",
    "words": "actor:priya", "saved": "Q4 review", "review": "2026-Q1-acme", "notice": "a1b2c3", "operator": "priya",
    "role": "support", "board": "on-call", "reason": "it's in a public repository", "name": "-- CI bot", "owner": "leo",
    "scopes": "orders.read customers.read", "overlap": "72h", "when": "30d", "until": "4h", "message": "call us",
    "environment": "live", "expires": "90d", "rationale": "why", "accept-risk": "yes", "shared": "yes", "since": "1y",
    "rule": "live", "format": "csv", "file": "a b.csv", "max_lifetime_days": "90", "rotate_every_days": "none",
    "past": "cap=30d", "count": "3", "source": "a chat", "title": "Leak", "note": "-by phone", "how": "by phone", "who": "Grace",
    "told_at": "2026-03-12T04:10Z", "decision": "keep", "reviewer": "Dana", "look_ups": "action:look-up reason:pasted",
}  # fmt: skip
BARE = of_token("acme", "7Kq2dR0aW4xZ") | {name: HAND[name] for name in ("of_case", "review", "notice", "operator", "look_ups")}


COMMANDS: Any = typer.main.get_command(app)


def parsed(words: tuple[str, ...]) -> str:
    """Have the real command line read the words without running anything; return the command they name."""
    command, context, names, rest = COMMANDS, None, list[str](), list(words)
    while hasattr(command, "commands"):
        context = typer.Context(command, parent=context, info_name="tokendesk")
        names.append(rest[0])
        command, rest = command.commands[rest[0]], rest[1:]
    command.make_context(names[-1], rest, parent=context)
    return " ".join(names)


@pytest.mark.parametrize("hand", [HAND, BARE], ids=["everything at hand", "only what it is about"])
@pytest.mark.parametrize("action", [one for one in ACTIONS if one.id in COMMAND_LINE], ids=lambda one: one.id)
def test_what_an_action_is_copied_as_is_a_command_that_can_be_typed(action: Action, hand: dict[str, str]) -> None:
    for screen in sorted(action.where):
        words = filled(line_for(action.id, screen), hand)
        if (screen, action.id) not in HERE:
            assert parsed(words) == COMMAND_LINE[action.id]
        else:
            parsed(words)


def test_every_action_the_command_line_has_is_in_the_table() -> None:
    assert {action.id for action in ACTIONS if action.id in COMMAND_LINE} <= set(LINES)
    assert set(LINES) - {action.id for action in ACTIONS} == {"resume", "disable-operator", "reopen-case"}


@pytest.mark.parametrize("screen", sorted(SHOWN))
def test_every_screen_is_copied_as_a_command_that_can_be_typed(screen: str) -> None:
    parsed(filled(SHOWN[screen], HAND))
    parsed(filled(SHOWN[screen], BARE))


def test_every_screen_the_command_line_has_can_be_copied() -> None:
    assert ANYWHERE - set(SHOWN) == {"bulk", "secret", "help", "card"}
    where = next(action.where for action in ACTIONS if action.id == "as-command")
    assert where == ANYWHERE - {"secret", "help", "card"}


@pytest.mark.parametrize("pattern", [LINES["resume"], LINES["disable-operator"], LINES["reopen-case"], *HERE.values()])
def test_the_other_patterns_are_commands_that_can_be_typed(pattern: str) -> None:
    parsed(filled(pattern, HAND))


def test_what_is_missing_is_left_out_stood_in_for_or_forbids_the_command() -> None:
    assert filled(LINES["revoke"], {}) == ()
    assert filled(LINES["revoke"], {"token": "acme/T01"}) == ("tokens", "revoke", "acme/T01")
    assert filled(LINES["expiry"], {"token": "acme/T01"}) == ("tokens", "expire", "acme/T01", "WHEN")
    assert filled(LINES["rotate"], {"token": "a/T", "scopes": "x y"}) == (
        "tokens",
        "rotate",
        "a/T",
        "--scope",
        "x",
        "--scope",
        "y",
    )


def test_a_word_that_begins_with_a_dash_is_never_taken_for_an_option() -> None:
    words = filled(LINES["rename"], {"token": "acme/T01", "name": "--yes", "case": "INC-1"})
    assert words == ("tokens", "rename", "acme/T01", "--case", "INC-1", "--", "--yes")
    assert parsed(words) == "tokens rename"


def test_the_shell_reads_back_the_very_words() -> None:
    words = ("tokens", "rename", "acme/T01", "it's; rm -rf $HOME `x`")
    assert shlex.split(written(words, Settings())) == ["tokendesk", *words]


@pytest.mark.parametrize("character", ["\n", "\x03", "\x1b", "\x9b", "‮"])
def test_what_would_act_on_the_shell_it_is_pasted_into_is_not_written(character: str) -> None:
    assert written(("tokens", "rename", "acme/T01", f"name{character}x"), Settings()) == ""


def test_the_command_goes_to_the_store_this_console_was_told_and_names_no_password() -> None:
    told = {"store": Origin(Source.FLAG, "--store"), "profile": Origin(Source.FLAG, "--profile")}
    assert written(("config",), Settings(store="a.db", profile="prod", origins=told)).split()[1:5] == [
        "--profile", "prod", "--store", "a.db",
    ]  # fmt: skip
    assert "hunter2" not in written(("config",), Settings(store="postgresql://me:hunter2@db/keys", origins=told))
    assert written(("config",), Settings(store="a.db", origins={"store": Origin(Source.VARIABLE, "X")})) == "tokendesk config"
