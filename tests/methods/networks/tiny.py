"""A network so small that it is made in a moment, without torch: one layer of random filters, pooled and whitened.

Its tables are in the file of weights, into which the graph points, as they are of a network in the box.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np

from visearch_desktop.methods.networks.devices import CPU
from visearch_desktop.methods.networks.export import share_weights
from visearch_desktop.methods.networks.hashing import file_sha256
from visearch_desktop.methods.networks.manifest import (
    GRAPH,
    SHARED_WEIGHTS,
    NetworkManifest,
    known_numbers,
    known_pictures,
)
from visearch_desktop.methods.networks.running import load_onnx
from visearch_desktop.methods.networks.tensor_file import write_tensors

FILTERS, NUMBERS, CELL_PX = 24, 16, 16


def tiny_network(folder: Path, name: str, seed: int = 0) -> NetworkManifest:
    """Fill a new folder as a finished network fills it; needs the package ``onnx``."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    weight = rng.normal(size=(NUMBERS, FILTERS)).astype(np.float16)
    filters = rng.normal(size=(FILTERS, 3, CELL_PX, CELL_PX))
    filters = (filters - filters.mean(axis=(2, 3), keepdims=True)).astype(np.float16)
    weights = folder / SHARED_WEIGHTS
    _write_graph(folder / GRAPH, filters.astype(np.float32), weight.astype(np.float32))
    share_weights(folder / GRAPH, weights, write_tensors(weights, {"filters": filters, "white": weight.T}, {}))
    compute = load_onnx(folder / GRAPH, CPU, threads=1)
    known = tuple(tuple(known_numbers("descriptor", compute(one)).tolist()) for one in known_pictures())
    manifest = NetworkManifest(
        name=name, described_by=name, architecture="mobilenet_v3_small", weights_file=SHARED_WEIGHTS,
        weights_sha256=file_sha256(weights),
        graph_sha256=file_sha256(folder / GRAPH), is_published=True, p=(1.0,), mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5), input_px=256, scales=(1.0,), padding="torch", norm_eps=1e-3, whitening="inside",
        whitening_sha256=sha256(weight.tobytes()).hexdigest(), pooled_dimension=FILTERS, dimension=NUMBERS, known=known,
    )  # fmt: skip
    manifest.write(folder)
    return manifest


def _write_graph(path: Path, filters: np.ndarray, weight: np.ndarray) -> None:
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    def node(kind: str, taken: str, given: str, **options: object) -> onnx.NodeProto:
        return helper.make_node(kind, taken.split(), [given], **options)

    tables = {
        "half": np.array(127.5, np.float32), "first": np.array([0], np.int64), "sides": np.array([2, 3], np.int64),
        "filters": filters, "white": np.ascontiguousarray(weight.T),
    }  # fmt: skip
    nodes = [
        node("Cast", "pixels", "floats", to=TensorProto.FLOAT),
        node("Sub", "floats half", "moved"),
        node("Div", "moved half", "scaled"),
        node("Transpose", "scaled", "planes", perm=[2, 0, 1]),
        node("Unsqueeze", "planes first", "batch"),
        node("Conv", "batch filters", "seen", strides=[CELL_PX, CELL_PX]),
        node("Relu", "seen", "cells"),
        node("ReduceMean", "cells sides", "mean", keepdims=0),
        node("LpNormalization", "mean", "pooled_row", axis=1, p=2),
        node("MatMul", "pooled_row white", "projected"),
        node("LpNormalization", "projected", "vector_row", axis=1, p=2),
        node("Squeeze", "pooled_row first", "pooled"),
        node("Squeeze", "vector_row first", "vector"),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["h", "w", 3])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("pooled", "cells", "vector")],
        [numpy_helper.from_array(table, name) for name, table in tables.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), str(path))
