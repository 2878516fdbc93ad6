"""The steps of a case in words: none is broken over two lines, and where there is room each says what is missing."""

from __future__ import annotations

import pytest

from console.render.case_lists import case_sheet
from console.render.case_steps import short_steps
from console.render.sheet import length
from store.case_rows import CaseLine
from store.opening import Store
from store.reads.cases import case_lines, cases
from store.rules.checklist import State, Step, Ticked
from tests.conftest import NOW
from tests.console.test_cases_screen import INC, opened, the_case
from tests.scenario import fill_scenario

STEPS = tuple(Ticked(step, State.OPEN, (), "nothing") for step in Step)


def text(pieces: object) -> str:
    return "".join(piece.text for piece in pieces)  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", range(20, 90, 7))
def test_no_step_is_broken_and_none_is_left_out(width: int) -> None:
    lines = short_steps(STEPS, width)
    assert all(length(one) <= width for one in lines)
    found = [step for one in lines for step in text(one).split("   ")]
    assert found == [f"○ {step.value}" for step in Step]


@pytest.fixture
def found(demo_store: Store) -> CaseLine:
    """The line of a case with one token, which still works."""
    fill_scenario(demo_store)
    opened(demo_store)
    with demo_store.reading() as reader:
        return case_lines(reader, cases(reader, 0, 1, INC), NOW)[0]


def test_a_tall_inspector_says_what_each_step_misses_and_a_low_one_names_the_steps(demo_store: Store, found: CaseLine) -> None:
    case = the_case(demo_store)
    tall, low = (list(map(text, case_sheet(found, case, 60, height).lines)) for height in (40, 7))
    assert any(one.startswith("    missing: ") for one in tall)
    assert not any("missing" in one for one in low)
    assert len(low) <= 7
    for step in Step:
        assert any(step.value in one for one in tall)
        assert any(step.value in one for one in low)
