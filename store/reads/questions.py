"""What is asked of the list of tokens, and the SQL that every answer to it shares."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from functools import lru_cache

from store.moments import to_ms
from store.reader import Reader
from store.reads.filter_sql import Predicate, compile_filter
from store.reads.narrowing import token_source
from store.reads.parts import Part, parts_of
from store.reads.searching import with_rare_text
from store.reads.sorting import SORTS, Sort, parse_sort
from store.record import record
from store.rules.filter_tree import Filter
from store.rules.filters import narrowed, parse
from store.rules.views import View, the_view


@record
class Question:
    """Which tokens, in which order.

    A view, a filter, or both: what matches both; a view that somebody saved is given itself, one that every store has by name.
    Without a sort it is the view's own, else the latest used first.
    `past` asks for an earlier moment than the present (`--as-of`): what came later is left out, as far as the rows tell.
    """

    view: str | View | None = None
    filter: str = ""
    sort: Sort | None = None
    past: bool = False

    @property
    def order(self) -> Sort:
        """Return the sort it is answered in; raises NotFound for an unknown view."""
        return self.sort or parse_sort(the_view(self.view or "all").sort)

    @property
    def wanted(self) -> Filter:
        """Return the whole filter; raises BadFilter or NotFound."""
        return _wanted(self.view, self.filter)


@lru_cache(maxsize=64)
def _wanted(view: str | View | None, text: str) -> Filter:
    own = parse(text)
    return own if view is None else narrowed(parse(the_view(view).filter), own)


@record
class Asked:
    """A question made ready for one moment: `source` is what stands after FROM in its order."""

    now: datetime
    order: Sort
    predicate: Predicate
    parts: tuple[Part, ...]
    source: str
    params: dict[str, object] = field(default_factory=dict)

    @property
    def descending(self) -> bool:
        """Say whether the largest values come first."""
        return self.order.descending

    @property
    def in_order(self) -> tuple[Part, ...]:
        """Return the parts in the order of the list."""
        return tuple(reversed(self.parts)) if self.descending else self.parts

    @property
    def named_source(self) -> str:
        """Return what stands after FROM where the account's name is needed as well; `where_named` belongs to it."""
        return self.source if self.predicate.accounts_first else f"{self.source} CROSS JOIN account a"

    @property
    def value_column(self) -> str:
        """Return the column whose value an anchor keeps."""
        return SORTS[self.order.field].column

    def where(self, *more: str) -> str:
        """Return the condition with further terms."""
        return " AND ".join([*self.predicate.terms, *(term for term in more if term)]) or "1 = 1"

    def where_named(self, *more: str) -> str:
        """Return the condition where the account's name is needed as well."""
        return self.where(*more) if self.predicate.accounts_first else self.where(*more, "a.id = t.account_id")


def ask(reader: Reader, question: Question, now: datetime, *, whole: bool = False) -> Asked:
    """Make a question ready: raises BadFilter, NotFound for its view and BadInput for its sort.

    `whole` says that all of the list is wanted rather than a page of it.

    A bare word that is exactly the id of a token means that token alone, where the list is long.
    """
    wanted, order = question.wanted, question.order
    compiled = compile_filter(wanted, now, past=question.past)
    predicate = with_rare_text(reader, wanted, compiled, far=whole or order.field == "name")
    return Asked(
        now,
        order,
        predicate,
        parts_of(order, predicate),
        token_source(reader, predicate, order.field),
        {**predicate.params, "now": to_ms(now)},
    )
