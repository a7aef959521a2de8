"""Write a network as ONNX, once, so that torch is not needed to run it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from visearch_desktop.methods.networks.manifest import known_numbers, known_pictures

if TYPE_CHECKING:
    import torch

OPSET = 17


def export_onnx(network: torch.nn.Module, path: Path, outputs: Sequence[str]) -> None:
    """One file with everything from 8-bit RGB pixels to what the network gives; height and width stay free.

    Args:
        network: (h, w, 3) uint8 -> a tuple of tensors.
        path: of the file to write.
        outputs: their names.
    """
    import torch

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
            output_names=list(outputs),
            dynamic_axes={"pixels": {0: "height", 1: "width"}},
        )


def known_by_torch(network: torch.nn.Module, kind: str) -> tuple[tuple[float, ...], ...]:
    """The reference: :func:`known_numbers` of the known pictures, by torch on the processor."""
    import torch

    with torch.inference_mode():
        given = [network(torch.from_numpy(picture)) for picture in known_pictures()]
    rows = [known_numbers(kind, [output.numpy() for output in outputs]) for outputs in given]
    return tuple(tuple(float(f"{number:.6g}") for number in row) for row in rows)
