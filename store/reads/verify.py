"""Checking the audit log: every line, every link, and that each token is in the state its last line vouches for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from store.reader import Reader, Row
from store.rules.chain import FIRST_LINK, LINE, private_digest
from store.rules.state import STATE

_BATCH, _TOKENS_BATCH = 5_000, 1_000
"""Lines follow one another; the last line of a token stands anywhere in the log, which takes a slow disk far longer to find."""

_decode = json.JSONDecoder().decode
_LINES = f"SELECT {', '.join(LINE.columns)}, hash FROM audit WHERE seq > :after ORDER BY seq LIMIT :batch"
# What is looked up for a row is asked for row by row: PostgreSQL would join by reading the log from its beginning for each batch.
_PRIVATE = (
    "SELECT p.seq, p.salt, p.reason, p.host, p.peer, (SELECT a.private_digest FROM audit a WHERE a.seq = p.seq) "
    "FROM audit_private p WHERE p.seq > :after ORDER BY p.seq LIMIT :batch"
)
_TOKENS = (
    f"SELECT {', '.join('t.' + name for name in STATE.columns)}, t.audit_seq, (SELECT a.state_digest FROM audit a "
    "WHERE a.seq = t.audit_seq AND a.account_id = t.account_id AND a.token_id = t.id) FROM token t "
    "WHERE (t.account_id, t.id) > (:account, :id) ORDER BY t.account_id, t.id LIMIT :batch"
)
_SEQ, _LINK, _DETAIL = map(LINE.columns.index, ("seq", "prev_hash", "detail"))
_ACCOUNT, _ID = map(STATE.columns.index, ("account_id", "id"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the log found. `broken_at` is the number of the first bad line, None when all links hold.

    `lines` counts the lines walked, `head` is the hash of the newest one in hex (64 zeros in an empty log).
    """

    lines: int
    head: str
    broken_at: int | None = None
    problem: str = ""

    @property
    def whole(self) -> bool:
        """Say whether nothing was found."""
        return not self.problem


def verify(
    reader: Reader, progress: Callable[[int], None] | None = None, *, heard: Callable[[str, int], None] | None = None
) -> Verdict:
    """Walk the whole log and every token; stop at the first thing that is wrong.

    `heard` is told after each batch what is being checked («lines», «reasons», «tokens») and how many were; what it raises
    ends the check.

    Finds edited lines, gaps, swaps, a changed reason, host or peer, and tokens changed behind the log's back. A tail that
    was cut off together with its tokens' states shows only against an older report (security.md finding 11).
    """
    seq, link = 0, FIRST_LINK
    heard = heard or _unheard
    while lines := reader.rows(_LINES, {"after": seq, "batch": _BATCH}):
        for line in lines:
            problem = _line_problem(line, seq + 1, link)
            if problem:
                return Verdict(seq, link.hex(), seq + 1, problem)
            seq, link = seq + 1, bytes(line[-1])
        if progress is not None and seq % _BATCH == 0:
            progress(seq)
        heard("lines", seq)
    problem_at = _private_problem(reader, heard)
    if problem_at is not None:
        return Verdict(seq, link.hex(), problem_at, f"The reason, host or peer of audit line {problem_at} was changed.")
    problem_token = _token_problem(reader, heard)
    if problem_token:
        return Verdict(seq, link.hex(), None, problem_token)
    return Verdict(seq, link.hex())


def _line_problem(line: Row, expected: int, link: bytes) -> str:
    if line[_SEQ] != expected:
        return f"Audit line {expected} is missing; the next one is {line[_SEQ]}."
    if bytes(line[_LINK]) != link:
        return f"Audit line {expected} does not follow the line before it."
    if LINE.digest(line[:-1]) != bytes(line[-1]):
        return f"Audit line {expected} was changed after it was written."
    try:
        _decode(line[_DETAIL])
    except ValueError:
        return f"Audit line {expected} holds a detail that can't be read."
    return ""


def _unheard(what: str, number: int) -> None:
    return


def _private_problem(reader: Reader, heard: Callable[[str, int], None]) -> int | None:
    after = number = 0
    while rows := reader.rows(_PRIVATE, {"after": after, "batch": _BATCH}):
        for seq, salt, reason, host, peer, digest in rows:
            if digest is None or bytes(digest) != private_digest(bytes(salt), reason, host, peer):
                return int(seq)
        after = int(rows[-1][0])
        number += len(rows)
        heard("reasons", number)
    return None


def _token_problem(reader: Reader, heard: Callable[[str, int], None]) -> str:
    account, token, number = "", "", 0
    while rows := reader.rows(_TOKENS, {"account": account, "id": token, "batch": _TOKENS_BATCH}):
        for *state, seq, digest in rows:
            if digest is None or bytes(digest) != STATE.digest(state):
                return f"The token {state[_ID]} of {state[_ACCOUNT]} is not in the state that audit line {seq} recorded."
        account, token = rows[-1][_ACCOUNT], rows[-1][_ID]
        number += len(rows)
        heard("tokens", number)
    return ""
