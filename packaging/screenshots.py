"""Drives the real application over real photos and saves a picture of each of its states.

    make screenshots OUT=folder [ARGS="--photos DIR --query FILE [--region X,Y,W,H]"]

Without --photos it takes those of ../shared/data (with the files that break programs beside them), or, where these are
missing, pictures it renders. The states: first start, indexing, library, results, looking for, region, compare,
problems, settings, how good it is, groups, a small window; light and dark, and the main ones at twice the scale.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
SIZE, SMALL = (1440, 900), (900, 600)
LONGEST_S = 600


def gather(photos: Path | None, into: Path) -> tuple[Path, Path, str | None]:
    """A folder of photos to add, a picture to search for, and its region."""
    if photos is not None:
        return photos, next(iter(sorted(photos.rglob("*.jpg")))), None
    pictures = into / "Pictures"
    data = SHARED / "places-develop"
    if data.is_dir():
        shutil.copytree(data / "images", pictures / "Travels")
        for broken in sorted((SHARED / "nasty").glob("*.*")):
            if broken.suffix != ".json":
                (pictures / "Odd files").mkdir(exist_ok=True)
                shutil.copy(broken, pictures / "Odd files" / broken.name)
        return pictures, data / "images" / "0314.jpg", None
    sys.path.insert(0, str(ROOT))
    from tests.scenes import photo_folder, save, scene, similarity_transform, warped

    photo_folder(pictures / "Scenes", 60)
    for number in range(8):
        view = similarity_transform(0.6 + 0.1 * number, 25.0 * number - 60, 120, 60)
        save(warped(scene(0), view, 800, 600, scene(200 + number, 800, 600)), pictures / f"warp{number}.jpg")
    return pictures, pictures / "Scenes" / "photo000.jpg", "80,60,320,240"


class Tour:
    """One run of the application: a window over a library of its own."""

    def __init__(self, out: Path, library: Path, prefix: str) -> None:
        from PySide6.QtGui import QFont, QFontDatabase
        from PySide6.QtWidgets import QApplication

        from visearch_desktop.gui.app import dress
        from visearch_desktop.gui.client import LibraryClient
        from visearch_desktop.gui.window.main_window import MainWindow

        self.app = QApplication.instance() or QApplication(["visearch-desktop"])
        dress(self.app)
        if "Inter" in QFontDatabase.families():  # the same letters on every machine that takes these pictures
            font = QFont("Inter")
            font.setPixelSize(13)
            self.app.setFont(font)
        self.out, self.prefix = out, prefix
        self.client = LibraryClient()
        self.window = MainWindow(self.client, is_new_library=True)
        self.window.resize(*SIZE)
        self.window.move(0, 0)
        self.window.show()
        self.client.start(library)

    def until(self, ready: Callable[[], object], what: str, *, longest_s: float = LONGEST_S) -> None:
        """Let the application work until something is true."""
        from PySide6.QtCore import QEventLoop

        end = time.monotonic() + longest_s
        while not ready():
            if time.monotonic() > end:
                raise SystemExit(f"{what}: not reached after {longest_s} seconds")
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
            time.sleep(0.01)

    def rest(self, seconds: float = 0.8) -> None:
        """Let thumbnails arrive and fades end."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end, "a rest")

    def shoot(self, name: str) -> None:
        """Save what the screen shows of the window, popovers included."""
        self.rest()
        place = self.window.geometry()
        taken = self.window.screen().grabWindow(0, place.x(), place.y(), place.width(), place.height())
        path = self.out / f"{self.prefix}{name}.png"
        taken.save(str(path))
        print(path)

    def press(self, widget: object, *places: tuple[float, float]) -> None:
        """Drag the mouse over a widget, by shares of its size."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        points = [QPoint(round(x * widget.width()), round(y * widget.height())) for x, y in places]
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=points[0])
        for point in points[1:]:
            QTest.mouseMove(widget, point, 20)
        QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=points[-1])

    # --- the states -------------------------------------------------------------------------------------------------

    def index(self, photos: Path, *, shoots: bool) -> None:
        """First start, indexing, library."""
        session = self.window.session
        self.until(lambda: session.overview is not None, "the library is open")
        if shoots:
            self.shoot("1-first-start")
        self.window.intake.add_folder(photos)
        jobs = self.window.jobs
        self.until(lambda: session.overview.photos >= 24 or session.overview.looked, "the first photos are in")
        if shoots:
            self.shoot("2-indexing")
        self.until(lambda: session.overview.closer > 0 and not jobs.all, "everything is indexed")
        self.rest(2)
        session.show_view(session.view)

    def library(self) -> None:
        """The grid, with a photo selected."""
        self.shoot("3-library")

    def search(self, query: Path, region: str | None) -> None:
        """Results, the popover of intents, a comparison."""
        from visearch_desktop.core.region import Region
        from visearch_desktop.search.hits import Stage
        from visearch_desktop.search.query import QueryPicture

        session = self.window.session
        box = Region(*map(float, region.split(","))) if region else None
        session.ask(QueryPicture(path=query, name=query.name, region=box))
        self.until(lambda: session.ranking is not None and session.ranking.stage is Stage.VERIFIED, "verified hits")
        if session.ranking.hits:
            session.select(session.ranking.hits[min(1, len(session.ranking.hits) - 1)].photo_id)
        self.shoot("4-results")

    def looking_for(self) -> None:
        """The popover of intents with its recipe."""
        from visearch_desktop.gui.looking_for.popover import LookingForPopover

        self.window.query_bar.looking_for.click()
        popover = next(p for p in self.window.findChildren(LookingForPopover) if p.isVisible())
        popover.more.click()
        self.shoot("5-looking-for")
        popover.close()

    def compare(self) -> None:
        """The lines, the blink and the heat of the second hit; then why a bad one is none."""
        session = self.window.session
        hits = session.ranking.hits
        session.compare(hits[min(1, len(hits) - 1)].photo_id)
        page = self.window.pages.currentWidget()
        self.until(lambda: page.said.sentence.text() and "…" not in page.said.sentence.text(), "a comparison")
        self.shoot("6-compare")
        if page.panes.warp() is not None:
            page.panes.set_blinking(True)
            self.shoot("6-compare-blink")
            page.panes.set_blinking(False)
        page.tools.choose(5)
        self.until(lambda: page.panes.heat is not None or "…" not in page.panes.note, "a heat map")
        self.shoot("6-compare-heat")
        page.tools.choose(1)
        wrong = next((hit for hit in hits if not hit.inliers), hits[-1])
        session.compare(wrong.photo_id)
        self.rest(1)
        self.until(lambda: page.said.sentence.text() and "…" not in page.said.sentence.text(), "a comparison")
        page.said.why_button.click()
        self.until(lambda: "…" not in page.why_not.headline.text(), "why it was not found")
        self.shoot("6-compare-wrong")
        page.said.why_button.click()

    def region(self) -> None:
        """A box drawn on the second hit."""
        session = self.window.session
        hits = session.ranking.hits
        session.open_photo(hits[min(1, len(hits) - 1)].photo_id)
        page = self.window.pages.currentWidget()
        self.until(lambda: not page.canvas.is_empty(), "the photo is shown")
        self.rest(0.3)
        self.press(page.canvas, (0.36, 0.3), (0.5, 0.5), (0.66, 0.72))
        self.until(lambda: not session.is_searching and session.ranking is not None, "verified answers")
        self.shoot("7-region")

    def care(self) -> None:
        """Problems, settings, shortcuts."""
        from visearch_desktop.gui.window.places import Page

        self.window.session.show_page(Page.PROBLEMS)
        self.shoot("8-problems")
        self.window.session.show_page(Page.SETTINGS)
        page = self.window.pages.currentWidget()
        self.until(page.workers.isVisible, "the settings")
        self.shoot("9-settings")
        page.descriptors.more.click()
        self.shoot("9-settings-more")
        page.descriptors.more.click()

    def how_good(self) -> None:
        """The measured methods: ours; then, while and after measuring, on two groups made of the hits."""
        from visearch_desktop.gui.window.places import Page
        from visearch_desktop.service.protocol import SourceKind

        session = self.window.session
        self.window.menus.actions["evaluation"].trigger()
        page = self.window.pages.page(Page.EVALUATION)
        self.until(lambda: page.table.isVisible() or page.notice.isVisible(), "our own table")
        if page.table.isVisible():
            page.table.selectRow(0)
            self.until(lambda: page.plot.drawn is not None, "the plot")
        self.shoot("10-how-good")
        page.sources.choose(SourceKind.GROUPS)
        if not session.groups.all:
            self.until(page.notice.isVisible, "that there are no groups")
            self.shoot("10-how-good-no-groups")
        self.until(page.bar.measure.isVisible, "groups to measure on") if session.groups.all else self.group()
        page.table.lines.check(["rootsift_vlad", "colour_histogram", "perceptual_hash", "gist"])
        page.bar.measure.click()
        self.until(lambda: any(line.figures for line in page.table.lines.lines), "a measured row")
        self.shoot("10-how-good-measuring")
        self.until(page.bar.measure.isVisible, "the end of measuring")
        self.until(lambda: page.plot.drawn is not None, "the plot")
        self.shoot("10-how-good-groups")

    def group(self) -> None:
        """Two groups, the first by hand."""
        from PySide6.QtWidgets import QApplication

        from visearch_desktop.gui.window.places import Page

        session = self.window.session
        ids = [hit.photo_id for hit in session.ranking.hits]
        session.show_page(Page.RESULTS)
        self.rest()
        page = self.window.pages.currentWidget()
        session.groups.label(ids[:4], "What was looked for")
        self.until(lambda: session.groups.all, "the first group")
        page.actions_on_photos.group()
        self.shoot("11-group")
        QApplication.activePopupWidget().close()
        session.groups.label(ids[-3:], "Something else")
        self.until(lambda: len(session.groups.all) == 2, "two groups")
        session.back()
        page = self.window.pages.page(Page.EVALUATION)
        self.until(page.bar.measure.isVisible, "groups to measure on")

    def small(self, query: Path, region: str | None) -> None:
        """Results in a small window."""
        self.window.resize(*SMALL)
        self.prefix += "small-"
        self.search(query, region)

    def close(self) -> None:
        """End the application and its library."""
        self.window.close()
        self.rest(0.2)


def take(given: argparse.Namespace) -> None:
    """All states in one theme at one scale."""
    from visearch_desktop.gui.theme.palette import Theme

    tour = Tour(given.out, given.library, f"{given.theme}-" + ("2x-" if given.twice else ""))
    tour.window.set_theme(Theme(given.theme))
    tour.index(given.photos, shoots=given.shoots_start)
    tour.library()
    tour.search(given.query, given.region)
    tour.looking_for()
    tour.compare()
    tour.region()
    if not given.twice:
        tour.care()
        tour.search(given.query, given.region)
        tour.how_good()
        tour.small(given.query, given.region)
    tour.close()


def main() -> None:
    """Take the pictures, each theme and scale in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--query", type=Path)
    parser.add_argument("--region")
    parser.add_argument("--library", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--theme", help=argparse.SUPPRESS)
    for inner in ("--twice", "--shoots-start"):
        parser.add_argument(inner, action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    if given.theme:
        take(given)
        return
    with tempfile.TemporaryDirectory() as scratch:
        photos, query, region = gather(given.photos, Path(scratch))
        words = ["--out", given.out, "--photos", photos, "--query", given.query or query]
        region = given.region or (None if given.query else region)
        words += ["--region", region] if region else []
        words += ["--library", Path(scratch) / "library"]
        environment = os.environ | {"VISEARCH_DATA": str(Path(scratch) / "data")}
        for number, (theme, twice) in enumerate((("light", False), ("dark", False), ("light", True))):
            command = [sys.executable, __file__, *map(str, words), "--theme", theme]
            command += ["--twice"] if twice else []
            command += ["--shoots-start"] if number == 0 else []
            subprocess.run(command, check=True, env=environment | ({"QT_SCALE_FACTOR": "2"} if twice else {}))


if __name__ == "__main__":
    main()
