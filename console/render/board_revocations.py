"""The panel of the latest revocations, each with what the calls after it prove."""

from __future__ import annotations

from console.render.board_parts import Body, Target, amount_words, body, nothing, quoted
from console.render.moments import ago
from console.render.pieces import Line
from console.render.proof_words import LEGEND, MARKS, STYLES, proof_words, proven_name
from console.render.sheet import cut_line, line
from store.dashboard_rows import Dashboard
from store.indicator_rows import Proof
from store.rules.proof import ProofVerdict

WITH_NAMES, WITH_WORDS = 56, 72
"""From so many columns on, who revoked it is told, and the verdict in words."""


def revocations(board: Dashboard, width: int, height: int) -> Body:
    """Return the latest revocations, each with what the calls after it prove; one verdict for the mark and for the sentence."""
    rows = board.revocations.rows
    if not rows:
        return nothing("Nothing has been revoked yet.", width)
    lines: list[tuple[Line, Target | None]] = [(_revocation(one, board, width), _revoked_target(one)) for one in rows[:height]]
    lately = f"{amount_words(board.revocations.lately)} in 7 d"
    return body(lines, lately, LEGEND)


def _revocation(one: Proof, board: Dashboard, width: int) -> Line:
    mark, word = MARKS[one.verdict]
    proof = (f"{mark} {word}" if width >= WITH_WORDS or one.verdict is ProofVerdict.FAIL else mark, STYLES[one.verdict])
    who = f" by {one.revoked_by}" if width >= WITH_NAMES else ""
    label = proven_name(one, max(4, width - 9 - len(proof[0]) - 1 - len(who)))
    return cut_line(
        line((f"{ago(one.revoked_at, board.at).removesuffix(' ago'):>7}  ", "quiet"), label, (who, "quiet"), " ", proof), width
    )


def _revoked_target(one: Proof) -> Target:
    account, token = one.key
    why = f", {one.revoke_reason}" if one.revoke_reason else ""
    says = f"{one.name or '(no name)'}, {proof_words(one)}; revoked {one.revoked_at:%d %b %H:%M}Z by {one.revoked_by}{why}."
    return Target("revocations", token, filter=f"id={quoted(token)} acct={quoted(account)}", says=says)
