"""The debug dashboard: failed checks of 30 minutes, the one under the cursor step by step, and how long checks take."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from console.render.board import Layout
from console.render.board_parts import Body, Drawing, Target, body, nothing
from console.render.contact_words import REASON_WORDS
from console.render.courses import latency_course
from console.render.grid import Columns, Part, Rows, fixed
from console.render.measure_words import milliseconds_words
from console.render.moments import ago
from console.render.pieces import Line, Piece
from console.render.sheet import cut_line, folded, line, wrapped
from console.render.widths import fit, width_of
from store.board_rows import TAIL_MINUTES, Debug
from store.gateway.steps import Mark, trail
from store.indicator_rows import FailedCheckRow
from store.rows import TokenKey
from store.rules.usage import Outcome

LAYOUTS = (
    Layout(150, 40, (Rows((Part(Columns((Part("tail", 6), Part("steps", 5))), 3), Part("latency", 1))),)),
    Layout(110, 30, (Rows((Part(Columns((Part("tail"), Part("steps"))), 3), fixed("latency", 12))),)),
    Layout(76, 18, (Columns((Part("tail"), fixed("steps", 44))), "latency")),
    Layout(0, 0, ("tail", "steps", "latency")),
)
LEAST_REQUEST = 10
"""With fewer cells what was asked for is left out of a line: it stands beside it, step by step."""

REQUEST_INDENT = 10
"""Where it has lines of its own it stands below the reason, behind the time."""

_RATE, _TOO_MANY = "there were not too many requests", "there were too many requests"
_OUTCOMES = frozenset(outcome.value for outcome in Outcome)
_HELD = {Mark.PASSED: "", Mark.FAILED: "danger", Mark.SKIPPED: "quiet"}
_MARKS = {Mark.PASSED: ("✓", "good"), Mark.FAILED: ("✕", "danger"), Mark.SKIPPED: ("·", "quiet")}


def name_of(check: FailedCheckRow) -> str:
    """Return what names a check among those of the tail."""
    return f"{check.at.isoformat()} {check.gateway} {check.request_id} {check.path}"


def drawings(found: Debug | None, chosen: str = "") -> dict[str, Drawing]:
    """Return every panel; `chosen` names the check that is shown step by step, the latest one where it has gone."""
    kinds: dict[str, tuple[str, Callable[[Debug, int, int], Body]]] = {
        "tail": (f"Failed checks, {TAIL_MINUTES} min", tail),
        "steps": ("Step by step", partial(steps, chosen)),
        "latency": ("How long checks take, last 3 hours", latency),
    }
    return {name: Drawing(title, partial(draw, found) if found is not None else None) for name, (title, draw) in kinds.items()}


def chosen_check(found: Debug, chosen: str) -> FailedCheckRow | None:
    """Return the check of this name, or the latest one."""
    return next((one for one in found.checks if name_of(one) == chosen), found.checks[0] if found.checks else None)


def outcome_words(outcome: str) -> str:
    """Return why a check failed, in few words."""
    return "no answer" if outcome not in _OUTCOMES else REASON_WORDS.get(outcome, outcome.lower().replace("_", " "))


def tail(found: Debug, width: int, height: int) -> Body:
    """Return the failed checks, the newest first; the one under the cursor is told step by step beside it."""
    if not found.checks:
        if not found.gateways:
            return nothing("No gateway has reported, so no check is on record.", width)
        return nothing("✓ No check failed in the last 30 minutes.", width)
    below = [_below(one, width) for one in found.checks]
    if len(below) + sum(map(len, below)) > height:
        below = [[] for _ in below]
    lines: list[tuple[Line, Target | None]] = []
    for one, more in zip(found.checks[:height], below, strict=False):
        lines.append((cut_line(_check(one, width, short=bool(more)), width), _check_target(one)))
        lines += [(row, None) for row in more]
    shown = min(height, len(found.checks))
    left = len(found.checks) - shown
    return body(
        lines,
        f"{shown} of {len(found.checks)}{'+' if found.more else ''}"
        if left
        else f"{len(found.checks)}{'+' if found.more else ''}",
    )


def _request(one: FailedCheckRow) -> str:
    return f"{one.method} {one.path}".strip() or one.service or "introspection"


def _below(one: FailedCheckRow, width: int) -> list[Line]:
    """Return what was asked for on lines of its own, where it has no room behind the reason; none where it has."""
    if width_of(_request(one)) <= _room(one, width):
        return []
    return [(Piece(" " * REQUEST_INDENT), *row) for row in folded(line((_request(one), "quiet")), width - REQUEST_INDENT)]


def _why(width: int) -> int:
    """Return the cells of the reason."""
    return 22 if width >= 60 else 17


def _room(one: FailedCheckRow, width: int) -> int:
    """Return the cells of what was asked for, behind the time and the reason."""
    return width - 12 - _why(width) - len(_where(one, width))


def _where(one: FailedCheckRow, width: int) -> str:
    return f"  {fit(one.service or '·', 14)} {one.address or '·'}" if width >= 76 else ""


def _check(one: FailedCheckRow, width: int, *, short: bool = False) -> Line:
    """Return a failed check; in `short` what was asked for stands below it."""
    room = _room(one, width)
    if short or room < LEAST_REQUEST:
        return line((f"{one.at:%H:%M:%S}Z ", "quiet"), (outcome_words(one.outcome), "refused"))
    return line(
        (f"{one.at:%H:%M:%S}Z ", "quiet"),
        (f"{fit(outcome_words(one.outcome), _why(width))} ", "refused"),
        fit(_request(one), room),
        (_where(one, width), "quiet"),
    )


def _check_target(one: FailedCheckRow) -> Target:
    about = f"token {one.token_id} of {one.account_id}" if one.token_id else "no token of ours was proven"
    where = one.address or "an unknown address"
    says = f"{one.at:%H:%M:%S}Z {outcome_words(one.outcome)}: {one.method} {one.path} from {where}, {about}."
    key = TokenKey((one.account_id, one.token_id)) if one.token_id and one.account_id else None
    return Target("tail", name_of(one), says=says, token=key)


def steps(chosen: str, found: Debug, width: int, height: int) -> Body:
    """Return the ordered steps of one check with the first that failed marked, and what was asked; secrets are nowhere in it."""
    one = chosen_check(found, chosen)
    if one is None:
        return nothing("A failed check under the cursor is shown here step by step.", width)
    told = _steps(one, width)
    about = _about(one, found, width)
    if len(about) + 1 + len(told) > height:
        about = about[: max(1, height - len(told))]
    else:
        about.append(())
    return Body(tuple([*about, *told][:height]), note=line((f"{one.at:%H:%M:%S}Z", "quiet")))


def _steps(one: FailedCheckRow, width: int) -> list[Line]:
    if one.outcome not in _OUTCOMES:
        return wrapped(line(("✕ ", "danger"), ("no step was taken: the store or the gateway gave no answer", "danger")), width)
    lines: list[Line] = []
    for number, (rule, mark) in enumerate(trail(Outcome(one.outcome), one.step), 1):
        sign, style = _MARKS[mark]
        held = line(
            (f"{sign} ", style), (f"{number:>2} ", "quiet"), (rule.fails if mark is Mark.FAILED else rule.holds, _HELD[mark])
        )
        stop = f"← first to fail: {outcome_words(one.outcome)}, {rule.status}" if mark is Mark.FAILED else ""
        lines += _stopped(held, stop, width) if stop else [cut_line(held, width)]
    if one.outcome == Outcome.RATE_LIMITED.value:
        limit = line(("✕ ", "danger"), (f"{len(lines) + 1:>2} ", "quiet"), (_TOO_MANY, "danger"))
        lines += _stopped(limit, "← first to fail: 429", width)
    return lines


def steps_of(one: FailedCheckRow) -> list[tuple[str, str, str]]:
    """Return the ordered steps of a check: its name, what holds when it is passed, and how it ended; none without an answer."""
    if one.outcome not in _OUTCOMES:
        return []
    told = [(rule.step.value, rule.holds, mark.value) for rule, mark in trail(Outcome(one.outcome), one.step)]
    return [*told, ("rate", _RATE, Mark.FAILED.value)] if one.outcome == Outcome.RATE_LIMITED.value else told


def _stopped(held: Line, stop: str, width: int) -> list[Line]:
    """Mark the step that failed: behind it, or below it where there is no room."""
    if sum(width_of(piece.text) for piece in held) + width_of(stop) + 2 <= width:
        return [(*held, Piece(f"  {stop}", "danger"))]
    return [cut_line(held, width), *wrapped(line((" " * 5, ""), (stop, "danger")), width, indent=7)]


def _about(one: FailedCheckRow, found: Debug, width: int) -> list[Line]:
    took = f", took {milliseconds_words(one.latency_ms)}" if one.latency_ms is not None else ""
    token = f"{one.token_id} of {one.account_id}" if one.token_id else "none of ours was proven"
    facts = [
        ("request", f"{one.method} {one.path}".strip() or "introspection"),
        ("token", token),
        ("wanted", one.scope or "no scope"),
        ("from", " · ".join(part for part in (one.address, one.agent) if part) or "unknown"),
        ("id", one.request_id or "none given"),
    ]
    where, when = f"{one.service or 'no service'} by {one.gateway}", f"{ago(one.at, found.at)}{took}"
    whole = 9 + width_of(where) + 2 + width_of(when) <= width
    facts[-1:-1] = [("at", f"{where}, {when}")] if whole else [("at", f"{where},"), ("", when)]
    return [one for label, words in facts for one in folded(line((f"{label:<8} ", "quiet"), words), width, indent=9)]


def latency(found: Debug, width: int, height: int) -> Body:
    """Return the 95th percentile of checks by the minute against its target."""
    return latency_course(found.p95, found.target_ms, width, height)


def refused_lines(problem: str, remedy: str, width: int) -> list[Line]:
    """Return why the board is not shown, and what to do."""
    about = (
        "It shows, request by request, whose program calls from where and for what. On-call, Executive and the dashboard "
        "are open to you: c, e and Esc go there."
    )
    return [
        (), *wrapped(line((problem, "danger")), width), (), *wrapped(line((remedy, "strong")), width), (),
        *wrapped(line((about, "quiet")), width),
    ]  # fmt: skip
