"""The ends of tokens as an iCalendar file (RFC 5545): an event for each, under an id that stays when the end moves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from store.errors import Refused
from store.notice_rows import Ending
from store.rules.notice_words import one_line, plain_hint

REMINDED = timedelta(days=7)
"""How long before it each event reminds."""


def calendar_text(endings: Iterable[Ending], store_id: str, now: datetime) -> str:
    """Return the file, its lines ended by CR LF and folded at 75 bytes; raises Refused where the library is missing."""
    try:
        from icalendar import Alarm, Calendar, Event
    except ImportError:
        raise Refused("Calendars can't be written here.", "Install it with: uv tool install 'tokendesk[calendar]'") from None
    calendar = Calendar()
    calendar.add("prodid", "-//tokendesk//expiries//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "API tokens that end")
    for one in endings:
        summary, words = _words(one)
        event = Event()
        event.add("uid", f"{uuid5(NAMESPACE_OID, f'{store_id}/{one.account_id}/{one.token_id}')}@tokendesk")
        event.add("dtstamp", now.replace(microsecond=0))
        event.add("dtstart", one.end.replace(microsecond=0))
        event.add("summary", summary)
        event.add("description", words)
        event.add("transp", "TRANSPARENT")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -REMINDED)
        alarm.add("description", summary)
        event.add_component(alarm)
        calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")


def _words(one: Ending) -> tuple[str, str]:
    """Return the heading and the text of an event; names stand on one line, whatever is in them."""
    account = one_line(one.account_name) or one.account_id
    hint = plain_hint(one.hint)
    label = f"…{hint}" if hint else "without known last characters"
    old = "Old token" if one.replaced else "Token"
    after = "Its replacement works already." if one.replaced else "It has no replacement yet."
    named = f" “{name}”" if (name := one_line(one.name)) else ""
    return (
        f"{old} {label} of {account} stops working ({one.environment} environment)",
        f"The token{named}, id {one_line(one.account_id)}/{one_line(one.token_id)}, is refused from now on. {after}",
    )
