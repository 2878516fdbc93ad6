"""What the roles of a PostgreSQL store may do: everything their work needs, and nothing that rewrites what was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from store.address import Address, parse_address
from store.creation import set_up_roles, upgrade_store
from store.engine import Unit
from store.errors import Refused
from store.inspection import inspect
from store.keys import make_key
from store.maintenance import maintain
from store.moments import to_ms
from store.opening import Store
from store.reads.rights import AUDITOR, CONSOLE, GATEWAY, OWNER, Rights, rights
from store.reads.verify import verify
from store.rights import ROLES, statements
from store.rules.secrets import Secret
from store.tables import metadata
from store.usage.partitions import make_partitions, month_of
from store.writes import gateway_callers
from store.writes.orders import new_action_id
from tests.command_line import run
from tests.conftest import NOW
from tests.databases import new_database
from tests.gateway_logs import event_line, write_log
from tests.making import PRIYA, make_account, make_token, revoke_token
from tests.patterns import Pattern
from tests.store.test_no_line_no_change import WRITES, Scene, Write, everything, scene

USERS = {"anna": CONSOLE, "proxy": GATEWAY, "auda": AUDITOR, "dba": OWNER}
"""A user of each role."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A store whose tables belong to a role of their own, and how each user opens it."""

    store: Store

    def address(self, user: str) -> Address:
        """Return the store's address as a user has it."""
        return as_user(self.store.address, user)

    def opened(self, user: str) -> Store:
        """Open it as a user."""
        return Store(self.address(user))


def as_user(address: Address, user: str) -> Address:
    """Return the address with another database user in it."""
    return parse_address(address.conninfo.replace("//postgres:", f"//{user}:", 1))


@pytest.fixture
def database() -> str:
    """Only PostgreSQL has roles."""
    return "postgresql"


@pytest.fixture(scope="module")
def handed_over(pattern: Pattern, postgres: str) -> Iterator[Pattern]:
    """Hand a store over and make its users, once; tests get copies."""
    with new_database(postgres, pattern.database) as address:
        set_up_roles(address)
        make_users(address)
        yield replace(pattern, place=address)


@pytest.fixture
def handed(handed_over: Pattern, postgres: str) -> Iterator[Handed]:
    """Return a store whose tables belong to their owner."""
    with new_database(postgres, handed_over.database) as address:
        make_key(handed_over.store_id, key=handed_over.key)
        made = Store(address)
        yield Handed(made)
        made.close()


def make_users(address: Address) -> None:
    """Make the users; roles and users are the whole server's, and there from an earlier test."""
    with psycopg.connect(address.conninfo, autocommit=True) as server:
        for user, role in USERS.items():
            if server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (user,)).fetchone() is None:
                server.execute(f"CREATE USER {user} IN ROLE {role}".encode())


class Undone(Exception):
    """Raised to take back what a write has done."""


def test_every_write_of_the_store_works_as_the_console(scene: Scene) -> None:
    set_up_roles(scene.store.address)
    make_users(scene.store.address)
    store = Handed(scene.store).opened("anna")
    mine = replace(scene, store=store)
    for write in WRITES.values():

        def work(unit: Unit, write: Write = write) -> None:
            write(mine, unit)
            raise Undone

        with pytest.raises(Undone):
            store.write(work)
    store.close()


