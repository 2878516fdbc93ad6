"""`tokendesk config`: every setting with where it comes from, every mistake with its line, and never a password."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.setting import SETTINGS
from tests.command_line import run
from tests.console.test_profiles import FILE, write


def settings_of(*arguments: str) -> dict[str, tuple[str, str, str | None, int | None]]:
    """Return what the command says of each setting: value, kind of source, its name, line."""
    ran = run("config", "--json", *arguments)
    assert ran.code == 0, ran.err
    return {one["name"]: (one["value"], one["source"], one["from"], one["line"]) for one in ran.json["settings"]}


def test_without_a_file_everything_is_a_default(own_home: Path) -> None:
    found = settings_of()
    assert list(found) == [setting.name for setting in SETTINGS]
    assert {source for _, source, _, _ in found.values()} == {"default"}
    assert found["theme"][0] == "tokendesk-dark"
    assert found["store"][0] == str(own_home / "data" / "tokendesk" / "tokens.db")
    assert run("config", "--check").code == 0


def test_each_value_says_where_it_comes_from(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(own_home)
    monkeypatch.setenv("TOKENDESK_PLAIN_CHARACTERS", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TOKENDESK_KEY", "0123")
    found = settings_of("--profile", "production")
    assert found["profile"] == ("production", "flag", "--profile", None)
    assert found["store"] == ("postgresql://keys@db1/keys", "profile", "production", 16)
    assert found["read_only"] == ("yes", "profile", "production", 18)
    assert found["slow"] == ("no", "profile", "production", 19)
    assert found["plain_characters"] == ("yes", "variable", "TOKENDESK_PLAIN_CHARACTERS", None)
    assert found["theme"] == ("high-contrast-dark", "bound", "production", 9)
    assert found["colour"] == ("no", "surroundings", "NO_COLOR", None)
    assert found["store_key"] == ("(set, not shown)", "variable", "TOKENDESK_KEY", None)
    assert settings_of()["profile"] == ("staging", "file", None, 2)
    words = run("config", "--profile", "production", "--read-only").out
    assert "--read-only" in words
    assert "profile production, config.toml line 16" in words


def test_addresses_are_shown_without_what_may_be_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENDESK_MAIL_SERVER", "smtp://tokens@mail.example.com:587")
    monkeypatch.setenv("TOKENDESK_WEBHOOK", "https://hooks.example.com/services/hunter2?key=hunter3")
    for variable in ("TOKENDESK_MAIL_PASSWORD", "TOKENDESK_WEBHOOK_SECRET"):
        monkeypatch.setenv(variable, "hunter4")
    found = settings_of()
    assert found["mail_server"][:3] == ("smtp://tokens@mail.example.com:587", "variable", "TOKENDESK_MAIL_SERVER")
    assert found["webhook"][0] == "https://hooks.example.com/…"
    assert found["mail_password"][:3] == ("(set, not shown)", "variable", "TOKENDESK_MAIL_PASSWORD")
    assert found["webhook_secret"][0] == "(set, not shown)"
    monkeypatch.setenv("TOKENDESK_MAIL_SERVER", "smtp://tokens:hunter5@mail.example.com")
    ran = run("config")
    assert "hunter" not in ran.out + ran.err
    assert ran.err == ""


def test_a_password_is_never_shown(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(own_home)
    path.chmod(0o644)
    monkeypatch.setenv("PGPASSWORD", "hunter3")
    monkeypatch.setenv("PGHOST", "db2")
    for arguments in (["config"], ["config", "--json"], ["config", "--check"]):
        ran = run(*arguments, "--profile", "production")
        assert "hunter" not in ran.out + ran.err
        assert "chmod 600" in ran.out + ran.err, "others can read the file that holds one"
    found = settings_of("--profile", "production")
    assert found["postgresql.password"] == ("(set, not shown)", "surroundings", "PGPASSWORD", None)
    assert found["postgresql.host"] == ("db2", "surroundings", "PGHOST", None)


@pytest.mark.parametrize(
    "address", ["postgresql://keys:hunter2@[db1/keys", "mysql://keys:hunter2@db1/keys", "postgresql://a:b/hunter2@c/d"]
)
def test_a_password_in_an_address_that_cannot_be_read_is_not_shown_either(own_home: Path, address: str) -> None:
    write(own_home, f'profile = "p"\n[profiles.p]\nstore = "{address}"\n')
    for arguments in (["config"], ["config", "--json"], ["config", "--check"], ["tokens", "list"]):
        ran = run(*arguments)
        assert "hunter2" not in ran.out + ran.err


def test_check_names_every_mistake_with_its_line_and_exits_with_2(own_home: Path) -> None:
    write(
        own_home, FILE + '\n[console.keys]\nrevoke = "ctrl+x"\nsort = "nonsense"\n[profiles.x]\ntheme = "nrod"\nrole = "admin"\n'
    )
    ran = run("config", "--check")
    assert ran.code == 2
    assert ran.lines == [
        "config.toml line 26: there is no setting “role” in [profiles.x]. There are store, environment, theme, read_only, slow, "
        "mail_server, mail_from, mail_password_file, webhook, webhook_secret_file, warn_days, digest, lock_minutes.",
        "config.toml line 25: there is no theme “nrod”; did you mean “nord”?",
        "config.toml line 22: keys.revoke: what can stop a customer must have a plain key of its own",
        "config.toml line 23: keys.sort: “nonsense” is not a key",
    ]
    assert run("config", "--check", "--json").json == ran.lines
    shown = run("config")
    assert (shown.code, shown.err.splitlines()) == (0, ran.lines)


def test_a_broken_file_is_told_with_its_line_and_the_defaults_hold(own_home: Path) -> None:
    write(own_home, "[console]\ntheme = \n")
    ran = run("config", "--check")
    assert ran.code == 2
    assert "at line 2" in ran.out
    assert settings_of()["theme"][0] == "tokendesk-dark"


def test_profiles_are_listed_with_the_one_in_use(own_home: Path) -> None:
    write(own_home)
    listed = {one["name"]: one for one in json.loads(run("config", "--json").out)["profiles"]}
    assert {name: one["used"] for name, one in listed.items()} == {"staging": True, "production": False}
    assert listed["production"]["store"] == "postgresql://keys@db1/keys"
    assert "* staging" in run("config").out
