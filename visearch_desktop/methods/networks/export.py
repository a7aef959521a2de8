"""Write a network as ONNX, once, so that torch is not needed to run it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from visearch_desktop.methods.networks.manifest import known_pictures

if TYPE_CHECKING:
    import torch

OPSET = 17


def export_onnx(network: torch.nn.Module, path: Path, *, whitened: bool) -> None:
    """One file with everything from 8-bit RGB pixels to the vector; height and width stay free.

    Args:
        network: of :func:`build_gem_network`.
        path: of the file to write.
        whitened: whether it gives a whitened vector beside the pooled one.
    """
    import torch

    outputs = ["pooled", "vector"] if whitened else ["pooled"]
    pixels = torch.from_numpy(known_pictures()[0])
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # the tracing exporter is deprecated, but the new one needs onnxscript
        torch.onnx.export(
            network,
            (pixels,),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=["pixels"],
            output_names=outputs,
            dynamic_axes={"pixels": {0: "height", 1: "width"}},
        )


def known_vectors(network: torch.nn.Module) -> tuple[tuple[float, ...], ...]:
    """The reference: the final vectors of the known pictures, by torch on the processor."""
    import torch

    with torch.inference_mode():
        vectors = [network(torch.from_numpy(picture))[-1].tolist() for picture in known_pictures()]
    return tuple(tuple(float(f"{number:.6g}") for number in vector) for vector in vectors)
