"""Visual groups: how many pairs of photos that belong together are in one group, and how many pairs in a group do.

    python -m tests.benchmarks.groups FOLDER [--places ../shared/data/places-develop]
        [--pool ../shared/data/pool/pool.tar]

Indexes the photos of ``--places``, 240 photos of the pool and changed copies of 40 of these, all in FOLDER, where a
second run goes on, and looks for groups. Printed: for places and objects precision and recall over pairs of photos, by
the classes of the ground truth (photos of no class are others); for near duplicates the same over copies, and recall
of each change; and what looking up a photo takes.
"""

from __future__ import annotations

import argparse
import json
import tarfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from visearch_desktop.library.grouping import SUPPORT
from visearch_desktop.library.library import Library
from visearch_desktop.library.rows import GroupKind, GroupReport

ORIGINALS, OTHERS = 40, 200

Pixels = NDArray[np.uint8]


def _saved_badly(pixels: Pixels) -> Pixels:
    _, saved = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 20])
    return np.asarray(cv2.imdecode(saved, cv2.IMREAD_COLOR), dtype=np.uint8)


def _cropped(pixels: Pixels, share: float) -> Pixels:
    """The middle, so much of each side, moved a little."""
    height, width = pixels.shape[:2]
    top, left = int(height * (1 - share) * 0.4), int(width * (1 - share) * 0.7)
    return pixels[top : top + int(height * share), left : left + int(width * share)]


def _turned(pixels: Pixels, angle_deg: float) -> Pixels:
    """Set straight: turned by a few degrees, without the empty corners."""
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle_deg, 1.0)
    return _cropped(np.asarray(cv2.warpAffine(pixels, turn, (width, height)), dtype=np.uint8), 0.8)


CHANGES: dict[str, Callable[[Pixels], Pixels]] = {
    "smaller": lambda pixels: np.asarray(cv2.resize(pixels, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)),
    "saved": _saved_badly,
    "darker": lambda pixels: (pixels * 0.6).astype(np.uint8),
    "blurred": lambda pixels: np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.5), dtype=np.uint8),
    "cropped80": lambda pixels: _cropped(pixels, 0.8),
    "cropped60": lambda pixels: _cropped(pixels, 0.6),
    "quarter": lambda pixels: np.rot90(pixels),
    "straight": lambda pixels: _turned(pixels, 6),
    "mirrored": lambda pixels: pixels[:, ::-1],
}


def make_photos(pool: Path, folder: Path) -> None:
    """Write photos of the pool, and changed copies of the first of them: ``name.jpg``, ``name+change.jpg``."""
    folder.mkdir(parents=True)
    with tarfile.open(pool) as tar:
        members = sorted((one for one in tar.getmembers() if one.name.endswith(".jpg")), key=lambda one: one.name)
        chosen = np.random.default_rng(0).choice(len(members), ORIGINALS + OTHERS, replace=False)
        for place, number in enumerate(chosen.tolist()):
            file = tar.extractfile(members[number])
            assert file is not None
            original, name = file.read(), Path(members[number].name).stem
            (folder / f"{name}.jpg").write_bytes(original)
            if place < ORIGINALS:
                pixels = cv2.imdecode(np.frombuffer(original, np.uint8), cv2.IMREAD_COLOR)
                for change, make in CHANGES.items():
                    cv2.imwrite(str(folder / f"{name}+{change}.jpg"), np.ascontiguousarray(make(pixels)))


def pairs(groups: Iterable[Iterable[str]]) -> set[tuple[str, str]]:
    """Every two of each group."""
    return {pair for group in groups for pair in combinations(sorted(set(group)), 2)}


def classes(places: Path) -> list[set[str]]:
    """The photos of each class, by file name."""
    found: dict[str, set[str]] = defaultdict(set)
    for query in json.loads((places / "groundtruth.json").read_text(encoding="utf-8"))["queries"]:
        found[query["class"]] |= {Path(name).name for name in [query["image"], *query["positive"]]}
    return list(found.values())


def copies(photos: Path) -> list[set[str]]:
    """Each photo with its changed copies, by file name."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in photos.iterdir():
        found[path.stem.partition("+")[0]].add(path.name)
    return [group for group in found.values() if len(group) > 1]


def told(what: str, found: set[tuple[str, str]], wanted: set[tuple[str, str]]) -> None:
    """Print precision and recall of pairs."""
    right = len(found & wanted)
    precision, recall = right / max(len(found), 1), right / max(len(wanted), 1)
    print(f"{what:34} {len(found):6} pairs  precision {precision:.3f}  recall {recall:.3f}")


def groups_of(library: Library, kind: GroupKind, among: set[str]) -> list[list[str]]:
    """The groups, by file name, less photos that are not among these."""
    found = [[library.paths_of(one)[0].name for one in group.photo_ids] for group in library.visual_groups(kind)]
    return [[name for name in group if name in among] for group in found]


def show(library: Library, places: Path, photos: Path) -> None:
    """Print what the groups are worth."""
    of_places = {path.name for path in (places / "images").iterdir()}
    of_pool = {path.name for path in photos.iterdir()}
    told("places and objects", pairs(groups_of(library, GroupKind.SAME, of_places)), pairs(classes(places)))
    wanted, found = pairs(copies(photos)), pairs(groups_of(library, GroupKind.DUPLICATES, of_pool))
    told("near duplicates", found, wanted)
    for change in CHANGES:
        some = {pair for pair in wanted if f"+{change}." in pair[1] and "+" not in pair[0]}
        print(f"  original and {change:20} recall {len(found & some) / max(len(some), 1):.3f}")
    others = pairs(groups_of(library, GroupKind.DUPLICATES, of_places))
    print(f"  near duplicates among places: {len(others)} pairs, {len(others & pairs(classes(places)))} of one class")


def main(arguments: Sequence[str] | None = None) -> None:
    """Index, look for groups, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--places", type=Path, default=Path("../shared/data/places-develop"))
    parser.add_argument("--pool", type=Path, default=Path("../shared/data/pool/pool.tar"))
    chosen = parser.parse_args(arguments)
    photos = chosen.folder / "photos"
    if not photos.exists():
        make_photos(chosen.pool, photos)
    with Library.open(chosen.folder / "library") as library:
        library.index([photos.absolute(), (chosen.places / "images").absolute()], workers=1)
        began = time.process_time()
        report: GroupReport = library.group()
        ms = 1000 * (time.process_time() - began) / max(report.looked, 1)
        print(f"{report.looked} photos looked up, {ms:.1f} ms of the processor each; support {SUPPORT}")
        print("groups:", {kind.value: count for kind, count in report.groups.items()})
        show(library, chosen.places, photos)


if __name__ == "__main__":
    main()
