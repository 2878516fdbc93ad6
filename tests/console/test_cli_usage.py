"""`tokens split` and narrowing rotations on the command line, on both databases."""

from __future__ import annotations

import shlex

import pytest

from console.render.split_pages import split_items
from store.opening import Store
from store.reads.splitting import split_state
from store.reads.tokens import token
from store.rows import TokenKey
from store.rules.callers import MOST_PARTS
from tests.command_line import run
from tests.conftest import NOW
from tests.making import make_account, make_token
from tests.rowmaker import Use, put_usage

SCOPES = ("customers.read", "orders.read", "orders.write", "reports.read")


@pytest.fixture
def store(demo_store: Store) -> Store:
    """An empty store whose clock stands at NOW."""
    return demo_store


@pytest.fixture
def shared(store: Store) -> TokenKey:
    """A token that two programs call with; nobody needs customers.read."""
    make_account(store)
    key = make_token(store, "it's $(shared)", scopes=SCOPES).key
    calls = [("shop/4.1", "/v1/orders", 6), ("sheet/1.0", "/v1/reports/sales", 2)]
    put_usage(store, [Use(key, NOW, agent=agent, path=path) for agent, path, many in calls for _ in range(many)])
    return key


def test_split_says_who_needs_what_and_in_which_order_to_go_about_it(store: Store, shared: TokenKey) -> None:
    record = run("tokens", "split", shared[1], "--json", store=store.address).json
    assert [(share["integration"], share["requests"], share["scopes"]) for share in record["shares"]] == [
        ("shop", 6, ["orders.read"]), ("sheet", 2, ["reports.read"]),
    ]  # fmt: skip
    assert (record["unused"], record["shared"], record["untold_requests"]) == (["customers.read", "orders.write"], True, 0)
    said = run("tokens", "split", shared[1], store=store.address).lines
    commands = [shlex.split(line, comments=True) for line in said if line.startswith("  tokendesk")]
    assert [words[2] for words in commands] == ["issue", "rotate"]
    assert commands[0][commands[0].index("--name") + 1] == "it's $(shared) (sheet)"
    issued = run(*commands[0][1:], "--yes", "--json", store=store.address).json
    assert run("tokens", "show", issued["id"], "--json", store=store.address).json["scopes"] == ["reports.read"]
    rotated = run(*commands[1][1:], "--yes", "--json", store=store.address).json
    new = run("tokens", "show", rotated["id"], "--json", store=store.address).json
    assert (new["scopes"], new["tier"], new["replaces"]) == (["orders.read"], "read-only", shared[1])
    assert run("tokens", "show", shared[1], "--json", store=store.address).json["status"] == "retiring"


def test_a_split_counts_every_request_once_and_says_how_many_endpoints_it_leaves_out(store: Store) -> None:
    """Pairs of program and endpoint are capped by the day: what is beyond the cap was taken for a program without a name."""
    make_account(store)
    key = make_token(store, "busy", scopes=SCOPES).key
    paths = [f"/v1/{first}{second}/orders" for first in "abcd" for second in "abcdefghij"]
    calls = [("shop/4.1", path) for path in paths] + [("sheet/1.0", path) for path in paths]
    put_usage(store, [Use(key, NOW, agent=agent, path=path) for agent, path in calls])
    record = run("tokens", "split", key[1], "--json", store=store.address).json
    assert [(share["integration"], share["requests"]) for share in record["shares"]] == [("sheet", 40), ("shop", 40)]
    seen = sum(len(share["endpoints"]) for share in record["shares"])
    assert seen == MOST_PARTS
    assert record["untold_requests"] == len(calls) - seen
    assert record["unused"] is None
    said = run("tokens", "split", key[1], store=store.address).lines
    assert [line.rpartition(", and ")[2] for line in said if line.startswith("    called")] == [
        f"{len(share['endpoints']) - 6} more" for share in record["shares"]
    ]


def test_a_split_warns_of_whoever_names_no_program(store: Store, shared: TokenKey) -> None:
    assert "no program" not in run("tokens", "split", shared[1], store=store.address).out
    put_usage(store, [Use(shared, NOW, path="/v1/orders")])
    said = run("tokens", "split", shared[1], store=store.address)
    assert "1 request names no program: find who makes them before this token ends." in said.lines
    with store.reading() as reader:
        row = token(reader, shared, NOW)
        assert row is not None
        page = split_items(split_state(reader, row, NOW), 30, 100)
    assert any("names no program" in "".join(piece.text for piece in item.line) for item in page)


