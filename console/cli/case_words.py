"""What `tokendesk cases` prints: the list, what was done, and what a case still misses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.cli.output import print_table, say
from console.render.case_words import steps_words
from console.render.moments import at
from store.case_rows import CaseFile, CaseLine
from store.errors import NotFound
from store.opening import Store
from store.reads.case_file import case_file
from store.reads.cases import cases
from store.rules.cases import Did
from store.rules.checklist import State
from store.writes.cases import CaseProof

_DONE = {
    Did.OPEN: "Opened {}",
    Did.TITLE: "Gave {} its title",
    Did.NAMED: "Took the token into {}",
    Did.ASIDE: "Set the token aside from {}",
    Did.NOTE: "Noted under {}",
    Did.NOTICE: "Noted under {} who was told",
    Did.CLOSE: "Closed {}",
    Did.REOPEN: "Opened {} again",
}


def did_words(proof: CaseProof) -> str:
    """Say what was done to a case."""
    return _DONE[proof.did].format(proof.case)


def the_case_file(store: Store, case: str, now: datetime) -> CaseFile:
    """Return a case; raises NotFound, naming those that are much like it."""
    with store.reading() as reader:
        found = case_file(reader, case, now)
        if found is not None:
            return found
        near = ", ".join(row.id for row in cases(reader, 0, 5, case))
    remedy = f"There is {near}." if near else "`tokendesk cases list` lists them; the first action under a name opens it."
    raise NotFound(f"There is no case {case[:60]}.", remedy)


def print_cases(found: Sequence[CaseLine], whole: int) -> None:
    """Print the list, and how many there are."""
    rows = [
        [
            line.id,
            "open" if line.is_open else "closed",
            at(line.opened_at),
            steps_words(line) or "-",
            "-" if line.tokens is None else f"{line.tokens:,}",
            f"{at(line.last_at)} {line.last_by}",
            line.title,
        ]
        for line in found
    ]
    headings = ("Case", "State", "Opened", "Steps", "Tokens", "Last action", "Title")
    print_table(headings, rows, right=frozenset({4}), shrink=(0, 6), drop=(2, 5))
    shown = f"; {len(found):,} are shown, --limit shows more" if len(found) < whole else ""
    say(f"{whole:,} case{'s' * (whole != 1)}{shown}.")


def say_what_is_missing(store: Store, case: str, now: datetime) -> None:
    """Tell of the steps of a case that are not done."""
    for step in the_case_file(store, case, now).steps:
        if step.state is not State.DONE:
            say(f"Not done: {step.step.value}: {step.missing}.")
