"""The form of a policy's rules: each is judged as it is typed, and said together in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.dialogs.form import Field, Form
from console.render.rule_words import listed
from console.render.sheet import line
from store.errors import Refused
from store.rules.policy_rules import RULES, checked_rule, rules_in_force

_EXAMPLES = {
    "idle_action": "propose, or revoke=14d after a notice",
    "allowed_scopes": "apart by spaces",
    "allowed_addresses": "such as 203.0.113.0/24",
    "two_people": "such as bulk=25 operators",
    "warn_days": "days, such as 30 7 1",
    "digest": "off, day or week",
}
_EMPTY = {"digest": "the setting"}


def rule_form(
    name: str, account_id: str, present: Mapping[str, str], default: Mapping[str, str], typed: Mapping[str, str],
    then: Callable[[dict[str, str], dict[str, str]], object], left: Callable[[], object],
) -> Form:  # fmt: skip
    """Return the form on what was typed last, else on what is saved; `then` is given the texts and the rules that change.

    `default` are the rules of the default policy, which hold where a field is left empty.
    """
    saved = {rule.name: present.get(rule.name, "") for rule in RULES}
    fields = [
        Field(
            rule.name, rule.title, typed.get(rule.name, saved[rule.name]), judge=_judge(rule.name),
            note=f"{_EXAMPLES.get(rule.name, 'hours')}; empty: {other.value or _EMPTY.get(rule.name, 'anything')}",
        )
        for rule, other in zip(RULES, rules_in_force({}, default), strict=True)
    ]  # fmt: skip

    def words(values: dict[str, str]) -> str:
        try:
            given = _checked(values)
        except Refused as error:
            return error.problem
        said = [f"{rule.title.lower()} {given[rule.name]}" for rule in RULES if given[rule.name]]
        return f"It would say: {'; '.join(said) or 'nothing of its own'}."

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        changed = {name: value for name, value in _checked(values).items() if value != present.get(name, "")}
        return (lambda: then(values, changed)) if changed else "Nothing here differs from what is saved."

    about = line((name, "strong"), (f"   {account_id or 'the default policy'}", "accent"))
    return Form("Rules", about, fields, check, words, saved=saved, left=left)


def said_words(given: Mapping[str, str]) -> str:
    """Return changed rules in a sentence: `overlap, admin 24 and warnings none`."""
    return listed([f"{rule.title.lower()} {given[rule.name] or 'none'}" for rule in RULES if rule.name in given])


def _judge(name: str) -> Callable[[str], str]:
    def judge(text: str) -> str:
        try:
            checked_rule(name, text)
        except Refused as error:
            return error.problem
        return ""

    return judge


def _checked(values: Mapping[str, str]) -> dict[str, str]:
    """Return the rules as typed in their one form; raises Refused."""
    return dict(checked_rule(name, value) for name, value in values.items())
