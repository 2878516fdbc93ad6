"""`tokendesk tokens blast` and `timeline`: what a token's usage says, for a person and for a program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from console.cli.output import print_array, print_record, show
from console.render.blast import same_scopes, what_stops
from console.render.blast_words import how_often, nobody_else, told_words, when_next, who_calls
from console.render.counts import counted
from console.render.pieces import Line
from console.render.rhythm_words import rhythm_words
from console.render.sparks import spark
from console.reports.cells import Value, stamped
from console.reports.freshness import freshness_record, freshness_sentence
from store.opening import Store
from store.reads.blast import blast
from store.reads.timeline import Timeline, timeline
from store.reads.usage import freshness
from store.rows import Freshness, TokenRow
from store.rules.blast import Blast, Use


def print_blasts(store: Store, rows: Sequence[TokenRow], now: datetime, *, as_json: bool) -> None:
    """Print the blast radius of some tokens: sentences, or one JSON object for each."""
    with store.reading() as reader:
        found, fresh = [(row, blast(reader, row, now)) for row in rows], freshness(reader)
    if as_json:
        print_array({**blast_record(row, one, now, fresh), **freshness_record(fresh)} for row, one in found)
        return
    for number, (row, one) in enumerate(found):
        if number:
            show()
        show(f"{row.account_id}/{row.id}  {row.name or '(no name)'}")
        for sentence in (*blast_sentences(row, one, now, fresh), freshness_sentence(fresh)):
            show(f"  {sentence}")


def blast_sentences(row: TokenRow, found: Blast, now: datetime, fresh: Freshness) -> Iterable[str]:
    """Yield what a revocation would break, most important first."""
    account = row.account_name or row.account_id
    words: tuple[Line, ...] = (
        what_stops(row, now, fresh=fresh), who_calls(found), how_often(found), when_next(found, now), nobody_else(found, account),
        same_scopes(len(found.siblings), account) if row.live else (),
    )  # fmt: skip
    yield from (text for line in words if (text := "".join(piece.text for piece in line)))
    if words_since := told_words(found, fresh):
        yield words_since


def blast_record(row: TokenRow, found: Blast, now: datetime, fresh: Freshness) -> dict[str, Value]:
    """Return a blast radius as a JSON object; nobody looked who could take over from a token that is over: null."""
    quiet = found.quiet(now)
    return {
        "id": row.id,
        "account": row.account_id,
        "name": row.name,
        "status": row.status.value,
        "requests_1h": found.requests_1h,
        "requests_24h": found.requests_24h,
        "requests_7d": found.requests_7d,
        "refused_7d": found.refused_7d,
        "integrations": [_use_record(use) for use in found.integrations],
        "endpoints": [_use_record(use) for use in found.endpoints],
        "addresses_7d": found.addresses,
        "addresses_7d_whole": not found.more_addresses,
        "rhythm": rhythm_words(found.rhythm, found.gap(now)) if found.rhythm else None,
        "next_call": stamped(found.next_call(now)),
        "quiet_from": stamped(quiet[0]) if quiet else None,
        "quiet_until": stamped(quiet[1]) if quiet else None,
        "siblings": list(found.siblings) if row.live else None,
        "sole_scopes": list(found.sole_scopes) if row.live else None,
        "callers_recorded_since": stamped(found.told_since),
        "stops": " ".join(blast_sentences(row, found, now, fresh)),
    }


def print_timeline(store: Store, row: TokenRow, now: datetime, *, as_json: bool) -> None:
    """Print a token's story: the sentence, its days, and its events."""
    with store.reading() as reader:
        story, fresh = timeline(reader, row, now), freshness(reader)
    if as_json:
        print_record({**_timeline_record(row, story), **freshness_record(fresh)})
        return
    show(row.name or "(no name)")
    show(f"  {story.sentence}")
    show(f"  {len(story.days.requests)} days {spark(story.days.requests, 45)} {counted(sum(story.days.requests), 'request')}")
    show(f"  {freshness_sentence(fresh)}")
    for event in story.events:
        ahead = "  (to come)" if event.at > now else ""
        show(f"  {event.at:%Y-%m-%d %H:%M}Z  {event.word:<13} {event.about}{ahead}".rstrip())


def _timeline_record(row: TokenRow, story: Timeline) -> dict[str, Value]:
    return {
        "id": row.id,
        "account": row.account_id,
        "sentence": story.sentence,
        "events": [{"at": stamped(event.at), "event": event.word, "about": event.about} for event in story.events],
        "days": {
            "start": stamped(story.days.start),
            "step_seconds": story.days.step_s,
            "requests": list(story.days.requests),
            "refused": list(story.days.refused),
        },
    }


def _use_record(use: Use) -> dict[str, Value]:
    return {"name": use.name, "requests": use.requests, "refused": use.refused, "last_at": stamped(use.last_at)}
