"""The two forms of a leak: why a token goes whose secret is not proven, and where a token was seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.dialogs.form import Field, Form
from console.render.sheet import line
from store.rows import Identified, TokenRow

if TYPE_CHECKING:
    from console.screens.leaks import LeaksScreen

_LEAST_REASON = 5


def ask_unproven(screen: LeaksScreen, found: Identified, then: Callable[[str], object]) -> None:
    """Ask why a token must go although its secret was not proven, in a few words; `then` hears them."""

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        if len(values["reason"]) < _LEAST_REASON:
            return "Say in a few words why it must go although the secret was not proven."
        return lambda: then(values["reason"])

    about = line(("Not proven: ", "finding"), found.why or "only the id is known", (". This may be forged.", "quiet"))
    form = Form("Revoke without proof?", about, [Field("reason", "Reason")], check)
    form.command = screen.command_of("revoke", lambda: form.values)
    screen.ask(form)


def ask_where(screen: LeaksScreen, found: Identified, row: TokenRow) -> None:
    """Ask where a token was seen, and put it on record."""

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        if not values["source"].strip():
            return "Say what it was seen in: a repository, a chat, a file."
        return lambda: screen.put_on_record(row.key, found.verdict, values["source"], values["place"])

    about = line("Kept for the incident, once for each place. ", ("Never paste the token here; secrets are masked.", "quiet"))
    form = Form("Where was it seen?", about, [Field("source", "Seen in"), Field("place", "Where in it")], check)
    form.command = screen.command_of("seen", lambda: form.values)
    screen.ask(form)
