"""The pictures that queries ask about: where their pixels come from, a look at them, and the last few kept open."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path

from visearch_desktop.catalogue import features, views
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.thumbnails import Thumbnails
from visearch_desktop.core.errors import PhotoError, Problem, UsageError
from visearch_desktop.library import browsing
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.photos.decode import Photo, decode
from visearch_desktop.search.picture import OpenPicture
from visearch_desktop.search.query import QueryPicture

KEPT = 6


class Pictures:
    """Opens query pictures; one that was asked about lately keeps its pixels and local features.

    May be used by any thread.
    """

    def __init__(self, catalogue: Catalogue, thumbnails: Thumbnails, extractor: LocalFeatureExtractor) -> None:
        self._catalogue, self._thumbnails, self._extractor = catalogue, thumbnails, extractor
        self._kept: OrderedDict[Hashable, OpenPicture] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, picture: QueryPicture) -> OpenPicture:
        """The picture without its region.

        Raises:
            UsageError: it is not exactly one of a photo, a path and bytes.
            PhotoError: a photo of the library lies nowhere any more, and nothing is known of it.
        """
        name = self._name(picture)
        with self._lock:
            found = self._kept.pop(name, None) or self._open(picture)
            self._kept[name] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def known(self, picture: QueryPicture) -> QueryPicture:
        """The picture as a photo of the library, if it is a file that has not changed since it was indexed.

        What is stored of the photo then answers for the file: nothing needs to be described again.
        """
        if picture.path is None:
            return picture
        try:
            there = picture.path.stat()
        except OSError:
            return picture
        photo_id = views.photo_at(self._catalogue, picture.path, there.st_size, there.st_mtime_ns)
        return picture if photo_id is None else replace(picture, path=None, photo_id=photo_id)

    def source(self, picture: QueryPicture) -> Path | bytes:
        """Where the pixels come from.

        Raises:
            UsageError: it is not exactly one of a photo, a path and bytes.
        """
        given = [one for one in (picture.photo_id, picture.path, picture.encoded) if one is not None]
        if len(given) != 1:
            raise UsageError("A query picture is a photo of the library, a file, or the bytes of one.")
        if picture.photo_id is None:
            return picture.path or picture.encoded or b""
        paths = views.paths_of(self._catalogue, picture.photo_id)
        if not paths:
            raise UsageError("This photo is not in the library any more.")
        return next((path for path in paths if path.exists()), paths[0])

    def preview(self, picture: QueryPicture, longest_px: int) -> Photo:
        """A picture to look at; of a photo whose drive is missing, its thumbnail.

        Raises:
            PhotoError: it cannot be read.
            UsageError: it is not exactly one of a photo, a path and bytes.
        """
        try:
            return decode(self.source(picture), longest_px)
        except PhotoError:
            photo_id = picture.photo_id
            encoded = b"" if photo_id is None else browsing.thumbnail(self._catalogue, self._thumbnails, photo_id)
            if not encoded or photo_id is None:
                raise
            (row,) = browsing.rows(self._catalogue, self._thumbnails, [photo_id])
            small = decode(encoded, longest_px)
            return Photo(small.pixels, row.width, row.height, small.metadata)

    def _open(self, picture: QueryPicture) -> OpenPicture:
        key = self._extractor.key
        packed = None if picture.photo_id is None else features.get(self._catalogue, key, picture.photo_id)
        known = {} if packed is None else {key: self._extractor.unpack(packed)}
        return OpenPicture(self.source(picture), known)

    def _name(self, picture: QueryPicture) -> Hashable:
        if picture.encoded is not None:
            return hashlib.sha256(picture.encoded).digest()
        source = self.source(picture)
        assert isinstance(source, Path)
        try:
            there = source.stat()
        except FileNotFoundError:
            if picture.photo_id is None:
                raise PhotoError(source, Problem.VANISHED) from None
            return picture.photo_id, source
        except OSError as error:
            raise PhotoError(source, Problem.READ_FAILED, {"detail": error.strerror or str(error)}) from None
        return picture.photo_id, source, there.st_mtime_ns, there.st_size
