"""A token that several programs share: what each was seen to do, and the steps that give each a narrower token of its own."""

from __future__ import annotations

from console.render.counts import counted
from console.render.items import Item, items
from console.render.moments import at
from console.render.pieces import Line, Piece
from console.render.sheet import cut_line, fit_line, line, wrapped
from store.rows import TokenRow
from store.rules.splitting import Share, Use, plan
from store.split_rows import Does, Made, SplitState, Step

NARROW = "narrow"
"""What Enter opens where a token is not shared but holds more than is needed."""


def split_items(state: SplitState, days: int, width: int) -> list[Item]:
    """Return the page; a step that may be taken opens by its number."""
    use, steps = state.use, state.steps()
    head: list[Line] = [line(("Holds   ", "quiet"), (" ".join(use.granted) or "no scope", "accent")), ()]
    if not use.shares and not steps:
        words = f"Nothing has called with it in {days} days: its scopes can't be judged."
        return items([*head, *wrapped(words, width, "finding")])
    for share in use.shares:
        head += [*_share(share, days, width), ()]
    if not steps:
        return [*items(head), *_single(state, width)]
    about = "   each program gets a token of its own, this one ends last"
    head.append(line(("The plan", "title"), (about, "quiet")))
    found = items(head)
    for number, step in enumerate(steps):
        found += _step(number, step, state, width)
    warned = [*wrapped(words, width, "finding"), ()] if (words := nameless_words(use)) else []
    return [*found, *items([(), *warned, *_after(steps, width)])]


def nameless_words(use: Use) -> str:
    """Warn of whoever no step is for: a split that is done would cut them off."""
    if not use.nameless:
        return ""
    name = "names" if use.nameless == 1 else "name"
    return f"{counted(use.nameless, 'request')} {name} no program: find who makes them before this token ends."


def can_narrow(use: Use) -> bool:
    """Say whether a token that is not shared holds scopes that nobody was seen to need, and the log tells all."""
    return bool(use.shares) and not plan(use) and not use.untold and not use.is_shared and bool(use.unused)


def token_name(row: TokenRow, program: str) -> str:
    """Return what the narrower token of a program is called."""
    return f"{row.name.strip() or 'token'} ({program})"


def _share(share: Share, days: int, width: int) -> list[Line]:
    more = f", and {len(share.endpoints) - 4} more" if len(share.endpoints) > 4 else ""
    lines = [
        line(
            (share.integration or "(not named)", "strong"), (f"   {counted(share.requests, 'request')} in {days} days", "quiet")
        ),
        cut_line(line(("  called  ", "quiet"), f"{', '.join(share.endpoints[:4]) or 'not told by the log'}{more}"), width),
        cut_line(line(("  needed  ", "quiet"), (" ".join(share.scopes) or "not told by the log", "accent")), width),
    ]
    if share.untold:
        lines.append(line((f"  {share.untold:,} of them do not tell what they needed.", "finding")))
    return lines


def _step(number: int, step: Step, state: SplitState, width: int) -> list[Item]:
    place = "   " if step.does is Does.RETIRE else f" {number + 1} "
    words = line(("✓", "good") if step.done else " ", (f"{place} ", "quiet"), *_does(step, state), *_done(step, state))
    first, *rest = wrapped(words, width, indent=5)
    if not step.ready:
        return items([first, *rest])
    return [_opened(first, width, str(number)), *items(rest)]


def _opened(first: Line, width: int, opens: str) -> Item:
    """Return a line that Enter acts on; under the cursor it has a mark as well as a colour."""
    under = fit_line((Piece("▸"), *line(first[0].text[1:], *first[1:])), width)
    return Item(first, (opens,), tuple(Piece(piece.text, "cursor") for piece in under))


