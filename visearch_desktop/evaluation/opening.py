"""Data sets are opened here: recognised by what lies in a folder, read, and checked before any long work."""

from __future__ import annotations

import os
from pathlib import Path

from visearch_desktop.core.errors import FolderError, UnknownLayoutError, UnknownNameError
from visearch_desktop.evaluation.dataset import DataSet
from visearch_desktop.evaluation.formats import groundtruth, holidays, oxford, revisited, ukbench
from visearch_desktop.evaluation.formats.layout import Layout, Place
from visearch_desktop.evaluation.protocol import Protocol

LAYOUTS: tuple[Layout, ...] = (
    groundtruth.LAYOUT,
    revisited.LAYOUT,
    oxford.LAYOUT,
    holidays.LAYOUT,
    ukbench.LAYOUT,
)
"""In the order in which they are tried: names of photos say least."""


def open_dataset(path: Path, layout: str | None = None, protocol: str | None = None) -> DataSet:
    """A data set that is ready to be measured on.

    Args:
        path: a folder, or a file of ground truth in it.
        layout: which one it is, by name; None: the first that is recognised.
        protocol: by which rules rankings are counted; None: the usual ones of the layout.

    Raises:
        UnknownNameError: no layout, or no protocol of this layout, has that name.
        FolderError: there is nothing at that path.
        UnknownLayoutError: what is there is no data set that is known.
        DataSetError, HostilePickleError: the ground truth cannot be read.
        NoQueriesError, TwoRolesError, MissingPhotosError: see :meth:`DataSet.check`.
    """
    asked = next((one for one in LAYOUTS if one.name == layout), None)
    if layout is not None and asked is None:
        raise UnknownNameError("data set layout", layout, layout_names())
    if not os.path.exists(path):  # noqa: PTH110 - a path that may not be looked at is as good as missing
        raise FolderError(path, "missing")
    place = Place(path)
    found = asked or next((one for one in LAYOUTS if one.recognises(place)), None)
    if found is None:
        raise UnknownLayoutError(path, tuple(one.looks_like for one in LAYOUTS))
    dataset = found.read(place, _protocol(found, protocol))
    dataset.check()
    return dataset


def layout_names() -> tuple[str, ...]:
    """What :func:`open_dataset` takes for ``layout``."""
    return tuple(layout.name for layout in LAYOUTS)


def protocol_names() -> tuple[str, ...]:
    """What :func:`open_dataset` takes for ``protocol``, over all layouts."""
    return tuple(dict.fromkeys(protocol.name for layout in LAYOUTS for protocol in layout.protocols))


def _protocol(layout: Layout, name: str | None) -> Protocol:
    if name is None:
        return layout.protocols[0]
    for protocol in layout.protocols:
        if protocol.name == name:
            return protocol
    raise UnknownNameError("protocol", name, tuple(protocol.name for protocol in layout.protocols))
