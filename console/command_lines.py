"""What is done or shown as a line of the command line: ONE table, so that every key can be copied into a ticket or a script."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from unicodedata import category

if TYPE_CHECKING:
    from console.settings import Settings

_CASE = "[--case {case}]"
_WHY = f"[--reason {{reason}}] {_CASE}"
_LIST = "tokens list [--view {view}] [--filter {filter}] [--sort {sort}]"
_SAVED = "views --save {saved|NAME} [--filter {filter}] [--sort {sort}]"
_LIMITS = (
    "[--max-lifetime {max_lifetime_days}] [--rotate-every {rotate_every_days}] [--idle-limit {idle_limit_days}] "
    "[--max-overlap {max_overlap_hours}] [--token-limit {token_limit}]"
)

LINES: Mapping[str, str] = {
    "revoke": f"tokens revoke {{token}} {_WHY}",
    "suspend": f"tokens suspend {{token}} [--until {{until}}] [--message {{message}}] {_WHY}",
    "resume": f"tokens resume {{token}} {_WHY}",
    "rotate": f"tokens rotate {{token}} [--overlap {{overlap}}] [--scope {{scopes*}}] {_WHY}",
    "expiry": f"tokens expire {{token}} {{when|WHEN}} {_WHY}",
    "split": "tokens split {token}",
    "reown": f"tokens reown {{token}} {{owner|MEMBER}} {_WHY}",
    "addresses": f"tokens addresses {{token}} [--allow {{networks*}}] --clear? {_WHY}",
    "rename": f"tokens rename {{token}} {{name|NAME}} {_WHY}",
    "issue": "tokens issue --account {account|ACCOUNT} --name {name|NAME} --owner {owner|MEMBER} --scope {scopes*|SCOPE} "
             f"[--environment {{environment}}] [--expires {{expires}}] [--rationale {{rationale}}] --accept-risk? {_CASE}",
    "open": f"tokens show {{token}} {_CASE}",
    "overview": f"tokens show {{token}} {_CASE}",
    "usage": f"tokens show {{token}} {_CASE}",
    "timeline": f"tokens timeline {{token}} {_CASE}",
    "token-audit": "audit list --token {token}",
    "card": "tokens card {token}",
    "filter": _LIST,
    "sort": _LIST,
    "view": _LIST,
    "open-view": _LIST,
    "go-tokens": _LIST,
    "open-spot": _LIST,
    "views": "views --counts",
    "go-views": "views --counts",
    "save-view": _SAVED,
    "new-view": f"{_SAVED} --shared?",
    "edit-view": f"{_SAVED} --shared?",
    "share-view": "views --save {saved|NAME} --shared",
    "delete-view": "views --delete {saved|NAME}",
    "export": f"{_LIST} --csv",
    "report": f"report [--account {{account}}] --all? [--since {{since}}] [--until {{until}}] [--rule {{rule}}] "
              f"[--format {{format}}] [--output {{file}}] {_CASE}",
    "verify": "audit verify",
    "account": "accounts show {account}",
    "account-overview": "accounts show {account}",
    "account-people": "accounts show {account}",
    "member-email": "accounts member {account} {member|MEMBER} --email {email|ADDRESS} [--case {case}]",
    "account-tokens": "tokens list --filter {of_account}",
    "account-audit": "audit list --filter {account_audit}",
    "go-accounts": "accounts list [--text {words}]",
    "save-policy": f"policy set [{{account}}] {_LIMITS} [--past {{past}}] [--confirm {{count}}] {_WHY}",
    "choose-fate": f"policy set [{{account}}] {_LIMITS} --past {{past|CHOICE}} --dry-run",
    "new-policy": "policy set {account|ACCOUNT}",
    "edit-policy": f"policy preview [{{account}}] {_LIMITS}",
    "go-policies": "policy show",
    "rules": "policy rules [{account}]",
    "edit-rules": "policy rules [{account}] --set {rule_set|NAME=VALUE}",
    "due": "policy due [{account}]",
    "apply-due": f"policy apply [{{account}}] [--confirm {{count}}] {_WHY}",
    "export-review": "reviews export {review} --output {file|FILE}",
    "send-notices": "notices send [--digest {digest}]",
    "new-operator": "operators add {operator|NAME} --role {role|ROLE}",
    "edit-operator": "operators add {operator} --role {role|ROLE}",
    "disable-operator": f"operators disable {{operator}} {_CASE}",
    "roles": "operators list",
    "go-operators": "operators list",
    "passphrase": "operators passphrase {operator}",
    "sessions": "operators sessions",
    "end-session": "operators end {of_session|SESSION}",
    "lock": "sign-out",
    "approvals": "operators requests",
    "approve": "operators approve {request|REQUEST}",
    "refuse": "operators refuse {request|REQUEST}",
    "break-glass": "operators break-glass {request|REQUEST} --reason {reason|WHY}",
    "review-glass": "operators reviewed {request|REQUEST}",
    "type-count": f"tokens revoke {{token}} {_WHY}",
    "go-dashboard": "dashboard [{board}]",
    "who-to-call": "dashboard",
    "executive": "dashboard executive",
    "on-call": "dashboard on-call",
    "debug": "dashboard debug",
    "go-audit": "audit list [--filter {words}]",
    "go-scopes": "scopes list",
    "go-settings": "config",
    "theme": "config",
    "identify": "triage -",
    "go-leaks": "triage -",
    "look-ups": "audit list --filter {look_ups}",
    "seen": f"triage - --record --source {{source|WHERE}} {_CASE}",
    "go-cases": "cases list [--search {words}]",
    "open-case": "cases open {of_case|CASE} [--title {title}] --token {token}",
    "note-case": "cases note {of_case} {note|WORDS}",
    "tell-case": "cases note {of_case} [{how}] --told {who|WHO} [--told-at {told_at}]",
    "case-usage": "tokens timeline {token} --case {of_case}",
    "aside": "cases aside {of_case} {token} --reason {reason|WHY}",
    "case-steps": "cases show {of_case}",
    "case-tokens": "cases show {of_case}",
    "case-timeline": "cases show {of_case}",
    "export-case": "cases export {of_case} [--format {format}] --output {file|FILE}",
    "close-case": "cases close {of_case} --note {note|WORDS}",
    "reopen-case": "cases reopen {of_case} --reason {note|WHY}",
    "notices": "notices list",
    "retry-notice": "notices retry {notice}",
    "reviews": "reviews list",
    "new-review": f"reviews open {{review|NAME}} [--account {{account}}] [--view {{view}}] [--title {{title}}] {_CASE}",
    "decide": "reviews decide {review} {token} {decision|DECISION} --reason {reason|WHY} [--until {until}] [--owner {owner}] "
              f"[--scope {{scopes*}}] {_CASE}",
    "sign-review": f"reviews sign {{review}} --reviewer {{reviewer|NAME}} {_CASE}",
}  # fmt: skip
"""By action: `{word}` is what is at hand, `{word|THIS}` stands in CAPITALS for what a person still has to say, `{words*}` is
given once for each, what stands in brackets is left out where nothing is at hand for it, and `--flag?` where it isn't set."""

