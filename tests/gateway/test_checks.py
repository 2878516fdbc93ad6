"""What a proxy is answered over HTTP, on both databases."""

from __future__ import annotations

import base64
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from store.opening import Store
from store.reads.verify import verify
from store.rules.secrets import new_id, new_token
from store.writes.ending import suspend
from store.writes.orders import SuspendOrder
from tests.command_line import ROOT, run
from tests.conftest import NOW
from tests.gateway.running import Gateway, gateway, live_token, make_account, until
from tests.making import PRIYA, make_token, revoke_token
from tests.scenario import damaged, forged


@pytest.fixture
def served(store: Store) -> Iterator[Gateway]:
    make_account(store)
    with gateway(store.address, "--trusted", "127.0.0.1") as one:
        yield one


def test_every_outcome_has_its_status_and_headers(store: Store, served: Gateway) -> None:
    valid, revoked, paused = live_token(store), live_token(store, "gone"), live_token(store, "paused")
    expired = make_token(store, "old", now=NOW - timedelta(days=200))
    revoke_token(store, revoked.key, now=datetime.now(UTC))
    order = SuspendOrder(key=paused.key, actor=PRIYA, message="call “Ops” on 7\n", until=None)
    store.write(lambda unit: suspend(unit, order, datetime.now(UTC)), order.action_id)
    for token, status, outcome, key in (
        (valid.token.reveal(), 200, "VALID", valid.key),
        (revoked.token.reveal(), 401, "REVOKED", revoked.key),
        (paused.token.reveal(), 401, "SUSPENDED", paused.key),
        (expired.token.reveal(), 401, "EXPIRED", expired.key),
        (damaged(valid.token), 401, "BAD_CHECKSUM", None),
        (forged(valid.token), 401, "NOT_FOUND", None),
        (new_token("live", new_id()).reveal(), 401, "NOT_FOUND", None),
        (new_token("live", new_id(), "other").reveal(), 401, "NOT_FOUND", None),
        ("junk", 401, "NOT_FOUND", None),
        ("x" * 5_000, 401, "NOT_FOUND", None),
    ):
        answer = served.check(token)
        told = (answer.status_code, answer.headers["X-Tokendesk-Outcome"])
        assert told == (status, outcome)
        assert answer.headers["Cache-Control"] == "no-store"
        named = (answer.headers.get("X-Account-Id"), answer.headers.get("X-Token-Id"))
        assert named == (key if key is not None else (None, None))
        assert ('error="invalid_token"' in answer.headers.get("WWW-Authenticate", "")) == (status == 401)
        assert token not in str(answer.headers) + answer.text
    assert 'error_description="call ?Ops? on 7?"' in served.check(paused.token.reveal()).headers["WWW-Authenticate"]
    assert served.check(paused.token.reveal()).json()["message"] == "call “Ops” on 7\n"


def test_an_unknown_id_and_a_wrong_secret_can_not_be_told_apart(store: Store, served: Gateway) -> None:
    revoked = live_token(store)
    revoke_token(store, revoked.key, now=datetime.now(UTC))
    answers = []
    for token in (forged(revoked.token), new_token("live", new_id()).reveal()):
        answer = served.check(token)
        answers.append((answer.status_code, answer.text, [pair for pair in answer.headers.items() if pair[0] != "date"]))
    assert answers[0] == answers[1]


def test_a_token_comes_as_bearer_or_key_and_two_that_differ_are_none(store: Store, served: Gateway) -> None:
    token = live_token(store).token.reveal()
    other = live_token(store, "other").token.reveal()
    for headers, status in (
        ({"X-Api-Key": token}, 200),
        ({"authorization": f"bEARER  {token}"}, 200),
        ({"Authorization": f"Bearer {token}", "X-Api-Key": token}, 200),
        ({"Authorization": "Basic " + base64.b64encode(b"a:b").decode(), "X-Api-Key": token}, 200),
        ({"Authorization": f"Bearer {token}", "X-Api-Key": other}, 401),
        ({"Authorization": f"Token {token}"}, 401),
        ({}, 401),
    ):
        answer = served.http.get("/check", headers=headers)
        assert answer.status_code == status, headers.keys()
    assert served.http.get("/check").headers["WWW-Authenticate"] == 'Bearer realm="tokendesk"'
    assert served.http.get(f"/check?access_token={token}").status_code == 401


