"""Visual groups: how many pairs of photos that belong together are in one group, and how many pairs in a group do.

    python -m tests.benchmarks.groups FOLDER [--places ../shared/data/places-develop]
        [--pool ../shared/data/pool/pool.tar]

Indexes the photos of ``--places``, 240 photos of the pool and changed copies of 40 of these, all in FOLDER, where a
second run goes on, and looks for groups. Printed: for places and objects precision and recall over pairs of photos, by
the classes of the ground truth (photos of no class are others), and the sizes of groups that are not pure; for near
duplicates the same over copies, recall of each change by the pair of original and copy alone, and what would go to the
trash wrongly; and what looking up a photo takes.
"""

from __future__ import annotations

import argparse
import json
import tarfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from visearch_desktop.catalogue import links
from visearch_desktop.library.duplicate_rows import Verdict
from visearch_desktop.library.grouping import SUPPORT
from visearch_desktop.library.library import Library
from visearch_desktop.library.rows import GroupKind, GroupReport

ORIGINALS, OTHERS = 40, 200
BADLY, WELL = 20, 95

Pixels = NDArray[np.uint8]


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


def _on_white(pixels: Pixels, angle_deg: float) -> Pixels:
    """The whole of it, turned by any angle, on white."""
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle_deg, 1.0)
    across, down = np.abs(turn[:, :2]) @ (width, height)
    turn[:, 2] += (across / 2 - width / 2, down / 2 - height / 2)
    turned = cv2.warpAffine(pixels, turn, (round(across), round(down)), borderValue=(255, 255, 255))
    return np.asarray(turned, dtype=np.uint8)


def _blurred(pixels: Pixels, sigma_px: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma_px), dtype=np.uint8)


def _smaller(pixels: Pixels, share: float) -> Pixels:
    return np.asarray(cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), dtype=np.uint8)


CHANGES: dict[str, Callable[[Pixels], Pixels]] = {
    "smaller60": lambda pixels: _smaller(pixels, 0.6),
    "smaller40": lambda pixels: _smaller(pixels, 0.4),
    "saved": lambda pixels: pixels,
    "darker": lambda pixels: (pixels * 0.4).astype(np.uint8),
    "blurred": lambda pixels: _blurred(pixels, 1.5),
    "cropped80": lambda pixels: _cropped(pixels, 0.8),
    "cropped60": lambda pixels: _cropped(pixels, 0.6),
    "turned90": lambda pixels: np.rot90(pixels),
    "turned180": lambda pixels: np.rot90(pixels, 2),
    "turned270": lambda pixels: np.rot90(pixels, 3),
    "turned33": lambda pixels: _on_white(pixels, 33),
    "straight6": lambda pixels: _turned(pixels, 6),
    "mirrored": lambda pixels: pixels[:, ::-1],
    "mirrored-cropped80": lambda pixels: _cropped(pixels[:, ::-1], 0.8),
    "mirrored-turned90": lambda pixels: np.rot90(pixels[:, ::-1]),
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
                    quality = [cv2.IMWRITE_JPEG_QUALITY, BADLY if change == "saved" else WELL]
                    cv2.imwrite(str(folder / f"{name}+{change}.jpg"), np.ascontiguousarray(make(pixels)), quality)


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


def show_places(library: Library, places: Path) -> None:
    """Print what the groups of places and objects are worth."""
    of_places = {path.name for path in (places / "images").iterdir()}
    found, wanted = groups_of(library, GroupKind.SAME, of_places), pairs(classes(places))
    told("places and objects", pairs(found), wanted)
    sizes = [(len(group), len(pairs([group]) - wanted)) for group in found if len(group) > 1]
    print(f"  {len(sizes)} groups; with a photo that does not belong: {[size for size, wrong in sizes if wrong]}")
    links = pairs_of_links(library, GroupKind.DUPLICATES)
    among = {pair for pair in links if of_places.issuperset(pair)}
    print(f"  near duplicates among them: {len(among)} pairs, {len(among & wanted)} of one class")


def pairs_of_links(library: Library, kind: GroupKind) -> set[tuple[str, str]]:
    """The pairs of photos that were found to belong together themselves, not by way of others."""
    found = links.between_present(library._catalogue, library._grouping.key, kind)
    names = {one: library.paths_of(one)[0].name for pair in found for one in pair}
    return {tuple(sorted((names[one], names[other]))) for one, other in found}  # type: ignore[misc]


def show_copies(library: Library, photos: Path) -> None:
    """Print what the near duplicates are worth, each change by itself, and what would go to the trash."""
    wanted = pairs(copies(photos))
    of_pool = {path.name for path in photos.iterdir()}
    told("near duplicates, groups", pairs(groups_of(library, GroupKind.DUPLICATES, of_pool)), wanted)
    linked = {pair for pair in pairs_of_links(library, GroupKind.DUPLICATES) if of_pool.issuperset(pair)}
    told("near duplicates, pairs alone", linked, wanted)
    for change in CHANGES:
        some = {tuple(sorted((f"{name}.jpg", f"{name}+{change}.jpg"))) for name in originals(photos)}
        print(f"  original and {change:20} recall {len(linked & some) / len(some):.3f}")
    going, wrong, found = 0, [], library.duplicates().groups
    for group in found:
        best = group.files[0].row.name
        for file in group.files[1:]:
            going += file.verdict is Verdict.TRASH
            if file.verdict is Verdict.TRASH and not may_go(file.row.name, best):
                wrong.append((file.row.name, best))
    print(f"{going} files would go to the trash, {len(wrong)} of them wrongly {wrong[:5]}")
    best = Counter(group.files[0].row.name.partition("+")[2].removesuffix(".jpg") for group in found)
    print(f"the best is the original in {best.pop('', 0)} groups, else {dict(best)}")


def originals(photos: Path) -> list[str]:
    """The names of the photos that were changed."""
    return sorted({path.stem.partition("+")[0] for path in photos.iterdir() if "+" in path.stem})


def may_go(name: str, best: str) -> bool:
    """Whether a file shows the same as another one, and all of it: cut and turned over alike, that is."""
    one, other = (Path(file).stem.partition("+") for file in (name, best))
    return one[0] == other[0] and kept_by(one[2]) == kept_by(other[2])


def kept_by(change: str) -> tuple[str, ...]:
    """What of a change shows another scene than the original."""
    return tuple(part for part in change.split("-") if part.startswith(("cropped", "straight", "mirrored", "turned33")))


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
        library.set_setting("descriptor", "colour_histogram")  # the cheapest: groups ask the local index
        library.index([photos.absolute(), (chosen.places / "images").absolute()], workers=1)
        began = time.process_time()
        report: GroupReport = library.group()
        ms = 1000 * (time.process_time() - began) / max(report.looked, 1)
        print(f"{report.looked} photos looked up, {ms:.1f} ms of the processor each; support {SUPPORT}")
        print("groups:", {kind.value: count for kind, count in report.groups.items()})
        show_copies(library, photos)
        show_places(library, chosen.places)


if __name__ == "__main__":
    main()
