"""The settings of a library, with what each of them can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visearch_desktop.core.registry import load_all
from visearch_desktop.service.protocol import Choice, SettingsReady

if TYPE_CHECKING:
    from visearch_desktop.library.library import Library
    from visearch_desktop.methods.networks.store import NetworkStore


def network_store(library: Library) -> NetworkStore:
    """The networks that a library can use: its own, and those in the user's data folder."""
    from visearch_desktop.methods.networks.store import NetworkStore

    return NetworkStore(library.network_folders)


def settings_ready(job: int, library: Library) -> SettingsReady:
    """Every setting, every choice, every network."""
    networks = tuple(_network_rows(library))
    absent = {row.name: row for row in networks if row.state != "present"}
    descriptors = tuple(
        Choice(method.name, method.title, method.summary, _unavailable(absent.get(method.name)))
        for method in load_all().methods("descriptor")
        if not method.name.endswith("_raw")
    )
    return SettingsReady(job, library.settings(), {"descriptor": descriptors}, networks)
