"""Every command that changes something, as each role: done or refused as the role table says; a refusal leaves its line alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import typer

from console.cli.root import app
from store.address import parse_address
from store.engine import Unit
from store.keys import load_key
from store.opening import Store
from store.reads.audit import lines as audit_lines
from store.rules.roles import Role
from store.rules.secrets import Secret
from store.writes import notice_delivery, people
from tests.command_line import run, run_process, url
from tests.conftest import NOW
from tests.console.test_cli_signing_in import ED25519
from tests.databases import new_database
from tests.gateway_logs import event_line, write_log
from tests.making import MARCO, PRIYA, make_token
from tests.store.test_no_line_no_change import Scene, everything, lines_of, request_of, scene
from tests.store.test_role_table import ADMINISTER, GOVERN, MANY, ONE, SEE, allowed

ALL_ROLES = {"aud": "auditor", "sup": "support", "onc": "on-call", "sec": "security", "adm": "admin"}
"""Who sits at the keyboard, and their role."""

OTHERS = {"off": "switched off", "nobody": "unknown"}
READ_ONLY = "read-only"

COMMANDS: dict[str, tuple[int, str]] = {
    "views --save mine --filter tier:admin": (SEE, ""),
    "report --account ACME --since 2026-01-01 --format csv -o OUT": (SEE, ""),
    "audit export -o OUT": (SEE, ""),
    "cases export INC-1 -o OUT": (SEE, ""),
    "reviews export open --output OUT": (SEE, ""),
    "tokens addresses LIVE --allow 10.0.0.0/8 --yes": (ONE, ""),
    "tokens revoke LIVE --reason leak --yes": (ONE, ""),
    "tokens suspend LIVE --reason leak --yes": (ONE, ""),
    "tokens resume HELD --reason safe --yes": (ONE, ""),
    "tokens rename LIVE other --yes": (ONE, ""),
    "tokens expire LIVE 5d --yes": (ONE, ""),
    "tokens reown LIVE raj --yes": (ONE, ""),
    "tokens issue --account ACME --name new --owner leo --scope orders.read --yes": (ONE, ""),
    "tokens rotate LIVE --yes": (ONE, ""),
    "cases open INC-3 --title another": (ONE, ""),
    "cases note INC-1 called": (ONE, ""),
    "cases add INC-1 HELD": (ONE, ""),
    "cases aside INC-1 LIVE --reason mistaken": (ONE, ""),
    "cases close INC-1 --note over": (ONE, ""),
    "cases reopen INC-2 --reason more": (ONE, ""),
    "triage LEAK --record --source dump": (ONE, "ends with 2: a live token was found"),
    "import usage LOG": (ONE, ""),
    "accounts member ACME leo --email leo@acme.example --yes": (ONE, ""),
    "notices due": (ONE, "nothing due"),
    "notices retry --all": (ONE, ""),
    "reviews decide open LIVE keep --reason used --until 2026-06-01 --yes": (ONE, ""),
    "triage LEAK --revoke verified --confirm 1 --reason leak --source dump": (MANY, ""),
    "views --save mine --filter tier:admin --shared": (GOVERN, ""),
    "report --all --since 2026-01-01 --format csv -o OUT": (GOVERN, "report"),
    "operators approve REQUEST --yes": (MANY, ""),
    "operators refuse REQUEST --yes": (MANY, ""),
    "operators reviewed GLASS": (GOVERN, ""),
    "policy set ACME --token-limit 5 --yes": (GOVERN, ""),
    "policy rules ACME --set idle_action=revoke=14d --yes": (GOVERN, ""),
    "policy apply --confirm 0": (GOVERN, "nothing due"),
    "reviews open third --account ACME": (GOVERN, ""),
    "slo --target M1=99.95%": (GOVERN, ""),
    "reviews sign decided --reviewer Dana --yes": (GOVERN, ""),
    "import tokens TOKENS": (ADMINISTER, ""),
    "import people PEOPLE": (ADMINISTER, ""),
    "operators add nadia --role support": (ADMINISTER, ""),
    "operators disable aud --yes": (ADMINISTER, ""),
    "operators key nadia PUBLIC": (ADMINISTER, ""),
    "operators end nadia --yes": (ADMINISTER, ""),
    "gateway callers add second": (ADMINISTER, ""),
    "gateway callers remove edge --yes": (ADMINISTER, ""),
    "store retention --keep hourly=500": (ADMINISTER, ""),
    "store maintain": (ADMINISTER, "nothing due"),
}
"""Each command that changes something, the row of the table it belongs to, and what is special: it may find nothing to do."""

READING = {
    "dashboard", "config", "doctor", "demo", "tokens list", "tokens card", "tokens blast", "tokens split", "accounts list",
    "accounts show", "scopes list", "cases list", "cases show", "notices list", "notices dead", "notices preview",
    "notices calendar", "notices no-address",
    "audit list", "audit verify", "audit checkpoint", "audit verifier", "reviews list", "reviews show", "store info",
    "store check", "policy show", "policy preview", "policy due", "operators list", "operators sessions",
    "operators requests", "gateway callers list",
}  # fmt: skip
"""What changes nothing of a store whoever runs it."""

ELSEWHERE = {
    "tokens show": "everybody's; a read-only one leaves no line (tests/console/test_cli_tokens.py)",
    "tokens timeline": "as `tokens show`",
    "notices send": "what `notices due` may, once a way to send is set up; tests/journeys/test_notice_scenarios.py",
    "store init": "there are no operators yet; who owns the database decides",
    "store upgrade": "the roles can't be read yet; who owns the file or the tables decides (tests/store/test_rights.py)",
    "operators break-glass": "one's own, and only after five minutes; tests/store/test_second_person.py",
    "operators passphrase": "asks for it twice, one's own or as an admin; tests/store/test_signing_in.py",
    "drill leak": "plays on a store that is made for it",
    "sign-in": "whoever proves who they are",
    "sign-out": "one's own",
    "gateway serve": "a program that records what it sees; nobody's action",
}


@pytest.fixture
def store(demo_store: Store) -> Store:
    """Return an empty store whose clock stands at NOW."""
    return demo_store


@dataclass(frozen=True, slots=True)
class Staffed:
    """A store with one of everything and an operator of each role, and what the words of a command stand for."""

    scene: Scene
    words: dict[str, str]

    def line(self, command: str, folder: Path) -> list[str]:
        """Return a command's arguments."""
        words = {**self.words, "OUT": str(folder / "out")}
        return [words.get(word, word) for word in command.split()]