def test_what_breaks_says_that_the_addresses_it_counts_are_not_all(store: Store) -> None:
    make_account(store)
    key = make_token(store, "mobile", scopes=SCOPES).key
    put_usage(store, [Use(key, NOW, agent="app/1", address=f"203.0.113.{number}") for number in range(MOST_PARTS)])
    whole = run("tokens", "blast", key[1], "--json", store=store.address).json[0]
    assert (whole["addresses_7d"], whole["addresses_7d_whole"]) == (MOST_PARTS, True)
    put_usage(store, [Use(key, NOW, agent="app/1", address=f"198.51.100.{number}") for number in range(9)])
    capped = run("tokens", "blast", key[1], "--json", store=store.address).json[0]
    assert (capped["addresses_7d"], capped["addresses_7d_whole"]) == (MOST_PARTS, False)
    assert "from at least 50 addresses." in run("tokens", "blast", key[1], store=store.address).out


def test_of_a_token_that_is_over_it_is_not_said_that_nobody_can_go_on(store: Store) -> None:
    make_account(store)
    keys = [make_token(store, "over", scopes=SCOPES).key for _ in range(2)]
    run("tokens", "revoke", keys[0][1], "--yes", store=store.address)
    ran = run("tokens", "blast", keys[0][1], store=store.address)
    assert "Stops nothing: it no longer works and cannot be restored." in ran.out
    assert "holds the same scopes" not in ran.out
    [record] = run("tokens", "blast", keys[0][1], "--json", store=store.address).json
    assert (record["siblings"], record["sole_scopes"]) == (None, None)


def test_a_split_that_was_begun_is_told_with_what_is_left_of_it(store: Store, shared: TokenKey) -> None:
    said = run("tokens", "split", shared[1], store=store.address).lines
    issue, rotate = [shlex.split(line, comments=True) for line in said if line.startswith("  tokendesk")]
    made = run(*issue[1:], "--yes", "--json", store=store.address).json["id"]
    record = run("tokens", "split", shared[1], "--json", store=store.address).json
    assert [(one["program"], one["id"], one["status"], one["last_used_at"]) for one in record["made"]] == [
        ("sheet", made, "active", None)
    ]
    left = run("tokens", "split", shared[1], store=store.address)
    assert [shlex.split(line, comments=True) for line in left.lines if line.startswith("  tokendesk")] == [rotate]
    assert "It can be revoked once sheet, shop have been seen with a token of their own." in left.out
    new = run(*rotate[1:], "--yes", "--json", store=store.address).json["id"]
    put_usage(store, [Use(TokenKey(("ACME", token)), NOW, agent="a/1", path="/v1/orders") for token in (made, new)])
    assert f"Every program has moved: tokendesk tokens revoke ACME/{shared[1]}" in run(
        "tokens", "split", shared[1], store=store.address
    ).out  # fmt: skip


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--split-from", "nobody", "--program", "sheet"], "There is no token nobody."),
        (["--program", "sheet"], "needs --split-from and --program"),
    ],
)
def test_a_token_is_only_split_off_one_that_is_there(store: Store, shared: TokenKey, flags: list[str], said: str) -> None:
    wish = ["--account", "ACME", "--name", "x", "--owner", "leo", "--scope", "orders.read", "--yes"]
    result = run("tokens", "issue", *wish, *flags, store=store.address)
    assert result.code != 0
    assert said in result.err


def test_a_rotation_only_narrows(store: Store, shared: TokenKey) -> None:
    wider = run("tokens", "rotate", shared[1], "--scope", "users.manage", "--yes", store=store.address)
    assert wider.code == 1
    assert "does not hold users.manage" in wider.err
    assert run("tokens", "show", shared[1], "--json", store=store.address).json["status"] == "active"


def test_requests_that_tell_nothing_prove_nothing(store: Store) -> None:
    make_account(store)
    key = make_token(store, scopes=SCOPES).key
    assert "Nothing has called with it" in run("tokens", "split", key[1], store=store.address).out
    put_usage(store, [Use(key, NOW, agent="shop/4", path="")])
    said = run("tokens", "split", key[1], store=store.address).out
    assert "not told by the log" in said
    assert "Not proven which scopes are unused" in said
    assert run("tokens", "split", key[1], "--json", store=store.address).json["unused"] is None
