"""A cache that forgets what was not used for longest once it holds too many bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, ItemsView, Iterator
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class ByteCache(Generic[Key, Value]):
    """Least recently used goes first.

    Args:
        limit_bytes: what all values together may take.
        size_of: the bytes of one value.
    """

    def __init__(self, limit_bytes: int, size_of: Callable[[Value], int]) -> None:
        self.limit_bytes = limit_bytes
        self._size_of = size_of
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self.held_bytes = 0

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: Key) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[Key]:
        return iter(self._values)

    def items(self) -> ItemsView[Key, Value]:
        """All that is held; looking does not count as use."""
        return self._values.items()

    def get(self, key: Key) -> Value | None:
        """The value, now the most recently used; None where it is not held."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: Key, value: Value) -> None:
        """Hold a value; others go if there is no room, this one stays."""
        self.drop(key)
        self._values[key] = value
        self.held_bytes += self._size_of(value)
        while self.held_bytes > self.limit_bytes and len(self._values) > 1:
            _, gone = self._values.popitem(last=False)
            self.held_bytes -= self._size_of(gone)

    def drop(self, key: Key) -> None:
        """Forget a value, if held."""
        gone = self._values.pop(key, None)
        if gone is not None:
            self.held_bytes -= self._size_of(gone)

    def clear(self) -> None:
        """Forget all."""
        self._values.clear()
        self.held_bytes = 0
