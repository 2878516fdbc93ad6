"""Lists of tokens: pages that cost the same at any depth of any number of rows, exact counts, and single tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Generic

from store.errors import BadInput
from store.lines import TokenKey, TokenLine
from store.moments import HOUR_MS, to_ms
from store.reader import Reader, SqliteReader
from store.reads.counting import counting, counting_up_to
from store.reads.narrowing import token_source
from store.reads.parts import Anchor, part_of
from store.reads.questions import Question, ask
from store.reads.sorting import SORTS, Sort, SortField, parse_sort
from store.reads.token_rows import LINES, Read, Shape, counted, counted_values, key_table, token_rows, whole
from store.reads.walking import at_offset, walked
from store.record import record
from store.rules.token_form import looks_like_token

if TYPE_CHECKING:
    from store.rows import TokenRow

HOURS = 24
_SHOWN_ID = re.compile(r"[a-z0-9]{2,12}_(?:live|test)_([0-9A-Za-z]{12})")

__all__ = [
    "SORTS",
    "Anchor",
    "Page",
    "Question",
    "Sort",
    "SortField",
    "count",
    "find",
    "lines",
    "page",
    "parse_sort",
    "position",
    "spark",
    "token",
]


@record
class Page(Generic[Read]):
    """Some rows of a list, one after the other, and the value that each is sorted by."""

    rows: tuple[Read, ...]
    values: tuple[int | str, ...]

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        """Return where each row stands."""
        return tuple(Anchor(value, row.account_id, row.id) for row, value in zip(self.rows, self.values, strict=True))


def page(
    reader: Reader,
    question: Question,
    now: datetime,
    limit: int,
    *,
    after: Anchor | None = None,
    before: Anchor | None = None,
    offset: int = 0,
    last: bool = False,
    month: bool = True,
) -> Page[TokenRow]:
    """Return up to `limit` whole rows of a list, always in the order of the list.

    The rows start at `offset`, follow `after`, end before `before`, or (`last`) are the last ones; give one of these.
    An anchor stays good when its row has gone. Only `offset` costs more the deeper it is. Without `month` the 30-day
    counts stay the kept ones, which are never too small: right for lists that don't show them.
    Raises BadFilter, NotFound for the view, BadInput for a sort these tokens can't be put in.
    """
    return _page(reader, question, now, limit, whole(past=question.past), Stretch(after, before, offset, last), month=month)


def lines(
    reader: Reader,
    question: Question,
    now: datetime,
    limit: int,
    *,
    after: Anchor | None = None,
    before: Anchor | None = None,
    offset: int = 0,
    last: bool = False,
) -> Page[TokenLine]:
    """Return a page as `page` does, with no more of each token than a list shows; its 30-day counts are the kept ones.

    Of an earlier moment more has to be read, and whole rows are returned.
    """
    shape: Shape[TokenLine] = whole(past=True) if question.past else LINES
    return _page(reader, question, now, limit, shape, Stretch(after, before, offset, last), month=False)


@record
class Stretch:
    """Which part of a list a page is."""

    after: Anchor | None
    before: Anchor | None
    offset: int
    last: bool


def _page(
    reader: Reader, question: Question, now: datetime, limit: int, shape: Shape[Read], where: Stretch, *, month: bool
) -> Page[Read]:
    asked = ask(reader, question, now)
    if where.offset:
        found = at_offset(reader, asked, shape, limit, where.offset)
    else:
        found = walked(reader, asked, shape, limit, where.after, where.before, where.last)
    rows = counted_values(reader, found, now, month=month, past=question.past)
    made, now_ms = shape.made, to_ms(now)
    return Page(tuple([made(values[:-2], now_ms) for values in rows]), tuple([values[-2] for values in rows]))


def count(reader: Reader, question: Question, now: datetime, cap: int | None = None) -> int:
    """Return how many tokens a question has, exactly; with `cap`, a result above it means «more than cap»."""
    asked = ask(reader, question, now, whole=True)
    source = token_source(reader, asked.predicate)
    if cap is None:
        return int(reader.value(f"SELECT {counting(asked.predicate, source)}", asked.params))
    sql = f"SELECT {counting_up_to(asked.predicate, source, 'cap')}"
    return int(reader.value(sql, {**asked.params, "cap": cap + 1}))


def position(reader: Reader, question: Question, now: datetime, key: TokenKey) -> int | None:
    """Return how many rows stand before a token in its list, or None when it isn't in it."""
    asked = ask(reader, question, now, whole=True)
    own = {"own_account": key[0], "own_id": key[1]}
    where = asked.where("t.account_id = :own_account", "t.id = :own_id")
    sql = f"SELECT {asked.value_column} FROM {asked.predicate.source} WHERE {where}"
    value = reader.value(sql, {**asked.params, **own})
    if value is None:
        return None
    anchor = Anchor(value, *key)
    own_part = asked.parts[part_of(asked.parts, anchor)]
    before = 0
    for part in asked.in_order:
        condition = part.condition(later=False, descending=asked.descending) if part is own_part else ""
        params = {**asked.params, **(part.values(anchor) if part is own_part else {})}
        before += int(reader.value(f"SELECT {counting(asked.predicate, asked.source, part.term, condition)}", params))
        if part is own_part:
            break
    return before


