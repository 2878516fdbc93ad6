"""The actions an audit line can name."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What was done, in the words of the screens."""

    ISSUE = "issue"
    IMPORT = "import"
    ROTATE = "rotate"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"
    EXPOSE = "expose"
    RENAME = "rename"
    EXPIRE = "expire"
    REOWN = "re-own"
    UPDATE = "update"
    LOOK_UP = "look-up"
    OPERATOR = "operator"
    MEMBER = "member"
    POLICY = "policy"
    VIEW = "view"
    EXPORT = "export"
    RETENTION = "retention"
    CASE = "case"
    CALLER = "caller"
    ADDRESSES = "addresses"
    NOTIFY = "notify"
    REQUEUE = "requeue"
    REVIEW = "review"
    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"
    PASSPHRASE = "passphrase"  # noqa: S105  a word of the log
    KEY = "key"
    APPROVE = "approve"
    DENIED = "denied"
