"""Everything a person can set: ONE table from which flags, variables, the file, `tokendesk config` and the README follow."""

from __future__ import annotations

from enum import StrEnum

from store.record import record


class Source(StrEnum):
    """Where a value comes from, the nearest word first: whoever comes first in this list decides."""

    FLAG = "flag"
    VARIABLE = "variable"
    PROFILE = "profile"
    BOUND = "bound"
    REMEMBERED = "remembered"
    FILE = "file"
    SURROUNDINGS = "surroundings"
    DEFAULT = "default"


@record
class Origin:
    """Where one value comes from: `name` is the flag, the variable or the profile; `keys` lead to it in the file."""

    source: Source = Source.DEFAULT
    name: str = ""
    keys: tuple[str, ...] = ()


@record
class Setting:
    """One thing to set.

    `flag` and `variable` are "" where there is none; `console` and `profile` say in which tables of the file it may stand.
    `about` is for the README and needs no full stop.
    """

    name: str
    kind: type[str] | type[bool]
    about: str
    flag: str = ""
    variable: str = ""
    console: bool = True
    profile: bool = True


SETTINGS = (
    Setting("profile", str, "which profile to use; in the file it stands above all tables",
            "--profile", "TOKENDESK_PROFILE", console=False, profile=False),
    Setting("store", str, "the store to open", "--store", "TOKENDESK_STORE", console=False),
    Setting("environment", str, "what the store is called on top, beside its own word", console=False),
    Setting("theme", str, "the colours", "--theme", "TOKENDESK_THEME"),
    Setting("read_only", bool, "change nothing, whatever your role allows", "--read-only", "TOKENDESK_READ_ONLY"),
    Setting("slow", bool, "save bytes on a slow line", "--slow", "TOKENDESK_SLOW"),
    Setting("plain_characters", bool, "draw with ASCII only", "", "TOKENDESK_PLAIN_CHARACTERS", profile=False),
    Setting("mail_server", str, "what notices are mailed by, such as `smtp://USER@HOST:587` or `smtps://USER@HOST`",
            "", "TOKENDESK_MAIL_SERVER"),
    Setting("mail_from", str, "whom notices come from: an e-mail address of yours", "", "TOKENDESK_MAIL_FROM"),
    Setting("mail_password_file", str, "the file with the mail server's password", "", "TOKENDESK_MAIL_PASSWORD_FILE"),
    Setting("webhook", str, "what is told of notices where nobody can be mailed: an https address", "", "TOKENDESK_WEBHOOK"),
    Setting("webhook_secret_file", str, "the file with the secret that is signed with", "", "TOKENDESK_WEBHOOK_SECRET_FILE"),
    Setting("warn_days", str, "how many days before an expiry people are warned; `30 7 1` unless you say so",
            "", "TOKENDESK_WARN_DAYS"),
    Setting("digest", str, "`day` or `week`: a person's warnings go in one mail, at most one a day or week",
            "", "TOKENDESK_DIGEST"),
    Setting("lock_minutes", str, "after how many minutes without a key the console locks itself, 2 to 15; `10` unless you say so",
            "", "TOKENDESK_LOCK_MINUTES"),
)  # fmt: skip

BY_NAME = {setting.name: setting for setting in SETTINGS}

CONSOLE = tuple(setting.name for setting in SETTINGS if setting.console)
PROFILE = tuple(setting.name for setting in SETTINGS if setting.profile)

TABLES = {"themes": "the theme of an environment, by its word", "keys": "your own keys, by action"}
"""What else stands in `[console]`: tables from words to words."""

TOP = ("profile", "console", "profiles")

OTHER_VARIABLES = ("TOKENDESK_KEY", "TOKENDESK_KEY_FILE", "TOKENDESK_MAIL_PASSWORD", "TOKENDESK_WEBHOOK_SECRET")
"""Variables of ours that are no settings: where the store key is, and secrets that stand in no file."""

MEANT = {
    "url": "store", "address": "store", "dsn": "store", "database": "store", "env": "environment", "word": "environment",
    "colour": "theme", "color": "theme", "skin": "theme",
    "readonly": "read_only", "ascii": "plain_characters",
    "smtp": "mail_server", "smtp_server": "mail_server", "sender": "mail_from", "from": "mail_from", "hook": "webhook",
}  # fmt: skip
"""What other programs call the same thing: not accepted, but known when it is to be named."""

_BOOLEANS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def boolean(text: str) -> bool | None:
    """Read yes or no as it is written in a variable; None for anything else."""
    return _BOOLEANS.get(text.strip().lower())
