"""The settings of a library, with what each of them can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visearch_desktop.core.registry import load_all
from visearch_desktop.service.protocol import Choice, Measured, NetworkRow, SettingsReady

if TYPE_CHECKING:
    from visearch_desktop.library.library import Library
    from visearch_desktop.methods.networks.store import NetworkStore


def network_store(library: Library) -> NetworkStore:
    """The networks that a library can use: its own, and those in the user's data folder."""
    from visearch_desktop.methods.networks.store import NetworkStore

    return NetworkStore(library.network_folders)


def settings_ready(job: int, library: Library) -> SettingsReady:
    """Every setting, what the descriptor and the device can be, every network, what can be purged."""
    networks = _network_rows(library)
    choices = {"descriptor": _descriptors(networks), "device": _devices()}
    gone = library.gone()
    return SettingsReady(job, library.settings(), choices, networks, gone.photos, gone.size_bytes)


def _network_rows(library: Library) -> tuple[NetworkRow, ...]:
    return tuple(
        NetworkRow(
            name=state.entry.name,
            title=state.entry.title,
            licence=state.entry.licence,
            size_bytes=state.entry.size_bytes,
            dimension=state.manifest.dimension if state.manifest is not None else state.entry.dimension,
            state=state.state,
            needs=state.needs,
            kind=state.entry.kind,
        )
        for state in network_store(library).list()
    )


def descriptor_choices(library: Library) -> tuple[Choice, ...]:
    """Everything that photos can be described with; what cannot be used here says why."""
    return _descriptors(_network_rows(library))


def _descriptors(networks: tuple[NetworkRow, ...]) -> tuple[Choice, ...]:
    """All that can be chosen by name, with what they give and cost where the program's own table says so.

    Networks that are here come first, then the others, in their listed order, then what a person gains most with that
    needs no download; these are recommended.
    """
    from visearch_desktop.methods.descriptors.build import descriptor_names

    methods = {method.name: method for method in load_all().methods("descriptor")}
    present = {"", *(row.name for row in networks if row.state == "present")}
    measured = _measured()
    here_first = sorted(networks, key=lambda row: row.name not in present)
    recommended = [row.name for row in here_first if row.name in methods] + list(RECOMMENDED)
    names = descriptor_names()
    ordered = [name for name in recommended if name in names] + [name for name in names if name not in recommended]
    return tuple(
        Choice(
            value=name,
            title=methods[name].title,
            summary=methods[name].summary,
            unavailable="" if methods[name].network in present else _NOT_HERE,
            measured=measured.get(name),
            is_recommended=name in recommended,
        )
        for name in ordered
    )


RECOMMENDED = ("rootsift_vlad", "colour_histogram")


def _measured() -> dict[str, Measured]:
    """What the table that comes with the program says of each descriptor by itself."""
    from visearch_desktop.evaluation.rows import Asked
    from visearch_desktop.evaluation.shipped import shipped

    sets = shipped()
    return {
        row.asked.descriptor: Measured(row.figures.headline, row.figures.ms_per_photo, row.figures.bytes_per_photo)
        for row in (sets[-1].rows if sets else ())
        if row.figures is not None and row.asked == Asked(row.asked.descriptor)
    }


_NOT_HERE = "Its weights are not on this computer yet."


def _devices() -> tuple[Choice, ...]:
    from visearch_desktop.methods.networks.devices import ACCELERATORS, CPU, available_devices

    there = {device.name for device in available_devices()}
    best = Choice("auto", "The fastest", "Whatever is fastest here and passes its self-test.")
    return best, *(
        Choice(device.name, device.title, "", "" if device.name in there else _NO_SUCH_DEVICE)
        for device in (CPU, *ACCELERATORS)
    )


_NO_SUCH_DEVICE = "This computer, or its runtime, does not offer it."
