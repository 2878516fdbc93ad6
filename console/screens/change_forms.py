"""The forms a token is changed by: suspend, rename, another end, another owner. Each leads to a question, and back from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from console.command_lines import of_token
from console.dialogs.dialog import Command
from console.dialogs.form import Field, Form
from console.dialogs.picking import READING_PEOPLE, Offer, Pick
from console.render.blast import what_stops
from console.render.moments import at
from console.render.sheet import line
from console.render.token_facts import UNKNOWN
from console.screens.token_actions import Target
from console.screens.when import moment_after
from store.errors import Refused
from store.rows import TokenLine, TokenRow
from store.rules.expiry import PRESETS, checked_expiry, expiry_sentence, longest_for
from store.rules.names import checked_name
from store.rules.policies import Limits
from store.writes.policies import policy_for

if TYPE_CHECKING:
    from console.screens.token_changes import TokenChanges
    from store.reader import Reader
    from store.rows import MemberRow


def suspend(screen: TokenChanges, row: TokenLine) -> None:
    """Ask for a message and an end."""
    target = Target(row.key, row.audit_seq, row)
    now, fresh = screen.session.now, screen.known.fresh if screen.known is not None else UNKNOWN

    def until(text: str) -> datetime | None:
        return None if text in ("", "resumed") else moment_after(text, now)

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        end = until(values["until"])
        ends = f"It works again by itself at {at(end)}." if end else "It stays stopped until somebody resumes it."
        if end is not None and row.exposed_at is not None:
            ends = f"An exposure is on record: at {at(end)} it waits for somebody to decide, and never resumes by itself."
        return lambda: screen._confirm(
            row, "Suspend this token?", what_stops(row, now, fresh=fresh), ends, "suspend it",
            lambda: screen.change("suspend", target, message=values["message"], until=end), back=form,
        )  # fmt: skip

    fields = [
        Field("message", "Message to callers", note="what they are told when they are refused"),
        Field("until", "Until", "4h", ("1h", "4h", "24h", "7d", "resumed"), judge=lambda text: _wrong(lambda: until(text))),
    ]
    form = Form("Suspend", screen._about(row), fields, check)
    form.command = _command(screen, "suspend", row, form)
    screen.ask(form)


def resume(screen: TokenChanges, row: TokenLine, whole: TokenRow | None) -> None:
    """Ask whether a suspended token may work again; one that was exposed says so."""
    target, now = Target(row.key, row.audit_seq, row), screen.session.now
    by = f"Suspended {at(row.suspended_at)}" if row.suspended_at is not None else "Suspended"
    if whole is not None:
        by += f" by {whole.suspended_by}" if whole.suspended_by else ""
        by += f" with “{whole.suspend_message}”" if whole.suspend_message else ""
    title, what = "Let this token work again?", line("Its callers are accepted again at once.")
    if row.exposed_at is not None:
        over = row.suspended_until is not None and row.suspended_until <= now
        title = "The time is over. Let this token work again?" if over else title
        what = line(
            (f"An exposure is on record since {at(row.exposed_at)}: others may hold its secret. ", "danger"),
            "Its callers are accepted again at once; a new token, and revoking this one, is safer.",
        )
    screen._confirm(
        row, title, what, f"{by}. It can be suspended again.", "resume it",
        lambda: screen.change("resume", target), style="danger" if row.exposed_at is not None else "accent",
        command=_command(screen, "resume", row),
    )  # fmt: skip


def rename(screen: TokenChanges, row: TokenLine, name: str) -> None:
    """Ask for another name."""
    target = Target(row.key, row.audit_seq, row)

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        return lambda: screen.change("rename", target, name=checked_name(values["name"]))

    field = Field("name", "Name", name or row.name, judge=lambda text: _wrong(lambda: checked_name(text)))
    form = Form("Rename", screen._about(row), [field], check)
    form.command = _command(screen, "rename", row, form)
    screen.ask(form)


def expiry(screen: TokenChanges, row: TokenLine, when: str) -> None:
    """Ask for another end; the account's policy judges it as soon as that is read."""
    target, now = Target(row.key, row.audit_seq, row), screen.session.now
    limits = [Limits()]

    def judged(text: str) -> str:
        return _wrong(lambda: checked_expiry(moment_after(text, now), now, limits[-1].max_lifetime_days))

    def words(values: dict[str, str]) -> str:
        if judged(values["when"]):
            return ""
        days = limits[-1].max_lifetime_days
        policy = f" The account's policy allows {days} days at most." if days is not None else ""
        return f"{expiry_sentence(moment_after(values['when'], now), now)}.{policy}"

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        moment = moment_after(values["when"], now)
        was = f"It was to expire on {at(row.expires_at)}." if row.expires_at else "It was never to expire."
        return lambda: screen._confirm(
            row, "Change its expiry?", words(values), was, "change it",
            lambda: screen.change("expire", target, expires_at=moment), style="accent", back=form,
        )  # fmt: skip

    def know(policy: Limits) -> None:
        limits.append(policy)
        allowed = [word for word, length in PRESETS.items() if length <= longest_for(policy.max_lifetime_days)]
        if not when and not field.touched and allowed and field.given not in allowed:
            field.value = allowed[-1]
            field.entry.set(field.value)

    field = Field("when", "Expires in", when or "90d", tuple(PRESETS), "or a date, such as 2026-06-30", judged)
    form = Form("Expiry", screen._about(row), [field], check, words)
    form.command = _command(screen, "expiry", row, form)
    screen.ask(form)
    screen.learn(form, lambda reader: policy_for(reader, row.account_id), know)


