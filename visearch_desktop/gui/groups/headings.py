"""What visual groups are called: each kind of them, and each one above its photos."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from visearch_desktop.gui import dates
from visearch_desktop.gui.grid.model import Heading
from visearch_desktop.library.rows import GroupKind, Section

ICONS = {GroupKind.SAME: "map-pin", GroupKind.DUPLICATES: "copy", GroupKind.BURSTS: "layers"}


def title_of(kind: GroupKind) -> str:
    """A kind, as it stands in the sidebar."""
    return {
        GroupKind.SAME: _tr("Places and objects"),
        GroupKind.DUPLICATES: _tr("Near duplicates"),
        GroupKind.BURSTS: _tr("Bursts"),
    }[kind]


def group_heading(section: Section) -> Heading:
    """The heading of one group: what the person calls it, else when its photos were taken and what one is called."""
    months = dict.fromkeys(dates.month(month) for month in section.months if month)
    span = " – ".join(months) or _tr("Without a date")
    if section.name:
        return Heading(section.name, section.count, span, total=section.total)
    return Heading(span, section.count, section.first, total=section.total)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Groups", text)
