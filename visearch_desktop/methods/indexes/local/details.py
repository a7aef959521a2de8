"""What the local index is fed with: many small details of a photo, by the words that come with the program."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import descriptor_key
from visearch_desktop.methods.indexes.local.rows import CELLS, MOST, PhotoRows, QueryRows, photo_rows, query_rows
from visearch_desktop.methods.local_features.bundled_vocabulary import bundled_vocabulary, read_record
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift

NAME = "details"
WORKING_PX = 1024
STORED_CONTRAST, ASKED_CONTRAST = 0.04, 0.02
"""Faint keypoints of a photo are seldom found again; of a query, they cost nothing that is stored
(``tests/benchmarks/object_index.py``)."""
MOST_FOUND = 4000
"""So many are looked for, of which :func:`spread` chooses those that are kept."""


class PhotoDetails:
    """Makes the rows of photos and of queries; made where they are stored and asked for, and alike in both.

    Attributes:
        name: what workers are asked for.
        working_px: longest side the photo is decoded to.
        key: of everything that changes what is stored.
        stored: makes the features that are stored, and those of a query that is a whole picture.
        asked: makes the features of a box on a query.

    Raises:
        VocabularyDamagedError: there are no words, or others than the program's.
    """

    name = NAME
    working_px = WORKING_PX

    def __init__(self) -> None:
        self.stored = RootSift(WORKING_PX, MOST_FOUND, STORED_CONTRAST)
        self.asked = RootSift(WORKING_PX, MOST_FOUND, ASKED_CONTRAST)
        facts = {"features": self.stored.key, "words": read_record().sha256, "most": MOST, "cells": CELLS}
        self.key = descriptor_key(NAME, 1, facts)

    def extract(self, pixels: NDArray[np.uint8], width: int, height: int) -> PhotoRows:
        """Rows of an upright picture.

        Args:
            pixels: (h, w, 3) uint8 RGB, the photo scaled down.
            width: of the photo in px.
            height: of the photo in px.

        Raises:
            VocabularyDamagedError: the words cannot be read.
        """
        return self.rows(self.stored.extract(pixels, width, height))

    def rows(self, features: LocalFeatures) -> PhotoRows:
        """Rows of features that :attr:`stored` made.

        Raises:
            VocabularyDamagedError: the words cannot be read.
        """
        return photo_rows(features, bundled_vocabulary())

    def pack(self, rows: PhotoRows) -> bytes:
        """What :meth:`PhotoRows.from_bytes` reads."""
        return rows.to_bytes()

    def ask(self, features: LocalFeatures) -> QueryRows:
        """Rows of features that :attr:`asked` made, those inside the region if there is one.

        Raises:
            VocabularyDamagedError: the words cannot be read.
        """
        return query_rows(features, bundled_vocabulary())
