"""The rule of one check and what surrounds it: steps, networks, memory, and a store that is away."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest

from store.errors import BadInput, Unreachable
from store.gateway.checking import Checker, Wanted
from store.gateway.judging import Known, Moments, Presented, holds, judge, presented, proven
from store.gateway.memory import Memory
from store.gateway.steps import RULE, RULES, Mark, Step, trail
from store.moments import to_ms
from store.reader import Row
from store.rules.networks import client_address, is_within, networks_of
from store.rules.secrets import Mint, Secret, digest_of, new_id, new_token
from store.rules.usage import Outcome
from tests.conftest import NOW

NOW_MS, HOUR_MS = to_ms(NOW), 3_600_000
MINT = Mint("tkd", "k1", Secret("the key of a test"))
SCHEME = "hmac-sha256:k1"


def known(moments: Moments = (None,) * 6, networks: str | None = "") -> Known:
    kept = None if networks is None else networks_of(networks.split())
    return Known("ACME", "T1", moments, "come back on Monday", frozenset({"orders.read"}), NOW_MS, kept)


@pytest.mark.parametrize(
    ("moments", "step", "why"),
    [
        ((None, None, None, None, None, None), None, ""),
        ((NOW_MS, NOW_MS, None, NOW_MS, None, None), Step.REVOKED, "revoked"),
        ((None, NOW_MS, None, NOW_MS, None, None), Step.EXPIRED, "expired"),
        ((None, NOW_MS + 1, None, None, None, None), None, ""),
        ((None, NOW_MS + HOUR_MS, NOW_MS, None, None, None), Step.RETIRED, "overlap ended"),
        ((None, None, NOW_MS + 1, None, None, None), None, ""),
        ((None, None, None, NOW_MS, None, None), Step.SUSPENDED, "come back on Monday"),
        ((None, None, None, NOW_MS - 1, NOW_MS + 1, None), Step.SUSPENDED, "come back on Monday"),
        ((None, None, None, NOW_MS - 1, NOW_MS, None), None, ""),
        ((None, None, None, NOW_MS - 1, NOW_MS, NOW_MS - 2), Step.SUSPENDED, "come back on Monday"),
    ],
)
def test_the_first_step_that_fails_is_the_answer(moments: Moments, step: Step | None, why: str) -> None:
    answer = judge(known(moments), (), None, NOW_MS)
    assert (answer.step, answer.why) == (step, why)
    assert answer.outcome is (Outcome.VALID if step is None else RULE[step].outcome)


def test_scopes_are_held_by_name_or_by_a_wildcard_of_their_kind() -> None:
    held = frozenset({"orders.read", "reports.*", "mail:*"})
    assert [holds(held, scope) for scope in ("orders.read", "reports.read", "reports.a.b", "mail:send")] == [True] * 4
    assert [holds(held, scope) for scope in ("orders", "orders.read.x", "reports", "reportsx", "mail", "", "*")] == [False] * 7
    assert holds(frozenset({"*"}), "anything")


def test_an_address_is_asked_about_after_the_scope_and_never_guessed() -> None:
    bound = known(networks="203.0.113.0/24 2001:db8::/32")
    for address, outcome in (
        ("203.0.113.7", Outcome.VALID),
        ("::ffff:203.0.113.7", Outcome.VALID),
        ("2001:db8::1", Outcome.VALID),
        ("203.0.114.7", Outcome.ADDRESS_NOT_ALLOWED),
        ("", Outcome.ADDRESS_NOT_ALLOWED),
        ("nonsense", Outcome.ADDRESS_NOT_ALLOWED),
    ):
        assert judge(bound, (), address, NOW_MS).outcome is outcome, address
    assert judge(bound, ("users.manage",), "203.0.114.7", NOW_MS).step is Step.SCOPE
    assert judge(bound, (), None, NOW_MS).outcome is Outcome.VALID
    assert judge(known(networks=None), (), "203.0.113.7", NOW_MS).outcome is Outcome.ADDRESS_NOT_ALLOWED
    assert judge(known(), (), "", NOW_MS).outcome is Outcome.VALID


def test_a_trail_shows_every_step_up_to_the_one_that_failed() -> None:
    assert {mark for _, mark in trail(Outcome.VALID)} == {Mark.PASSED}
    for rule in RULES:
        marks = [mark for _, mark in trail(rule.outcome, rule.step.value)]
        at = RULES.index(rule)
        assert marks == [Mark.PASSED] * at + [Mark.FAILED] + [Mark.SKIPPED] * (len(RULES) - at - 1)
    firsts = {outcome: next((rule.step for rule, mark in trail(outcome) if mark is Mark.FAILED), None) for outcome in Outcome}
    assert firsts[Outcome.NOT_FOUND] is Step.KNOWN
    assert (firsts[Outcome.EXPIRED], firsts[Outcome.RETIRED]) == (Step.EXPIRED, Step.RETIRED)
    assert [outcome for outcome, step in firsts.items() if step is None] == [Outcome.VALID, Outcome.RATE_LIMITED]


def test_what_can_not_be_a_token_is_not_looked_up() -> None:
    token = new_token("live", new_id()).reveal()
    for text, step in (
        ("", Step.PRESENT),
        (token[:-1] + ("A" if token[-1] != "A" else "B"), Step.CHECKSUM),
        (new_token("live", new_id(), "other").reveal(), Step.FORM),
        ("é" * 10, Step.FORM),
        ("x" * 501, Step.FORM),
    ):
        assert getattr(presented(text, MINT), "step", None) is step
    imported = presented("some-old-key", MINT)
    assert imported == Presented("", hashlib.sha256(b"some-old-key").digest(), "sha256")


@pytest.mark.parametrize(
    ("forwarded", "real", "found"),
    [
        ((), "", "10.0.0.1"),
        (("203.0.113.9",), "", "203.0.113.9"),
        (("1.1.1.1", "203.0.113.9"), "", "203.0.113.9"),
        (("1.1.1.1", "203.0.113.9", "10.0.0.2"), "", "203.0.113.9"),
        (("1.1.1.1", "203.0.113.9"), "203.0.113.9", "203.0.113.9"),
        (("1.1.1.1",), "203.0.113.9", ""),
        (("203.0.113.9", "10.0.0.2"), "10.0.0.2", "203.0.113.9"),
        ((), "203.0.113.9", "203.0.113.9"),
        (("nonsense",), "", ""),
        (("203.0.113.9", "nonsense"), "", ""),
        (("::ffff:203.0.113.9",), "203.0.113.9", "203.0.113.9"),
        (("10.0.0.9", "10.0.0.2"), "", "10.0.0.9"),
    ],
)
def test_a_trusted_proxy_names_the_caller_and_two_answers_are_none(forwarded: tuple[str, ...], real: str, found: str) -> None:
    trusted = networks_of(["10.0.0.0/8"])
    assert client_address("10.0.0.1", forwarded, real, trusted) == found
    assert client_address("192.0.2.1", forwarded, real, trusted) == "192.0.2.1"
    assert client_address("10.0.0.1", forwarded, real, ()) == "10.0.0.1"


def test_networks_are_read_strictly_and_kept_in_order() -> None:
    assert [str(one) for one in networks_of(["10.1.0.0/16", "::1", "10.0.0.1", "10.0.0.1/32"])] == [
        "10.0.0.1/32",
        "10.1.0.0/16",
        "::1/128",
    ]
    for wrong in ("10.0.0.1/8", "10.0.0", "host", "", "10.0.0.0/33"):
        with pytest.raises(BadInput):
            networks_of([wrong])
    with pytest.raises(BadInput):
        networks_of(f"10.0.0.{number}" for number in range(101))
    assert not is_within("10.0.0.1", ())


class Away:
    """A source that can be switched off, and tells how often it was asked."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.kept, self.asked, self.away, self.changed = rows, 0, False, False

    def moved(self, now: float) -> bool:
        changed, self.changed = self.changed, False
        return changed

    waits = False

    def rows_of(self, given: Sequence[Presented]) -> list[Sequence[Row]]:
        self.asked += 1
        if self.away:
            raise Unreachable("gone")
        return [[row for row in self.kept if row[0] == one.id] for one in given]

    async def rows(self, given: Sequence[Presented]) -> list[Sequence[Row]]:
        return self.rows_of(given)

    def close(self) -> None:
        return


