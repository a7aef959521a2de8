"""A trained student becomes a network as the program's store has them: graph, weights, whitening, manifest."""

from __future__ import annotations

import copy
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from visearch_desktop.core.errors import SelfTestError
from visearch_desktop.learning.student import LEAST_P, MEAN, MOST_P, NORM_EPS, STD, Student
from visearch_desktop.methods.networks.devices import CPU
from visearch_desktop.methods.networks.export import export_onnx, known_by_torch
from visearch_desktop.methods.networks.gem_network import GEM_FLOOR
from visearch_desktop.methods.networks.hashing import file_sha256
from visearch_desktop.methods.networks.listing import DESCRIPTOR
from visearch_desktop.methods.networks.manifest import GRAPH, WEIGHTS, WHITENING, NetworkManifest
from visearch_desktop.methods.networks.running import load_on, load_onnx, self_test

OUTPUTS = ("pooled", "cells", "vector")
"""The GeM vector before the linear layer, the feature map (D, h / 32, w / 32), the descriptor."""
HALVED = "halved.onnx"
LEAST_AGREEMENT = 0.9999
HALVED_FROM = 1024
"""Numbers in a table of weights from which it is stored in 16 bits."""


class ExportedStudent(nn.Module):
    """``pixels`` (h, w, 3) uint8 -> :data:`OUTPUTS`."""

    def __init__(self, student: Student) -> None:
        """Takes the student as it is."""
        super().__init__()
        self.features, self.whiten = student.features, student.whiten
        self.p = float(student.p.detach().clamp(LEAST_P, MOST_P))
        std = torch.tensor(STD).view(1, 3, 1, 1)
        self.register_buffer("gain", 1 / (255 * std))
        self.register_buffer("shift", torch.tensor(MEAN).view(1, 3, 1, 1) / std)
        self.eval()

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """See the class."""
        picture = pixels.permute(2, 0, 1).unsqueeze(0).float() * self.get_buffer("gain") - self.get_buffer("shift")
        cells = self.features(picture)[0]
        powered = (cells.clamp(min=GEM_FLOOR).log() * self.p).exp()  # a third of the time of general powers
        pooled = functional.normalize(powered.mean(dim=(1, 2)).pow(1 / self.p), dim=0, eps=GEM_FLOOR)
        return pooled, cells, functional.normalize(self.whiten(pooled), dim=0, eps=GEM_FLOOR)


def export(student: Student, folder: Path, name: str, input_px: int) -> NetworkManifest:
    """Fill a folder, which is made anew, with the network's files.

    Args:
        student: trained; in all files alike, its matrices are rounded to 16 bits.
        folder: to be named like the network.
        name: of the network.
        input_px: longest side of the photos that it is shown.
    Raises:
        SelfTestError: the graph gives other numbers than torch.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    student = copy.deepcopy(student).to("cpu", memory_format=torch.contiguous_format).eval()  # type: ignore[call-overload]
    student.load_state_dict({key: _rounded(value) for key, value in student.state_dict().items()})
    network = ExportedStudent(student)
    export_onnx(network, folder / GRAPH, OUTPUTS)
    _write_weights(student, folder / WEIGHTS)
    manifest = _manifest(student, folder, name, input_px, known_by_torch(network, DESCRIPTOR))
    self_test(manifest, load_on(folder, manifest, CPU, threads=1), CPU)
    if _is_as_good_halved(folder, manifest):
        (folder / HALVED).replace(folder / GRAPH)
        manifest = replace(manifest, graph_sha256=file_sha256(folder / GRAPH))
    (folder / HALVED).unlink(missing_ok=True)
    manifest.write(folder)
    return manifest


def _is_as_good_halved(folder: Path, manifest: NetworkManifest) -> bool:
    """Whether a graph with tables of 16 bits, which is written beside, gives torch's numbers, too."""
    halve(folder / GRAPH, folder / HALVED)
    try:
        return self_test(manifest, load_onnx(folder / HALVED, CPU, threads=1), CPU) >= LEAST_AGREEMENT
    except SelfTestError:
        return False


def _rounded(value: torch.Tensor) -> torch.Tensor:
    return value.half().float() if value.ndim > 1 else value


def halve(graph: Path, into: Path) -> None:
    """Write an ONNX file with its large tables of weights in 16 bits; computed is in 32 as before."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load(str(graph))
    casts = []
    for table in model.graph.initializer:
        numbers = numpy_helper.to_array(table)
        if table.data_type != TensorProto.FLOAT or numbers.size < HALVED_FROM:
            continue
        name = table.name
        table.CopyFrom(numpy_helper.from_array(numbers.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, str(into))


def _write_weights(student: Student, file: Path) -> None:
    """In cirtorch's layout, which the store reads: features, exponent, whitening layer."""
    state = {key: value.half() if value.ndim > 1 else value for key, value in student.state_dict().items()}
    state = {("pool.p" if key == "p" else key): value.clone() for key, value in state.items()}
    state["pool.p"] = student.p.detach().clamp(LEAST_P, MOST_P).clone()
    meta = {"architecture": student.architecture, "pooling": "gem", "mean": list(MEAN), "std": list(STD)}
    torch.save({"meta": meta, "state_dict": state}, file)


def _manifest(
    student: Student, folder: Path, name: str, input_px: int, known: tuple[tuple[float, ...], ...]
) -> NetworkManifest:
    weight, bias = (part.detach().numpy().astype(np.float32) for part in (student.whiten.weight, student.whiten.bias))
    per_scale = np.array(True)
    np.savez(folder / WHITENING, weight=weight, bias=bias, per_scale=per_scale)
    return NetworkManifest(
        name=name, described_by=name, architecture=student.architecture,
        weights_sha256=file_sha256(folder / WEIGHTS), graph_sha256=file_sha256(folder / GRAPH), is_published=True,
        p=(float(student.p.detach().clamp(LEAST_P, MOST_P)),), mean=MEAN, std=STD, input_px=input_px, scales=(1.0,),
        padding="torch", norm_eps=NORM_EPS, whitening="inside",
        whitening_sha256=sha256(weight.tobytes() + bias.tobytes() + bytes([1])).hexdigest(),
        pooled_dimension=student.channels, dimension=len(weight), known=known,
    )  # fmt: skip
