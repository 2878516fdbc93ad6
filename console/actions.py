"""Everything a person can do in the console: ONE table from which bindings, key hints, help and commands all follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from console.areas import AREAS
from store.record import record
from store.rules.roles import Permission

TOKENS, DETAIL, BULK, SECRET, HELP, CARD = "tokens", "detail", "bulk", "secret", "help", "card"
ACCOUNTS, ACCOUNT, SCOPES, LEAKS, SETTINGS = "accounts", "account", "scopes", "leaks", "settings"
DASHBOARD, AUDIT, VIEWS = "dashboard", "audit", "views"
EXECUTIVE, ON_CALL, DEBUG = "executive", "on-call", "debug"
ISSUE, ROTATE, SPLIT = "issue", "rotate", "split"
CASES, CASE_FILE = "cases", "case-file"
NOTICES, NOTICE = "notices", "notice"
REVIEWS, REVIEW = "reviews", "review"
POLICIES, POLICY, OPERATORS, ROLES, SESSIONS = "policies", "policy", "operators", "roles", "sessions"
APPROVALS = "approvals"
RULES, DUE = "rules", "due"
_BOARDS = frozenset({DASHBOARD, EXECUTIVE, ON_CALL, DEBUG})
"""Screens that are pages of panels."""

_TOKENS = frozenset({TOKENS})
_ONE = frozenset({TOKENS, DETAIL})
_HELD = _ONE | {LEAKS, CASE_FILE}
"""Screens with a token at hand that can be changed."""

_OTHER_LISTS = frozenset(
    {ACCOUNTS, CASES, AUDIT, VIEWS, SCOPES, POLICIES, REVIEWS, OPERATORS, SETTINGS, NOTICES, SESSIONS, APPROVALS}
)
"""Screens with a list of something else than tokens."""

_PAGES = frozenset({ACCOUNT, CASE_FILE, ISSUE, ROTATE, SPLIT, POLICY, RULES, DUE, REVIEW, ROLES, NOTICE}) | _BOARDS
"""Screens that are a page to read."""

_PAGED = frozenset({DETAIL, ACCOUNT, CASE_FILE, DUE})
"""Screens with several pages."""

ANYWHERE = frozenset({TOKENS, DETAIL, BULK, SECRET, HELP, CARD, LEAKS}) | _OTHER_LISTS | _PAGES
_SCROLLED = ANYWHERE - {SECRET, CARD}
_GOING = ANYWHERE - {SECRET}
"""A secret that is shown once is left only on purpose."""

_COMMANDED = ANYWHERE - {SECRET, CARD, HELP}
"""Screens that the command line can show, or do something on, as well."""

_VIEWS = frozenset({VIEWS})
_EXPORTED = frozenset({TOKENS, ACCOUNTS, AUDIT, VIEWS})
_REPORTED = frozenset({TOKENS, ACCOUNTS, ACCOUNT, AUDIT})
_BULK = frozenset({BULK})
_SECRET = frozenset({SECRET})
_CASE = frozenset({CASE_FILE})
_CHANGE = Permission.CHANGE_ONE

_HINTED: dict[tuple[str, str], int] = {
    ("suspend", LEAKS): 6, ("suspend", CASE_FILE): 6,  # in an incident what can be undone is offered before what can not
    ("filter", TOKENS): 46, ("areas", TOKENS): 47,  # what a newcomer needs, at 80 columns as well
    ("expiry", TOKENS): 75, ("timeline", TOKENS): 76,
    ("look-ups", LEAKS): 25, ("open", LEAKS): 26, ("open-case", LEAKS): 27,
    ("delete-view", VIEWS): 96,
    ("next-tab", DETAIL): 35, ("card", DETAIL): 36, ("overview", DETAIL): 66,
    ("next-tab", ACCOUNT): 46,
    ("executive", DASHBOARD): 16, ("on-call", DASHBOARD): 17, ("debug", DASHBOARD): 18,  # nothing else says that they are there
}  # fmt: skip
"""Where an action stands elsewhere in the line of key hints of one screen than its `hint` says."""


@record
class Action:
    """One thing to do.

    `keys` are Textual's names, the first one is shown. `hint` orders the line of key hints, 0 leaves it out.
    `command` is the word after `:` and `argument` what may follow it, for the help. `danger` marks what can stop a customer.
    `area` is where an action that only goes somewhere leads.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    says: str
    command: str
    where: frozenset[str]
    hint: int = 0
    danger: bool = False
    permission: Permission = Permission.SEE
    argument: str = ""
    area: str = ""


