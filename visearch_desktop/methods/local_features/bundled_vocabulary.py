"""The visual words that come with the program: nothing has to be learned before photos are described by them.

Two files in one folder: the words, and a record with their checksum. The words are sorted by cell, the groups of words
that lie together; a feature is compared with the words of the nearest cells only. A cell's features are compared in one
matrix product, which costs less than a graph or lists that are followed feature by feature.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.errors import VocabularyDamagedError
from visearch_desktop.core.paths import resource
from visearch_desktop.methods.local_features.visual_word_rows import BITS

FOLDER = "vocabulary"
WORDS, RECORD = "words.npz", "vocabulary.json"
FORMAT = 1
PROBES = 16
"""So many cells are looked into for a feature; how often that finds its nearest word is in the card."""
ROWS_AT_ONCE = 8192
MOST_WORDS = 1 << 16


@dataclass(frozen=True, slots=True)
class VocabularyRecord:
    """What is known of the bundled words without reading them.

    Attributes:
        sha256: of the file of words.
        words: K, how many there are.
        cells: C, how many groups they are in.
        numbers: D, of a word.
        features: what the words are made for: the name of a local-feature method.
        format: of both files.
    """

    sha256: str
    words: int
    cells: int
    numbers: int
    features: str
    format: int = FORMAT


class BundledVocabulary:
    """Words, and what tells two features of one word apart; may be used by any thread, nothing changes in it.

    Args:
        words: (K, D) float32, those of a cell one after another; at most 65,536.
        sizes: (C,) how many words each cell has, all at least 1.
        projection: (D, 64) float32 with orthonormal columns.

    Attributes:
        words: as given.
        projection: as given.

    Raises:
        ValueError: the arrays do not fit together.
    """

    def __init__(
        self, words: NDArray[np.float32], sizes: NDArray[np.integer[Any]], projection: NDArray[np.float32]
    ) -> None:
        ends = np.cumsum(sizes, dtype=np.int64)
        if not len(sizes) or sizes.min() < 1 or ends[-1] != len(words) or len(words) > MOST_WORDS:
            raise ValueError(f"{len(words)} words do not fill their cells")
        if projection.shape != (words.shape[1], BITS):
            raise ValueError(f"a projection of {projection.shape} does not fit words of {words.shape[1]} numbers")
        self.words = np.array(words, dtype=np.float32)
        self.projection = np.array(projection, dtype=np.float32)
        self._starts = np.concatenate([[0], ends])
        self._offsets = 0.5 * np.einsum("ij,ij->i", self.words, self.words)
        self._centres = np.add.reduceat(self.words, self._starts[:-1]) / sizes[:, None].astype(np.float32)
        self._centre_offsets = 0.5 * np.einsum("ij,ij->i", self._centres, self._centres)
        for array in (self.words, self.projection, self._starts, self._offsets, self._centres, self._centre_offsets):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.words)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """(C,) how many words each cell has."""
        return np.diff(self._starts)

    def assign(
        self, rows: NDArray[np.float32], each: int = 1, probes: int = PROBES
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """The nearest words of each row that are in its nearest cells, nearest first; of equally near ones the first.

        Args:
            rows: (N, D) float32, of unit length.
            each: n, how many; fewer words than that in the cells looked into repeat the farthest.
            probes: into how many cells is looked; as many as there are makes it exact.
        Returns:
            (N, n) numbers of words, 0 … K - 1, and (N, n) squared distances.
        """
        words = np.zeros((len(rows), each), dtype=np.intp)
        squared = np.zeros((len(rows), each), dtype=np.float32)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = slice(start, start + ROWS_AT_ONCE)
            words[some], squared[some] = self._assign(rows[some], each, min(probes, len(self._centres)))
        return words, squared

    def signatures(self, rows: NDArray[np.float32], words: NDArray[np.integer[Any]]) -> NDArray[np.uint8]:
        """On which side of its word each row lies, in 64 directions.

        Args:
            rows: (N, D) float32.
            words: (N,) the word of each.
        Returns:
            (N, 8) uint8, the first direction in the lowest bit of the first byte.
        """
        aside = (rows - self.words[words]) @ self.projection
        return np.packbits(aside > 0, axis=1, bitorder="little")

    def _assign(
        self, rows: NDArray[np.float32], each: int, probes: int
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """See :meth:`assign`; one block of rows."""
        count = len(rows)
        near = _largest(rows @ self._centres.T - self._centre_offsets, probes)
        order = np.argsort(near, axis=None, kind="stable")  # pairs of a row and a cell, by cell
        ends = np.cumsum(np.bincount(near.ravel(), minlength=len(self._centres)))
        scores = np.full((count * probes, each), -np.inf, dtype=np.float32)
        words = np.zeros((count * probes, each), dtype=np.intp)
        for cell in np.flatnonzero(np.diff(ends, prepend=0)):
            pairs = order[ends[cell - 1] if cell else 0 : ends[cell]]
            begin, end = self._starts[cell], self._starts[cell + 1]
            found = rows[pairs // probes] @ self.words[begin:end].T
            found -= self._offsets[begin:end]
            every = np.arange(len(pairs))
            for place in range(min(each, end - begin)):
                best = found.argmax(axis=1)
                scores[pairs, place], words[pairs, place] = found[every, best], best + begin
                found[every, best] = -np.inf
        return _merged(rows, scores.reshape(count, probes * each), words.reshape(count, probes * each), each)


def _largest(scores: NDArray[np.float32], most: int) -> NDArray[np.intp]:
    """(N, most) the places of the largest scores of each row, ascending."""
    if most >= scores.shape[1]:
        return np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
    return np.sort(np.argpartition(-scores, most - 1, axis=1)[:, :most], axis=1)


def _merged(
    rows: NDArray[np.float32], scores: NDArray[np.float32], words: NDArray[np.intp], each: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The best of what all cells gave: (N, each) words and squared distances."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :each]
    words, scores = np.take_along_axis(words, best, axis=1), np.take_along_axis(scores, best, axis=1)
    for place in range(1, each):
        missing = ~np.isfinite(scores[:, place])
        words[missing, place], scores[missing, place] = words[missing, place - 1], scores[missing, place - 1]
    squared = np.einsum("ij,ij->i", rows, rows)[:, None] - 2 * scores
    return words, np.maximum(squared, np.float32(0))


# --- files ------------------------------------------------------------------------------------------------------------


def write_vocabulary(
    folder: Path,
    levels: NDArray[np.uint8],
    step: float,
    sizes: NDArray[np.integer[Any]],
    projection: NDArray[np.float32],
    features: str,
) -> VocabularyRecord:
    """Write both files. The levels are kept number by number, not word by word: like ones lie together, and deflate.

    Args:
        folder: that exists.
        levels: (K, D) uint8, the words in steps, those of a cell one after another.
        step: that one level stands for.
        sizes: see :class:`BundledVocabulary`.
        projection: see there.
        features: name of the local-feature method that they are made for.
    """
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        levels=np.ascontiguousarray(levels.T),
        step=np.float32(step),
        sizes=sizes.astype("<u4"),
        projection=projection.astype("<f4"),
    )
    content = stream.getvalue()
    (folder / WORDS).write_bytes(content)
    record = VocabularyRecord(
        hashlib.sha256(content).hexdigest(), len(levels), len(sizes), int(levels.shape[1]), features
    )
    (folder / RECORD).write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")
    return record


def read_record(folder: Traversable | None = None) -> VocabularyRecord:
    """What is known of the words, cheaply.

    Args:
        folder: of both files; None: the program's own.
    Raises:
        VocabularyDamagedError: the record is missing or is none of this format.
    """
    place = (folder or resource(FOLDER)).joinpath(RECORD)
    try:
        facts = json.loads(place.read_text(encoding="utf-8"))
        record = VocabularyRecord(**{field.name: facts[field.name] for field in fields(VocabularyRecord)})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise VocabularyDamagedError(RECORD, _why(error)) from error
    if record.format != FORMAT:
        raise VocabularyDamagedError(RECORD, f"format {record.format}, not {FORMAT}")
    return record


def read_vocabulary(folder: Traversable | None = None) -> BundledVocabulary:
    """The words, checked.

    Args:
        folder: of both files; None: the program's own.
    Raises:
        VocabularyDamagedError: a file is missing, or is not what the record says.
    """
    record = read_record(folder)
    try:
        content = (folder or resource(FOLDER)).joinpath(WORDS).read_bytes()
        if hashlib.sha256(content).hexdigest() != record.sha256:
            raise VocabularyDamagedError(WORDS, "its checksum is another")
        with np.load(io.BytesIO(content)) as held:
            words = held["levels"].T.astype(np.float32) * held["step"]
            if words.shape != (record.words, record.numbers):
                raise VocabularyDamagedError(WORDS, f"it holds {len(words):,} words, not {record.words:,}")
            return BundledVocabulary(words, held["sizes"], held["projection"])
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise VocabularyDamagedError(WORDS, _why(error)) from error


@cache
def bundled_vocabulary() -> BundledVocabulary:
    """The program's own words, read once; about half a kilobyte of memory a word.

    Raises:
        VocabularyDamagedError: see :func:`read_vocabulary`.
    """
    return read_vocabulary()


def _why(error: Exception) -> str:
    """A few words for a person on what is wrong with a file."""
    return "it is missing" if isinstance(error, FileNotFoundError) else "it cannot be read"
