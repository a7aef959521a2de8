"""The visual groups of a library, brought up to date in the background; stopped at any moment, it goes on from there.

What is stored are links between two photos and which photos have been looked up (:mod:`visearch_desktop.catalogue.
links`); a photo is looked up once. The groups follow from the links between photos that are there, and are made anew
when these change, which takes a moment.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.catalogue import copies, features, groups, keys, links
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.copies import Difference
from visearch_desktop.catalogue.settings import store_setting, stored_settings
from visearch_desktop.core.vectors import descriptor_key
from visearch_desktop.library.control import Cancelled, Control
from visearch_desktop.library.object_index import ObjectIndex
from visearch_desktop.library.progress import Meter
from visearch_desktop.library.relatives import FACTS, MirrorPicture, Relative, mirror_pictures, relatives
from visearch_desktop.library.rows import GroupKind, GroupReport
from visearch_desktop.library.shots import BURST_S, Shots
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.matching.grouping import SUPPORT, grouped
from visearch_desktop.methods.matching.kinship import Kinship

NAME = "groups"
STAMP = "grouped"
"""Setting: what the groups were made of; they are as they should be while :func:`links.stamp` says the same."""
BATCH = 32
MIRRORED_AT_ONCE = 16
"""The words of so many mirror pictures are found together, which takes much less time than one by one."""
SHOWN_EVERY_S, SPARED = 15.0, 20.0
"""So often the groups found so far are shown; in a large library less often, for a twentieth of the time at most."""

LEAST_INLIERS = 10
LEAST_MIDDLE, BEYOND_DOUBT = 4, 40
"""So many details must agree in the middle of both photos, or they only have their background in common; so many are
worth a whole link (``tests/benchmarks/groups.py``)."""
LEAST_SHARE = 0.06
"""Of the photo where the details that agree take more: a logo in two photos makes no group of them."""
COPY_COMMON, COPY_AGAIN, COPY_SHARE, COPY_DISTORTION = 0.8, 0.2, 0.2, 1.2
"""What a copy keeps: of the scene of the smaller photo, of its details, spread over so much of it, undistorted."""
FRAME_COMMON, FRAME_AGAIN, FRAME_SHARE, FRAME_DISTORTION = 0.95, 0.05, 0.05, 1.06
"""The same of a copy that shows all that the other one does and no more: it may be blurred, dark or badly saved."""
BURST_LIFT = 0.35
"""Photos of one moment that are so alike as a whole are of one burst; or those in which details agree."""

Found = tuple[str, int, int, float]
Copy = tuple[int, int, Difference]
Alike = Callable[[int, Sequence[int]], NDArray[np.float32]]


class Grouping:
    """Finds the links of photos, and makes groups of them.

    Args:
        objects: the local index.
        extractor: of the local features that the catalogue keeps.
        alike: how far some photos are like one as a whole, see ``evidence.lift``.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        objects: ObjectIndex,
        extractor: LocalFeatureExtractor,
        alike: Alike,
    ) -> None:
        self._catalogue, self._objects = catalogue, objects
        self._extractor, self._alike = extractor, alike
        self._looked = 0
        self._regrouping = threading.Lock()

    @property
    def key(self) -> str:
        """Of everything that changes the links."""
        rules = {
            "inliers": LEAST_INLIERS, "middle": [LEAST_MIDDLE, BEYOND_DOUBT], "share": LEAST_SHARE,
            "copy": [COPY_COMMON, COPY_AGAIN, COPY_SHARE, COPY_DISTORTION],
            "frame": [FRAME_COMMON, FRAME_AGAIN, FRAME_SHARE, FRAME_DISTORTION], "burst": [BURST_S, BURST_LIFT],
        }  # fmt: skip
        details = self._objects.details.key if self._objects.details else ""
        facts = {**FACTS, **rules, "details": details, "features": self._extractor.key}
        return descriptor_key(NAME, 2, facts)

    def run(self, control: Control, meter: Meter) -> GroupReport:
        """Look up the photos that were not yet, and bring the groups up to date; cancelled, what was found is kept."""
        began, before = time.monotonic(), self._looked
        if self._objects.details is not None:  # else the program's words are damaged: what is known stays
            with suppress(Cancelled):
                self._look_up_all(control, meter)
                self.regroup()
        known = {GroupKind(kind): count for kind, count in groups.counts(self._catalogue).items()}
        return GroupReport(self._looked - before, known, time.monotonic() - began, control.is_cancelled)

    def _look_up_all(self, control: Control, meter: Meter) -> None:
        key = self.key
        for other in keys.named(self._catalogue, NAME):
            if other != key:
                links.delete_key(self._catalogue, other)
        waiting = links.unlinked(self._catalogue, key, self._objects.photo_ids())
        if not waiting:
            return
        meter.begin("group", len(waiting))
        shots = Shots(links.capture_times(self._catalogue))
        shown = time.monotonic() + SHOWN_EVERY_S
        for start in range(0, len(waiting), BATCH):
            self._look_up(waiting[start : start + BATCH], shots, control, meter)
            if time.monotonic() > shown:
                began = time.monotonic()
                self.regroup()
                shown = time.monotonic() + max(SHOWN_EVERY_S, SPARED * (time.monotonic() - began))

    def regroup(self) -> None:
        """Make the groups of the links that there are; nothing happens where neither these nor the photos changed."""
        with self._regrouping:
            stamp = f"{links.stamp(self._catalogue, self.key)} {SUPPORT}"
            if stored_settings(self._catalogue).get(STAMP) != stamp:
                self._regroup()
                store_setting(self._catalogue, STAMP, stamp)

    def _regroup(self) -> None:
        for kind in GroupKind:
            support = 0.0 if kind is GroupKind.BURSTS else SUPPORT  # each photo of a long burst is near a few only
            known = links.between_present(self._catalogue, self.key, kind)
            if kind is GroupKind.DUPLICATES:
                refused = copies.refused_pairs(self._catalogue)
                known = {pair: strength for pair, strength in known.items() if pair not in refused}
            groups.replace_groups(self._catalogue, kind, grouped(known, support))

    def _look_up(self, photo_ids: Sequence[int], shots: Shots, control: Control, meter: Meter) -> None:
        found: list[Found] = []
        copied: list[Copy] = []
        done: list[int] = []
        try:
            for photo_id, turned_over in self._with_mirror_pictures(photo_ids):
                control.check()
                known = list(relatives(self._objects, photo_id, turned_over))
                copied += [
                    (photo_id, one.photo_id, _difference(one))
                    for one in known
                    if _is_copy(one.kinship) and shots.is_one_shot(photo_id, one.photo_id)
                ]
                found += self._links(photo_id, known, shots)
                done.append(photo_id)
                meter.advance()
        finally:
            with self._catalogue.transaction():
                copies.put_many(self._catalogue, self.key, copied)
                links.put_many(self._catalogue, self.key, done, found)
            self._looked += len(done)

    def _with_mirror_pictures(self, photo_ids: Sequence[int]) -> Iterator[tuple[int, MirrorPicture | None]]:
        for start in range(0, len(photo_ids), MIRRORED_AT_ONCE):
            some = photo_ids[start : start + MIRRORED_AT_ONCE]
            turned_over = mirror_pictures(self._objects, [self._features(photo_id) for photo_id in some])
            yield from zip(some, turned_over, strict=True)

    def _links(self, photo_id: int, known: Sequence[Relative], shots: Shots) -> list[Found]:
        found = [
            (kind.value, photo_id, relative.photo_id, strength)
            for relative in known
            for kind, strength in _kinds(relative, shots.is_one_shot(photo_id, relative.photo_id))
        ]
        near = shots.near(photo_id)
        lifts = self._alike(photo_id, near) if near else np.zeros(0, np.float32)
        strengths = {relative.photo_id: 1.0 for relative in known if not relative.is_mirrored}
        for other, lift in zip(near, lifts.tolist(), strict=True):
            strength = max(strengths.get(other, 0.0), lift if lift >= BURST_LIFT else 0.0)
            if strength:
                found.append((GroupKind.BURSTS.value, photo_id, other, strength))
        return found

    def _features(self, photo_id: int) -> LocalFeatures | None:
        blob = features.get(self._catalogue, self._extractor.key, photo_id)
        try:
            return self._extractor.unpack(blob) if blob else None
        except ValueError:  # a damaged row: the photo is looked up as it is, not mirrored
            return None


def _kinds(relative: Relative, is_one_shot: bool) -> list[tuple[GroupKind, float]]:
    """Which kinds of groups two photos belong together in, and what that link is worth."""
    kin = relative.kinship
    if is_one_shot and _is_copy(kin):
        return [(GroupKind.DUPLICATES, 1.0), (GroupKind.SAME, 1.0)]
    middle = min(kin.middles)
    if relative.is_mirrored or kin.inliers < LEAST_INLIERS or middle < LEAST_MIDDLE or kin.share < LEAST_SHARE:
        return []
    return [(GroupKind.SAME, min(1.0, middle / BEYOND_DOUBT))]


def _is_copy(kin: Kinship) -> bool:
    if min(kin.shows) >= FRAME_COMMON and kin.distortion <= FRAME_DISTORTION:
        return kin.again >= FRAME_AGAIN and kin.share >= FRAME_SHARE
    is_alike = kin.again >= COPY_AGAIN and kin.share >= COPY_SHARE
    return is_alike and kin.common >= COPY_COMMON and kin.distortion <= COPY_DISTORTION


def _difference(relative: Relative) -> Difference:
    kin = relative.kinship
    return Difference(relative.is_mirrored, kin.turned_deg, kin.again, *kin.shows)
