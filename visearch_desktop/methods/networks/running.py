"""Run an imported network on one picture: onnxruntime, or torch where that is asked for; on a proven device."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.errors import ChecksumError, NetworkMissingError, SelfTestError
from visearch_desktop.core.sentences import sentence
from visearch_desktop.core.vectors import Vector
from visearch_desktop.methods.networks.devices import CPU, Device, candidates
from visearch_desktop.methods.networks.hashing import known_sha256
from visearch_desktop.methods.networks.input_size import fit_input
from visearch_desktop.methods.networks.manifest import (
    GRAPH,
    NetworkManifest,
    known_numbers,
    known_pictures,
    read_manifest,
)

LEAST_SELF_TEST_SIMILARITY = 0.999

Compute = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], ...]]
"""(h, w, 3) uint8 -> (pooled,) or (pooled, vector), or what a network for details gives."""


class NetworkRunner:
    """One network, loaded on first use; rebuilt from its folder when it is pickled to another process.

    Attributes:
        folder: where the imported network lies.
        note: a sentence on why another device is used than was asked for; "" where all is well.
    """

    def __init__(self, folder: Path, device: str = CPU.name, threads: int = 1) -> None:
        """Cheap: neither onnxruntime nor torch is imported before the first picture."""
        manifest = read_manifest(folder)
        if manifest is None:
            raise NetworkMissingError(folder.name)
        self.folder, self.manifest = folder, manifest
        self.note = ""
        self._device, self._threads = device, threads
        self._compute: Compute | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return (NetworkRunner, (self.folder, self._device, self._threads))

    def pooled(self, pixels: NDArray[np.uint8]) -> Vector:
        """(D,) the GeM vector of a picture before whitening, unit length.

        Args:
            pixels: (h, w, 3) uint8 RGB, any size from 1 × 1.
        """
        return self.outputs(self._fitted(pixels))[0]

    def vector(self, pixels: NDArray[np.uint8]) -> Vector:
        """(d,) the final vector: whitened if the network carries a whitening, else the pooled one."""
        return self.outputs(self._fitted(pixels))[-1]

    def _fitted(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return fit_input(pixels, self.manifest.input_px, enlarges=self.manifest.enlarges)

    def outputs(self, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
        """All that the network gives for a picture as it is.

        Args:
            pixels: (h, w, 3) uint8 RGB, of a size that the network takes.
        """
        if self._compute is None:
            self._compute = self._load()
        return self._compute(pixels)

    def _load(self) -> Compute:
        """The first device of the wanted ones that passes the self-test.

        Raises:
            ChecksumError: the graph, or what it points to, is not what was exported.
            SelfTestError: not even the processor gives the known numbers.
        """
        for name, wanted in self.manifest.checksums.items():
            if (found := known_sha256(self.folder / name)) != wanted:
                raise ChecksumError(self.folder / name, wanted, found)
        for device in candidates(self._device):
            try:
                compute = load_on(self.folder, self.manifest, device, self._threads)
                self_test(self.manifest, compute, device)
            except SelfTestError as error:
                if device == CPU:
                    raise
                self.note = sentence(error)
                continue
            return compute
        raise AssertionError("the processor is always tried")


def load_on(folder: Path, manifest: NetworkManifest, device: Device, threads: int) -> Compute:
    """The network on one device, not yet tested.

    Raises:
        SelfTestError: the device does not take the network at all (similarity 0).
    """
    try:
        if device.runtime == "torch":
            from visearch_desktop.methods.networks.torch_runtime import load_torch

            return load_torch(folder, manifest, device, threads)
        return load_onnx(folder / GRAPH, device, threads)
    except (RuntimeError, OSError, ValueError) as error:
        raise SelfTestError(manifest.name, device.title, 0.0) from error


def self_test(manifest: NetworkManifest, compute: Compute, device: Device) -> float:
    """The least cosine between a device's numbers and the known ones.

    Raises:
        SelfTestError: it is under 0.999.
    """
    worst = 1.0
    for picture, wanted in zip(known_pictures(), manifest.known, strict=True):
        try:
            got = known_numbers(manifest.kind, compute(picture))
        except RuntimeError as error:
            raise SelfTestError(manifest.name, device.title, 0.0) from error
        reference = np.asarray(wanted, dtype=np.float64)
        lengths = np.linalg.norm(got) * np.linalg.norm(reference)
        is_comparable = got.shape == reference.shape and np.isfinite(got).all() and lengths > 0
        cosine = float(got @ reference / lengths) if is_comparable else 0.0
        worst = min(worst, cosine)
    if worst < LEAST_SELF_TEST_SIMILARITY:
        raise SelfTestError(manifest.name, device.title, worst)
    return worst


def load_onnx(graph: Path, device: Device, threads: int) -> Compute:
    """An ONNX file on a device of onnxruntime."""
    import onnxruntime as ort

    if device.provider not in ort.get_available_providers():  # onnxruntime would take the processor, with a warning
        raise RuntimeError(f"{device.provider} is not here")
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # photos differ in shape, and a pattern is kept for each
    providers = [device.provider, CPU.provider] if device != CPU else [CPU.provider]
    session = ort.InferenceSession(str(graph), options, providers=providers)

    def compute(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
        return tuple(session.run(None, {"pixels": pixels}))

    return compute
