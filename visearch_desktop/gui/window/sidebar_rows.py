"""The rows of the sidebar and how they are painted."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from visearch_desktop.gui.counts import groups, photos
from visearch_desktop.gui.dates import number
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.icons import paint_icon
from visearch_desktop.gui.theme.style import ring
from visearch_desktop.gui.theme.tokens import Tokens, tokens
from visearch_desktop.gui.window.places import Page
from visearch_desktop.library.rows import FolderRow, PhotoView

ROW = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex
_INSET, _TEXT_LEFT, _STEP = 8, 40, 16
_RAIL_ROW, _HEADING, _NOTE = 36, 32, 16


@dataclass(frozen=True, slots=True)
class Row:
    """A row: a heading where it stands for no view and no page.

    Attributes:
        icon: "" for a heading or a subfolder.
        count: photos, groups, or files with a problem.
        note: a second line.
        depth: 0 at the top, 1 for a folder in an added folder.
    """

    icon: str
    title: str
    count: int = 0
    view: PhotoView | None = None
    page: Page | None = None
    note: str = ""
    depth: int = 0
    folder: FolderRow | None = None

    @property
    def is_heading(self) -> bool:
        """Whether it leads nowhere."""
        return self.view is None and self.page is None

    def same_place(self, other: Row | None) -> bool:
        """Whether both lead to the same place, whatever their counts."""
        return other is not None and (self.view, self.page, self.title) == (other.view, other.page, other.title)

    def spoken(self) -> str:
        """For the screen reader and the tool tip."""
        if self.is_heading:
            return self.title
        is_of_groups = self.view is not None and self.view.is_of_groups
        counted = groups(self.count) if is_of_groups else number(self.count) if self.page else photos(self.count)
        return ", ".join(part for part in (self.title, counted, self.note) if part)


class RowDelegate(QStyledItemDelegate):
    """Paints icon, title, count and second line; the shown row in *soft*."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        row: Row = index.data(ROW)
        if self.parent().is_rail:
            return QSize(1, _RAIL_ROW)
        height = max(metrics.SIDEBAR_ROW_HEIGHT, option.fontMetrics.height() + 8)
        if row.is_heading:
            return QSize(1, _HEADING)
        return QSize(1, height + (_NOTE if row.note else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: Row = index.data(ROW)
        sidebar, of = self.parent(), tokens(self.parent())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRect(option.rect)
        if row.is_heading:
            painter.setFont(font(Type.SMALL_STRONG))
            painter.setPen(of.text2)
            line = box.adjusted(2 * _INSET, 0, -_INSET, -4)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, row.title)
            painter.restore()
            return
        is_shown = sidebar.is_shown(row)
        self._paint_face(painter, option, box, of, is_shown)
        if sidebar.is_rail:
            square = QRectF(0, 0, metrics.ICON, metrics.ICON)
            square.moveCenter(QRectF(box).center())
            paint_icon(painter, row.icon, of.accent if is_shown else of.text2, square)
        else:
            self._paint_row(painter, row, box, of, is_shown, sidebar.model().hasChildren(index))
        painter.restore()

    def _paint_face(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, of: Tokens, is_shown: bool
    ) -> None:
        face = QRectF(box).adjusted(_INSET, 0, -_INSET, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        is_under_pointer = option.state & QStyle.StateFlag.State_MouseOver
        if is_shown or is_under_pointer:
            painter.setBrush(of.soft if is_shown else of.hover)
            painter.drawRoundedRect(face, metrics.RADIUS_CONTROL, metrics.RADIUS_CONTROL)
        if option.state & QStyle.StateFlag.State_HasFocus:
            ring(painter, face, of, metrics.RADIUS_CONTROL)

    def _paint_row(
        self, painter: QPainter, row: Row, box: QRect, of: Tokens, is_shown: bool, has_children: bool
    ) -> None:
        first = QRect(box.left(), box.top(), box.width(), box.height() - (_NOTE if row.note else 0))
        if row.icon:
            side = metrics.ICON
            at = QRect(2 * _INSET, first.center().y() - side // 2 + 1, side, side)
            paint_icon(painter, row.icon, of.accent if is_shown else of.text2, at)
        left = _TEXT_LEFT + (_STEP * (row.depth - 1) - 4 if row.depth else 0)
        right = first.right() - 2 * _INSET + 1
        if has_children:
            is_open = self.parent().isExpanded(self.parent().indexAt(box.center()))
            drawn = "chevron-down" if is_open else "chevron-right"
            paint_icon(painter, drawn, of.text2, QRect(right - 8, first.center().y() - 6, 12, 12))
            right -= 12
        painter.setFont(font(Type.NAME if is_shown else Type.BASE))
        counted = number(row.count) if row.count else ""
        painter.setPen(of.text if is_shown else of.text2)
        if counted:
            line = QRect(left, first.top(), right - left, first.height())
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, counted)
            right -= painter.fontMetrics().horizontalAdvance(counted) + 8
        painter.setPen(of.text)
        painter.setFont(font(Type.STRONG if is_shown else Type.BASE))
        title = painter.fontMetrics().elidedText(row.title, Qt.TextElideMode.ElideMiddle, right - left)
        painter.drawText(QRect(left, first.top(), right - left, first.height()), Qt.AlignmentFlag.AlignVCenter, title)
        if row.note:
            painter.setFont(font(Type.SMALL))
            painter.setPen(of.text2)
            painter.drawText(
                QRect(left, first.bottom() - 4, right - left, _NOTE + 4), Qt.AlignmentFlag.AlignVCenter, row.note
            )
