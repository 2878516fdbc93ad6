"""What a person types as a store's address, and what is shown of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.address import Address, parse_address
from store.errors import BadInput

CANARY = "kanarienvogel"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/var/lib/tokens.db", "/var/lib/tokens.db"),
        ("  /var/lib/tokens.db \n", "/var/lib/tokens.db"),
        ("sqlite:////var/lib/tokens.db", "/var/lib/tokens.db"),
        ("SQLite+pysqlite:////var/lib/tokens.db", "/var/lib/tokens.db"),
        ("/var/lib/50%25 off?mode=memory#x.db", "/var/lib/50%25 off?mode=memory#x.db"),
    ],
)
def test_a_path_is_a_sqlite_file(text: str, path: str) -> None:
    address = parse_address(text)
    assert (address.path, address.is_sqlite, address.label) == (Path(path), True, path)


def test_a_relative_path_and_a_home_are_made_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert parse_address("tokens.db").path == tmp_path / "tokens.db"
    assert parse_address("sqlite:///tokens.db").path == tmp_path / "tokens.db"
    assert parse_address("~/tokens.db").path == tmp_path / "home" / "tokens.db"


@pytest.mark.parametrize("text", ["", "  ", ":memory:", "sqlite://", "sqlite:///", "sqlite:///:memory:", "a\0b", "mysql://u@h/d"])
def test_what_names_no_store_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_address(text)
    assert caught.value.exit_code == 2
    assert caught.value.remedy


def test_an_unknown_kind_of_address_is_named_without_what_follows() -> None:
    with pytest.raises(BadInput) as caught:
        parse_address(f"mysql://root:{CANARY}@host/db")
    assert CANARY not in str(caught.value)
    assert "mysql://" in caught.value.problem


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (f"postgresql://ann:{CANARY}@db.example/tokens", "postgresql://ann@db.example/tokens"),
        (f"postgres://ann:{CANARY}@db.example:5433/tokens", "postgresql://ann@db.example/tokens"),
        (f"postgresql+psycopg://ann:{CANARY}@db.example/tokens", "postgresql://ann@db.example/tokens"),
        (f"postgresql://db.example/tokens?password={CANARY}", "postgresql://db.example/tokens"),
        (f"postgresql://ann:x%23{CANARY}@db.example/tokens", "postgresql://ann@db.example/tokens"),
        (f"postgresql://ann:x#{CANARY}@db.example/tokens", "postgresql://db.example/tokens"),
        (f"postgresql://ann:x/{CANARY}@db.example/tokens", "postgresql://db.example/tokens"),
        (f"postgresql://ann:x?{CANARY}@db.example/tokens", "postgresql://ann"),
        (f"postgresql://[::1/{CANARY}", "postgresql://"),
        ("postgresql:///tokens?host=/run/pg", "postgresql:///run/pg/tokens"),
        ("postgresql:///tokens?service=main", "postgresql://main/tokens"),
        ("postgresql:///tokens", "postgresql://local/tokens"),
    ],
)
def test_a_server_is_shown_without_its_password(text: str, label: str) -> None:
    address = parse_address(text)
    assert not address.is_sqlite
    assert address.conninfo.startswith("postgresql://")
    assert CANARY not in address.label
    assert CANARY not in repr(address)
    assert address.label == label


@pytest.mark.parametrize(
    "conninfo",
    [
        f"host=db password={CANARY} user=ann",
        f"host=db password = '{CANARY}' user=ann",
        rf"host=db password='a\'b {CANARY}' user=ann",
        rf"host=db password=a\ {CANARY} user=ann",
        f"host=db sslpassword={CANARY} user=ann",
        f"host=db user=ann password='{CANARY}",
    ],
)
def test_a_password_in_libpqs_own_notation_is_not_shown(conninfo: str) -> None:
    label = Address(conninfo=conninfo).label
    assert CANARY not in label
    assert "host=db" in label
    assert "user=ann" in label
