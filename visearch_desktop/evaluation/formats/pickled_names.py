"""The names by which pickles mean plain data, and what is made for each: bytes, sets, NumPy arrays and scalars."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

MOST_DIMENSIONS = 4
LONGEST = 2**40
_KINDS = "biufSU"
"""Truth values, integers, floats and text of fixed length: everything whose bytes are its value."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a name in a pickle stands for.

    Attributes:
        make: our own function that makes it; a name that is only ever an argument makes nothing.
    """

    make: Callable[..., Any]


class Buildable(ABC):
    """An object that is made in two steps: first the thing, then its state."""

    @abstractmethod
    def build(self, state: Any) -> None:
        """Raises: TypeError, ValueError: the state is not one of it."""

    @property
    def size_bytes(self) -> int:
        """How much memory it takes, about."""
        return 64

    @abstractmethod
    def value(self) -> Any:
        """What it has become.

        Raises: ValueError: it has no state yet.
        """


class DataType(Buildable):
    """A NumPy data type, of those that hold plain values only."""

    def __init__(self, code: object, *_flags: object) -> None:
        """Args: code: as in "i8" or "<f4"."""
        self._type = np.dtype(_text(code)) if _is_simple(code) else _refuse("a data type that is no plain one")

    def build(self, state: Any) -> None:
        """Take the byte order, which is all that the state of such a type says: (version, order, …)."""
        orders: dict[str, Literal["<", ">", "|", "="]] = {"<": "<", ">": ">", "|": "|", "=": "="}
        self._type = self._type.newbyteorder(orders[_text(state[1])])

    def value(self) -> np.dtype[Any]:
        """The data type."""
        return self._type


class Array(Buildable):
    """A NumPy array, empty until its state comes."""

    def __init__(self, *_subtype_shape_and_code: object) -> None:
        self._array: NDArray[Any] | None = None

    def build(self, state: Any) -> None:
        """State: (version, shape, data type, is_fortran, bytes)."""
        _, shape, type_, is_fortran, data = state
        self._array = _array(data, type_, shape, "F" if is_fortran else "C")

    @property
    def size_bytes(self) -> int:
        """That of its numbers."""
        return 64 if self._array is None else 64 + self._array.nbytes

    def value(self) -> NDArray[Any]:
        """The array, in the byte order of this machine."""
        if self._array is None:
            raise ValueError("an array without a state")
        return self._array


def _array(data: object, type_: object, shape: object, order: object) -> NDArray[Any]:
    if not isinstance(type_, DataType) or not isinstance(shape, tuple) or len(shape) > MOST_DIMENSIONS:
        raise TypeError("no array")
    if not all(isinstance(length, int) and 0 <= length <= LONGEST for length in shape) or order not in ("C", "F"):
        raise ValueError("no shape")
    raw, dtype = _bytes(data), type_.value()
    if len(raw) != math.prod(shape) * dtype.itemsize:
        raise ValueError("an array of another size than its shape")
    values: NDArray[Any] = np.frombuffer(raw, dtype) if dtype.itemsize else np.zeros(0, dtype)
    return values.reshape(shape, order="F" if order == "F" else "C").astype(dtype.newbyteorder("="), copy=False)


def _scalar(type_: object, data: object) -> Any:
    return _array(data, type_, (), "C").item()


def _bytes(data: object) -> bytes:
    """Bytes, which Python 2 wrote as text of as many letters."""
    if isinstance(data, str):
        return data.encode("latin-1")
    return bytes(data) if isinstance(data, bytes | bytearray) else _refuse("bytes that are none")


def _encoded(text: object = "", encoding: object = "latin1") -> bytes:
    """What pickles of Python 3 for Python 2 write for bytes."""
    if encoding not in ("latin1", "latin-1"):
        _refuse("another encoding")
    return _text(text).encode("latin-1")


def _set(items: object = ()) -> set[Any]:
    return set(map(key, items)) if isinstance(items, list | tuple) else set(_refuse("a set of something else"))


def key(value: Any) -> Any:
    """A value that may be in a set or name a value in a dict: one that takes no time to hash.

    Raises:
        TypeError: it is another, such as a tuple: tuples that hold each other may take forever.
    """
    is_small = not isinstance(value, int) or value.bit_length() <= 64
    return value if isinstance(value, str | bytes | int | float | None) and is_small else _refuse("a key that is none")


def _empty_dict() -> dict[Any, Any]:
    return {}


def _is_simple(code: object) -> bool:
    """Whether it is a kind and a length in bytes, such as "i8"."""
    letters = _text(code).lstrip("<>|=")
    return letters[:1] in tuple(_KINDS) and letters[1:].isdecimal() and len(letters) <= 6


def _text(value: object) -> str:
    return value if isinstance(value, str) else _refuse("something else where text should be")


def _refuse(what: str) -> Any:
    raise TypeError(what)


_NOTHING = Named(lambda *_: _refuse("a type that makes nothing"))

NAMES: dict[tuple[str, str], Named] = {
    ("numpy", "dtype"): Named(DataType),
    ("numpy", "ndarray"): _NOTHING,
    **{(f"numpy.{core}.multiarray", "_reconstruct"): Named(Array) for core in ("core", "_core")},
    **{(f"numpy.{core}.multiarray", "scalar"): Named(_scalar) for core in ("core", "_core")},
    **{(f"numpy.{core}.numeric", "_frombuffer"): Named(_array) for core in ("core", "_core")},
    ("_codecs", "encode"): Named(_encoded),
    **{(builtins, "bytes"): Named(_encoded) for builtins in ("builtins", "__builtin__")},
    **{(builtins, "set"): Named(_set) for builtins in ("builtins", "__builtin__")},
    **{(builtins, "frozenset"): Named(_set) for builtins in ("builtins", "__builtin__")},
    ("collections", "OrderedDict"): Named(_empty_dict),
}