def token(reader: Reader, key: TokenKey, now: datetime, *, past: bool = False) -> TokenRow | None:
    """Return one token with its exact counts, or None; with `past`, as it was at `now` (None before it was made)."""
    row = token_rows(reader, [key], now, past=past).get(key)
    if row is None or (past and row.created_at > now):
        return None
    return counted(reader, [row], now, past=past)[0]


def find(reader: Reader, text: str, now: datetime, *, past: bool = False) -> list[TokenRow]:
    """Return the tokens that `text` names: an id, `ACCOUNT/ID`, or an id as it is shown (`tkd_live_ID`).

    Ids are unique in an account, so an imported one may name several. Raises BadInput for what looks like a whole token.
    """
    text = text.strip()
    if looks_like_token(text):
        raise BadInput("This looks like a whole token.", "Give its id only; look a whole token up with `tokendesk triage`.")
    shown = _SHOWN_ID.fullmatch(text)
    params = {"whole": text, "shown": shown[1] if shown else text}
    conditions = ["id = :whole", "id = :shown"]
    for number, at in enumerate([at for at, letter in enumerate(text) if letter == "/"][:8]):
        params |= {f"account_{number}": text[:at], f"id_{number}": text[at + 1 :]}
        conditions.append(f"(account_id = :account_{number} AND id = :id_{number})")
    found = reader.rows(f"SELECT account_id, id FROM token WHERE {' OR '.join(conditions)} ORDER BY 1, 2 LIMIT 50", params)
    keys = [TokenKey((account, token_id)) for account, token_id in found]
    rows = token_rows(reader, keys, now, past=past)
    known = [rows[key] for key in keys if key in rows and not (past and rows[key].created_at > now)]
    return list(counted(reader, known, now, past=past))


def spark(reader: Reader, keys: Sequence[TokenKey], now: datetime) -> dict[TokenKey, tuple[int, ...]]:
    """Return the requests of each token in each of the last 24 hours, oldest first, the last one being under way."""
    if not keys:
        return {}
    named, params = key_table(keys)
    hour = to_ms(now) // HOUR_MS
    first = hour - HOURS + 1
    same = "u.hour = step.hour AND u.account_id = wanted.account_id AND u.token_id = wanted.token_id"
    source = f"usage_hour u WHERE {same}"
    if not isinstance(reader, SqliteReader):
        # Left to join them, PostgreSQL reads the usage of all tokens for the bars of a few; the span says which months to open.
        span = "u.hour >= :first AND u.hour <= :last"
        source = f"LATERAL (SELECT u.hour, u.requests FROM usage_hour u WHERE {same} AND {span} OFFSET 0) AS u"
    sql = (
        f"WITH RECURSIVE wanted(account_id, token_id) AS (VALUES {named}), "
        "step(hour) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT hour + 1 FROM step WHERE hour < :last) "
        f"SELECT wanted.account_id, wanted.token_id, u.hour, u.requests FROM wanted CROSS JOIN step CROSS JOIN {source}"
    )
    counts = {key: [0] * HOURS for key in keys}
    for account, token_id, at, requests in reader.rows(sql, {**params, "first": first, "last": hour}):
        counts[TokenKey((account, token_id))][at - first] = requests
    return {key: tuple(hours) for key, hours in counts.items()}
