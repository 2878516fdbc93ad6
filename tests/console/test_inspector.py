"""The inspector describes the row under the cursor, in every size, from the facts of the store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.render.blast import revoke_lines
from console.render.identity import name_words, token_words
from console.render.inspection import inspection, summary
from console.render.proof_words import proof_words
from console.render.sheet import length
from console.render.statuses import status_words
from console.render.token_facts import TokenFacts
from console.render.token_pages import overview
from console.screens.facts import gather
from store.errors import NotFound
from store.opening import Store
from store.reader import Params, Reader, Row
from store.reads import blast as blasts
from store.reads.lineage import siblings
from store.reads.proofs import proof_of
from store.reads.tokens import Question, count, lines, token
from store.rows import Refusals, TokenLine
from tests.at_console import at_console
from tests.conftest import NOW
from tests.scenario import fill_scenario, key_of


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the tokens of the scenarios."""
    fill_scenario(store)
    return store


def inspected(store: Store, short: str, width: int, height: int) -> str:
    """Return the inspector's text for a token of the scenarios."""
    with store.reading() as reader:
        row = token(reader, key_of(short), NOW)
        assert row is not None
        sheet = inspection(gather(reader, row, NOW), NOW, "tkd", width, height)
    assert len(sheet.lines) <= height
    assert all(length(line) <= width for line in sheet.lines)
    return summary([sheet.title, *sheet.lines])


@pytest.mark.parametrize(("width", "height"), [(76, 4), (96, 4), (116, 7), (128, 10), (56, 34), (80, 52)])
def test_every_size_says_whose_it_is_its_state_and_what_stops(filled: Store, width: int, height: int) -> None:
    text = inspected(filled, "T06", width, height)
    assert "CI deploy bot" in text
    assert "Acme" in text
    assert "admin" in text
    assert "active" in text
    assert "96 requests" in text


@pytest.mark.parametrize("short", ["T05", "T06", "T08", "T09", "T15"])
def test_nothing_is_cut_below_the_list(filled: Store, short: str) -> None:
    title, *lines = inspected(filled, short, 116, 7).splitlines()
    assert "…" in title  # the id, as everywhere
    assert not [line for line in lines if "…" in line]


def test_a_long_account_leaves_the_status_its_own_line(filled: Store) -> None:
    with filled.reading() as reader:
        row = token(reader, key_of("T06"), NOW)
        assert row is not None
        facts = gather(reader, replace(row, account_name="A customer with quite a long name"), NOW)
    lines = [summary([one]) for one in inspection(facts, NOW, "tkd", 116, 7).lines]
    assert lines[0].startswith("A customer with quite a lo… · env live · admin ! ")
    assert lines[1].startswith("● active")


def test_when_it_ended_is_said_below_the_list_however_much_it_might_do(filled: Store) -> None:
    assert "expired 2026-03-10 00:00Z" in inspected(filled, "T12", 116, 7)


def test_every_finding_is_said_below_the_list_where_there_is_a_line_for_it(filled: Store) -> None:
    text = inspected(filled, "T15", 116, 7)
    assert "! No use on record in 135 days\n" in text
    assert "! Not rotated for 135 days" in text
    assert "more" not in text


def test_findings_that_do_not_fit_are_counted_rather_than_cut(filled: Store) -> None:
    text = inspected(filled, "T06", 76, 4)
    found = next(line for line in text.splitlines() if line.startswith("! "))
    assert "…" not in found
    assert found.endswith(" more")


def test_a_wide_one_says_what_it_can_and_cannot_do_and_who_made_it(filled: Store) -> None:
    text = inspected(filled, "T06", 150, 10)
    assert "change the account's configuration" in text
    assert "left 2025-11-02" in text
    assert "creator" in text.lower() or "Raj" in text


def test_the_facts_know_the_next_call_the_siblings_and_the_refusals(filled: Store) -> None:
    with filled.reading() as reader:
        dead = token(reader, key_of("T12"), NOW)
        admin = token(reader, key_of("T06"), NOW)
        assert dead is not None
        assert admin is not None
        assert gather(reader, dead, NOW).refused_since == Refusals(611)
        facts = gather(reader, admin, NOW)
    assert facts.siblings == ()
    assert facts.others_live == 2
    assert facts.row.requests_24h == 96
    assert facts.hours is not None
    assert 0 < sum(facts.hours.requests) <= 96


