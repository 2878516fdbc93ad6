"""The measures themselves: contrast, difference and missing sight agree with the numbers that were published for them."""

from __future__ import annotations

import pytest

from tests.colours import SIGHTS, _ciede2000, apart, contrast


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_difference_is_that_of_the_published_pairs(
    one: tuple[float, float, float], other: tuple[float, float, float], difference: float
) -> None:
    assert _ciede2000(one, other) == pytest.approx(difference, abs=0.0001)


@pytest.mark.parametrize("sight", SIGHTS)
def test_grey_stays_grey_for_every_sight(sight: str) -> None:
    assert apart("#808080", "#808080", sight) == 0
    for row in SIGHTS[sight]:
        assert sum(row) == pytest.approx(1, abs=0.001)


def test_red_and_green_are_hardly_told_apart_without_red_or_green() -> None:
    assert apart("#ff8787", "#87d787") > 50
    assert apart("#ff8787", "#87d787", "deuteranopia") < 10
