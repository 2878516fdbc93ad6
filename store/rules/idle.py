"""What is due by the policies: secrets too old, and tokens unused for too long with the step that comes next for each.

A token is never revoked without a notice that was put on record days before, and not when it was used since, nor when it
calls only once a quarter by its own rhythm (decisions.md, «Lifecycle»), nor while it is not known whether it was used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.rows import TokenKey


class Step(StrEnum):
    """What comes next for a token that is unused for too long."""

    PROPOSE = "propose"
    NOTICE = "notice"
    WAIT = "wait"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice on record: since when, and from when on the token may be revoked."""

    noticed_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Idle:
    """A token unused for longer than its policy allows, since `since`, and its next step; `due_at` for one with a notice."""

    key: TokenKey
    name: str
    audit_seq: int | None
    since: datetime
    step: Step
    notice_days: int | None
    due_at: datetime | None = None
    seldom: bool = False


@dataclass(frozen=True, slots=True)
class RotationDue:
    """A token whose secret is older than its policy allows, and since when its rotation is due."""

    key: TokenKey
    name: str
    since: datetime
    in_use: bool


@dataclass(frozen=True, slots=True)
class Due:
    """Everything that is due, in the order of the accounts."""

    rotations: tuple[RotationDue, ...]
    idle: tuple[Idle, ...]

    def at(self, step: Step) -> tuple[Idle, ...]:
        """Return the idle tokens whose next step this is."""
        return tuple(one for one in self.idle if one.step is step)


def next_step(
    notice_days: int | None,
    notice: Notice | None,
    last_used_at: datetime | None,
    now: datetime,
    *,
    seldom: bool,
    recorded_to: datetime | None = None,
) -> tuple[Step, datetime | None]:
    """Return what comes next, and when a notice that stands is due.

    `notice_days` is None where the policy only proposes. A notice stands until the token is used; it is due from the whole
    moment on (`now >= due_at`), and waits until usage is recorded up to then. `recorded_to` is None in a store that takes in no
    usage: its last uses are those of the inventories it imports.
    """
    if notice_days is None or seldom:
        return Step.PROPOSE, None
    if notice is None or not stands(notice, last_used_at):
        return Step.NOTICE, now + timedelta(days=notice_days)
    return (Step.REVOKE if is_over(notice, now, recorded_to) else Step.WAIT), notice.due_at


def is_over(notice: Notice, now: datetime, recorded_to: datetime | None) -> bool:
    """Say whether the days of a notice have passed, and usage is recorded for all of them."""
    return min(now, recorded_to or now) >= notice.due_at


def stands(notice: Notice, last_used_at: datetime | None) -> bool:
    """Say whether the token was left alone since its notice."""
    return last_used_at is None or last_used_at <= notice.noticed_at


def counts(found: Iterable[Idle]) -> dict[Step, int]:
    """Return how many tokens stand at each step."""
    number = dict.fromkeys(Step, 0)
    for one in found:
        number[one.step] += 1
    return number
