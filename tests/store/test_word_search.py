"""A word is found through the index of what tokens are called, exactly where plain Python finds it, on both databases."""

from __future__ import annotations

from random import Random

import pytest

from store.inspection import inspect
from store.opening import Store
from store.reader import SqliteReader
from store.reads.tokens import SORTS, Question, Sort, count, lines, page, position
from store.rows import TokenKey
from store.rules.filters import matches, parse, quoted
from store.writes.editing import rename
from store.writes.orders import RenameOrder
from tests.benchmarks.recording import statements_of
from tests.conftest import NOW
from tests.making import PRIYA
from tests.random_store import ACCOUNTS, Known, fill_random
from tests.rowmaker import put_people, put_tokens
from tests.store.test_query_plans import explained, fill

USUAL = [name for name, field in SORTS.items() if not field.needs]


def words(known: Known, seed: int, many: int) -> list[str]:
    """Return pieces of what tokens and accounts are called, in either case, and some that are of nobody."""
    random = Random(seed)
    texts = [value for token in known.tokens for value in (token["id"], token["name"], token["hint"], token["account_id"])]
    texts += [*ACCOUNTS.values(), "zzqq", "100% sure", "'; DROP", '""', "under%score", "ÉCLAIRS", "\U0001f511key"]
    found = []
    for _ in range(many):
        whole = random.choice([one for one in texts if one])
        start = random.randrange(len(whole))
        piece = whole[start : start + random.choice([1, 2, 3, 4, 6, 12])]
        found.append(random.choice([piece, piece.upper(), piece.lower(), piece.swapcase()]))
    return found


@pytest.mark.parametrize("rare", [0, 3, 5_000])
def test_a_word_is_found_where_plain_python_finds_it(store: Store, monkeypatch: pytest.MonkeyPatch, rare: int) -> None:
    monkeypatch.setattr("store.reads.searching.RARE", rare)
    monkeypatch.setattr("store.reads.searching.MANY", rare)
    known = fill_random(store, 7)
    with store.reading() as reader:
        for number, word in enumerate(words(known, rare, 120)):
            field = ("", "", "name:", "acct:", "id:", "hint:")[number % 6]
            wanted = parse(field + quoted(word))
            sort = Sort(USUAL[number % len(USUAL)], number % 2 == 0)
            question = Question(filter=wanted.text, sort=sort)
            expected = {row.key for row, extras in known.judged(NOW, past=False) if matches(wanted, row, NOW, extras)}
            rows = page(reader, question, NOW, 100).rows
            keys = [row.key for row in rows]
            assert set(keys) == expected, wanted.text
            assert count(reader, question, NOW) == count(reader, question, NOW, 100) == len(keys) == len(expected)
            every = [key for key in (row.key for row in page(reader, Question(sort=sort), NOW, 100).rows) if key in expected]
            assert keys == every, wanted.text
            assert [position(reader, question, NOW, key) for key in keys] == list(range(len(keys)))
            if len(keys) > 2:
                anchors = page(reader, question, NOW, 100).anchors
                assert [row.key for row in page(reader, question, NOW, 100, after=anchors[0]).rows] == keys[1:]
                assert [row.key for row in page(reader, question, NOW, 1, before=anchors[2]).rows] == keys[1:2]
                assert [row.key for row in page(reader, question, NOW, 2, offset=1).rows] == keys[1:3]


@pytest.mark.parametrize("rare", [0, 5_000])
def test_an_id_is_found_as_it_is_shown_whole_in_part_and_by_both_its_ends(
    store: Store, monkeypatch: pytest.MonkeyPatch, rare: int
) -> None:
    monkeypatch.setattr("store.reads.searching.RARE", rare)
    monkeypatch.setattr("store.reads.searching.MANY", rare)
    known = fill_random(store, 7)
    with store.reading() as reader:
        for token in known.tokens[:40]:
            own, env, hint = token["id"], token["environment"], token["hint"] or token["id"][-4:]
            other = "test" if env == "live" else "live"
            asked = [f"tkd_{env}_{own[:5]}", f"tkd_{env}_{own}", f"{own[:4]}…{hint}", f"tkd_{env}_{own[:4]}...{hint}", f"…{hint}"]
            for word in (*asked, f"tkd_{env}_{own[:4]}…{hint}", f"id:tkd_{env}_{own[:4]}…{hint}", f"tkd_{other}_{own}"):
                if any(letter in ' \t()":=<>!,' for letter in word.removeprefix("id:")):
                    continue
                wanted = parse(word)
                expected = {row.key for row, extras in known.judged(NOW, past=False) if matches(wanted, row, NOW, extras)}
                question = Question(filter=word)
                assert {row.key for row in page(reader, question, NOW, 100).rows} == expected, word
                assert count(reader, question, NOW) == len(expected), word
            shown = parse(f"tkd_{env}_{own[:4]}…{hint}") if own.isalnum() and hint.isalnum() else None
            if shown is not None:
                keys = {row.key for row in page(reader, Question(filter=shown.text), NOW, 100).rows}
                assert (token["account_id"], own) in keys


