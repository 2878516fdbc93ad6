"""What writes know of a token's columns is what its table says."""

from __future__ import annotations

from store.tables import Token
from store.tables.base import Flag
from store.token_columns import COLUMNS, DEFAULTS, DERIVED, FLAGS

TABLE = Token.__table__  # type: ignore[attr-defined]


def test_the_columns_are_those_of_the_table() -> None:
    assert set(COLUMNS) == {column.name for column in TABLE.columns}
    assert len(set(COLUMNS)) == len(COLUMNS)
    assert set(DERIVED) == {column.name for column in TABLE.columns if column.computed is not None}


def test_the_defaults_are_those_of_the_table() -> None:
    given = {column.name: column.default.arg for column in TABLE.columns if column.default is not None}
    optional = {column.name: None for column in TABLE.columns if column.nullable and column.name not in DERIVED}
    assert {**optional, **given} == DEFAULTS


def test_flags_are_what_the_table_keeps_as_a_number() -> None:
    assert set(FLAGS) == {column.name for column in TABLE.columns if isinstance(column.type, Flag)}
