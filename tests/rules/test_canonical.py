"""What is hashed is written in one form, whichever way it is written."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules.state import STATE_COLUMNS, Form, canonical, state_digest

VALUES = st.none() | st.integers() | st.text(st.characters()) | st.binary(max_size=40) | st.booleans()


@given(st.dictionaries(st.sampled_from(STATE_COLUMNS), VALUES, min_size=2))
def test_rows_of_the_same_columns_are_written_as_anything_else_is(row: dict[str, Any]) -> None:
    form = Form(row)
    assert form.text([row[name] for name in form.columns]) == canonical(row)
    assert form.digest_of({**row, "another": 1}) == hashlib.sha256(canonical(row)).digest()


@pytest.mark.parametrize("value", [b"\x00\xff", memoryview(b"\x00\xff")])
def test_bytes_are_written_the_same_however_a_driver_gives_them(value: object) -> None:
    assert Form(("a", "b")).text((value, "%s")) == b'{"a":"00ff","b":"%s"}'


def test_a_value_of_no_kind_that_is_kept_is_refused_either_way() -> None:
    row = dict.fromkeys(STATE_COLUMNS, object())
    with pytest.raises(TypeError, match="cannot be written canonically"):
        canonical(row)
    with pytest.raises(TypeError, match="cannot be written canonically"):
        state_digest(row)