ACTIONS: tuple[Action, ...] = (
    Action("down", ("j", "down"), "Down", "Go to the next row.", "down", _SCROLLED),
    Action("up", ("k", "up"), "Up", "Go to the row before.", "up", _SCROLLED),
    Action("page-down", ("pagedown",), "Page down", "Go one page down.", "page-down", _SCROLLED),
    Action("page-up", ("pageup",), "Page up", "Go one page up.", "page-up", _SCROLLED),
    Action("half-down", ("ctrl+d",), "Half down", "Go half a page down; never anything else.", "half-down", _SCROLLED),
    Action("half-up", ("ctrl+u",), "Half up", "Go half a page up.", "half-up", _SCROLLED),
    Action("top", ("g", "home"), "Top", "Go to the first row.", "top", _SCROLLED),
    Action("bottom", ("G", "end"), "End", "Go to the last row.", "bottom", _SCROLLED),
    Action("revoke", ("x",), "Revoke", "End the token for good, or all marked ones; asks first.",
           "revoke", _HELD, 10, True, _CHANGE),
    Action("suspend", ("S",), "Suspend", "Stop the token for now, or let it work again; asks first.",
           "suspend", _HELD, 20, True, _CHANGE),
    Action("rotate", ("r",), "Rotate", "Make its replacement; the old one goes on for an overlap.",
           "rotate", _HELD, 30, True, _CHANGE,
           "OVERLAP"),
    Action("note-case", ("n",), "Note", "Write a note under the case.", "note", _CASE, 12, False, _CHANGE, "WORDS"),
    Action("tell-case", ("t",), "Told", "Note who was told, and when: that is what ticks the step. Nothing is sent to anybody.",
           "told", _CASE, 13, False, _CHANGE, "WHO"),
    Action("case-usage", ("u",), "Usage", "Read what the token did; that is on record as the audit of its usage.",
           "usage", _CASE, 11),
    Action("aside", ("b",), "Set aside", "Say that the token is no part of the case, and why.",
           "aside", _CASE, 0, False, _CHANGE),
    Action("case-steps", ("1",), "Steps", "Show the five steps, what ticked each and what is missing.", "steps", _CASE),
    Action("case-tokens", ("2",), "Tokens", "Show its tokens: how long each was known, and what it did meanwhile.",
           "its-tokens", _CASE),
    Action("case-timeline", ("3", "T"), "Timeline", "Show everything that was done under it.", "timeline", _CASE),
    Action("export-case", ("E",), "Export", "Write the case to a file of your own, Markdown or JSON: the post-mortem.",
           "export", _CASE, 14, argument="FILE"),
    Action("close-case", ("D",), "Close case", "Close the case with a note on what came of it, or open it again.",
           "close-case", _CASE, 15, False, _CHANGE),
    Action("join-case", ("f",), "File under", "File what follows under this case; the top line shows it.", "join",
           frozenset({CASES, CASE_FILE}), 57),
    Action("integration-updated", ("i",), "Updated", "Note that a program uses the replacement now; kept in the audit log.",
           "updated", frozenset({DETAIL}), 0, False, _CHANGE, "PROGRAM"),
    Action("expiry", ("e",), "Expiry", "Give the token another end.", "expiry", _HELD, 40, True, _CHANGE, "WHEN"),
    Action("split", ("b",), "Split", "Propose a narrower token for each program that uses it, and make them in turn.",
           "split", _ONE),
    Action("next-step", ("enter",), "Next step", "Open the form of the next step.", "step", frozenset({SPLIT}), 10,
           False, _CHANGE),
    Action("reown", ("O",), "Re-own", "Give the token another owner: an active member of its account.",
           "reown", _ONE, 0, False, _CHANGE, "MEMBER"),
    Action("addresses", ("F",), "From where", "Bind the token to networks; says who called from where, and whom that stops.",
           "addresses", _ONE, 0, True, _CHANGE, "NETWORKS"),
    Action("rename", ("N",), "Rename", "Give the token another name.", "rename", _HELD, 0, False, _CHANGE, "NAME"),
    Action("issue", ("n",), "Issue", "Issue a new token: a form, a page to look it over, the secret once.",
           "issue", _ONE | {ACCOUNTS, ACCOUNT}, 45, False, _CHANGE, "ACCOUNT"),
    Action("open", ("enter", "d"), "Open", "Show everything about the token.", "open", frozenset({TOKENS, LEAKS}), 50,
           argument="ID"),
    Action("usage", ("t",), "Usage", "Show what the token did: 24 hours, 30 days, the last requests.", "usage", _ONE, 60),
    Action("timeline", ("T",), "Timeline", "Tell the token's story: what was done to it, when its calls stopped and why.",
           "timeline", _ONE, 65),
    Action("token-audit", ("a",), "Audit", "Show what was done to the token, and by whom.", "token-audit", _ONE, 0),
    Action("overview", ("d",), "Overview", "Show what the token may do, its clocks and its findings.",
           "overview", frozenset({DETAIL}), 50),
    Action("next-tab", ("tab", "right", "l"), "Next page", "Go to the next page.", "next", _PAGED),
    Action("last-tab", ("shift+tab", "left", "h"), "Page before", "Go to the page before.", "previous", _PAGED),
    Action("next-part", ("tab",), "Next part", "Go to the next part of the help; after the last one to the first.",
           "next", frozenset({HELP}), 10),
    Action("last-part", ("shift+tab",), "Part before", "Go to the part before.", "previous", frozenset({HELP})),
    Action("card", ("C",), "Ticket card", "Show and copy a paragraph about the token for a ticket, never a secret.",
           "card", _HELD | {DASHBOARD}, 70),
    Action("copy", ("c",), "Copy id", "Send the token's public id to the terminal's clipboard.", "copy", _HELD),
    Action("as-command", ("K",), "As command", "Copy what is shown, or an action on it, as a tokendesk command.", "as-command",
           _COMMANDED),
    Action("identify", ("i",), "Identify", "Paste a suspect token, or a text that holds one: whose it is, whether it works.",
           "identify", frozenset({LEAKS}), 5, permission=Permission.IDENTIFY),
    Action("seen", ("W",), "Where seen", "Put on record where the token was seen in the open.",
           "seen", frozenset({LEAKS}), 40, permission=Permission.CHANGE_ONE),
    Action("look-ups", ("L",), "Look-ups", "Show in the audit log which tokens were looked up by pasting them, and by whom.",
           "look-ups", frozenset({LEAKS}), 81),
    Action("open-case", ("I",), "Case", "Open a case for this token, or take it into the one you work under.",
           "open-case", _HELD - _CASE, 82, False, _CHANGE, "CASE"),
    Action("mark", ("space",), "Mark", "Mark the row, or take its mark away, and go on.", "mark", _TOKENS, 80),
    Action("range", ("v",), "Range", "Mark from the last marked row to here.", "range", _TOKENS),
    Action("mark-all", ("asterisk",), "Mark all", "Mark every token of this list; says how many.", "mark-all", _TOKENS),
    Action("unmark", ("u",), "Unmark", "Take the mark of this row away.", "unmark", _TOKENS),
    Action("unmark-all", ("ctrl+backslash",), "Unmark all", "Take every mark away.", "unmark-all", _TOKENS),
    Action("remark", ("R",), "Re-mark", "Mark the last marked set again.", "remark", _TOKENS),
    Action("filter", ("slash",), "Filter", "Narrow the list: words, field:value, idle>90d.",
           "filter", _TOKENS, 90, argument="FILTER"),
    Action("narrow", ("slash",), "Filter", "Show only the rows with these words in them.",
           "filter", _OTHER_LISTS, 90, argument="WORDS"),
    Action("search", ("slash",), "Search", "Show only the lines with this in them.",
           "search", frozenset({HELP}), 90, argument="WORD"),
    Action("save-policy", ("s",), "Save", "Save the policy as it was previewed; asks first. Tokens change only as chosen.",
           "save", frozenset({POLICY, RULES}), 10, False, Permission.GOVERN),
    Action("choose-fate", ("c",), "Choose", "Choose what becomes of tokens past a limit: nothing, a cap, or idle ones end.",
           "choose", frozenset({POLICY, RULES}), 20, False, Permission.GOVERN, "CHOICE"),
    Action("new-policy", ("n",), "New", "Give an account a policy of its own.",
           "new-policy", frozenset({POLICIES}), 60, False, Permission.GOVERN, "ACCOUNT"),
    Action("edit-policy", ("e",), "Edit", "Change the limits; shows what they would mean before anything is saved.",
           "edit-policy", frozenset({POLICIES, POLICY, ACCOUNT}), 55, False, Permission.GOVERN),
    Action("rules", ("r",), "Rules", "Show the rules besides the limits in plain words: scopes, addresses, overlaps, warnings.",
           "rules", frozenset({POLICIES, ACCOUNT}), 57, argument="ACCOUNT"),
    Action("edit-rules", ("e",), "Edit", "Change the rules; shows what they would mean before anything is saved.",
           "edit-rules", frozenset({RULES}), 30, False, Permission.GOVERN),
    Action("member-email", ("E",), "E-mail", "Change the e-mail address of the person under the cursor: notices go there.",
           "email", frozenset({ACCOUNT}), 64, False, _CHANGE, "ADDRESS"),
    Action("due", ("u",), "Due", "List what is due by the policies: tokens unused for too long, secrets too old.",
           "due", frozenset({POLICIES, ACCOUNT, RULES}), 58, argument="ACCOUNT"),
    Action("apply-due", ("x",), "Apply", "Give notice for unused tokens, and revoke those whose notice is over; asks first.",
           "apply", frozenset({DUE}), 10, True, Permission.GOVERN, "REASON"),
    Action("reviews", ("w",), "Reviews", "Show the reviews of tokens: a frozen queue, decisions, sign-off.",
           "reviews", frozenset({POLICIES, ACCOUNTS, ACCOUNT, VIEWS}), 66),
    Action("new-review", ("n",), "New", "Freeze the tokens of an account or a view into a new review.",
           "new-review", frozenset({REVIEWS}), 60, False, Permission.GOVERN, "NAME"),
    Action("decide", ("space",), "Decide", "Decide about the token: keep, re-own, rotate, narrow, revoke, with a reason.",
           "decide", frozenset({REVIEW}), 10, False, _CHANGE),
    Action("sign-review", ("s",), "Sign off", "Sign the review off under a name; nothing of it can be changed then.",
           "sign", frozenset({REVIEW}), 20, False, Permission.GOVERN, "NAME"),
    Action("export-review", ("E",), "Export", "Write the review's evidence to a file of your own: who decided what, and why.",
           "export", frozenset({REVIEW}), 25, argument="FILE"),
    Action("new-operator", ("n",), "Add", "Add one of our staff; asks first.",
           "new-operator", frozenset({OPERATORS}), 60, False, Permission.ADMINISTER, "NAME"),
    Action("edit-operator", ("e",), "Change", "Give the operator another role, or switch them off; asks first.",
           "edit-operator", frozenset({OPERATORS}), 55, False, Permission.ADMINISTER),
    Action("roles", ("t",), "Roles", "Show what each role may do.", "roles", frozenset({OPERATORS}), 65),
    Action("passphrase", ("p",), "Passphrase", "Give yourself a passphrase, or as an admin the operator under the cursor.",
           "passphrase", frozenset({OPERATORS}), 58),
    Action("sessions", ("s",), "Sessions", "Show who is signed in: how, from where, until when.",
           "sessions", frozenset({OPERATORS}), 66),
    Action("approvals", ("a",), "Requests", "Show what waits for a second person, and every broken glass.",
           "requests", frozenset({OPERATORS, POLICIES}), 67),
    Action("approve", ("A",), "Approve", "Approve what another operator asks for, exactly so, once; asks first.",
           "approve", frozenset({APPROVALS}), 10, False, _CHANGE),
    Action("refuse", ("R",), "Refuse", "Refuse what another operator asks for.",
           "refuse", frozenset({APPROVALS}), 20, False, _CHANGE),
    Action("break-glass", ("B",), "Break glass", "End tokens without a second person, with a reason; it stays flagged.",
           "break-glass", frozenset({APPROVALS}), 30, True, Permission.CHANGE_MANY, "REASON"),
    Action("review-glass", ("v",), "Reviewed", "Note that you have looked at a broken glass.",
           "reviewed", frozenset({APPROVALS}), 40, False, Permission.GOVERN),
    Action("end-session", ("x",), "End", "End the session: what it does next is refused; asks first.",
           "end", frozenset({SESSIONS}), 10, True),
    Action("command", ("colon",), "Command", "Type a command; Tab completes it.", "command", ANYWHERE, 100),
    Action("palette", ("ctrl+p",), "Palette", "Find anything that can be done or opened here by a few letters of it.",
           "palette", _GOING, 105),
    Action("help", ("question_mark", "f1"), "Help", "Show every key and command of this screen.", "help", ANYWHERE - {HELP}, 110),
    Action("sort", ("s",), "Sort", "Choose what the list is sorted by; the same letter turns it round.", "sort", _TOKENS, 0,
           argument="FIELD"),
    Action("view", ("1", "2", "3", "4", "5", "6", "7", "8", "9"), "View", "Open the saved view of this number.",
           "view", _TOKENS, 0,
           argument="NAME"),
    Action("views", ("V",), "Views", "Choose a saved view from the navigator.", "choose-view", _TOKENS, 85),
    Action("save-view", (), "Save view", "Keep the filter, the sort and the columns of this list as a view of your own.",
           "save", _TOKENS, argument="view NAME"),
    Action("new-view", ("n",), "New", "Make a view of a filter and a sort.", "new", _VIEWS, 55, argument="NAME"),
    Action("edit-view", ("e",), "Edit", "Change the view; one that every store has becomes the start of a new one.",
           "edit", _VIEWS, 60),
    Action("share-view", ("H",), "Share", "Give your view to everybody, or keep one that everybody has for yourself.",
           "share", _VIEWS, 65, permission=Permission.GOVERN),
    Action("delete-view", ("D",), "Delete", "Delete the saved view; asks first.", "delete", _VIEWS, 70),
    Action("open-row", ("enter", "d"), "Open", "Show everything about the row.", "open",
           _OTHER_LISTS | {ACCOUNT, CASE_FILE, NOTICE, REVIEW, RULES, DUE}, 50),
    Action("export", ("E",), "Export", "Write the list as it is shown, or what is marked, to a file of your own: CSV or JSON.",
           "export", _EXPORTED, 88, argument="FILE"),
    Action("report", ("P",), "Report", "Write an audit report on an account's tokens, or on all of them: PDF or CSV.",
           "report", _REPORTED, 102, argument="ACCOUNT 1y pdf"),
    Action("verify", ("V",), "Verify", "Check every line and link of the log, and what each token's last line vouches for.",
           "verify", frozenset({AUDIT}), 60),
    Action("account-overview", ("1", "v"), "Overview", "Show who the account is, its findings, policy and traffic.",
           "overview", frozenset({ACCOUNT}), 60),
    Action("account-tokens", ("2", "t"), "Tokens", "Show the account's tokens.", "its-tokens", frozenset({ACCOUNT}), 61),
    Action("account-people", ("3", "p"), "People", "Show who is in the account.", "people", frozenset({ACCOUNT}), 62),
    Action("account-audit", ("4", "a"), "Audit", "Show what was done in the account.", "its-audit", frozenset({ACCOUNT}), 63),
    Action("account", ("A",), "Account", "Show the account of the token.", "account", _HELD, 0),
    Action("open-spot", ("enter",), "Open", "Open what is behind the line under the cursor: its tokens, or its one token.",
           "open", _BOARDS, 10),
    Action("who-to-call", ("w",), "Who to call", "Go to the tokens somebody should be called about.", "call",
           frozenset({DASHBOARD}), 15),
    Action("next-panel", ("tab", "right", "l"), "Next panel", "Go to the first number of the next panel.", "next",
           _BOARDS, 20),
    Action("last-panel", ("shift+tab", "left", "h"), "Panel before", "Go to the panel before.", "previous",
           _BOARDS),
    Action("executive", ("e",), "Executive", "Show targets, error budgets, 401s over time and suspicious use.", "executive",
           _BOARDS, 75),
    Action("on-call", ("c",), "On-call", "Show alerts, services, latencies, revocations with their proof, and gateways.",
           "on-call", _BOARDS, 76),
    Action("debug", ("d",), "Debug", "Show failed checks of 30 minutes, each step by step; for on-call, security and admin.",
           "debug", _BOARDS, 77),
    Action("open-view", ("1", "2", "3", "4", "5", "6", "7", "8", "9"), "View", "List a saved view, by its digit or its name.",
           "view", frozenset({DASHBOARD}), argument="NAME"),
    Action("notices", ("M",), "Notices", "Show what customers are told, word for word: what waits, was sent, or nobody took.",
           "notices", _GOING - {NOTICES}, argument="WORD"),
    Action("retry-notice", ("r",), "Try again", "Put a notice that nobody took in line again, with all its tries.",
           "retry", frozenset({NOTICES, NOTICE}), 10, False, _CHANGE),
    Action("send-notices", ("s",), "Send now", "Put in line what is due and send what waits, by mail or webhook; asks first.",
           "send", frozenset({NOTICES}), 20, False, _CHANGE, "day|week"),
    Action("wide", ("w",), "Wide", "Show the columns that were left out, or hide them again.", "wide", _TOKENS),
    Action("back-in-time", ("left_square_bracket",), "Back", "Go back to the list or the area before.", "back", _GOING),
    Action("forward", ("right_square_bracket",), "Forward", "Go forward again.", "forward", _GOING),
    Action("last", ("minus",), "Last", "Change between the last two lists, or the last two areas.", "last", _GOING),
    Action("pause", ("p",), "Pause", "Stop following changes, or go on.", "pause", _TOKENS),
    Action("refresh", ("ctrl+r",), "Refresh", "Read everything again.", "refresh", _HELD | _OTHER_LISTS | _PAGES),
    Action("areas", ("o",), "Go to", "Go to another area: a letter for each.", "go", _GOING, 95, argument="AREA"),
    *(
        Action(f"go-{area.id}", (area.key,), area.title, area.says, area.id, _GOING, argument=area.argument, area=area.id)
        for area in AREAS
    ),
    Action("case", (), "Case", "File what follows under a case; without a name, under none.", "case", ANYWHERE, argument="CASE"),
    Action("lock", (), "Lock", "Hide everything until your passphrase is given.", "lock", _GOING),
    Action("theme", (), "Theme", "Change the colours; without a name, by looking at them.", "theme", ANYWHERE, argument="NAME"),
    Action("undo", ("z", "ctrl+z"), "Undo", "Says why a revoke has none, and what helps instead.", "undo", _HELD),
    Action("tick", ("space",), "Tick", "Take the token into the revocation, or leave it out.", "tick", _BULK, 10),
    Action("tick-all", ("asterisk",), "Tick all", "Tick every token of the review.", "tick-all", _BULK, 15),
    Action("untick-all", ("u",), "Untick all", "Untick every token of the review.", "untick-all", _BULK, 16),
    Action("type-count", ("enter",), "Reason and count", "Give the reason, then type the count to revoke.",
           "count", _BULK, 20, False,
           Permission.CHANGE_MANY),
    Action("go-on", ("enter",), "Issue it", "Ask the last question about what is shown here.", "go-on", frozenset({ISSUE}), 10,
           False, _CHANGE),
    Action("copy-secret", ("c",), "Copy", "Send the new token to the terminal's clipboard.", "copy-secret", _SECRET, 10),
    Action("close", ("escape",), "Back", "Close what is open: a question, a filter, this screen.", "close", ANYWHERE),
    Action("quit", ("q",), "Quit", "Leave the screen, or the console.", "q", ANYWHERE, 120),
    Action("quit-now", ("ctrl+q",), "Quit now", "Leave the console at once.", "quit", ANYWHERE),
)  # fmt: skip

