"""Records: like frozen dataclasses with slots, whatever is asked of them."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, is_dataclass, replace
from typing import Any, ClassVar

import pytest

from store.record import open_record, record


@record
class Name:
    """A name."""

    LIMIT: ClassVar[int] = 3

    first: str
    last: str = "Fox"
    tags: list[str] = field(default_factory=list)

    @property
    def whole(self) -> str:
        """Return both names."""
        return f"{self.first} {self.last}"


@record
class Titled(Name):
    """A name with a title."""

    title: str = "Dr"

    @property
    def whole(self) -> str:
        return f"{self.title} {self.first} {self.last}"


@record
class Pair:
    """Two numbers."""

    low: int
    high: int


@record
class Other:
    """Two numbers that mean something else."""

    low: int
    high: int


@open_record
class Place:
    """Where it is, and what is not told."""

    name: str
    key: str = field(default="", repr=False)
    seen: list[str] = field(default_factory=list)


@record
class Nothing:
    """A word without values."""


@dataclass(frozen=True, slots=True)
class Longer(Pair):
    """A dataclass that goes on from a record."""

    more: int = 0


def test_values_are_given_in_order_by_name_or_by_default() -> None:
    assert Name("Dana").whole == "Dana Fox"
    assert Name(last="Roe", first="Jo").whole == "Jo Roe"
    assert Titled("Dana").whole == "Dr Dana Fox"
    assert (Titled("Dana", "Roe", [], "Prof").title, Name.LIMIT, Name.__doc__) == ("Prof", 3, "A name.")
    assert Name("a").tags is not Name("b").tags


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Pair(1), "high is missing"),  # type: ignore[call-arg]
        (lambda: Pair(1, 2, 3), "too many"),  # type: ignore[call-arg]
        (lambda: Pair(1, 2, low=3), "low is too many"),  # type: ignore[misc]
        (lambda: Pair(1, high=2, wide=3), "wide is too many"),  # type: ignore[call-arg]
        (lambda: Nothing(1), "too many"),  # type: ignore[call-arg]
    ],
)
def test_what_does_not_fit_is_refused(make: Callable[[], object], why: str) -> None:
    with pytest.raises(TypeError, match=why):
        make()


def test_equal_are_those_of_one_kind_with_equal_values() -> None:
    assert Pair(1, 2) == Pair(1, 2)
    assert Pair(1, 2) != Pair(2, 1)
    assert Pair(1, 2) != Other(1, 2)  # type: ignore[comparison-overlap]
    assert Nothing() == Nothing()
    assert len({Pair(1, 2), Pair(1, 2), Pair(2, 1), Nothing(), Nothing()}) == 3
    assert repr(Pair(1, 2)) == "Pair(low=1, high=2)"


@pytest.mark.parametrize("change", [lambda made: setattr(made, "low", 3), lambda made: delattr(made, "low")])
def test_nothing_can_be_changed(change: Callable[[Any], None]) -> None:
    made = Pair(1, 2)
    with pytest.raises(FrozenInstanceError):
        change(made)
    assert made == Pair(1, 2)
    assert not hasattr(made, "__dict__")


def test_it_is_a_dataclass_to_whoever_asks() -> None:
    made = Titled("Dana")
    assert is_dataclass(made)
    assert [each.name for each in fields(made)] == ["first", "last", "tags", "title"]
    assert replace(made, last="Roe") == Titled("Dana", "Roe")
    assert type(replace(made)) is Titled
    assert asdict(Pair(1, 2)) == {"low": 1, "high": 2}
    assert replace(Longer(1, 2, 3), high=5) == Longer(1, 5, 3)


@pytest.mark.parametrize("made", [Titled("Dana", tags=["a"]), Nothing(), Pair(1, 2), Longer(1, 2, 3)])
def test_it_can_be_copied_and_sent_elsewhere(made: object) -> None:
    assert copy.copy(made) == made
    assert copy.deepcopy(made) == made
    assert pickle.loads(pickle.dumps(made)) == made


def test_it_is_matched_by_its_values() -> None:
    match Pair(1, 2):
        case Pair(low, high):
            assert (low, high) == (1, 2)
        case _:
            pytest.fail("not matched")


def test_an_open_one_is_changed_in_place_and_has_no_hash() -> None:
    made = Place("here", "secret")
    made.name, made.seen = "there", ["Dana"]
    assert made == Place("there", "secret", ["Dana"])
    assert made != Place("there", "other", ["Dana"])
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)
    with pytest.raises(AttributeError):
        made.other = 1  # type: ignore[attr-defined]
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == replace(made) == made


def test_a_dataclass_that_goes_on_from_an_open_one_is_open_too() -> None:
    longer: Any = dataclass(slots=True)(type("Longer", (Place,), {"__annotations__": {"floor": "int"}, "floor": 0}))
    assert replace(longer("here"), floor=2) == longer("here", floor=2)


def test_what_is_not_to_be_told_is_not_in_the_words_for_it() -> None:
    assert repr(Place("here", "secret")) == "Place(name='here', seen=[])"
