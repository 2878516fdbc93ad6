"""A PostgreSQL store named through libpq: its service files and variables, on a real server, with no password in sight."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from store.address import Address, parse_address
from store.creation import create_store
from store.errors import Unreachable
from store.opening import open_store
from tests.command_line import run, run_process
from tests.conftest import NOW
from tests.databases import new_database
from tests.making import make_account, make_token

SERVICE = "postgresql:///?service=keys"


@pytest.fixture
def parts(postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Return what libpq must know to reach a database with a store of one token; no variable says it yet."""
    for name in ("PGSERVICE", "PGSERVICEFILE", "PGHOST", "PGUSER", "PGDATABASE", "PGPASSWORD", "PGSYSCONFDIR"):
        monkeypatch.delenv(name, raising=False)
    with new_database(postgres) as address:
        made = create_store(address, NOW)
        make_account(made)
        make_token(made, "through a service")
        made.close()
        yield {name: str(value) for name, value in conninfo_to_dict(address.conninfo).items() if value}


@pytest.fixture
def service_file(parts: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the service file and name it by PGSERVICEFILE."""
    path = tmp_path / "services.conf"
    lines = [f"{name}={value}" for name, value in parts.items()]
    path.write_text("\n".join(["# ours", "[other]", "host=nowhere", "[keys]", *lines, "password=hunter2"]) + "\n")
    path.chmod(0o600)
    monkeypatch.setenv("PGSERVICEFILE", str(path))
    return path


def names(address: str) -> list[str]:
    """Return the names of the tokens of a store."""
    ran = run("tokens", "list", "--json", "--store", address)
    assert ran.code == 0, ran.err
    return [token["name"] for token in ran.json]


def test_a_service_is_a_store_for_reading_and_for_writing(service_file: Path) -> None:
    assert names(SERVICE) == ["through a service"]
    ran = run("operators", "add", "dana", "--role", "admin", "--store", SERVICE)
    assert ran.code == 0, ran.err
    store = open_store(SERVICE)
    assert store.address.label == "postgresql://keys/"
    assert "hunter2" not in repr(store.address)
    store.close()


def test_a_profile_names_a_service(service_file: Path, own_home: Path) -> None:
    path = own_home / "config" / "tokendesk" / "config.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'[profiles.keys]\nstore = "{SERVICE}"\nread_only = true\n')
    ran = run("tokens", "list", "--profile", "keys", "--json")
    assert [token["name"] for token in ran.json] == ["through a service"]
    found = {one["name"]: one for one in run("config", "--profile", "keys", "--json").json["settings"]}
    assert found["postgresql.dbname"]["from"].startswith(f"{service_file} line ")
    assert found["postgresql.password"]["value"] == "(set, not shown)"


def test_the_service_and_the_parts_may_stand_in_variables(
    parts: dict[str, str], service_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSERVICE", "keys")
    assert names("postgresql://") == ["through a service"]
    monkeypatch.delenv("PGSERVICE")
    for keyword, variable in (("host", "PGHOST"), ("port", "PGPORT"), ("user", "PGUSER"), ("dbname", "PGDATABASE")):
        if keyword in parts:
            monkeypatch.setenv(variable, parts[keyword])
    monkeypatch.setenv("PGPASSWORD", "hunter2")
    assert names("postgresql://") == ["through a service"]


def test_it_works_in_a_process_of_its_own(service_file: Path) -> None:
    ran = run_process("tokens", "list", "--json", TOKENDESK_STORE=SERVICE)
    assert ran.code == 0, ran.err
    assert len(ran.json) == 1
    assert ran.err.count("hunter2") == 0


def test_a_service_that_is_not_there_is_named(service_file: Path) -> None:
    ran = run("tokens", "list", "--store", "postgresql:///?service=kyes")
    assert ran.code == 3
    assert "No service file has the service" in ran.err
    assert "hunter2" not in ran.err
    check = run("config", "--check", "--store", "postgresql:///?service=kyes")
    assert (check.code, check.out) == (2, f"There is no service “kyes” in {service_file}.\n")


def test_a_service_file_that_is_not_there_is_told(service_file: Path) -> None:
    service_file.unlink()
    ran = run("tokens", "list", "--store", SERVICE)
    assert (ran.code, "service file can't be used" in ran.err) == (3, True), ran.err


def test_a_password_of_a_service_never_reaches_a_sentence(service_file: Path) -> None:
    service_file.write_text("[keys]\nhost=127.0.0.1\nport=1\nuser=dana\npassword=hunter2\n")
    with pytest.raises(Unreachable) as caught:
        open_store(SERVICE)
    assert "hunter2" not in str(caught.value)
    assert parse_address(SERVICE) == Address(conninfo=SERVICE)
