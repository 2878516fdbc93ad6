"""A token that several programs share: what each was seen to do, and the plan that gives each a narrower token of its own."""

from __future__ import annotations

from collections.abc import Mapping

from console.render.pieces import Line, Piece
from console.render.sheet import cut_line, line, wrapped
from store.rows import TokenRow
from store.rules.splitting import Share, Use, plan

DONE = "rotated"
"""Stands in `made` for the old token itself, once it has been rotated."""


def split_page(row: TokenRow, use: Use, made: Mapping[str, str], days: int, width: int) -> list[Line]:
    """Return the page. `made` are the programs that have a token already, each with what is said of it."""
    lines = [line(("Holds   ", "quiet"), (" ".join(use.granted) or "no scope", "accent")), ()]
    if not use.shares:
        return [*lines, *wrapped(f"Nothing has called with it in {days} days: its scopes can't be judged.", width, "finding")]
    for share in use.shares:
        lines += [*_share(share, days, width), ()]
    steps = plan(use)
    if steps:
        lines += [line(("The plan", "title"), ("   each program gets a token of its own, this one is narrowed last", "quiet"))]
        waiting = next((share.integration for share in steps if share.integration not in made), "")
        for number, share in enumerate(steps, 1):
            lines += _step(number, share, row, made, share.integration == waiting, share is steps[-1], width)
        words = "Enter takes the next step; nothing is made before you have looked it over." if waiting else "All steps are done."
        return [*lines, (), line((words, "strong"))]
    return [*lines, *(one for sentence in _why_not(use, made) for one in wrapped(sentence, width, "finding"))]


def can_narrow(use: Use) -> bool:
    """Say whether a token that is not shared holds scopes that nobody was seen to need, and the log tells all."""
    return bool(use.shares) and not plan(use) and not use.untold and not use.is_shared and bool(use.unused)


def token_name(row: TokenRow, share: Share) -> str:
    """Return what the narrower token of a program is called."""
    return f"{row.name.strip() or 'token'} ({share.integration})"


def _share(share: Share, days: int, width: int) -> list[Line]:
    more = f", and {len(share.endpoints) - 4} more" if len(share.endpoints) > 4 else ""
    lines = [
        line((share.integration or "(not named)", "strong"), (f"   {share.requests:,} requests in {days} days", "quiet")),
        cut_line(line(("  called  ", "quiet"), f"{', '.join(share.endpoints[:4]) or 'not told by the log'}{more}"), width),
        cut_line(line(("  needed  ", "quiet"), (" ".join(share.scopes) or "not told by the log", "accent")), width),
    ]
    if share.untold:
        lines.append(line((f"  {share.untold:,} of them do not tell what they needed.", "finding")))
    return lines


def _step(number: int, share: Share, row: TokenRow, made: Mapping[str, str], here: bool, last: bool, width: int) -> list[Line]:
    done = made.get(share.integration)
    mark = ("✓", "good") if done else ("▸", "key") if here else (" ", "")
    does = "rotate this token, narrowed to" if last else f"issue “{token_name(row, share)}” with"
    words = line(mark, (f" {number}  ", "quiet"), f"{does} ", (" ".join(share.scopes), "accent"), f", for {share.integration}")
    return wrapped((*words, *((Piece(f"   {done}", "good"),) if done else ())), width, indent=5)


def _why_not(use: Use, made: Mapping[str, str]) -> list[str]:
    if DONE in made:
        return [f"Narrowed: {made[DONE]}."]
    if use.untold:
        return ["It is not proven which scopes are unused: log the scope, or the method and path, with every request."]
    if use.is_shared:
        return ["One of the programs is not told apart by the log: it can't be said which scopes it needs."]
    if use.unused:
        return [f"Only one program uses it, and nobody was seen to need {', '.join(use.unused)}. Enter narrows it by a rotation."]
    return ["Only one program uses it, and it needs everything the token holds: there is nothing to split."]
