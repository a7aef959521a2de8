"""A small field over the photos: what is it that they show? With the names that there are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from visearch_desktop.gui.counts import photos
from visearch_desktop.gui.groups.groups import Groups
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.style import panel
from visearch_desktop.gui.theme.surfaces import QUIET, button, label
from visearch_desktop.gui.theme.tokens import tokens

_WIDTH, _MOST_ROWS = 320, 6


class GroupPopover(QFrame):
    """Asks for the name of a group; Return takes what is in the field, a click takes a group that there is.

    Attributes:
        field: the name.
        names: the groups whose name holds what was typed.
        take: the button.
    """

    def __init__(self, groups: Groups, photo_ids: Sequence[int], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._groups, self._photo_ids = groups, tuple(photo_ids)
        self.setObjectName("popover")
        self.setAccessibleName(self.tr("These show the same"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(_WIDTH)
        self._build()
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self._on_taken)
        self.field.installEventFilter(self)
        self.take.clicked.connect(self._on_taken)
        self.names.itemActivated.connect(self._on_chosen)
        self.names.itemClicked.connect(self._on_chosen)
        shared = groups.of(self._photo_ids)
        self.field.setText(shared[0] if len(shared) == 1 else "")
        self.field.selectAll()
        self._list(list(groups.all))
        self._show_take()

    def _build(self) -> None:
        title = self.tr("{photos}: what do they show?") if len(self._photo_ids) > 1 else self.tr("What does it show?")
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("A name for the group"))
        self.field.setAccessibleName(self.tr("Name of the group"))
        self.field.setMaxLength(100)
        self.names = QListWidget()
        self.names.setFrameShape(QFrame.Shape.NoFrame)
        self.names.setAccessibleName(self.tr("Groups that there are"))
        self.names.setUniformItemSizes(True)
        self.names.viewport().setAutoFillBackground(False)
        self.names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.take = button(self.tr("Make a group"), primary=True)
        hint = label(
            self.tr("Groups tell how good the search is: Help ▸ How good is it?"), Type.SMALL, QUIET, wrap=True
        )
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[metrics.SPACE_12] * 4)
        column.setSpacing(metrics.SPACE_8)
        column.addWidget(label(title.format(photos=photos(len(self._photo_ids))), Type.STRONG))
        column.addWidget(self.field)
        column.addWidget(self.names)
        column.addWidget(hint)
        column.addLayout(row)

    def open_at(self, corner: QPoint) -> None:
        """Show it with its upper left corner there, or as near as the window allows; the field has the focus."""
        self.adjustSize()
        room = self.parentWidget().window().frameGeometry()
        x = min(max(corner.x(), room.left() + 8), room.right() - self.width() - 8)
        y = min(max(corner.y(), room.top() + 8), room.bottom() - self.height() - 8)
        self.move(x, y)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    # --- what is typed ------------------------------------------------------------------------------------------------

    def _on_typed(self, typed: str) -> None:
        part = " ".join(typed.split()).casefold()
        self._list([name for name in self._groups.all if part in name.casefold()])
        self._show_take()

    def _list(self, found: list[str]) -> None:
        self.names.clear()
        for name in found:
            item = QListWidgetItem(name)
            count = photos(len(self._groups.all[name]))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {count}")
            item.setToolTip(count)
            item.setSizeHint(QSize(0, metrics.TARGET))
            self.names.addItem(item)
        self.names.setFixedHeight(min(len(found), _MOST_ROWS) * metrics.TARGET)
        self.names.setVisible(bool(found))

    def _show_take(self) -> None:
        name = " ".join(self.field.text().split()).casefold()
        self.take.setEnabled(bool(name))
        is_there = name in {known.casefold() for known in self._groups.all}
        self.take.setText(self.tr("Add to the group") if is_there else self.tr("Make a group"))
        self.adjustSize()

    def _on_taken(self) -> None:
        if self.take.isEnabled():
            self._groups.label(self._photo_ids, self.field.text())
            self.close()

    def _on_chosen(self, item: QListWidgetItem) -> None:
        self._groups.label(self._photo_ids, item.text())
        self.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down leads from the field to the names."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Down
            and self.names.count()
        ):
            self.names.setCurrentRow(0)
            self.names.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens(self).window)
        panel(painter, QRectF(self.rect()), tokens(self).window, tokens(self).line, 0)
