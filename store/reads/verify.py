"""Checking the audit log: every line, every link, and that each token is in the state its last line vouches for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from store.reader import Reader
from store.rules.chain import FIRST_LINK, LINE_COLUMNS, line_hash, private_digest
from store.rules.state import STATE_COLUMNS, state_digest

_BATCH = 5_000
_LINES = f"SELECT {', '.join(LINE_COLUMNS)}, hash FROM audit WHERE seq > :after ORDER BY seq LIMIT :batch"
_PRIVATE = "SELECT seq, salt, reason, host, peer FROM audit_private WHERE seq > :after ORDER BY seq LIMIT :batch"
_TOKENS = (
    f"SELECT {', '.join('t.' + name for name in STATE_COLUMNS)}, t.audit_seq, a.state_digest FROM token t "
    "LEFT JOIN audit a ON a.seq = t.audit_seq AND a.account_id = t.account_id AND a.token_id = t.id "
    "WHERE (t.account_id, t.id) > (:account, :id) ORDER BY t.account_id, t.id LIMIT :batch"
)


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


def verify(reader: Reader, progress: Callable[[int], None] | None = None) -> Verdict:
    """Walk the whole log and every token; stop at the first thing that is wrong.

    Finds edited lines, gaps, swaps, a changed reason, host or peer, and tokens changed behind the log's back. A tail that
    was cut off together with its tokens' states shows only against an older report (security.md finding 11).
    """
    seq, link = 0, FIRST_LINK
    for line in _walk(reader):
        problem = _line_problem(line, seq + 1, link)
        if problem:
            return Verdict(seq, link.hex(), seq + 1, problem)
        seq, link = seq + 1, bytes(line["hash"])
        if progress is not None and seq % _BATCH == 0:
            progress(seq)
    problem_at = _private_problem(reader)
    if problem_at is not None:
        return Verdict(seq, link.hex(), problem_at, f"The reason, host or peer of audit line {problem_at} was changed.")
    problem_token = _token_problem(reader)
    if problem_token:
        return Verdict(seq, link.hex(), None, problem_token)
    return Verdict(seq, link.hex())


def _walk(reader: Reader) -> Iterator[dict[str, Any]]:
    after = 0
    while rows := reader.rows(_LINES, {"after": after, "batch": _BATCH}):
        for row in rows:
            yield dict(zip((*LINE_COLUMNS, "hash"), row, strict=True))
        after = int(rows[-1][0])


def _line_problem(line: dict[str, Any], expected: int, link: bytes) -> str:
    if line["seq"] != expected:
        return f"Audit line {expected} is missing; the next one is {line['seq']}."
    if bytes(line["prev_hash"]) != link:
        return f"Audit line {expected} does not follow the line before it."
    if line_hash(line) != bytes(line["hash"]):
        return f"Audit line {expected} was changed after it was written."
    try:
        json.loads(line["detail"])
    except ValueError:
        return f"Audit line {expected} holds a detail that can't be read."
    return ""


def _private_problem(reader: Reader) -> int | None:
    after = 0
    while rows := reader.rows(_PRIVATE, {"after": after, "batch": _BATCH}):
        last = int(rows[-1][0])
        found = reader.rows(
            "SELECT seq, private_digest FROM audit WHERE seq BETWEEN :first AND :last", {"first": int(rows[0][0]), "last": last}
        )
        digests = {int(seq): value for seq, value in found}
        for seq, salt, reason, host, peer in rows:
            digest = digests.get(int(seq))
            if digest is None or bytes(digest) != private_digest(bytes(salt), reason, host, peer):
                return int(seq)
        after = last
    return None


def _token_problem(reader: Reader) -> str:
    account, token = "", ""
    while rows := reader.rows(_TOKENS, {"account": account, "id": token, "batch": _BATCH}):
        for row in rows:
            state = dict(zip(STATE_COLUMNS, row[: len(STATE_COLUMNS)], strict=True))
            seq, digest = row[-2], row[-1]
            if digest is None or bytes(digest) != state_digest(state):
                return f"The token {state['id']} of {state['account_id']} is not in the state that audit line {seq} recorded."
        account, token = rows[-1][0], rows[-1][1]
    return ""
