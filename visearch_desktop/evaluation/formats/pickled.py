"""Pickles read as plain data.

A pickle is a program for a small stack machine, and Python's own machine runs whatever function the file names. The one
here knows containers, text, numbers and NumPy arrays; those it tells by the names that pickles of arrays use, and makes
them itself. Nothing is imported or called because a file says so: any other name is refused.
"""

from __future__ import annotations

import pickletools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from visearch_desktop.core.errors import DataSetError, HostilePickleError
from visearch_desktop.evaluation.formats.pickled_names import NAMES, Buildable, Named, key

LARGEST_BYTES = 32_000_000
"""Ground truths take up to a few MB. A byte makes a few dozen bytes of objects at most, so this bounds memory, too."""


def read_pickle(path: Path) -> Any:
    """What a pickle holds, made of dict, list, tuple, set, str, bytes, int, float, bool, None and NumPy arrays.

    Raises:
        HostilePickleError: it asks for an object that is not one of these.
        DataSetError: it cannot be read, is no pickle, or is damaged.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise DataSetError(path, f"it cannot be read ({error.strerror or type(error).__name__})") from error
    if len(data) > LARGEST_BYTES:
        raise DataSetError(path, f"it is larger than {LARGEST_BYTES // 1_000_000} MB")
    try:
        return _Machine().run(data)
    except _NotDataError as error:
        raise HostilePickleError(path, error.name) from error
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise DataSetError(path, "it is no pickle of text, numbers and lists, or it is damaged") from error


class _NotDataError(Exception):
    """The file asks for an object by a name that stands for no data."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _Machine:
    """One run of a pickle's program; anything that makes no sense raises ValueError, TypeError or LookupError."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._marks: list[int] = []  # how high the stack was at each mark
        self._memo: dict[int, Any] = {}
        self._made_bytes = 0

    def run(self, data: bytes) -> Any:
        """Raises: _NotDataError: it asks for something that is not data."""
        for opcode, argument, _ in pickletools.genops(data):
            if opcode.name in _CONSTANTS:
                self._stack.append(_CONSTANTS[opcode.name])
            elif opcode.name in _ARGUMENT_IS_VALUE:
                self._stack.append(argument)
            elif opcode.name == "STOP":
                break
            elif opcode.name in _STEPS:
                _STEPS[opcode.name](self, argument)
            else:
                raise _NotDataError(f"the instruction {opcode.name}")
        (result,) = self._stack
        if self._marks:
            raise ValueError("a container without an end")
        return _plain(result)

    # --- the stack ---

    def _pop(self) -> Any:
        if self._marks and len(self._stack) <= self._marks[-1]:
            raise ValueError("a mark where a value should be")
        return self._stack.pop()

    def _pop_to_mark(self) -> list[Any]:
        start = self._marks.pop()
        items = self._stack[start:]
        del self._stack[start:]
        return items

    def _top(self, kind: type) -> Any:
        if not isinstance(self._stack[-1], kind):
            raise TypeError(f"a {kind.__name__} should be there")
        return self._stack[-1]

    # --- containers ---

    def new_list(self, _: object) -> None:
        self._stack.append([])

    def new_dict(self, _: object) -> None:
        self._stack.append({})

    def new_set(self, _: object) -> None:
        self._stack.append(set())

    def mark(self, _: object) -> None:
        self._marks.append(len(self._stack))

    def list_of_items(self, _: object) -> None:
        self._stack.append(list(map(_plain, self._pop_to_mark())))

    def tuple_of_items(self, _: object) -> None:
        self._stack.append(tuple(self._pop_to_mark()))

    def tuple_of(self, count: int) -> None:
        self._stack.append(tuple([self._pop() for _ in range(count)][::-1]))

    def frozen(self, _: object) -> None:
        self._stack.append(frozenset(map(key, self._pop_to_mark())))

    def dict_of_items(self, _: object) -> None:
        items = self._pop_to_mark()
        self._stack.append({})
        self._set_items(items)

    def append(self, _: object) -> None:
        item = _plain(self._pop())
        self._top(list).append(item)

    def append_all(self, _: object) -> None:
        items = self._pop_to_mark()
        self._top(list).extend(map(_plain, items))

    def add_all(self, _: object) -> None:
        items = self._pop_to_mark()
        self._top(set).update(map(key, items))

    def set_item(self, _: object) -> None:
        value, name = self._pop(), self._pop()
        self._set_items([name, value])

    def set_all(self, _: object) -> None:
        self._set_items(self._pop_to_mark())

    def _set_items(self, items: list[Any]) -> None:
        target = self._top(dict)
        for name, value in zip(items[::2], items[1::2], strict=True):
            target[key(name)] = _plain(value)

    # --- moving about ---

    def pop(self, _: object) -> None:
        if self._marks and len(self._stack) == self._marks[-1]:
            self._marks.pop()
        else:
            self._stack.pop()

    def pop_mark(self, _: object) -> None:
        self._pop_to_mark()

    def duplicate(self, _: object) -> None:
        self._stack.append(self._stack[-1])

    def put(self, index: int) -> None:
        self._memo[index] = self._stack[-1]

    def memoize(self, _: object) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    def get(self, index: int) -> None:
        self._stack.append(self._memo[index])

    # --- what stands for an object ---

    def name(self, module_and_name: str) -> None:
        module, _, name = module_and_name.partition(" ")
        self._push_named(module, name)

    def name_on_stack(self, _: object) -> None:
        name, module = self._pop(), self._pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise TypeError("a name is not text")
        self._push_named(module, name)

    def _push_named(self, module: str, name: str) -> None:
        if (module, name) not in NAMES:
            raise _NotDataError("".join(letter for letter in f"{module}.{name}"[:80] if letter.isprintable()))
        self._stack.append(NAMES[module, name])

    def make(self, _: object) -> None:
        arguments, named = self._pop(), self._pop()
        if not isinstance(named, Named) or not isinstance(arguments, tuple):
            raise TypeError("nothing that can be made")
        self._stack.append(named.make(*arguments))
        self._weigh()

    def build(self, _: object) -> None:
        state = self._pop()
        self._top(Buildable).build(state)
        self._weigh()

    def _weigh(self) -> None:
        """A few bytes of a file can ask for copies of a large value again and again; there is an end to that."""
        made = self._stack[-1]
        self._made_bytes += made.size_bytes if isinstance(made, Buildable) else sys.getsizeof(made)
        if self._made_bytes > 4 * LARGEST_BYTES:
            raise ValueError("it makes more than it can need")


def _plain(value: Any) -> Any:
    """A value as it goes into a list or dict; what was made in two steps must be whole by then."""
    if isinstance(value, Named):
        raise TypeError("a name where a value should be")
    return value.value() if isinstance(value, Buildable) else value


_CONSTANTS: dict[str, Any] = {
    "NONE": None,
    "NEWTRUE": True,
    "NEWFALSE": False,
    "EMPTY_TUPLE": (),
}

_ARGUMENT_IS_VALUE = frozenset(
    (
        *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
        *("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
        *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
    )
)

_STEPS: dict[str, Callable[[_Machine, Any], None]] = {
    "PROTO": lambda _machine, _version: None,
    "FRAME": lambda _machine, _size: None,
    "MARK": _Machine.mark,
    "EMPTY_LIST": _Machine.new_list,
    "EMPTY_DICT": _Machine.new_dict,
    "EMPTY_SET": _Machine.new_set,
    "LIST": _Machine.list_of_items,
    "DICT": _Machine.dict_of_items,
    "TUPLE": _Machine.tuple_of_items,
    "TUPLE1": lambda machine, _: machine.tuple_of(1),
    "TUPLE2": lambda machine, _: machine.tuple_of(2),
    "TUPLE3": lambda machine, _: machine.tuple_of(3),
    "FROZENSET": _Machine.frozen,
    "APPEND": _Machine.append,
    "APPENDS": _Machine.append_all,
    "ADDITEMS": _Machine.add_all,
    "SETITEM": _Machine.set_item,
    "SETITEMS": _Machine.set_all,
    "POP": _Machine.pop,
    "POP_MARK": _Machine.pop_mark,
    "DUP": _Machine.duplicate,
    "PUT": _Machine.put,
    "BINPUT": _Machine.put,
    "LONG_BINPUT": _Machine.put,
    "MEMOIZE": _Machine.memoize,
    "GET": _Machine.get,
    "BINGET": _Machine.get,
    "LONG_BINGET": _Machine.get,
    "GLOBAL": _Machine.name,
    "STACK_GLOBAL": _Machine.name_on_stack,
    "REDUCE": _Machine.make,
    "BUILD": _Machine.build,
}
"""Objects made in other ways (INST, OBJ, NEWOBJ, EXT, persistent ids, buffers beside the file) are refused."""
