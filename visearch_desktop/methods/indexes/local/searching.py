"""A search in inverted lists: pairs, votes, and the pose that most pairs of a photo agree on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.indexes.local.part import Part
from visearch_desktop.methods.indexes.local.rows import MOST_WORDS, TURNS, QueryRows, unpacked_places
from visearch_desktop.methods.indexes.local.voting import Hits, Poses, agreeing, one_to_one, votes

THRESHOLD = 20
"""Pairs at a larger Hamming distance are no pairs."""
MOST_HITS = 400_000
"""Of all photos; if there are more, only closer pairs count."""
SHORTLIST = 1000
"""So many photos with the most votes, and at least twice as many as are wanted, are looked at for a pose."""


@dataclass(frozen=True, slots=True)
class Found:
    """The K photos most like the query, best first, each with the pairs of features that speak for it.

    Attributes:
        ids: (K,) int64.
        scores: (K,) float32: what the pairs are worth that agree on one pose; 0 where none was looked for.
        votes: (K,) float32: what all pairs are worth, the geometry left aside.
        sides: (K, 2) int64 width and height of each photo in px.
        starts: (K + 1,) int64 where each photo's pairs begin, those that agree first, then the closest first.
        query: (T,) int64 places of the query's features.
        points: (T, 2) float32 of the photo's, in its full-size px.
        sizes: (T,) float32, px.
        angles_deg: (T,) float32.
        distances: (T,) uint8 in bits.
        agrees: (T,) bool: which pairs agree on the pose.
    """

    ids: NDArray[np.int64]
    scores: NDArray[np.float32]
    votes: NDArray[np.float32]
    sides: NDArray[np.int64]
    starts: NDArray[np.int64]
    query: NDArray[np.int64]
    points: NDArray[np.float32]
    sizes: NDArray[np.float32]
    angles_deg: NDArray[np.float32]
    distances: NDArray[np.uint8]
    agrees: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)


class Snapshot:
    """The photos of an index at one moment.

    Args:
        parts: the lists, which do not change any more.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)
        lengths = [len(part.postings) for part in self.parts]
        features = [len(part.postings.bits) for part in self.parts]
        self._photos_before = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        self._entries_before = np.concatenate([[0], np.cumsum(features)]).astype(np.int64)
        postings = [part.postings for part in self.parts]
        self._ids = np.concatenate([one.ids for one in postings] or [np.zeros(0, np.int64)])
        self._sides = np.concatenate([one.sides for one in postings] or [np.zeros((0, 2), np.uint32)])
        self._idf: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def ids(self) -> NDArray[np.int64]:
        """(N,) ascending."""
        ids = [part.postings.ids[~part.dead] for part in self.parts]
        return np.sort(np.concatenate(ids)) if ids else np.zeros(0, np.int64)

    def idf(self) -> NDArray[np.float32]:
        """(65,536,) log of one more than photos over features of a word, as if nothing had ever been removed."""
        if self._idf is None:
            counts = sum((part.counts() for part in self.parts), np.zeros(MOST_WORDS, np.int64))
            self._idf = np.log1p(max(len(self), 1) / np.maximum(counts, 1)).astype(np.float32)
        return self._idf

    def search(self, query: QueryRows, k: int, hidden: NDArray[np.int64] | None = None) -> Found:
        """The k photos most like a query; 0 or less: all that have a pair of features with it.

        Photos are ranked by the pairs that agree on one pose, then by votes, then by ascending id.
        """
        hits = self._within_budget(self._hits(query))
        total = int(self._photos_before[-1])
        all_votes = votes(hits, total)
        ids = self._ids
        if hidden is not None and len(hidden):
            all_votes[np.isin(ids, hidden)] = 0
        voted = np.flatnonzero(all_votes > 0)
        wanted = len(voted) if k <= 0 else min(k, len(voted))
        order = voted[np.lexsort((ids[voted], -all_votes[voted]))]
        looked_at = np.zeros(total, dtype=np.bool_)
        looked_at[order if k <= 0 else order[: max(SHORTLIST, 2 * wanted)]] = True
        pairs = one_to_one(hits.only(looked_at[hits.photos]))
        points, sizes, angles, sides = self._keypoints(pairs)
        poses = _poses(query, pairs, points, sizes, angles, sides)
        radius = float(np.hypot(*np.ptp(query.points, axis=0))) / 2 if len(query) else 0.0
        photos, sums, agrees = agreeing(pairs.photos, pairs.worth(), poses, radius)
        scores = np.zeros(total)
        scores[photos] = sums
        best = voted[np.lexsort((ids[voted], -all_votes[voted], -scores[voted]))][:wanted]
        chosen, starts = _pairs_of(best, pairs, agrees, total)
        return Found(
            ids[best], scores[best].astype(np.float32), all_votes[best].astype(np.float32), self._sides_of(best),
            starts, pairs.query[chosen], points[chosen], sizes[chosen], angles[chosen], pairs.distances[chosen],
            agrees[chosen],
        )  # fmt: skip

    def _hits(self, query: QueryRows) -> Hits:
        """All pairs of a feature of the query and one of a photo, under one word and close enough."""
        asked, ranks = np.nonzero(query.words >= 0)
        words, bits = query.words[asked, ranks].astype(np.int64), query.bits[asked, ranks]
        idf = self.idf()[words]
        found: list[Hits] = []
        for number, part in enumerate(self.parts):
            rows, entries, distances = part.postings.close(words, bits, THRESHOLD)
            photos = part.postings.photos[entries].astype(np.int64)
            if part.dead.any():
                alive = ~part.dead[photos]
                rows, entries, distances, photos = rows[alive], entries[alive], distances[alive], photos[alive]
            found.append(Hits(
                photos + self._photos_before[number], asked[rows].astype(np.int64),
                entries + self._entries_before[number], distances, ranks[rows].astype(np.uint8), idf[rows],
            ))  # fmt: skip
        return _joined(found)

    def _within_budget(self, hits: Hits) -> Hits:
        if len(hits) <= MOST_HITS:
            return hits
        up_to = np.cumsum(np.bincount(hits.distances, minlength=THRESHOLD + 1))
        return hits.only(hits.distances <= max(0, int(np.searchsorted(up_to, MOST_HITS, side="right")) - 1))

    def _keypoints(
        self, hits: Hits
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
        """(H, 2) points, (H,) sizes and angles of the photos' features, and (H, 2) sides of the photos."""
        places, turns = np.zeros(len(hits), np.uint32), np.zeros(len(hits), np.uint8)
        sides = self._sides_of(hits.photos)
        owner = np.searchsorted(self._entries_before, hits.entries, side="right") - 1
        for number, part in enumerate(self.parts):
            some = owner == number
            entries = hits.entries[some] - self._entries_before[number]
            places[some], turns[some] = part.postings.places[entries], part.postings.turns[entries]
        points, sizes = unpacked_places(places, sides)
        return points, sizes, turns * np.float32(360 / TURNS), sides

    def _sides_of(self, photos: NDArray[np.int64]) -> NDArray[np.int64]:
        return self._sides[photos].astype(np.int64)


def _joined(found: Sequence[Hits]) -> Hits:
    if not found:
        none, bits = np.zeros(0, np.int64), np.zeros(0, np.uint8)
        return Hits(none, none, none, bits, bits, np.zeros(0, np.float32))
    return Hits(
        np.concatenate([one.photos for one in found]), np.concatenate([one.query for one in found]),
        np.concatenate([one.entries for one in found]), np.concatenate([one.distances for one in found]),
        np.concatenate([one.ranks for one in found]), np.concatenate([one.idf for one in found]),
    )  # fmt: skip


def _poses(
    query: QueryRows,
    pairs: Hits,
    points: NDArray[np.float32],
    sizes: NDArray[np.float32],
    angles: NDArray[np.float32],
    sides: NDArray[np.int64],
) -> Poses:
    asked = query.points[pairs.query].astype(np.float64)
    placed = points.astype(np.float64)
    octaves = np.log2(sizes.astype(np.float64)) - np.log2(np.maximum(query.sizes[pairs.query].astype(np.float64), 1e-3))
    turned = np.deg2rad(angles.astype(np.float64) - query.angles_deg[pairs.query])
    return Poses(
        asked[:, 0] + 1j * asked[:, 1], placed[:, 0] + 1j * placed[:, 1], octaves, turned,
        sides.max(axis=1, initial=1).astype(np.float64),
    )  # fmt: skip


def _pairs_of(
    photos: NDArray[np.int64], pairs: Hits, agrees: NDArray[np.bool_], total: int
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """The pairs of chosen photos, by these, those that agree first; and (K + 1,) where each photo's begin."""
    rank = np.full(total, -1, dtype=np.int64)
    rank[photos] = np.arange(len(photos))
    of = rank[pairs.photos]
    chosen = np.flatnonzero(of >= 0)
    order = chosen[np.lexsort((chosen, ~agrees[chosen], of[chosen]))]  # pairs come closest first
    starts = np.searchsorted(of[order], np.arange(len(photos) + 1))
    return order, starts.astype(np.int64)
