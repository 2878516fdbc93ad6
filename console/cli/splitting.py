"""`tokendesk tokens split`: which scopes were used, by whom, and the narrower tokens that would do."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import datetime

from console.cli.output import print_record, show
from console.reports.cells import Value
from store.opening import Store
from store.reads.splitting import scope_use
from store.rows import TokenRow
from store.rules.splitting import Use, plan


def print_split(store: Store, row: TokenRow, now: datetime, days: int, *, as_json: bool) -> None:
    """Print which scopes were used by whom, the narrower tokens that follow, and in which order to make them."""
    with store.reading() as reader:
        use = scope_use(reader, row, now, days)
    if as_json:
        print_record(_split_record(row, use, days))
        return
    show(f"{row.account_id}/{row.id}  {row.name or '(no name)'}  holds {', '.join(use.granted) or 'no scope'}")
    if not use.shares:
        show(f"  Nothing has called with it in {days} days: nothing can be said of its scopes.")
        return
    for share in use.shares:
        show(f"  {share.integration or '(not named)'}: {share.requests:,} requests in {days} days")
        show(f"    called   {', '.join(share.endpoints[:6]) or 'not told by the log'}")
        show(f"    needed   {', '.join(share.scopes) or 'not told by the log'}")
        if share.untold:
            show(f"    {share.untold:,} of them name no scope, and an endpoint that does not tell it either.")
    for sentence in _advice(row, use):
        show(sentence)


def _advice(row: TokenRow, use: Use) -> Iterable[str]:
    whole = f"{row.account_id}/{row.id}"
    if use.untold:
        yield "Not proven which scopes are unused: log the scope, or the method and path, with every request."
    elif use.unused:
        yield f"Nobody was seen to need {', '.join(use.unused)}."
        if not use.is_shared:
            yield f"Narrow it at its next rotation: {_command('rotate', whole, *_flags(use.exercised))}"
    if plan(use):
        yield "To split it, make one token for each, move its caller over, and rotate this one last:"
        *others, last = plan(use)
        for share in others:
            name, owner = f"{row.name} ({share.integration})", row.owner if row.owner and row.owner_active else "MEMBER"
            yield "  " + _command("issue", "--account", row.account_id, "--name", name, "--owner", owner, *_flags(share.scopes))
        yield f"  {_command('rotate', whole, *_flags(last.scopes))}    # for {last.integration}"


def _flags(scopes: Iterable[str]) -> Iterable[str]:
    return [word for scope in scopes for word in ("--scope", scope)]


def _command(*words: str) -> str:
    """Return a command that can be pasted into a shell as it stands: names are customers' own and may try something."""
    return shlex.join(["tokendesk", "tokens", *words])


def _split_record(row: TokenRow, use: Use, days: int) -> dict[str, Value]:
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
    }