TOKEN = new_token("live", "T1T1T1T1T1T1")


def row_of(revoked_at: int | None = None) -> Row:
    digest = digest_of(TOKEN, MINT.key)
    return ("T1T1T1T1T1T1", "ACME", SCHEME, digest, revoked_at, None, None, None, None, None, "", "orders.read", NOW_MS, "")


async def test_a_store_that_is_away_is_a_no_but_for_what_was_valid_within_the_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1_000.0]
    monkeypatch.setattr("store.gateway.checking.stopwatch", lambda: clock[0])
    source = Away([row_of()])
    checker = Checker(source, Memory(30, 60), MINT, lambda: NOW_MS)
    assert getattr(await checker.check(TOKEN.reveal()), "outcome", None) is Outcome.VALID
    source.away = True
    for passed, answered, stale in ((29.9, True, 0), (30.0, True, 1), (89.9, True, 2), (90.0, False, 2)):
        clock[0] = 1_000.0 + passed
        answer = await checker.check(TOKEN.reveal())
        assert (answer is not None, checker.stale) == (answered, stale)
    assert await checker.check(new_token("live", new_id()).reveal()) is None
    assert (checker.hits, checker.away) == (1, 2)


async def test_that_the_store_is_away_is_told_once_and_so_is_its_return() -> None:
    source, told = Away([row_of()]), list[str]()
    checker = Checker(source, Memory(0, 0), MINT, lambda: NOW_MS, told.append)
    await checker.check(TOKEN.reveal())
    assert told == []
    source.away = True
    for _ in range(3):
        await checker.check(TOKEN.reveal())
    assert told == ["gone"]
    source.away = False
    for _ in range(2):
        await checker.check(TOKEN.reveal())
    assert told == ["gone", ""]


