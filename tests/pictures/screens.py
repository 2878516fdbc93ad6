"""The screens there are pictures of: the keys that lead to each, and words that are on it once it is whole."""

from __future__ import annotations

THEMES = ("tokendesk-dark", "tokendesk-light", "terminal-16")
SIZES = ((80, 24), (120, 36), (200, 60))
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "tokens": (("2", "j"), "Stops now"),
    "question": (("2", "j", "x"), "Cannot be undone"),
    "detail": (("2", "j", "enter"), "What it may do"),
    "usage": (("4", "enter", "t"), "Last 30 days"),
    "timeline": (("4", "enter", "T"), "It last worked"),
    "audit": (("4", "enter", "a"), "importer"),
    "bulk": (("2", "asterisk", "x"), "3 ticked"),
    "audit-log": (("f6",), "verified"),
    "views": (("f7",), "saved views up to"),
    "view-form": (("f7", "n", *"Q4", "tab", *"idle", "greater_than_sign", *"90d"), "3 tokens"),
    "export": (("E",), "recorded in the audit log"),
    "help": (("question_mark",), "What this screen is for"),
    "theme": (("colon", *"theme", "enter", "j"), "for bright rooms"),
    "dashboard": (("f4",), "Needs attention"),
    "dashboard-calls": (("f4", "w"), "Who to call"),
    "dashboard-expiry": (("f4", "pagedown", "pagedown"), "Expiry, next 90 days"),
    "wrong-filter": (("slash", "i", "d", "o", "l", "colon", "x", "enter"), "There is no field"),
}
FLOWS: dict[str, tuple[tuple[str, ...], str]] = {
    "report": (("colon", *"report", "space", *"ACME", "enter"), "older ones that were live"),
    "issue": (("n",), "ACME · 6 live"),
    "issue-scopes": (("n", *"bolt", "enter", *"export", "enter", "down", "space"), "Access: read-only."),
    "issue-review": (("n", *"bolt", "enter", *"export", "enter", "space", "enter"), "Look it over"),
    "rotate": (("6", "r"), "The old token goes on until"),
    "split": (("6", "b"), "Holds"),
    "re-own": (("6", "O"), "New owner"),
    "cut-over": (("9", "enter"), "91.7% moved"),
}
STEPS |= FLOWS
"""Of each picture: the keys that lead to it, and words that are on it once it is whole."""

AREAS = {
    "account": (("f3", "enter"), "each number opens"),
    "scopes": (("f8", *"jjjjjj"), "hold it in"),
    "policies": (("f9",), "No limits of its own"),
    "policy": (("f9", "e"), "It would say"),
    "policy-preview": (("f9", "e", "9", "0", "enter"), "live tokens"),
    "rules": (("f9", "r"), "besides its limits"),
    "rules-form": (("f9", "r", "e"), "nothing of its own"),
    "rules-preview": (("f9", "r", "e", *(["tab"] * 4), *"orders", "full_stop", *"read", "enter"), "new tokens only"),
    "due": (("f9", "u"), "put on record by applying"),
    "reviews": (("f9", "w", "n", *"q1acme", "tab", *"ACME", "enter", "escape"), "0 / 6"),
    "review": (("f9", "w", "n", *"q1acme", "tab", *"ACME", "enter"), "0 of 6 decided"),
    "operators": (("f10",), "without proof of who it is"),
    "roles": (("f10", "t"), "Enforced in the store"),
    "account-tokens": (("f3", "enter", "2"), "Expires"),
    "accounts": (("f3",), "ACME"),
    "leaks": (("f5",), "Leaks"),
}
BOARDS = {
    "executive": (("f4", "e"), "Suspicious"),
    "on-call": (("f4", "c"), "PAGE"),
    "debug": (("f4", "d", "j"), "first to fail: scope missing"),
}
"""The same of each role's dashboard, in a store with gateways."""

AREAS |= BOARDS
"""The same of each area."""

CASES = {
    "cases": (("f12",), "post-mortem"),
    "case": (("f12", "enter"), "by what is on record"),
    "case-tokens": (("f12", "enter", "2"), "Blast radius"),
    "case-for-token": (("f12", "f", "f2", "I"), "Open a case for this token"),
}
"""The same of a store with an incident in it."""

NOTICES = {
    "notices": (("M",), "What happens"),
    "notice": (("M", "slash", *"dead", "enter", "enter"), "“reporting pull”"),
}
"""The same of a store with notices of every state."""

CHANGES: dict[str, tuple[tuple[str, ...], str]] = {
    "question-used": (("4", "x"), "next at"),
    "suspend": (("2", "j", "S"), "Message to callers"),
    "expiry": (("2", "j", "e"), "Expires in"),
    "rename": (("2", "j", "N"), "Enter go on"),
    "bulk-used": (("asterisk", "x"), "last 1 min ago"),
    "bulk-count": (("2", "asterisk", "x", "enter"), "Type 3 to revoke"),
    "policies-new": (("f9", "n"), "its id or whole name"),
    "review-new": (("f9", "w", "n"), "without spaces"),
    "review-decide": (("f9", "w", "n", *"q1acme", "tab", *"ACME", "enter", "space"), "gets another owner"),
    "operators-new": (("f10", "n"), "the user name on this machine"),
}
"""The questions and forms of what changes something."""

MORE: dict[str, tuple[tuple[str, ...], str]] = {
    "settings": (("f11",), "Which profile"),
    "palette": (("ctrl+p", *"rev"), "Used after revoke"),
    "views-editor": (("V",), "stay here"),
    "view-kept": (("f7", "n", *"Q4", "tab", *"idle", "greater_than_sign", *"90d", "enter"), "Saved the view"),
    "account-people": (("f3", "enter", "3"), "Owns and made"),
    "account-audit": (("f3", "enter", "4"), "importer"),
    "card": (("2", "j", "C"), "Sent to the terminal"),
    "as-command": (("2", "j", "K"), "Copy as a command"),
    "areas": (("o",), "Go to"),
    "sort": (("s",), "Sort by"),
    "filter": (("slash", *"acme"), "Enter applies"),
    "command": (("colon", *"re"), "revoke"),
    "issued": (("n", *"bolt", "enter", *"export", "enter", "space", "enter", "enter", "y"), "shown once"),
    "bulk-done": (("2", "asterisk", "x", "enter", *"stale", "tab", "3", "enter"), "Done: 3 revoked"),
    "from-where": (("4", "F"), "May be used from"),
    "sessions": (("f10", "s"), "Sessions"),
    "requests": (("f9", "a"), "made to wait"),
    "people-email": (("f3", "enter", "3", "E"), "E-mail"),
    "due-rotations": (("f9", "u", "tab"), "[Rotations]"),
    "empty": (("slash", *"nothing", "enter"), "Esc clears the filter"),
}
"""What is left: places and prompts."""

INCIDENT: dict[str, tuple[tuple[str, ...], str]] = {
    "leaks-on-record": (("f5", "escape"), "verified"),
    "leaks-paste": (("f5",), "Whose token is this"),
    "case-timeline": (("f12", "enter", "3"), "by phone"),
    "case-told": (("f12", "enter", "t"), "Who was told"),
    "case-close": (("f12", "enter", "D"), "What came of it"),
    "case-export": (("f12", "enter", "E"), "ticks the"),
}
"""The rest of a store with an incident in it."""
