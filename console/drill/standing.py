"""How far a drill is, read from its store alone: whoever did the steps, in whatever way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.case_rows import CaseFile
from store.indicator_rows import Proof
from store.opening import Store
from store.reads.case_file import case_file
from store.reads.exposures import exposures_of
from store.reads.proofs import proof_of
from store.reads.tokens import token
from store.rows import ExposureRow, TokenKey, TokenRow
from store.rules.checklist import State
from store.rules.leaks import PROVEN


@dataclass(frozen=True, slots=True)
class Standing:
    """The leaked token, where it is on record, what is proven of its end, and its case where there is one."""

    row: TokenRow
    exposures: tuple[ExposureRow, ...]
    proof: Proof | None
    file: CaseFile | None

    @property
    def found(self) -> ExposureRow | None:
        """Return the first exposure whose secret was proven; None while nobody has put one on record."""
        return next((one for one in reversed(self.exposures) if one.verdict in PROVEN), None)

    @property
    def case(self) -> str | None:
        """Return the case the exposure is filed under."""
        return case_of(self.exposures)

    @property
    def stopped(self) -> bool:
        """Say whether the token is suspended or ended."""
        return not self.row.live

    @property
    def revoked(self) -> bool:
        """Say whether it is revoked."""
        return self.row.revoked_at is not None

    @property
    def proven(self) -> bool:
        """Say whether a call was refused since it was revoked."""
        return self.proof is not None and self.proof.refused_at is not None

    @property
    def left(self) -> tuple[str, ...]:
        """Return the steps of the case that are not done, in words; all of them without a case."""
        steps = () if self.file is None else self.file.steps
        return tuple(step.step.value for step in steps if step.state is not State.DONE)

    @property
    def closed(self) -> bool:
        """Say whether every step of the case is done."""
        return self.file is not None and not self.left


def standing(store: Store, key: TokenKey, now: datetime) -> Standing:
    """Read how far it is."""
    with store.reading() as reader:
        row = token(reader, key, now)
        assert row is not None
        exposures = exposures_of(reader, key)
        case = case_of(exposures)
        proof = None if row.revoked_at is None else proof_of(reader, key)
        file = None if case is None else case_file(reader, case, now)
    return Standing(row, exposures, proof, file)


def case_of(exposures: tuple[ExposureRow, ...]) -> str | None:
    """Return the case the earliest of these exposures is filed under, None for none."""
    return next((one.case_id for one in reversed(exposures) if one.case_id), None)