@pytest.fixture
def staffed(scene: Scene, tmp_path: Path) -> Staffed:
    """Appoint everybody, and lay the files out."""
    leaked, words = make_token(scene.store, "leaked one"), dict[str, str]()

    def work(unit: Unit) -> None:
        row = notice_delivery.take(unit, PRIYA, "one", NOW)
        assert row is not None
        notice_delivery.mark_failed(unit, row, "one", "550 no such user", NOW, final=True)
        people.put_operator(unit, MARCO.name, Role.ADMIN, PRIYA, NOW)
        for name, role in ALL_ROLES.items():
            people.put_operator(unit, name, Role(role), MARCO, NOW)
        words["REQUEST"], words["GLASS"] = request_of(unit, "priya"), request_of(unit, "priya", "broken")
        people.put_operator(unit, "off", Role.ADMIN, MARCO, NOW, active=False)

    scene.store.write(work)
    (tmp_path / "leak.txt").write_text(f"key = {leaked.token.reveal()}\n")
    (tmp_path / "tokens.csv").write_text(
        "id,account,account_name,name,scopes,owner,creator,created_at,expires_at\n"
        "T01,OTHER,Other,sync,orders.read,kim,kim,2026-01-05T00:00:00Z,2026-04-05T00:00:00Z\n"
    )
    (tmp_path / "people.csv").write_text("account,id,email\nACME,leo,leo@acme.example\n")
    (tmp_path / "id.pub").write_text(ED25519)
    log = write_log(tmp_path / "a.jsonl", [event_line(NOW, token=scene.live[1])])
    words |= {
        "LIVE": scene.live[1], "HELD": scene.held[1], "LEAK": str(tmp_path / "leak.txt"), "LOG": str(log),
        "TOKENS": str(tmp_path / "tokens.csv"), "PEOPLE": str(tmp_path / "people.csv"), "PUBLIC": str(tmp_path / "id.pub"),
    }  # fmt: skip
    return Staffed(scene, words)


def test_every_command_is_known_to_change_something_or_not() -> None:
    known = {*READING, *ELSEWHERE}
    found = set(commands())
    changing = {name for name in found if any(f"{line} ".startswith(f"{name} ") for line in COMMANDS)}
    assert changing | known == found
    assert not changing & known


def commands() -> Iterator[str]:
    """Yield every command that is not another name of one."""

    def walk(held: object, path: tuple[str, ...]) -> Iterator[str]:
        inner = getattr(held, "commands", None)
        if inner is None:
            yield " ".join(path)
        for name, one in (inner or {}).items():
            if not one.hidden:
                yield from walk(one, (*path, name))

    return walk(typer.main.get_command(app), ())


REFUSED = (
    "may not", "may look for leaked tokens, but not", "read-only", "is switched off", "is not an operator", "may be reported",
)  # fmt: skip