def line_of(store: Store, short: str) -> TokenLine:
    """Return what a list knows of a token of the scenarios."""
    with store.reading() as reader:
        return next(row for row in lines(reader, Question("all"), NOW, 100).rows if row.key == key_of(short))


@pytest.mark.parametrize(("width", "height"), [(76, 4), (96, 4), (116, 7), (128, 10), (56, 34), (80, 52)])
def test_before_the_token_is_read_it_says_what_the_list_knows_and_claims_nothing_else(
    filled: Store, width: int, height: int
) -> None:
    for short in ("T06", "T12", "T13"):
        text = summary(inspection(TokenFacts(line_of(filled, short)), NOW, "tkd", width, height).lines)
        assert line_of(filled, short).status.value in text
        assert "…" in text
        assert "none" not in text
        assert "nothing: it holds no scope" not in text


def test_the_page_of_a_token_that_is_not_read_yet_claims_nothing(filled: Store) -> None:
    text = summary(overview(TokenFacts(line_of(filled, "T06")), (), NOW, 150))
    assert "none" not in text
    assert "holds no scope" not in text
    assert "Last rotated    …" in text


def test_the_facts_are_about_the_whole_token_even_where_a_list_knew_only_a_line(filled: Store) -> None:
    with filled.reading() as reader:
        whole = token(reader, key_of("T06"), NOW)
        facts = gather(reader, line_of(filled, "T06"), NOW)
        assert facts.whole == whole
        assert facts == gather(reader, whole, NOW)  # type: ignore[arg-type]
        with pytest.raises(NotFound, match="no longer in the store"):
            gather(reader, replace(line_of(filled, "T06"), id="gone"), NOW)


async def test_it_follows_the_cursor_once_it_rests(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("j", "j")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.name in hand.pane("inspector"))
        await hand.until(lambda: hand.tokens.facts is not None and hand.tokens.facts.complete)
        assert "30 days" in hand.pane("inspector")


def test_a_question_asked_from_a_line_says_what_one_about_the_whole_token_says(filled: Store) -> None:
    with filled.reading() as reader:
        for line in lines(reader, Question("all"), NOW, 100).rows:
            whole = token(reader, line.key, NOW)
            assert whole is not None
            asked = [
                (name_words(row), token_words(row, "tkd"), status_words(row), said)
                for row in (line, whole)
                if (said := revoke_lines(row, NOW, (), refused_within_s=30))
            ]
            assert asked[0] == asked[1], line.id


@pytest.mark.parametrize(("width", "height"), [(76, 4), (96, 4), (116, 7), (128, 10), (56, 34), (80, 52)])
def test_of_a_revoked_token_every_size_says_whether_the_revocation_held(filled: Store, width: int, height: int) -> None:
    with filled.reading() as reader:
        proof = proof_of(reader, key_of("T13"))
    assert proof is not None
    assert proof_words(proof)[:30] in inspected(filled, "T13", width, height)
    assert "Proof" not in inspected(filled, "T12", width, height)


@pytest.mark.parametrize("most", [5_000, 2])
def test_the_other_live_tokens_of_the_account_are_read_once_and_are_the_same(
    filled: Store, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(blasts, "MOST_NEIGHBOURS", most)
    asked: list[str] = []
    with filled.reading() as reader:
        plain = reader.rows

        def watched(_: Reader, sql: str, params: Params | None = None) -> list[Row]:
            asked.append(sql)
            return plain(sql, params)

        monkeypatch.setattr(type(reader), "rows", watched)
        for short in ("T06", "T10", "T13", "T12"):
            row = token(reader, key_of(short), NOW)
            assert row is not None
            asked.clear()
            facts = gather(reader, row, NOW)
            others = [sql for sql in asked if "s.closed = 0 AND s.id <>" in sql]
            assert len(others) == (0 if not row.live else 1 if most > 2 else 2)
            assert facts.siblings == (siblings(reader, row.key, NOW) if row.live else ())
            live = count(reader, Question(filter=f"status:live acct={row.account_id}"), NOW)
            assert facts.others_live == (min(live, 3) - 1 if row.live else min(live, 3))
