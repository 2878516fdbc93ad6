"""What a look at one token, a search and the counters of a first picture cost: each within 50 ms at any number of tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from store.opening import Store
from store.reader import Reader
from store.reads.blast import blast
from store.reads.tokens import Question, Sort, lines, page
from store.reads.usage import freshness
from store.reads.views import counts, counts_up_to
from store.rows import TokenRow
from store.rules.views import VIEWS
from tests.benchmarks.measuring import Result, interleaved
from tests.benchmarks.places import Bench
from tests.benchmarks.recording import shared_blocks, statements_of, steps_of

AT_ONCE_MS = 50
"""What every query behind a screen keeps to (performance.md, section 2)."""

BLAST_STEPS, ID_STEPS, STEPS_PER_COUNT, CAP = 100_000, 1_000, 16, 1_000
"""The work in steps of SQLite: of a token among 5,000 others of its account, of a page with one token in it, and of each
token that a view counts."""

LOOK_STEPS, STEPS_PER_ACCOUNT, WALK_STEPS = 2_000, 10, 100_000
"""The work of a search: looking a word up, looking the accounts through for it, and walking a list that holds it often."""

NOBODY = "zzqqxx"
"""In no name, id or account."""

LEAST_WORD = 4


def blast_radius(bench: Bench) -> list[Result]:
    """Count and time what is read before the busiest token is revoked."""
    question = Question("live", sort=Sort("requests", descending=True))

    def busiest(store: Store) -> TokenRow:
        with store.reading() as reader:
            return page(reader, question, bench.now, 1).rows[0]

    large, small = busiest(bench.large), busiest(bench.small)
    with bench.large.reading() as reader:
        (taken,) = interleaved(bench.rounds, lambda: blast(reader, large, bench.now))
    more = len(_sent(bench, bench.large, large)) - len(_sent(bench, bench.small, small))
    results = [
        Result("25", "blast radius of the busiest token", AT_ONCE_MS, taken.median * 1000, "ms"),
        Result("13", "more statements in the large store: blast radius", 0, more, "", exact=True),
    ]
    if bench.is_sqlite:
        steps = steps_of(bench.large, lambda reader: blast(reader, large, bench.now))
        results.append(Result("10", "steps of the busiest token's blast radius", BLAST_STEPS, steps, "steps", exact=True))
    return results


def _sent(bench: Bench, store: Store, row: TokenRow) -> list[object]:
    return list(statements_of(store, lambda reader: blast(reader, row, bench.now)))


def searches(bench: Bench) -> list[Result]:
    """Count and time the first page of a search: for an id in its several forms, a common word, and for what nobody has."""
    with bench.large.reading() as reader:
        rows = lines(reader, Question("live"), bench.now, 2_000).rows
        accounts = int(reader.value("SELECT count(*) FROM account"))
    words = Counter(word for row in rows for word in row.name.lower().split() if len(word) >= LEAST_WORD and word.isalpha())
    row = next(row for row in rows[len(rows) // 2 :] if row.id.isalnum() and row.hint)
    common, whole = words.most_common(1)[0][0], row.id
    prefixed = f"tkd_{row.environment}_{whole}"
    looked = LOOK_STEPS + STEPS_PER_ACCOUNT * accounts
    searched = {
        "a whole id": (whole, ID_STEPS),
        "a whole id behind its prefix": (prefixed, ID_STEPS),
        "a part of an id": (whole[2:8], looked),
        "an id by both its ends": (f"{prefixed[:13]}…{row.hint}", 2 * looked),  # each end is looked for
        "a common word": (common, looked + WALK_STEPS),
        "what nobody has": (NOBODY, looked),
    }
    results = []
    for what, (text, limit) in searched.items():
        read = _page_of(text, bench)
        with bench.large.reading() as reader:
            (taken,) = interleaved(bench.rounds, lambda reader=reader, read=read: read(reader))  # type: ignore[misc]
        results.append(Result("25", f"search for {what}", AT_ONCE_MS, taken.median * 1000, "ms", slack=50))
        if bench.is_sqlite:
            steps = steps_of(bench.large, read)
            results.append(Result("10", f"steps of a search for {what}", limit, steps, "steps", exact=True))
        elif what != "a common word":
            blocks = sum(shared_blocks(bench.large, statement) for statement in statements_of(bench.large, read))
            results.append(Result("11", f"blocks of a search for {what}", 500, blocks, "blocks", exact=True))
    return results


def _page_of(text: str, bench: Bench) -> Callable[[Reader], object]:
    question = Question("live", text)
    return lambda reader: lines(reader, question, bench.now, 50)


def counters(bench: Bench) -> list[Result]:
    """Count and time what the counters of the first picture need; the exact numbers follow."""

    def first(reader: Reader) -> object:
        return freshness(reader), counts_up_to(reader, bench.now, CAP)

    with bench.large.reading() as reader:
        capped, whole = interleaved(bench.rounds, lambda: first(reader), lambda: counts(reader, bench.now))
    results = [
        Result("25", f"every counter, up to {CAP:,}", AT_ONCE_MS, capped.median * 1000, "ms"),
        Result("25", "every counter, exactly", 1_000, whole.median * 1000, "ms", note="follows after the first picture"),
    ]
    if bench.is_sqlite:
        limit = STEPS_PER_COUNT * CAP * len(VIEWS)
        steps = steps_of(bench.large, first)
        results.append(Result("25", f"steps of every counter, up to {CAP:,}", limit, steps, "steps", exact=True))
    return results