CELLS = pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["boundary", "every-cell"])
"""At the boundary a command is refused to the last role that may not and done by the first that may; the store itself is proved
cell by cell in tests/store/test_role_table.py."""


def refused(row: int, special: str, *, every: bool) -> list[str]:
    """Return to whom a command is refused: everybody, or the last of the roles and whoever only looks."""
    roles = [who for who, column in ALL_ROLES.items() if not allowed(column, row, special)]
    return [*roles, *OTHERS, "adm "] if every else [*roles[-1:], "adm "]


def doing(row: int, special: str, *, every: bool) -> list[str]:
    """Return who does a command: everybody who may, or the first of them."""
    roles = [who for who, column in ALL_ROLES.items() if allowed(column, row, special)]
    return roles if every else roles[:1]


@CELLS
def test_every_command_is_refused_as_written_and_a_refused_one_leaves_one_line_that_says_so_and_nothing_else(
    staffed: Staffed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, every: bool
) -> None:
    store = staffed.scene.store
    wrong = list[str]()
    for who, column in {**ALL_ROLES, **OTHERS, "adm ": READ_ONLY}.items():
        monkeypatch.setattr("console.actor._os_user", lambda who=who: who.strip())
        for command, (row, special) in COMMANDS.items():
            if who not in refused(row, special, every=every):
                continue
            more = ("--read-only",) if column == READ_ONLY else ()
            store.write(lambda unit: unit.run("DELETE FROM denial"))  # as if a minute had passed
            before, lines = everything(store), lines_of(store)
            ran = run(*staffed.line(command, tmp_path), *more, store=store.address)
            added = lines_of(store) - lines
            if ran.code != 1 or not any(words in ran.err for words in REFUSED) or added != 1 or not denied_only(store, before):
                wrong.append(f"{column}: {command}: {ran.code} {ran.err} {added} lines")
    assert not wrong, "\n".join(wrong)
    assert not (tmp_path / "out").exists()


def denied_only(store: Store, before: dict[str, list[str]]) -> bool:
    """Say whether the newest line is a refusal's, and nothing else is another than before."""
    after = everything(store)
    with store.reading() as reader:
        (line,) = audit_lines(reader, limit=1)
    other = {name for name in after if after[name] != before[name]} - {"audit", "audit_private", "denial"}
    return not other and set(before["audit"]) < set(after["audit"]) and line.action == "denied" and bool(line.detail["why"])


@CELLS
def test_every_command_is_done_as_written(staffed: Staffed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, every: bool) -> None:
    store, key = staffed.scene.store, load_key(staffed.scene.store.facts.store_id, staffed.scene.store.facts.key_id)
    before, wrong = everything(store), list[str]()
    store.close()
    for number, (command, (row, special)) in enumerate(COMMANDS.items()):
        for who in doing(row, special, every=every):
            monkeypatch.setattr("console.actor._os_user", lambda who=who: who)
            folder = tmp_path / f"{number}-{who}"
            folder.mkdir()
            with copied(store, key, folder) as copy:
                ran = run(*staffed.line(command, folder), store=copy.address)
                changed = everything(copy) != before
            if ran.code != 2 * special.startswith("ends with 2") or not (changed or special == "nothing due"):
                wrong.append(f"{who}: {command}: {ran.code} {ran.err} {changed}")
    assert not wrong, "\n".join(wrong)


@contextmanager
def copied(store: Store, key: Secret, folder: Path) -> Iterator[Store]:
    """Yield a store of its own with the same in it."""
    if store.address.path is not None:
        path = shutil.copy(store.address.path, folder / "tokens.db")
        made = Store(parse_address(str(path)))
        yield made
        made.close()
        return
    with psycopg.connect(store.address.conninfo) as server:
        found = server.execute("SELECT current_database()").fetchone()
    assert found is not None
    with new_database(store.address.conninfo.replace(f"/{found[0]}?", "/postgres?"), str(found[0])) as address:
        made = Store(address)
        yield made
        made.close()


def test_a_process_of_its_own_refuses_whoever_is_no_operator(staffed: Staffed) -> None:
    store = staffed.scene.store
    before, lines = everything(store), lines_of(store)
    commands = ("tokens revoke LIVE --reason leak --yes", "import usage LOG", "operators add me --role admin")
    for command in commands:
        ran = run_process(*staffed.line(command, Path()), "--store", url(store.address))
        assert (ran.code, ran.out) == (1, "")
        assert "is not an operator of this store" in ran.err
        assert denied_only(store, before)
    assert lines_of(store) == lines + len(commands)


__all__ = ["scene"]