async def test_without_grace_nothing_is_accepted_beyond_the_lifetime(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1_000.0]
    monkeypatch.setattr("store.gateway.checking.stopwatch", lambda: clock[0])
    source = Away([row_of()])
    checker = Checker(source, Memory(30, 0), MINT, lambda: NOW_MS)
    await checker.check(TOKEN.reveal())
    source.away = True
    clock[0] += 30.0
    assert await checker.check(TOKEN.reveal()) is None


async def test_a_revocation_nobody_heard_of_is_refused_when_the_lifetime_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1_000.0]
    monkeypatch.setattr("store.gateway.checking.stopwatch", lambda: clock[0])
    source = Away([row_of()])
    checker = Checker(source, Memory(30, 3_600), MINT, lambda: NOW_MS)
    await checker.check(TOKEN.reveal())
    source.kept = [row_of(NOW_MS)]
    for passed, outcome in ((29.9, Outcome.VALID), (30.0, Outcome.REVOKED)):
        clock[0] = 1_000.0 + passed
        assert getattr(await checker.check(TOKEN.reveal()), "outcome", None) is outcome
    source.away = True
    clock[0] += 31
    assert await checker.check(TOKEN.reveal()) is None, "grace is for what was valid"


async def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    source = Away([row_of()])
    memory = Memory(30, 0)
    checker = Checker(source, memory, MINT, lambda: NOW_MS)
    await checker.check(TOKEN.reveal())
    assert (source.asked, len(memory)) == (1, 1)
    await checker.check(TOKEN.reveal())
    assert source.asked == 1
    source.changed = True
    await checker.check(TOKEN.reveal())
    assert source.asked == 2
    age = memory.age
    memory.forget()
    found = proven([row_of()], Presented("", digest_of(TOKEN, MINT.key), SCHEME))
    assert isinstance(found, Known)
    memory.keep(b"digest", found, 1e12, age)
    assert len(memory) == 0


def test_a_token_in_memory_still_expires_to_the_millisecond() -> None:
    ending = known((None, NOW_MS + 1, None, None, None, None))
    assert judge(ending, (), None, NOW_MS).outcome is Outcome.VALID
    assert judge(ending, (), None, NOW_MS + 1).outcome is Outcome.EXPIRED


def test_of_several_tokens_with_one_id_the_one_whose_digest_fits_is_meant() -> None:
    other = ("T1T1T1T1T1T1", "BOLT", SCHEME, b"x" * 32, None, None, None, None, None, None, "", "", NOW_MS, "")
    nothing = ("T1T1T1T1T1T1", "CRUX", "none", None, None, None, None, None, None, None, "", "", NOW_MS, "")
    given = Presented("T1T1T1T1T1T1", digest_of(TOKEN, MINT.key), SCHEME)
    found = proven([other, row_of(), nothing], given)
    assert isinstance(found, Known)
    assert found.account_id == "ACME"
    assert getattr(proven([other, nothing], given), "step", None) is Step.SECRET
    assert getattr(proven([], given), "step", None) is Step.KNOWN


def wanted_of(token: Secret, *scopes: str) -> Wanted:
    given = presented(token.reveal(), MINT)
    assert isinstance(given, Presented)
    return given, token.reveal(), scopes, None


def test_each_of_those_looked_up_together_gets_its_own_answer() -> None:
    source, told = Away([row_of()]), list[str]()
    checker = Checker(source, Memory(0, 60), MINT, lambda: NOW_MS, told.append)
    forged = new_token("live", "T1T1T1T1T1T1")
    asked = [wanted_of(one) for one in (forged, TOKEN, new_token("live", new_id()), TOKEN)]
    asked.append(wanted_of(TOKEN, "orders.write"))
    valid, unknown = Outcome.VALID, Outcome.NOT_FOUND
    wanted = [(unknown, Step.SECRET), (valid, None), (unknown, Step.KNOWN), (valid, None)]
    wanted.append((Outcome.INSUFFICIENT_SCOPE, Step.SCOPE))
    assert [(one.outcome, one.step) for one in checker.look_up_now(asked) if one is not None] == wanted
    assert source.asked == 1
    source.away = True
    assert [one and one.outcome for one in checker.look_up_now(asked)] == [None, valid, None, valid, None]
    assert (told, checker.stale, checker.away) == (["gone"], 2, 3)
    source.away, source.kept = False, [row_of(NOW_MS)]
    assert [one and one.step for one in checker.look_up_now(asked[1:2])] == [Step.REVOKED]
