"""Bar 26: how many checks a gateway answers beside a server that does nothing, how soon at half of that, and issuing."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from store.rules.secrets import Secret
from store.writes.issuing import issue
from tests.benchmarks.changing import issue_order
from tests.benchmarks.loading import APPLICATION, BARE, Load, doing_nothing, loaded
from tests.benchmarks.measuring import Result, kept_busy, unmeasured
from tests.benchmarks.places import MANY, Bench
from tests.gateway.running import Gateway

QUESTIONS, FEW_QUESTIONS = 10_000, 3_000
ROUNDS, FEW_ROUNDS = 5, 3
ISSUES, FEW_ISSUES = 200, 25
LATER_S = 1.5
"""So long after a round everything it left to be done later is done: checks are written to a log and counted from there."""


def checks(bench: Bench) -> list[Result]:
    """Ask a gateway without memory, one with, and servers that do nothing, in turn.

    What counts is the processor time of an answer, with all that is done later for it, because a second of a busy machine says
    little; how many answers there were in a second is told beside it.
    """
    rounds, number = (ROUNDS, QUESTIONS) if bench.tokens >= MANY else (FEW_ROUNDS, FEW_QUESTIONS)
    token = _issued(bench)()
    asked = f"GET /check?service=api HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token.reveal()}\r\n\r\n".encode()
    with ExitStack() as stack:
        places = (
            doing_nothing(stack, APPLICATION),
            doing_nothing(stack, BARE),
            _gateway(stack, bench, "0"),
            _gateway(stack, bench, "30s"),
        )
        sides = [stack.enter_context(loaded(*place, asked)) for place in places]
        found = [_round(sides, number) for _ in range(rounds + 1)][1:]
        late = _lateness(sides[2], rounds, number)
    costs = [statistics.median(cost for cost, _ in side) for side in zip(*found, strict=True)]
    rates = [statistics.median(rate for _, rate in side) for side in zip(*found, strict=True)]
    results = []
    for side, what, target in ((2, "without memory", 0.6), (3, "with memory", 0.85)):
        words = f"{costs[side]:,.0f} us and {costs[0]:,.0f}, by the clock {rates[side] / rates[0]:.2f} x"
        words += f"; reading as shortly {costs[1]:,.0f}: {costs[1] / costs[side]:.2f} x, {rates[side] / rates[1]:.2f} x"
        results.append(Result("26", f"checks {what} / nothing", target, costs[0] / costs[side], least=True, note=words))
    return [*results, late]


def _round(sides: Sequence[Load], number: int) -> list[tuple[float, float]]:
    """Return what an answer of each side takes, now and later, and how many there were in a second."""
    before = [side.spent_us() for side in sides]
    rates = [side.a_second(number) for side in sides]
    time.sleep(LATER_S)
    return [((side.spent_us() - spent) / number, rate) for side, spent, rate in zip(sides, before, rates, strict=True)]


def _lateness(load: Load, rounds: int, number: int) -> Result:
    """Ask half as often as it could answer just before; a machine that is busy with others says nothing about it.

    What was asked just before is still being counted then, and whoever asks shares the processors: both are part of it.
    """
    rates, late = [], []
    for _ in range(rounds):
        rates.append(load.a_second(number) / 2)
        late.append(load.p95_ms(rates[-1], number))
    what = f"p95 of a check at {statistics.median(rates):,.0f}/s"
    if kept_busy():
        return unmeasured("26", what, 50, f"{statistics.median(late):,.0f} ms, but others keep the machine busy", unit="ms")
    return Result("26", what, 50, statistics.median(late), "ms")


def issuing(bench: Bench) -> list[Result]:
    """Issue tokens one after the other."""
    number = ISSUES if bench.tokens >= MANY else FEW_ISSUES
    took = []
    for _ in range(number):
        made = _issued(bench)
        began = time.perf_counter()
        made()
        took.append((time.perf_counter() - began) * 1_000)
    return [Result("26", "p95 of issuing a token", 200, statistics.quantiles(took, n=20)[-1], "ms")]


def _issued(bench: Bench) -> Callable[[], Secret]:
    store, now = bench.spare, bench.now
    order, mint = issue_order(store), store.mint()
    return lambda: store.write(lambda unit: issue(unit, order, now, mint), order.action_id).token


def _gateway(stack: ExitStack, bench: Bench, cache: str) -> tuple[int, int]:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tokendesk-"))
    one = Gateway(bench.spare.address, "--cache", cache, "--spool", str(Path(folder) / "spool"), name=f"cache-{cache}")
    stack.callback(one.end)
    port = one.http.base_url.port
    assert port is not None
    return port, one.process.pid
