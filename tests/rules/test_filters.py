"""The filter language: what it understands, what it refuses and where, and what it offers to complete."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import BadFilter
from store.rules.filter_tree import Contains, Either, Equals, Every, Flag, Missing, Node, Not, OneOf, Shown, Term, Unknown, Word
from store.rules.filters import FIELDS, Field, complete, everything, narrowed, of_account, parse, quoted, word_start, words_of
from store.rules.secrets import new_id, new_token


def nodes(text: str) -> tuple[Node, ...]:
    return parse(text).root.nodes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("  ", ()),
        ("zapier", (Word("zapier"),)),
        ('"two words"', (Word("two words"),)),
        ('"status:active"', (Word("status:active"),)),
        ("-old", (Not(Word("old")),)),
        ('"or"', (Word("or"),)),
        (r'"say \"hi\" \\ now"', (Word(r'say "hi" \ now'),)),
        ("name:sync", (Term("name", Contains("sync")),)),
        ("NAME:Sync", (Term("name", Contains("Sync")),)),
        ('name="CI deploy bot"', (Term("name", Equals("CI deploy bot")),)),
        ('name=""', (Term("name", Equals("")),)),
        ("acct:acme,globex", (Either((Term("acct", Contains("acme")), Term("acct", Contains("globex")))),)),
        ('acct="a,b"', (Term("acct", Equals("a,b")),)),
        ("tier!=admin", (Not(Term("tier", OneOf(("admin",)))),)),
        ("status:live", (Term("status", OneOf(("active", "retiring"))),)),
        ("status:live,revoked", (Term("status", OneOf(("active", "retiring", "revoked"))),)),
        ("exp:never", (Term("exp", Missing()),)),
        ("used:unknown", (Term("used", Unknown()),)),
        ("owner:none", (Term("owner", Missing()),)),
        ('owner:"none"', (Term("owner", Contains("none")),)),
        ("broad:YES", (Term("broad", Flag(True)),)),
        ("creator.active:no", (Term("creator.active", Flag(False)),)),
        ("a b", (Word("a"), Word("b"))),
        ("( a or b ) c", (Either((Every((Word("a"),)), Every((Word("b"),)))), Word("c"))),
        ("-(a b)", (Not(Every((Word("a"), Word("b")))),)),
        ("a b or c", (Either((Every((Word("a"), Word("b"))), Every((Word("c"),)))),)),
        ("10.0.0.1:80", (Word("10.0.0.1:80"),)),
        ("tkd_live_7Kq2", (Shown(Word("tkd_live_7Kq2"), (("live", "7Kq2"),)),)),
        ("tkd_test_7Kq2dR0aW4xZ", (Shown(Word("tkd_test_7Kq2dR0aW4xZ"), (("test", "7Kq2dR0aW4xZ"),)),)),
        ("tkd_live_7Kq2…9f3c", (Shown(Word("tkd_live_7Kq2…9f3c"), (("", "tkd_live_7Kq2"), ("live", "7Kq2")), "9f3c"),)),
        ("7Kq2...9f3c", (Shown(Word("7Kq2...9f3c"), (("", "7Kq2"),), "9f3c"),)),
        ("…9f3c", (Shown(Word("…9f3c"), (("", ""),), "9f3c"),)),
        ("id:tkd_live_7Kq2", (Shown(Term("id", Contains("tkd_live_7Kq2")), (("live", "7Kq2"),)),)),
        ("-tkd_live_7Kq2", (Not(Shown(Word("tkd_live_7Kq2"), (("live", "7Kq2"),))),)),
        ('"tkd_live_7Kq2"', (Word("tkd_live_7Kq2"),)),
        ("tkd_live_7K", (Word("tkd_live_7K"),)),
        ("ci_test_deploy-bot", (Word("ci_test_deploy-bot"),)),
    ],
)
def test_a_filter_is_understood(text: str, expected: tuple[Node, ...]) -> None:
    assert nodes(text) == expected


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("foo:1", 0, "no field"),
        ("a idel>9d", 2, "Did you mean idle"),
        ("-stauts:active", 1, "Did you mean status"),
        ("status:activ", 7, "Did you mean active"),
        ("status>active", 7, "can't be compared"),
        ("broad:maybe", 6, "yes or no"),
        ("idle>soon", 5, "no duration and no date"),
        ("idle>90", 5, "no duration and no date"),
        ("idle>2026-13-01", 5, "no duration and no date"),
        ("idle>9999-01-01", 5, "no duration and no date"),
        ("idle>99999999w", 5, "100 years"),
        ("idle:90d", 5, "idle>90d"),
        ("exp>never", 4, "exp:never"),
        ("exp:9d..7d", 4, "exp:7d..9d"),
        ("exp:7d..2026-01-01", 4, "two durations or two dates"),
        ("exp:..7d", 4, "no duration"),
        ("exp>1d..7d", 4, "range"),
        ("reqs24h>many", 8, "no whole number"),
        ("reqs24h:1..x", 11, "no whole number"),
        ("reqs24h>1,2", 9, "list"),
        ("reqs24h>-1", 8, "no whole number"),
        ("name:", 5, "value is missing"),
        ("name:a,,b", 7, "value is missing"),
        ('name:""', 5, "empty value"),
        ('""', 0, "empty word"),
        ('a "b', 2, "not closed"),
        ("(a", 0, "never closed"),
        ("a)", 1, "closes nothing"),
        ("()", 0, "empty"),
        ("a or", 2, "both sides"),
        ("or a", 0, "both sides"),
        ("a -", 2, "stands alone"),
        ("a >5", 2, "needs a field"),
        ("a\nb", 1, "control characters"),
        ("a\x1b[2J", 1, "control characters"),
        ("a\udc80", 1, "control characters"),
        ("x" * 513, 512, "512 characters"),
        ("a " * 33, 64, "32 terms"),
        ("acct:" + ",".join("a" * 33), 0, "32 terms"),
        ("(" * 9 + "a" + ")" * 9, 8, "8 deep"),
    ],
)
def test_a_bad_filter_says_where_and_what_to_do(text: str, at: int, said: str) -> None:
    with pytest.raises(BadFilter) as bad:
        parse(text)
    assert bad.value.at == at
    assert said in str(bad.value)
    assert bad.value.problem.endswith(".")
    assert bad.value.remedy


@pytest.mark.parametrize(
    "name", ["ACME", 'a "b"', "back\\", '\\"', "or", "(x)", "a,b", "none", "\u202egnp", "[red]x[/]", '"' * 200]
)
def test_any_account_can_be_named_exactly(name: str) -> None:
    assert nodes(of_account(name)) == (Term("acct.id", Equals(name)),)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200))
def test_any_text_can_be_quoted(text: str) -> None:
    assert nodes(f"name={quoted(text)}") == (Term("name", Equals(text)),)


def test_the_limits_themselves_are_allowed() -> None:
    assert parse("x" * 512)
    assert len(nodes("a " * 32)) == 32
    assert parse("(" * 8 + "a" + ")" * 8)


@pytest.mark.parametrize("around", ["{}", "name:{}", 'a "{}" b', "({})"])
def test_a_whole_token_is_refused_and_never_repeated(around: str) -> None:
    token = new_token("live", new_id()).reveal()
    for text in (around.format(token), around.format(f"{token[:30]} {token[30:]}")):
        with pytest.raises(BadFilter) as bad:
            parse(text)
        assert token[-12:] not in str(bad.value)
        assert "triage" in bad.value.remedy


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_a_bad_filter(text: str) -> None:
    at = 0
    try:
        parse(text)
    except BadFilter as bad:
        at = bad.at
    assert 0 <= at <= len(text)


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_every_field_has_an_example_that_works(field: Field) -> None:
    assert field.example.startswith(field.name)
    assert parse(field.example)
    for word in field.words:
        assert parse(f"{field.name}:{word} -{field.name}!={word}")


def test_two_filters_together_ask_for_both() -> None:
    both = narrowed(parse("a or b"), parse("c"))
    assert both.root == parse(both.text).root == parse("(a or b) c").root
    assert narrowed(parse(""), parse("c")).root == parse("c").root
    assert everything().root.nodes == ()


def test_the_words_looked_for_are_known() -> None:
    assert words_of(parse("zap -old (a or b) name:x").root) == ("zap", "a", "b")
    assert words_of(parse("tkd_live_7Kq2…9f3c id:tkd_live_7Kq2").root) == ("tkd_live_7Kq2…9f3c",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sta", ["status:"]),
        ("-ti", ["-tier:"]),
        ("id", ["id:", "idle"]),
        ("creator", ["creator:", "creator.active:"]),
        ("zapier exp", ["exp"]),
        ("status:", ["status:active", "status:retiring", "status:suspended", "status:expired", "status:revoked", "status:live"]),
        ("status:live,ac", ["status:live,active"]),
        ("status:active,a", []),
        ("(own", ["owner:", "owner.active:"]),
        ("broad:", ["broad:yes", "broad:no"]),
        ("used:n", ["used:never"]),
        ("tier!=ad", ["tier!=admin"]),
        ("nosuch:", []),
        ("name:a", []),
        ('"sta', []),
        ("zzz", []),
    ],
)
def test_completion_offers_what_fits(text: str, expected: list[str]) -> None:
    assert complete(text, len(text)) == expected


def test_completion_looks_only_at_the_word_before_the_cursor() -> None:
    assert complete("sta acct:acme", 3) == ["status:"]
    assert word_start("acct:acme sta", 13) == 10
    assert len(complete("", 0)) == len(FIELDS)