def test_what_operators_do_works_as_the_console(handed: Handed, tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.csv"
    tokens.write_text(
        "id,account,account_name,name,scopes,owner,creator,created_at,expires_at\n"
        f"T01,OTHER,Other,sync,orders.read,kim,kim,{datetime.now(UTC):%Y-%m-%d}T00:00:00Z,2999-04-05T00:00:00Z\n"
    )
    log = write_log(tmp_path / "a.jsonl", [event_line(NOW - timedelta(days=40 * month), token="T01") for month in (2, 1, 0)])
    anna = handed.address("anna")
    make_account(handed.store)
    for arguments in (
        ("import", "tokens", tokens),
        ("import", "usage", log),
        ("tokens", "issue", "--account", "ACME", "--name", "new one", "--owner", "leo", "--scope", "orders.read", "--yes"),
        ("tokens", "rotate", "T01", "--yes"),
        ("tokens", "revoke", "T01", "--reason", "leak", "--case", "INC-1", "--yes"),
        ("cases", "note", "INC-1", "called them"),
        ("views", "--save", "mine", "--filter", "tier:admin"),
        ("policy", "set", "OTHER", "--token-limit", "5", "--yes"),
        ("notices", "due"),
        ("slo",),
        ("store", "maintain"),
        ("store", "check"),
        ("audit", "verify"),
        ("operators", "add", "nadia", "--role", "admin"),
    ):
        ran = run(*arguments, store=anna)
        assert ran.code == 0, (arguments, ran.err)
    with handed.store.reading() as reader:
        made = (
            "SELECT DISTINCT relname, pg_get_userbyid(relowner) FROM pg_class WHERE relispartition AND relname LIKE 'usage_day%'"
        )
        owners = {name: owner for name, owner in reader.rows(made) if "pk_" not in name}
    assert {"usage_day_2025_12", "usage_day_2026_02", "usage_day_2026_03"} < set(owners)
    assert set(owners.values()) == {OWNER}


REWRITING = (
    "UPDATE audit SET actor = 'nobody'",
    "DELETE FROM audit",
    "TRUNCATE audit CASCADE",
    "INSERT INTO audit SELECT * FROM audit ON CONFLICT (seq) DO UPDATE SET actor = 'nobody'",
    "MERGE INTO audit a USING audit b ON a.seq = b.seq WHEN MATCHED THEN DELETE",
    "UPDATE audit_private SET reason = ''",
    "DELETE FROM audit_private",
    "UPDATE token SET revoked_at = NULL, revoked_by = NULL, revoke_reason = NULL WHERE revoked_at IS NOT NULL",
    "UPDATE token SET digest = '\\x00'",
    "DELETE FROM token",
    "TRUNCATE token CASCADE",
    "DELETE FROM operator",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "ALTER TABLE token DISABLE TRIGGER token_final",
    "DROP TRIGGER audit_no_update ON audit",
    "DROP TABLE audit CASCADE",
    "ALTER TABLE audit ADD COLUMN more TEXT",
    "ALTER TABLE audit OWNER TO current_user",
    "CREATE OR REPLACE FUNCTION audit_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "CREATE TRIGGER mine BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_no_update()",
    "CREATE RULE mine AS ON INSERT TO audit DO INSTEAD NOTHING",
    "CREATE TABLE mine (a int)",
    "SET session_replication_role = replica",
    "SET ROLE tokendesk_owner",
    "UPDATE scope SET tier = 'read-only'",
    "UPDATE alembic_version SET version_num = '0001'",
    "SELECT tokendesk_make_partition('audit', 2026, 1)",
    "SELECT tokendesk_make_partition('usage_day', 99999, 1)",
    "DROP TABLE usage_day",
    "TRUNCATE usage_day",
)
"""What would rewrite what happened, or let somebody do so later."""

ONLY_FOR_OTHERS = {
    "anna": (),
    "proxy": (
        "UPDATE token SET scopes = 'settings.manage'",
        "INSERT INTO operator (name, role, active, passphrase, created_at) VALUES ('me', 'admin', 1, '', 0)",
        "UPDATE gateway_caller SET may_revoke = 1",
        "SELECT reason FROM review_item",
        "DELETE FROM saved_view",
    ),
    "auda": (
        "INSERT INTO fact VALUES ('a', 'b')",
        "INSERT INTO audit SELECT * FROM audit",
        "UPDATE token SET last_used_at = 0",
        "UPDATE operator SET role = 'admin'",
        "DELETE FROM notice",
        "SELECT passphrase FROM operator",
        "SELECT digest FROM gateway_caller",
        "SELECT tokendesk_make_partition('usage_day', 2026, 7)",
        "SELECT pg_advisory_lock(1) FROM audit FOR UPDATE",
    ),
}
MAY_NOT, GUARDED, NO_MONTH = "42501", "23000", "22023"


@pytest.mark.parametrize("user", ["anna", "proxy", "auda"])
def test_nothing_that_was_recorded_can_be_rewritten(handed: Handed, user: str) -> None:
    make_account(handed.store)
    revoke_token(handed.store, make_token(handed.store).key)
    make_token(handed.store, "lives")
    before = everything(handed.store)
    refused: dict[str, str | None] = {}
    with psycopg.connect(handed.address(user).conninfo, autocommit=True) as server:
        for statement in (*REWRITING, *ONLY_FOR_OTHERS[user]):
            try:
                server.execute(statement.encode())
                refused[statement] = None
            except psycopg.Error as error:
                refused[statement] = error.sqlstate
        server.execute(b"GRANT ALL ON audit TO PUBLIC")  # only warns, and gives nothing away
    assert {statement: state for statement, state in refused.items() if state not in (MAY_NOT, GUARDED, NO_MONTH)} == {}
    assert everything(handed.store) == before
    with handed.store.reading() as reader:
        assert (verify(reader).problem, rights(reader).problem) == ("", "")


def test_an_auditor_reads_everything_and_changes_nothing(handed: Handed) -> None:
    make_account(handed.store)
    key = make_token(handed.store).key
    auda = handed.address("auda")
    for line in ("tokens list", f"tokens show {key[1]}", "audit verify", "audit list", "accounts list", "operators list",
                 "dashboard", "policy show", "store check", "slo --read-only"):  # fmt: skip
        arguments = line.split()
        ran = run(*arguments, store=auda)
        assert ran.code == 0, (arguments, ran.err)
    ran = run("tokens", "revoke", key[1], "--reason", "leak", "--yes", store=auda)
    assert (ran.code, ran.out) == (1, "")
    assert "The database user may not do this" in ran.err


def test_the_gateway_revokes_for_a_caller_as_its_own_role(handed: Handed) -> None:
    make_account(handed.store)
    key, mint = make_token(handed.store).key, handed.store.mint()
    order = gateway_callers.CallerOrder(name="portal", actor=PRIYA, secret=Secret("x" * 40), may_revoke=True)
    handed.store.write(lambda unit: gateway_callers.add_caller(unit, order, NOW, mint))
    proxy = handed.opened("proxy")
    proxy.write(lambda unit: gateway_callers.revoke_for(unit, "portal", key, "10.0.0.1", "edge", NOW, new_action_id()))
    proxy.close()
    with handed.store.reading() as reader:
        assert reader.value("SELECT revoked_by FROM token WHERE id = :id", {"id": key[1]}) == "caller:portal"


def test_only_the_owner_lets_old_months_go(handed: Handed) -> None:
    old = NOW - timedelta(days=3_000)
    handed.store.write(lambda unit: make_partitions(unit, [month_of(to_ms(old))]))
    anna, dba = handed.opened("anna"), handed.opened("dba")
    with pytest.raises(Refused, match="Only the owner of the tables lets old months of usage go"):
        maintain(anna, PRIYA, NOW)
    assert "usage_day 2017-12" in maintain(dba, PRIYA, NOW).months
    anna.close()
    dba.close()


def test_only_a_member_of_the_owner_upgrades_and_new_tables_are_the_owners(handed: Handed) -> None:
    with pytest.raises(Refused, match="no member of it"):
        upgrade_store(handed.address("anna"))
    upgrade_store(handed.address("dba"))
    with handed.store.reading() as reader:
        owners = {owner for (owner,) in reader.rows("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")}
    assert owners == {OWNER}


def test_init_with_roles_makes_a_store_that_a_user_of_the_console_can_work_in(address: Address) -> None:
    made = run("store", "init", "--roles", "--json", store=address)
    assert made.code == 0, made.err
    make_users(address)
    assert run("store", "init", "--roles", store=as_user(address, "dba")).code == 0, "the owner renews every right"
    assert run("tokens", "list", "--json", store=as_user(address, "anna")).json == []
    assert all(role in run("store", "init", "--roles", store=address).err for role in ROLES)


def test_the_sql_is_printed_for_somebody_else_to_run_and_nothing_is_done(store: Store) -> None:
    ran = run("store", "init", "--roles", "--print", "--read-only", store=store.address)
    assert ran.code == 0
    assert run("store", "init", "--print", store=store.address).code == 2
    assert "password" not in ran.out.lower()
    with store.reading() as reader:
        assert rights(reader).words.startswith("everything belongs to the one user postgres")
    with psycopg.connect(store.address.conninfo, autocommit=True) as server:
        server.execute(ran.out.encode())
    make_users(store.address)
    anna = Store(as_user(store.address, "anna"))
    with anna.reading() as reader:
        assert rights(reader) == Rights(f"the tables belong to {OWNER}; this user, anna, is {CONSOLE}")
    anna.close()


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("GRANT UPDATE ON audit TO tokendesk_console", "tokendesk_console may UPDATE audit"),
        ("GRANT UPDATE (actor) ON audit TO tokendesk_gateway", "tokendesk_gateway may UPDATE audit"),
        ("GRANT DELETE ON token TO PUBLIC", "tokendesk_console may DELETE token"),
        ("GRANT INSERT ON fact TO tokendesk_auditor", "tokendesk_auditor may INSERT fact"),
        ("CREATE TABLE mine (a int)", "mine belongs to somebody else"),
    ],
)
def test_check_and_doctor_say_which_rights_are_in_force_and_what_is_too_much(
    handed: Handed, statement: str, problem: str
) -> None:
    words = f"the tables belong to {OWNER}; this user, postgres, is a superuser, whom nothing holds back"
    assert [(check.problem, check.note) for check in inspect(handed.store) if check.name == "settings"] == [("", words)]
    assert run("doctor", "--json", store=handed.store.address).json["store"]["rights"] == words
    with psycopg.connect(handed.store.address.conninfo, autocommit=True) as server:
        server.execute(statement.encode())
    assert [problem in check.problem for check in inspect(handed.store) if check.name == "settings"] == [True]
    assert problem in run("doctor", "--json", store=handed.store.address).json["store"]["rights"]
    if "mine" not in statement:
        set_up_roles(handed.store.address)
        assert [check.problem for check in inspect(handed.store) if check.name == "settings"] == [""]


def test_every_table_has_its_rights() -> None:
    sql = "\n".join(statements())
    assert all(f"ON public.{name} TO {CONSOLE}" in sql and f"ON public.{name} TO {AUDITOR}" in sql for name in metadata.tables)


def test_sqlite_has_no_roles(tmp_path: Path) -> None:
    ran = run("store", "init", "--roles", "--store", tmp_path / "tokens.db")
    assert (ran.code, (tmp_path / "tokens.db").exists()) == (1, False)
    assert "SQLite has no roles" in ran.err


__all__ = ["scene"]
