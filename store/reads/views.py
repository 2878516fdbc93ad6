"""How many tokens each saved view holds, all in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.moments import to_ms
from store.reader import Reader
from store.reads.counting import OTHERS, counting_most, counting_up_to, takes_off, unlike
from store.reads.filter_sql import Predicate, compile_filter
from store.reads.narrowing import token_source
from store.reads.parts import parts_of
from store.reads.sorting import parse_sort
from store.rules.filters import narrowed, of_account, parse
from store.rules.views import VIEWS, View


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

    Each capped count looks at little more than `cap` tokens, whatever the size of the store; of accounts only a tenth as
    many are counted, because some ten tokens of each are looked at. Exact ones walk their indexes to the end, and look
    once, for all views together, at those tokens that may have to be taken off.
    """
    params: dict[str, object] = {"now": to_ms(now)}
    columns, taken_off, caps = [], [], []
    for number, view in enumerate(VIEWS):
        predicate = compile_filter(parse(view.filter), now, past=past, prefix=f"v{number}_")
        source = token_source(reader, predicate, None if view.by_account else parse_sort(view.sort).field)
        params |= predicate.params
        caps.append(cap if cap is None or not view.by_account else max(1, cap // 10))
        if caps[-1] is not None:
            params[f"cap{number}"] = caps[-1] + 1
            columns.append(_up_to(f"cap{number}", view, predicate, source))
        elif view.by_account:
            columns.append(f"(SELECT count(*) FROM ({_accounts(predicate, source)}) AS held)")
        else:
            columns.append(counting_most(predicate, source))
            if takes_off(predicate):
                columns[-1] += f" - taken.v{number}"
                taken_off.append(f"coalesce(sum(CASE WHEN {unlike(predicate)} THEN 1 ELSE 0 END), 0) AS v{number}")
    taken = f" FROM (SELECT {', '.join(taken_off)} FROM {OTHERS}) AS taken" if taken_off else ""
    row = reader.one(f"SELECT {', '.join(columns)}{taken}", params) or ()
    found = zip(VIEWS, map(int, row), caps, strict=True)
    return {view.name: Count(value) if most is None or value <= most else Count(most, True) for view, value, most in found}


def counts_of_account(reader: Reader, account_id: str, now: datetime) -> dict[str, int]:
    """Return the exact number of one account's tokens in each view: what the view's list shows narrowed to the account."""
    params: dict[str, object] = {}
    columns = []
    for number, view in enumerate(VIEWS):
        wanted = narrowed(parse(view.filter), parse(of_account(account_id)))
        predicate = compile_filter(wanted, now, prefix=f"v{number}_")
        params |= predicate.params
        columns.append(f"(SELECT count(*) FROM {predicate.source} WHERE {predicate.sql})")
    row = reader.one(f"SELECT {', '.join(columns)}", params) or ()
    return {view.name: int(value) for view, value in zip(VIEWS, row, strict=True)}


def account_count(reader: Reader, now: datetime) -> int:
    """Return how many accounts have more than 10 live tokens."""
    return counts(reader, now)["sprawl"]


def _up_to(cap: str, view: View, predicate: Predicate, source: str) -> str:
    if not view.by_account:
        sort = parse_sort(view.sort)
        order = parts_of(sort, predicate)[-1].order_by(descending=sort.descending)
        return counting_up_to(predicate, source, cap, order)
    return f"(SELECT count(*) FROM ({_accounts(predicate, source)} LIMIT :{cap}) AS held)"


def _accounts(predicate: Predicate, source: str) -> str:
    """Return the query of the accounts that hold tokens of a filter; where accounts stand first, each is looked at once."""
    if not predicate.accounts_first:
        return f"SELECT DISTINCT t.account_id FROM {source} WHERE {predicate.sql}"
    own, tokens = predicate.by_account
    held = f"EXISTS (SELECT 1 FROM token t WHERE {' AND '.join(tokens)})"
    return f"SELECT 1 FROM {source.removesuffix(' CROSS JOIN token t')} WHERE {' AND '.join([*own, held])}"
