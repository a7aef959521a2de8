"""Write a network as ONNX, once, so that torch is not needed to run it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from visearch_desktop.methods.networks.manifest import known_numbers, known_pictures
from visearch_desktop.methods.networks.tensor_file import Place, read_tensors

if TYPE_CHECKING:
    import torch

OPSET = 17


def export_onnx(network: torch.nn.Module, path: Path, outputs: Sequence[str], *, keeps_norms: bool = False) -> None:
    """One file with everything from 8-bit RGB pixels to what the network gives; height and width stay free.

    Args:
        network: (h, w, 3) uint8 -> a tuple of tensors.
        path: of the file to write.
        outputs: their names.
        keeps_norms: whether convolutions and norms stay apart, so that the graph's tables are the module's, under the
            same names; onnxruntime joins them when it loads the graph.
    """
    import torch

    pixels = torch.from_numpy(known_pictures()[0])
    modes = torch.onnx.TrainingMode
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # the tracing exporter is deprecated, but the new one needs onnxscript
        torch.onnx.export(
            network,
            (pixels,),
            str(path),
            dynamo=False,
            training=modes.PRESERVE if keeps_norms else modes.EVAL,
            opset_version=OPSET,
            input_names=["pixels"],
            output_names=list(outputs),
            dynamic_axes={"pixels": {0: "height", 1: "width"}},
        )


def share_weights(graph: Path, weights: Path, places: Mapping[str, Place]) -> None:
    """Take tables out of an ONNX file, which then points to them in a file of weights beside it.

    There they have 16 bits; computed is in 32 as before. onnxruntime turns them when it loads the graph, and joins
    convolutions and norms as it does with a graph that has all in itself. Small tables stay inside: it is left to a
    runtime whether it takes numbers from elsewhere that it does not turn, and these are not large enough to try.

    Args:
        graph: is replaced.
        weights: as :func:`write_tensors` wrote it, with these very numbers under the graph's names.
        places: of its tables.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load(str(graph))
    tables, _ = read_tensors(weights)
    casts = []
    for number, inside in enumerate(model.graph.initializer):
        name, outside = inside.name, tables.get(inside.name)
        if outside is None or outside.dtype != np.float16 or not np.array_equal(numpy_helper.to_array(inside), outside):
            continue
        pointer = TensorProto(name=f"{name}.half", data_type=TensorProto.FLOAT16, dims=outside.shape)
        pointer.data_location = TensorProto.EXTERNAL
        where = {"location": weights.name, "offset": places[name].offset, "length": places[name].length}
        for key, value in where.items():
            pointer.external_data.add(key=key, value=str(value))
        model.graph.initializer[number].CopyFrom(pointer)
        casts.append(helper.make_node("Cast", [pointer.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    graph.write_bytes(model.SerializeToString(deterministic=True))


def known_by_torch(network: torch.nn.Module, kind: str) -> tuple[tuple[float, ...], ...]:
    """The reference: :func:`known_numbers` of the known pictures, by torch on the processor."""
    import torch

    with torch.inference_mode():
        given = [network(torch.from_numpy(picture)) for picture in known_pictures()]
    rows = [known_numbers(kind, [output.numpy() for output in outputs]) for outputs in given]
    return tuple(tuple(float(f"{number:.6g}") for number in row) for row in rows)
