"""What may become of tokens past a new limit: the three choices on the preview, with their numbers and a mark on one."""

from __future__ import annotations

from datetime import datetime

from console.render.pieces import Line
from console.render.sheet import line, wrapped
from store.rules.policies import Preview
from store.rules.policy_choice import USUAL, Choice, Cliff, Fate, Tally, cliff, effects, tally

TITLE = 24
NEW_ONLY = "Saving changes no token: it holds for what is issued, rotated or given another end from then on."


def offered(chosen: Choice) -> tuple[Choice, ...]:
    """Return the choices in the order they are shown; a cap keeps the days it was given."""
    return Choice(), chosen if chosen.fate is Fate.CAP else Choice(Fate.CAP, USUAL), Choice(Fate.IDLE)


def choice_lines(chosen: Choice, found: Preview, now: datetime, width: int) -> list[Line]:
    """Return a line or two for each choice: how many tokens it changes, how many of these end today, how many are in use."""
    lines: list[Line] = []
    for choice in offered(chosen):
        marked = choice.fate is chosen.fate
        mark, style = ("● ", "good" if choice.fate is Fate.GRANDFATHER else "danger") if marked else ("○ ", "quiet")
        title = line((mark, style), (choice.title.ljust(TITLE - 2) if width >= 100 else f"{choice.title}  ", style))
        if choice.fate is Fate.GRANDFATHER:
            lines += wrapped(line(*title, (NEW_ONLY, "quiet")), width, indent=2)
            continue
        does = effects(choice, found.outside, now)
        lines += wrapped(line(*title, *_numbers(choice, tally(does, now))), width, indent=2)
        worst = cliff(choice, does)
        if worst is not None:
            lines += wrapped(_cliff(worst), width, indent=4)
    return lines


def _cliff(worst: Cliff) -> Line:
    return line(
        (f"  ! {worst.tokens:,} of them would end on {worst.day}: a cliff. ", "finding"),
        (f":choose {worst.instead}", "key"), f" spreads them over {worst.instead.spread} days.",
    )  # fmt: skip


def _numbers(choice: Choice, counts: Tally) -> Line:
    if not counts.changed:
        return line(("There is no token for it to change.", "quiet"))
    verb = "revoked for good" if choice.fate is Fate.IDLE else "given an earlier end"
    live = (f"{counts.changed_in_use:,} of them IN USE", "danger") if counts.changed_in_use else ("none of them in use", "quiet")
    today = f"; {counts.today:,} {'ends' if counts.today == 1 else 'end'} today"
    return line((f"{counts.changed:,} {verb}, ", "strong"), live, (today, "finding" if counts.today else "quiet"))