def test_any_path_and_method_under_the_prefix_is_a_check_and_nothing_beside_it(store: Store, served: Gateway) -> None:
    token = {"Authorization": f"Bearer {live_token(store).token.reveal()}"}
    for method in ("GET", "POST", "DELETE", "OPTIONS", "PROPFIND"):
        assert served.http.request(method, "/check/v1/orders/7?a=b", headers=token).status_code == 200
    assert served.http.post("/check", headers=token, content=b"x" * 100_000).status_code == 200
    assert served.http.get("/checked", headers=token).status_code == 404


def test_every_scope_that_is_named_is_wanted(store: Store, served: Gateway) -> None:
    token = live_token(store, scopes=("orders.read", "customers.read")).token.reveal()
    for query, header, status in (
        ("?scope=orders.read", "", 200),
        ("?scope=orders.read+customers.read", "", 200),
        ("?scope=orders.read", "customers.read", 200),
        ("?scope=orders.write", "", 403),
        ("?scope=orders.read&scope=orders.write", "", 403),
        ("?scope=orders.write", "orders.read", 403),
        ("?scope=orders", "", 403),
        ("", "orders.read, users.manage", 403),
    ):
        answer = served.check(token, f"/check{query}", **({"X_Required_Scope": header} if header else {}))
        assert answer.status_code == status, (query, header)
    refused = served.check(token, "/check?scope=orders.write")
    assert refused.headers["X-Tokendesk-Outcome"] == "INSUFFICIENT_SCOPE"
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]
    assert 'scope="orders.write"' in refused.headers["WWW-Authenticate"]


def test_a_revocation_is_refused_at_once_although_the_answer_could_be_remembered(store: Store) -> None:
    make_account(store)
    made = live_token(store)
    with gateway(store.address, "--cache", "1h") as one, gateway(store.address, "--cache", "1h", name="two") as two:
        both = (one, two)
        assert [each.check(made.token.reveal()).status_code for each in both] == [200, 200]
        revoke_token(store, made.key, now=datetime.now(UTC))
        if store.address.is_sqlite:
            assert [each.check(made.token.reveal()).headers["X-Tokendesk-Outcome"] for each in both] == ["REVOKED"] * 2
        for each in both:
            assert until(partial(status_of, each, made.token.reveal()), 401, 5.0) < 2.0


def test_without_a_memory_the_first_check_after_a_revocation_is_refused(store: Store) -> None:
    make_account(store)
    made = live_token(store)
    with gateway(store.address, "--cache", "0") as one:
        assert one.check(made.token.reveal()).status_code == 200
        revoke_token(store, made.key, now=datetime.now(UTC))
        assert one.check(made.token.reveal()).headers["X-Tokendesk-Outcome"] == "REVOKED"


def test_refused_everywhere_by_is_what_the_slowest_running_gateway_says(store: Store) -> None:
    make_account(store)
    keys = [live_token(store, name).key for name in ("a", "b", "c")]
    now = datetime.now(UTC)
    assert revoke_token(store, keys[0], now=now).refused_by == now + timedelta(seconds=30)
    with gateway(store.address, "--cache", "90s", "--grace", "10s"), gateway(store.address, "--cache", "5s", name="two"):
        wanted = {"one", "two"}
        until(lambda: {row[0] for row in rows_of(store, "SELECT name FROM gateway_state WHERE stopped_at IS NULL")}, wanted)
        now = datetime.now(UTC)
        assert revoke_token(store, keys[1], now=now).refused_by == now + timedelta(seconds=100)
    assert revoke_token(store, keys[2], now=now).refused_by == now + timedelta(seconds=30)


def status_of(one: Gateway, token: str) -> int:
    return one.check(token).status_code


def rows_of(store: Store, sql: str) -> list[tuple[object, ...]]:
    with store.reading() as reader:
        return [tuple(row) for row in reader.rows(sql)]


