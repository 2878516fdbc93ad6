"""A token that is about to be made, in words: what it will be, what it may and may not do, and what is to be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.render.moments import on
from console.render.pieces import Line, Piece
from console.render.sheet import line, wrapped
from store.rules.expiry import expiry_sentence
from store.rules.scopes import RiskyPair, Scope, Tier

LABEL = 14


@dataclass(frozen=True, slots=True)
class Draft:
    """A token as it is filled in. `owner_name` is empty where the owner has no other name than the id."""

    account_id: str
    account_name: str
    name: str
    owner: str
    owner_name: str
    environment: str
    scopes: tuple[Scope, ...]
    tier: Tier
    expires_at: datetime
    rationale: str
    risky: tuple[RiskyPair, ...] = ()


def review(draft: Draft, maker: str, case: str, now: datetime, width: int) -> list[Line]:
    """Return everything the token will be, one fact to a line, scopes with what they can and cannot do."""
    lines = [
        _labelled("Account", line((draft.account_name, "strong"), (f"   {draft.account_id}", "quiet"))),
        _labelled("Name", line((draft.name, "strong"))),
        _labelled("Owner", line(draft.owner_name or draft.owner, (f"   {draft.owner}" if draft.owner_name else "", "quiet"))),
        _labelled("Environment", line(draft.environment)),
        _labelled("Access", line((draft.tier.value, draft.tier.value))),
        *scope_lines(draft.scopes, width),
    ]
    for pair in draft.risky:
        lines += _told(
            "Risky pair", f"! {pair.one} and {pair.other}: such a token {pair.why}. One token will hold both.", width, "finding"
        )
    lines.append(_labelled("Expiry", line((f"{expiry_sentence(draft.expires_at, now)}.", "strong"))))
    if draft.rationale:
        lines += _told("Rationale", draft.rationale, width)
    lines.append(_labelled("Made by", line(maker, (f"   filed under {case}" if case else "", "quiet"))))
    lines += ["", *hand_over(draft.owner_name or draft.owner, draft.expires_at, width)]  # type: ignore[list-item]
    return [one or () for one in lines]


def scope_lines(scopes: Sequence[Scope], width: int) -> list[Line]:
    """Return each scope with its can and its cannot."""
    lines: list[Line] = []
    for number, scope in enumerate(scopes):
        can = line((f"{scope.name:<17} ", "accent"), ("can ", "good"), scope.can)
        first, *more = wrapped(can, width - LABEL, indent=18)
        lines += [_labelled("May" if not number else "", first), *[_labelled("", one) for one in more]]
        if scope.cannot:
            lines += [
                _labelled("", one)
                for one in wrapped(line(" " * 18, ("cannot ", "finding"), (scope.cannot, "quiet")), width - LABEL, indent=18)
            ]
    return lines


def hand_over(owner: str, expires_at: datetime, width: int) -> list[Line]:
    """Return what is to be done with a new token, in order."""
    return steps(
        (
            f"Hand it to {owner}: it is shown once. Never by chat or mail.",
            f"{owner} puts it where the integration keeps its secrets, and makes one call with it.",
            f"It is rotated before {on(expires_at)}: the view “Expiring 7 d” lists it a week before.",
        ),
        width,
    )


def steps(sentences: Sequence[str], width: int) -> list[Line]:
    """Return sentences as numbered steps."""
    lines: list[Line] = []
    for number, sentence in enumerate(sentences, 1):
        lines += wrapped(line((f" {number}  ", "key"), sentence), width, indent=4)
    return lines


def _told(label: str, text: str, width: int, style: str = "") -> list[Line]:
    first, *more = wrapped(text, max(20, width - LABEL), style)
    return [_labelled(label, first), *[_labelled("", one) for one in more]]


def _labelled(label: str, words: Line) -> Line:
    return (Piece(label.ljust(LABEL), "quiet"), *words)
