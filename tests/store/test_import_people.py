"""The people of accounts come in from a file with their addresses; a file that is read again changes nothing."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest

from store.errors import BadInput, Refused, StoreError
from store.imports.people import import_people
from store.opening import Store
from store.reads.accounts import members
from store.reads.audit import lines
from store.reads.notices import notices
from store.reads.verify import verify
from store.rows import TokenKey
from store.rules.roles import Actor, Role
from store.writes.people import MemberFacts
from tests.command_line import run
from tests.conftest import NOW
from tests.making import PRIYA, revoke_token
from tests.rowmaker import put_people, put_tokens
from tests.statements import DRIVER_ERROR
from tests.store.test_no_line_no_change import break_log, everything, mend_log

CSV = """account,id,name,email,admin,active
ACME,mia,Mia S.,mia@acme.example,yes,
ACME,raj,,none,,no
ACME,new,New One,new@acme.example,,
ACME,bad,Bad,"x@y.example
Bcc: all@z.example",,
NOWHERE,kim,Kim,kim@x.example,,
ACME,mia,Twice,twice@acme.example,,
,nobody,,,,
"""


@pytest.fixture
def small(store: Store) -> Store:
    """An account with two people and a token that raj made."""
    people = [MemberFacts("ACME", "mia", "Mia"), MemberFacts("ACME", "raj", "Raj", email="raj@acme.example")]
    put_people(store, {"ACME": "Acme"}, people)
    put_tokens(store, [{"account_id": "ACME", "id": "A1", "hint": "7Qk2", "creator_id": "raj", "created_at": NOW}])
    return store


def bring_in(store: Store, text: str, *, dry_run: bool = False, actor: Actor = PRIYA) -> tuple[int, int, int, int]:
    done = import_people(store, BytesIO(text.encode()), actor=actor, now=NOW, dry_run=dry_run)
    return done.new, done.changed, done.unchanged, done.bad


def people(store: Store) -> dict[str, tuple[str, str, bool, bool]]:
    with store.reading() as reader:
        return {one.id: (one.name, one.email, one.admin, one.active) for one in members(reader, "ACME")}


def test_people_come_in_change_and_leave_each_with_a_line(small: Store) -> None:
    before = everything(small)
    assert bring_in(small, CSV, dry_run=True) == (1, 2, 0, 4)
    assert everything(small) == before
    assert bring_in(small, CSV) == (1, 2, 0, 4)
    assert people(small) == {
        "mia": ("Mia S.", "mia@acme.example", True, True),
        "raj": ("Raj", "", False, False),
        "new": ("New One", "new@acme.example", False, True),
    }
    with small.reading() as reader:
        found = {str(one.detail["member"]): (one.detail, one.reason) for one in lines(reader, action="member", limit=9)}
        assert reader.value("SELECT creator_active FROM token WHERE id = 'A1'") == 0
        assert verify(reader).whole
        assert "acme.example" not in str(reader.rows("SELECT detail FROM audit"))
    assert found == {
        "mia": ({"member": "mia", "changed": ["name", "email", "admin"], "email": "set"}, "mia@acme.example"),
        "raj": ({"member": "raj", "changed": ["email", "active"], "active": False, "email": "removed"}, ""),
        "new": ({"member": "new", "new": True, "changed": ["new", "name", "email"], "email": "set"}, "new@acme.example"),
    }
    assert bring_in(small, CSV) == (0, 0, 3, 4)
    with small.reading() as reader:
        assert len(lines(reader, action="member", limit=9)) == 3


def test_json_says_the_same(small: Store) -> None:
    rows = [{"account": "ACME", "id": "mia", "email": "mia@acme.example"}, {"account": "ACME", "id": "raj", "email": None}]
    for text in (json.dumps(rows), "\n".join(map(json.dumps, rows))):
        bring_in(small, text)
        assert people(small) == {
            "mia": ("Mia", "mia@acme.example", False, True), "raj": ("Raj", "raj@acme.example", False, True),
        }  # fmt: skip


def test_what_waits_to_be_told_follows_the_file(small: Store) -> None:
    revoke_token(small, TokenKey(("ACME", "A1")))
    bring_in(small, "account,id,email\nACME,raj,r@acme.example\n")
    with small.reading() as reader:
        assert [one.address for one in notices(reader)] == ["r@acme.example"]


def test_nothing_comes_in_without_its_lines_or_from_whom_may_not(small: Store) -> None:
    before = everything(small)
    for role in (Role.SUPPORT, Role.SECURITY):
        with pytest.raises(Refused):
            bring_in(small, CSV, actor=Actor("sam", role))
    with pytest.raises(BadInput, match="no column"):
        bring_in(small, "account,email\nACME,x@y\n")
    break_log(small)
    with pytest.raises((StoreError, *DRIVER_ERROR)):
        bring_in(small, CSV)
    assert everything(small) == before
    mend_log(small)


def test_the_command_says_what_came_in_and_names_bad_lines_without_repeating_them(small: Store, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(CSV)
    ran = run("import", "people", path, store=small.address)
    assert ran.lines == ["3 people read: 1 new ones came in, 2 changed, 0 unchanged.", "4 bad lines left out."]
    assert "line 5: the e-mail address can't be used" in ran.err
    assert "line 7: there is no such account here" in ran.err
    assert "all@z" not in ran.err
    assert run("import", "people", path, "--json", store=small.address).json["unchanged"] == 3
    assert run("import", "people", path, "--read-only", store=small.address).code == 1
