"""A demo store tells the same story each time, holds something for every screen, and its numbers agree with each other."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from store.address import Address, parse_address
from store.creation import create_store
from store.demo import NOW, SEED, TOKENS, build_demo
from store.demo.chance import Chance
from store.errors import BadInput, Refused
from store.moments import DAY_MS, HOUR_MS, MINUTE_MS, from_ms, to_ms
from store.opening import Store
from store.reader import Reader
from store.reads.check import check
from store.reads.verify import verify
from store.reads.views import counts
from store.rules.habits import learn
from store.rules.rhythm import silent_after
from store.rules.status import Moments, Status, status_of
from store.rules.usage import Outcome, hours_30d, minutes_24h
from store.rules.views import VIEWS

pytestmark = pytest.mark.xdist_group("demo")
NOW_MS = to_ms(NOW)
FEW = 150
"""All the told stories and a few of the crowd."""

COMPARED = ("account", "member", "token", "audit", "audit_private", "usage_minute", "usage_hour", "usage_reason",
            "recent_request", "token_address", "policy", "case_file", "exposure", "saved_view")  # fmt: skip


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the key of the shared stores away from the person running the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.delenv("TOKENDESK_KEY", raising=False)
        patch.delenv("TOKENDESK_KEY_FILE", raising=False)
        yield


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def demo(request: pytest.FixtureRequest, keyed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return the demo store as it comes, on each database in turn; tests only read it."""
    if request.param == "sqlite":
        store = build_demo(parse_address(str(tmp_path_factory.mktemp("demo") / "demo.db")))
        yield store
        store.close()
        return
    uri: str = request.getfixturevalue("postgres")
    name = f"demo{uuid4().hex}"
    with psycopg.connect(uri, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        store = build_demo(parse_address(uri.replace("/postgres?", f"/{name}?")))
        yield store
        store.close()
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def reader(demo: Store) -> Iterator[Reader]:
    """Lend a read connection to the shared store."""
    with demo.reading() as found:
        yield found


def dump(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the main tables, and close the store."""
    with closing(store), store.reading() as reader:
        return {
            table: sorted((tuple(bytes(v) if isinstance(v, bytes | memoryview) else v for v in row) for row in rows), key=repr)
            for table in COMPARED
            for rows in [reader.rows(f"SELECT * FROM {table}")]
        }


def few(tmp_path: Path, name: str, seed: int = SEED) -> Store:
    return build_demo(parse_address(str(tmp_path / name)), tokens=FEW, seed=seed)


def test_the_same_seed_and_clock_build_the_same_store(tmp_path: Path) -> None:
    assert dump(few(tmp_path, "one.db")) == dump(few(tmp_path, "two.db"))


def test_another_seed_builds_another_store(tmp_path: Path) -> None:
    one, two = dump(few(tmp_path, "one.db")), dump(few(tmp_path, "two.db", 7))
    assert {row[1] for row in one["token"]} & {row[1] for row in two["token"]} <= {
        row[1] for row in one["token"] if str(row[1]).startswith("legacy-")
    }


def test_both_databases_hold_the_same_story(tmp_path: Path, address: Address) -> None:
    built = build_demo(address, tokens=FEW)
    assert dump(built) == dump(few(tmp_path, "other.db"))


@pytest.mark.parametrize("view", [view.name for view in VIEWS])
def test_every_saved_view_holds_something(reader: Reader, view: str) -> None:
    assert counts(reader, NOW)[view] > 0


def test_views_that_point_at_trouble_hold_few_tokens(reader: Reader) -> None:
    found = counts(reader, NOW)
    assert found["live"] > TOKENS / 3
    for view in ("high-volume", "silent", "new-address", "used-after-revoke", "retiring", "knocking", "orphaned", "no-owner"):
        assert found[view] < TOKENS / 10, view


def test_every_status_appears(reader: Reader) -> None:
    rows = reader.rows("SELECT revoked_at, expires_at, retires_at, suspended_at, suspended_until, exposed_at FROM token")
    found = {status_of(Moments(*(None if v is None else from_ms(v) for v in row)), NOW) for row in rows}
    assert found == set(Status)


def test_the_log_is_whole_and_in_order_of_time(reader: Reader) -> None:
    verdict = verify(reader)
    assert verdict.whole, verdict.problem
    assert verdict.lines > TOKENS
    times = [row[0] for row in reader.rows("SELECT at FROM audit ORDER BY seq")]
    assert times == sorted(times)
    assert NOW_MS - 731 * DAY_MS < times[0] < NOW_MS - 720 * DAY_MS
    assert times[-1] <= NOW_MS


def test_several_people_act_and_none_is_an_operator(reader: Reader) -> None:
    assert {row[0] for row in reader.rows("SELECT DISTINCT actor FROM audit")} >= {"priya", "marco", "dana", "tomas", "ingrid"}
    assert reader.value("SELECT count(*) FROM operator") == 0


def test_every_token_of_the_incident_is_filed_under_its_case(reader: Reader) -> None:
    actions = [row[0] for row in reader.rows("SELECT action FROM audit WHERE case_id = 'INC-204' ORDER BY seq")]
    assert actions == [
        "case", "look-up", "expose", "suspend", "look-up", "case", "expose", "suspend", "look-up", "revoke", "case",
    ]  # fmt: skip
    exposed = reader.rows("SELECT revoked_at IS NOT NULL FROM token WHERE exposed_at IS NOT NULL ORDER BY 1")
    assert [bool(row[0]) for row in exposed] == [False, True]


def test_the_kept_counts_are_those_of_the_rollups(reader: Reader) -> None:
    day, month = minutes_24h(NOW_MS), hours_30d(NOW_MS)
    for column, table, step, window in (
        ("requests_24h", "usage_minute", "minute", day),
        ("requests_30d", "usage_hour", "hour", month),
    ):
        wrong = reader.rows(
            f"SELECT t.id FROM token t LEFT JOIN (SELECT account_id, token_id, sum(requests) AS n FROM {table} "
            f"WHERE {step} BETWEEN :first AND :last GROUP BY account_id, token_id) u "
            f"ON u.account_id = t.account_id AND u.token_id = t.id WHERE t.{column} <> coalesce(u.n, 0)",
            {"first": window.first, "last": window.last},
        )
        assert wrong == []


def test_minutes_hours_and_reasons_agree(reader: Reader) -> None:
    whole = NOW_MS // HOUR_MS - 47
    by_minute = reader.rows(
        "SELECT minute / 60, account_id, token_id, CAST(sum(requests) AS BIGINT), CAST(sum(refused) AS BIGINT) FROM usage_minute "
        "WHERE minute >= :first GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        {"first": whole * 60},
    )
    by_hour = reader.rows(
        "SELECT hour, account_id, token_id, requests, refused FROM usage_hour WHERE hour >= :first ORDER BY 1, 2, 3",
        {"first": whole},
    )
    assert [tuple(row) for row in by_minute] == [tuple(row) for row in by_hour]
    assert (
        reader.value("SELECT count(*) FROM usage_hour WHERE requests <> status_2xx + status_3xx + status_4xx + status_5xx") == 0
    )
    wrong = reader.value(
        "SELECT count(*) FROM usage_hour u LEFT JOIN (SELECT hour, account_id, token_id, sum(refused) AS n FROM usage_reason "
        "GROUP BY 1, 2, 3) r ON r.hour = u.hour AND r.account_id = u.account_id AND r.token_id = u.token_id "
        "WHERE u.refused <> coalesce(r.n, 0)"
    )
    assert wrong == 0
    assert reader.value("SELECT count(*) FROM usage_minute WHERE minute > :now", {"now": NOW_MS // MINUTE_MS}) == 0


def test_addresses_count_every_request(reader: Reader) -> None:
    wrong = reader.rows(
        "SELECT u.token_id FROM (SELECT account_id, token_id, sum(requests) AS n FROM usage_hour GROUP BY 1, 2) u "
        "LEFT JOIN (SELECT account_id, token_id, sum(requests) AS n FROM token_address GROUP BY 1, 2) a "
        "ON a.account_id = u.account_id AND a.token_id = u.token_id WHERE u.n <> coalesce(a.n, 0)"
    )
    assert wrong == []


def test_the_last_moments_are_those_of_the_newest_requests(reader: Reader) -> None:
    newest: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for account, token, at, outcome in reader.rows("SELECT account_id, token_id, at, outcome FROM recent_request"):
        newest.setdefault((account, token), []).append((at, outcome))
    hours = {(row[0], row[1]): row[2] for row in reader.rows(
        "SELECT account_id, token_id, max(hour) FROM usage_hour GROUP BY 1, 2")}  # fmt: skip
    rows = reader.rows("SELECT account_id, id, last_used_at, last_success_at, last_denied_at, last_denied_reason FROM token")
    for account, token, used, success, denied, reason in rows:
        requests = newest.get((account, token), [])
        assert used == max((success or 0, denied or 0, used or 0)) or used is None
        if requests:
            assert used == max(at for at, _ in requests)
            assert used // HOUR_MS == hours[account, token]
            accepted = [at for at, outcome in requests if outcome == Outcome.VALID]
            refused = [(at, outcome) for at, outcome in requests if outcome != Outcome.VALID]
            assert not accepted or success == max(accepted)
            assert not refused or (denied, reason) == max(refused)
        else:
            assert (account, token) not in hours
            assert used is None or used < to_ms(NOW.replace(year=2025, month=1, day=1, hour=0))


def test_the_rhythm_is_that_of_the_recorded_hours(reader: Reader) -> None:
    active: dict[tuple[str, str], dict[int, int]] = {}
    for account, token, hour in reader.rows("SELECT account_id, token_id, hour FROM usage_hour"):
        days = active.setdefault((account, token), {})
        days[hour // 24] = days.get(hour // 24, 0) | 1 << hour % 24
    codes = {(row[0], row[1]): row[2] for row in reader.rows("SELECT account_id, token_id, rhythm FROM token_rhythm")}
    assert len({code.split()[0] for code in codes.values() if code}) == 3
    for account, token, used, overdue in reader.rows("SELECT account_id, id, last_used_at, silent_after FROM token"):
        rhythm = learn(active.get((account, token), {}))
        expected = None if used is None else silent_after(rhythm, from_ms(used))
        assert overdue == (None if expected is None else to_ms(expected))
        assert codes.get((account, token), "") == ("" if rhythm is None else rhythm.code)


def test_days_parts_and_totals_agree_with_the_hours(reader: Reader) -> None:
    by_day = {tuple(row) for row in reader.rows(
        "SELECT hour / 24, account_id, token_id, CAST(sum(requests) AS BIGINT), CAST(sum(refused) AS BIGINT) "
        "FROM usage_hour GROUP BY 1, 2, 3")}  # fmt: skip
    assert {tuple(row) for row in reader.rows("SELECT day, account_id, token_id, requests, refused FROM usage_day")} == by_day
    first = NOW_MS // DAY_MS - 34
    for kind in ("integration", "address", "endpoint", "scope"):
        parts = reader.rows(
            "SELECT day, account_id, token_id, CAST(sum(requests) AS BIGINT), CAST(sum(refused) AS BIGINT) FROM usage_part "
            "WHERE kind = :kind GROUP BY 1, 2, 3",
            {"kind": kind},
        )
        assert {tuple(row) for row in parts} == {row for row in by_day if row[0] >= first}
    wrong = reader.value(
        "SELECT count(*) FROM (SELECT hour, sum(requests) AS n, sum(refused) AS r FROM usage_hour GROUP BY 1) u "
        "LEFT JOIN usage_total w ON w.hour = u.hour AND w.account_id = '' WHERE u.n <> w.requests OR u.r <> w.refused"
    )
    assert wrong == 0
    balance = "SELECT CAST(sum(CASE account_id WHEN '' THEN requests ELSE -requests END) AS BIGINT) FROM usage_total"
    assert reader.value(balance) == 0


def test_the_newest_address_is_the_one_seen_first_last(reader: Reader) -> None:
    wrong = reader.rows(
        "SELECT t.id FROM token t LEFT JOIN (SELECT account_id, token_id, min(first_seen_at) AS one, max(first_seen_at) AS last "
        "FROM token_address GROUP BY 1, 2) a ON a.account_id = t.account_id AND a.token_id = t.id "
        "WHERE coalesce(t.new_address_at, -1) <> coalesce(CASE WHEN a.last > a.one THEN a.last END, -1)"
    )
    assert wrong == []


def test_open_tokens_are_those_not_closed_and_only_ended_ones_are_closed(reader: Reader) -> None:
    wrong = reader.rows(
        "SELECT a.id FROM account a WHERE a.open_tokens <> "
        "(SELECT count(*) FROM token t WHERE t.account_id = a.id AND t.closed = 0)"
    )
    assert wrong == []
    cut = {"cut": NOW_MS - DAY_MS}
    ended = "(revoked_at IS NOT NULL OR coalesce(expires_at > :cut, 1 = 0) <> (expires_at IS NOT NULL) OR retires_at <= :cut)"
    closed = reader.value(f"SELECT count(*) FROM token WHERE closed = 1 AND {ended}", cut)
    assert closed == reader.value("SELECT count(*) FROM token WHERE closed = 1") > 0


def test_nothing_is_used_before_it_was_made_and_only_one_after_its_end(reader: Reader) -> None:
    late = reader.rows(
        "SELECT DISTINCT t.name, t.last_success_at - t.revoked_at FROM token t JOIN recent_request r "
        "ON r.account_id = t.account_id AND r.token_id = t.id WHERE r.at < t.created_at OR (r.outcome = 'VALID' AND "
        "(r.at > t.revoked_at OR r.at >= t.expires_at OR r.at >= t.retires_at))"
    )
    assert [tuple(row) for row in late] == [("partner feed", 21_000)]


def test_the_edges_of_the_scenarios_are_there(reader: Reader) -> None:
    requests = dict(map(tuple, reader.rows("SELECT name, requests_24h FROM token WHERE account_id IN ('crux', 'acme')")))
    assert requests["busy but fine"] == 10_000
    assert requests["storefront cache warmer"] == 10_001
    assert requests["runaway sync"] > 40_000
    used = dict(map(tuple, reader.rows("SELECT name, last_used_at FROM token WHERE account_id IN ('acme', 'bolt')")))
    assert NOW_MS - used["edge boundary"] == 90 * DAY_MS
    assert NOW_MS - used["old import"] == 90 * DAY_MS + 1_000
    moved = reader.rows("SELECT requests_24h FROM token WHERE name = 'orders app' AND account_id = 'acme' ORDER BY created_at")
    assert [row[0] for row in moved] == [120, 1_320]


def test_names_that_try_something_are_there(reader: Reader) -> None:
    names = [str(row[0]) for row in reader.rows("SELECT name FROM token")]
    for part in ("\x1b", "[red]", "\u202e", "\u200b", "\n", "=HYPERLINK", "[@click="):
        assert any(part in name for name in names), repr(part)
    assert "" in names


def test_a_demo_token_proves_itself_with_the_key_of_its_seed(tmp_path: Path) -> None:
    live = "closed = 0 AND source = 'issued' AND suspended_at IS NULL"
    with closing(few(tmp_path, "one.db")) as store, store.reading() as reader:
        account, token, environment = reader.rows(f"SELECT account_id, id, environment FROM token WHERE {live} LIMIT 1")[0]
        answer = check(reader, Chance(SEED).token(environment, token, store.facts.brand), NOW, store.mint())
    assert (answer.outcome, answer.key) == (Outcome.VALID, (account, token))


def test_a_demo_store_says_what_it_is(demo: Store) -> None:
    assert demo.facts.demo_now == NOW
    assert demo.facts.environment == "demo"
    assert demo.facts.freshness.tracking_since == NOW.replace(year=2025, month=1, day=1, hour=0)
    recorded_to = demo.facts.freshness.recorded_to
    assert recorded_to is not None
    assert 0 < (NOW - recorded_to).total_seconds() < 60


def test_a_demo_store_has_the_indexes_and_guards_of_any_other(tmp_path: Path) -> None:
    def schema(store: Store) -> list[tuple[str, str]]:
        with closing(store), store.reading() as reader:
            rows = reader.rows("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' AND sql IS NOT NULL")
            return sorted((str(name), str(sql)) for name, sql in rows)

    empty = create_store(parse_address(str(tmp_path / "empty.db")), NOW)
    assert schema(few(tmp_path, "demo.db")) == schema(empty)


def test_a_demo_file_is_private_and_alone_in_its_folder(tmp_path: Path) -> None:
    few(tmp_path / "folder", "demo.db").close()
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["demo.db"]
    assert stat.S_IMODE((tmp_path / "folder" / "demo.db").stat().st_mode) == 0o600


def test_a_demo_store_is_built_where_sqlite_keeps_a_log_of_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.dialect.journal_settings", lambda: ("wal", 2))
    few(tmp_path / "folder", "demo.db").close()
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["demo.db"]


def test_what_is_at_the_address_already_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.db"
    path.write_text("mine")
    with pytest.raises(Refused, match="exists already"):
        few(tmp_path, "mine.db")
    assert path.read_text() == "mine"


def test_too_few_tokens_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="A demo store has from"):
        build_demo(parse_address(str(tmp_path / "demo.db")), tokens=10)
    assert [path.name for path in tmp_path.iterdir()] in ([], ["home"])


def test_a_build_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_demo(parse_address(str(tmp_path / "demo.db")), tokens=FEW, progress=stop)
    assert [path.name for path in tmp_path.iterdir()] in ([], ["home"])
    assert list((tmp_path / "home" / "config").rglob("*.k1")) == []


@pytest.mark.slow
def test_a_large_demo_store_is_whole_and_like_a_real_one(address: Address) -> None:
    heard: list[tuple[int, int]] = []
    store = build_demo(address, tokens=20_000, progress=lambda done, whole: heard.append((done, whole)))
    with store.reading() as reader:
        assert verify(reader).whole
        assert reader.value("SELECT count(*) FROM token") == 20_000
        found = counts(reader, NOW)
        assert 0.2 < found["live"] / 20_000 < 0.4
        assert all(found[view.name] for view in VIEWS)
        closed = reader.value("SELECT count(*) FROM token WHERE closed = 0")
        assert closed == reader.value("SELECT CAST(sum(open_tokens) AS BIGINT) FROM account")
    store.close()
    assert heard == sorted(heard)
    assert heard[-1] == (20_000, 20_000)


def test_notices_of_every_kind_wait_and_some_are_dead(reader: Reader) -> None:
    kinds = {str(row[0]) for row in reader.rows("SELECT DISTINCT kind FROM notice")}
    states = {str(row[0]) for row in reader.rows("SELECT DISTINCT state FROM notice")}
    assert kinds == {"expiry", "rotation", "orphan", "exposure", "revocation"}
    assert states == {"waiting", "dead"}
