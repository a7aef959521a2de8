"""Rows of a name and a value, as the details show them; rows without a value are left out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from visearch_desktop.gui import dates, explain
from visearch_desktop.gui.details.selected import SelectedPhoto
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.metrics import SPACE_8
from visearch_desktop.gui.theme.surfaces import QUIET, label
from visearch_desktop.methods.matching.verdict import Verdict

NAME_WIDTH = 88


class Facts(QWidget):
    """A column of facts.

    Signals:
        link_pressed: the value that is a link was pressed.
    """

    link_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(0)
        self._form.setVerticalSpacing(SPACE_8)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._shown: tuple[tuple[str, str], ...] = ()
        self._link = ""

    @property
    def shown(self) -> dict[str, str]:
        """The facts, by name."""
        return dict(self._shown)

    def show_facts(self, facts: list[tuple[str, str]], link: str = "") -> None:
        """Show other facts.

        Args:
            facts: names and values; those with an empty value are left out.
            link: the name of the fact that can be pressed.
        """
        shown = tuple(fact for fact in facts if fact[1])
        if shown == self._shown and link == self._link:
            return
        self._shown, self._link = shown, link
        while self._form.rowCount():
            self._form.removeRow(0)
        for name, value in shown:
            left = label(name, Type.SMALL, QUIET)
            left.setFixedWidth(NAME_WIDTH)
            self._form.addRow(left, self._value(value, is_link=name == link))

    def _value(self, value: str, *, is_link: bool) -> QLabel:
        made = label(value, Type.SMALL, wrap=True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if is_link:
            made.setTextFormat(Qt.TextFormat.RichText)
            safe = value.replace("&", "&amp;").replace("<", "&lt;")
            made.setText(f'<a style="text-decoration: none" href="#">{safe}</a>')
            made.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse | _BY_KEYBOARD)
            made.linkActivated.connect(self.link_pressed)
        return made


_BY_KEYBOARD = Qt.TextInteractionFlag.LinksAccessibleByKeyboard


def facts_of_hit(selected: SelectedPhoto, tr: object) -> list[tuple[str, str]]:
    """Agreeing, similarity and place in the photo."""
    hit, row = selected.hit, selected.row
    if hit is None:
        return []
    facts = []
    if hit.verdict is Verdict.VERIFIED:
        of = tr("{} of {} tentative matches").format(dates.number(hit.inliers), dates.number(hit.tentative))
        facts.append((tr("Agreeing"), of))
    facts.append((tr("Similarity"), dates.fraction(hit.similarity)))
    if hit.quad is not None and row is not None:
        facts.append((tr("Place in photo"), explain.place_and_size(hit.quad, row.width, row.height)))
    return facts


def facts_of_file(selected: SelectedPhoto, tr: object) -> list[tuple[str, str]]:
    """What the file says of itself."""
    row, details = selected.row, selected.details
    if row is None:
        return []
    folder = selected.folder()
    size = explain.pixels(row.width, row.height)
    if details is None:
        return [(tr("Taken"), dates.moment(row.taken)), (tr("Size"), size), (tr("Folder"), folder[0] if folder else "")]
    camera = ", ".join(part for part in (details.camera, details.exposure) if part)
    counted = "" if details.details is None else dates.number(details.details)
    return [
        (tr("Taken"), dates.moment(row.taken)),
        (tr("Camera"), camera),
        (tr("Lens"), details.lens),
        (tr("Size"), f"{size}, {dates.size(details.size_bytes)}"),
        (tr("Folder"), folder[0] if folder else details.folder_name),
        (tr("Place"), _position(details.position)),
        (tr("Details"), counted),
        (tr("Also at"), "\n".join(str(path) for path in details.also_at[:5])),
    ]


def _position(position: tuple[float, float] | None) -> str:
    """Degrees with letters: "44.677° N, 124.079° W"."""
    if position is None:
        return ""
    latitude, longitude = position
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{dates.fraction(abs(latitude), 3)}° {north}, {dates.fraction(abs(longitude), 3)}° {east}"
