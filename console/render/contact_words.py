"""Why somebody should be called about a token, and whom, in words: for the dashboard, the command line and a ticket."""

from __future__ import annotations

from datetime import datetime

from console.render.moments import ago, ago_words, at
from console.render.rhythm_words import rhythm_words
from store.contact_rows import Contact, Person
from store.rules.status import Status

REASON_WORDS = {
    "NOT_FOUND": "unknown token",
    "BAD_CHECKSUM": "cut or mistyped",
    "EXPIRED": "expired",
    "RETIRED": "replaced, overlap over",
    "REVOKED": "revoked",
    "SUSPENDED": "suspended",
    "INSUFFICIENT_SCOPE": "scope missing",
    "ADDRESS_NOT_ALLOWED": "address not allowed",
    "RATE_LIMITED": "too many requests",
}
"""Why a request was refused, in few words."""

_ENDED = {Status.EXPIRED: "expired", Status.REVOKED: "revoked", Status.SUSPENDED: "suspended"}


def why_words(contact: Contact, now: datetime) -> tuple[str, ...]:
    """Return what happens to the token, in words of several lengths, the longest first: how often, why, since when."""
    times = f"{contact.times:,}{'+' if contact.more else ''}×"
    last = _last(contact.latest, now)
    match contact.finding:
        case "knocking":
            ended = _ENDED.get(contact.token.status, "dead")
            why = "" if contact.about.lower() == ended else f", {REASON_WORDS.get(contact.about, contact.about.lower())}"
            return (
                f"refused {times} in 7 d{why}; {ended} {_day(contact.since, now)}; last {last}",
                f"refused {times} in 7 d; {ended} {_short(contact.since, now)}",
                f"refused {times}, {ended}",
            )
        case "silent":
            usual = rhythm_words(contact.rhythm) if contact.rhythm is not None else "regularly"
            due = f"due {_short(contact.since, now)}" if contact.since else "overdue"
            return (f"no call; usually {usual}, {due}; last {last}", f"usually {usual}, {due}", f"no call, {due}")
        case "new-address":
            where = contact.about or "a new address"
            return (
                f"{times} from {where}, first seen {_day(contact.since, now)}; last {last}",
                f"{times} from {where} since {_short(contact.since, now)}",
                f"{times} from {where}",
            )
        case _:
            by = f" by {contact.token.revoked_by}" if contact.token.revoked_by else ""
            return (
                f"accepted {times} after it was revoked{by} {_day(contact.since, now)}; last {last}",
                f"accepted {times} after its end {_short(contact.since, now)}",
                f"accepted {times} after its end",
            )


def person_words(person: Person, *, email: bool = True) -> str:
    """Return a person as one would ask for them: `Leo (owner, admin) leo@bolt.example`."""
    parts = [word for word, true in (("owner", person.owner), ("admin", person.admin)) if true]
    name = person.name or person.id
    mail = f" {person.email}" if email and person.email and person.email != name else ""
    return f"{name} ({', '.join(parts)}){mail}"


def people_words(contact: Contact) -> tuple[str, ...]:
    """Return whom to call, in words of several lengths, the longest first; an account without anybody says so."""
    people = contact.people
    if not people:
        return ("nobody: no owner, no admin on record", "nobody on record")
    none = "" if any(person.owner for person in people) else "no owner; "
    whole = none + ", ".join(person_words(person) for person in people)
    return (whole, none + person_words(people[0]), person_words(people[0]), person_words(people[0], email=False))


def contact_sentences(contact: Contact, now: datetime) -> list[str]:
    """Return the same for a ticket: what happens, and who can be reached and how. Nothing of the secret."""
    return [f"Why we call: {_finding_sentence(contact, now)}", f"Whom to call: {_whom_sentence(contact)}"]


def _finding_sentence(contact: Contact, now: datetime) -> str:
    times = f"{'at least ' if contact.more else ''}{contact.times:,} {'request' if contact.times == 1 else 'requests'}"
    was = "was" if contact.times == 1 else "were"
    since = f"{at(contact.since)}, {ago_words(contact.since, now)}" if contact.since else "an unknown date"
    latest = f", the last on {at(contact.latest)}, {ago_words(contact.latest, now)}" if contact.latest else ""
    match contact.finding:
        case "knocking":
            why = REASON_WORDS.get(contact.about, contact.about)
            reason = f" ({why})" if why else ""
            refused = f"{times} {was} refused in the last 7 days{reason}"
            return f"it has not worked since {since}, but is still called: {refused}{latest}."
        case "silent":
            usual = rhythm_words(contact.rhythm) if contact.rhythm is not None else "regularly"
            return f"it has stopped calling: it usually calls {usual}; a call has been due since {since}{latest}."
        case "new-address":
            return f"it is called from an address not seen before, {contact.about or 'unknown'}, since {since}: {times}{latest}."
        case _:
            return f"{times} {was} accepted after its revocation on {since}{latest}."


def _whom_sentence(contact: Contact) -> str:
    if not contact.people:
        return "the token has no active owner and its account no active admin on record."
    told = [f"{person_words(person)}{'' if person.email else ', no e-mail on record'}" for person in contact.people]
    none = "" if any(person.owner for person in contact.people) else "; the token has no active owner"
    return f"{'; '.join(told)}{none}."


def _last(moment: datetime | None, now: datetime) -> str:
    return ago(moment, now) if moment is not None else "unknown"


def _day(moment: datetime | None, now: datetime) -> str:
    return f"{moment:%d %b %H:%M}Z" if moment is not None else "on an unknown date"


def _short(moment: datetime | None, now: datetime) -> str:
    return ago(moment, now) if moment is not None else "at some time"
