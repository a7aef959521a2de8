"""A trained student becomes a network as the program's store has them: graph, weights, manifest."""

from __future__ import annotations

import copy
import json
import shutil
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from visearch_desktop.core.errors import SelfTestError
from visearch_desktop.learning.student import LEAST_P, MEAN, MOST_P, NORM_EPS, STD, Student
from visearch_desktop.methods.networks.checkpoint import META
from visearch_desktop.methods.networks.devices import CPU
from visearch_desktop.methods.networks.export import export_onnx, known_by_torch, share_weights
from visearch_desktop.methods.networks.gem_network import GEM_FLOOR
from visearch_desktop.methods.networks.hashing import file_sha256
from visearch_desktop.methods.networks.listing import DESCRIPTOR
from visearch_desktop.methods.networks.manifest import GRAPH, SHARED_WEIGHTS, NetworkManifest
from visearch_desktop.methods.networks.running import load_on, self_test
from visearch_desktop.methods.networks.tensor_file import Place, write_tensors

OUTPUTS = ("pooled", "cells", "vector")
"""The GeM vector before the linear layer, the feature map (D, h / 32, w / 32), the descriptor."""
LEAST_AGREEMENT = 0.9999


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
        return pooled, cells, functional.normalize(self.whiten.weight @ pooled + self.whiten.bias, dim=0, eps=GEM_FLOOR)


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
    export_onnx(network, folder / GRAPH, OUTPUTS, keeps_norms=True)
    share_weights(folder / GRAPH, folder / SHARED_WEIGHTS, _write_weights(student, folder / SHARED_WEIGHTS))
    manifest = _manifest(student, folder, name, input_px, known_by_torch(network, DESCRIPTOR))
    if (cosine := self_test(manifest, load_on(folder, manifest, CPU, threads=1), CPU)) < LEAST_AGREEMENT:
        raise SelfTestError(name, CPU.title, cosine)
    manifest.write(folder)
    return manifest


def _rounded(value: torch.Tensor) -> torch.Tensor:
    return value.half().float() if value.ndim > 1 else value


def _write_weights(student: Student, file: Path) -> dict[str, Place]:
    """Under cirtorch's names, which the store reads: features, exponent, whitening layer; matrices in 16 bits."""
    tables = {
        key: (value.half() if value.ndim > 1 else value).numpy()
        for key, value in student.state_dict().items()
        if key.startswith(("features.", "whiten.")) and value.is_floating_point()
    }
    tables["pool.p"] = student.p.detach().clamp(LEAST_P, MOST_P).numpy()
    meta = {"architecture": student.architecture, "pooling": "gem", "mean": MEAN, "std": STD}
    return write_tensors(file, tables, {META: json.dumps(meta)})


def _manifest(
    student: Student, folder: Path, name: str, input_px: int, known: tuple[tuple[float, ...], ...]
) -> NetworkManifest:
    weight, bias = (part.detach().numpy().astype(np.float32) for part in (student.whiten.weight, student.whiten.bias))
    return NetworkManifest(
        name=name, described_by=name, architecture=student.architecture,
        weights_sha256=file_sha256(folder / SHARED_WEIGHTS), weights_file=SHARED_WEIGHTS,
        graph_sha256=file_sha256(folder / GRAPH), is_published=True,
        p=(float(student.p.detach().clamp(LEAST_P, MOST_P)),), mean=MEAN, std=STD, input_px=input_px, scales=(1.0,),
        padding="torch", norm_eps=NORM_EPS, whitening="inside",
        whitening_sha256=sha256(weight.tobytes() + bias.tobytes() + bytes([1])).hexdigest(),
        pooled_dimension=student.channels, dimension=len(weight), known=known, enlarges=True,
    )  # fmt: skip
