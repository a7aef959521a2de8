"""Where a person is in a grid, by photo: what is under the pointer, selected, current, and at which height."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QItemSelection, QItemSelectionModel

from visearch_desktop.gui.grid.model import PhotoListModel

FOLLOWED = 200


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """A place that survives a reset of the model.

    Attributes:
        anchors: photos with the height of their cell in the viewport; the first one that is still there stays put.
        current: the current photo.
        selected: the selected photos, the first 200 of them.
        scroll: where the scroll bar was, if no anchor is left.
    """

    anchors: tuple[tuple[int, int], ...]
    current: int | None
    selected: tuple[int, ...]
    scroll: int


def select_photos(selection: QItemSelectionModel, model: PhotoListModel, place: HeldPlace) -> None:
    """Select the same photos again, and make the same one current, as far as they are known to the model."""
    found = QItemSelection()
    for photo_id in place.selected:
        index = model.index_of(photo_id)
        if index is not None:
            found.select(model.index(index), model.index(index))
    selection.select(found, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    current = model.index_of(place.current) if place.current is not None else None
    if current is not None:
        selection.setCurrentIndex(model.index(current), QItemSelectionModel.SelectionFlag.NoUpdate)