SHOWN: Mapping[str, str] = {
    "tokens": _LIST,
    "detail": LINES["overview"],
    "accounts": LINES["go-accounts"],
    "account": LINES["account"],
    "cases": LINES["go-cases"],
    "case-file": LINES["case-steps"],
    "audit": LINES["go-audit"],
    "views": LINES["go-views"],
    "scopes": LINES["go-scopes"],
    "policies": LINES["go-policies"],
    "policy": LINES["edit-policy"],
    "rules": LINES["rules"],
    "due": LINES["due"],
    "reviews": LINES["reviews"],
    "review": "reviews show {review}",
    "operators": LINES["go-operators"],
    "roles": LINES["roles"],
    "sessions": LINES["sessions"],
    "approvals": LINES["approvals"],
    "settings": LINES["go-settings"],
    "notices": LINES["notices"],
    "notice": "notices preview {notice}",
    "dashboard": LINES["go-dashboard"],
    "executive": LINES["executive"],
    "on-call": LINES["on-call"],
    "debug": LINES["debug"],
    "leaks": LINES["go-leaks"],
    "split": LINES["split"],
    "rotate": LINES["rotate"],
    "issue": LINES["issue"],
}
"""By screen: the command that shows the same."""

HERE: Mapping[tuple[str, str], str] = {
    ("accounts", "open-row"): LINES["account"],
    ("account", "open-row"): LINES["account-tokens"],
    ("cases", "open-row"): LINES["case-steps"],
    ("case-file", "open-row"): LINES["open"],
    ("audit", "open-row"): LINES["token-audit"],
    ("views", "open-row"): "tokens list --view {view}",
    ("scopes", "open-row"): "tokens list --view live --filter {filter}",
    ("policies", "open-row"): "policy show [{account}]",
    ("reviews", "open-row"): SHOWN["review"],
    ("review", "open-row"): LINES["open"],
    ("notices", "open-row"): SHOWN["notice"],
    ("notice", "open-row"): LINES["open"],
    ("accounts", "export"): f"{LINES['go-accounts']} --json",
    ("audit", "export"): f"{LINES['go-audit']} --json",
    ("views", "export"): "views --counts --json",
}
"""Where the same action means something else on a screen."""

