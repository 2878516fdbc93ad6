"""The panel of the latest revocations, each with its proof: a refusal after it, an accepted call, or none of both."""

from __future__ import annotations

from console.render.board_parts import Body, Target, amount_words, body, nothing, quoted
from console.render.moments import ago
from console.render.pieces import Line
from console.render.sheet import cut_line, line
from console.render.suspicion import suspicious
from console.render.widths import fit_with_tail
from store.dashboard_rows import Dashboard, Revoked


def revocations(board: Dashboard, width: int, height: int) -> Body:
    """Return the latest revocations, each with its proof: a refusal after it, an accepted call, or none of both."""
    rows = board.revocations.rows
    if not rows:
        return nothing("Nothing has been revoked yet.")
    lines: list[tuple[Line, Target | None]] = [(_revocation(one, board, width), _revoked_target(one)) for one in rows[:height]]
    lately = f"{amount_words(board.revocations.lately)} in 7 d"
    return body(lines, f"✓ refused since · {lately}" if width >= 52 else lately)


def _revocation(one: Revoked, board: Dashboard, width: int) -> Line:
    proof = ("! used", "danger") if _slipped(one) else ("✓", "good") if one.refused_since else ("·", "quiet")
    who = f" by {one.by}" if width >= 56 else ""
    room = width - 9 - len(proof[0]) - 1 - len(who)
    name = f"{one.name or '(no name)'}{f' · {one.account_name}' if width >= 38 else ''}"
    label = fit_with_tail(name, "⚠" if suspicious(name) else "", max(4, room))
    return cut_line(
        line((f"{ago(one.at, board.at).removesuffix(' ago'):>7}  ", "quiet"), label, (who, "quiet"), " ", proof), width
    )


def _slipped(one: Revoked) -> bool:
    """Say whether the latest request since the revocation was accepted."""
    return one.accepted_since is not None and (one.refused_since is None or one.accepted_since > one.refused_since)


def _revoked_target(one: Revoked) -> Target:
    proof = "! accepted after it" if one.accepted_since else "refused since" if one.refused_since else "not proven: no call since"
    says = (
        f"{one.name or '(no name)'}, revoked {one.at:%d %b %H:%M}Z by {one.by}{f', {one.reason}' if one.reason else ''}; {proof}."
    )
    return Target("revocations", one.token_id, filter=f"id={quoted(one.token_id)} acct={quoted(one.account_id)}", says=says)
