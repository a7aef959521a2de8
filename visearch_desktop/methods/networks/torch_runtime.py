"""The alternative runtime: an imported network on torch, for devices that onnxruntime does not drive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.networks.alike_network import read_alike
from visearch_desktop.methods.networks.backbones import require_torch
from visearch_desktop.methods.networks.checkpoint import read_checkpoint
from visearch_desktop.methods.networks.devices import Device
from visearch_desktop.methods.networks.gem_network import AffineWhitening, Preprocessing, build_gem_network
from visearch_desktop.methods.networks.listing import LOCAL_FEATURES, find_network
from visearch_desktop.methods.networks.manifest import WHITENING, NetworkManifest

if TYPE_CHECKING:
    import torch

    from visearch_desktop.methods.networks.running import Compute


def load_torch(folder: Path, manifest: NetworkManifest, device: Device, threads: int) -> Compute:
    """Rebuild the network from its weights and the manifest.

    Raises:
        MissingExtraError: torch is not installed.
    """
    require_torch("This device")
    import torch

    torch.set_num_threads(threads)
    network = _rebuilt(folder, manifest).to(device.provider)

    def compute(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
        with torch.inference_mode():
            outputs = network(torch.from_numpy(pixels).to(device.provider))
        return tuple(output.cpu().numpy() for output in outputs)

    return compute


def _rebuilt(folder: Path, manifest: NetworkManifest) -> torch.nn.Module:
    entry = find_network(manifest.described_by)
    if manifest.kind == LOCAL_FEATURES:
        return read_alike(folder / manifest.weights_file, entry)
    checkpoint = read_checkpoint(folder / manifest.weights_file, entry)
    whitening = None
    if manifest.is_whitened:
        whitening = checkpoint.whitening if manifest.shares_weights else read_whitening(folder)
    preprocessing = Preprocessing(manifest.mean, manifest.std, manifest.input_px, manifest.scales)
    return build_gem_network(checkpoint.backbone, np.asarray(manifest.p, np.float32), preprocessing, whitening)


def read_whitening(folder: Path) -> AffineWhitening:
    """The whitening kept beside an imported network."""
    with np.load(folder / WHITENING, allow_pickle=False) as arrays:
        return AffineWhitening(arrays["weight"], arrays["bias"], bool(arrays["per_scale"]))
