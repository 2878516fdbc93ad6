"""A caller that goes on calling through a proxy while its token is rotated, and takes the new one in the middle."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from store.opening import Store
from store.writes.issuing import rotate
from store.writes.orders import RotateOrder
from tests.gateway.proxy import Proxied
from tests.gateway.running import live_token, until
from tests.making import PRIYA

EACH = 10
"""So many answers are waited for with the old token, again once it is rotated, and with the new one."""


def answers_over_a_rotation(store: Store, proxied: Proxied) -> set[int]:
    """Return every status such a caller got."""
    made = live_token(store)
    token, ended, answers = [made.token.reveal()], threading.Event(), list[tuple[str, int]]()

    def loop() -> None:
        while not ended.is_set():
            sent = token[0]
            answers.append((sent, proxied.status(sent)))

    def answered(sent: str) -> int:
        return sum(one == sent for one, _ in answers[:])

    caller = threading.Thread(target=loop)
    caller.start()
    try:
        until(lambda: answered(made.token.reveal()) >= EACH)
        order = RotateOrder(key=made.key, actor=PRIYA, overlap=timedelta(hours=1))
        mint = store.mint()
        rotated = store.write(lambda unit: rotate(unit, order, datetime.now(UTC), mint), order.action_id)
        before = answered(made.token.reveal())
        until(lambda: answered(made.token.reveal()) >= before + EACH)
        token[0] = rotated.new.token.reveal()
        until(lambda: answered(rotated.new.token.reveal()) >= EACH)
    finally:
        ended.set()
        caller.join()
    return {status for _, status in answers}
