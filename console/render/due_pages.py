"""What is due by the policies as pages: tokens unused for too long with the next step of each, and secrets too old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from console.render.counts import counted, many
from console.render.glyphs import LEFT_EIGHTHS
from console.render.items import Item, cut_name, items, opened
from console.render.moments import ago
from console.render.pieces import Line
from console.render.sheet import line, wrapped
from console.render.widths import fit
from store.rules.idle import Due, Idle, RotationDue, Step, counts

SHOWN = 500
"""So many tokens of a page are named, the most pressing first."""

STEPS = {
    Step.REVOKE: ("! ", "their notice is over: revoked by applying", "danger"),
    Step.NOTICE: ("  ", "no notice yet: put on record by applying", "finding"),
    Step.WAIT: ("  ", "their notice is running", ""),
    Step.PROPOSE: ("  ", "proposed for a person to look at; nothing is done by itself", "quiet"),
}
"""In the order of what presses most."""

_NEXT = {Step.REVOKE: "revoke", Step.NOTICE: "give notice", Step.WAIT: "wait", Step.PROPOSE: "a person decides"}
_ORDER = list(STEPS)


@dataclass(slots=True)
class Applied:
    """How far applying has come, in tokens; `left` says of those left alone why."""

    total: int
    noticed: int = 0
    revoked: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)
    stopping: bool = False
    over: bool = False

    @property
    def done(self) -> int:
        """Return how many are settled."""
        return self.noticed + self.revoked + len(self.left)


def progress_bar(done: int, total: int, width: int) -> Line:
    """Return a bar of how much of it is done, with both numbers behind it."""
    words = f" {done:,} of {total:,}"
    room = max(4, width - len(words))
    whole, rest = divmod(done * room * 8 // max(1, total), 8)
    filled = "█" * whole + (LEFT_EIGHTHS[rest - 1] if rest else "")
    return line((filled.ljust(room, "·"), "bar"), (words, "strong"))


def applied_lines(applied: Applied, width: int) -> list[Line]:
    """Say how far it has come, and once it is over which tokens were left alone and why."""
    rest = applied.total - applied.done
    words = (
        "Done"
        if applied.over and not rest
        else "Stopped"
        if applied.over
        else "Stopping after these"
        if applied.stopping
        else "Applying"
    )
    keys = "Esc goes back." if applied.over else "Esc stops after those under way; what is done stays done."
    lines = [
        progress_bar(applied.done, applied.total, min(width, 76)),
        *wrapped(line((f"{words}: ", "strong"),
                      f"{counted(applied.noticed, 'notice')} put on record, {applied.revoked:,} revoked, "
                      f"{len(applied.left):,} left alone, {rest:,} to go. ", (keys, "quiet")), width),
    ]  # fmt: skip
    lines += [line(("  left alone: ", "finding"), f"{token}, {why}") for token, why in applied.left[:10]]
    if len(applied.left) > 10:
        lines.append(line((f"  and {len(applied.left) - 10:,} more left alone", "quiet")))
    return [*lines, ()]


def idle_items(found: Due, now: datetime, width: int, *, every: bool) -> list[Item]:
    """Return the tokens that are unused for too long: how many stand at each step, then the tokens."""
    if not found.idle:
        return _nothing(
            "No token is unused for longer than its policy allows.", "«Unused at most» of a policy says how long.", width
        )
    number = counts(found.idle)
    lines: list[Line] = [
        line(
            (
                f"{_tokens(len(found.idle))} unused for longer than {'its' if len(found.idle) == 1 else 'their'} policy allows",
                "strong",
            )
        )
    ]
    for step, (sign, words, style) in STEPS.items():
        if number[step]:
            lines += wrapped(line((f"{sign}{number[step]:>7,}  {words}", style)), width, indent=11)
    lines += [(), _header(width, every, "Too long since        Next")]
    ordered = sorted(found.idle, key=lambda one: (_ORDER.index(one.step), one.since))
    return [*items(lines), *[_idle(one, now, width, every) for one in ordered[:SHOWN]], *_more(len(ordered))]


def rotation_items(found: Due, now: datetime, width: int, *, every: bool) -> list[Item]:
    """Return the tokens whose secret is older than their policy allows; those in use first. Applying does nothing about them."""
    if not found.rotations:
        return _nothing(
            "No secret is older than its policy allows.", "«Rotate every» of a policy says how old it may get.", width
        )
    used = sum(one.in_use for one in found.rotations)
    words = line((f"{_tokens(len(found.rotations))} due for rotation, ", "strong"),
                 (f"{used:,} of them LIVE: used within 30 days. ", "danger" if used else "quiet"),
                 ("Nothing stops by itself: Enter opens one, r rotates it there.", "quiet"))  # fmt: skip
    lines: list[Line] = [*wrapped(words, width), (), _header(width, every, "In use  Due since")]
    ordered = sorted(found.rotations, key=lambda one: (not one.in_use, one.since))
    return [*items(lines), *[_rotation(one, now, width, every) for one in ordered[:SHOWN]], *_more(len(ordered))]


def _nothing(what: str, how: str, width: int) -> list[Item]:
    return items(wrapped(line((f"{what} ", "good"), (how, "quiet")), width))


def _tokens(number: int) -> str:
    return f"{counted(number, 'token')} {many(number, 'is')}"


def _header(width: int, every: bool, rest: str) -> Line:
    account = f"{'Account':<15} " if every else ""
    return line((f"  {'Token':<{_name(width, every)}} {account}{rest}", "header"))


def _wait(one: Idle, now: datetime) -> str:
    """Say when a notice that is running ends, or that nobody has recorded whether its token was used until then."""
    return f"revoke on {one.due_at:%Y-%m-%d}" if one.due_at is not None and now < one.due_at else "wait: use unrecorded"


def _idle(one: Idle, now: datetime, width: int, every: bool) -> Item:
    sign, _, style = STEPS[one.step]
    words = _wait(one, now) if one.step is Step.WAIT else _NEXT[one.step]
    seldom = "; calls about once a quarter by its own rhythm" if one.seldom else ""
    shown = line((sign, style), *_named(one.key[1], one.key[0], one.name, width, every),
                 (f"{one.since:%Y-%m-%d} {ago(one.since, now):<10} ", "quiet"), (f"{words}{seldom}", style))  # fmt: skip
    return opened(shown, width, "token", *one.key, whole=cut_name(one.name or one.key[1], _name(width, every)))


def _rotation(one: RotationDue, now: datetime, width: int, every: bool) -> Item:
    live = ("LIVE    ", "danger") if one.in_use else ("no      ", "quiet")
    days = (now - one.since).days
    words = line(("! " if one.in_use else "  ", "danger"), *_named(one.key[1], one.key[0], one.name, width, every), live,
                 (f"{one.since:%Y-%m-%d}, {counted(days, 'day')}", "quiet"))  # fmt: skip
    return opened(words, width, "token", *one.key, whole=cut_name(one.name or one.key[1], _name(width, every)))


def _named(token: str, account: str, name: str, width: int, every: bool) -> Sequence[tuple[str, str]]:
    return (f"{fit(name or token, _name(width, every))} ", ""), (f"{fit(account, 15)} " if every else "", "quiet")


def _more(number: int) -> list[Item]:
    return [Item(line((f"  and {number - SHOWN:,} more", "quiet")))] if number > SHOWN else []


def _name(width: int, every: bool) -> int:
    return max(12, min(64, width - (61 if every else 45)))
