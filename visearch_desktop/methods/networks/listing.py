"""The list of known networks: what ``resources/networks.toml`` says about each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from visearch_desktop.core.errors import UnknownNameError
from visearch_desktop.core.paths import bundled_networks_folder, resource

DESCRIPTOR = "descriptor"
LOCAL_FEATURES = "local_features"


@dataclass(frozen=True, slots=True)
class NetworkEntry:
    """One listed network.

    Attributes:
        name: what the command line takes; a descriptor is named likewise.
        title: a few plain words.
        summary: one sentence on what it is good for.
        architecture: the torchvision model whose convolutions are used, or a network of this program's own.
        kind: what it gives: "descriptor", one vector for a photo; "local_features", its details.
        pooling: "gem"; like ``p``, ``whitening``, ``scales`` and ``padding`` only of descriptors.
        p: the exponent of GeM where the file holds none.
        whitening: "library", "inside" (a layer of the file) or "meta" (beside the layers).
        whitening_set: which of several whitenings in ``meta``.
        dimension: numbers in the final vector, at most; or in the vector of a detail.
        input_px: longest side of the photo that the network sees.
        scales: sizes relative to ``input_px`` whose vectors are combined.
        mean: of red, green and blue in 0..1.
        std: likewise.
        padding: "torch", or "tensorflow" (stride-2 convolutions are padded at right and bottom only).
        norm_eps: epsilon of the BatchNorm layers.
        licence: SPDX name.
        citation: the paper.
        size_bytes: of the published file, about.
        url: where it is published; empty for networks that come only from a file the person has.
        hash_prefix: the digits in the published file's name.
        sha256: of the published file, where it is known; of a bundled network, that of its record.
        is_bundled: whether it is part of the program: there from the start, neither fetched nor removed.
        library_whitening: whether a network with a whitening of its own is whitened once more, by what each library's
            photos teach.
    """

    name: str
    title: str
    summary: str
    architecture: str
    dimension: int
    input_px: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    norm_eps: float
    licence: str
    citation: str
    size_bytes: int
    kind: str = DESCRIPTOR
    pooling: str = ""
    p: float = 1.0
    whitening: str = ""
    scales: tuple[float, ...] = (1.0,)
    padding: str = "torch"
    whitening_set: str = ""
    url: str = ""
    hash_prefix: str = ""
    sha256: str = ""
    is_bundled: bool = False
    library_whitening: bool = False

    @property
    def learns_whitening(self) -> bool:
        """Whether the published file comes without a whitening of its own."""
        return self.whitening == "library"


@cache
def listed_networks() -> tuple[NetworkEntry, ...]:
    """All networks, the preferred first; a bundled one only where its folder is there."""
    table = tomllib.loads(resource("networks.toml").read_text(encoding="utf-8"))
    entries = (_entry(record) for record in table["network"])
    return tuple(one for one in entries if not one.is_bundled or (bundled_networks_folder() / one.name).is_dir())


def describing_networks() -> tuple[NetworkEntry, ...]:
    """Those that describe a photo by one vector, the preferred first."""
    return tuple(entry for entry in listed_networks() if entry.kind == DESCRIPTOR)


def _entry(record: Mapping[str, Any]) -> NetworkEntry:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in record.items()}
    return NetworkEntry(**fields)


def find_network(name: str) -> NetworkEntry:
    """Raises: UnknownNameError: no network of that name is listed."""
    entries = {entry.name: entry for entry in listed_networks()}
    try:
        return entries[name]
    except KeyError:
        raise UnknownNameError("network", name, tuple(entries)) from None
