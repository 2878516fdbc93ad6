"""`tokendesk policy` on both databases: what is in force, what a limit would mean, and saving it."""

from __future__ import annotations

import re

import pytest

from console.render.audit_words import sentence
from store.opening import Store
from store.reads.audit import lines
from tests.command_line import run
from tests.scenario import fill_scenario


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


def policy_lines(store: Store) -> int:
    """Return how many policies were saved."""
    with store.reading() as reader:
        return len(lines(reader, action="policy", limit=9))


def test_a12_a_preview_names_the_tokens_and_saves_nothing(store: Store) -> None:
    ran = run("policy", "preview", "ACME", "--max-lifetime", "90", "--json", store=store.address)
    assert ran.code == 0
    record = ran.json
    assert (record["live_tokens"], record["past"], record["later"], record["unchanged"], record["in_use"]) == (6, 3, 0, 3, 1)
    found = {one["id"][:3]: (one["past"]["max_lifetime_days"][:10], one["in_use"]) for one in record["tokens"]}
    assert found == {"T02": ("2025-08-30", False), "T03": ("2026-01-08", False), "T06": ("2025-12-30", True)}
    words = run("policy", "preview", "ACME", "--max-lifetime", "90", store=store.address).out
    assert "IN USE  ACME/T06Scenario1  CI deploy bot: past longest lifetime 2025-12-30" in words
    assert policy_lines(store) == 0


def test_a_policy_is_set_shown_narrowed_and_taken_away(store: Store) -> None:
    ran = run("policy", "set", "ACME", "--max-lifetime", "90", "--case", "SEC-7", "--yes", "--json", store=store.address)
    assert (ran.code, ran.json["limits"]["max_lifetime_days"], ran.json["past"]) == (0, 90, 3)
    assert run("policy", "set", "--rotate-every", "180", "--yes", store=store.address).code == 0
    shown = run("policy", "show", "ACME", "--json", store=store.address).json["in_force"]
    assert shown["max_lifetime_days"] == {"value": 90, "source": "account"}
    assert shown["rotate_every_days"] == {"value": 180, "source": "default"}
    assert shown["max_overlap_hours"] == {"value": 336, "source": "product"}
    ran = run("policy", "set", "ACME", "--max-overlap", "24", "--yes", "--json", store=store.address)
    assert ran.json["limits"]["max_lifetime_days"] == 90, "what is not given stays"
    ran = run("policy", "set", "ACME", "--max-overlap", "24", "--yes", store=store.address)
    assert "It was so already" in ran.out
    assert [one["account"] for one in run("policy", "show", "--json", store=store.address).json] == [None, "ACME"]
    assert "its own policy" in run("policy", "show", "ACME", store=store.address).out
    assert "(default)" in run("policy", "show", store=store.address).out
    run("policy", "set", "ACME", "--max-overlap", "none", "--max-lifetime", "none", "--yes", store=store.address)
    assert [one["account"] for one in run("policy", "show", "--json", store=store.address).json] == [None]
    assert policy_lines(store) == 4


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("policy", "show", "nobody"), 1, "no account"),
        (("policy", "set", "nobody", "--yes"), 1, "no account"),
        (("policy", "set", "ACME", "--max-lifetime", "900", "--yes"), 2, "from 1 to 365"),
        (("policy", "preview", "ACME", "--max-lifetime", "soon"), 2, "from 1 to 365"),
        (("policy", "set", "ACME", "--max-lifetime", "90"), 2, "--yes"),
        (("policy", "set", "ACME", "--max-lifetime", "90", "--yes", "--read-only"), 1, "read-only"),
    ],
)
def test_what_is_refused_says_why_and_saves_nothing(store: Store, arguments: tuple[str, ...], code: int, said: str) -> None:
    ran = run(*arguments, store=store.address)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert policy_lines(store) == 0


