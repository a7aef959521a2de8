"""A weights file becomes an imported network: read, checked, exported, proved, recorded."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from visearch_desktop.core.errors import WeightsError
from visearch_desktop.methods.networks.backbones import CHANNELS, require_torch
from visearch_desktop.methods.networks.checkpoint import Checkpoint, read_checkpoint
from visearch_desktop.methods.networks.devices import CPU
from visearch_desktop.methods.networks.export import export_onnx, known_vectors
from visearch_desktop.methods.networks.folder_whitening import learn_whitening
from visearch_desktop.methods.networks.gem_network import AffineWhitening, Preprocessing, build_gem_network
from visearch_desktop.methods.networks.hashing import Digests, digests, file_sha256, is_published, published_as
from visearch_desktop.methods.networks.listing import NetworkEntry
from visearch_desktop.methods.networks.manifest import GRAPH, WEIGHTS, WHITENING, NetworkManifest
from visearch_desktop.methods.networks.running import load_on, load_onnx, self_test

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
        WeightsError: the file does not fit, or belongs to another architecture.
        SelfTestError: the exported network gives other numbers than torch.
    """
    require_torch("Importing a network")
    if not file.is_file():
        raise WeightsError(file, entry.name, "there is no such file")
    found = digests(file)
    described, notes = _described_by(entry, file, found)
    if scales:
        described = replace(described, scales=scales)
    checkpoint = read_checkpoint(file, described)
    whitening, source = checkpoint.whitening, described.whitening if checkpoint.whitening is not None else ""
    if whiten is not None:
        whitening, count = _learned(described, checkpoint, whiten, folder, progress)
        source = "folder"
        notes.append(f"Its whitening was learned on {count} photos of “{whiten}”.")
    whitening_sha256 = _keep_whitening(whitening, folder)
    shutil.copyfile(file, folder / WEIGHTS)
    manifest = NetworkManifest(
        name=entry.name,
        described_by=described.name,
        architecture=described.architecture,
        weights_sha256=found.sha256,
        graph_sha256="",
        is_published=is_published(described, found),
        p=tuple(float(number) for number in checkpoint.p),
        mean=checkpoint.mean,
        std=checkpoint.std,
        input_px=described.input_px,
        scales=described.scales,
        padding=described.padding,
        norm_eps=described.norm_eps,
        whitening=source,
        whitening_sha256=whitening_sha256,
        pooled_dimension=CHANNELS[described.architecture],
        dimension=CHANNELS[described.architecture] if whitening is None else len(whitening.weight),
        known=(),
    )
    return Imported(_exported(checkpoint, manifest, whitening, folder), tuple(notes))


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
    checkpoint: Checkpoint, manifest: NetworkManifest, whitening: AffineWhitening | None, folder: Path
) -> NetworkManifest:
    """Write graph and manifest; the graph must give the numbers that torch gives."""
    preprocessing = Preprocessing(manifest.mean, manifest.std, manifest.input_px, manifest.scales)
    network = build_gem_network(checkpoint.backbone, checkpoint.p, preprocessing, whitening)
    export_onnx(network, folder / GRAPH, whitened=whitening is not None)
    manifest = replace(manifest, graph_sha256=file_sha256(folder / GRAPH), known=known_vectors(network))
    self_test(manifest, load_on(folder, manifest, CPU, threads=1), CPU)
    manifest.write(folder)
    return manifest


def _learned(
    described: NetworkEntry, checkpoint: Checkpoint, photos: Path, folder: Path, progress: Progress
) -> tuple[AffineWhitening, int]:
    """A whitening from a folder of photos, described by the network exported without one."""
    preprocessing = Preprocessing(checkpoint.mean, checkpoint.std, described.input_px, described.scales)
    network = build_gem_network(checkpoint.backbone, checkpoint.p, preprocessing, None)
    export_onnx(network, folder / GRAPH, whitened=False)
    compute = load_onnx(folder / GRAPH, CPU, threads=1)
    return learn_whitening(photos, compute, described.input_px, progress)


def _keep_whitening(whitening: AffineWhitening | None, folder: Path) -> str:
    """Store its numbers for the torch runtime; returns their SHA-256, "" without a whitening."""
    if whitening is None:
        return ""
    np.savez(folder / WHITENING, weight=whitening.weight, bias=whitening.bias, per_scale=np.array(whitening.per_scale))
    return sha256(whitening.weight.tobytes() + whitening.bias.tobytes() + bytes([whitening.per_scale])).hexdigest()
