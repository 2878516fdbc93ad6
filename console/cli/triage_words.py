"""What a triage prints: a table of the tokens found and a few sentences, or JSON; never a word of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.cli.output import print_record, print_table, show
from console.reports.cells import stamped
from store.moments import stamp
from store.rules.leaks import Verdict
from store.rules.places import clean_place

if TYPE_CHECKING:
    from console.reports.cells import Value
    from store.reads.triage import Sighting, Triage
    from store.writes.ending import Outcome
    from store.writes.exposures import Exposed


def tell(found: Triage, done: dict[str, Outcome], recorded: Exposed | None, source: str, as_json: bool) -> None:
    """Print what was found, what is on record now, and what was revoked."""
    if as_json:
        print_record(
            {
                "source": source,
                "tokens": [_record(one, done) for one in found.sightings],
                "not_ours": found.foreign,
                "duplicates": found.duplicates,
                "words_tried": found.tried,
                "words_cut_short": found.cut_short,
                "bytes": found.read,
                "recorded": recorded is not None,
                "places_recorded": recorded.recorded if recorded else 0,
                "places_known": recorded.known if recorded else 0,
            }
        )
        return
    if found.sightings:
        print_table(
            ("Verdict", "Token", "Account", "Name", "Seen", "Where", "What is known"),
            [_cells(one, done) for one in found.sightings],
            right=frozenset({4}),
            shrink=(3, 2, 5),
            drop=(4, 2, 5),
        )
        show()
    for sentence in _summary(found, done, recorded):
        show(sentence)


def _cells(one: Sighting, done: dict[str, Outcome]) -> tuple[str, ...]:
    row = one.found.row
    assert row is not None
    return (
        one.found.verdict.value,
        row.id,
        row.account_name,
        row.name,
        f"{one.times:,}",
        clean_place(next(iter(one.places), "")),
        _known(one, done),
    )


def _known(one: Sighting, done: dict[str, Outcome]) -> str:
    row = one.found.row
    assert row is not None
    ended = done.get(row.id)
    if ended is not None:
        proof = ended.revoked
        return f"REVOKED, refused everywhere by {stamp(proof.refused_by)}" if proof else f"left alone: {ended.problem}"
    if row.revoked_at is not None:
        return f"revoked {row.revoked_at:%Y-%m-%d %H:%M} by {row.revoked_by}"
    return one.found.why or row.status.value


def _record(one: Sighting, done: dict[str, Outcome]) -> dict[str, Value]:
    row = one.found.row
    assert row is not None
    ended = done.get(row.id)
    return {
        "verdict": one.found.verdict.value,
        "id": row.id,
        "account": row.account_id,
        "account_name": row.account_name,
        "name": row.name,
        "hint": row.hint,
        "status": row.status.value,
        "why": one.found.why,
        "times": one.times,
        "lines": one.lines,
        "places": [{"place": clean_place(place), "times": times} for place, times in one.places.items()],
        "elsewhere": one.elsewhere,
        "revoked_at": stamped(row.revoked_at) if row.revoked_at else None,
        "revoked_by": row.revoked_by,
        "revoked_now": ended is not None and ended.revoked is not None,
    }


def _summary(found: Triage, done: dict[str, Outcome], recorded: Exposed | None) -> list[str]:
    words = (
        (Verdict.VERIFIED, "live and verified"),
        (Verdict.ID_ONLY, "with a real id but no right secret"),
        (Verdict.DAMAGED, "a damaged copy"),
        (Verdict.DEAD, "already dead"),
    )
    counts = [f"{len(found.of(verdict)):,} {text}" for verdict, text in words if found.of(verdict)]
    counts += [f"{found.foreign:,} not ours"] if found.foreign else []
    lines = [f"{', '.join(counts)}." if counts else "No token is in it."]
    if found.duplicates:
        lines.append(f"{found.duplicates:,} more are repetitions of these.")
    if found.tried:
        lines.append(f"{found.tried:,} words of other forms were compared with the digests of imported tokens.")
    if found.cut_short:
        from store.reads.triage import MOST_TRIED

        lines.append(f"Only the first {MOST_TRIED:,} such words were: look for imported tokens in smaller parts of the text.")
    if found.sightings:
        lines.append(_on_record(recorded))
    if found.of(Verdict.VERIFIED) and not done:
        count = len(found.of(Verdict.VERIFIED))
        lines.append(f"Nothing was revoked. To end what is verified: --revoke verified --confirm {count}")
    return lines


def _on_record(recorded: Exposed | None) -> str:
    if recorded is None:
        return "Nothing was put on record; --case or --record does."
    if not recorded.recorded:
        return "Where they were seen was on record already."
    places = "1 place is" if recorded.recorded == 1 else f"{recorded.recorded:,} places are"
    known = f", {recorded.known:,} were before" if recorded.known else ""
    marked = len(recorded.marked)
    exposed = f" {marked:,} {'token is' if marked == 1 else 'tokens are'} marked as exposed." if marked else ""
    return f"{places} on record now{known}.{exposed}"
