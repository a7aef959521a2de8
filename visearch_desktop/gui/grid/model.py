"""What a grid shows, as a list model: photos in sections, each with a heading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
)

from visearch_desktop.gui import explain
from visearch_desktop.gui.dates import number
from visearch_desktop.library.rows import PhotoRow
from visearch_desktop.search.hits import Hit

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the delegate reads."""

    PHOTO = Qt.ItemDataRole.UserRole + 1
    HIT = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a section.

    Attributes:
        title: "July 2026", "Sure"; "" is no heading.
        count: photos of the section.
        note: beside the title.
        bars: of confidence, 1 to 3; 0 is none.
        total: photos that it stands for, if the section has only the first of them; else 0.
        links: what can be pressed at its right end.
    """

    title: str
    count: int
    note: str = ""
    bars: int = 0
    total: int = 0
    links: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """For the screen reader: "Sure, 4 photos"."""
        return f"{self.title}, {self.counted}"

    @property
    def counted(self) -> str:
        """How many photos: "4 photos", or "34 photos, the first 12"."""
        if self.total <= self.count:
            return explain.photos(self.count)
        text = QCoreApplication.translate("Heading", "{photos}, the first {n}")
        return text.format(photos=explain.photos(self.total), n=number(self.count))


class PhotoListModel(QAbstractListModel):
    """Base of the models of a grid. Subclasses say what the rows are; some rows may not be known yet."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def headings(self) -> tuple[Heading, ...]:
        """The sections, in order; their counts add up to ``rowCount``."""
        raise NotImplementedError

    def photo_at(self, index: int) -> PhotoRow | None:
        """A photo; None while its row is on its way."""
        raise NotImplementedError

    def hit_at(self, index: int) -> Hit | None:
        """What a search says about it; None outside of results."""
        return None

    def index_of(self, photo_id: int) -> int | None:
        """Where a photo is, among the rows that are known."""
        raise NotImplementedError

    def want(self, first: int, last: int) -> None:
        """These rows are in view: get them if they are not known."""

    def find_name(self, start: str, begin: int) -> int | None:
        """The first known photo from ``begin`` on, then from the beginning, whose name starts so (case ignored)."""
        raise NotImplementedError

    # --- as Qt asks ---------------------------------------------------------------------------------------------------

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        row = self.photo_at(index.row())
        if role == Role.PHOTO or row is None:
            return row
        match role:
            case Role.HIT:
                return self.hit_at(index.row())
            case Qt.ItemDataRole.DisplayRole:
                return row.name
            case Qt.ItemDataRole.ToolTipRole:
                hit = self.hit_at(index.row())
                return explain.tool_tip(hit) if hit else row.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return explain.spoken(row, self.hit_at(index.row()))
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return self._heading_of(index.row())
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        kinds = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return kinds | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Iterable[QModelIndex]) -> QMimeData:
        rows = [self.photo_at(index.row()) for index in indexes]
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(row.path)) for row in rows if row is not None])
        return mime

    def _heading_of(self, index: int) -> str:
        """The heading, for the first photo below it; the screen reader says it once on the way."""
        start = 0
        for heading in self.headings():
            if index == start and heading.count and heading.title:
                return heading.spoken
            start += heading.count
            if start > index:
                break
        return ""
