"""`tokendesk tokens split`: which scopes were used, by whom, and the narrower tokens that would do."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import datetime

from console.cli.output import print_record, show
from console.render.counts import counted
from console.render.split_pages import nameless_words, token_name
from console.reports.cells import Value, stamped
from console.reports.freshness import freshness_record, freshness_sentence
from store.opening import Store
from store.reads.splitting import split_state
from store.reads.usage import freshness
from store.rows import TokenRow
from store.split_rows import Does, SplitState


def print_split(store: Store, row: TokenRow, now: datetime, days: int, *, as_json: bool) -> None:
    """Print which scopes were used by whom, the narrower tokens that follow, and in which order to make them."""
    with store.reading() as reader:
        state, fresh = split_state(reader, row, now, days), freshness(reader)
    use = state.use
    if as_json:
        print_record({**_split_record(state, days), **freshness_record(fresh)})
        return
    show(f"{row.account_id}/{row.id}  {row.name or '(no name)'}  holds {', '.join(use.granted) or 'no scope'}")
    if not use.shares and not state.begun:
        show(f"  Nothing has called with it in {days} days: nothing can be said of its scopes.")
        show(f"  {freshness_sentence(fresh)}")
        return
    for share in use.shares:
        show(f"  {share.integration or '(not named)'}: {counted(share.requests, 'request')} in {days} days")
        more = f", and {len(share.endpoints) - 6:,} more" if len(share.endpoints) > 6 else ""
        show(f"    called   {', '.join(share.endpoints[:6]) or 'not told by the log'}{more}")
        show(f"    needed   {', '.join(share.scopes) or 'not told by the log'}")
        if share.untold:
            show(
                f"    {share.untold:,} of them do not tell what they needed: no scope, nor an endpoint that tells it or was kept."
            )
    for one in state.made:
        used = f"last used {stamped(one.row.last_used_at)}" if one.row.last_used_at else "not used yet"
        show(f"  made for {one.program}: {one.row.account_id}/{one.row.id}  {one.row.name}  {one.row.status}, {used}")
    show(f"  {freshness_sentence(fresh)}")
    for sentence in _advice(state):
        show(sentence)


def _advice(state: SplitState) -> Iterable[str]:
    row, use = state.row, state.use
    whole = f"{row.account_id}/{row.id}"
    if use.untold:
        yield "Not proven which scopes are unused: log the scope, or the method and path, with every request."
    elif use.unused:
        yield f"Nobody was seen to need {', '.join(use.unused)}."
        if not use.is_shared:
            yield f"Narrow it at its next rotation: {_command('rotate', whole, *_flags(use.exercised))}"
    steps = [step for step in state.steps() if not step.done]
    if steps and (warning := nameless_words(use)):
        yield warning
    if any(step.does is not Does.RETIRE for step in steps):
        yield "To split it, make one token for each, move its caller over, and rotate this one last:"
    for step in steps:
        match step.does:
            case Does.ISSUE:
                [program] = step.programs
                name, owner = token_name(row, program), row.owner if row.owner and row.owner_active else "MEMBER"
                flags = [*_flags(step.scopes), "--split-from", row.id, "--program", program]
                yield "  " + _command("issue", "--account", row.account_id, "--name", name, "--owner", owner, *flags)
            case Does.ROTATE:
                yield f"  {_command('rotate', whole, *_flags(step.scopes))}    # for {' and '.join(step.programs)}"
            case Does.RETIRE if step.programs:
                yield f"It can be revoked once {', '.join(step.programs)} have been seen with a token of their own."
            case Does.RETIRE:
                yield f"Every program has moved: {_command('revoke', whole)}"


def _flags(scopes: Iterable[str]) -> Iterable[str]:
    return [word for scope in scopes for word in ("--scope", scope)]


def _command(*words: str) -> str:
    """Return a command that can be pasted into a shell as it stands: names are customers' own and may try something."""
    return shlex.join(["tokendesk", "tokens", *words])


def _split_record(state: SplitState, days: int) -> dict[str, Value]:
    row, use = state.row, state.use
    return {
        "id": row.id,
        "account": row.account_id,
        "days": days,
        "granted": list(use.granted),
        "exercised": list(use.exercised),
        "unused": None if use.untold else list(use.unused),
        "untold_requests": use.untold,
        "shared": use.is_shared,
        "shares": [
            {
                "integration": share.integration,
                "requests": share.requests,
                "endpoints": list(share.endpoints),
                "scopes": list(share.scopes),
                "untold_requests": share.untold,
            }
            for share in use.shares
        ],
        "made": [
            {
                "program": one.program,
                "id": one.row.id,
                "name": one.row.name,
                "scopes": list(one.row.scopes),
                "status": one.row.status.value,
                "last_used_at": stamped(one.row.last_used_at),
            }
            for one in state.made
        ],
    }
