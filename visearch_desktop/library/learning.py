"""Descriptors that learn: trained on a sample of the library; signatures from what is stored, no photo is opened."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from visearch_desktop.catalogue import features, photos, vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.library import learned
from visearch_desktop.library.control import Control
from visearch_desktop.library.descriptors import Descriptors
from visearch_desktop.library.learned import COMING, Learned
from visearch_desktop.library.progress import Meter
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Source

log = logging.getLogger(__name__)

SAMPLE_PHOTOS = 2000
GROWN_FOLD = 4
FIRST_PROVISIONAL = 256
LEAST_REMAINING = 1000
SEED = 0
BATCH = 64


class Learning:
    """Trains the descriptors of a library and describes from stored features and vectors.

    Args:
        changed: called after vectors were written.
    """

    def __init__(self, catalogue: Catalogue, descriptors: Descriptors, changed: Callable[[], None]) -> None:
        self._catalogue, self._descriptors, self._changed = catalogue, descriptors, changed

    def finish(self, name: str, control: Control, meter: Meter) -> None:
        """Bring a descriptor and its bases to where they should be at the end of a run: trained, all photos described.

        A model learned from this same library before is kept until the library has grown four-fold, or the sample is
        as large as it gets; one that was learned in the middle of a run is always replaced.

        Raises:
            Cancelled: what was described stays; the next run goes on from there.
        """
        for link in self._descriptors.chain(name):
            self._finish(link.name, control, meter)

    def _finish(self, name: str, control: Control, meter: Meter) -> None:
        descriptor = self._descriptors.grounded(name)
        if descriptor is None or descriptor.source is Source.PIXELS:
            return
        if not descriptor.learns:
            self._describe(descriptor, self._undescribed(descriptor), control, meter)
            return
        coming = learned.state(self._catalogue, name, COMING)
        if coming is None or coming.is_provisional:
            sources = len(self._sources(descriptor))
            if self._is_due(name, descriptor, sources):
                meter.begin("learn")
                self._train(name, descriptor, control, is_provisional=False)
        self._complete(name, control, meter)

    def during(self, name: str, remaining: int, control: Control) -> bool:
        """Learn provisionally in the middle of a long run, if it is worth it, so that the photos so far can be found.

        Args:
            name: of a descriptor.
            remaining: how many photos the run has still before it.
            control: of the run.
        Returns:
            Whether anything was learned.
        """
        *bases, descriptor = self._descriptors.chain(name)
        if not descriptor.learns or any(base.learns for base in bases):
            return False
        used = learned.state(self._catalogue, name)
        if used is not None and (not used.is_provisional or used.photos >= SAMPLE_PHOTOS):
            return False
        least = max(FIRST_PROVISIONAL, descriptor.least_sample, GROWN_FOLD * used.photos if used else 0)
        if remaining < max(LEAST_REMAINING, least):
            return False
        sources = len(self._sources(descriptor))
        if sources < least or remaining < sources:
            return False
        self._train(name, descriptor, control, is_provisional=True)
        self._complete(name, control)
        return True

    def describe(self, name: str, photo_ids: Sequence[int], control: Control) -> None:
        """Describe photos whose features or base signatures have just been stored, as far as there is a model."""
        for link in self._descriptors.chain(name):
            descriptor = self._descriptors.ready(link.name)
            if descriptor is not None and descriptor.source is not Source.PIXELS:
                self._describe(descriptor, list(photo_ids), control)

    # --- training ------------------------------------------------------------------------------------------------

    def _is_due(self, name: str, descriptor: Descriptor, sources: int) -> bool:
        used = learned.state(self._catalogue, name)
        if sources < max(1, descriptor.least_sample):
            return False
        if used is None or used.is_provisional or self._descriptors.trained(name, used.key) is None:
            return True
        return used.photos < SAMPLE_PHOTOS and sources >= GROWN_FOLD * used.photos

    def _train(self, name: str, descriptor: Descriptor, control: Control, *, is_provisional: bool) -> None:
        sample = self._sample(descriptor)
        model = control.abandon_if_cancelled(lambda: descriptor.train(sample, SEED))
        key = descriptor.with_model(model).key
        log.info("%s learned from %d photos: %s", name, len(sample), key)
        learned.announce(self._catalogue, name, Learned(key, len(sample), is_provisional), model)

    def _sample(self, descriptor: Descriptor) -> Sequence[Any]:
        """Items of the photos with the lowest content hashes: the same whatever order they came in."""
        hashes = photos.hashes_of(self._catalogue, self._sources(descriptor))
        chosen = sorted(hashes, key=hashes.__getitem__)[:SAMPLE_PHOTOS]
        return _Items(self, descriptor, chosen)

    def _complete(self, name: str, control: Control, meter: Meter | None = None) -> None:
        """Describe everything with the coming model and let it take over; without one, with the model in use."""
        coming = learned.state(self._catalogue, name, COMING)
        used = learned.state(self._catalogue, name)
        chosen = coming or used
        descriptor = None if chosen is None else self._descriptors.trained(name, chosen.key)
        if descriptor is None:
            return
        self._describe(descriptor, self._undescribed(descriptor), control, meter)
        if coming is not None:
            learned.take_over(self._catalogue, name)
            self._changed()

    # --- describing ----------------------------------------------------------------------------------------------

    def _sources(self, descriptor: Descriptor) -> list[int]:
        """Present photos of which there is what the descriptor is made from."""
        if descriptor.source is Source.LOCAL_FEATURES:
            assert descriptor.extractor is not None
            return features.known(self._catalogue, descriptor.extractor.key)
        assert descriptor.base is not None
        return vectors.known(self._catalogue, descriptor.base.key)

    def _undescribed(self, descriptor: Descriptor) -> list[int]:
        done = set(vectors.known(self._catalogue, descriptor.key))
        return [photo_id for photo_id in self._sources(descriptor) if photo_id not in done]

    def _describe(
        self, descriptor: Descriptor, photo_ids: list[int], control: Control, meter: Meter | None = None
    ) -> None:
        if meter is not None and photo_ids:
            meter.begin("learn", len(photo_ids))
        for start in range(0, len(photo_ids), BATCH):
            control.check()
            items = self.items(descriptor, photo_ids[start : start + BATCH])
            if not items:
                continue
            hashes = photos.hashes_of(self._catalogue, items)
            described = descriptor.describe_all(list(items.values()))
            rows = [(hashes[one], descriptor.pack(signature)) for one, signature in zip(items, described, strict=True)]
            vectors.put_many(self._catalogue, descriptor.key, rows)
            self._changed()
            if meter is not None:
                meter.reach(min(start + BATCH, len(photo_ids)))

    def items(self, descriptor: Descriptor, photo_ids: Sequence[int]) -> dict[int, Any]:
        """What a descriptor takes, by photo; photos that have none of it are left out."""
        if descriptor.source is Source.LOCAL_FEATURES:
            extractor = descriptor.extractor
            assert extractor is not None
            packed = features.get_many(self._catalogue, extractor.key, photo_ids)
            return {photo_id: extractor.unpack(blob) for photo_id, blob in packed.items()}
        base = descriptor.base
        assert base is not None
        blobs = vectors.get_many(self._catalogue, base.key, photo_ids)
        return {photo_id: base.unpack(blob) for photo_id, blob in blobs.items()}


class _Items(Sequence[Any]):
    """Items of a sample, read whenever they are asked for: the features of thousands of photos are large."""

    def __init__(self, learning: Learning, descriptor: Descriptor, photo_ids: Sequence[int]) -> None:
        self._learning, self._descriptor, self._photo_ids = learning, descriptor, photo_ids

    def __len__(self) -> int:
        return len(self._photo_ids)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return _Items(self._learning, self._descriptor, self._photo_ids[place])
        photo_id = self._photo_ids[place]
        return self._learning.items(self._descriptor, [photo_id])[photo_id]

    def __iter__(self) -> Iterator[Any]:
        for start in range(0, len(self), BATCH):
            chosen = self._photo_ids[start : start + BATCH]
            items = self._learning.items(self._descriptor, chosen)
            yield from (items[photo_id] for photo_id in chosen)
