"""The regions of a library's photos, in step with its catalogue.

Workers give long vectors, which wait in the catalogue until there are enough to learn from them how to shorten them.
Then they are replaced by short rows under a key of their own, in the same transaction, and what comes later is
shortened as it is written. A library with fewer photos than that learns at the end of each run, and keeps the long
ones. So no photo is opened again, and nothing but the catalogue need be kept.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.catalogue import features, models, photos
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.core.vectors import normalise
from visearch_desktop.core.whitening import Whitening
from visearch_desktop.library.control import Control
from visearch_desktop.library.descriptors import Descriptors
from visearch_desktop.library.passes import Packed
from visearch_desktop.methods.descriptors.regions.describing import RegionDescriber, learn, steps
from visearch_desktop.methods.descriptors.regions.grid import HALVES
from visearch_desktop.methods.descriptors.regions.photo_regions import NAME, PhotoRegions
from visearch_desktop.methods.indexes.regions import RegionIndex
from visearch_desktop.search.parts import Parts
from visearch_desktop.search.regions import Regions

log = logging.getLogger(__name__)

ENOUGH_PHOTOS = 512
"""What so many photos teach is kept for good; long vectors of as many take 60 MB with 1280 numbers each."""
SAMPLE = 6000
SEED = 0
BATCH = 1024
USUAL_OF = 500
"""Photos that say how alike two are part by part that have nothing to do with each other."""


@dataclass(frozen=True, slots=True)
class _Learned:
    whitening: Whitening
    photos: int

    @property
    def is_final(self) -> bool:
        return self.photos >= ENOUGH_PHOTOS


class LibraryRegions:
    """What each region of each photo looks like; may be used by any thread.

    Args:
        descriptors: say which network looks.
    """

    def __init__(self, catalogue: Catalogue, descriptors: Descriptors) -> None:
        self._catalogue, self._descriptors = catalogue, descriptors
        self._lock = threading.Lock()
        self._stamp = 0
        self._seen: tuple[str, int] = ("", -1)
        self._parts_seen: tuple[str, int] = ("", -1)
        self._parts: Parts | None = None
        self._held: Regions | None = None
        self._final: dict[str, RegionDescriber] = {}

    def maker(self) -> PhotoRegions | None:
        """What makes the vectors; None where the default descriptor is of no network that shows a map."""
        return self._descriptors.regions()

    # --- writing -------------------------------------------------------------------------------------------------

    def shorten(self, key: str, found: Packed) -> Packed:
        """Store what workers found as short rows, if this library has learned how; called inside a transaction.

        Args:
            key: of what was found, of this or of anything else.
            found: of some photos.
        Returns:
            What is left to be stored under the key: the same, or that these photos are done.
        """
        maker = self.maker()
        describer = None if maker is None or maker.key != key else self._final_describer(maker)
        return found if describer is None else self._shortened(describer, found)

    def _shortened(self, describer: RegionDescriber, found: Packed) -> Packed:
        unpack = describer.maker.unpack
        rows = [(name, count, describer.pack(describer.rows(unpack(blob)))) for name, count, blob in found]
        features.put_many(self._catalogue, describer.key, rows)
        return [(name, count, b"") for name, count, _ in found]

    def learn(self, control: Control, *, at_end: bool) -> None:
        """Learn from what waits, if it is enough, or at the end of a run whatever it is.

        Raises:
            Cancelled: nothing was learned.
        """
        maker = self.maker()
        if maker is None or self._final_describer(maker) is not None:
            return
        waiting = [photo_id for photo_id, waits in features.waiting(self._catalogue, maker.key).items() if waits]
        known = self._learned(maker)
        if len(waiting) < ENOUGH_PHOTOS and (not at_end or (known is not None and known.photos == len(waiting))):
            return
        if not waiting:
            return
        pooled = dict(self._waiting(maker, waiting))
        whitening = control.abandon_if_cancelled(lambda: learn(_sample(list(pooled.values()))))
        log.info("regions learned from %d photos", len(waiting))
        with self._catalogue.transaction():
            mean, projection = whitening
            arrays = {"mean": mean, "projection": projection, "photos": np.array(len(waiting))}
            models.put(self._catalogue, NAME, maker.key, arrays)
            if len(waiting) >= ENOUGH_PHOTOS:
                names = photos.hashes_of(self._catalogue, pooled)
                long = [(names[one], len(vectors), maker.pack(vectors)) for one, vectors in pooled.items()]
                done = self._shortened(RegionDescriber(maker, whitening), long)
                features.put_many(self._catalogue, maker.key, done)
        self.changed()

    def changed(self) -> None:
        """Photos came or went: they are taken in, or out, with the next question."""
        self._stamp += 1

    def bytes_per_photo(self) -> float:
        """Mean size of what is kept of a photo: long vectors until enough photos taught how to shorten them."""
        maker = self.maker()
        if maker is None:
            return 0.0
        describer = self._final_describer(maker)
        rows = 0.0 if describer is None else features.mean_bytes(self._catalogue, describer.key)
        return features.mean_bytes(self._catalogue, maker.key) + rows

    # --- asking --------------------------------------------------------------------------------------------------

    def to_ask(self) -> Regions | None:
        """The present photos' regions in memory; None where there are none, or nothing was learned of them yet."""
        maker = self.maker()
        if maker is None:
            return None
        with self._lock:
            now = maker.key, self._stamp
            if now != self._seen:
                self._held = self._followed(maker)
                self._seen = now
            return self._held if self._held is not None and len(self._held.index) else None

    def parts(self) -> Parts | None:
        """What the present photos look like part by part, read as it is asked for; None as for :meth:`to_ask`."""
        maker = self.maker()
        if maker is None:
            return None
        with self._lock:
            now = maker.key, self._stamp
            if now != self._parts_seen:
                self._parts, self._parts_seen = self._sampled(maker), now
            return self._parts

    def _sampled(self, maker: PhotoRegions) -> Parts | None:
        learned = self._learned(maker)
        if learned is None:
            return None
        describer = RegionDescriber(maker, learned.whitening)
        known = features.known(self._catalogue, describer.key if learned.is_final else maker.key)
        places = np.unique(np.linspace(0, len(known) - 1, min(len(known), USUAL_OF)).astype(int))
        sample = self._halves(describer, learned, [known[place] for place in places])
        of = partial(self._parts_of, describer, learned, sample)
        return Parts(describer, of, np.array(list(sample.values())))

    def _parts_of(
        self,
        describer: RegionDescriber,
        learned: _Learned,
        sample: Mapping[int, NDArray[np.float32]],
        photo_ids: Sequence[int],
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        others = self._halves(describer, learned, [photo_id for photo_id in photo_ids if photo_id not in sample])
        known = {photo_id: sample[photo_id] for photo_id in photo_ids if photo_id in sample} | others
        return np.array(list(known), np.int64), np.array(list(known.values()), np.float32)

    def _halves(
        self, describer: RegionDescriber, learned: _Learned, photo_ids: Sequence[int]
    ) -> dict[int, NDArray[np.float32]]:
        return {
            one: normalise(rows[HALVES].astype(np.float32)) for one, rows in self._rows(describer, learned, photo_ids)
        }

    def _followed(self, maker: PhotoRegions) -> Regions | None:
        learned = self._learned(maker)
        if learned is None:
            return None
        describer, held = RegionDescriber(maker, learned.whitening), self._held
        if held is None or held.describer.key != describer.key:
            index = RegionIndex(len(maker.windows), describer.dimension, steps(describer.dimension))
            held = Regions(describer, index, lambda photo_ids: photos.sizes_of(self._catalogue, photo_ids))
        key = describer.key if learned.is_final else maker.key
        wanted, have = np.asarray(features.known(self._catalogue, key), np.int64), held.index.ids()
        held.index.remove(np.setdiff1d(have, wanted).tolist())
        new = np.setdiff1d(wanted, have).tolist()
        for start in range(0, len(new), BATCH):
            rows = dict(self._rows(describer, learned, new[start : start + BATCH]))
            if rows:
                held.index.add(np.stack(list(rows.values())), list(rows))
        return held

    def _rows(
        self, describer: RegionDescriber, learned: _Learned, photo_ids: Sequence[int]
    ) -> Iterator[tuple[int, NDArray[np.int8]]]:
        if not learned.is_final:
            for photo_id, pooled in self._waiting(describer.maker, photo_ids):
                yield photo_id, describer.rows(pooled)
            return
        for photo_id, blob in features.get_many(self._catalogue, describer.key, photo_ids).items():
            yield photo_id, describer.unpack(blob)

    def _waiting(self, maker: PhotoRegions, photo_ids: Sequence[int]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Long vectors, photo by photo in ascending order."""
        for photo_id, blob in sorted(features.get_many(self._catalogue, maker.key, photo_ids).items()):
            if blob:
                yield photo_id, maker.unpack(blob)

    # --- what was learned ----------------------------------------------------------------------------------------

    def _learned(self, maker: PhotoRegions) -> _Learned | None:
        found = models.get(self._catalogue, NAME, maker.key)
        return None if found is None else _Learned((found["mean"], found["projection"]), int(found["photos"]))

    def _final_describer(self, maker: PhotoRegions) -> RegionDescriber | None:
        if maker.key not in self._final:
            learned = self._learned(maker)
            if learned is None or not learned.is_final:
                return None
            self._final[maker.key] = RegionDescriber(maker, learned.whitening)
        return self._final[maker.key]


def _sample(pooled: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """(N, D) of the regions of all photos, at random."""
    flat = np.concatenate(pooled)
    return flat[np.random.default_rng(SEED).permutation(len(flat))[:SAMPLE]]