def found(store: Store, word: str) -> list[str]:
    with store.reading() as reader:
        return [row.id for row in lines(reader, Question(filter=word), NOW, 10).rows]


def rename_token(store: Store, token: str, name: str) -> None:
    order = RenameOrder(key=TokenKey(("ACME", token)), actor=PRIYA, name=name, reason="test")
    store.write(lambda unit: rename(unit, order, NOW), order.action_id)


def test_a_new_name_is_found_at_once_and_the_old_one_no_more(store: Store) -> None:
    put_people(store, {"ACME": "Acme"}, [])
    put_tokens(store, [{"account_id": "ACME", "id": f"id{n}", "name": "Zapier sync", "created_at": NOW} for n in range(3)])
    assert sorted(found(store, "zapier")) == ["id0", "id1", "id2"]
    rename_token(store, "id1", "Étagère bot")
    assert sorted(found(store, "zapier")) == ["id0", "id2"]
    assert found(store, '"agère b"') == ["id1"]
    rename_token(store, "id1", "Zapier again")
    assert sorted(found(store, "zapier")) == ["id0", "id1", "id2"]
    assert found(store, "agère") == []
    assert {check.problem for check in inspect(store) if check.name in ("schema", "damage", "audit log")} == {""}


def test_a_write_that_forgets_the_index_hides_no_token(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put_people(store, {"ACME": "Acme"}, [])
    put_tokens(store, [{"account_id": "ACME", "id": f"id{n}", "name": f"plain {n}", "created_at": NOW} for n in range(2)])
    with monkeypatch.context() as patched:
        patched.setattr("store.writes.tokens.index_texts", lambda unit: None)
        rename_token(store, "id1", "forgotten")
        rename_token(store, "id1", "twice forgotten")
        put_tokens(store, [{"account_id": "ACME", "id": "id2", "name": "new", "created_at": NOW}])
    for turn in range(2):
        assert [found(store, word) for word in ("forgot", "new", '"plain 1"')] == [["id1"], ["id2"], []]
        put_tokens(store, [{"account_id": "ACME", "id": f"id{turn + 3}", "name": "other", "created_at": NOW}])
    with store.reading() as reader:
        if isinstance(reader, SqliteReader):
            assert reader.value("SELECT count(*) FROM token_text_due") == 0


def test_a_rare_word_is_found_without_reading_the_tokens(store: Store) -> None:
    fill(store)
    put_people(store, {"shop": "The Corner Shop"}, [])
    put_tokens(store, [{"account_id": "shop", "id": "corner1", "name": "till", "created_at": NOW}])
    store.close()
    for word in (
        "till",
        "orner",
        "rner1",
        "zzqqxx",
        "name:till",
        "id:corner",
        "acct:corner",
        "t00017",
        "tkd_live_corner1",
        "…rner1",
    ):
        for sort in (None, Sort("name")):
            question = Question("live", word, sort)
            for statement in statements_of(store, lambda reader, question=question: lines(reader, question, NOW, 50)):  # type: ignore[misc]
                with store.reading() as reader:
                    plan = explained(reader, statement.sql, statement.params)
                    sqlite = isinstance(reader, SqliteReader)
                reads = [
                    line for line in plan.splitlines() if (line.startswith("SCAN t") if sqlite else "Seq Scan on token" in line)
                ]
                assert [line for line in reads if not line.startswith("SCAN token_text VIRTUAL TABLE INDEX")] == [], (word, plan)
