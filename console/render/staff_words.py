"""What was done about our own people, in plain words: who may do what, how they sign in, and what a second person said."""

from __future__ import annotations

from collections.abc import Callable

from store.rows import AuditRow
from store.rules.actions import Action


def _operator(row: AuditRow) -> str:
    name, role = row.detail.get("operator", "an operator"), row.detail.get("role", "")
    return f"switched off the operator {name}" if row.detail.get("active") is False else f"made {name} operator with role {role}"


def _signed_in(row: AuditRow) -> str:
    if row.detail.get("outcome") != "refused":
        return "gave their passphrase again" if row.detail.get("again") else "signed in"
    if row.detail.get("operator"):
        return f"came as {row.detail['operator']} with another operator's SSH key, and was refused"
    many = row.detail.get("in_a_row")
    return "gave a wrong passphrase" + (f", {many} in a row" if isinstance(many, int) and many > 1 else "")


def _signed_out(row: AuditRow) -> str:
    name = row.detail.get("operator", "")
    return "signed out" if name == row.actor else f"ended a session of {name}"


def _passphrase(row: AuditRow) -> str:
    name = row.detail.get("operator", "")
    if row.detail.get("passphrase") != "set":
        return f"took the passphrase of {name} away"
    return "chose a new passphrase" if name == row.actor else f"gave {name} a new passphrase"


def _key(row: AuditRow) -> str:
    name, key = row.detail.get("operator", ""), row.detail.get("ssh_key", "")
    return f"took the SSH key {key} from {name}" if row.detail.get("was") == "removed" else f"gave {name} the SSH key {key}"


def _approval(row: AuditRow) -> str:
    what, whose = row.detail.get("what", "something"), row.detail.get("operator", "somebody")
    match row.detail.get("did"):
        case "ask":
            return f"asked for a second person: {what}"
        case "approve":
            return f"approved what {whose} asked for: {what}"
        case "refuse":
            return f"refused what {whose} asked for: {what}"
        case "break-glass":
            return f"broke the glass, without a second person: {what}"
        case _:
            return f"reviewed that {whose} broke the glass: {what}"


def _denied(row: AuditRow) -> str:
    tried, why = str(row.detail.get("tried", "")), str(row.detail.get("why", ""))
    target = f"{row.account_id}/{row.token_id}" if row.token_id else row.account_id or row.detail.get("target", "")
    what = f"“{tried}”{f' on {target}' if target else ''}" if tried else "more than is written"
    lacks = _LACKS.get(why, why).format(role=row.actor_role)
    return f"was refused {what}: {lacks}"


_LACKS = {
    "role": "not as {role}",
    "switched off": "this operator is switched off",
    "read-only": "the console was read-only",
    "no operator": "no operator of this store",
    "not signed in": "not signed in",
    "passphrase not given again": "the passphrase was not given again",
    "second person": "a second person has not agreed",
}
"""What was lacking, by store.errors.Lack."""


STAFF_SENTENCES: dict[str, Callable[[AuditRow], str]] = {
    Action.OPERATOR.value: _operator,
    Action.SIGN_IN.value: _signed_in,
    Action.SIGN_OUT.value: _signed_out,
    Action.PASSPHRASE.value: _passphrase,
    Action.KEY.value: _key,
    Action.APPROVE.value: _approval,
    Action.DENIED.value: _denied,
}
"""By action; part of the sentences of console.render.audit_words."""
