"""The audit log as a list: the same lines by every way of asking, along an index, and never further than it must look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from store.engine import Unit
from store.errors import BadInput
from store.opening import Store
from store.reader import Reader, SqliteReader
from store.reads import audit_list, audit_names
from store.reads.audit_list import audit_lines, count_audit, log_length, searched_from
from store.rows import AuditLine
from store.rules.actions import Action
from store.rules.audit_filter import AuditFilter, parse_audit
from store.rules.roles import Actor, Role
from store.writes.audit import Entry, record_many
from tests.conftest import NOW
from tests.rowmaker import put_people, put_tokens

MANY, AT_ONCE = 3_000, 10
ACTORS = ("priya", "marco", "local:dana")
ACTIONS = (Action.REVOKE, Action.LOOK_UP, Action.ISSUE, Action.EXPORT)
TOKENS = 40


def made(number: int) -> Entry:
    """Return the line that is written as the one of this number."""
    token = number % TOKENS
    about: dict[str, Any] = {}
    if number % 5:
        about = {"account_id": f"a{token % 10}", "token_id": f"tokenNumber{token:02}", "token_name": f"job {token:02}"}
    case = f"INC-{number % 7}" if number % 11 == 0 else None
    actor = Actor(ACTORS[number % 3], Role.ADMIN, host="desk-1" if number % 2 else "", session="s1")
    return Entry(actor, ACTIONS[number % 4].value, case=case, reason="because" if number % 3 == 0 else "", **about)


def at(number: int) -> timedelta:
    """Return how long before NOW the line of this number was written: ten hours for every ten lines."""
    return timedelta(hours=(MANY - number) // AT_ONCE * AT_ONCE)


@pytest.fixture
def log(store: Store) -> Store:
    """A store whose log has MANY lines, an hour apart, after those that made its tokens."""
    put_people(store, {f"a{number}": f"Account {number}" for number in range(10)}, [])
    rows = [
        {
            "account_id": f"a{n % 10}",
            "id": f"tokenNumber{n:02}",
            "name": f"job {n:02}",
            "hint": f"h{n:03}",
            "created_at": NOW - timedelta(days=365),
            "expires_at": None,
        }
        for n in range(TOKENS)
    ]
    put_tokens(store, rows, NOW - timedelta(days=365))
    first = length(store)

    def write(unit: Unit) -> None:
        opened = "INSERT INTO case_file (id, title, opened_at, opened_by) VALUES (:id, '', 0, 'priya')"
        unit.run_each(opened, [{"id": f"INC-{number}"} for number in range(7)])  # so that no line opens one
        for start in range(first + 1, MANY + 1, AT_ONCE):
            record_many(unit, [made(number) for number in range(start, start + AT_ONCE)], NOW - at(start))

    store.write(write)
    store.write(lambda unit: unit.run("ANALYZE"))
    store.close()
    return store


def length(store: Store) -> int:
    with store.reading() as reader:
        return log_length(reader)


FILTERS = (
    "", "actor:pri", "actor=priya", "actor:a", "action:revoke", "action:revoke,issue", "acct:a3", "acct=a3 actor:marco",
    "token:tokenNumber07", "token:h007,h008", "token:a7/tokenNumber07", "case:INC-3", "case:INC", "case=INC-3 action:revoke",
    "after:30d", "before:60d", "after:60d before:30d actor:priya", "job", "07 actor:marco", "acct:a7 07", "actor:nobody",
    "token:nothing", "case:XYZ", "after:100000h",
    "reason:becau", "reason:because,nothing action:look-up", "token:tokenNumber07 reason:BECAUSE",
)  # fmt: skip


def expected(wanted: AuditFilter, all_lines: tuple[AuditLine, ...]) -> list[int]:
    """Return the numbers of the lines that match, by looking at each."""
    tokens = {text.rpartition("/")[2] if not text.startswith("h0") else f"tokenNumber{text[2:]}" for text in wanted.tokens}
    found = []
    for line in all_lines:
        account = f"Account {line.account_id[1:]}" if line.account_id else ""
        found += [line.seq] * all(
            (
                not wanted.actors or any(n.text == line.actor if n.exact else n.text in line.actor for n in wanted.actors),
                not wanted.actions or line.action in wanted.actions,
                not wanted.accounts or any(
                    n.text == line.account_id if n.exact else n.text in (line.account_id or "") or n.text in account
                    for n in wanted.accounts
                ),
                not wanted.tokens or line.token_id in tokens,
                not wanted.cases or any(
                    n.text == line.case_id if n.exact else (line.case_id or "").startswith(n.text) for n in wanted.cases
                ),
                wanted.after is None or line.at >= NOW - wanted.after,  # type: ignore[operator]
                wanted.before is None or line.at < NOW - wanted.before,  # type: ignore[operator]
                all(word in line.token_name for word in wanted.words),
                not wanted.reasons or any(reason.lower() in line.reason for reason in wanted.reasons),
            )
        )  # fmt: skip
    return found


def test_every_filter_finds_its_lines_from_either_end_at_any_place_and_counts_them(log: Store) -> None:
    with log.reading() as reader:
        everything = audit_lines(reader, AuditFilter(), NOW, MANY)
        assert [line.seq for line in everything] == list(range(MANY, 0, -1))
        for words in FILTERS:
            wanted = parse_audit(words)
            seqs = expected(wanted, everything)

            def read(limit: int, wanted: AuditFilter = wanted, **where: Any) -> list[int]:
                return [line.seq for line in audit_lines(reader, wanted, NOW, limit, **where)]

            assert read(20) == seqs[:20], words
            assert read(20, last=True) == seqs[-20:], words
            assert read(20, offset=30) == seqs[30:50], words
            assert count_audit(reader, wanted, NOW) == len(seqs), words
            assert (count_audit(reader, wanted, NOW, 10) > 10) is (len(seqs) > 10), words
            if len(seqs) > 60:
                assert read(20, older_than=seqs[24]) == seqs[25:45], words
                assert read(20, newer_than=seqs[50]) == seqs[30:50], words
            if seqs:
                middle = seqs[len(seqs) // 2]
                assert count_audit(reader, wanted, NOW, newer_than=middle) == len(seqs) // 2, words


def test_a_line_brings_the_names_around_it_and_how_it_is_linked(log: Store) -> None:
    with log.reading() as reader:
        newest, before = audit_lines(reader, parse_audit("token:tokenNumber39"), NOW, 2)[0], None
        before = audit_lines(reader, AuditFilter(), NOW, 1, older_than=newest.seq)[0]
    assert (newest.account_name, newest.hint, newest.session) == ("Account 9", "h039", "s1")
    assert newest.prev_hash == before.hash


def test_a_bare_word_is_looked_for_in_the_newest_lines_only(log: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_list, "SEARCHED", 100)
    with log.reading() as reader:
        word = parse_audit("07")
        assert searched_from(reader, word) == MANY - 99
        seqs = [line.seq for line in audit_lines(reader, word, NOW, 500)]
        assert seqs == [number for number in range(MANY, MANY - 100, -1) if number % TOKENS == 7 and number % 5]
        assert count_audit(reader, word, NOW) == len(seqs)
        named = parse_audit("07 acct:a7")
        assert searched_from(reader, named) is None
        assert count_audit(reader, named, NOW) > len(seqs)


def test_a_name_that_means_too_many_is_refused(log: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_names, "MOST_NAMES", 2)
    with log.reading() as reader:
        for words in ("actor:a", "acct:a", "case:INC"):
            with pytest.raises(BadInput, match="more than 2 names"):
                audit_lines(reader, parse_audit(words), NOW, 5)


@contextmanager
def plans(reader: Reader) -> Iterator[list[str]]:
    """Collect how the database reads whatever is asked in here."""
    rows, found = reader.rows, []

    def explaining(sql: str, params: Any = None) -> Any:
        kind, part = ("EXPLAIN QUERY PLAN", 3) if isinstance(reader, SqliteReader) else ("EXPLAIN", 0)
        found.append("\n".join(row[part] for row in rows(f"{kind} {sql}", params)))
        return rows(sql, params)

    reader.rows = explaining  # type: ignore[method-assign]
    try:
        yield found
    finally:
        reader.rows = rows  # type: ignore[method-assign]


def test_no_page_and_no_count_walks_through_the_log(log: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_list, "SEARCHED", 200)
    with log.reading() as reader:
        for words in FILTERS:
            wanted = parse_audit(words)
            with plans(reader) as found:
                audit_lines(reader, wanted, NOW, 20)
                audit_lines(reader, wanted, NOW, 20, older_than=1_000)
                audit_lines(reader, wanted, NOW, 20, last=True)
                count_audit(reader, wanted, NOW, 10)
            for plan in found:
                if not isinstance(reader, SqliteReader):
                    assert "Seq Scan on audit e" not in plan, f"{words}\n{plan}"
                    continue
                for line in plan.splitlines():
                    if line.startswith("SCAN e"):
                        assert not wanted.text, f"{words}\n{plan}"
                    assert not line.startswith("SCAN audit"), f"{words}\n{plan}"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_page_of_a_filter_costs_the_same_in_a_log_of_any_length(log: Store) -> None:
    costs = [steps(log, words) for words in FILTERS]

    def more(unit: Unit) -> None:
        record_many(unit, [made(number) for number in range(MANY + 1, 3 * MANY)], NOW)

    log.write(more)
    for words, before, after in zip(FILTERS, costs, [steps(log, words) for words in FILTERS], strict=True):
        if words not in ("acct:a3", "acct=a3 actor:marco", "acct:a7 07", "after:100000h") and "before" not in words:
            assert after <= before * 1.6 + 500, words


def steps(store: Store, words: str) -> int:
    """Return how many virtual machine steps a page and a capped count take."""
    made_steps = 0

    def count() -> int:
        nonlocal made_steps
        made_steps += 10
        return 0

    with store.reading() as reader:
        assert isinstance(reader, SqliteReader)
        reader._connection.set_progress_handler(count, 10)
        try:
            audit_lines(reader, parse_audit(words), NOW, 20)
            count_audit(reader, parse_audit(words), NOW, 20)
        finally:
            reader._connection.set_progress_handler(None, 0)
    return made_steps
