"""Drives the real application and saves pictures of its compare page for pairs of photos that are hard each in a way.

    make compare-pictures OUT=folder [ARGS="--library DIR --only NAME,…"]

The pairs are of ../shared/data: a turned one, a tiny one, a wrong one, and so on; see ``PAIRS``. Each is taken in light
and dark; the first one in every mode, in a small window, and at twice the scale. The libraries, one for each set, are
kept in DIR, so that the next call need not index the photos again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from screenshots import SHARED, SIZE, Tour

SMALLEST = (800, 600)
PLACES, OBJECTS = "places-develop", "objects-develop"


@dataclass(frozen=True)
class Pair:
    """A query, whole or with a box on it, and the photo to compare it with.

    Attributes:
        name: of the picture that is saved.
        folder: of the data.
        query, photo: names of photos, without ``.jpg``.
        region: x, y, width, height on the query.
        mirrors: whether the query is mirrored first, and looked for that way, too.
        modes: numbers of the modes that are taken; the first is of the lines.
        asks_why: whether it is followed through the search.
    """

    name: str
    folder: str
    query: str
    photo: str
    region: tuple[float, float, float, float] | None = None
    mirrors: bool = False
    modes: tuple[int, ...] = (1,)
    asks_why: bool = False


PAIRS = (
    Pair("01-rotated", OBJECTS, "0322", "0109", (128, 0, 416, 529), modes=(1, 2, 3, 4, 5)),
    Pair("02-tiny", OBJECTS, "0177", "0099", (161, 48, 495, 469), modes=(1, 2)),
    Pair("03-wrong", OBJECTS, "0045", "0109", (165, 25, 448, 495), asks_why=True),
    Pair("04-mirrored", PLACES, "0489", "0468", mirrors=True),
    Pair("05-strong-viewpoint", PLACES, "0314", "0377", modes=(1, 4)),
    Pair("06-cover-in-a-phone-photo", PLACES, "0116", "0314"),
    Pair("07-scene-overlap", PLACES, "0419", "0197", modes=(1, 3)),
    Pair("08-package", PLACES, "0266", "0225"),
    Pair("09-estimated-only", OBJECTS, "0301", "0356", (112, 14, 413, 630), modes=(1, 5), asks_why=True),
    Pair("10-hard", PLACES, "0295", "0280", asks_why=True),
)


class CompareTour(Tour):
    """A tour of the compare page alone."""

    def __init__(self, out: Path, library: Path, prefix: str, scratch: Path) -> None:
        super().__init__(out, library, prefix)
        self._scratch = scratch
        self.until(lambda: self.window.session.overview is not None, "the library is open")

    def take(self, pair: Pair) -> None:
        """Search, compare, and save each mode that is asked for."""
        from visearch_desktop.core.region import Region
        from visearch_desktop.gui.window.places import Page
        from visearch_desktop.search.hits import Stage
        from visearch_desktop.search.query import QueryPicture

        images = SHARED / pair.folder / "images"
        query = images / f"{pair.query}.jpg"
        query = self._mirrored(query) if pair.mirrors else query
        session = self.window.session
        session.set_turned(pair.mirrors)
        session.ask(QueryPicture(path=query, name=query.name, region=Region(*pair.region) if pair.region else None))
        self.until(lambda: session.ranking is not None and session.ranking.stage is Stage.VERIFIED, "verified hits")
        session.show_page(Page.COMPARE)
        page = self.window.pages.page(Page.COMPARE)
        page.tools.choose(1)
        page.ask_why_not(images / f"{pair.photo}.jpg")
        self.until(lambda: page.why_not.headline.text() and "…" not in page.why_not.headline.text(), "the photo")
        self.until(lambda: "…" not in page.said.sentence.text() and page.said.sentence.text(), "a comparison")
        if pair.asks_why:
            self.shoot(f"{pair.name}-why")
        page.why_not.close_button.click()
        for mode in pair.modes:
            self._show(page, mode)
            self.shoot(f"{pair.name}-{page.tools.mode.value}")
            page.panes.set_blinking(False)

    def _show(self, page: object, mode: int) -> None:
        page.tools.choose(mode)  # type: ignore[attr-defined]
        if mode == 2:
            page.panes.set_blinking(True)  # type: ignore[attr-defined]
        if mode == 5:
            panes = page.panes  # type: ignore[attr-defined]
            self.until(lambda: panes.heat is not None or "…" not in panes.note, "a heat map")

    def _mirrored(self, picture: Path) -> Path:
        from PIL import Image, ImageOps

        made = self._scratch / f"{picture.stem}-mirrored.jpg"
        ImageOps.mirror(Image.open(picture)).save(made, quality=92)
        return made


def take(given: argparse.Namespace) -> None:
    """All pairs in one theme at one scale and size."""
    from visearch_desktop.gui.theme.palette import Theme

    pairs = [pair for pair in PAIRS if not given.only or pair.name in given.only.split(",")]
    pairs = [pair for pair in pairs if pair.folder == given.set]
    with tempfile.TemporaryDirectory() as scratch:
        tour = CompareTour(given.out, given.library / given.set, f"{given.kind}-", Path(scratch))
        tour.window.set_theme(Theme.DARK if given.kind == "dark" else Theme.LIGHT)
        tour.window.resize(*(SMALLEST if given.kind == "small" else SIZE))
        for pair in pairs if given.kind in ("light", "dark") else pairs[:1]:
            tour.take(pair)
        tour.close()


def main() -> None:
    """Index what is not indexed yet, then take the pictures, each kind in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--library", type=Path, default=Path("build/compare-libraries"))
    parser.add_argument("--only", default="", help="names of pairs, with commas")
    for inner in ("--set", "--kind"):
        parser.add_argument(inner, help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    if given.kind:
        take(given)
        return
    environment = os.environ | {"VISEARCH_DATA": str(given.library / "data")}  # the network in the box, no settings
    for folder in (PLACES, OBJECTS):
        photos, library = str(SHARED / folder / "images"), str(given.library / folder)
        subprocess.run(
            [sys.executable, "-m", "visearch_desktop", "index", "--library", library, photos],
            check=True,
            env=environment,
        )
        for kind in ("light", "dark", "small", "twice"):
            inner = ["--set", folder, "--kind", kind]
            scale = {"QT_SCALE_FACTOR": "2"} if kind == "twice" else {}
            subprocess.run([sys.executable, __file__, *sys.argv[1:], *inner], check=True, env=environment | scale)


if __name__ == "__main__":
    main()
