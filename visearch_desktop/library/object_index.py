"""The local index of a library, in step with its catalogue.

The catalogue says which photos the index holds: a row of the features table under the key of the details. What workers
found waits in that row until the index has it on the disk; then the row is emptied, so that nothing is stored twice. A
crash between any two of these steps is put right by :meth:`ObjectIndex.reconcile`: what waits is appended, what the
catalogue does not know is removed, and a row that is empty while the index lacks the photo is deleted, so that the next
indexing run looks at the photo again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.catalogue import features, keys, purge
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.core.errors import IndexDamagedError, VocabularyDamagedError
from visearch_desktop.core.sentences import details_made_anew, sentence
from visearch_desktop.methods.indexes.local.details import NAME, PhotoDetails
from visearch_desktop.methods.indexes.local.local_index import LocalIndex
from visearch_desktop.methods.indexes.local.rows import PhotoRows, QueryRows
from visearch_desktop.methods.indexes.local.searching import Found
from visearch_desktop.methods.local_features.bundled_vocabulary import bundled_vocabulary
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures

log = logging.getLogger(__name__)

BATCH = 256


class _ClosedError(Exception):
    """The library is being closed in the middle of a merge."""


class ObjectIndex:
    """Which photos have which details, and where; may be used by any thread.

    Args:
        folder: of the index, of its own.

    Attributes:
        details: makes what is stored and asked; None where the program's words cannot be used, and nothing is kept.
        notes: sentences worth showing after opening.
    """

    def __init__(self, catalogue: Catalogue, folder: Path) -> None:
        self._catalogue, self._folder = catalogue, folder
        self.notes: list[str] = []
        self.details: PhotoDetails | None = None
        self._index: LocalIndex | None = None
        self._stamp = 0
        self._hidden: tuple[int, NDArray[np.int64]] = (-1, np.empty(0, np.int64))
        self._changing = threading.RLock()
        self._merging: threading.Thread | None = None
        self._is_closed = False
        try:
            self.details = PhotoDetails()
        except VocabularyDamagedError as error:
            self.notes.append(sentence(error))
            return
        self._index = self._opened(self.details.key)
        self.reconcile()

    def __len__(self) -> int:
        return 0 if self._index is None else len(self._index)

    def bytes_per_photo(self) -> float:
        """Mean share of a photo in its files."""
        return 0.0 if self._index is None else self._index.size_bytes() / max(1, len(self._index))

    def bytes_of(self, photo_ids: Sequence[int]) -> int:
        """About what these photos, as far as it holds them, take up of its files."""
        if self._index is None:
            return 0
        held = np.isin(self._index.ids(), np.asarray(photo_ids, np.int64))
        return round(self.bytes_per_photo() * int(np.count_nonzero(held)))

    def maker(self) -> PhotoDetails | None:
        """What makes details of photos; None where the words cannot be read, which :attr:`notes` then say."""
        if self.details is None:
            return None
        try:
            bundled_vocabulary()
        except VocabularyDamagedError as error:
            self.notes = list(dict.fromkeys([*self.notes, sentence(error)]))
            return None
        return self.details

    @property
    def asked(self) -> LocalFeatureExtractor:
        """Makes the features of a box on a query; only where there are :attr:`details`."""
        assert self.details is not None
        return self.details.asked

    @property
    def stored(self) -> LocalFeatureExtractor:
        """Makes the features of a whole picture; only where there are :attr:`details`."""
        assert self.details is not None
        return self.details.stored

    def ask(self, features: LocalFeatures) -> QueryRows:
        """What the index is asked with. Raises: VocabularyDamagedError: the words cannot be read."""
        assert self.details is not None
        return self.details.ask(features)

    def rows(self, features: LocalFeatures) -> PhotoRows:
        """What would be kept of a photo with these features. Raises: VocabularyDamagedError: as above."""
        assert self.details is not None
        return self.details.rows(features)

    def search(self, query: QueryRows, k: int, *, also_absent: bool = False) -> Found:
        """The k photos of the library that have most in common with a query; 0 or less: all that have anything.

        Args:
            query: its features.
            k: how many.
            also_absent: whether photos are found that are not there at present, but may come back.
        """
        assert self._index is not None
        return self._index.search(query, k, None if also_absent else self._absent())

    def photo_ids(self) -> list[int]:
        """The photos that :meth:`search` may find, ascending."""
        return [] if self._index is None else np.setdiff1d(self._index.ids(), self._absent()).tolist()

    def rows_of(self, photo_id: int) -> PhotoRows | None:
        """All that is known of a photo's details."""
        return None if self._index is None else self._index.features_of(photo_id)

    # --- keeping in step -----------------------------------------------------------------------------------------

    def changed(self) -> None:
        """Photos came or went: those that are not there are not found from the next search on."""
        self._stamp += 1

    def take(self, photo_ids: Iterable[int]) -> None:
        """Append what waits in the catalogue for these photos, and tidy up in the background."""
        if self._index is None or self.details is None:
            return
        with self._changing:
            listed = list(photo_ids)
            for start in range(0, len(listed), BATCH):
                waiting = features.get_many(self._catalogue, self.details.key, listed[start : start + BATCH])
                self._append({photo_id: blob for photo_id, blob in waiting.items() if blob})
        self.changed()
        self._merge()

    def reconcile(self) -> None:
        """Make the catalogue and the index agree, whatever happened to either; see the top of this file."""
        if self._index is None or self.details is None:
            return
        key = self.details.key
        with self._changing:
            waits = features.waiting(self._catalogue, key)
            have = set(self._index.ids().tolist())
            lost = [one for one, is_waiting in waits.items() if not is_waiting and one not in have]
            if lost and not self.notes:
                self.notes.append(details_made_anew("it is not complete"))
            features.forget(self._catalogue, key, lost)
            self._remove(have - waits.keys())
            self.take([one for one, is_waiting in waits.items() if is_waiting])

    def close(self) -> None:
        """Let go of the files; a merge that is under way is given up, which loses nothing."""
        self._is_closed = True
        if self._merging is not None:
            self._merging.join()
        if self._index is not None:
            self._index.close()

    def _opened(self, key: str) -> LocalIndex:
        others = [one for one in keys.named(self._catalogue, NAME) if one != key]
        for other in others:
            purge.delete_key(self._catalogue, other)
        try:
            return LocalIndex.open(self._folder, key)
        except IndexDamagedError as error:
            log.warning("%s", error)
            if features.count(self._catalogue, key) or others:
                self.notes.append(details_made_anew("" if others else error.detail))
            return LocalIndex.create(self._folder, key)

    def _append(self, waiting: dict[int, bytes]) -> None:
        """Append photos that the index does not have yet, and note in the catalogue that it has them."""
        if self._index is None or self.details is None or not waiting:
            return
        wanted = np.fromiter(waiting, np.int64, len(waiting))
        rows: dict[int, PhotoRows] = {}
        for photo_id in np.setdiff1d(wanted, self._index.ids()).tolist():
            try:
                rows[photo_id] = PhotoRows.from_bytes(waiting[photo_id])
            except ValueError:
                features.forget(self._catalogue, self.details.key, [photo_id])
        try:
            self._index.append(list(rows.values()), list(rows))
        except OSError as error:  # a full disk, say: they wait for the next time
            log.warning("the local index could not be written: %s", error)
            return
        features.settle(self._catalogue, self.details.key, waiting)

    def _remove(self, photo_ids: Iterable[int]) -> None:
        assert self._index is not None
        try:
            self._index.remove(sorted(photo_ids))
        except OSError as error:
            log.warning("the local index could not be written: %s", error)

    def _absent(self) -> NDArray[np.int64]:
        """Photos in the index whose files are gone, or in a folder that was removed: they may come back."""
        assert self._index is not None
        assert self.details is not None
        stamp, (seen, hidden) = self._stamp, self._hidden
        if seen != stamp:
            present = np.asarray(features.known(self._catalogue, self.details.key), np.int64)
            hidden = np.setdiff1d(self._index.ids(), present)
            self._hidden = (stamp, hidden)
        return hidden

    # --- tidying up ----------------------------------------------------------------------------------------------

    def _merge(self) -> None:
        if self._merging is None or not self._merging.is_alive():
            self._merging = threading.Thread(target=self._merge_all, name="merging", daemon=True)
            self._merging.start()

    def _merge_all(self) -> None:
        assert self._index is not None
        try:
            while self._index.merge(between=self._stop_if_closed):
                self._stop_if_closed()
        except _ClosedError:
            return
        except OSError as error:
            log.warning("the local index could not be tidied up: %s", error)

    def _stop_if_closed(self) -> None:
        if self._is_closed:
            raise _ClosedError
