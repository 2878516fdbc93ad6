"""Adding up what a tally holds: per token and minute, hour, day, caller and address. Pure; a retry adds up the same again.

Each table of counts is made by one pass over whole columns; what costs more, such as finding the endpoint in a path, is done
once for each kind of request and not for each request.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress, groupby, repeat

from store.moments import DAY_MS, HOUR_MS, MINUTE_MS
from store.rows import TokenKey
from store.rules.callers import OTHERS, endpoint_of, integration_of
from store.usage.columns import Columns, is_refused, status_in, word_of
from store.usage.proving import CODES, STEP
from store.usage.tally import MOST_REQUESTS, Tally

_HOURS_PER_DAY = DAY_MS // HOUR_MS
_NOTHING, _NEVER = (0, 0, 0), (0, 0, -1)
_DIGITS = "0123456789"
_Call = tuple[int, int, str, str, str]
_Seen = tuple[int, int, int, int]
"""(requests, refused, last seen, first seen)"""

_NOBODY: Counter[str] = Counter()
Part = tuple[int, str, str, str, str, str, int, int, int]


class Sums:
    """What a tally adds up to, each table of it when it is first asked for and only then.

    Its tokens are numbered anew, in the order of their keys: `keys` names them.
    """

    def __init__(self, tally: Tally) -> None:
        self.keys: list[TokenKey] = sorted(tally.tokens)
        ranks = [0] * len(self.keys)
        for rank, key in enumerate(self.keys):
            ranks[tally.tokens[key]] = rank
        self._logged = tally.columns._replace(tokens=list(map(ranks.__getitem__, tally.columns.tokens)))

    @property
    def columns(self) -> Columns:
        """The requests, oldest first."""
        return self._in_order[0]

    @property
    def orders(self) -> Sequence[int]:
        """Where each of them stood in the log."""
        return self._in_order[1]

    def minutes(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield (minute, token, requests, refused), in order."""
        ats, tokens, codes = self._logged[:3]
        minutes = [at // MINUTE_MS for at in ats]
        refused = Counter(compress(zip(minutes, tokens, strict=True), map(self._refusing.__contains__, codes))).get
        both = Counter(zip(minutes, tokens, strict=True))
        for key, count in sorted(both.items()):
            yield *key, count, refused(key, 0)

    @cached_property
    def hours(self) -> list[tuple[int, int, int, int, int, int, int, int]]:
        """(hour, token, requests, refused, and answers of the classes 2xx, 3xx, 4xx and 5xx), in order."""
        means = {code: (is_refused(code), (status_in(code) or 0) // 100) for code in self._codes}
        found: dict[tuple[int, int], list[int]] = {}
        for (hour, token, code), count in self._answers.items():
            no, answer = means[code]
            row = found.get((hour, token))
            if row is None:
                row = found[hour, token] = [0] * 8
            row[6] += count
            row[answer] += count
            if no:
                row[7] += count
        return [(*key, row[6], row[7], row[2], row[3], row[4], row[5]) for key, row in sorted(found.items())]

    def latest(self) -> list[int]:
        """Return the places of the latest 200 requests of each token: token by token, each oldest first."""
        tokens = self.columns.tokens
        if len(tokens) <= MOST_REQUESTS or max(Counter(tokens).values()) <= MOST_REQUESTS:
            return sorted(range(len(tokens)), key=tokens.__getitem__)
        left, places = [MOST_REQUESTS] * len(self.keys), []
        for place in range(len(tokens) - 1, -1, -1):
            if left[tokens[place]]:
                left[tokens[place]] -= 1
                places.append(place)
        places.reverse()
        places.sort(key=tokens.__getitem__)
        return places

    def reasons(self) -> Counter[tuple[int, int, str]]:
        """Return (hour, token, outcome word) -> refused requests."""
        found: Counter[tuple[int, int, str]] = Counter()
        if self._refusing:
            for (hour, token, code), count in self._answers.items():
                if code in self._refusing:
                    found[hour, token, word_of(code)] += count
        return found

    @cached_property
    def days(self) -> list[tuple[int, int, int, int, int]]:
        """(day, token, requests, refused, active hours as bits), in order."""
        found: dict[tuple[int, int], tuple[int, int, int]] = {}
        for hour, token, count, no, *_ in self.hours:
            key = (hour // _HOURS_PER_DAY, token)
            before, refused, active = found.get(key, _NOTHING)
            found[key] = (before + count, refused + no, active | 1 << hour % _HOURS_PER_DAY)
        return [(*key, *row) for key, row in sorted(found.items())]

    def addresses(self) -> Iterator[tuple[int, str, int, int, int]]:
        """Yield (token, address, first seen, last seen, requests), in order."""
        for token, found in _origins(self.columns, self._refused):
            for address, (requests, _, last, first) in sorted(found.items()):
                if address:
                    yield token, address, first, last, requests

    @cached_property
    def calls(self) -> dict[_Call, tuple[int, int, int]]:
        """(day, token, integration, endpoint, scope) -> (requests, refused, last seen)"""
        found: dict[_Call, tuple[int, int, int]] = {}
        for day, columns, places in self._by_day:
            _, tokens, _, _, agents, methods, paths, _, _, _, scopes, _ = columns
            calls = list(zip(tokens, agents, methods, _endings(paths), scopes, strict=True))
            # Asked with `get`: what a Counter does for a key it does not hold costs more than all the rest.
            last, refused = dict(zip(calls, columns.ats, strict=True)), Counter(map(calls.__getitem__, places)).get
            for call, count in Counter(calls).items():
                token, agent, method, path, scope = call
                key = (day, token, integration_of(agent), endpoint_of(method, path), scope)
                before, no, latest = found.get(key, _NEVER)
                found[key] = (before + count, no + refused(call, 0), max(latest, last[call]))
        return found

    def parts(self, first_day: int = 0) -> Iterator[list[Part]]:
        """Yield (day, account, token id, kind, value, integration, requests, refused, last seen) of these days and later.

        Each list is all of one day and token, in order, and so are the lists. Each kind adds up to the day.
        """
        calls: defaultdict[tuple[int, int], list[_Call]] = defaultdict(list)
        for call in self.calls:
            calls[call[:2]].append(call)
        for day, columns, places in self._by_day:
            if day >= first_day:
                for token, origins in _origins(columns, places):
                    yield self._parts_of(day, token, calls[day, token], origins)

    def _parts_of(self, day: int, token: int, calls: Iterable[_Call], origins: Mapping[str, _Seen]) -> list[Part]:
        found: dict[tuple[str, str, str], tuple[int, int, int]] = {}
        for call in calls:
            _, _, integration, endpoint, scope = call
            requests, refused, last = self.calls[call]
            for part in (
                ("integration", integration, OTHERS),
                ("endpoint", endpoint, integration),
                ("scope", scope, integration),
            ):
                before, no, latest = found.get(part, _NEVER)
                found[part] = (before + requests, no + refused, max(latest, last))
        for address, seen in origins.items():
            found["address", address, OTHERS] = seen[:3]
        return [(day, *self.keys[token], *part, *seen) for part, seen in sorted(found.items())]

    def requests_since(self, minute: int) -> Mapping[int, int]:
        """Return token -> requests in `minute` or later; a token without any may be missing."""
        ats, tokens = self.columns.ats, self.columns.tokens
        return Counter(tokens[bisect_left(ats, minute * MINUTE_MS) :])

    @cached_property
    def used(self) -> dict[int, int]:
        """token -> the last moment it was used"""
        return dict(zip(self.columns.tokens, self.columns.ats, strict=True))

    @cached_property
    def succeeded(self) -> dict[int, int]:
        """token -> the last moment it was used and not refused"""
        if not self._refusing:
            return self.used
        ats, tokens, codes = self.columns[:3]
        valid = [code not in self._refusing for code in codes]
        return dict(zip(compress(tokens, valid), compress(ats, valid), strict=True))

    @cached_property
    def denied(self) -> dict[int, tuple[int, str]]:
        """token -> its last refusal: when, and the outcome word"""
        ats, tokens, codes = self.columns[:3]
        return {tokens[place]: (ats[place], word_of(codes[place])) for place in self._refused}

    @cached_property
    def refusals(self) -> dict[int, list[int]]:
        """token -> every refusal that would prove a revocation, its moment and word packed into one"""
        found: dict[int, list[int]] = {}
        ats, tokens, codes = self.columns[:3]
        for place in self._refused:
            word = word_of(codes[place])
            if word in CODES:
                found.setdefault(tokens[place], []).append(ats[place] * STEP + CODES[word])
        return found

    @property
    def request_ids(self) -> dict[int, dict[str, int]]:
        """token -> request id -> the day it was first seen on"""
        return self._ids[0]

    @property
    def repeated(self) -> Counter[tuple[int, int]]:
        """(day, token) -> requests whose id another one had"""
        return self._ids[1]

    @cached_property
    def _ids(self) -> tuple[dict[int, dict[str, int]], Counter[tuple[int, int]]]:
        """Request ids and those that came twice, in the order of the log."""
        first: dict[int, dict[str, int]] = {}
        again: Counter[tuple[int, int]] = Counter()
        ats, tokens, ids = self._logged.ats, self._logged.tokens, self._logged.request_ids
        if any(ids):
            for at, token, request_id in zip(ats, tokens, ids, strict=True):
                if request_id:
                    day, seen = at // DAY_MS, first.setdefault(token, {})
                    if request_id in seen:
                        again[day, token] += 1
                    else:
                        seen[request_id] = day
        return first, again

    @cached_property
    def _codes(self) -> set[int]:
        return set(self._logged.codes)

    @cached_property
    def _refusing(self) -> set[int]:
        """The codes of these requests that are refusals."""
        return {code for code in self._codes if is_refused(code)}

    @cached_property
    def _answers(self) -> Counter[tuple[int, int, int]]:
        """(hour, token, code) -> requests"""
        ats, tokens, codes = self._logged[:3]
        return Counter(zip([at // HOUR_MS for at in ats], tokens, codes, strict=True))

    @cached_property
    def _in_order(self) -> tuple[Columns, Sequence[int]]:
        """The requests oldest first, and where each stood in the log; those of one moment stay in its order."""
        columns, ats, places = self._logged, self._logged.ats, range(len(self._logged.ats))
        if ats == sorted(ats):
            return columns, places
        orders = sorted(places, key=ats.__getitem__)
        return columns.at(orders), orders

    @cached_property
    def _refused(self) -> list[int]:
        """The places of the refusals, oldest first."""
        return list(compress(range(len(self.columns.codes)), map(self._refusing.__contains__, self.columns.codes)))

    @cached_property
    def _by_day(self) -> list[tuple[int, Columns, list[int]]]:
        """Each day with its requests, oldest first, and the places of the refusals among them."""
        days, start, ats, refused = [], 0, self.columns.ats, self._refused
        while start < len(ats):
            day = ats[start] // DAY_MS
            end = bisect_left(ats, (day + 1) * DAY_MS, start)
            if end - start == len(ats):
                days.append((day, self.columns, refused))
            else:
                those = refused[bisect_left(refused, start) : bisect_left(refused, end)]
                days.append((day, self.columns.cut(start, end), [place - start for place in those]))
            start = end
        return days


def _origins(columns: Columns, refused: Iterable[int]) -> Iterator[tuple[int, dict[str, _Seen]]]:
    """Yield each token, in order, with the addresses it was used from, of requests that come oldest first.

    Token by token: for all tokens at once it would take as much memory as the requests themselves.
    """
    tokens, ats, addresses, refusals = columns.tokens, columns.ats, columns.addresses, set(refused)
    for token, group in groupby(sorted(range(len(tokens)), key=tokens.__getitem__), tokens.__getitem__):
        places = list(group)
        seen = [addresses[place] for place in places]
        newest = dict(zip(seen, map(ats.__getitem__, places), strict=True))
        oldest = dict(zip(reversed(seen), map(ats.__getitem__, reversed(places)), strict=True))
        no = Counter(map(addresses.__getitem__, refusals.intersection(places))) if refusals else _NOBODY
        yield token, {one: (count, no[one], newest[one], oldest[one]) for one, count in Counter(seen).items()}


def _endings(paths: Sequence[str]) -> list[str]:
    """Return paths in which a number at the end is 0: as far as endpoints go it is the same, and most differ by it alone."""
    plain = map(str.rstrip, paths, repeat(_DIGITS))
    return [path if rest is path or rest[-1:] != "/" else rest + "0" for path, rest in zip(paths, plain, strict=True)]
