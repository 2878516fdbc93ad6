"""How far the split of a shared token has come: which programs have a token of their own, and what is left to do, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from store.rows import TokenRow
from store.rules.splitting import Use, plan, remainder
from store.rules.status import Status

_ENDED = (Status.REVOKED, Status.EXPIRED)


@dataclass(frozen=True, slots=True)
class Made:
    """A token that was made for a program out of a shared one."""

    program: str
    row: TokenRow

    @property
    def lives(self) -> bool:
        """Say whether it still counts: one that ended without a replacement leaves its program without."""
        return self.row.status not in _ENDED or self.row.replaced_by is not None

    @property
    def taken_up(self) -> bool:
        """Say whether somebody has called with it, or it has been replaced since."""
        return self.row.last_used_at is not None or self.row.replaced_by is not None


class Does(StrEnum):
    """What a step does: a token for one program, the shared one narrowed to what is left, or the shared one ended."""

    ISSUE = "issue"
    ROTATE = "rotate"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a split. `programs` are whom it is for; for the last step they are those that have not moved yet.

    `left_out` are programs that stay with the shared token for now, and `keeps` is what it must hold with them.
    """

    does: Does
    programs: tuple[str, ...]
    scopes: tuple[str, ...]
    made: tuple[Made, ...] = ()
    done: bool = False
    left_out: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Say whether it may be taken: the shared token is only ended once everybody has moved."""
        return not self.done and not (self.does is Does.RETIRE and self.programs)


@dataclass(frozen=True, slots=True)
class SplitState:
    """A shared token, how it is used, what was made out of it so far, and its replacement once there is one."""

    row: TokenRow
    use: Use
    made: tuple[Made, ...] = ()
    successor: TokenRow | None = None

    @property
    def begun(self) -> bool:
        """Say whether any token was made out of it."""
        return bool(self.made)

    def own(self, program: str) -> tuple[Made, ...]:
        """Return the tokens a program has of its own."""
        return tuple(one for one in self.made if one.program == program and one.lives)

    def steps(self) -> tuple[Step, ...]:
        """Return the steps, those that are done among them; empty for a token that nobody has begun to split, and nobody can.

        A program that is left out stays with the shared token, which keeps what it needs.
        """
        shares = plan(self.use)
        return tuple(self._steps()) if shares or self.begun else ()

    def _steps(self) -> Iterator[Step]:
        shares = {share.integration: share for share in self.use.shares if share.integration}
        order = [share.integration for share in plan(self.use)[:-1]]
        order += [program for program in dict.fromkeys(one.program for one in self.made) if program not in order]
        for program in order:
            own = self.own(program)
            scopes = shares[program].scopes if program in shares else own[-1].row.scopes if own else ()
            yield Step(Does.ISSUE, (program,), scopes, own, bool(own))
        left_out = tuple(program for program in order if not self.own(program))
        last = tuple(program for program in shares if program not in order)
        replaced, ended = self.row.replaced_by is not None, self.row.status in _ENDED
        if last or left_out or replaced:
            scopes = self.successor.scopes if self.successor is not None else remainder(self.use, last)
            keeps = remainder(self.use, last + left_out)
            yield Step(Does.ROTATE, last, scopes, done=replaced or ended, left_out=left_out, keeps=keeps)
        if self.begun:
            waiting = dict.fromkeys(one.program for one in self.made if one.lives and not one.taken_up)
            if (last or left_out) and (self.successor is None or self.successor.last_used_at is None):
                waiting |= dict.fromkeys(last + left_out)
            yield Step(Does.RETIRE, tuple(waiting), (), done=ended)
