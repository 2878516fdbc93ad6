"""Exposures: each place is on record once, a proven token is marked for good, and never a word of the text is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from store.errors import Refused
from store.opening import Store
from store.reads.case_file import case_file
from store.reads.exposures import count_exposures, exposed_tokens, exposures, exposures_in_case, exposures_of, place_of_exposure
from store.reads.tokens import token
from store.reads.verify import verify
from store.rows import TokenKey
from store.rules.checklist import State, Step
from store.rules.leaks import Verdict
from store.rules.places import clean_place
from store.rules.roles import Actor, Role
from store.rules.status import Status
from store.writes.ending import suspend
from store.writes.exposures import Exposed, ExposeOrder, Seen, TriageOrder, expose, note_triage
from store.writes.orders import SuspendOrder
from store.writes.people import put_operator
from tests.conftest import NOW
from tests.making import PRIYA, make_account, make_token, revoke_token

HOUR = timedelta(hours=1)


@pytest.fixture
def key(store: Store) -> TokenKey:
    """One token of ACME."""
    make_account(store)
    return make_token(store).key


def put(store: Store, *seen: Seen, now: object = None, **more: object) -> Exposed:
    order = replace(ExposeOrder(source="dump.txt", seen=seen, actor=PRIYA), **more)  # type: ignore[arg-type]
    return store.write(lambda unit: expose(unit, order, now or NOW))  # type: ignore[arg-type]


def lines(store: Store) -> list[str]:
    with store.reading() as reader:
        return [str(row[0]) for row in reader.rows("SELECT action FROM audit ORDER BY seq")]


def test_a_place_is_recorded_once_with_its_audit_line_and_marks_the_token(store: Store, key: TokenKey) -> None:
    done = put(store, Seen(key, Verdict.VERIFIED, "line 40", 2), case="INC-204", reported_at=NOW - HOUR)
    assert done == Exposed(1, 0, (key,))
    with store.reading() as reader:
        (row,) = exposures_of(reader, key)
        assert (row.source, row.place, row.verdict, row.times) == ("dump.txt", "line 40", Verdict.VERIFIED, 2)
        assert (row.found_at, row.reported_at, row.case_id, row.recorded_by) == (NOW, NOW - HOUR, "INC-204", "priya")
        assert (row.account_name, row.token_name, row.revoked_at) == ("Acme", "nightly export", None)
        kept = token(reader, key, NOW)
        assert kept is not None
        assert (kept.exposed_at, kept.status) == (NOW, Status.ACTIVE)
        assert verify(reader).whole
    assert lines(store)[-1] == "expose"


def test_the_same_again_grows_nothing_and_writes_no_line(store: Store, key: TokenKey) -> None:
    put(store, Seen(key, Verdict.VERIFIED, "line 40", 2))
    before = lines(store)
    done = put(store, Seen(key, Verdict.DEAD, "line 40", 2), now=NOW + HOUR)
    assert done == Exposed(0, 1, ())
    with store.reading() as reader:
        (row,) = exposures_of(reader, key)
    assert (row.times, row.found_at, row.verdict) == (2, NOW, Verdict.VERIFIED)
    assert lines(store) == before


def test_a_case_a_report_and_a_proof_that_were_missing_are_added(store: Store, key: TokenKey) -> None:
    put(store, Seen(key, Verdict.ID_ONLY, "line 40"))
    with store.reading() as reader:
        kept = token(reader, key, NOW)
        assert kept is not None
        assert kept.exposed_at is None
    later = NOW + HOUR
    done = put(store, Seen(key, Verdict.VERIFIED, "line 40", 3), now=later, case="INC-204", reported_at=NOW)
    assert done == Exposed(1, 0, (key,))
    with store.reading() as reader:
        (row,) = exposures_of(reader, key)
        kept = token(reader, key, later)
        assert kept is not None
        assert kept.exposed_at == later
    assert (row.verdict, row.times, row.found_at) == (Verdict.VERIFIED, 3, NOW)
    assert (row.case_id, row.reported_at) == ("INC-204", NOW)
    put(store, Seen(key, Verdict.VERIFIED, "line 40"), case="INC-999")
    with store.reading() as reader:
        assert exposures_of(reader, key) == (row,)


def test_a_token_seen_where_it_was_seen_for_another_case_joins_this_one_too_once(store: Store, key: TokenKey) -> None:
    put(store, Seen(key, Verdict.VERIFIED, "line 40"), case="INC-204")
    before = len(lines(store))
    for _ in range(2):
        assert put(store, Seen(key, Verdict.VERIFIED, "line 40"), case="INC-9") == Exposed(0, 1, ())
    assert lines(store)[before:] == ["case", "expose"]
    put(store, Seen(key, Verdict.VERIFIED, "line 40"), case="INC-204")
    assert len(lines(store)) == before + 2
    with store.reading() as reader:
        for name in ("INC-204", "INC-9"):
            case = case_file(reader, name, NOW)
            assert case is not None
            assert [one.row.key for one in case.tokens] == [key]
            assert {one.step: one.state for one in case.steps}[Step.IDENTIFY] is State.DONE
        assert verify(reader).whole


def test_an_exposed_token_does_not_resume_when_its_suspension_is_over(store: Store, key: TokenKey) -> None:
    other = make_token(store, "not leaked").key
    for one in (key, other):
        order = SuspendOrder(key=one, actor=PRIYA, until=NOW + HOUR)
        store.write(lambda unit, order=order: suspend(unit, order, NOW))  # type: ignore[misc]
    put(store, Seen(key, Verdict.VERIFIED, "line 1"), Seen(other, Verdict.ID_ONLY, "line 2"))
    with store.reading() as reader:
        found = [token(reader, one, NOW + HOUR) for one in (key, other)]
    assert [row.status for row in found if row is not None] == [Status.SUSPENDED, Status.ACTIVE]


def test_a_revoked_token_can_be_put_on_record(store: Store, key: TokenKey) -> None:
    revoke_token(store, key)
    put(store, Seen(key, Verdict.DEAD, "line 3"), now=NOW + HOUR)
    with store.reading() as reader:
        (row,) = exposures_of(reader, key)
        assert row.revoked_at == NOW
        assert verify(reader).whole


def test_what_stands_twice_in_one_place_is_one_record_with_the_better_verdict(store: Store, key: TokenKey) -> None:
    put(store, Seen(key, Verdict.DAMAGED, "line 1"), Seen(key, Verdict.VERIFIED, "line 1", 2))
    with store.reading() as reader:
        (row,) = exposures_of(reader, key)
    assert (row.verdict, row.times) == (Verdict.VERIFIED, 3)


def test_a_case_lists_its_own_from_the_earliest_on_and_all_are_paged_from_the_newest(store: Store, key: TokenKey) -> None:
    for hours in range(5):
        case = "INC-204" if hours % 2 == 0 else None
        put(store, Seen(key, Verdict.VERIFIED, f"line {hours}"), now=NOW + hours * HOUR, case=case)
    with store.reading() as reader:
        assert [row.place for row in exposures_in_case(reader, "INC-204")] == ["line 0", "line 2", "line 4"]
        assert exposures_in_case(reader, "INC-999") == ()
        assert [row.place for row in exposures(reader, 0, 2)] == ["line 4", "line 3"]
        assert [row.place for row in exposures(reader, 3, 9)] == ["line 1", "line 0"]
        assert count_exposures(reader) == 5
        assert [place_of_exposure(reader, key, "dump.txt", f"line {number}") for number in (4, 3, 0)] == [0, 1, 4]
        assert place_of_exposure(reader, key, "dump.txt", "line 9") is None
        assert exposed_tokens(reader, NOW, NOW + HOUR) == 1
        assert exposed_tokens(reader, NOW + HOUR, NOW + 9 * HOUR) == 0


def test_what_is_not_allowed_is_refused_and_nothing_is_written(store: Store, key: TokenKey) -> None:
    before = lines(store)
    with pytest.raises(Refused, match="future"):
        put(store, Seen(key, Verdict.VERIFIED), reported_at=NOW + HOUR)
    with pytest.raises(Refused, match="read-only"):
        put(store, Seen(key, Verdict.VERIFIED), actor=replace(PRIYA, read_only=True))
    assert lines(store) == [*before, "denied"]
    for name, role in (("priya", Role.ADMIN), ("ada", Role.AUDITOR), ("dana", Role.SUPPORT)):
        store.write(lambda unit, name=name, role=role: put_operator(unit, name, role, PRIYA, NOW))  # type: ignore[misc]
    with pytest.raises(Refused, match="auditor may look for leaked tokens, but not put them on record"):
        put(store, Seen(key, Verdict.VERIFIED), actor=Actor("ada", Role.ADMIN))
    assert put(store, Seen(key, Verdict.VERIFIED), actor=Actor("dana", Role.ADMIN)).recorded == 1
    with store.reading() as reader:
        assert count_exposures(reader) == 1


def test_a_triage_leaves_one_line_of_numbers(store: Store, key: TokenKey) -> None:
    order = TriageOrder(source="dump.txt", counts={"tokens": 1, "verified": 1}, actor=PRIYA, case="INC-204")
    seq = store.write(lambda unit: note_triage(unit, order, NOW))
    with store.reading() as reader:
        row = reader.one("SELECT action, case_id, token_id, detail FROM audit WHERE seq = :seq", {"seq": seq})
    assert row is not None
    assert tuple(row) == ("look-up", "INC-204", None, '{"did":"triage","source":"dump.txt","tokens":1,"verified":1}')


SECRET = "tkd_live_0123456789Ab_aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cDeF1234"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("line 40", "line 40"),
        ("src/billing sync.py:12@0123456789ab", "src/billing sync.py:12@0123456789ab"),
        ("a" * 40, "a" * 40),
        ("6b1f0c9e7d5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c", "6b1f0c9e7d5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c"),
        (f"https://user:{SECRET}@x.example/a/b?token={SECRET}#{SECRET}", "https://x.example/a/b"),
        (f"https://x.example/{SECRET}/b", "https://x.example/tkd_live_0123456789Ab_…/b"),
        (f"keys/{SECRET}.txt", "keys/tkd_live_0123456789Ab_….txt"),
        ("notes ghp_aB3dE6gH9jK2mN5pQ8sT1vW4xY7z.txt", "notes ….txt"),
        ("a\x1b[2Jb\u202ec\n", "a [2Jb c"),
        ("x" * 400, "x" * 299 + "…"),
        ("http://[bad", "…"),
        ("", ""),
    ],
)
def test_a_place_is_kept_without_anything_that_could_be_a_secret(given: str, kept: str) -> None:
    assert clean_place(given) == kept


def test_the_place_of_each_exposure_is_the_one_it_has_in_the_list(store: Store, key: TokenKey) -> None:
    other = make_token(store, name="other").key
    put(store, *(Seen(one, Verdict.VERIFIED, place) for one in (key, other) for place in ("b", "a")))
    put(store, Seen(key, Verdict.VERIFIED, "a"), source="chat")
    put(store, Seen(other, Verdict.ID_ONLY, "later"), now=NOW + HOUR)
    with store.reading() as reader:
        rows = exposures(reader, 0, 9)
        assert [place_of_exposure(reader, row.key, row.source, row.place) for row in rows] == list(range(6))
