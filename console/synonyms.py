"""Other words people have for what there is: the palette finds an action, an area or a view by these as well."""

from __future__ import annotations

from collections.abc import Mapping

ACTIONS: Mapping[str, str] = {
    "revoke": "delete remove kill end disable",
    "suspend": "pause block freeze resume disable",
    "rotate": "replace renew roll regenerate",
    "issue": "new create add make generate token key",
    "expiry": "extend lifetime end",
    "reown": "owner transfer",
    "addresses": "ip networks allowlist restrict",
    "filter": "search find",
    "narrow": "search find",
    "report": "audit pdf csv evidence",
    "export": "csv json download save",
    "export-case": "post-mortem markdown",
    "verify": "check integrity chain tampering audit log",
    "identify": "leaked exposed whose paste check",
    "reviews": "recertify campaign sign-off",
    "due": "stale overdue policy",
    "notices": "mail warnings customers",
    "new-operator": "staff user colleague",
    "sessions": "signed in logged in",
    "approvals": "second person approve two people",
    "theme": "colours colors dark light contrast",
    "lock": "sign out log out",
    "as-command": "cli script copy",
    "card": "summary paste support reply",
    "help": "manual keys jobs",
    "quit-now": "exit leave",
}
"""By the action's id."""

AREAS: Mapping[str, str] = {
    "tokens": "keys credentials",
    "accounts": "customers clients",
    "dashboard": "overview numbers charts",
    "leaks": "leaked exposed identify",
    "cases": "incidents tickets",
    "audit": "log history verify",
    "policies": "limits rules",
    "scopes": "permissions rights",
    "views": "saved searches",
    "operators": "staff users roles",
    "settings": "configuration profiles",
}
"""By the area's id."""

VIEWS: Mapping[str, str] = {
    "live": "active working all",
    "unused-90d": "stale idle old dormant",
    "unused-180d": "stale idle old dormant",
    "never-used": "stale idle unused",
    "orphaned": "creator left gone",
    "no-owner": "orphaned unowned",
    "high-volume": "busy heavy traffic",
    "sprawl": "too many",
    "expiring-7d": "ending soon",
    "never-expires": "no expiry endless",
    "too-broad": "admin wildcard over-privileged risky",
    "unrotated-90d": "old secret",
    "unrotated-180d": "old secret",
    "retiring": "replaced overlap",
    "knocking": "dead refused still calling",
    "silent": "stopped quiet",
    "new-address": "ip suspicious",
    "used-after-revoke": "suspicious",
}
"""By the view's name."""
