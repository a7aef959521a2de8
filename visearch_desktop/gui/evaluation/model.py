"""The lines as a Qt model, with check marks on what is to be measured; sorted by a proxy over it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal

from visearch_desktop.gui.evaluation.columns import COLUMNS
from visearch_desktop.gui.evaluation.lines import Line

LINE = Qt.ItemDataRole.UserRole + 1
VALUE = Qt.ItemDataRole.UserRole + 2
IN_USE = Qt.ItemDataRole.UserRole + 3
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class LinesModel(QAbstractTableModel):
    """Column 0 is the method, the others are ``COLUMNS``.

    Attributes:
        lines: what is shown.

    Signals:
        checked_changed: other methods are to be measured.
    """

    checked_changed = Signal()

    def __init__(self, parent: object = None) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []
        self._checked: set[str] = set()
        self._in_use = ""
        self._can_measure = False

    # --- what is shown ------------------------------------------------------------------------------------------------

    def show_lines(self, lines: Sequence[Line], checked: Sequence[str], *, can_measure: bool) -> None:
        """Show other lines; with ``can_measure`` methods have check marks."""
        self.beginResetModel()
        self.lines = list(lines)
        self._checked = set(checked)
        self._can_measure = can_measure
        self.endResetModel()
        self.checked_changed.emit()

    def show_line(self, line: Line) -> None:
        """A line was measured: it takes the place of the one that it is of, or comes last; its check mark is taken."""
        at = next((at for at, one in enumerate(self.lines) if one.key == line.key), None)
        if at is None:
            self.beginInsertRows(_NOWHERE, len(self.lines), len(self.lines))
            self.lines.append(line)
            self.endInsertRows()
        else:
            self.lines[at] = line
            self._checked.discard(line.name)
            self.dataChanged.emit(self.index(at, 0), self.index(at, len(COLUMNS)))
            self.checked_changed.emit()

    def show_in_use(self, name: str) -> None:
        """Mark the method that the library uses."""
        if name != self._in_use:
            self._in_use = name
            self._tell_first_column()

    @property
    def checked(self) -> tuple[str, ...]:
        """The methods to be measured, in the order of the lines."""
        return tuple(line.name for line in self.lines if self.is_checkable(line) and line.name in self._checked)

    def check(self, names: Sequence[str]) -> None:
        """Check these and no others."""
        self._checked = set(names)
        self._tell_first_column()
        self.checked_changed.emit()

    def is_checkable(self, line: Line) -> bool:
        """Whether the line can be measured here."""
        return self._can_measure and line.is_method and (not line.unavailable or line.figures is not None)

    def _tell_first_column(self) -> None:
        if self.lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.lines) - 1, 0))

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else 1 + len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return right if section else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section - 1].shown_title() if section else self.tr("Method")
        if role == Qt.ItemDataRole.ToolTipRole and section:
            return COLUMNS[section - 1].shown_meaning()
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == 0 and self.is_checkable(self.lines[index.row()]):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        line = self.lines[index.row()]
        if role != Qt.ItemDataRole.CheckStateRole or not self.is_checkable(line):
            return False
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._checked.add(line.name)
        else:
            self._checked.discard(line.name)
        self.dataChanged.emit(index, index)
        self.checked_changed.emit()
        return True

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line, section = self.lines[index.row()], index.column()
        if role == LINE:
            return line
        if role == IN_USE:
            return line.is_method and line.name == self._in_use
        return self._of_method(line, role) if section == 0 else self._of_figure(line, section, role)

    def _of_method(self, line: Line, role: int) -> object:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return line.title
            case Qt.ItemDataRole.ToolTipRole:
                return " ".join(part for part in (line.summary, line.unavailable) if part)
            case Qt.ItemDataRole.CheckStateRole if self.is_checkable(line):
                return Qt.CheckState.Checked if line.name in self._checked else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.AccessibleTextRole:
                used = self.tr("in use") if line.is_method and line.name == self._in_use else ""
                return ", ".join(part for part in (line.title, line.detail, used, line.unavailable) if part)
            case _ if role == VALUE:
                return line.title.casefold()
        return None

    def _of_figure(self, line: Line, section: int, role: int) -> object:
        column = COLUMNS[section - 1]
        value = None if line.figures is None else column.value(line.figures)
        written = "–" if value is None else column.written(value)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return written
            case Qt.ItemDataRole.AccessibleTextRole:
                spoken = self.tr("not measured") if value is None else written
                return f"{line.title}, {column.shown_title()}: {spoken}"
            case Qt.ItemDataRole.ToolTipRole if section == 1 and line.figures is not None:
                groups = line.figures.mean_ap_by_group
                return "\n".join(f"{name}: {column.written(one)}" for name, one in sorted(groups.items())) or None
            case _ if role == VALUE:
                return value
        return None


class SortedLines(QSortFilterProxyModel):
    """The lines by one column; what was not measured stays last and in its order, whichever way it is sorted."""

    def __init__(self, parent: object = None) -> None:
        super().__init__(parent)
        self.setSortRole(VALUE)

    def lessThan(self, left: _Index, right: _Index) -> bool:
        a, b = left.data(VALUE), right.data(VALUE)
        is_up = self.sortOrder() == Qt.SortOrder.AscendingOrder
        if a == b:
            return (left.row() < right.row()) == is_up
        if a is None or b is None:
            return (b is None) == is_up
        return bool(a < b)
