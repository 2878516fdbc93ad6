"""A store that was multiplied holds so many times what it held, and its pages hold what they should."""

from __future__ import annotations

from contextlib import closing

import pytest

from store.address import Address
from store.demo.building import build_demo
from store.opening import Store, open_store
from store.reads.tokens import Question, page
from store.reads.views import counts_up_to
from tests.benchmarks.multiplying import COPIED, multiply
from tests.conftest import NOW

TOKENS, TIMES = 600, 3


def numbers(store: Store) -> dict[str, int]:
    with store.reading() as reader:
        found = {f"rows of {table}": int(reader.value(f"SELECT count(*) FROM {table}")) for table in COPIED}
        found |= {f"view {name}": count.number for name, count in counts_up_to(reader, NOW, None).items()}
        return found | {"requests": int(reader.value("SELECT sum(requests) FROM usage_total WHERE account_id = ''"))}


@pytest.mark.benchmark
def test_everything_a_customer_has_is_there_so_many_times(address: Address) -> None:
    with closing(build_demo(address, tokens=TOKENS)) as store, store.reading() as reader:
        before = numbers(store)
        kept = {
            "rows of audit": int(reader.value("SELECT count(*) FROM audit WHERE account_id IS NULL")),
            "rows of audit_private": int(
                reader.value("SELECT count(*) FROM audit_private WHERE seq IN (SELECT seq FROM audit WHERE account_id IS NULL)")
            ),
            "rows of usage_total": int(reader.value("SELECT count(*) FROM usage_total WHERE account_id = ''")),
        }
        newest = page(reader, Question("live"), NOW, 5).rows
    multiply(address, TIMES)
    with closing(open_store(address)) as store:
        after = numbers(store)
        assert before["view live"] > 100
        assert after == {name: TIMES * (number - kept.get(name, 0)) + kept.get(name, 0) for name, number in before.items()}
        with store.reading() as reader:
            found = page(reader, Question("live"), NOW, 5 * TIMES).rows
        assert {row.id.partition("~")[0] for row in found} == {row.id for row in newest}
        assert len({row.key for row in found}) == 5 * TIMES
