"""Requests of tokens that are known, held in memory until they are added up and saved together (store.usage.sums)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import repeat
from sys import intern

from store.rows import TokenKey
from store.usage.columns import Block, Columns, Named, codes_of, is_refused
from store.usage.events import Event
from store.usage.measures import Measures

MOST_REQUESTS = 200
"""So many of the latest requests of a token are kept, and so many of its addresses."""


class Tally:
    """What one stretch of a log says about all tokens: its requests as they came, and what was measured apart from those.

    `tokens` numbers each token in the order in which it was first named; `names` are what blocks name one by.
    """

    def __init__(self) -> None:
        self.tokens: dict[TokenKey, int] = {}
        self.names: dict[Named, int] = {}
        self.columns = Columns.empty()
        self.measures = Measures()
        self._looked_at = 0
        self._addresses: set[str] = set()
        self._texts = 0

    def emptied(self) -> Tally:
        """Return another of the same tokens, which holds no request yet: finding each of them again would take its time."""
        other = Tally()
        other.tokens, other.names = self.tokens, self.names
        return other

    def number(self, key: TokenKey) -> int:
        """Return the number of a token, a new one when it was not named before."""
        return self.tokens.setdefault(key, len(self.tokens))

    def extend(self, keys: Sequence[TokenKey], events: Sequence[Event]) -> None:
        """Count events, each of the token at the same place of `keys`; they come in the order of the log.

        Field by field, which costs a third of one after the other. What checks say besides is for `measures` to keep.
        """
        if not events:
            return
        ats, _, outcomes, statuses, addresses, agents, methods, paths, services, latencies, ids, _, _, scopes, kinds, _, _ = zip(
            *events, strict=True
        )
        numbers, columns = {key: self.number(key) for key in dict.fromkeys(keys)}, self.columns
        columns.ats.extend(ats)
        columns.tokens.extend(map(numbers.__getitem__, keys))
        columns.codes.extend(codes_of(outcomes, statuses))
        columns.addresses.extend(_once(addresses))
        columns.agents.extend(_once(agents))
        columns.methods.extend(_once(methods))
        columns.paths.extend(paths)
        columns.services.extend(_once(services))
        columns.latencies.extend(latencies)
        columns.request_ids.extend(ids)
        columns.scopes.extend(_once(scopes))
        columns.kinds.extend(kinds)

    def extend_by(self, block: Block, named: Sequence[Named]) -> None:
        """Count many requests, which come in the order of the log; what their tokens are named by must be among `names`."""
        columns, count = self.columns, len(block.ats)
        columns.tokens.extend(map(self.names.__getitem__, named))
        columns.ats.extend(block.ats)
        columns.codes.extend(block.codes)
        columns.addresses.extend(block.addresses)
        columns.agents.extend(block.agents)
        columns.methods.extend(block.methods)
        columns.paths.extend(block.paths)
        columns.services.extend(repeat("", count) if block.services is None else block.services)
        columns.request_ids.extend(repeat("", count) if block.request_ids is None else block.request_ids)
        columns.scopes.extend(repeat("", count) if block.scopes is None else block.scopes)
        columns.kinds.extend(repeat("", count))
        columns.latencies.extend(repeat(None, count) if block.latencies is None else block.latencies)

    @property
    def size(self) -> int:
        """Return about how many different texts it holds, which is what its memory depends on."""
        columns, new = self.columns, slice(self._looked_at, None)
        self._looked_at = len(columns.ats)
        self._addresses.update(columns.addresses[new])
        self._texts += len(set(columns.paths[new])) + len(set(columns.request_ids[new]))
        return len(self._addresses) + self._texts + len(self.measures.counts) + len(self.measures.failed)

    @property
    def events(self) -> int:
        """Return how many requests it holds."""
        return len(self.columns.ats)

    @property
    def latest_ms(self) -> int | None:
        """Return the latest moment counted, or None when nothing was."""
        return max(self.columns.ats, default=None)

    @property
    def earliest_ms(self) -> int | None:
        """Return the earliest moment counted, or None when nothing was."""
        return min(self.columns.ats, default=None)

    @property
    def refused(self) -> int:
        """Return how many of the events were refused."""
        return sum(number for code, number in Counter(self.columns.codes).items() if is_refused(code))


def _once(texts: Sequence[str]) -> Iterable[str]:
    """Return texts that are kept in memory once, however many lines say the same."""
    if texts.count(texts[0]) == len(texts):
        return repeat(intern(texts[0]), len(texts))
    return map(intern, texts)
