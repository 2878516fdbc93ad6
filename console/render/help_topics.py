"""The help that is no key: how the usual jobs are done, and what the words mean, so that nothing else has to be read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.render.pieces import Line
from console.render.sheet import line
from console.render.statuses import BADGES

LABEL = 14
_KEYS = re.compile(r"\{(.+?)\}")


@dataclass(frozen=True, slots=True)
class Topic:
    """One job: its title, what to do, step by step (keys in braces), and the screens it stands first on."""

    title: str
    steps: tuple[str, ...]
    first_on: frozenset[str] = frozenset()


TOPICS = (
    Topic("A customer asks whether a token is used", (
        "{/} and part of the name, the account, the id as it is shown or the last four characters finds it, whatever its status.",
        "The panel below the list says when it was last used, from where, and why it is refused if it is.",
        "{C} makes a paragraph for the ticket; {T} tells when its calls stopped and why.",
    )),
    Topic("A token has leaked", (
        "{F5}, paste it into the masked box, {Enter}: it says whose it is and whether the secret was proven.",
        "{S} stops it for a while, with a message to its callers; {x} and then {y} ends it for good.",
        "{:case INC-123} first files everything that follows under that case; {I} opens one for the token.",
        "Afterwards its page and {F4} say whether the revocation held: refused since, or no call since.",
        "{L} there shows in the audit log which tokens were looked up or pasted before, and by whom.",
    )),
    Topic("Issue a token", (
        "{n} in the token list or on an account opens the form: type part of the customer's name, {Enter} takes it.",
        "{Tab} or {Enter} goes on, {shift-Tab} back; ! behind a field says what is wrong with it. Nothing is made yet.",
        "Look it over, {Enter}, {y}: the token is shown once. {c} sends it to the clipboard, {Esc} closes it for good.",
    )),
    Topic("Replace a token without an outage", (
        "{r} on the token makes its replacement, which is shown once. The old one goes on for an overlap.",
        "The overview of either says how much traffic has moved and when the old one can go.",
        "{x} on the old one ends it before its overlap does.",
    )),
    Topic("Clean up", (
        "{1} to {9} and {V} open the saved views: unused, orphaned, never expiring, too broad and so on.",
        "{Space} marks a token, {v} a range, {*} all of the list; {x} reviews the marked ones, those in use unticked.",
        "The set is frozen when the review opens. A reason and the exact count, typed, revoke it at {Enter}; {Esc} stops it.",
    )),
    Topic("Review tokens, and keep the evidence", (
        "{F7} or {F9}, then {w}: {n} freezes the tokens of an account or of a view into a review.",
        "{Space} decides about each with a reason, {s} signs it off, {E} writes who decided what and why to a file.",
        "{F9}, {e} on a policy shows what other limits would mean before {s} saves them; {u} lists what is due by it.",
    )),
    Topic("Write an audit report", (
        "{P} on Tokens, Accounts, an account or Audit asks for the account, or “all”, the period, and CSV or PDF.",
        "{Tab} goes from field to field, {Enter} on the last one writes it to a file of your own; the audit log keeps "
        "its SHA-256.",
        "{E} writes the list itself as it is filtered and sorted, or what is marked, as CSV or JSON.",
    ), frozenset({"accounts", "account", "audit"})),
    Topic("Verify the audit log", (
        "{F6} opens it, {V} checks every line and its link to the one before; the upper edge then says up to which "
        "line it is whole.",
        "A line that was changed, or lines that were cut off, are named with what to do.",
        "`tokendesk audit checkpoint` keeps the last line outside the store, and `audit verify --against` compares with it.",
    ), frozenset({"audit"})),
    Topic("See how things stand", (
        "{F4} is the dashboard: {Tab} goes from panel to panel, {Enter} opens the tokens behind a number, {ctrl-r} counts again.",
        "{w} goes to the tokens somebody should be called about, each with why and whom to call.",
        "{e}, {c} and {d} show three more: Executive with targets and budgets, On-call with alerts, Debug with failed checks.",
    ), frozenset({"dashboard", "executive", "on-call", "debug"})),
    Topic("What stops if it is revoked", (
        "The question that {x} asks says it: who calls, how often, when next, and who else may do the same.",
        "Nothing but {y} after a quiet moment answers it; a set wants its count typed. A revocation has no undo; a "
        "suspension has.",
    )),
    Topic("Tell customers", (
        "{M} lists what customers are told; {Enter} shows it word for word, {s} sends what waits, {r} tries a dead one again.",
        "Who has no address is counted there; {/} no-address shows theirs. On an account's people ({3}), {E} gives somebody one.",
    )),
    Topic("Find anything", (
        "{ctrl-p} finds actions of every area, views and accounts by a few letters; {:} takes the same as commands, "
        "{Tab} completes.",
        "{o} and a letter goes to another area, {[} and {]} go back and forward, {-} to the one before.",
        "{K} copies what is shown, or an action, as a tokendesk command for a script; {ctrl-o} does so in forms and questions.",
    )),
    Topic("On a slow link", (
        "tokendesk --slow turns off the mouse and the clock, and sends as little as it can.",
        "An idle screen sends nothing at all; ssh -C shrinks what is left to a tenth.",
    )),
)  # fmt: skip

WORDS = (
    ("account", "A customer. Its people are members: the owners and creators of its tokens."),
    ("operator", "One of us, using this console. The role says what may be done."),
    ("scope", "One permission, with a sentence for what it can and what it cannot do."),
    ("access", "read-only, read-write or admin: the highest of a token's scopes. ! marks what may do too much."),
    ("live", "Active or retiring: its calls are accepted. Said of tokens only."),
    ("env live", "The environment a token works in: live or test. It says nothing about whether the token works."),
    ("following", "What others change is shown as soon as it is known; p pauses that."),
    (
        "used",
        "When it was last called with, accepted or refused; its page says which. Not when it was rotated, expires or retires.",
    ),
    ("24 hours", "The 1,440 minutes that end with this one. 30 days are the 720 hours that end with this one."),
    ("recorded to", "How far usage is known. Nothing later has been read from the logs yet."),
)


def job_lines(place: str) -> list[tuple[Line, int]]:
    """Return the jobs, those of a screen first: lines of any length, and how far in each goes on when it is broken."""
    lines: list[tuple[Line, int]] = []
    for topic in sorted(TOPICS, key=lambda topic: place not in topic.first_on):
        lines += [((), 0), (line((f"  {topic.title}", "strong")), 0)]
        lines += [(line((f"  {number} ", "quiet"), *step_words(step)), 4) for number, step in enumerate(topic.steps, 1)]
    return lines[1:]


def step_words(step: str) -> Line:
    """Return a step with its keys as keys."""
    return line(*((words, "key" if number % 2 else "") for number, words in enumerate(_KEYS.split(step)) if words))


def word_lines() -> list[tuple[Line, int]]:
    """Return the words and the statuses with what they mean."""
    lines = [(line((f"  {word:<{LABEL}}", "strong"), means), LABEL + 2) for word, means in WORDS]
    lines += [(line((f"  {one.text:<{LABEL}}", one.style), f"The token {one.works}."), LABEL + 2) for one in BADGES.values()]
    return lines
