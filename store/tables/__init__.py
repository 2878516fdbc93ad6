"""Every table of the store, with the database's own constraints. Importing this imports SQLModel."""

import store.tables.texts  # noqa: F401  what tokens are called is no table of its own kind, but made with the others
from store.tables.accounts import Account, Member
from store.tables.audit import Audit, AuditPrivate
from store.tables.base import metadata
from store.tables.denials import Denial
from store.tables.gateway import Alert, FailedCheck, GatewayCaller, GatewayState, MeasureHour, MeasureMinute, TokenRule
from store.tables.governance import PolicyNotice, PolicyRule, Review, ReviewItem
from store.tables.incidents import Exposure, RevocationProof
from store.tables.notices import Notice
from store.tables.scopes import ScopePair, ScopeRow
from store.tables.sign_in import Approval, OperatorKey, OperatorSession, SignIn
from store.tables.splits import TokenSplit
from store.tables.staff import Case, Fact, Operator, Policy, SavedView
from store.tables.tokens import Token
from store.tables.usage import LogClock, ReadLog, RecentRequest, TokenAddress, UsageHour, UsageMinute, UsageReason
from store.tables.usage_days import Retention, TokenRhythm, UsageDay, UsagePart, UsageTotal

__all__ = [
    "Account",
    "Alert",
    "Approval",
    "Audit",
    "AuditPrivate",
    "Case",
    "Denial",
    "Exposure",
    "Fact",
    "FailedCheck",
    "GatewayCaller",
    "GatewayState",
    "LogClock",
    "MeasureHour",
    "MeasureMinute",
    "Member",
    "Notice",
    "Operator",
    "OperatorKey",
    "OperatorSession",
    "Policy",
    "PolicyNotice",
    "PolicyRule",
    "ReadLog",
    "RecentRequest",
    "Retention",
    "Review",
    "ReviewItem",
    "RevocationProof",
    "SavedView",
    "ScopePair",
    "ScopeRow",
    "SignIn",
    "Token",
    "TokenAddress",
    "TokenRhythm",
    "TokenRule",
    "TokenSplit",
    "UsageDay",
    "UsageHour",
    "UsageMinute",
    "UsagePart",
    "UsageReason",
    "UsageTotal",
    "metadata",
]
