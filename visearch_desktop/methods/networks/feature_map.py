"""What a network sees at each place of a picture: the map of features that its pooling makes one vector of.

Networks of this program's own give it as an output. Imported ones have it inside, under the name that the exporter gave
it, and it becomes an output when one is added to the graph: a protobuf message grows by appending the new part's bytes
(protobuf.dev, "Encoding", on the merging of embedded messages).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.errors import SelfTestError
from visearch_desktop.methods.networks.devices import CPU
from visearch_desktop.methods.networks.gem_network import GEM_FLOOR, AffineWhitening
from visearch_desktop.methods.networks.input_size import fit_input
from visearch_desktop.methods.networks.manifest import GRAPH, WHITENING, NetworkManifest
from visearch_desktop.methods.networks.tensor_file import read_tensors

CELLS = "cells"
INSIDE = "/Clip_output_0"
"""The map after clamping it to positive numbers, the first thing that :mod:`gem_network` does with it."""
GRAPH_FIELD, OUTPUT_FIELD, NAME_FIELD = 7, 12, 1  # of onnx.proto's ModelProto, GraphProto, ValueInfoProto


class FeatureMapper:
    """A network on the processor, loaded with the first picture.

    Args:
        folder: of the imported network.
        longest_px: pictures are shown at this size at most; the map has a place for each 32 px.
        threads: of the processor.
    """

    def __init__(self, folder: Path, longest_px: int, threads: int = 1) -> None:
        self.folder, self.longest_px = folder, longest_px
        self._threads = threads
        self._run: Callable[[NDArray[np.uint8]], NDArray[np.float32]] | None = None

    def map(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(D, h, w) positive numbers of a picture (H, W, 3) uint8 RGB.

        Raises:
            SelfTestError: the graph has no such map inside.
        """
        if self._run is None:
            self._run = self._load()
        found = self._run(fit_input(pixels, self.longest_px))
        return np.maximum(found.reshape(found.shape[-3:]), GEM_FLOOR)

    def _load(self) -> Callable[[NDArray[np.uint8]], NDArray[np.float32]]:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.enable_mem_pattern = False  # photos differ in shape, and a pattern is kept for each
        graph, name = self.folder / GRAPH, CELLS
        try:
            session = ort.InferenceSession(str(graph), options, providers=[CPU.provider])
            if CELLS not in {output.name for output in session.get_outputs()}:
                name = INSIDE
                model = with_output(graph.read_bytes(), INSIDE)
                session = ort.InferenceSession(model, options, providers=[CPU.provider])
        except Exception as error:
            raise SelfTestError(self.folder.name, CPU.title, 0.0) from error
        return lambda pixels: np.asarray(session.run([name], {"pixels": pixels})[0], dtype=np.float32)


def shows_map(folder: Path) -> bool:
    """Whether the graph of an imported network has a map of that name; without loading it."""
    try:
        graph = (folder / GRAPH).read_bytes()
    except OSError:
        return False
    return any(_message(NAME_FIELD, name.encode())[1:] in graph for name in (CELLS, INSIDE))


def own_whitening(folder: Path, manifest: NetworkManifest) -> AffineWhitening | None:
    """The whitening that a network carries; None where it has none, or keeps it where only torch finds it."""
    if (folder / WHITENING).is_file():
        with np.load(folder / WHITENING, allow_pickle=False) as arrays:
            return AffineWhitening(arrays["weight"], arrays["bias"], bool(arrays["per_scale"]))
    if not manifest.shares_weights:
        return None
    tables, _ = read_tensors(folder / manifest.weights_file)
    weight, bias = tables.get("whiten.weight"), tables.get("whiten.bias")
    if weight is None or bias is None:
        return None
    return AffineWhitening(weight.astype(np.float32), bias.astype(np.float32), per_scale=True)


def with_output(model: bytes, name: str) -> bytes:
    """An ONNX model that gives one more of its inner tensors."""
    return model + _message(GRAPH_FIELD, _message(OUTPUT_FIELD, _message(NAME_FIELD, name.encode())))


def _message(field: int, content: bytes) -> bytes:
    """A length-delimited protobuf field."""
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    groups = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        groups.append(low | (0x80 if number else 0))
        if not number:
            return bytes(groups)
