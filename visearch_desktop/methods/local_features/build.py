"""Local-feature methods by name, for everyone above this floor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from visearch_desktop.core.registry import load_all
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor


def build_extractor(
    name: str, network_folders: Sequence[Path] = (), *, device: str = "cpu", threads: int = 1
) -> LocalFeatureExtractor:
    """The method of a name, cheap to make: whatever is heavy is loaded with the first photo.

    Args:
        name: as registered.
        network_folders: where networks are looked for, in order; none given: the default place.
        device: that networks run on.
        threads: of the processor that a network may use for one photo.
    Raises:
        UnknownNameError: there is none of that name.
        NetworkMissingError: it is a network whose weights are not on this computer.
    """
    method = load_all("visearch_desktop.methods.local_features").find("local_features", name)
    options = {"network_folders": network_folders, "device": device, "threads": threads} if method.network else {}
    built: LocalFeatureExtractor = method.build(**options)
    return built
