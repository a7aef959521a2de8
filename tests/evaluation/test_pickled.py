"""Pickles are data here: what is data arrives whole, and nothing that a file asks for is ever run."""

from __future__ import annotations

import builtins
import collections
import contextlib
import os
import pickle
import pickletools
import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation import published
from visearch_desktop.core.errors import DataSetError, HostilePickleError
from visearch_desktop.core.sentences import sentence
from visearch_desktop.evaluation.formats import pickled
from visearch_desktop.evaluation.formats.pickled import read_pickle
from visearch_desktop.evaluation.opening import open_dataset

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


@pytest.fixture
def read(tmp_path: Path):
    def read(data: bytes) -> Any:
        path = tmp_path / "gnd.pkl"
        path.write_bytes(data)
        return read_pickle(path)

    return read


@pytest.fixture
def nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every way out that a hostile pickle of these tests takes fails the test."""

    def ran(*_: object, **__: object) -> None:
        pytest.fail("a function named by the file was called")

    for module, name in ((os, "system"), (subprocess, "Popen"), (builtins, "eval"), (builtins, "exec"), (os, "remove")):
        monkeypatch.setattr(module, name, ran)
    monkeypatch.setattr(pickle, "loads", ran)
    monkeypatch.setattr(pickle, "load", ran)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        is_like = isinstance(other, np.ndarray) and one.dtype == other.dtype and one.shape == other.shape
        return is_like and np.array_equal(one, other)
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


plain = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary())
arrays = st.builds(
    lambda type_, shape, seed: np.random.default_rng(seed).integers(0, 2, shape).astype(type_),
    st.sampled_from(["i8", "<i4", ">i4", "u1", "f4", ">f8", "bool", "U7", "S3"]),
    st.lists(st.integers(0, 4), max_size=3).map(tuple),
    st.integers(0, 9),
)
data = st.recursive(
    plain | arrays,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(plain, plain, plain, plain)
        | st.dictionaries(st.text() | st.integers(-(2**63), 2**63), inner, max_size=4)
        | st.sets(st.text(), max_size=3)
    ),
    max_leaves=12,
)


@given(data, st.sampled_from(PROTOCOLS[1:]))
def test_data_arrives_as_python_s_own_reader_gives_it(tmp_path_factory, value: Any, protocol: int):
    path = tmp_path_factory.getbasetemp() / "data.pkl"
    path.write_bytes(pickle.dumps(value, protocol=protocol))
    assert same(read_pickle(path), _native(pickle.loads(path.read_bytes())))


def _native(value: Any) -> Any:
    """With arrays in the byte order of this machine."""
    if isinstance(value, np.ndarray):
        return value.astype(value.dtype.newbyteorder("="))
    if isinstance(value, dict):
        return {name: _native(one) for name, one in value.items()}
    return type(value)(map(_native, value)) if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_ground_truth_of_any_protocol_is_read(tmp_path, protocol):
    dataset = open_dataset(published.revisited(tmp_path, protocol=protocol))
    assert [len(query.positives) for query in dataset.queries] == [3, 1, 1]


def test_numpy_s_numbers_ordered_dicts_and_fortran_order_are_data(read):
    value = {"n": np.int64(5), "f": np.float32(0.5), "o": collections.OrderedDict(a=1)}
    assert read(pickle.dumps(value, protocol=2)) == {"n": 5, "f": 0.5, "o": {"a": 1}}
    fortran = np.asfortranarray(np.arange(6).reshape(2, 3))
    for protocol in PROTOCOLS:
        assert np.array_equal(read(pickle.dumps(fortran, protocol=protocol)), fortran)


def test_an_array_that_python_2_wrote_is_read(read):
    raw = np.array([1, 200, 70_000], dtype="<i8").tobytes()
    written = (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b\x87Rq\x03"
        b"(K\x01K\x03\x85cnumpy\ndtype\nU\x02i8K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
        b"\x89U" + bytes([len(raw)]) + raw + b"tb."
    )
    assert read(written).tolist() == [1, 200, 70_000]


def test_what_is_named_twice_is_one_thing_and_may_hold_itself(read):
    shared = [1]
    first, second = read(pickle.dumps([shared, shared]))
    assert first is second
    round_and_round: list[Any] = []
    round_and_round.append(round_and_round)
    got = read(pickle.dumps(round_and_round))
    assert got[0] is got


# --- hostile ---


class Runs:
    """Pickles as a call."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self._call = (function, arguments)

    def __reduce__(self) -> Any:
        return self._call


