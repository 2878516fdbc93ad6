"""The filter language of the audit log, by table: what it understands, what it refuses and where, what it completes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.errors import BadFilter
from store.rules.actions import Action
from store.rules.audit_filter import FIELDS, AuditFilter, Named, complete_audit, parse_audit

UNDERSTOOD = {
    "": AuditFilter(),
    "  ": AuditFilter(),
    "zapier": AuditFilter(words=("zapier",)),
    '"CI deploy" bot': AuditFilter(words=("CI deploy", "bot")),
    "actor:pri": AuditFilter(actors=(Named("pri"),)),
    "actor=priya": AuditFilter(actors=(Named("priya", exact=True),)),
    "actor:local:dana": AuditFilter(actors=(Named("local:dana"),)),
    "ACTION:Revoke,rotate,revoke": AuditFilter(actions=("revoke", "rotate")),
    "acct:initech,ACME": AuditFilter(accounts=(Named("initech"), Named("ACME"))),
    "token:ACME/7Kq2dR0aW4xZ": AuditFilter(tokens=("ACME/7Kq2dR0aW4xZ",)),
    "reason:leak,pasted": AuditFilter(reasons=("leak", "pasted")),
    "case:INC-48": AuditFilter(cases=(Named("INC-48"),)),
    "after:2026-02-01": AuditFilter(after=datetime(2026, 2, 1, tzinfo=UTC)),
    "before:2026-02-01T12:30Z": AuditFilter(before=datetime(2026, 2, 1, 12, 30, tzinfo=UTC)),
    "after:7d before:36h": AuditFilter(after=timedelta(days=7), before=timedelta(hours=36)),
    "actor:priya zapier after:2w": AuditFilter(actors=(Named("priya"),), words=("zapier",), after=timedelta(weeks=2)),
}
REFUSED = {
    "actr:priya": (0, "Did you mean actor?"),
    "zapier actoin:revoke": (7, "Did you mean action?"),
    "action:revok": (7, "Did you mean revoke?"),
    "action:issue,nonsense": (13, "no action “nonsense”"),
    "after:yesterday": (6, "no day, no moment and no span"),
    "after:2026-02-30": (6, "no day"),
    "after:99999w": (6, "no day"),
    "after:1d,2d": (8, "one moment"),
    "after>2026-02-01": (0, "can't be compared with >"),
    "actor:a actor:b": (8, "given twice"),
    "-actor:priya": (0, "leave something out"),
    "-zapier": (0, "can't be used here"),
    "( a or b )": (0, "can't be used here"),
    "actor:": (6, "value is missing"),
    'actor:""': (6, "empty value"),
    'action:"': (7, "quote is not closed"),
    "a b c d e f g h i": (16, "8 words"),
    "case:" + ",".join("x" * 17): (37, "16 values"),
    f"tkd_live_{'a' * 12}_{'b' * 38}": (0, "a whole token"),
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_a_filter_is_understood(text: str) -> None:
    found = parse_audit(text)
    assert found.text == text.strip()
    assert AuditFilter(**{name: getattr(found, name) for name in AuditFilter.__slots__ if name != "text"}) == UNDERSTOOD[text]


@pytest.mark.parametrize("text", REFUSED)
def test_a_filter_is_refused_at_the_column_where_it_goes_wrong(text: str) -> None:
    at, words = REFUSED[text]
    with pytest.raises(BadFilter) as refused:
        parse_audit(text)
    assert words in str(refused.value)
    assert refused.value.at == at


def test_a_whole_token_is_never_repeated() -> None:
    with pytest.raises(BadFilter) as refused:
        parse_audit(f"token:tkd_live_{'a' * 12}_{'b' * 38}")
    assert "bbbb" not in str(refused.value)


def test_tab_offers_fields_and_then_the_actions_not_yet_taken() -> None:
    assert complete_audit("", 0) == [f"{name}:" for name in FIELDS]
    assert complete_audit("zapier ac", 9) == ["actor:", "action:", "acct:"]
    assert complete_audit("action:re", 9) == [f"action:{one}" for one in Action if one.startswith("re")]
    assert "action:revoke,revoke" not in complete_audit("action:revoke,re", 16)
    assert complete_audit("actor:pr", 8) == []
    assert complete_audit('"ac', 3) == []


def test_every_example_of_a_field_is_understood() -> None:
    for field in FIELDS.values():
        assert parse_audit(field.example) != AuditFilter()