def _does(step: Step, state: SplitState) -> list[str | Piece]:
    scopes = Piece(" ".join(step.scopes) or "scopes that the log does not tell", "accent")
    match step.does:
        case Does.ISSUE:
            name = step.made[-1].row.name if step.made else token_name(state.row, step.programs[0])
            scopes = Piece(" ".join(step.made[-1].row.scopes), "accent") if step.made else scopes
            return [f"issue “{name}” with ", scopes, f", for {step.programs[0]}"]
        case Does.ROTATE:
            for_whom = f", for {' and '.join(step.programs)}" if step.programs else ""
            return ["rotate this token, narrowed to ", scopes, for_whom]
        case Does.RETIRE:
            return ["then revoke this token, once every program has been seen with its new one"]


def _done(step: Step, state: SplitState) -> list[Piece]:
    row = state.row
    match step.does:
        case Does.ISSUE:
            return [Piece(f"   {_made(one)}", "good" if one.taken_up else "finding") for one in step.made]
        case Does.ROTATE if step.done:
            end = "" if row.retires_at is None else f", the old one ends {at(row.retires_at)}"
            used = state.successor is not None and state.successor.last_used_at is not None
            return [Piece(f"   done{end}; the new one is {'in use' if used else 'not used yet'}", "good" if used else "finding")]
        case Does.ROTATE if step.left_out:
            more = [scope for scope in step.keeps if scope not in step.scopes]
            extra = f"{', '.join(more)}, " if more else ""
            return [Piece(f"   (for now also {extra}for {' and '.join(step.left_out)})", "quiet")]
        case Does.RETIRE if step.done:
            return [Piece(f"   {row.status}" + (f" {at(row.revoked_at)}" if row.revoked_at else ""), "good")]
        case Does.RETIRE if step.programs:
            return [Piece(f"   waits for {', '.join(step.programs)}", "finding")]
        case Does.RETIRE:
            last = "never called" if row.last_used_at is None else f"last called {at(row.last_used_at)}"
            return [Piece(f"   all have moved; {last}", "good")]
        case _:
            return []


def _made(made: Made) -> str:
    used = "replaced since" if made.row.last_used_at is None else f"in use, last {at(made.row.last_used_at)}"
    return f"issued …{made.row.hint}, {used if made.taken_up else 'not used yet'}"


def _after(steps: tuple[Step, ...], width: int) -> list[Line]:
    if all(step.done for step in steps):
        return [line(("All steps are done.", "strong"))]
    if not any(step.ready for step in steps):
        words = "All steps are done. This page says when every program has moved: it is kept, leave it and come back."
        return wrapped(words, width, "strong")
    words = "Enter takes the step under the cursor; nothing is made before you have looked it over."
    left_out = "A program that is left out stays with this token. What was made is kept: leave this page and go on later."
    return [*wrapped(words, width, "strong"), *wrapped(left_out, width, "quiet")]


def _single(state: SplitState, width: int) -> list[Item]:
    """Say of a token that can't be split why not, and offer to narrow it where that is proven."""
    row, use = state.row, state.use
    if row.replaced_by is not None and state.successor is not None:
        gone = [scope for scope in use.granted if scope not in state.successor.scopes]
        end = "" if row.retires_at is None else f"; the old one ends {at(row.retires_at)}"
        words = f"Narrowed by a rotation: without {', '.join(gone)}{end}." if gone else f"Rotated with all its scopes{end}."
    elif use.untold:
        words = "It is not proven which scopes are unused: log the scope, or the method and path, with every request."
    elif use.is_shared:
        words = "One of the programs is not told apart by the log: it can't be said which scopes it needs."
    elif use.unused:
        words = f"Only one program uses it, and nobody was seen to need {', '.join(use.unused)}. Enter narrows it by a rotation."
    else:
        words = "Only one program uses it, and it needs everything the token holds: there is nothing to split."
    if not can_narrow(use) or row.replaced_by is not None:
        return items(wrapped(words, width, "finding"))
    first, *rest = wrapped(f"  {words}", width, "finding", indent=2)
    return [_opened(first, width, NARROW), *items(rest)]