HOSTILE: dict[str, bytes] = {
    "os.system": b"cos\nsystem\n(S'true'\ntR.",
    "posix.system": pickle.dumps(Runs(os.system, "true")),
    "builtins.eval": pickle.dumps({"imlist": [Runs(eval, "1")]}),
    "__builtin__.eval": pickle.dumps([Runs(eval, "1")], protocol=2),
    "builtins.getattr": pickle.dumps((Runs(getattr, "a", "upper"), 1)),
    "subprocess.Popen": pickle.dumps(Runs(subprocess.Popen, ["true"])),
    "numpy.load": b"cnumpy\nload\n(S'x'\ntR.",
    "numpy.core.multiarray.fromfile": b"cnumpy.core.multiarray\nfromfile\n(S'x'\ntR.",
    "numpy.ndarray.tofile": b"\x80\x04\x8c\x05numpy\x8c\x0endarray.tofile\x93.",
    "the instruction INST": b"(S'true'\nios\nsystem\n.",
    "the instruction OBJ": b"(cnumpy\nndarray\nS'true'\no.",
    "the instruction NEWOBJ": b"\x80\x02cnumpy\nndarray\n)\x81.",
    "the instruction PERSID": b"Pabc\n.",
    "the instruction EXT1": b"\x80\x02\x82\x01.",
    "the instruction NEXT_BUFFER": b"\x80\x05\x97.",
    "copyreg._reconstructor": b"ccopyreg\n_reconstructor\n(cbuiltins\nobject\n.",
}


@pytest.mark.usefixtures("nothing_runs")
@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_no_data_is_named_and_not_run(read, name):
    with pytest.raises(HostilePickleError) as caught:
        read(HOSTILE[name])
    assert caught.value.name == name
    assert name in sentence(caught.value)


@pytest.mark.usefixtures("nothing_runs")
def test_a_hostile_ground_truth_is_refused_when_the_set_is_opened(tmp_path):
    folder = published.revisited(tmp_path)
    (folder / "gnd_roxford5k.pkl").write_bytes(HOSTILE["builtins.eval"])
    with pytest.raises(HostilePickleError):
        open_dataset(folder)


def test_a_long_and_strange_name_is_said_in_one_short_line(read):
    with pytest.raises(HostilePickleError) as caught:
        read(b"\x80\x04" + b"\x8d" + struct.pack("<Q", 5000) + b"\n\x1b" * 2500 + b"\x8c\x01x\x93.")
    assert len(caught.value.name) <= 80
    assert sentence(caught.value).isprintable()