def reown(screen: TokenChanges, row: TokenLine, member: str) -> None:
    """Ask for another owner: an active member of the account."""
    target = Target(row.key, row.audit_seq, row)
    held = row.owner if isinstance(row, TokenRow) and row.owner_active else None

    def people(reader: Reader) -> tuple[MemberRow, ...]:
        from store.reads.accounts import members

        return members(reader, row.account_id, active_only=True)

    def know(found: tuple[MemberRow, ...]) -> None:
        field.empty = "Nobody active in the account has this name." if found else "Nobody in the account is an active member."
        field.offer([Offer(one.id, one.name or one.id, f"{one.id}{' · admin' if one.admin else ''}"
                           f"{' · owns it now' if one.id == held else ''}") for one in found], None)  # fmt: skip

    def judged(text: str) -> str:
        if not text:
            return "Choose who answers for it from now on."
        return "That is its owner already." if text == held else ""

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        name = next((one.words for one in field.offers if one.id == values["owner"]), values["owner"])
        return lambda: screen._confirm(
            row, "Give it another owner?", f"{name} answers for it from now on.", "Nothing stops.", "re-own it",
            lambda: screen.change("reown", target, owner=values["owner"]), style="accent", back=form,
        )  # fmt: skip

    field = Pick("owner", "New owner", note="an active member of the account", judge=judged, empty=READING_PEOPLE)
    if member:
        field.entry.set(member)
    form = Form("Re-own", screen._about(row), [field], check)
    form.command = _command(screen, "reown", row, form)
    screen.ask(form)
    screen.learn(form, people, know)


def _command(screen: TokenChanges, action: str, row: TokenLine, form: Form | None = None) -> Command:
    """Return what gives the command that does the same to the token the form is about, wherever the cursor is by then."""

    def values() -> dict[str, str]:
        found = {**of_token(row.account_id, row.id), **(form.values if form is not None else {})}
        return {**found, "until": ""} if found.get("until") == "resumed" else found

    return screen.command_of(action, values)


def _wrong(rule: Callable[[], object]) -> str:
    """Return what is wrong by a rule, "" when nothing is."""
    try:
        rule()
    except (Refused, ValueError) as error:
        return str(error)
    return ""
