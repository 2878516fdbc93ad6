"""The AWS credential report: up to two access keys for each user, which it gives no id of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from store.imports.context import Context
from store.imports.records import Remark, RowError, TokenRecord
from store.imports.values import Row

ROOT = "<root_account>"
_NOTHING = frozenset({"n/a", "no_information", "not_supported", ""})


def records(row: Row, number: int, context: Context) -> Iterator[TokenRecord]:
    """Read the keys of one user, named USER/key-1 and USER/key-2; a key that never existed is none.

    The root user's keys may do everything, which the scope `*` says. A key switched off comes in suspended. The report
    tells when a key was made or last changed, which stands for both.
    """
    user = row.token_id("user")
    account = context.account_of(_account_in(row.text("arn")))
    for slot in (1, 2):
        active = row.flag(f"access_key_{slot}_active")
        made = _moment(row, f"access_key_{slot}_last_rotated")
        if not active and made is None:
            continue
        created = made or _moment(row, "user_creation_time")
        record = TokenRecord(
            number=number,
            account=account,
            id=f"{user}/key-{slot}",
            given=frozenset({"name", "owner"}),
            name=f"access key {slot} of {user}",
            environment=context.environment,
            scopes=("*",) if user == ROOT else (),
            owner=user,
            creator=user,
            created_at=context.required(created, f"access_key_{slot}_last_rotated"),
            last_used_at=_moment(row, f"access_key_{slot}_last_used_date"),
            suspended=not active,
            suspend_message="" if active else "inactive in AWS",
            secrets=row.secrets if slot == 1 else 0,
            remarks=frozenset(row.remarks),
        )
        yield record if active else replace(record, remarks=record.remarks | {Remark.INACTIVE})


def _moment(row: Row, name: str) -> datetime | None:
    return None if row.text(name).lower() in _NOTHING else row.moment(name)


def _account_in(arn: str) -> str | None:
    parts = arn.split(":")
    if len(parts) < 6 or parts[0] != "arn":
        raise RowError("arn is not an AWS name")
    return parts[4] or None
