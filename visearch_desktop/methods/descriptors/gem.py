"""GeM networks as descriptors: those of ``resources/networks.toml`` that give one vector, under their own names.

A network that carries a whitening is described in one step. One that does not is two descriptors: ``NAME_raw`` gives
the pooled vector of the pixels, ``NAME`` whitens it with what the library's own photos taught. Where the list asks for
both whitenings, ``NAME_own`` gives the vector after the network's own, which ``NAME`` whitens once more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import REGISTRY, Method
from visearch_desktop.core.vectors import Vector, normalise
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Source
from visearch_desktop.methods.descriptors.library_whitening import LibraryWhitened
from visearch_desktop.methods.networks.listing import NetworkEntry, describing_networks, find_network
from visearch_desktop.methods.networks.running import NetworkRunner
from visearch_desktop.methods.networks.store import NetworkStore, default_folders

RAW, OWN = "_raw", "_own"


class GemDescriptor(Descriptor):
    """What a network sees in a photo, as one unit vector (Radenović, Tolias, Chum, TPAMI 2018)."""

    version = 1
    source = Source.PIXELS

    def __init__(self, name: str, runner: NetworkRunner, *, whitened: bool) -> None:
        """Cheap; the network itself is loaded with the first photo.

        Args:
            name: as registered.
            runner: of an imported network.
            whitened: whether the network's own whitening is applied.
        """
        self.name = name
        self.runner = runner
        self._whitened = whitened
        self.working_px = runner.manifest.input_px

    @property
    def parameters(self) -> Mapping[str, object]:
        """Weights, preprocessing, pooling, scales, and the whitening where one is applied."""
        return self.runner.manifest.facts(whitened=self._whitened)

    @property
    def note(self) -> str:
        """Why another device is used than was asked for."""
        return self.runner.note

    def describe(self, item: NDArray[np.uint8]) -> Vector:
        """(D,) of (h, w, 3) uint8 RGB pixels."""
        return normalise(self.runner.vector(item) if self._whitened else self.runner.pooled(item))


def build_network_descriptor(
    name: str,
    network_folders: Sequence[Path] | None = None,
    *,
    ending: str = "",
    device: str = "cpu",
    threads: int = 1,
) -> Descriptor:
    """The descriptor of a network.

    Args:
        name: of the network.
        network_folders: where networks are looked for, in order; None is the default place.
        ending: of the descriptor's name: :data:`RAW` for no whitening, :data:`OWN` for the network's own alone.
        device: see :mod:`visearch_desktop.methods.networks.devices`.
        threads: of the processor, for one photo.
    Raises:
        NetworkMissingError: its weights are not on this computer.
        NetworkDamagedError: it is part of the program, and not as it was made.
    """
    folder = NetworkStore(network_folders or default_folders()).folder(name)
    runner = NetworkRunner(folder, device, threads)
    if ending:
        return GemDescriptor(name + ending, runner, whitened=ending == OWN)
    if not runner.manifest.is_whitened:
        return LibraryWhitened(name, GemDescriptor(name + RAW, runner, whitened=False))
    if find_network(name).library_whitening:
        return LibraryWhitened(name, GemDescriptor(name + OWN, runner, whitened=True))
    return GemDescriptor(name, runner, whitened=True)


def _builder(name: str, ending: str) -> Callable[..., Descriptor]:
    def build(**options: Any) -> Descriptor:
        return build_network_descriptor(name, ending=ending, **options)

    return build


def _register(entry: NetworkEntry) -> None:
    whitened = "whitened by your own photos" if entry.learns_whitening else "with its own whitening"
    if entry.library_whitening:
        whitened = "with its own whitening and that of your photos"
        _register_step(entry, OWN, "with its own whitening alone", "after its own whitening")
    REGISTRY.add(
        Method(
            name=entry.name,
            kind="descriptor",
            build=_builder(entry.name, ""),
            source=entry.citation,
            title=entry.title,
            summary=f"{entry.summary} GeM pooling, {whitened}.",
            network=entry.name,
        )
    )
    _register_step(entry, RAW, "not whitened", "as it comes out of the network")


def _register_step(entry: NetworkEntry, ending: str, title: str, clause: str) -> None:
    REGISTRY.add(
        Method(
            name=entry.name + ending,
            kind="descriptor",
            build=_builder(entry.name, ending),
            source=entry.citation,
            title=f"{entry.title}, {title}",
            summary=f"The pooled vector of “{entry.title}” {clause}.",
            network=entry.name,
            is_step=True,
        )
    )


for _entry in describing_networks():
    _register(_entry)
