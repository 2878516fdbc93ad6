"""The form for from where a token may be used: what holds now, who called from where, and whom another list would shut out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from console.command_lines import of_token
from console.dialogs.form import Field, Form
from console.render.from_words import only_from
from console.render.moments import ago
from console.render.pieces import Line
from console.render.sheet import line
from console.screens.token_actions import Target
from store.errors import BadInput
from store.rows import AddressRow, TokenLine
from store.rules.networks import Network, is_within, networks_of

if TYPE_CHECKING:
    from console.screens.token_changes import TokenChanges
    from store.reader import Reader

Known = tuple[tuple[str, ...], tuple[str, ...], tuple[AddressRow, ...]]
"""Its own networks, those of its account's policy, and the addresses it was used from."""

SHOWN = 6
NOTE = "such as 203.0.113.0/24 2001:db8::/48; none: any address"


def change_addresses(screen: TokenChanges, row: TokenLine, typed: str) -> None:
    """Ask from where it may be used; nothing is asked about before it is known what holds now."""
    target, now = Target(row.key, row.audit_seq, row), screen.session.now
    known: list[Known] = []

    def judged(text: str) -> str:
        try:
            networks = _networks(text)
        except BadInput as error:
            return str(error)
        if not known:
            return "Reading from where it is used…"
        return "That is what holds already." if _kept(networks) == _kept(_networks(" ".join(known[-1][0]))) else ""

    def words(values: dict[str, str]) -> str:
        if not known:
            return ""
        own, policy, used = known[-1]
        inside, whose = only_from(own, policy)
        holds = f"Now from {inside or 'any address'}{f', {whose}' if whose else ''}."
        return f"{holds} {shut_out(values['networks'], used)}"

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        networks, used = _networks(values["networks"]), known[-1][2] if known else ()
        where = f"from {', '.join(map(str, networks))} only" if networks else "from any address its account's policy allows"
        others = f"{shut_out(values['networks'], used)} All others are answered ADDRESS_NOT_ALLOWED."
        then = others if networks else "Nobody stops."
        return lambda: screen._confirm(
            row, "Change from where it may be used?", f"It may be used {where} from then on.", then, "change it",
            lambda: screen.change("addresses", target, networks=networks), style="danger" if networks else "accent", back=form,
        )  # fmt: skip

    def know(found: Known) -> None:
        known.append(found)
        if not typed and not field.touched:
            field.value = " ".join(found[0])
            field.entry.set(field.value)

    def read(reader: Reader) -> Known:
        from store.reads.gateway_access import allowed_addresses, policy_addresses
        from store.reads.usage import addresses

        return allowed_addresses(reader, row.key), policy_addresses(reader, row.account_id), addresses(reader, row.key)

    def callers(_: str) -> Sequence[Line]:
        return _callers(known[-1][2], field.given, now) if known else ()

    def command() -> dict[str, str]:
        try:
            networks = _kept(_networks(field.given))
        except BadInput:
            networks = ""
        return {**of_token(row.account_id, row.id), "networks": networks, "clear": "" if field.given else "yes"}

    field = Field("networks", "May be used from", typed, note=NOTE, judge=judged, tells=callers)
    form = Form("From where it may be used", screen._about(row), [field], check, words)
    form.command = screen.command_of("addresses", command)
    screen.ask(form)
    screen.learn(form, read, know)


def _networks(text: str) -> tuple[Network, ...]:
    return networks_of(text.replace(",", " ").split())


def _kept(networks: Sequence[Network]) -> str:
    return " ".join(map(str, networks))


def shut_out(text: str, used: Sequence[AddressRow]) -> str:
    """Say how many of the addresses it was used from it could no longer be used from."""
    try:
        networks = _networks(text)
    except BadInput:
        return ""
    if not used:
        return "No address is on record that it was used from."
    shut = [one for one in used if networks and not is_within(one.address, networks)]
    of = f"{len(used):,} addresses" if len(used) > 1 else "one address"
    if not shut:
        return f"The {of} it was used from can go on."
    which = f"{len(shut):,} of the {of}" if len(used) > 1 else f"The {of}"
    return f"{which} it was used from can't any more: {_calls(shut)} came from there."


def _calls(used: Sequence[AddressRow]) -> str:
    number = sum(one.requests for one in used)
    return f"{number:,} request{'s' * (number != 1)}"


def _callers(used: Sequence[AddressRow], text: str, now: datetime) -> list[Line]:
    try:
        networks = _networks(text)
    except BadInput:
        networks = ()
    lines: list[Line] = []
    for one in used[:SHOWN]:
        out = bool(networks) and not is_within(one.address, networks)
        sign, style = ("✕ ", "danger") if out else ("  ", "")
        calls = f" {_calls([one])}, last {ago(one.last_seen_at, now)}"
        lines.append(line((f"{sign}{one.address:<26}", style), (calls, "quiet")))
    if len(used) > SHOWN:
        lines.append(line((f"  and {len(used) - SHOWN:,} more: the usage page has all", "quiet")))
    return lines
