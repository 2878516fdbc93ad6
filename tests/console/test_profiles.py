"""Profiles: a store with its word, its colours and its lock; and which word is the nearest for every setting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.setting import OTHER_VARIABLES, SETTINGS, Source
from console.settings import Settings, light_ground, load_settings
from store.address import parse_address
from store.creation import create_store
from store.errors import BadInput
from tests.at_console import at_console
from tests.command_line import run
from tests.conftest import NOW

FILE = """
profile = "staging"

[console]
theme = "tokendesk-light"
slow = true

[console.themes]
Production = "high-contrast-dark"

[profiles.staging]
store = "/srv/staging.db"
environment = "staging"

[profiles.production]
store = "postgresql://keys:hunter2@db1/keys"
environment = "production"
read_only = true
slow = false
"""


def write(home: Path, text: str = FILE) -> Path:
    folder = home / "config" / "tokendesk"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "config.toml"
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_a_profile_is_a_store_a_word_and_a_lock_under_one_name(own_home: Path) -> None:
    write(own_home)
    settings = load_settings(profile="production")
    assert (settings.store, settings.environment, settings.read_only) == (
        "postgresql://keys:hunter2@db1/keys",
        "production",
        True,
    )
    assert settings.slow is False, "the profile is nearer than the file"
    assert settings.theme == "high-contrast-dark", "the theme tied to its word"
    assert settings.problems == ()


def test_the_files_own_profile_is_used_until_another_or_a_store_is_named(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(own_home)
    assert load_settings().profile == "staging"
    assert load_settings(store="x.db").profile == ""
    assert load_settings(store="x.db").environment == ""
    monkeypatch.setenv("TOKENDESK_PROFILE", "production")
    assert load_settings().profile == "production"
    assert load_settings(profile="staging").profile == "staging"


def test_every_setting_is_decided_by_the_nearest_word(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        own_home,
        '[console]\ntheme = "of-the-file"\n[profiles.one]\ntheme = "of-the-profile"\n[console.themes]\nproduction = "tied"\n',
    )
    found: list[tuple[str, Source]] = []

    def look(**given: str) -> None:
        settings = load_settings("of-the-memory", **given)
        found.append((settings.theme, settings.origin("theme").source))

    look(profile="one", theme="of-the-flag")
    look(profile="one")
    look()
    monkeypatch.setenv("TOKENDESK_THEME", "of-the-variable")
    look(profile="one")
    look(profile="one", theme="of-the-flag")
    assert found == [
        ("of-the-flag", Source.FLAG),
        ("of-the-profile", Source.PROFILE),
        ("of-the-memory", Source.REMEMBERED),
        ("of-the-variable", Source.VARIABLE),
        ("of-the-flag", Source.FLAG),
    ]
    assert Settings(theme="of-the-file", themes={"production": "tied"}).tied_theme(["production"]) == ""
    monkeypatch.delenv("TOKENDESK_THEME")
    assert load_settings("of-the-memory").tied_theme(["production"]) == "tied"


@pytest.mark.parametrize("setting", [setting for setting in SETTINGS if setting.variable and setting.kind is bool])
@pytest.mark.parametrize(("text", "value"), [("1", True), ("true", True), ("no", False), ("0", False)])
def test_a_variable_says_yes_or_no(setting: object, text: str, value: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from console.setting import Setting

    assert isinstance(setting, Setting)
    monkeypatch.setenv(setting.variable, text)
    settings = load_settings()
    assert getattr(settings, setting.name) is value
    assert settings.origin(setting.name).name == setting.variable


def test_a_profile_that_is_asked_for_and_not_there_is_bad_usage(own_home: Path) -> None:
    write(own_home)
    with pytest.raises(BadInput, match="did you mean “production”"):
        load_settings(profile="prod")
    write(own_home, "[profiles\n")
    with pytest.raises(BadInput, match="line 1"):
        load_settings(profile="production")


def test_two_stores_are_never_confused(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(own_home)
    monkeypatch.setenv("TOKENDESK_STORE", "/srv/other.db")
    assert load_settings().profile == "", "the file's own profile is not used with another store"
    with pytest.raises(BadInput, match="two different stores"):
        load_settings(profile="production")
    mixed = load_settings(profile="production", store="/srv/other.db")
    assert (mixed.store, mixed.environment, mixed.read_only) == ("/srv/other.db", "", True)
    monkeypatch.setenv("TOKENDESK_PROFILE", "production")
    mixed = load_settings()
    assert (mixed.store, mixed.environment, mixed.read_only) == ("/srv/other.db", "", True)


@pytest.mark.parametrize(
    "line", ['read_only = "yes"', "readonly = true", "read_onyl = true", "read-only = true", "READ_ONLY = true"]
)
def test_what_may_have_been_meant_as_a_lock_is_one(own_home: Path, line: str) -> None:
    write(own_home, f"[profiles.open]\n\n[profiles.locked]\n{line}\n")
    settings = load_settings(profile="locked")
    assert settings.read_only is True
    assert "config.toml line 4" in settings.problems[0]
    assert "read_only" in settings.problems[0]
    assert load_settings(profile="open").read_only is False, "another profile's mistake"


@pytest.mark.parametrize("line", ['url = "/srv/p.db"', 'stoer = "/srv/p.db"', "store = 1"])
def test_a_profile_whose_store_cannot_be_understood_opens_no_other(own_home: Path, line: str) -> None:
    write(own_home, f"profile = 'p'\n[profiles.p]\n{line}\n")
    for given in ({}, {"profile": "p"}):
        with pytest.raises(BadInput, match="toml line 3: "):
            load_settings(**given)
    assert load_settings(store="/srv/other.db").store == "/srv/other.db"
    ran = run("config", "--check")
    assert (ran.code, "config.toml line 3" in ran.err) == (2, True)


def test_a_variable_that_may_have_been_meant_as_a_lock_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENDESK_READ_ONLY", "ja")
    settings = load_settings()
    assert settings.read_only is True
    assert settings.problems == ("TOKENDESK_READ_ONLY can't be “ja”: it is 1 or 0.",)


def test_a_variable_of_ours_that_nobody_knows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENDESK_STROE", "x")
    monkeypatch.setenv("TOKENDESK_WRAPPER_VERSION", "somebody else's")
    assert load_settings().problems == ("There is no variable TOKENDESK_STROE; did you mean TOKENDESK_STORE?",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('proflie = "x"\n', "config.toml line 1: there is no setting “proflie” at the top; did you mean “profile”?"),
        ("\n[console]\n\nslwo = true\n", "config.toml line 4: there is no setting “slwo” in [console]; did you mean “slow”?"),
        (
            "[console]\nzzz = 1\n",
            "There are theme, read_only, slow, plain_characters, mail_server, mail_from, mail_password_file, webhook, "
            "webhook_secret_file, warn_days, digest, lock_minutes, "
            "themes, keys.",
        ),
        ('[profiles.x]\nurl = "y"\n', "config.toml line 2: there is no setting “url” in [profiles.x]; did you mean “store”?"),
        ('[profiles.x]\ncolour = "y"\n', "did you mean “theme”?"),
        ("[profiles.x]\nstore = 1\n", "line 2: “store” can't be that"),
        ("[profiles]\nx = 1\n", "line 2: “profiles.x” can't be that"),
        ("console = 1\n", "“console” can't be that"),
        ("[console.themes]\na = 1\n", "line 2: “themes” can't be that"),
        ('profile = "x"\n', "line 1: there is no profile “x”. There are none yet."),
        ("[console]\nslow = true\n[console\n", "at line 3"),
    ],
)
def test_a_typo_is_named_with_its_line_and_what_was_meant(own_home: Path, text: str, problem: str) -> None:
    write(own_home, text)
    assert problem in load_settings().problems[0]


def test_a_light_terminal_gets_the_light_theme_where_nothing_else_is_said(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORFGBG", "0;15")
    assert load_settings().theme == "tokendesk-light"
    assert load_settings("high-contrast-dark").theme == "high-contrast-dark"
    assert [light_ground(text) for text in ("15;0", "0;default;15", "0;7", "7;8", "", "nonsense")] == [
        False, True, True, False, False, False,
    ]  # fmt: skip


async def test_a_profile_shows_its_word_wears_its_theme_and_changes_nothing(own_home: Path) -> None:
    made = create_store(parse_address(str(own_home / "t.db")), NOW, environment="live eu", demo_now=NOW)
    write(own_home, f'[console.themes]\nproduction = "tokendesk-light"\n[profiles.p]\nstore = "{own_home / "t.db"}"\n'
                    'environment = "production"\nread_only = true\n')  # fmt: skip
    settings = load_settings(profile="p")
    given = {
        name: getattr(settings, name) for name in ("theme", "themes", "environment", "read_only", "profile", "origins", "file")
    }
    async with at_console(made, size=(140, 40), **given) as hand:
        top = hand.pane("top")
        assert "PRODUCTION" in top
        assert "LIVE EU" in top, "the store's own word is never hidden"
        assert "READ-ONLY" in top
        assert hand.app.theme == "tokendesk-light"
    made.close()


async def test_the_console_starts_with_the_defaults_and_says_which_line_is_wrong(own_home: Path) -> None:
    made = create_store(parse_address(str(own_home / "t.db")), NOW, demo_now=NOW)
    write(own_home, '[console]\ntheme = "tokendesk-drak"\n[console.keys]\nrevoke = "X"\nsort = "y"\n')
    settings = load_settings()
    async with at_console(made, theme=settings.theme, keys=settings.keys, file=settings.file) as hand:
        await hand.until_shown("config.toml line 2: there is no theme “tokendesk-drak”; did you mean “tokendesk-dark”?")
        assert "1 more" in hand.screen()
        assert hand.app.theme == "tokendesk-dark"
        by_id = {action.id: action.keys for action in hand.app.session.actions}
        assert (by_id["revoke"], by_id["sort"]) == (("X",), ("s",))
    made.close()


def test_a_locked_profile_locks_every_command(own_home: Path) -> None:
    path = own_home / "t.db"
    create_store(parse_address(str(path)), NOW).close()
    write(own_home, f'[profiles.p]\nstore = "{path}"\nread_only = true\n')
    assert run("tokens", "list", "--profile", "p").code == 0
    for arguments in (("store", "upgrade"), ("operators", "add", "dana", "--role", "admin")):
        ran = run(*arguments, "--profile", "p")
        assert (ran.code, "read-only" in ran.err.lower()) == (1, True), ran.err
    assert run("operators", "add", "dana", "--role", "admin", "--store", path).code == 0


def test_every_variable_of_ours_in_the_code_is_a_known_one() -> None:
    root = Path(__file__).parents[2]
    known = {setting.variable for setting in SETTINGS} | set(OTHER_VARIABLES)
    texts = [path.read_text() for room in ("console", "store", "themes") for path in (root / room).rglob("*.py")]
    used = {name for text in texts for name in re.findall(r"(?<![A-Z_])TOKENDESK_[A-Z_]*[A-Z]", text)}
    assert used == known - {""}
