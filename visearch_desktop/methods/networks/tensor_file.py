"""Named tables of numbers, raw in one file at known places: torch is filled from it, an ONNX graph can point into it.

The format is that of safetensors (https://huggingface.co/docs/safetensors): the length of a header as eight bytes, the
header as JSON, the numbers without gaps. Nothing in such a file can run.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

KINDS: dict[str, np.dtype[Any]] = {
    name: np.dtype(kind)
    for name, kind in (("F64", "<f8"), ("F32", "<f4"), ("F16", "<f2"), ("I64", "<i8"), ("I32", "<i4"))
}
NAMES = {kind: name for name, kind in KINDS.items()}
LENGTH_BYTES, ALIGNED_BYTES = 8, 8
METADATA, OFFSETS = "__metadata__", "data_offsets"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file a table's numbers are.

    Attributes:
        offset: of the first byte, counted from the beginning of the file.
        length: in bytes.
    """

    offset: int
    length: int


def is_tensor_file(path: Path) -> bool:
    """Whether a file begins as one of these; raises what opening it raises."""
    with path.open("rb") as stream:
        return stream.read(LENGTH_BYTES + 1)[LENGTH_BYTES - 2 :] == b"\0\0{"


def write_tensors(path: Path, tables: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> dict[str, Place]:
    """Write a file anew; the same tables always give the same bytes.

    Args:
        path: of the file.
        tables: by name; of :data:`KINDS`, in the byte order of this machine.
        metadata: whatever is to be known of them.
    Returns:
        Where each is.
    """
    stored = {name: np.asarray(table, table.dtype.newbyteorder("<"), order="C") for name, table in tables.items()}
    order = sorted(stored, key=lambda name: (-stored[name].itemsize, name))  # so that all are aligned
    header: dict[str, object] = {METADATA: dict(sorted(metadata.items()))}
    begins = {}
    end = 0
    for name in order:
        begins[name], end = end, end + stored[name].nbytes
        header[name] = {
            "dtype": NAMES[stored[name].dtype], "shape": list(stored[name].shape), OFFSETS: [begins[name], end],
        }  # fmt: skip
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNED_BYTES)
    with path.open("wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        for name in order:
            stream.write(stored[name].tobytes())
    first = LENGTH_BYTES + len(text)
    return {name: Place(first + begins[name], stored[name].nbytes) for name in order}


def read_tensors(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Tables by name, and what is said of them.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged, or has numbers of another kind than :data:`KINDS`.
    """
    data = path.read_bytes()
    try:
        (length,) = struct.unpack_from("<Q", data)
        if length > len(data) - LENGTH_BYTES:
            raise ValueError("the header is cut off")
        header = json.loads(data[LENGTH_BYTES : LENGTH_BYTES + length])
        metadata = {str(key): str(value) for key, value in header.pop(METADATA, {}).items()}
        numbers = memoryview(data)[LENGTH_BYTES + length :]
        tables = {str(name): _table(numbers, **said) for name, said in header.items()}
    except (struct.error, OverflowError, AttributeError, TypeError, KeyError) as error:
        raise ValueError("the header is damaged") from error
    if sum(table.nbytes for table in tables.values()) != len(numbers):
        raise ValueError("numbers are missing, or too many")
    return tables, metadata


def _table(numbers: memoryview, dtype: str, shape: list[int], data_offsets: list[int]) -> NDArray[Any]:
    kind, (begin, end) = KINDS[dtype], data_offsets
    if min(begin, *shape, 0) < 0 or end > len(numbers) or end - begin != prod(shape) * kind.itemsize:
        raise ValueError("a table is not where the header says")
    return np.frombuffer(numbers[begin:end], kind).reshape(shape)
