"""Rows a person has marked, by key: they outlive sorting, filtering and refreshing."""

from __future__ import annotations

from collections.abc import Hashable, Iterable


class Marks:
    """Marked keys, in the order they were marked."""

    def __init__(self) -> None:
        self._keys: dict[Hashable, None] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._keys

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def keys(self) -> tuple[Hashable, ...]:
        """Return the marked keys, those not in the present list included."""
        return tuple(self._keys)

    @property
    def last(self) -> Hashable | None:
        """Return the key marked last, from which a range starts."""
        return next(reversed(self._keys), None)

    def add(self, keys: Iterable[Hashable]) -> None:
        """Mark keys; those marked already keep their place."""
        self._keys.update(dict.fromkeys(keys))

    def remove(self, keys: Iterable[Hashable]) -> None:
        """Take marks away; unmarked keys do no harm."""
        for key in keys:
            self._keys.pop(key, None)

    def clear(self) -> None:
        """Take every mark away."""
        self._keys.clear()

    def toggle(self, key: Hashable) -> None:
        """Mark a key, or take its mark away."""
        if key in self._keys:
            del self._keys[key]
        else:
            self._keys[key] = None
