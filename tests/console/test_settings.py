"""What a person chose and what is remembered: broken files are told, secrets are never kept."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from console.settings import KEPT_COMMANDS, load_memory, load_settings
from store.rules.secrets import new_id, new_token


def write(home: Path, text: str) -> None:
    folder = home / "config" / "tokendesk"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(text)


def test_without_a_file_the_defaults_hold(own_home: Path) -> None:
    settings = load_settings(read_only=None, slow=True)
    assert (settings.read_only, settings.slow, settings.problems) == (False, True, ())


def test_the_file_is_read_and_the_command_line_wins(own_home: Path) -> None:
    write(
        own_home, '[console]\ntheme = "a"\nread_only = true\n[console.keys]\nrevoke = "X"\n[console.themes]\nproduction = "b"\n'
    )
    settings = load_settings(theme="c")
    assert (settings.theme, settings.read_only, settings.keys, settings.themes) == (
        "c", True, {"revoke": "X"}, {"production": "b"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[console\n", "can't be read"),
        ("[console]\ncolour = 1\n", "no setting “colour”"),
        ('[console]\nslow = "yes"\n', "“slow” can't be that"),
        ("[console]\nkeys = { revoke = 1 }\n", "“keys” can't be that"),
    ],
)
def test_a_broken_file_is_told_in_one_sentence(own_home: Path, text: str, problem: str) -> None:
    write(own_home, text)
    settings = load_settings()
    assert problem in settings.problems[0]
    assert settings.slow is False


def test_the_last_fifty_commands_are_kept_privately_and_no_token_among_them(own_home: Path) -> None:
    memory = load_memory()
    for number in range(60):
        memory.remember(f":view {number}")
    memory.remember(f"/{new_token('live', new_id()).reveal()}")
    memory.remember(":view 59")
    memory.save()
    again = load_memory()
    assert again.commands == [f":view {number}" for number in range(10, 60)]
    assert len(again.commands) == KEPT_COMMANDS
    assert memory.path is not None
    assert stat.S_IMODE(memory.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "[]", "{", '{"commands": 1}', '{"commands": [], "sorts": []}'])
def test_a_damaged_memory_is_an_empty_one(own_home: Path, text: str) -> None:
    memory = load_memory()
    assert memory.path is not None
    memory.path.parent.mkdir(parents=True)
    memory.path.write_text(text)
    assert load_memory().commands == []


def test_a_disk_that_takes_nothing_is_no_reason_to_stop(own_home: Path) -> None:
    memory = load_memory()
    memory.path = Path("/proc/nowhere/console.json")
    memory.save()