_PART = re.compile(r"\[[^\]]*\]|--[\w-]+ \{[^}]*\}|\S+")
_BLANK = re.compile(r"\{(?P<name>\w+)(?P<each>\*?)(?:\|(?P<stand_in>\w+))?\}")


def line_for(action: str, screen: str = "") -> str:
    """Return the pattern of an action on a screen; "" where the command line has nothing like it."""
    return HERE.get((screen, action)) or LINES.get(action, "")


def filled(pattern: str, hand: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words of a command, without `tokendesk`; nothing where something is missing that has no stand-in.

    What begins with a dash and is no option stands at the end, behind `--`.
    """
    words: list[str] = []
    dashed: list[str] = []
    for part in _PART.findall(pattern):
        found = _filled_part(part.strip("[]").split(), hand)
        if found is None and part[0] != "[" and part[-1] != "?":
            return ()
        alone = part.lstrip("[")[0] == "{"
        for word in found or ():
            (dashed if alone and word.startswith("-") else words).append(word)
    return (*words, "--", *dashed) if dashed else tuple(words)


def _filled_part(part: Sequence[str], hand: Mapping[str, str]) -> list[str] | None:
    words: list[str] = []
    for word in part:
        blank = _BLANK.fullmatch(word)
        value = hand.get(blank["name"], "") or blank["stand_in"] or "" if blank is not None else word
        if word.endswith("?"):
            value = word[:-1] if hand.get(word.strip("-?")) else ""
        if not value:
            return None
        if blank is not None and blank["each"]:
            option = words.pop()
            words += [one for scope in value.split() for one in (option, scope)]
        else:
            words.append(value)
    return words


def of_token(account_id: str, token_id: str) -> dict[str, str]:
    """Return what is at hand with a token."""
    return {"token": f"{account_id}/{token_id}", **of_account(account_id)}


def of_account(account_id: str) -> dict[str, str]:
    """Return what is at hand with an account; nothing for none."""
    from store.rules import filters

    if not account_id:
        return {}
    its_audit = f"acct={filters.quoted(account_id)}"
    return {"account": account_id, "of_account": filters.of_account(account_id), "account_audit": its_audit}


def written(words: Sequence[str], settings: Settings) -> str:
    """Return a command as it is typed into a shell, on the store this console was told; "" where it can't be typed safely.

    A control character in it would act on the shell it is pasted into. A store's address that holds a password is left out.
    """
    from console.setting import Source

    place: list[str] = []
    for name in ("profile", "store"):
        value = getattr(settings, name)
        if value and settings.origin(name).source is Source.FLAG and not (name == "store" and _holds_password(value)):
            place += [f"--{name}", value]
    whole = ["tokendesk", *place, *words]
    return "" if any(category(character)[0] == "C" for word in whole for character in word) else shlex.join(whole)


def _holds_password(store: str) -> bool:
    from store.address import parse_address

    return parse_address(store).holds_password
