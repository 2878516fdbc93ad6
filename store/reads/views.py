"""How many tokens each saved view holds, all in one statement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from store.moments import to_ms
from store.reader import Reader
from store.reads.counting import OTHERS, counting_most, counting_up_to, takes_off, unlike
from store.reads.filter_sql import Predicate, compile_filter
from store.reads.narrowing import token_source
from store.rules.filters import parse
from store.rules.views import VIEWS


@dataclass(frozen=True, slots=True)
class Count:
    """A number, or with `more` the least it is: counting stopped there."""

    number: int
    more: bool = False


def counts(reader: Reader, now: datetime, *, past: bool = False) -> dict[str, int]:
    """Return the exact number of tokens in each view, by its name; of accounts for a view that counts accounts."""
    return {name: count.number for name, count in counts_up_to(reader, now, None, past=past).items()}


def counts_up_to(reader: Reader, now: datetime, cap: int | None, *, past: bool = False) -> dict[str, Count]:
    """Return the number in each view, but never count further than `cap`: such a number says `more`.

    Each capped count reads at most `cap` rows of its index, whatever the size of the store. Exact ones walk their indexes
    to the end, and look once at those tokens that may have to be taken off, for all views together.
    """
    params: dict[str, object] = {"now": to_ms(now)} if cap is None else {"cap": cap + 1}
    columns, taken_off = [], []
    for number, view in enumerate(VIEWS):
        predicate = compile_filter(parse(view.filter), now, past=past, prefix=f"v{number}_")
        params |= predicate.params
        source = token_source(reader, predicate)
        if view.by_account and predicate.accounts_first:
            columns.append(_accounts(predicate, source, capped=cap is not None))
        elif view.by_account:
            columns.append(_accounts_of_tokens(predicate, source, capped=cap is not None))
        elif cap is not None:
            columns.append(counting_up_to(predicate, source, "cap"))
        elif takes_off(predicate):
            columns.append(f"{counting_most(predicate, source)} - taken.v{number}")
            taken_off.append(f"coalesce(sum(CASE WHEN {unlike(predicate)} THEN 1 ELSE 0 END), 0) AS v{number}")
        else:
            columns.append(counting_most(predicate, source))
    taken = f" FROM (SELECT {', '.join(taken_off)} FROM {OTHERS}) AS taken" if taken_off else ""
    row = reader.one(f"SELECT {', '.join(columns)}{taken}", params) or ()
    found = {view.name: int(value) for view, value in zip(VIEWS, row, strict=True)}
    return {name: Count(value) if cap is None or value <= cap else Count(cap, True) for name, value in found.items()}


def account_count(reader: Reader, now: datetime) -> int:
    """Return how many accounts have more than 10 live tokens."""
    return counts(reader, now)["sprawl"]


def _accounts(predicate: Predicate, source: str, *, capped: bool) -> str:
    """Return the expression that counts accounts, each looked at once: first by its own terms, then for a token of its."""
    tokens = [term for term in predicate.terms if _OF_TOKENS.search(term)]
    own = [term for term in predicate.terms if term not in tokens]
    held = f"EXISTS (SELECT 1 FROM token t WHERE {' AND '.join(tokens)})"
    accounts = source.removesuffix(" CROSS JOIN token t")
    few = " LIMIT :cap" if capped else ""
    return f"(SELECT count(*) FROM (SELECT 1 FROM {accounts} WHERE {' AND '.join([*own, held])}{few}) AS held)"


def _accounts_of_tokens(predicate: Predicate, source: str, *, capped: bool) -> str:
    held = f"SELECT DISTINCT t.account_id FROM {source} WHERE {predicate.sql}{' LIMIT :cap' if capped else ''}"
    return f"(SELECT count(*) FROM ({held}) AS held)"


_OF_TOKENS = re.compile(r"\bt\.")
"""What a term about the token itself holds."""