def test_no_log_and_no_number_ever_holds_a_secret(store: Store, served: Gateway) -> None:
    made = live_token(store)
    token, secret = made.token.reveal(), made.token.reveal()[-38:]
    served.check(token, f"/check/{token}?key={token}&service={token}", X_Original_Uri=f"/a/{token}?x={token}", X_Request_Id=token)
    served.check(forged(made.token), f"/check/{token.replace('_', '%5F')}", User_Agent=token, X_Forwarded_For=token)
    served.check("legacy-key-5f9d1c7a", "/check/legacy-key-5f9d1c7a", User_Agent="legacy-key-5f9d1c7a")
    numbers = served.http.get("/metrics").text
    until(lambda: "".join(path.read_text() for path in served.spool.glob("*.jsonl")).count("\n"), 3)
    spooled = "".join(path.read_text() for path in served.spool.glob("*.jsonl"))
    served.end()
    for text in (numbers, spooled, "".join(served.told)):
        assert secret not in text
        assert forged(made.token)[-38:] not in text
        assert "legacy-key-5f9d1c7a" not in text
    assert made.key[1] not in numbers
    outcomes = [json.loads(line)["outcome"] for line in served.told if '"outcome"' in line]
    assert outcomes == ["NOT_FOUND", "NOT_FOUND"]


def test_a_forwarded_address_counts_only_from_a_trusted_proxy(store: Store) -> None:
    make_account(store)
    token = live_token(store).token.reveal()
    spoofed = {"X_Forwarded_For": "203.0.113.9", "X_Original_Uri": "/secret", "X_Original_Method": "PUT"}
    for options, address, path, method in (
        ((), "127.0.0.1", None, "GET"),
        (("--trusted", "127.0.0.1"), "203.0.113.9", "/secret", "PUT"),
    ):
        with gateway(store.address, *options) as one:
            one.check(token, **spoofed)
            [line] = spooled_lines(one)
            assert (line["ip"], line.get("path"), line["method"]) == (address, path, method)


def spooled_lines(one: Gateway) -> list[dict[str, object]]:
    until(lambda: any(path.stat().st_size for path in one.spool.glob("*.jsonl")))
    return [json.loads(line) for path in one.spool.glob("*.jsonl") for line in path.read_text().splitlines()]


def test_callers_introspect_and_revoke_with_a_secret_of_their_own(store: Store, served: Gateway) -> None:
    made, gone = live_token(store), live_token(store, "gone")
    revoke_token(store, gone.key, now=datetime.now(UTC))
    reader = run("gateway", "callers", "add", "reader", store=store.address).out.strip()
    ender = run("gateway", "callers", "add", "ender", "--may-revoke", "--json", store=store.address).json["secret"]
    token = {"token": made.token.reveal()}
    http = served.http
    asked = http.post("/introspect", data=token, auth=("reader", reader))
    assert asked.headers["Cache-Control"] == "no-store"
    told = asked.json()
    assert (told["active"], told["scope"], told["jti"], told["sub"]) == (True, "orders.read", made.key[1], "ACME")
    posted = {**token, "client_id": "reader", "client_secret": reader}
    assert http.post("/introspect", data=posted).json()["active"] is True
    for dead in (gone.token.reveal(), forged(made.token), damaged(made.token), "junk", made.key[1]):
        assert http.post("/introspect", data={"token": dead}, auth=("reader", reader)).json() == {"active": False}
    for auth in (("reader", ender), ("nobody", reader), ("reader", ""), ("", "")):
        refused = http.post("/introspect", data=token, auth=auth)
        assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})
        assert refused.headers["WWW-Authenticate"].startswith("Basic")
    assert http.post("/introspect", auth=("reader", reader), data={"a": "b"}).status_code == 400
    assert http.get("/introspect", auth=("reader", reader)).status_code == 405
    refused = http.post("/revoke", data=token, auth=("reader", reader))
    assert (refused.status_code, refused.json()) == (400, {"error": "unauthorized_client"})
    assert served.check(made.token.reveal()).status_code == 200
    for unknown in ("junk", forged(made.token), gone.token.reveal()):
        assert http.post("/revoke", data={"token": unknown}, auth=("ender", ender)).status_code == 200
    assert served.check(made.token.reveal()).status_code == 200
    assert http.post("/revoke", data=token, auth=("ender", ender)).status_code == 200
    assert served.check(made.token.reveal()).headers["X-Tokendesk-Outcome"] == "REVOKED"
    assert rows_of(store, "SELECT actor, token_id FROM audit WHERE action = 'revoke' ORDER BY seq DESC LIMIT 1") == [
        ("caller:ender", made.key[1])
    ]
    with store.reading() as reading:
        assert verify(reading).problem == ""
        kept = repr(reading.rows("SELECT * FROM gateway_caller")) + repr(reading.rows("SELECT detail FROM audit"))
    assert reader not in kept
    assert run("gateway", "callers", "remove", "reader", "--yes", store=store.address).code == 0
    assert http.post("/introspect", data=token, auth=("reader", reader)).status_code == 401
    listed = run("gateway", "callers", "list", "--json", store=store.address).json
    assert [(one["name"], one["active"], one["may_revoke"]) for one in listed] == [
        ("ender", True, True),
        ("reader", False, False),
    ]


