"""What the store says when it cannot do what was asked: one problem, one remedy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any


class StoreError(Exception):
    """A refusal or failure a person can act on.

    `problem` says what is wrong and `remedy` what to do about it, each as one plain sentence;
    `exit_code` is what the command line ends with (interfaces.md: 1 refused or failed, 2 bad usage, 3 unreachable).
    """

    exit_code = 1

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}".strip()


class Refused(StoreError):
    """A rule, a role or another operator's earlier action forbids this change; nothing was written."""


class Lack(StrEnum):
    """What somebody lacks who is refused for want of permission."""

    ROLE = "role"
    SWITCHED_OFF = "switched off"
    READ_ONLY = "read-only"
    STRANGER = "no operator"
    SIGN_IN = "not signed in"
    STEP_UP = "passphrase not given again"
    SECOND = "second person"


class Denied(Refused):
    """Whoever asks lacks the permission (`why`); nothing was done, and the refusal itself goes on the audit log.

    `actor` and `doing` (store.rules) say who was refused what, where that is known, `key` of which token where only that is;
    `noted` says that the log was seen to (store.denials).
    """

    def __init__(self, why: Lack, problem: str, remedy: str = "") -> None:
        super().__init__(problem, remedy)
        self.why = why
        self.actor: Any = None
        self.doing: Any = None
        self.key: tuple[str, str] | None = None
        self.noted = False


class SignInNeeded(Denied):
    """The operator has a passphrase and has not given it in this session, or must give it `again`; nothing was written."""

    def __init__(self, problem: str, remedy: str = "", *, again: bool = False) -> None:
        super().__init__(Lack.STEP_UP if again else Lack.SIGN_IN, problem, remedy)
        self.again = again


class SecondPersonNeeded(Denied):
    """A policy makes this wait for somebody else; nothing was written. `file` files the request, in a transaction of its own."""

    def __init__(self, file: Callable[[Any, datetime], str]) -> None:
        super().__init__(Lack.SECOND, "This waits for a second person.", "Another operator has to approve it.")
        self.file = file


class NotGranted(StoreError):
    """The user the database knows lacks a right in it; that is no matter of an operator's role."""


class NotFound(StoreError):
    """What was named does not exist in this store."""


class BadInput(StoreError):
    """What was given cannot be understood: a file, a filter, a value."""

    exit_code = 2


class BadFilter(BadInput):
    """A filter that does not parse; `at` is the 0-based column of the first character that is wrong."""

    def __init__(self, problem: str, remedy: str = "", *, at: int = 0) -> None:
        super().__init__(problem, remedy)
        self.at = at


class Unreachable(StoreError):
    """The store cannot be opened or has gone away."""

    exit_code = 3


class Busy(StoreError):
    """Another operator is writing; nothing was changed and the same action can be tried again."""


class OutcomeUnknown(StoreError):
    """The connection broke while committing and the store can't be asked yet whether the action was recorded."""

    exit_code = 3
