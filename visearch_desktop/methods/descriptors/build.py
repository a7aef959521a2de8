"""Descriptors by name, for everyone above this floor.

A name is a registered descriptor, or one with steps after it: ``vlad+power+pca`` takes the vectors of ``vlad``, gives
them to the step ``power`` (kind "after"), and what comes out to the step ``pca``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from visearch_desktop.core.errors import UnknownNameError, UsageError
from visearch_desktop.core.registry import REGISTRY, load_all
from visearch_desktop.methods.descriptors.descriptor import Descriptor
from visearch_desktop.methods.networks.listing import describing_networks
from visearch_desktop.methods.networks.store import NetworkStore

WITHOUT_NETWORKS = "rootsift_vlad"
STEP_SIGN = "+"


def build_descriptor(
    name: str, network_folders: Sequence[Path], *, device: str = "cpu", threads: int = 1
) -> Descriptor:
    """The descriptor of a name, cheap to make: whatever is heavy is loaded with the first photo.

    Args:
        name: as registered, perhaps with steps after it.
        network_folders: where networks are looked for, in order.
        device: that networks run on.
        threads: of the processor that a network may use for one photo.
    Raises:
        UnknownNameError: there is none of that name, or no such step.
        UsageError: a step works on vectors, and the descriptor gives none.
        NetworkMissingError, NetworkDamagedError: it is a network whose weights are not on this computer, or not sound.
    """
    check_descriptor_name(name)
    base, *steps = name.split(STEP_SIGN)
    method = REGISTRY.find("descriptor", base)
    options = {"network_folders": network_folders, "device": device, "threads": threads} if method.network else {}
    built: Descriptor = method.build(**options)
    for step in steps:
        if built.index != "exact":
            raise UsageError(f"“{step}” works on vectors; “{built.name}” describes a photo by something else.")
        built = REGISTRY.find("after", step).build(base=built)
    return built


def check_descriptor_name(name: str) -> None:
    """Raises: UnknownNameError: no descriptor, or step after one, is called that; it knows the names there are."""
    load_all()
    base, *steps = name.split(STEP_SIGN)
    if base not in {method.name for method in REGISTRY.methods("descriptor")}:
        raise UnknownNameError("descriptor", base, tuple(descriptor_names()))
    for step in steps:
        REGISTRY.find("after", step)


def descriptor_names() -> list[str]:
    """All that can be asked for, by name, without steps after them; steps of others are left out."""
    load_all()
    return [method.name for method in REGISTRY.methods("descriptor") if not method.is_step]


def default_descriptor(network_folders: Sequence[Path]) -> str:
    """The preferred network that is present, else the one that needs none; the program's own network comes last."""
    store = NetworkStore(network_folders)
    present = (entry.name for entry in describing_networks() if store.find(entry.name) is not None)
    return next(present, WITHOUT_NETWORKS)


def is_damaged(name: str, network_folders: Sequence[Path]) -> bool:
    """Whether a registered descriptor's network is part of the program, and not as it was made."""
    network = REGISTRY.find("descriptor", name.partition(STEP_SIGN)[0]).network
    return bool(network) and NetworkStore(network_folders).state(network).state == "damaged"
