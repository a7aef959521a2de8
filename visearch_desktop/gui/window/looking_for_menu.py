"""Opens what the button "Looking for" stands for."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from visearch_desktop.gui.window.intents import intent_texts
from visearch_desktop.gui.window.session import Session


def show_looking_for(session: Session, below: QWidget) -> QMenu:
    """A menu of the intents under the button."""
    menu = QMenu(below)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    for text in intent_texts():
        action = menu.addAction(text.title)
        action.setCheckable(True)
        action.setChecked(text.name == session.intent)
        action.setToolTip(text.summary)
        action.setData(text.name)
    menu.triggered.connect(lambda action: session.set_intent(action.data()))
    corner = below.mapToGlobal(QPoint(below.width(), below.height() + 4))
    menu.popup(corner - QPoint(menu.sizeHint().width(), 0))
    return menu
