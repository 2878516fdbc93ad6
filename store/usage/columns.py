"""Counted requests field by field: lists side by side, because work on a whole list costs a tenth of work on each event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, NamedTuple, cast

from store.rules.usage import Outcome
from store.usage.events import Event

Named = str | tuple[str, str]
"""What a line names a token by: its id, or the id and the account the line gives."""

WORDS = tuple(outcome.value for outcome in Outcome)
"""Outcome words by their number, which is how a code holds them: 0 is VALID."""

_NUMBERS = {outcome: number for number, outcome in enumerate(Outcome)}
_OUTCOMES = 16


class Columns(NamedTuple):
    """What stands at one place of each list is one request, in the order of the log.

    `tokens` are numbers of store.usage.tally. A code is an outcome and a status in one number. The rest is as in Event.
    """

    ats: list[int]
    tokens: list[int]
    codes: list[int]
    addresses: list[str]
    agents: list[str]
    methods: list[str]
    paths: list[str]
    services: list[str]
    latencies: list[int | None]
    request_ids: list[str]
    scopes: list[str]
    kinds: list[str]

    @classmethod
    def empty(cls) -> Columns:
        """Return columns of nothing."""
        return cls([], [], [], [], [], [], [], [], [], [], [], [])

    def at(self, places: Sequence[int]) -> Columns:
        """Return the requests at these places, in that order."""
        columns: list[list[Any]] = [list(map(column.__getitem__, places)) for column in self]
        return Columns(*columns)

    def cut(self, start: int, end: int) -> Columns:
        """Return the requests from one place to before another."""
        columns: list[list[Any]] = [column[start:end] for column in self]
        return Columns(*columns)


class Block(NamedTuple):
    """Requests field by field, like columns; each token is the text that names it, empty for none.

    None stands for a column in which every text is empty, or every latency missing. Gateways and steps are told of kinds.
    """

    ats: list[int]
    tokens: list[str]
    codes: list[int]
    addresses: list[str]
    agents: list[str]
    methods: list[str]
    paths: list[str]
    services: list[str] | None = None
    latencies: list[int | None] | None = None
    request_ids: list[str] | None = None
    scopes: list[str] | None = None
    accounts: list[str] | None = None
    kinds: list[str] | None = None
    gateways: list[str] | None = None
    steps: list[str] | None = None

    def named(self) -> list[Named]:
        """Return what each line names its token by."""
        if self.accounts is None:
            return cast("list[Named]", self.tokens)
        return list(zip(self.tokens, self.accounts, strict=True))

    def events(self) -> Iterator[Event]:
        """Yield the requests one by one."""
        none, outcomes = repeat(""), {code: (Outcome(word_of(code)), status_in(code)) for code in set(self.codes)}
        texts = (column or none for column in (self.accounts, self.scopes, self.kinds, self.gateways, self.steps))
        rows = zip(
            self.ats, self.tokens, self.codes, self.addresses, self.agents, self.methods, self.paths,
            self.services or none, self.latencies or repeat(None), self.request_ids or none, *texts, strict=False,
        )  # fmt: skip
        for at, token, code, address, agent, method, path, service, latency, request_id, account, *rest in rows:
            outcome, status = outcomes[code]
            head = (at, token, outcome, status, address, agent, method, path, service, latency, request_id, account, False)
            yield Event(*head, *rest)


def code_of(outcome: Outcome, status: int | None) -> int:
    """Return an outcome and a status as one number."""
    return (status or 0) * _OUTCOMES + _NUMBERS[outcome]


def codes_of(outcomes: Iterable[Outcome], statuses: Iterable[int | None]) -> Iterable[int]:
    """Return the codes of many requests; there are few different ones, and each is found once."""
    pairs = list(zip(outcomes, statuses, strict=True))
    codes = {pair: code_of(*pair) for pair in set(pairs)}
    return map(codes.__getitem__, pairs)


def word_of(code: int) -> str:
    """Return the outcome word of a code."""
    return WORDS[code % _OUTCOMES]


def status_in(code: int) -> int | None:
    """Return the status of a code, None where the log gave none."""
    return code // _OUTCOMES or None


def is_refused(code: int) -> bool:
    """Say whether a code is that of a refusal."""
    return code % _OUTCOMES != 0
