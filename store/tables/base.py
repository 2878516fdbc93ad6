"""What every table shares: one metadata with named constraints, and the column types that are alike on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlmodel import SQLModel

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Key = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared and ordered byte by byte on both databases; what lists are sorted by and filters search."""

Words = Text()
Moment = BigInteger().with_variant(Integer(), "sqlite")
"""Whole milliseconds since 1970 (store.moments)."""

Count = BigInteger().with_variant(Integer(), "sqlite")
Bytes = LargeBinary()


class Flag(TypeDecorator[bool]):
    """A yes or no kept as 1 or 0, so that the same SQL text serves both databases."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class Table(SQLModel):
    """The base of every table."""

    metadata = metadata


STRICT: dict[str, Any] = {"sqlite_strict": True}
CLUSTERED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}
"""For tables that are read in the order of their key: SQLite keeps the rows in the key itself."""


def by_month(column: str) -> dict[str, Any]:
    """Return the options of a clustered table that PostgreSQL keeps in monthly partitions (store.usage.partitions)."""
    return {**CLUSTERED, "postgresql_partition_by": f"RANGE ({column})"}


__all__ = ["CLUSTERED", "STRICT", "Bytes", "Count", "Flag", "Key", "Moment", "Table", "Words", "by_month", "metadata"]
