"""What a revocation stops, in the words of the question that is asked before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.render.blast_words import how_often, nobody_else, when_next, who_calls
from console.render.counts import counted
from console.render.freshness import behind_words
from console.render.moments import ago_words, span_words
from console.render.pieces import Line, Piece
from console.render.statuses import BADGES
from console.render.token_facts import UNKNOWN
from store.rows import Freshness, TokenLine
from store.rules.blast import Blast
from store.rules.scopes import Tier

IRREVERSIBLE = "Cannot be undone."


def what_stops(row: TokenLine, now: datetime, *, fresh: Freshness = UNKNOWN, short: bool = False) -> Line:
    """Say what calls with the token now: its traffic, or for how long there was none; nothing more stops of one that is over.

    Where recording has stopped, a token without calls may be called all the same: then it says that this is not known.
    """
    if not row.live:
        return (Piece(f"Stops nothing: it {BADGES[row.status].works}.", "quiet"),)
    if row.requests_24h and short:
        return (Piece("Stops now: "), Piece(f"{_requests(row.requests_24h)} in 24 h", "danger"), Piece("."))
    if row.requests_24h:
        last = f", the last {ago_words(row.last_used_at, now)}" if row.last_used_at is not None else ""
        return (Piece("Stops now: "), Piece(f"{_requests(row.requests_24h)} in the last 24 hours{last}", "danger"), Piece("."))
    if unrecorded := behind_words(fresh, now):
        known = (
            f"Its last known call was {ago_words(row.last_used_at, now)}." if row.last_used_at else "No call with it is known."
        )
        unknown = Piece(f"What stops now is not known: {unrecorded}.", "finding")
        return (unknown,) if short else (unknown, Piece(f" {known}"))
    if row.last_used_at is None:
        return (
            Piece(f"Stops now: nothing has ever been seen to call with it, since it was made {ago_words(row.created_at, now)}."),
        )
    idle = span_words(now - row.last_used_at)
    month = f"; {_requests(row.requests_30d)} in the last 30 days" if row.requests_30d else ""
    return (Piece(f"Stops now: nothing has called with it for {idle}{month}."),)


def who_goes_on(row: TokenLine, siblings: Sequence[TokenLine], live_tokens: int | None = None, *, short: bool = False) -> Line:
    """Say whether the account has other live tokens with the same scopes; `live_tokens` counts all of its live ones."""
    account = row.account_name or row.account_id
    others = len([token for token in siblings if token.live and token.key != row.key])
    if live_tokens is not None and live_tokens <= 1 and row.live:
        return (Piece(f"It is the last live token of {account}.", "danger"),)
    return same_scopes(others, account, short=short)


def same_scopes(others: int, account: str, *, short: bool = False) -> Line:
    """Say how many other live tokens of an account hold the same scopes."""
    if short:
        words = f"{others} other live {'token has' if others == 1 else 'tokens have'} its scopes."
        return (Piece(words),) if others else (Piece("No other live token has its scopes.", "finding"),)
    if not others:
        return (Piece(f"No other live token of {account} holds the same scopes.", "finding"),)
    holding = f"token of {account} holds" if others == 1 else f"tokens of {account} hold"
    return (Piece(f"{others} live {holding} the same scopes."),)


def no_way_back(refused_within_s: int) -> Line:
    """Say that it is final, and how soon it is refused everywhere: the lifetime of the gateways' caches."""
    when = "Refused everywhere at once." if refused_within_s <= 0 else f"Refused everywhere within {refused_within_s} s."
    return (Piece(IRREVERSIBLE, "strong"), Piece(f" {when}"))


def what_breaks(
    row: TokenLine,
    now: datetime,
    siblings: Sequence[TokenLine],
    *,
    live_tokens: int | None = None,
    blast: Blast | None = None,
    fresh: Freshness = UNKNOWN,
    often: bool = False,
    short: bool = False,
) -> list[Line]:
    """Return what a revocation breaks, a sentence each, most important first; without `blast` what the rest tells.

    `often` tells the hour and the week as well, and the share refused. `short` says it in fewer words: of several endpoints one
    is named, and addresses are not counted.
    """
    stops, goes_on = what_stops(row, now, fresh=fresh, short=short), who_goes_on(row, siblings, live_tokens, short=short)
    if blast is None:
        return [stops, goes_on]
    alone = nobody_else(blast, "" if short else row.account_name or row.account_id)
    if alone and live_tokens != 1 and not any(token.live and token.key != row.key for token in siblings):
        goes_on = ()  # who alone may do something is not replaced by any other: saying so twice would cost what comes after
    hour_and_week = how_often(blast, day=False) if often and blast.requests_7d else ()
    told = [stops, hour_and_week, who_calls(blast, short=short), goes_on, alone]
    told.insert(1 if short else len(told), when_next(blast, now, short=short))
    return [sentence for sentence in told if sentence]


def revoke_lines(
    row: TokenLine,
    now: datetime,
    siblings: Sequence[TokenLine],
    *,
    refused_within_s: int,
    live_tokens: int | None = None,
    blast: Blast | None = None,
    fresh: Freshness = UNKNOWN,
    often: bool = False,
    short: bool = False,
) -> tuple[Line, ...]:
    """Return the sentences of the question, most important first; an admin token says so on a line of its own.

    With `blast`, once that has been read, they name who calls and what nobody else may do; `often` is for much room and
    `short` for little.
    """
    sentences = what_breaks(row, now, siblings, live_tokens=live_tokens, blast=blast, fresh=fresh, often=often, short=short)
    stops = tuple(piece for one in sentences for piece in (*one, Piece(" ")))[:-1]
    admin = ((Piece("It holds admin access.", "danger"),),) if row.tier is Tier.ADMIN else ()
    return (stops, *admin, no_way_back(refused_within_s))


def _requests(count: int) -> str:
    return counted(count, "request")
