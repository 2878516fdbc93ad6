"""`tokendesk slo` and its alerts: grouped by root cause, opened and closed once, and told to a webhook once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from console.webhook import SECRET_VARIABLE, body_of, signature, tell
from store.errors import Refused
from store.indicator_rows import AlertRow
from store.moments import to_ms
from store.opening import Store
from store.reads.alarming import alarming
from store.reads.alerts import alerts
from store.rules.latencies import UNTIMED
from store.rules.roles import Actor, Role
from store.writes.alerts import evaluate
from store.writes.people import put_operator
from tests.command_line import Ran, run
from tests.conftest import NOW
from tests.making import PRIYA, make_account, make_token, revoke_token
from tests.store.test_indicators import put

MINUTE = timedelta(minutes=1)
Took = list[tuple[bytes, dict[str, str]]]


def burst(store: Store, *services: str, minutes: int = 4) -> None:
    for service in services:
        for minute in range(1, minutes + 1):
            put(store, [(NOW - minute * MINUTE, "", service, "REVOKED", UNTIMED, 30)])


def causes(store: Store) -> list[str]:
    with store.reading() as reader:
        return [one.cause for one in alarming(reader, NOW)]


def test_a15_a_burst_over_three_services_is_one_page_and_in_one_service_a_ticket(store: Store) -> None:
    burst(store, "api")
    evaluate(store, PRIYA, NOW)
    with store.reading() as reader:
        assert [(one.cause, one.severity) for one in alerts(reader, NOW)] == [("401-burst-service:api", "ticket")]
    burst(store, "crm", "shop")
    evaluate(store, PRIYA, NOW + timedelta(seconds=1))
    evaluate(store, PRIYA, NOW + timedelta(seconds=2))
    with store.reading() as reader:
        opened = alerts(reader, NOW + timedelta(seconds=3))
    assert [(one.cause, one.severity) for one in opened] == [("401-burst", "page")]
    assert "api, crm, shop" in opened[0].detail


def test_a_short_spike_is_nobodys_work(store: Store) -> None:
    burst(store, "api", "crm", "shop", minutes=2)
    assert causes(store) == []


def test_an_outage_is_one_page_and_no_burnt_budget_besides(store: Store) -> None:
    for minute in range(1, 6):
        put(store, [(NOW - minute * MINUTE, "check", "api", "FAILED", UNTIMED, 50)])
    assert causes(store) == ["outage"]


def test_a_budget_that_is_spent_too_fast_is_a_page(store: Store) -> None:
    for minute in range(5):
        put(store, [(NOW - minute * MINUTE, "check", "api", "VALID", UNTIMED, 980),
                    (NOW - minute * MINUTE, "check", "api", "FAILED", UNTIMED, 20)])  # fmt: skip
    assert causes(store) == ["fast-burn:M3"]


def test_a_revoked_token_that_was_accepted_is_a_page(store: Store) -> None:
    make_account(store)
    made = make_token(store, now=NOW - timedelta(hours=2))
    revoke_token(store, made.key, now=NOW - timedelta(hours=1))
    assert causes(store) == []
    sql = f"UPDATE token SET last_success_at = {to_ms(NOW - timedelta(minutes=30))} WHERE id = '{made.key[1]}'"
    store.write(lambda unit: unit.run(sql))
    assert causes(store) == ["used-after-revoke"]


def test_many_evaluators_at_once_open_an_alert_once_and_close_it_once(store: Store) -> None:
    burst(store, "api", "crm", "shop")
    threads = [
        threading.Thread(target=evaluate, args=(store, PRIYA, NOW + timedelta(milliseconds=number))) for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    later = NOW + timedelta(hours=1)
    evaluate(store, PRIYA, later)
    with store.reading() as reader:
        assert [int(row[0]) for row in reader.rows("SELECT count(*) FROM alert")] == [1]
        assert alerts(reader, later) == ()
        assert [one.closed_at for one in alerts(reader, later, NOW)] == [later]


@pytest.fixture
def hook() -> Iterator[Callable[[list[int]], tuple[str, Took]]]:
    """A real HTTP server that answers with the codes given, one after the other; 0 does not answer in time."""
    servers: list[ThreadingHTTPServer] = []
    release = threading.Event()

    def start(answers: list[int]) -> tuple[str, Took]:
        took: Took = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                took.append((self.rfile.read(int(self.headers["Content-Length"])), dict(self.headers)))
                code = answers[min(len(took), len(answers)) - 1]
                if code == 0:
                    release.wait(10)
                self.send_response(code or 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/hook", took

    yield start
    release.set()
    for server in servers:
        server.shutdown()
        server.server_close()


ALERT = AlertRow("outage", "No check is answered", "Look.", "page", "50 checks", NOW, None, None)


def test_a_webhook_is_told_with_a_signature_and_again_after_a_refusal(hook: Callable[[list[int]], tuple[str, Took]]) -> None:
    url, took = hook([500, 302, 204])
    assert tell(url, ALERT, b"secret", wait=lambda seconds: None) == ""
    assert len({body for body, _ in took}) == 1
    assert len(took) == 3
    assert took[0][0] == body_of(ALERT)
    assert {headers["X-Tokendesk-Signature"] for _, headers in took} == {signature(body_of(ALERT), b"secret")}


def test_a_webhook_that_refuses_or_is_silent_or_away_is_said_to_be(hook: Callable[[list[int]], tuple[str, Took]]) -> None:
    url, _ = hook([403])
    assert tell(url, ALERT, b"s", wait=lambda seconds: None) == "it answered 403"
    url, _ = hook([0])
    assert tell(url, ALERT, b"s", timeout=0.1, wait=lambda seconds: None) == "it did not answer in time"
    assert tell("http://127.0.0.1:9/", ALERT, b"s", wait=lambda seconds: None) == "it can't be reached"


def slo(store: Store, *arguments: str) -> Ran:
    return run("slo", *arguments, store=store.address)


def test_slo_prints_ten_indicators_and_says_where_there_is_no_data(store: Store) -> None:
    ran = slo(store)
    assert ran.code == 0, ran
    assert ran.out.count("no data") == 9
    record = slo(store, "--json", "--window", "7d").json
    assert [one["name"] for one in record["indicators"]] == [f"M{number}" for number in range(1, 11)]
    assert record["indicators"][0]["value"] is None
    assert slo(store, "--window", "5y").code == 2


def test_slo_ends_with_1_while_an_alert_pages_and_tells_a_webhook_once(
    store: Store, hook: Callable[[list[int]], tuple[str, Took]], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = int(time.time() * 1_000) - 300_000
    sql = (
        "INSERT INTO gateway_state (name, address, version, started_at, seen_at, cache_ms, grace_ms, checks, cache_hits, stale, "
        f"unsaved) VALUES ('gw1', '', '', {seen}, {seen}, 30000, 0, 0, 0, 0, 0)"
    )
    store.write(lambda unit: unit.run(sql))
    assert slo(store, "--read-only").code == 0
    assert slo(store).code == 1
    assert slo(store, "--read-only").code == 1
    url, took = hook([200])
    assert "TOKENDESK_WEBHOOK_SECRET" in slo(store, "--webhook", url).err
    monkeypatch.setenv(SECRET_VARIABLE, "secret")
    for _ in range(2):
        assert slo(store, "--webhook", url).code == 1
    assert len(took) == 1
    assert "secret" not in took[0][0].decode()


def test_whoever_may_only_look_sees_what_is_found_and_opens_no_alert(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    burst(store, "api", "crm", "shop")
    monkeypatch.setattr("console.actor._os_user", lambda: "auda")
    monkeypatch.setattr("console.clock.Clock.now", lambda _: NOW)
    for name, role in (("priya", Role.ADMIN), ("auda", Role.AUDITOR)):
        store.write(lambda unit, name=name, role=role: put_operator(unit, name, role, PRIYA, NOW))  # type: ignore[misc]
    assert run("slo", "--json", store=store.address).json["alerts"] == []
    with pytest.raises(Refused, match="The role auditor may not"):
        evaluate(store, Actor("auda", Role.ADMIN), NOW)
    monkeypatch.setattr("console.actor._os_user", lambda: "priya")
    ran = run("slo", "--json", store=store.address)
    assert (ran.code, [alert["cause"] for alert in ran.json["alerts"]]) == (1, ["401-burst"])


def test_a_target_is_set_for_everybody_and_on_record_and_the_usual_one_comes_back(store: Store) -> None:
    def aimed() -> dict[str, object]:
        return {one["name"]: one["target"] for one in run("slo", "--read-only", "--json", store=store.address).json["indicators"]}

    usual = aimed()
    assert run("slo", "--target", "m1=99.5%", "--target", "M9=40", store=store.address).code == 0
    assert aimed() == {**usual, "M1": 0.995, "M9": 40.0}
    said = run("audit", "list", "--action", "policy", store=store.address).lines
    assert [line.split(") ")[1] for line in said] == ["set the target of M9 to 40", "set the target of M1 to 0.995"]
    assert run("slo", "--target", "M1=usual", "--target", "M9=usual", store=store.address).code == 0
    assert aimed() == usual
    for wrong in ("M1", "M11=1", "M1=100%", "M2=soon", "M1="):
        assert run("slo", "--target", wrong, store=store.address).code == 2
    refused = run("slo", "--target", "M1=99%", "--read-only", store=store.address)
    assert (refused.code, "This is read-only" in refused.err) == (1, True)
    assert aimed() == usual
