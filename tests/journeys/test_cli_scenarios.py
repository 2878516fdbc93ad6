"""The scenarios A1, A2, A5 and A14 by command line, on both databases, with exactly the results they list."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import psycopg
import pytest

from store.address import Address
from store.opening import Store
from store.reads.check import Answer, check
from store.rules.secrets import Secret
from store.rules.usage import Outcome
from tests.command_line import Ran, run
from tests.conftest import NOW
from tests.scenario import fill_scenario, key_of, secret_of


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


def command(store: Store, *arguments: str) -> Ran:
    ran = run(*arguments, store=store.address)
    assert ran.code == 0, ran
    return ran


def shorts(store: Store, *options: str) -> set[str]:
    found = command(store, "tokens", "list", "--json", *options).json
    return {record["id"].removesuffix("Scenario1") for record in found}


def answer(store: Store, secret: Secret, after: timedelta) -> Answer:
    with store.reading() as reader:
        return check(reader, secret, NOW + after, store.mint())


def test_a1_support_learns_from_a_name_whether_a_token_is_used_and_why_not(store: Store) -> None:
    [found] = command(store, "tokens", "list", "--filter", "shopify", "--json").json
    assert (found["id"], found["status"]) == (key_of("T12")[1], "expired")
    shown = command(store, "tokens", "show", found["id"], "--json").json
    assert shown["expires_at"] == "2026-03-10T00:00:00Z"
    assert shown["last_success_at"] == "2026-03-09T23:45:00Z"
    assert shown["last_denied_reason"] == "EXPIRED"
    assert sum(shown["usage_30d"]["refused"]) == 611
    card = command(store, "tokens", "card", found["id"])
    [paragraph] = card.lines
    for fact in ("2026-03-10 00:00Z", "2026-03-09 23:45Z", "611", "EXPIRED", f"ends in {found['hint']}"):
        assert fact in paragraph
    assert secret_of("T12").reveal()[-38:-4] not in card.out + card.err
    looked = command(store, "audit", "list", "--action", "look-up", "--token", found["id"], "--json").json
    assert len(looked) == 2


VIEWS = {
    "unused-90d": {"T02", "T04", "T15"},
    "unused-180d": {"T04"},
    "high-volume": {"T08"},
    "orphaned": {"T06"},
    "expiring-7d": {"T05", "T07"},
    "retiring": {"T10"},
    "never-expires": {"T02", "T04"},
    "unrotated-90d": {"T02", "T03", "T04", "T06", "T15"},
    "unrotated-180d": {"T02", "T04"},
}


def test_a2_every_view_holds_exactly_its_tokens(store: Store) -> None:
    assert {view: shorts(store, "--view", view) for view in VIEWS} == VIEWS
    assert {record["account"] for record in command(store, "tokens", "list", "--view", "sprawl", "--json").json} == {"CRUX"}
    assert len(shorts(store, "--view", "sprawl")) == 11
    assert "T12" in shorts(store, "--view", "knocking")
    assert len(shorts(store)) == 34
    assert len(shorts(store, "--view", "live")) == 32


def test_a2_the_counts_are_those_of_the_lists(store: Store) -> None:
    counts = {view["name"]: view["count"] for view in command(store, "views", "--counts", "--json").json}
    assert {view: counts[view] for view in VIEWS} == {view: len(tokens) for view, tokens in VIEWS.items()}
    assert (counts["sprawl"], counts["live"], counts["all"]) == (1, 32, 34)
    for view, count in counts.items():
        if view != "sprawl":
            assert len(shorts(store, "--view", view)) == count, view


def test_a5_rotation_overlaps_by_tier_and_ends_to_the_second(store: Store) -> None:
    proof = command(store, "tokens", "rotate", key_of("T01")[1], "--yes", "--json").json
    assert proof["old_ends_at"] == "2026-03-19T09:00:00Z"
    old, new = secret_of("T01"), Secret(proof["token"])
    for after in (timedelta(0), timedelta(hours=1), timedelta(hours=71, minutes=59)):
        assert [answer(store, one, after).outcome for one in (old, new)] == [Outcome.VALID, Outcome.VALID]
    late = timedelta(hours=72, seconds=1)
    assert (answer(store, old, late).outcome, answer(store, old, late).reason) == (Outcome.EXPIRED, "overlap ended")
    assert answer(store, new, late).outcome is Outcome.VALID
    shown = command(store, "tokens", "show", key_of("T01")[1], "--json").json
    assert (shown["status"], shown["retires_at"], shown["replaced_by"]) == ("retiring", "2026-03-19T09:00:00Z", proof["id"])
    assert shown["lineage"] == [key_of("T01")[1], proof["id"]]


def test_a5_an_earlier_expiry_wins_over_the_overlap(store: Store) -> None:
    proof = command(store, "tokens", "rotate", key_of("T05")[1], "--overlap", "14d", "--yes", "--json").json
    assert proof["old_ends_at"] == "2026-03-23T09:00:00Z"


def test_a5_an_expired_token_is_not_rotated_and_the_refusal_says_why(store: Store) -> None:
    ran = run("tokens", "rotate", key_of("T12")[1], "--yes", store=store.address)
    assert (ran.code, ran.out) == (1, "")
    assert "expired" in ran.err


def edit_line(address: Address, statement: str) -> None:
    """Edit the audit log as somebody who owns the database can."""
    if address.path is not None:
        connection = sqlite3.connect(address.path)
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute(statement)
        connection.commit()
        connection.close()
        return
    with psycopg.connect(address.conninfo) as server:
        server.execute("ALTER TABLE audit DISABLE TRIGGER audit_no_update")
        server.execute(statement.encode())
        server.execute("ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_no_update")


def test_a14_an_edited_audit_line_is_named_and_a_restored_one_passes(store: Store) -> None:
    command(store, "tokens", "revoke", key_of("T02")[1], "--reason", "not used", "--yes")
    whole = command(store, "audit", "verify", "--json").json
    assert whole["whole"] is True
    edit_line(store.address, "UPDATE audit SET actor = 'somebody else' WHERE seq = 7")
    ran = run("audit", "verify", store=store.address)
    assert (ran.code, ran.out) == (1, "")
    assert "Audit line 7 was changed" in ran.err
    assert run("audit", "verify", "--json", store=store.address).json["broken_at"] == 7
    restore = "UPDATE audit SET actor = 'importer' WHERE seq = 7"
    if store.address.path is not None:
        with sqlite3.connect(store.address.path) as connection:
            connection.execute(restore)
        connection.close()
    else:
        edit_line(store.address, restore)
    assert command(store, "audit", "verify", "--json").json == whole
