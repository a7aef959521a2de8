"""Descriptors by name, for everyone above this floor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from visearch_desktop.core.registry import REGISTRY, load_all
from visearch_desktop.methods.descriptors.descriptor import Descriptor
from visearch_desktop.methods.networks.listing import listed_networks
from visearch_desktop.methods.networks.store import NetworkStore

WITHOUT_NETWORKS = "rootsift_vlad"


def build_descriptor(
    name: str, network_folders: Sequence[Path], *, device: str = "cpu", threads: int = 1
) -> Descriptor:
    """The descriptor of a name, cheap to make: whatever is heavy is loaded with the first photo.

    Args:
        name: as registered.
        network_folders: where networks are looked for, in order.
        device: that networks run on.
        threads: of the processor that a network may use for one photo.
    Raises:
        UnknownNameError: there is none of that name.
        NetworkMissingError: it is a network whose weights are not on this computer.
    """
    load_all()
    method = REGISTRY.find("descriptor", name)
    if name.removesuffix("_raw") in {entry.name for entry in listed_networks()}:
        built = method.build(network_folders=network_folders, device=device, threads=threads)
    else:
        built = method.build()
    if not isinstance(built, Descriptor):
        raise TypeError(f"{name} is no descriptor")
    return built


def descriptor_names() -> list[str]:
    """All that can be asked for, by name; the raw halves of networks are left out."""
    load_all()
    raw = {f"{entry.name}_raw" for entry in listed_networks()}
    return [method.name for method in REGISTRY.methods("descriptor") if method.name not in raw]


def default_descriptor(network_folders: Sequence[Path]) -> str:
    """The preferred network that is present, else the one that needs no download."""
    store = NetworkStore(network_folders)
    present = (entry.name for entry in listed_networks() if store.find(entry.name) is not None)
    return next(present, WITHOUT_NETWORKS)