def test_rules_are_shown_previewed_and_saved_with_their_number(store: Store) -> None:
    ran = run("policy", "rules", "ACME", "--set", "overlap-admin=24", "--yes", "--json", store=store.address)
    assert ran.json["rules"]["overlap_admin"] == {"value": "24", "source": "account"}
    scopes = ("policy", "rules", "ACME", "--set", "allowed-scopes=orders.read")
    ran = run(*scopes, "--dry-run", store=store.address)
    assert (ran.code, "any of the catalogue" in ran.out) == (0, True)
    number = int(ran.err.split()[0])
    assert number > 0
    assert f"--confirm {number}" in run(*scopes, "--yes", store=store.address).err
    assert policy_lines(store) == 1
    ran = run(*scopes, "--confirm", str(number), "--json", store=store.address)
    assert ran.json["rules"]["allowed_scopes"] == {"value": "orders.read", "source": "account"}
    assert policy_lines(store) == 2


def test_rules_change_tokens_only_by_a_choice_and_its_number(store: Store) -> None:
    scopes = ("policy", "rules", "ACME", "--set", "allowed-scopes=orders.read")
    ran = run(*scopes, "--dry-run", store=store.address)
    assert (ran.code, " given an earlier end" in ran.err, policy_lines(store)) == (0, True, 0)
    ran = run(*scopes, "--past", "cap=14d", "--confirm", "1000", store=store.address)
    found = re.search(r"The choice “cap=14d” changes (\d+) tokens, not 1,000", ran.err)
    assert found, ran.err
    assert (ran.code, policy_lines(store)) == (2, 0)
    number = int(found[1])
    ran = run(*scopes, "--past", "cap=14d", "--confirm", str(number), store=store.address)
    assert f"{number:,} tokens changed." in ran.err
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM audit WHERE action = 'expire'") == number
    assert policy_lines(store) == 1


def test_what_is_due_is_listed_and_done_only_with_its_number(store: Store) -> None:
    run("policy", "set", "ACME", "--idle-limit", "90", "--rotate-every", "70", "--yes", store=store.address)
    run("policy", "rules", "ACME", "--set", "idle-action=revoke=14d", "--yes", store=store.address)
    found = run("policy", "due", "--json", store=store.address).json
    assert ({one["id"][:3] for one in found["rotations"]}, found["steps"]["notice"]) == ({"T01", "T02", "T03", "T06"}, 2)
    told = run("store", "maintain", store=store.address)
    assert (told.code, "By the policies 2 notices and 0 revocations are due" in told.err) == (0, True)
    listed = run("policy", "due", store=store.address).out
    assert "2 tokens are unused for longer than the policy allows." in listed
    assert listed.count(": past its limit since 20") == 2
    assert ": since " not in listed
    dry = run("policy", "apply", store=store.address)
    assert (dry.code, "A dry run: 2 notices to give and 0 tokens to revoke; --confirm 2 does it." in dry.out) == (0, True)
    wrong = run("policy", "apply", "--confirm", "3", store=store.address)
    assert (wrong.code, "--confirm 2" in wrong.err) == (2, True)
    assert policy_lines(store) == 2
    done = run("policy", "apply", "--confirm", "2", "--json", store=store.address).json
    assert (done["notices_given"], done["revoked"], done["left_alone"]) == (2, 0, [])
    assert run("policy", "apply", "--json", store=store.address).json["steps"] == {
        "propose": 0, "notice": 0, "wait": 2, "revoke": 0,
    }  # fmt: skip
    assert run("policy", "due", store=store.address).out.count("its notice is running until 2026-0") == 2
    back = 30 * 24 * 3_600_000
    store.write(lambda unit: unit.run(f"UPDATE policy_notice SET noticed_at = noticed_at - {back}, due_at = due_at - {back}"))
    store.write(lambda unit: unit.run("UPDATE fact SET value = '1763283600000' WHERE name = 'recorded_to'"))
    waiting = run("policy", "due", store=store.address).out
    assert waiting.count("its notice is over, but usage is not recorded up to its end on 2026-0") == 2
    with store.reading() as reader:
        sentences = {sentence(line) for line in lines(reader, action="policy", limit=9)}
    assert "gave notice that old import of ACME will be revoked" in sentences
