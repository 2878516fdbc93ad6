"""Pages of a list follow each other without gap or repeat, in every order and both ways, and cost what they must."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from store.errors import BadFilter, BadInput, NotFound
from store.opening import Store
from store.reader import Params, Reader, Row
from store.reads.tokens import SORTS, Anchor, Question, Sort, count, find, lines, page, parse_sort, position, spark, token
from store.rows import TokenKey, TokenLine, TokenRow
from store.rules.views import VIEWS
from tests.conftest import NOW
from tests.random_store import fill_random
from tests.rowmaker import Use, put_people, put_tokens, put_usage
from tests.scenario import fill_scenario, key_of, secret_of, shorts

USUAL = [name for name, field in SORTS.items() if not field.needs]
VALUES: dict[str, Callable[[TokenRow], Any]] = {
    "used": lambda row: row.last_used_at or row.created_at,
    "created": lambda row: row.created_at,
    "expires": lambda row: (row.expires_at is None, row.expires_at),
    "name": lambda row: row.name.encode(),
    "account": lambda row: row.account_id.encode(),
    "rotated": lambda row: row.rotated_at or row.created_at,
    "requests": lambda row: row.requests_24h,
}


def walk(reader: Reader, question: Question, size: int) -> list[TokenKey]:
    """Read a whole list forwards, page by page."""
    keys: list[TokenKey] = []
    after: Anchor | None = None
    while True:
        found = page(reader, question, NOW, size, after=after)
        keys += [row.key for row in found.rows]
        if len(found.rows) < size:
            return keys
        after = found.anchors[-1]


def walk_back(reader: Reader, question: Question, size: int) -> list[TokenKey]:
    """Read a whole list backwards from its end."""
    keys: list[TokenKey] = []
    found = page(reader, question, NOW, size, last=True)
    while found.rows:
        keys = [row.key for row in found.rows] + keys
        found = page(reader, question, NOW, size, before=found.anchors[0])
    return keys


@pytest.mark.parametrize("descending", [False, True])
def test_every_sort_gives_the_same_list_by_every_road(store: Store, descending: bool) -> None:
    fill_random(store, 5, many=33)
    with store.reading() as reader:
        for name in USUAL:
            for view in (None, "live", "orphaned"):
                question = Question(view, sort=Sort(name, descending))
                rows = page(reader, question, NOW, 100).rows
                value = VALUES[name]
                expected = sorted(rows, key=lambda row: (value(row), row.key), reverse=descending)
                keys = [row.key for row in expected]
                assert [row.key for row in rows] == keys, question
                assert walk(reader, question, 7) == keys
                assert walk_back(reader, question, 7) == keys
                for start in (1, 5, 12, len(keys) - 1):
                    assert [row.key for row in page(reader, question, NOW, 4, offset=start).rows] == keys[start : start + 4]
                assert [position(reader, question, NOW, key) for key in keys] == list(range(len(keys)))
                assert count(reader, question, NOW) == len(keys)


def test_every_view_gives_the_same_list_by_every_road(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        for view in VIEWS:
            question = Question(view.name)
            keys = [row.key for row in page(reader, question, NOW, 100).rows]
            assert walk(reader, question, 3) == keys
            assert walk_back(reader, question, 3) == keys
            assert [position(reader, question, NOW, key) for key in keys] == list(range(len(keys)))
            assert count(reader, question, NOW, 5) == min(6, len(keys))
            for start in range(1, len(keys), 4):
                assert [row.key for row in page(reader, question, NOW, 2, offset=start).rows] == keys[start : start + 2]


def test_a_page_goes_on_from_a_row_that_is_gone(store: Store) -> None:
    fill_scenario(store)
    question = Question("live", sort=Sort("name"))
    with store.reading() as reader:
        anchor = Anchor("old imports", "ACME", "gone")
        rows = page(reader, question, NOW, 2, after=anchor).rows
        assert shorts(rows) == ["T10", "T11"]
        assert shorts(page(reader, question, NOW, 1, before=anchor).rows) == ["T02"]


def test_never_expiring_comes_last_and_ties_follow_account_and_id(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        rows = page(reader, Question("live", sort=Sort("expires")), NOW, 100).rows
    assert shorts(rows)[0] == "T07"
    assert shorts(rows)[-2:] == ["T02", "T04"]
    same = [row.key for row in rows if shorts([row])[0][0] in "CD"]
    assert same == sorted(same)


FOUND = [
    ("shopify", ["T12"]),
    ("SHOPIFY", ["T12"]),
    ("T12Scenario1", ["T12"]),
    ("zapier acct:bolt", ["T04"]),
    ("name:orders", ["T11", "T10"]),
    ("acct=ACME status:active tier:read-write -name:orders", ["T01", "T02"]),
    ("acct:Delt status:revoked", ["T13"]),
    ("nothing like this", []),
    ("( shopify or partner )", ["T12", "T13"]),
    ("owner:leo -idle>90d idle>1h", ["T05", "T12", "T14"]),
]


def test_a_filter_finds_what_it_says(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        for text, expected in FOUND:
            assert sorted(shorts(page(reader, Question(filter=text), NOW, 100).rows)) == sorted(expected), text
            assert count(reader, Question(filter=text), NOW) == len(expected), text


def test_a_filter_narrows_a_view(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        assert shorts(page(reader, Question("unused-90d", "acct:acme"), NOW, 10).rows) == ["T02"]
        assert shorts(page(reader, Question("sprawl", "runaway or busy"), NOW, 10).rows) == ["T08", "T09"]


def test_bad_questions_are_refused_with_a_remedy(store: Store) -> None:
    with store.reading() as reader:
        with pytest.raises(BadFilter) as bad:
            page(reader, Question(filter="idel>90d"), NOW, 10)
        assert (bad.value.at, "idle" in bad.value.remedy) == (0, True)
        with pytest.raises(NotFound, match="unused-90d"):
            page(reader, Question("unused-90"), NOW, 10)
        with pytest.raises(BadInput, match="end of the overlap"):
            page(reader, Question("live", sort=Sort("retires")), NOW, 10)
        with pytest.raises(BadInput, match="created"):
            parse_sort("-creatd")


def test_tokens_are_found_by_what_people_paste(store: Store) -> None:
    fill_scenario(store)
    account, token_id = key_of("T08")
    with store.reading() as reader:
        for text in (token_id, f" {token_id} ", f"{account}/{token_id}", f"tkd_live_{token_id}"):
            assert shorts(find(reader, text, NOW)) == ["T08"]
        assert find(reader, "T08", NOW) == []
        assert find(reader, f"ACME/{token_id}", NOW) == []
        with pytest.raises(BadInput) as refused:
            find(reader, secret_of("T08").reveal(), NOW)
        assert secret_of("T08").reveal()[-10:] not in str(refused.value)
        assert token(reader, TokenKey(("ACME", "none")), NOW) is None


def test_an_id_in_two_accounts_names_both(store: Store) -> None:
    put_people(store, {"a/b": "One", "c": "Two"}, [])
    same = {"id": "key/1", "created_at": NOW}
    put_tokens(store, [{"account_id": "a/b", **same}, {"account_id": "c", **same}])
    with store.reading() as reader:
        assert [row.account_id for row in find(reader, "key/1", NOW)] == ["a/b", "c"]
        assert [row.account_id for row in find(reader, "a/b/key/1", NOW)] == ["a/b"]


def test_wildcards_in_a_search_are_letters(store: Store) -> None:
    put_people(store, {"A": "A"}, [])
    names = ["100% done", "1000 done", "a_b", "axb", "back\\slash", "backslash"]
    put_tokens(store, [{"account_id": "A", "id": f"id{n}", "name": name, "created_at": NOW} for n, name in enumerate(names)])
    with store.reading() as reader:
        for text, expected in (("0%", "100% done"), ("a_b", "a_b"), ('"k\\\\s"', "back\\slash")):
            assert [row.name for row in page(reader, Question(filter=text), NOW, 9).rows] == [expected]


def test_the_bars_of_the_last_day_are_exact(store: Store) -> None:
    put_people(store, {"A": "A"}, [])
    key, quiet = TokenKey(("A", "busy")), TokenKey(("A", "quiet"))
    put_tokens(store, [{"account_id": "A", "id": key[1], "created_at": NOW} for key in (key, quiet)])
    hours = [0, 0, 1, 23, 24]
    put_usage(store, sorted((Use(key, NOW - timedelta(hours=hour)) for hour in hours), key=lambda use: use.at))
    with store.reading() as reader:
        bars = spark(reader, [key, quiet], NOW)
    assert bars[quiet] == (0,) * 24
    assert bars[key] == (1, *(0,) * 21, 1, 2)


def test_a_kept_counter_does_not_change_the_exact_number(store: Store) -> None:
    put_people(store, {"A": "A"}, [])
    key = TokenKey(("A", "one"))
    put_tokens(store, [{"account_id": "A", "id": "one", "created_at": NOW - timedelta(days=60)}])
    ago = [timedelta(minutes=minute) for minute in (0, 1_439, 1_440)] + [timedelta(days=29, hours=23), timedelta(days=30)]
    put_usage(store, [Use(key, NOW - one) for one in sorted(ago, reverse=True)])
    expected = [(0, 2, 4), (1, 1, 4), (30, 1, 4), (70, 1, 3), (1_439, 1, 3), (1_441, 0, 3), (60 * 24 * 31, 0, 0)]
    with store.reading() as reader:
        for minutes, day, month in expected:
            row = token(reader, key, NOW + timedelta(minutes=minutes))
            assert row is not None
            assert (row.requests_24h, row.requests_30d) == (day, month), minutes
            listed = page(reader, Question(), NOW + timedelta(minutes=minutes), 5, month=False).rows[0]
            assert listed.requests_24h == day
            assert listed.requests_30d >= month
            assert count(reader, Question(filter=f"reqs24h={day} reqs30d={month}"), NOW + timedelta(minutes=minutes)) == 1
            assert count(reader, Question(filter=f"reqs24h>{day}"), NOW + timedelta(minutes=minutes)) == 0


def test_the_past_is_shown_as_it_was(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        before = NOW - timedelta(days=3)
        row = token(reader, key_of("T13"), before, past=True)
        assert row is not None
        assert (row.status, row.revoked_at, row.revoked_by) == ("active", None, None)
        assert token(reader, key_of("T07"), before, past=True) is None
        old = token(reader, key_of("T10"), NOW - timedelta(days=7), past=True)
        assert old is not None
        assert (old.status, old.retires_at, old.replaced_by) == ("active", None, None)
        assert shorts(page(reader, Question("retiring", past=True), NOW - timedelta(days=7), 9).rows) == []
        assert "T13" in shorts(page(reader, Question("live", past=True), before, 100).rows)
        assert "T12" in shorts(page(reader, Question("live", past=True), NOW - timedelta(days=7), 100).rows)


class Counting:
    """Counts the statements a read makes."""

    def __init__(self, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[tuple[str, Params | None]] = []
        self._rows = reader.rows
        monkeypatch.setattr(reader, "rows", self.rows)

    def rows(self, sql: str, params: Params | None = None) -> list[Row]:
        self.made.append((sql, params))
        return self._rows(sql, params)


def test_a_screen_takes_three_statements_at_most(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        counting = Counting(reader, monkeypatch)
        for view in VIEWS:
            for text in ("", "shopify", "acct:crux name:filler"):
                counting.made.clear()
                page(reader, Question(view.name, text), NOW, 50)
                assert len(counting.made) <= 3, view.name


def test_a_row_of_a_list_is_the_row_of_the_token(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        for row in page(reader, Question(), NOW, 100).rows:
            assert token(reader, row.key, NOW) == row == replace(row)


LINE = [field.name for field in fields(TokenLine)]


def on_line(row: TokenLine) -> dict[str, Any]:
    """Return what a line says of a token."""
    return {name: getattr(row, name) for name in LINE}


def test_a_line_says_of_a_token_what_its_row_says(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        for view in VIEWS:
            question = Question(view.name)
            whole = page(reader, question, NOW, 100)
            listed = lines(reader, question, NOW, 100)
            assert [on_line(row) for row in listed.rows] == [on_line(row) for row in whole.rows]
            assert listed.anchors == whole.anchors
            assert not any(isinstance(row, TokenRow) for row in listed.rows)


def test_lines_come_by_every_road_that_rows_come_by(store: Store) -> None:
    fill_random(store, 5, many=33)
    with store.reading() as reader:
        for name in USUAL:
            question = Question(sort=Sort(name, True))
            every = lines(reader, question, NOW, 100)
            rows, anchors = every.rows, every.anchors
            assert lines(reader, question, NOW, 5, after=anchors[3]).rows == rows[4:9]
            assert lines(reader, question, NOW, 5, before=anchors[9]).rows == rows[4:9]
            assert lines(reader, question, NOW, 5, offset=4).rows == rows[4:9]
            assert lines(reader, question, NOW, 5, last=True).rows == rows[-5:]


def test_of_an_earlier_moment_lines_are_whole_rows(store: Store) -> None:
    fill_scenario(store)
    before = NOW - timedelta(days=3)
    with store.reading() as reader:
        rows = page(reader, Question("live", past=True), before, 100, month=False).rows
        assert lines(reader, Question("live", past=True), before, 100).rows == rows
        assert "T13" in shorts(rows)
