"""Tables in one file: what is read is what was written, where it is said to be; anything else is refused."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from visearch_desktop.methods.networks.tensor_file import KINDS, is_tensor_file, read_tensors, write_tensors

TABLES = st.dictionaries(
    st.text(max_size=12).filter(lambda name: name != "__metadata__"),
    hnp.arrays(st.sampled_from(list(KINDS.values())), hnp.array_shapes(min_dims=0, min_side=0, max_dims=3, max_side=5)),
    max_size=6,
)


@settings(max_examples=30, deadline=None)
@given(tables=TABLES, metadata=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3))
def test_what_was_written_is_read_and_lies_where_it_is_said_to_lie(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, np.ndarray], metadata: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("tables") / "t.safetensors"
    places = write_tensors(path, tables, metadata)
    assert is_tensor_file(path)
    found, said = read_tensors(path)
    assert said == metadata
    assert set(found) == set(tables)
    data = path.read_bytes()
    for name, table in tables.items():
        assert (found[name].dtype, found[name].shape) == (table.dtype, table.shape)
        assert found[name].tobytes() == table.tobytes()
        begin, length = places[name].offset, places[name].length
        assert data[begin : begin + length] == table.tobytes()
        assert begin % table.itemsize == 0, "a table that is mapped into memory is aligned"


def test_tables_that_lie_otherwise_in_memory_are_written_row_by_row(tmp_path: Path) -> None:
    table = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    for shown in (table.T, table[:, ::-1], table.astype(">f4")):
        write_tensors(tmp_path / "t", {"a": shown}, {})
        assert np.array_equal(read_tensors(tmp_path / "t")[0]["a"], shown)


def with_header(header: object, numbers: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + numbers


def table(shape: object = (2,), offsets: object = (0, 8), dtype: object = "F32") -> dict[str, object]:
    return {"a": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}


def test_the_format_is_the_documented_one(tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(with_header(table(), np.array([1.5, -2], "<f4").tobytes()))
    assert read_tensors(tmp_path / "t")[0]["a"].tolist() == [1.5, -2]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"1234567", struct.pack("<Q", 2**63) + b"{}", struct.pack("<Q", 2) + b"{", with_header([]),
        with_header({"a": 1}), with_header({"a": {}}), with_header(table(), b"1234567"),
        with_header(table(), b"123456789"), with_header(table(offsets=(0, 4)), b"12345678"),
        with_header(table(offsets=(4, 12)), b"12345678"), with_header(table(offsets=(-8, 0)), b"12345678"),
        with_header(table(shape=(-1, -2)), b"12345678"), with_header(table(shape="ab"), b"12345678"),
        with_header(table(shape=(2.0,)), b"12345678"), with_header(table(dtype="Q8"), b"12345678"),
        with_header(table(dtype=[]), b"12345678"), with_header(table(offsets=7), b"12345678"),
        with_header({"__metadata__": 3}),
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(data)
    with pytest.raises(ValueError, match=r"."):
        read_tensors(tmp_path / "t")