CONFIRM_KEYS = frozenset({"y"})
"""What confirms a question; never the key of an action (ux.md fact 15)."""

_SHOWN = {
    "enter": ("⏎", "Enter"), "space": ("␣", "Space"), "slash": ("/", "/"), "colon": (":", ":"), "question_mark": ("?", "?"),
    "asterisk": ("*", "*"), "left_square_bracket": ("[", "["), "right_square_bracket": ("]", "]"), "minus": ("-", "-"),
    "ctrl+backslash": ("ctrl-\\", "ctrl-\\"), "escape": ("Esc", "Esc"), "pagedown": ("PgDn", "PgDn"), "pageup": ("PgUp", "PgUp"),
    "down": ("↓", "Down"), "up": ("↑", "Up"), "left": ("←", "Left"), "right": ("→", "Right"), "home": ("Home", "Home"),
    "end": ("End", "End"), "f1": ("F1", "F1"), "tab": ("Tab", "Tab"), "shift+tab": ("shift-Tab", "shift-Tab"),
}  # fmt: skip


def shown(key: str, *, ascii_only: bool = False) -> str:
    """Write a key the way it is printed on a keyboard."""
    return _SHOWN[key][ascii_only] if key in _SHOWN else key.replace("ctrl+", "ctrl-")


def on(screen: str, actions: Iterable[Action] = ACTIONS) -> tuple[Action, ...]:
    """Return the actions of a screen, in the order of the table."""
    return tuple(action for action in actions if screen in action.where)


