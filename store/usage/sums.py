"""Adding up what a tally holds: per token and minute, hour, day, caller and address. Pure; a retry adds up the same again.

A request and a refusal are packed into one number. Each table of counts is made by one pass over whole columns; what costs
more, such as finding the endpoint in a path, is done once for each kind of request and not for each request.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, repeat

from store.moments import DAY_MS, HOUR_MS, MINUTE_MS
from store.rows import TokenKey
from store.rules.callers import OTHERS, endpoint_of, integration_of
from store.usage.columns import Columns, is_refused, status_in, word_of
from store.usage.proving import CODES, STEP
from store.usage.tally import MOST_REQUESTS, Tally

REFUSED = 1 << 32
_REQUESTS = REFUSED - 1
_MINUTES_PER_HOUR = HOUR_MS // MINUTE_MS
_HOURS_PER_DAY = DAY_MS // HOUR_MS
_MINUTES_PER_DAY = DAY_MS // MINUTE_MS
_DIGITS = "0123456789"


class Sums:
    """What a tally adds up to. Its tokens are numbered anew, in the order of their keys: `keys` names them."""

    def __init__(self, tally: Tally) -> None:
        self.keys: list[TokenKey] = sorted(tally.tokens)
        ranks = {tally.tokens[key]: rank for rank, key in enumerate(self.keys)}
        columns = tally.columns._replace(tokens=list(map(ranks.__getitem__, tally.columns.tokens)))
        self.steps: Counter[tuple[int, int, int]] = Counter()
        """(minute, token, code) -> requests: what minutes, hours, days and reasons are added up from"""
        self.calls: dict[tuple[int, int, str, str, str], tuple[int, int]] = {}
        """(day, token, integration, endpoint, scope) -> (requests and refusals packed into one, last seen)"""
        self.origins: dict[tuple[int, int, str], tuple[int, int, int]] = {}
        """(day, token, address) -> (the same, last seen, first seen)"""
        self.used: dict[int, int] = {}
        self.succeeded: dict[int, int] = {}
        self.denied: dict[int, tuple[int, str]] = {}
        self.refusals: dict[int, list[int]] = {}
        """token -> every refusal that would prove a revocation, its moment and word packed into one"""
        self.request_ids: dict[int, dict[str, int]] = {}
        """token -> request id -> the day it was first seen on"""
        self.repeated: Counter[tuple[int, int]] = Counter()
        """(day, token) -> requests whose id another one had"""
        self._number_ids(columns)
        self.columns, self.orders = _by_moment(columns)
        start, ats = 0, self.columns.ats
        while start < len(ats):
            day = ats[start] // DAY_MS
            end = bisect_left(ats, (day + 1) * DAY_MS, start)
            self._add_day(day, self.columns if end - start == len(ats) else self.columns.cut(start, end))
            start = end
        self.minutes = self._minutes()
        """(minute, token) -> requests and refusals packed into one"""

    def latest(self) -> list[int]:
        """Return the places of the latest 200 requests of each token: token by token, each oldest first."""
        tokens, left, places = self.columns.tokens, [MOST_REQUESTS] * len(self.keys), []
        for place in range(len(tokens) - 1, -1, -1):
            if left[tokens[place]]:
                left[tokens[place]] -= 1
                places.append(place)
        places.reverse()
        places.sort(key=tokens.__getitem__)
        return places

    def hours(self) -> list[tuple[int, int, int, int, int, int, int, int]]:
        """Return (hour, token, requests, refused, and answers of the classes 2xx, 3xx, 4xx and 5xx), in order."""
        answers: dict[tuple[int, int, int], int] = {}
        for (minute, token, code), count in self.steps.items():
            answer = (minute // _MINUTES_PER_HOUR, token, code)
            answers[answer] = answers.get(answer, 0) + count
        found: dict[tuple[int, int], list[int]] = {}
        for (hour, token, code), count in answers.items():
            row = found.setdefault((hour, token), [0] * 8)
            row[6] += count
            row[7] += is_refused(code) * count
            row[(status_in(code) or 0) // 100] += count
        return [(*key, row[6], row[7], row[2], row[3], row[4], row[5]) for key, row in sorted(found.items())]

    def reasons(self) -> Counter[tuple[int, int, str]]:
        """Return (hour, token, outcome word) -> refused requests."""
        found: Counter[tuple[int, int, str]] = Counter()
        for (minute, token, code), count in self.steps.items():
            if is_refused(code):
                found[minute // _MINUTES_PER_HOUR, token, word_of(code)] += count
        return found

    def days(self) -> Iterator[tuple[int, int, int, int, int]]:
        """Yield (day, token, requests, refused, active hours as bits), in order."""
        both: dict[tuple[int, int], int] = {}
        active: dict[tuple[int, int], int] = {}
        for (minute, token), packed in self.minutes.items():
            key = (minute // _MINUTES_PER_DAY, token)
            both[key] = both.get(key, 0) + packed
            active[key] = active.get(key, 0) | 1 << minute // _MINUTES_PER_HOUR % _HOURS_PER_DAY
        for (day, token), packed in sorted(both.items()):
            yield day, token, *apart(packed), active[day, token]

    def addresses(self) -> list[tuple[int, str, int, int, int]]:
        """Return (token, address, first seen, last seen, requests), in order."""
        found: dict[tuple[int, str], tuple[int, int, int]] = {}
        for (_, token, address), (packed, last, first) in self.origins.items():
            if address:
                key, requests = (token, address), packed & _REQUESTS
                seen = found.get(key)
                if seen is None:
                    found[key] = (first, last, requests)
                else:
                    before, latest, others = seen
                    found[key] = (first if first < before else before, last if last > latest else latest, requests + others)
        rows = [(token, address, *seen) for (token, address), seen in found.items()]
        rows.sort()
        return rows

    def parts(self) -> Iterator[tuple[int, int, str, str, str, int, int, int]]:
        """Yield (day, token, kind, value, integration, requests, refused, last seen): each kind adds up to the day."""
        found: dict[tuple[int, int, str, str, str], tuple[int, int]] = {}
        for (day, token, integration, endpoint, scope), (packed, at) in self.calls.items():
            for part in (
                (day, token, "integration", integration, OTHERS),
                (day, token, "endpoint", endpoint, integration),
                (day, token, "scope", scope, integration),
            ):
                before, last = found.get(part, (0, at))
                found[part] = (before + packed, at if at > last else last)
        for (day, token, address), seen in self.origins.items():
            found[day, token, "address", address, OTHERS] = seen[:2]
        for (day, token, kind, value, integration), (packed, last) in found.items():
            yield day, token, kind, value, integration, packed & _REQUESTS, packed >> 32, last

    def requests_since(self, minute: int) -> Counter[int]:
        """Return token -> requests in `minute` or later."""
        found: Counter[int] = Counter()
        for (at, token), packed in self.minutes.items():
            if at >= minute:
                found[token] += packed & _REQUESTS
        return found

    def _minutes(self) -> dict[tuple[int, int], int]:
        weights = {code: 1 + REFUSED * is_refused(code) for code in {step[2] for step in self.steps}}
        both: dict[tuple[int, int], int] = {}
        for (minute, token, code), count in self.steps.items():
            key = (minute, token)
            both[key] = both.get(key, 0) + count * weights[code]
        return both

    def _number_ids(self, columns: Columns) -> None:
        """Find request ids that come twice, in the order of the log."""
        if not any(columns.request_ids):
            return
        for at, token, request_id in zip(columns.ats, columns.tokens, columns.request_ids, strict=True):
            if request_id:
                seen = self.request_ids.setdefault(token, {})
                if request_id in seen:
                    self.repeated[at // DAY_MS, token] += 1
                else:
                    seen[request_id] = at // DAY_MS

    def _add_day(self, day: int, columns: Columns) -> None:
        """Add requests of one day, oldest first: so the last one seen of anything is what a dict keeps."""
        ats, tokens, codes, addresses, agents, methods, paths, *_, scopes, _ = columns
        self.steps.update(zip([at // MINUTE_MS for at in ats], tokens, codes, strict=True))
        self.used.update(zip(tokens, ats, strict=True))
        refusing = {code for code in set(codes) if is_refused(code)}
        places = [place for place, code in enumerate(codes) if code in refusing] if refusing else []
        self._add_refused(columns, places)
        if refusing:
            valid = [code not in refusing for code in codes]
            self.succeeded.update(zip(compress(tokens, valid), compress(ats, valid), strict=True))
        else:
            self.succeeded.update(zip(tokens, ats, strict=True))
        calls = list(zip(tokens, agents, methods, _endings(paths), scopes, strict=True))
        # Asked with `get`: what a Counter does for a key it does not hold costs more than all the rest.
        last, refused = dict(zip(calls, ats, strict=True)), Counter(map(calls.__getitem__, places)).get
        for call, count in Counter(calls).items():
            token, agent, method, path, scope = call
            key = (day, token, integration_of(agent), endpoint_of(method, path), scope)
            before, latest = self.calls.get(key, (0, -1))
            self.calls[key] = (before + count + refused(call, 0) * REFUSED, max(latest, last[call]))
        origins = list(zip(tokens, addresses, strict=True))
        newest, oldest = dict(zip(origins, ats, strict=True)), dict(zip(reversed(origins), reversed(ats), strict=True))
        refused_there = Counter(map(origins.__getitem__, places)).get
        for origin, count in Counter(origins).items():
            token, address = origin
            self.origins[day, token, address] = (count + refused_there(origin, 0) * REFUSED, newest[origin], oldest[origin])

    def _add_refused(self, columns: Columns, places: Iterable[int]) -> None:
        for place in places:
            at, token, word = columns.ats[place], columns.tokens[place], word_of(columns.codes[place])
            self.denied[token] = (at, word)
            if word in CODES:
                self.refusals.setdefault(token, []).append(at * STEP + CODES[word])


def apart(packed: int) -> tuple[int, int]:
    """Return requests and refusals that were packed into one number."""
    return packed & _REQUESTS, packed >> 32


def _by_moment(columns: Columns) -> tuple[Columns, Sequence[int]]:
    """Return requests oldest first, and where each stood in the log; those of one moment stay in its order."""
    ats, places = columns.ats, range(len(columns.ats))
    if ats == sorted(ats):
        return columns, places
    orders = sorted(places, key=ats.__getitem__)
    return columns.at(orders), orders


def _endings(paths: Sequence[str]) -> list[str]:
    """Return paths in which a number at the end is 0: as far as endpoints go it is the same, and most differ by it alone."""
    plain = map(str.rstrip, paths, repeat(_DIGITS))
    return [path if rest is path or rest[-1:] != "/" else rest + "0" for path, rest in zip(paths, plain, strict=True)]