WRONG: dict[str, bytes] = {
    "nothing": b"",
    "no pickle": b"hello, world",
    "no end": b"\x80\x04]\x94",
    "two results": b"NN.",
    "no result": b".",
    "pops from nothing": b"0.",
    "appends to a number": b"K\x01K\x02a.",
    "items without a mark": b"]e.",
    "a mark is left": b"(N.",
    "an odd dict": b"(K\x01d.",
    "unknown memory": b"h\x05.",
    "a call of text": b"S'a'\n)R.",
    "a call without arguments": b"cnumpy\ndtype\nK\x01R.",
    "a name as a value": b"]cnumpy\ndtype\na.",
    "a tuple as a key": b"}K\x01\x85K\x01s.",
    "an array as a key": b"}]K\x01s.",
    "text longer than the file": b"\x8d" + struct.pack("<Q", 2**40) + b"a.",
    "an array without a state": b"cnumpy.core.multiarray\n_reconstruct\n(tR.",
    "an array of objects": pickle.dumps(np.array([[], {}], dtype=object)),
    "a structured array": pickle.dumps(np.zeros(2, dtype="i4,f4")),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_makes_no_sense_is_refused(read, name):
    with pytest.raises(DataSetError):
        read(WRONG[name])


def array(shape: bytes, raw: bytes, type_: bytes = b"i8") -> bytes:
    """An array of any shape, true or not."""
    return (
        b"cnumpy.core.multiarray\n_reconstruct\n(tR(K\x01" + shape + b"cnumpy\ndtype\n(S'" + type_ + b"'\ntR\x89"
        b"U" + bytes([len(raw)]) + raw + b"tb."
    )


def test_an_array_is_as_large_as_its_bytes_whatever_shape_it_claims(read):
    assert read(array(b"K\x02\x85", bytes(16))).tolist() == [0, 0]
    huge = b"\x8a\x05\x00\x00\x00\x00\x01"  # 2**32
    for shape in (b"K\x03\x85", huge + b"\x85", huge * 3 + b"\x87", b"J\xff\xff\xff\xff\x85", b"K\x02", b"(tK\x02\x85"):
        with pytest.raises(DataSetError):
            read(array(shape, bytes(16)))
    for type_ in (b"O", b"O8", b"V8", b"M8", b"f3", b"i", b"S-1", b"i4,i4", b"", b"U999999999"):
        with pytest.raises(DataSetError):
            read(array(b"K\x02\x85", bytes(16), type_))


def doubling(levels: int) -> bytes:
    """A list that holds twice the one before, and so on: 2**levels, were it written out."""
    return b"]q\x000" + b"".join(b"](h%ch%ceq%c0" % (i, i, i + 1) for i in range(levels)) + b"h%c" % levels


@pytest.mark.usefixtures("nothing_runs")
@pytest.mark.parametrize("where", ["imlist", "qimlist", "gnd", "easy", "hard", "junk", "bbx"])
def test_a_bomb_of_references_costs_no_more_than_its_file(tmp_path, read, where):
    bomb = doubling(100)
    assert len(read(bomb + b".")) == 2
    names = {name: bomb if name == where else b"](S'a'\ne" for name in ("imlist", "qimlist")}
    lists = {name: bomb if name == where else b"]" for name in ("easy", "hard", "junk")}
    lists["bbx"] = bomb if where == "bbx" else b"](K\x00K\x00K\x09K\x09e"
    truth = b"](}(" + b"".join(b"S'%s'\n" % name.encode() + value for name, value in lists.items()) + b"ue"
    names["gnd"] = bomb if where == "gnd" else truth
    folder = published.revisited(tmp_path)
    document = b"}(" + b"".join(b"S'%s'\n" % name.encode() + value for name, value in names.items()) + b"u."
    (folder / "gnd_roxford5k.pkl").write_bytes(document)
    with pytest.raises(DataSetError, match="no ground truth"):
        open_dataset(folder)


def test_copies_without_end_are_refused(read, monkeypatch):
    monkeypatch.setattr(pickled, "LARGEST_BYTES", 100_000)
    text = b"X" + struct.pack("<I", 50_000) + b"a" * 50_000
    once = b"c_codecs\nencode\nh\x00\x85Ra"
    assert len(read(text + b"q\x000]" + once * 3 + b".")) == 3
    with pytest.raises(DataSetError):
        read(text + b"q\x000]" + once * 20 + b".")


def test_a_file_that_is_too_large_or_cannot_be_read_is_refused(read, tmp_path, monkeypatch):
    monkeypatch.setattr(pickled, "LARGEST_BYTES", 1000)
    with pytest.raises(DataSetError, match="larger"):
        read(pickle.dumps(b"a" * 2000))
    with pytest.raises(DataSetError, match="cannot be read"):
        read_pickle(tmp_path)


GENUINE = pickle.dumps({"imlist": ["a", "b"], "gnd": [{"easy": np.arange(3), "bbx": [1.5, 2]}]}, protocol=4)


@given(st.integers(0, len(GENUINE) - 1), st.binary(max_size=6), st.integers(0, 6))
def test_a_damaged_pickle_is_read_or_refused_and_never_more(tmp_path_factory, place: int, patch: bytes, skip: int):
    path = tmp_path_factory.getbasetemp() / "damaged.pkl"
    path.write_bytes(GENUINE[:place] + patch + GENUINE[place + skip :])
    with contextlib.suppress(DataSetError, HostilePickleError):
        read_pickle(path)


@given(st.lists(st.sampled_from([op.code.encode("latin-1") for op in pickletools.opcodes]), max_size=12), st.binary())
def test_any_program_is_read_or_refused(tmp_path_factory, program: list[bytes], tail: bytes):
    path = tmp_path_factory.getbasetemp() / "program.pkl"
    path.write_bytes(b"(]K\x01S'a'\n" + b"".join(program) + tail + b".")
    with contextlib.suppress(DataSetError, HostilePickleError):
        read_pickle(path)
