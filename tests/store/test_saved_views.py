"""The saved views hold exactly the tokens of acceptance scenario A2, on both databases."""

from __future__ import annotations

import pytest

from store.opening import Store
from store.reads.tokens import Question, count, page
from store.rules.views import VIEWS
from tests.conftest import NOW
from tests.scenario import TOKENS, fill_scenario, shorts

FILLERS = {short for short in TOKENS if short[0] in "CD"}
EXPECTED: dict[str, set[str]] = {
    "live": set(TOKENS) - {"T12", "T13"},
    "unused-90d": {"T02", "T04", "T15"},
    "unused-180d": {"T04"},
    "never-used": {"T14", "T15"},
    "sprawl": {"T08", "T09", *(short for short in FILLERS if short[0] == "C")},
    "high-volume": {"T08"},
    "orphaned": {"T06"},
    "no-owner": set(),
    "never-expires": {"T02", "T04"},
    "too-broad": {"T06"},
    "expiring-7d": {"T05", "T07"},
    "retiring": {"T10"},
    "unrotated-90d": {"T02", "T03", "T04", "T06", "T15"},
    "unrotated-180d": {"T02", "T04"},
    "knocking": {"T12", "T13"},
    "silent": set(),
    "new-address": set(),
    "used-after-revoke": {"T13"},
    "all": set(TOKENS),
}


@pytest.fixture
def filled(store: Store) -> Store:
    fill_scenario(store)
    return store


def test_every_view_holds_exactly_its_tokens(filled: Store) -> None:
    with filled.reading() as reader:
        for view in VIEWS:
            found = page(reader, Question(view.name), NOW, 100)
            assert set(shorts(found.rows)) == EXPECTED[view.name], view.name
            assert len(found.rows) == len(EXPECTED[view.name]) == count(reader, Question(view.name), NOW), view.name


def test_the_numbers_of_the_scenarios_are_exact(filled: Store) -> None:
    with filled.reading() as reader:
        rows = {short: row for row in page(reader, Question(), NOW, 100).rows for short in shorts([row])}
    numbers = {short: row.requests_24h for short, row in rows.items() if short[0] == "T"}
    assert numbers == {
        "T01": 2_880, "T02": 0, "T03": 0, "T04": 0, "T05": 3, "T06": 96, "T07": 11, "T08": 10_001, "T09": 10_000,
        "T10": 120, "T11": 1_320, "T12": 0, "T13": 0, "T14": 0, "T15": 0,
    }  # fmt: skip
    assert {rows[short].requests_24h for short in FILLERS} == {5}
