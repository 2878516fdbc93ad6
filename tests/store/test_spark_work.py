"""What the bars of some tokens cost does not grow with how many other tokens are in use."""

from __future__ import annotations

from store.lines import TokenKey
from store.moments import HOUR_MS, to_ms
from store.opening import Store
from store.reads.tokens import Question, lines, spark
from tests.benchmarks.recording import bad_plans, statements_of, steps_of
from tests.benchmarks.test_work_done import fill
from tests.conftest import NOW

SHOWN, OTHERS, HOURS = 12, 1_000, 24
_OTHERS = (
    "INSERT INTO usage_hour (hour, account_id, token_id, requests, refused, status_2xx, status_3xx, status_4xx, status_5xx) "
    "WITH RECURSIVE other(number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM other WHERE number < {last}) "
    "SELECT {hour} - (number - number / {hours} * {hours}), 'OTHER', 'T' || (number / {hours}), 1, 0, 1, 0, 0, 0 FROM other"
)


def test_the_bars_of_a_few_tokens_are_the_same_work_however_many_others_are_in_use(store: Store) -> None:
    fill(store, 120)
    with store.reading() as reader:
        keys = [row.key for row in lines(reader, Question("live"), NOW, SHOWN).rows]
    before, alone = _bars(store, keys), _work(store, keys)
    others = _OTHERS.format(hour=to_ms(NOW) // HOUR_MS, hours=HOURS, last=OTHERS * HOURS - 1)
    store.write(lambda unit: unit.run(others))
    store.write(lambda unit: unit.run("ANALYZE"))
    assert _bars(store, keys) == before
    assert sum(map(sum, before.values())) == SHOWN
    assert _bad(store, keys) == []
    assert _work(store, keys) <= 1.05 * alone


def _bars(store: Store, keys: list[TokenKey]) -> dict[TokenKey, tuple[int, ...]]:
    with store.reading() as reader:
        return spark(reader, keys, NOW)


def _bad(store: Store, keys: list[TokenKey]) -> list[str]:
    sent = statements_of(store, lambda reader: spark(reader, keys, NOW))
    return [line for one in sent for line in bad_plans(store, one)]


def _work(store: Store, keys: list[TokenKey]) -> int:
    """Return the steps of SQLite; PostgreSQL counts none."""
    return steps_of(store, lambda reader: spark(reader, keys, NOW)) if store.address.is_sqlite else 0
