"""The steps of a leak drill, in order: ONE table of what each is for, what to type, and by what one sees that it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from shlex import quote

from console.drill import acts
from console.drill.caller import Met
from console.drill.stage import CASE, Stage
from console.drill.standing import Standing
from console.render.case_words import minutes
from console.render.moments import span
from console.render.proof_words import proof_words
from store.rules.leaks import Verdict
from store.rules.status import Status
from store.rules.usage import Outcome

Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `commands` are what to type, `keys` how the console does it; without an `act` there is nothing to do but watch.

    `done` looks at the store and at what the caller met; `told` says what came of it, a line each.
    """

    name: str
    title: str
    commands: Callable[[Stage, str], Lines]
    keys: str
    done: Callable[[Standing, Met], bool]
    told: Callable[[Standing, Met], Lines]
    act: Callable[[Stage], None] | None = None


def _nothing(stage: Stage, case: str) -> Lines:
    del stage, case
    return ()


def _find(stage: Stage, case: str) -> Lines:
    return (f"tokendesk triage {quote(str(stage.leaked))} --case {quote(case)}",)


def _stop(stage: Stage, case: str) -> Lines:
    return (
        f"tokendesk tokens suspend {stage.key[1]} --until 4h --case {quote(case)} \\",
        f"  --message {quote(acts.MESSAGE)}",
    )


def _end(stage: Stage, case: str) -> Lines:
    return (f"tokendesk tokens revoke {stage.key[1]} --reason 'leaked' --case {quote(case)}",)


def _finish(stage: Stage, case: str) -> Lines:
    case = quote(case)
    return (
        f"tokendesk tokens timeline {stage.key[1]} --case {case}",
        f"tokendesk cases note {case} 'by phone' --told 'the admin of {stage.key[0]}'",
        f"tokendesk cases close {case} --note 'What came of it'",
    )


def _found(at: Standing, _: Met) -> Lines:
    found = at.found
    assert found is not None
    works = "and the token works" if found.verdict is Verdict.VERIFIED else "but the token has ended"
    return (
        f"{found.verdict.value}: the secret is right, {works}",
        f"on record: {found.where}",
        f"{at.case} is open; the token is marked as exposed",
    )


def _stopped(at: Standing, met: Met) -> Lines:
    if at.row.status is not Status.SUSPENDED:
        return ("not suspended: it was ended at once",)
    said = met.now.message if met.now is not None else ""
    return ("suspended: no call gets through, and its callers read", f"“{said}”")


def _ended(at: Standing, _: Met) -> Lines:
    row = at.row
    assert row.revoked_at is not None
    return (f"revoked at {row.revoked_at:%H:%M:%S} by {row.revoked_by}; nobody can undo that",)


def _seen(at: Standing, _: Met) -> Lines:
    proof = at.proof
    assert proof is not None
    return (f"the first call came {proof.seconds:g} s after it, and was refused: {proof.refused_reason}",)


def _proved(at: Standing, met: Met) -> Lines:
    assert at.proof is not None
    lines = [proof_words(at.proof)]
    if met.last_accepted is not None and met.first_refused is not None:
        lines.append(f"caller: last accepted {_precise(met.last_accepted)}, first refused {_precise(met.first_refused)}")
    return tuple(lines)


def _precise(moment: datetime) -> str:
    return moment.strftime("%H:%M:%S.%f")[:-3]


def _finished(at: Standing, _: Met) -> Lines:
    file = at.file
    assert file is not None
    steps = f"{file.row.id}: {len(file.steps) - len(at.left)} of {len(file.steps)} steps done"
    if file.took is None:
        return (steps,)
    return (steps, f"{minutes(file.took)} ({span(file.took)}) from discovery to revocation")


LEAK: tuple[Step, ...] = (
    Step("find", "Find it: whose token is in that text, and does it work?", _find, "F5 Leaks: paste it, W puts it on record",
         lambda at, _: at.found is not None and at.case is not None, _found, acts.find_it),
    Step("suspend", "Stop it: suspend it, with a message to its callers", _stop, "S on the token",
         lambda at, met: at.stopped and not met.open, _stopped, acts.stop_it),
    Step("revoke", "End it: revoke it", _end, "x on the token, then y",
         lambda at, met: at.revoked and met.now is not None and met.now.outcome == Outcome.REVOKED.value, _ended, acts.end_it),
    Step("refused", "See it refused: the next call is counted", _nothing, "", lambda at, _: at.proven, _seen),
    Step("proof", "The proof: refused everywhere in less than 60 s?", _nothing, "", lambda at, _: at.proven, _proved),
    Step("close", "Finish the case: usage read, somebody told, closed with a note", _finish,
         "F12 Cases, Enter: u, t, D", lambda at, _: at.closed, _finished, acts.finish),
)  # fmt: skip

DECISIVE = 5
"""So many of the steps decide whether a drill is passed; what comes behind them is the paperwork."""


def case_named(case: str | None) -> str:
    """Return the case to name in what is typed: the one there is, or a new one."""
    return case or CASE