def test_numbers_are_for_this_machine_and_for_callers(store: Store, served: Gateway) -> None:
    secret = run("gateway", "callers", "add", "prometheus", store=store.address).out.strip()
    served.check("junk", "/check?service=api")
    for service in range(60):
        served.check("junk", f"/check?service=s{service}")
    numbers = served.http.get("/metrics").text
    assert 'tokendesk_check_seconds_count{outcome="NOT_FOUND",service="api"} 1.0' in numbers
    assert 'tokendesk_check_seconds_count{outcome="NOT_FOUND",service="other"} 11.0' in numbers
    through = {"X-Forwarded-For": "203.0.113.9"}
    assert served.http.get("/metrics", headers=through).status_code == 401
    assert served.http.get("/metrics", headers=through, auth=("prometheus", secret)).status_code == 200
    assert [served.http.get(path).status_code for path in ("/healthz", "/readyz", "/docs", "/")] == [200, 200, 404, 404]


def test_a_missing_library_is_one_sentence_with_the_remedy() -> None:
    code = (
        "import sys; sys.modules['uvicorn'] = None\n"
        "from console.__main__ import main; sys.exit(main(['--store', '/nowhere', 'gateway', 'serve']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == "The gateway needs the library uvicorn. Install it with `pip install 'tokendesk[gateway]'`."


def test_two_gateways_of_one_name_and_a_place_that_is_taken_are_refused(store: Store, served: Gateway) -> None:
    again = run("gateway", "serve", "--name", "one", "--listen", "127.0.0.1:0", store=store.address)
    assert (again.code, "Give this one another --name" in again.err) == (1, True)
    taken = run("gateway", "serve", "--listen", str(served.http.base_url).removeprefix("http://"), store=store.address)
    assert (taken.code, "can't be listened on" in taken.err) == (1, True)
    with closing(served.http):
        assert served.check("junk").status_code == 401


def test_it_serves_https_and_refuses_a_certificate_that_is_none(store: Store, tmp_path: Path) -> None:
    make_account(store)
    certificate, key = self_signed(tmp_path)
    with gateway(store.address, "--tls-cert", str(certificate), "--tls-key", str(key)) as one:
        trusting = ssl.create_default_context(cafile=str(certificate))
        with httpx.Client(verify=trusting) as client:
            answer = client.get(f"https://localhost:{one.http.base_url.port}/check", headers={"X-Api-Key": "junk"})
            assert (answer.status_code, answer.headers["X-Tokendesk-Outcome"]) == (401, "NOT_FOUND")
    for pair in ((key, certificate), (tmp_path / "none", key)):
        refused = run("gateway", "serve", "--tls-cert", pair[0], "--tls-key", pair[1], store=store.address)
        assert (refused.code, "can't be used" in refused.err) == (1, True)
    assert run("gateway", "serve", "--tls-cert", certificate, store=store.address).code == 2


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for localhost and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "gw.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "gw.key").write_bytes(private)
    return folder / "gw.crt", folder / "gw.key"