def hints(screen: str, actions: Iterable[Action] = ACTIONS) -> tuple[Action, ...]:
    """Return what the line of key hints shows on a screen, most useful first."""

    def place(action: Action) -> int:
        return _HINTED.get((action.id, screen), action.hint)

    return tuple(sorted((action for action in on(screen, actions) if place(action)), key=place))


def commanded(word: str, screen: str, actions: Iterable[Action] = ACTIONS) -> Action | None:
    """Return the action a command word names on a screen; an unambiguous beginning will do."""
    here = on(screen, actions)
    exact = [action for action in here if word == action.command] or [action for action in here if word == action.id]
    close = exact or [action for action in here if word and action.command.startswith(word)]
    return close[0] if exact or len(close) == 1 else None


def remapped(keymap: Mapping[str, str]) -> tuple[tuple[Action, ...], tuple[str, ...]]:
    """Return the actions under a person's own keys, and a sentence for each line of theirs that can't be used.

    `keymap` gives action ids their keys, separated by commas. A line naming an unknown action, a key taken on one of the
    same screens, or a confirming key is left out and the action keeps its own keys.
    """
    if not keymap:
        return ACTIONS, ()
    from console.key_names import key_named

    by_id = {action.id: action for action in ACTIONS}
    problems: list[str] = []
    for name, keys in keymap.items():
        written = [key.strip() for key in keys.split(",") if key.strip()]
        wanted = tuple(key_named(key) for key in written)
        wrong = next((key for key, known in zip(written, wanted, strict=True) if not known), "")
        problem = f"“{wrong[:20]}” is not a key" if wrong else _problem(name, wanted, by_id)
        if problem:
            problems.append(f"keys.{name}: {problem}")
        else:
            by_id[name] = replace(by_id[name], keys=wanted)
    return tuple(by_id.values()), tuple(problems)


def _problem(name: str, keys: tuple[str, ...], by_id: Mapping[str, Action]) -> str:
    if name not in by_id:
        from difflib import get_close_matches

        near = next(iter(get_close_matches(name, by_id, 1)), "")
        return "there is no such action" + (f"; did you mean “{near}”?" if near else "; `?` in the console lists them")
    for key in keys:
        if key in CONFIRM_KEYS:
            return f"“{key}” answers questions and can't do anything else"
        for other in by_id.values():
            if other.id != name and key in other.keys and other.where & by_id[name].where:
                return f"“{key}” belongs to {other.id}"
    if by_id[name].danger and any(key.startswith("ctrl+") or key in _HARMLESS for key in keys):
        return "what can stop a customer must have a plain key of its own"
    return ""


_HARMLESS = frozenset({"enter", "space", "backspace", "delete", "escape", "tab"})
