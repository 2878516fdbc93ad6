"""`tokendesk accounts` and `tokendesk scopes` say what their screens show."""

from __future__ import annotations

import pytest

from store.opening import Store
from store.reads.views import counts_of_account
from tests.command_line import Ran, run
from tests.conftest import NOW
from tests.scenario import fill_scenario


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


def test_accounts_are_listed_and_found(store: Store) -> None:
    found = run("accounts", "list", "--json", store=store.address).json
    assert {one["id"]: one["live_tokens"] for one in found} == {"ACME": 6, "BOLT": 5, "CRUX": 11, "DELT": 10}
    ran = run("accounts", "list", "--text", "cru", store=store.address)
    assert [row.split()[0] for row in ran.lines[1:]] == ["CRUX"]
    assert "1 of 1 accounts" in ran.err


def test_an_account_is_shown_with_its_findings_people_policy_and_requests(store: Store) -> None:
    record = run("accounts", "show", "ACME", "--json", store=store.address).json
    with store.reading() as reader:
        assert record["views"] == counts_of_account(reader, "ACME", NOW)
    assert {one["id"]: (one["active"], one["owns"], one["made"]) for one in record["people"]} == {
        "mia": (True, 6, 5),
        "raj": (False, 0, 1),
    }
    assert record["policy"]["max_lifetime_days"] == {"value": 365, "source": "product"}
    assert record["requests"]["24h"]["requests"] == record["requests_24h"]
    words = run("accounts", "show", "ACME", store=store.address).out
    assert "orphaned" in words
    assert "owns 6, made 5" in words
    assert run("accounts", "show", "nobody", store=store.address).code == 1


def test_a_member_has_an_address_from_when_it_is_said(store: Store) -> None:
    def member(*words: str) -> Ran:
        return run("accounts", "member", "ACME", "mia", *words, store=store.address)

    assert member().lines == ["Mia  (ACME/mia, admin, active)", "  e-mail  no address"]
    ran = member("--email", "mia@acme.example", "--yes", "--reason", "they wrote")
    assert (ran.code, ran.lines[1]) == (0, "  e-mail  mia@acme.example")
    assert ran.err.startswith("Saved (audit #")
    assert member("--json").json["email"] == "mia@acme.example"
    people = {one["id"]: one["email"] for one in run("accounts", "show", "ACME", "--json", store=store.address).json["people"]}
    assert people == {"mia": "mia@acme.example", "raj": None}
    shown = [line.split() for line in run("accounts", "show", "ACME", store=store.address).lines]
    assert [words[-1] for words in shown if words[0] == "mia"] == ["mia@acme.example"]
    assert [words[-2:] for words in shown if words[0] == "raj"] == [["no", "address"]]
    assert " set the e-mail address of mia, mia@acme.example; they wrote\n" in run("audit", "list", store=store.address).out
    assert member("--email", "x y@z", "--yes").code == 2
    assert member("--email", "x@z", "--no-email", "--yes").code == 2
    assert member("--no-email", "--yes").lines[1] == "  e-mail  no address"
    assert run("accounts", "member", "ACME", "nobody", store=store.address).code == 1


def test_scopes_are_listed_in_plain_words(store: Store) -> None:
    found = {one["name"]: one for one in run("scopes", "list", "--json", store=store.address).json}
    assert (found["orders.read"]["live_tokens"], found["orders.read"]["can"]) == (31, "read orders")
    assert found["refunds.create"]["risky_with"] == ["billing.export"]
    assert "refund payments" in run("scopes", "list", store=store.address).out
