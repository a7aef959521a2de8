"""The line at the bottom: what goes on in the library on the left, what the last search covered on the right."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from visearch_desktop.gui.counts import files, hits, photos, time_left
from visearch_desktop.gui.dates import fraction, number
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.icons import IconRole, icon
from visearch_desktop.gui.theme.surfaces import QUIET, ElidedLabel, Icon, Surface, label
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import IndexProgress
from visearch_desktop.search.hits import Ranking, Stage

_TWICE_A_SECOND_MS = 500


class ProgressBar(QWidget):
    """120 × 6; with nothing known of the total, an even half tone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(6)
        self.setFixedWidth(120)
        self._done, self._total = 0, 0

    def show_progress(self, done: int, total: int) -> None:
        """Show done of total; total 0 is not known."""
        self._done, self._total = done, total
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        of, box = tokens(self), QRectF(self.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(of.line if self._total else of.soft)
        painter.drawRoundedRect(box, 3, 3)
        if self._total and self._done:
            share = min(1.0, self._done / self._total)
            painter.setBrush(of.accent)
            painter.drawRoundedRect(QRectF(0, 0, max(6.0, box.width() * share), box.height()), 3, 3)


class SteadyLabel(QLabel):
    """A text whose room never shrinks while numbers in it change."""

    def __init__(self, of: QLabel) -> None:
        super().__init__()
        self.setFont(of.font())
        self.setForegroundRole(of.foregroundRole())
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._widest = 0

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if not any(character.isdigit() for character in self.text()):
            self._widest = 0  # another kind of text comes next
        self._widest = max(self._widest, hint.width())
        return QSize(self._widest, hint.height())


class StatusLine(Surface):
    """Says in one line what goes on.

    Signals:
        pause_toggled: the person wants indexing held (True) or to go on.
        jobs_asked: the person wants the list of jobs.
        shortcuts_asked: the person wants the list of shortcuts.
    """

    pause_toggled = Signal(bool)
    jobs_asked = Signal()
    shortcuts_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Edge.TopEdge, parent=parent)
        self._session = session
        self._progress: IndexProgress | None = None
        self._is_paused = self._is_waiting = False
        self._note = ""
        self._verifying: tuple[int, int] | None = None
        self._since = QElapsedTimer()
        self._later = QTimer(self, singleShot=True, interval=_TWICE_A_SECOND_MS)
        self._later.timeout.connect(self._show)
        self.setFixedHeight(metrics.STATUS_HEIGHT)
        self.setAccessibleName(self.tr("Status"))
        self._build()
        session.overview_changed.connect(self._soon)
        session.ranking_changed.connect(self._on_ranking)
        session.verifying.connect(self._on_verifying)
        session.search_failed.connect(self._on_failed)
        session.page_changed.connect(self._show_right)
        self._show()
        self._show_right()

    def _build(self) -> None:
        self._bar = ProgressBar()
        self._check = Icon("check", IconRole.OK)
        self._done = SteadyLabel(label(kind=Type.NAME))
        self._rest = SteadyLabel(label(role=QUIET))
        for part in (self._done, self._rest):
            part.setFont(font(Type.SMALL if part is self._rest else Type.SMALL_STRONG))
        self.pause = QPushButton()
        self.pause.setFlat(True)
        self.pause.setFont(font(Type.SMALL))
        self.pause.setFixedHeight(metrics.TARGET - 2)
        self.pause.clicked.connect(self._on_pause)
        self.right = ElidedLabel(label(kind=Type.SMALL, role=QUIET))
        self.shortcuts = QPushButton(self.tr("Press ? for all shortcuts"))
        self.shortcuts.setFlat(True)
        self.shortcuts.setProperty("quiet", True)
        self.shortcuts.setFont(font(Type.SMALL))
        self.shortcuts.setFixedHeight(metrics.TARGET - 2)
        self.shortcuts.clicked.connect(self.shortcuts_asked)
        self.left = QWidget()
        self.left.setCursor(Qt.CursorShape.PointingHandCursor)
        self.left.setToolTip(self.tr("Show the list of jobs"))
        left = QHBoxLayout(self.left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(metrics.SPACE_8)
        for part in (self._bar, self._check):
            left.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        left.addWidget(self._done)
        left.addWidget(self._rest)
        self.right.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 1, 12, 0)
        row.setSpacing(metrics.SPACE_8)
        row.addWidget(self.left)
        row.addWidget(self.pause)
        row.addWidget(self.right, 1)
        row.addWidget(self.shortcuts)

    # --- what is told to it -------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The left half, as read aloud."""
        return " ".join(part for part in (self._done.text(), self._rest.text()) if part)

    def show_progress(self, progress: IndexProgress | None) -> None:
        """Show how far indexing has come; None: it has ended."""
        ended = (progress is None) != (self._progress is None)
        self._progress = progress
        if ended:
            self._show()
            self._announce()
        else:
            self._soon()

    def show_paused(self, is_paused: bool) -> None:
        """Indexing is held, or goes on."""
        self._is_paused = is_paused
        self._show()
        self._announce()

    def show_waiting(self, is_waiting: bool) -> None:
        """Indexing waits for mains power, or does not any more."""
        self._is_waiting = is_waiting
        self._show()
        self._announce()

    def show_note(self, note: str) -> None:
        """A sentence on the left while nothing goes on; "" takes it away."""
        self._note = note
        self._show()

    def _announce(self) -> None:
        self.left.setAccessibleName(self.text)

    def _soon(self) -> None:
        is_due = not self._since.isValid() or self._since.elapsed() >= _TWICE_A_SECOND_MS
        if is_due or self._progress is None:
            self._show()
        elif not self._later.isActive():
            self._later.start()

    # --- left ---------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        self._since.start()
        progress = self._progress
        self._bar.setVisible(progress is not None or self._verifying is not None)
        self.pause.setVisible(progress is not None)
        self.pause.setText(self.tr("Resume") if self._is_paused else self.tr("Pause"))
        self.pause.setIcon(icon("play" if self._is_paused else "pause"))
        overview = self._session.overview
        is_idle = (
            progress is None
            and self._verifying is None
            and not self._note
            and overview is not None
            and overview.photos > 0
        )
        self._check.setVisible(is_idle)
        if progress is not None:
            self._bar.show_progress(progress.done, progress.total)
            done, rest = self._progress_texts(progress)
        elif self._verifying is not None:
            self._bar.show_progress(*self._verifying)
            done, rest = self._verifying_text(*self._verifying), ""
        else:
            done, rest = "", self._note or self._idle_text()
        self._done.setText(done)
        self._done.setVisible(bool(done))
        self._rest.setText(rest)
        for part in (self._done, self._rest):
            part.updateGeometry()
        self._show_right()

    def _progress_texts(self, progress: IndexProgress) -> tuple[str, str]:
        of_total = self.tr("{done} of {total}").format(done=number(progress.done), total=photos(progress.total))
        if self._is_paused:
            return self.tr("Paused at {of_total}").format(of_total=of_total), ""
        if self._is_waiting:
            return self.tr("Waiting: runs on mains power only"), ""
        if progress.total == 0:
            return self.tr("Looking for photos"), self.tr("· {files} so far").format(files=files(progress.done))
        parts = [word] if (word := _stage(progress.stage)) else []
        if progress.rate > 0:
            parts.append(self.tr("{rate} a second").format(rate=_rate(progress.rate)))
        if progress.seconds_left is not None:
            parts.append(time_left(progress.seconds_left))
        return of_total, "".join(f"· {part} " for part in parts).strip()

    def _idle_text(self) -> str:
        overview = self._session.overview
        if overview is None:
            return self.tr("Opening the library…")
        if not overview.folders:
            return self.tr("No photos yet")
        if not overview.problems:
            return self.tr("{photos} are ready").format(photos=photos(overview.photos))
        return self.tr("{photos} are ready, {problems} could not be read").format(
            photos=photos(overview.photos), problems=number(overview.problems)
        )

    def _on_pause(self) -> None:
        self.pause_toggled.emit(not self._is_paused)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.left.geometry().contains(event.position().toPoint()):
            self.jobs_asked.emit()

    # --- right --------------------------------------------------------------------------------------------------------

    def _on_ranking(self, stage: Stage | None) -> None:
        if self._verifying is not None:
            self._verifying = None
            self._show()
        self._show_right()

    def _on_failed(self, sentence: str, hint: str) -> None:
        self._on_ranking(None)

    def _on_verifying(self, done: int, total: int) -> None:
        self._verifying = (done, total)
        if self._progress is None:
            self._show()
        else:
            self.right.set_whole(self._verifying_text(done, total))

    def _verifying_text(self, done: int, total: int) -> str:
        text = self.tr("Verifying {done} of {total} candidates")
        return text.format(done=number(done), total=number(total))

    def _show_right(self) -> None:
        overview, ranking = self._session.overview, self._session.ranking
        self.shortcuts.setVisible(overview is None or not overview.folders)
        if self._session.page is Page.COMPARE:
            in_full = self.tr("← → walk through the hits · hold B to blink · Esc back")
            self.right.set_whole(in_full if self.width() >= metrics.RAIL_BELOW else self.tr("← → · B · Esc"))
        elif ranking is not None:
            self.right.set_whole(self._covered(ranking))
        elif overview is not None and overview.looked and self._progress is not None:
            self.right.set_whole(
                self.tr("You can search now: {looked} by look, {closer} of them by detail").format(
                    looked=photos(overview.looked), closer=number(overview.closer)
                )
            )
        else:
            self.right.set_whole("")

    def _covered(self, ranking: Ranking) -> str:
        took = self.tr("{ms} ms").format(ms=number(round(ranking.elapsed_ms)))
        if ranking.elapsed_ms >= 1000:
            took = self.tr("{s} s").format(s=fraction(ranking.elapsed_ms / 1000, 1))
        found = hits(min(ranking.standing_out, len(ranking.hits)))
        if self.width() < metrics.RAIL_BELOW:
            return self.tr("{hits} in {took}").format(hits=found, took=took)
        parts = [self.tr("Searched {photos}").format(photos=photos(ranking.searched))]
        if ranking.stage is Stage.VERIFIED and ranking.verified:
            parts.append(found)
            parts.append(self.tr("verified the best {n} in {took}").format(n=number(ranking.verified), took=took))
        else:
            parts[0] = self.tr("{searched} in {took}").format(searched=parts[0], took=took)
            parts.append(found)
        return " · ".join(parts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_right()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show()


def _rate(rate: float) -> str:
    return fraction(rate, 1) if rate < 10 else number(round(rate))


def _stage(stage: str) -> str:
    """What is added to the numbers of a stage that needs a word."""
    words = {
        "closer_look": QCoreApplication.translate("StatusLine", "closer look"),
        "learn": QCoreApplication.translate("StatusLine", "learning from your photos"),
        "group": QCoreApplication.translate("StatusLine", "looking for groups"),
    }
    return words.get(stage, "")
