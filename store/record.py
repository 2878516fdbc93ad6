"""`record`: what `dataclass(frozen=True, slots=True)` makes, defined in a tenth of the time; `open_record`: one not frozen.

Six methods are compiled for each such dataclass, 0.6 ms every time a program starts, and the console has defined dozens of
them by its first rows (performance.md bars 1 and 2). All records share their methods. So a record is what the first rows
load; everything else stays a dataclass, and so does what is made by the thousand: a record takes twice as long to make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")


class _Shape:
    """The fields of a record: their names in order, what they are annotated with, and their defaults."""

    __slots__ = ("_frozen", "_twin", "given", "kinds", "names", "setters", "values")

    def __init__(self, kinds: dict[str, Any], given: dict[str, Any], *, frozen: bool) -> None:
        self.names, self.kinds, self.given = tuple(kinds), kinds, given
        self.setters: tuple[Callable[[Any, Any], None], ...] = ()
        self.values: Callable[[Any], Any] = attrgetter(*self.names) if kinds else type
        self._frozen = frozen
        self._twin: Any = None

    def filled(self, made: object, values: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
        """Return the value of each field; raises TypeError for one that is missing, given twice or not known."""
        found = list(values)
        for name in self.names[len(values) :]:
            if name in named:
                found.append(named.pop(name))
            elif name in self.given:
                found.append(_default(self.given[name]))
            else:
                raise TypeError(f"{type(made).__name__}: {name} is missing")
        if named or len(found) > len(self.names):
            raise TypeError(f"{type(made).__name__}: {next(iter(named), 'one')} is too many")
        return found

    def twin(self) -> Any:
        """Return a dataclass with the same fields and next to no methods, made when it is first asked for."""
        if self._twin is None:
            told = {"__doc__": "The fields of a record.", "__annotations__": self.kinds}  # untold they would be looked for
            kept: Any = type("Twin", (), {**told, **self.given})
            self._twin = dataclass(frozen=self._frozen, init=False, repr=False, eq=False)(kept)
        return self._twin


class _OfTwin:
    """What `dataclasses.replace`, `fields` and `asdict` ask a class for: found when they do."""

    __slots__ = ("_name",)

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, made: object, owner: Any) -> Any:
        return getattr(owner._record.twin(), self._name)


def _init(self: Any, *values: Any, **named: Any) -> None:
    shape: _Shape = self._record
    if named or len(values) != len(shape.names):
        values = tuple(shape.filled(self, values, named))
    _restore(self, values)


def _eq(self: Any, other: Any) -> Any:
    if type(self) is not type(other):
        return NotImplemented
    return self._record.values(self) == self._record.values(other)


def _hash(self: Any) -> int:
    return hash(self._record.values(self))


def _repr(self: Any) -> str:
    given = self._record.given
    shown = [name for name in self._record.names if not isinstance(given.get(name), Field) or given[name].repr]
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


def _refuse(self: object, name: str, *_: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot change field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self._record.names]


def _restore(self: Any, values: Iterable[Any]) -> None:
    for put, value in zip(self._record.setters, values, strict=True):
        put(self, value)


_OPEN: dict[str, Any] = {
    "__init__": _init,
    "__eq__": _eq,
    "__hash__": None,
    "__repr__": _repr,
    "__getstate__": _state,
    "__setstate__": _restore,
}
_FROZEN: dict[str, Any] = {**_OPEN, "__hash__": _hash, "__setattr__": _refuse, "__delattr__": _refuse}


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """Return the class with a slot for each annotated name, and with what makes, compares, shows and keeps its values.

    A field has no options but `default`, `default_factory` and `repr`. `dataclasses.replace`, `fields` and `asdict` take it as
    theirs.
    """
    return _made(cls, frozen=True)


@dataclass_transform(field_specifiers=(field,))
def open_record(cls: type[T]) -> type[T]:
    """Return the same with values that may be set again, and so without a hash."""
    return _made(cls, frozen=False)


def _made(cls: type[T], *, frozen: bool) -> type[T]:
    own, above = dict(cls.__dict__), getattr(cls, "_record", _Shape({}, {}, frozen=frozen))
    kinds = {name: kind for name, kind in own.get("__annotations__", {}).items() if not kind.startswith("ClassVar")}
    given = {name: own.pop(name) for name in kinds if name in own}
    new = tuple(name for name in kinds if name not in above.kinds)
    shape = _Shape({**above.kinds, **kinds}, {**above.given, **given}, frozen=frozen)
    for name in ("__dict__", "__weakref__"):
        own.pop(name, None)
    space = {"__match_args__": shape.names, "__dataclass_fields__": _OfTwin(), "__dataclass_params__": _OfTwin()}
    kind: Any = type(cls)
    shared = _FROZEN if frozen else _OPEN
    made = kind(cls.__name__, cls.__bases__, {**shared, **space, **own, "__slots__": new, "_record": shape})
    shape.setters = tuple(getattr(made, name).__set__ for name in shape.names)
    return made  # type: ignore[no-any-return]


def _default(given: Any) -> Any:
    if not isinstance(given, Field):
        return given
    return given.default if given.default_factory is MISSING else given.default_factory()
