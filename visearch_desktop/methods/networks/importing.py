"""A weights file becomes an imported network: read, checked, exported, proved, recorded."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from visearch_desktop.core.errors import UsageError, WeightsError
from visearch_desktop.methods.networks.alike_network import OUTPUTS as ALIKE_OUTPUTS
from visearch_desktop.methods.networks.alike_network import read_alike
from visearch_desktop.methods.networks.backbones import CHANNELS, require_torch
from visearch_desktop.methods.networks.checkpoint import Checkpoint, read_checkpoint
from visearch_desktop.methods.networks.devices import CPU
from visearch_desktop.methods.networks.export import export_onnx, known_by_torch
from visearch_desktop.methods.networks.folder_whitening import learn_whitening
from visearch_desktop.methods.networks.gem_network import (
    WITH_WHITENING,
    WITHOUT_WHITENING,
    AffineWhitening,
    Preprocessing,
    build_gem_network,
)
from visearch_desktop.methods.networks.hashing import Digests, digests, file_sha256, is_published, published_as
from visearch_desktop.methods.networks.listing import LOCAL_FEATURES, NetworkEntry, find_network
from visearch_desktop.methods.networks.manifest import GRAPH, WEIGHTS, WHITENING, NetworkManifest
from visearch_desktop.methods.networks.running import load_on, load_onnx, self_test

if TYPE_CHECKING:
    import torch

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import.

    Attributes:
        manifest: the record.
        notes: sentences worth showing.
    """

    manifest: NetworkManifest
    notes: tuple[str, ...]


def build_network(
    entry: NetworkEntry, file: Path, folder: Path, whiten: Path | None, scales: tuple[float, ...], progress: Progress
) -> Imported:
    """Fill an empty folder with an imported network.

    Args:
        entry: the network it is to be.
        file: the weights.
        folder: empty; its name plays no part.
        whiten: a folder of photos to learn a whitening from, in place of the file's own.
        scales: sizes whose vectors are combined; empty takes the entry's.
        progress: called with steps or photos done and in all.
    Raises:
        MissingExtraError: torch is not installed.
        UsageError: a whitening is asked of a network that has none.
        WeightsError: the file does not fit, or belongs to another architecture.
        SelfTestError: the exported network gives other numbers than torch.
    """
    require_torch("Importing a network")
    if entry.kind == LOCAL_FEATURES and (whiten is not None or scales):
        raise UsageError(f"“{entry.name}” describes details, not whole photos: it has no whitening and no scales.")
    if not file.is_file():
        raise WeightsError(file, entry.name, "there is no such file")
    found = digests(file)
    described, notes = _described_by(entry, file, found)
    if scales:
        described = replace(described, scales=scales)
    record = _record(entry, described, found)
    shutil.copyfile(file, folder / WEIGHTS)
    if described.kind == LOCAL_FEATURES:
        manifest = _exported(read_alike(file, described), ALIKE_OUTPUTS, record, folder)
    else:
        manifest = _with_vectors(read_checkpoint(file, described), record, whiten, folder, progress, notes)
    return Imported(manifest, tuple(notes))


def _record(entry: NetworkEntry, described: NetworkEntry, found: Digests) -> NetworkManifest:
    """What is known before the weights are read."""
    return NetworkManifest(
        name=entry.name,
        described_by=described.name,
        architecture=described.architecture,
        weights_sha256=found.sha256,
        graph_sha256="",
        is_published=is_published(described, found),
        p=(),
        mean=described.mean,
        std=described.std,
        input_px=described.input_px,
        scales=described.scales,
        padding=described.padding,
        norm_eps=described.norm_eps,
        whitening="",
        whitening_sha256="",
        pooled_dimension=described.dimension,
        dimension=described.dimension,
        known=(),
        kind=described.kind,
    )


def _with_vectors(
    checkpoint: Checkpoint,
    record: NetworkManifest,
    whiten: Path | None,
    folder: Path,
    progress: Progress,
    notes: list[str],
) -> NetworkManifest:
    """A network that gives one vector for a photo: with the file's own whitening, one learned here, or none."""
    pooled_dimension = CHANNELS[record.architecture]
    record = replace(
        record,
        p=tuple(float(number) for number in checkpoint.p),
        mean=checkpoint.mean,
        std=checkpoint.std,
        pooled_dimension=pooled_dimension,
        dimension=pooled_dimension,
    )
    preprocessing = Preprocessing(record.mean, record.std, record.input_px, record.scales)
    whitening, source = checkpoint.whitening, find_network(record.described_by).whitening
    if whiten is not None:
        plain = build_gem_network(checkpoint.backbone, checkpoint.p, preprocessing, None)
        export_onnx(plain, folder / GRAPH, WITHOUT_WHITENING)
        compute = load_onnx(folder / GRAPH, CPU, threads=1)
        whitening, count = learn_whitening(whiten, compute, record.input_px, progress)
        source = "folder"
        notes.append(f"Its whitening was learned on {count} photos of “{whiten}”.")
    outputs = WITHOUT_WHITENING
    if whitening is not None:
        outputs, checksum = WITH_WHITENING, _keep_whitening(whitening, folder)
        record = replace(record, whitening=source, whitening_sha256=checksum, dimension=len(whitening.weight))
    network = build_gem_network(checkpoint.backbone, checkpoint.p, preprocessing, whitening)
    return _exported(network, outputs, record, folder)


def _described_by(entry: NetworkEntry, file: Path, found: Digests) -> tuple[NetworkEntry, list[str]]:
    """The entry whose preprocessing is right for a file: the one that published it, if any."""
    published = published_as(found)
    if published is None:
        if not entry.url and not entry.sha256:
            return entry, []
        note = f"“{file.name}” is not the published file of “{entry.name}”; its weights fit, so it is used as such."
        return entry, [note]
    if published.name == entry.name:
        return entry, []
    if published.architecture != entry.architecture:
        raise WeightsError(
            file, entry.name, f"it is the network “{published.name}”, which has another architecture; import it as that"
        )
    note = f"“{file.name}” is the published file of “{published.name}”; the preprocessing of that network is used."
    return published, [note]


def _exported(
    network: torch.nn.Module, outputs: Sequence[str], record: NetworkManifest, folder: Path
) -> NetworkManifest:
    """Write graph and manifest; the graph must give the numbers that torch gives."""
    export_onnx(network, folder / GRAPH, outputs)
    known = known_by_torch(network, record.kind)
    manifest = replace(record, graph_sha256=file_sha256(folder / GRAPH), known=known)
    self_test(manifest, load_on(folder, manifest, CPU, threads=1), CPU)
    manifest.write(folder)
    return manifest


def _keep_whitening(whitening: AffineWhitening, folder: Path) -> str:
    """Store its numbers for the torch runtime; returns their SHA-256."""
    np.savez(folder / WHITENING, weight=whitening.weight, bias=whitening.bias, per_scale=np.array(whitening.per_scale))
    return sha256(whitening.weight.tobytes() + whitening.bias.tobytes() + bytes([whitening.per_scale])).hexdigest()
