"""How alike photos are to a whole picture part by part: each part finds its like in the other picture, wherever it is.

What two photos of a place have in common fills other parts of each, and the vector of a whole photo mixes it with all
else that is there. So the nine half-sized windows that are kept of every photo are compared with each other. On
``places-develop`` this finds far more than whole vectors do, and than more or smaller windows
(``tests/benchmarks/parts.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.errors import PhotoError
from visearch_desktop.core.usual import usual_of
from visearch_desktop.core.vectors import Vectors
from visearch_desktop.methods.descriptors.regions.describing import RegionDescriber
from visearch_desktop.search.evidence import LEAST_BACKGROUND
from visearch_desktop.search.prepared import PreparedQuery

COMPARED = 1000
"""So many of the photos that are most alike as a whole, or share most details, are compared part by part."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a library's photos.

    Attributes:
        describer: makes those of a query in the same terms.
        of: ids (M,) and parts (M, P, d) of those photos that have any, of some ids.
        sample: (S, P, d) of an even sample of the photos.
    """

    describer: RegionDescriber
    of: Callable[[Sequence[int]], tuple[NDArray[np.int64], NDArray[np.float32]]]
    sample: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AlikeInParts:
    """How alike some photos are to a picture, part by part.

    Attributes:
        ids: (M,) of the photos.
        spreads: (M,) by how many spreads each is more alike than is usual.
        is_usual_known: whether there are enough photos to say of one that it stands out.
    """

    ids: NDArray[np.int64]
    spreads: NDArray[np.float64]
    is_usual_known: bool


def alike_in_parts(query: PreparedQuery, parts: Parts, photo_ids: NDArray[np.int64]) -> AlikeInParts | None:
    """How alike photos are to the picture of a query as it is, neither turned nor mirrored.

    Args:
        query: of a whole picture; one whose parts the library knows is not looked at.
        parts: of the library.
        photo_ids: (N,) of the photos.
    Returns:
        None where the picture cannot be read, or nothing is known of any photo.

    Raises:
        SelfTestError: the network cannot be run.
    """
    ids, vectors = parts.of(photo_ids.tolist())
    if not len(ids) or not len(parts.sample):
        return None
    _, known = parts.of([] if query.photo_id is None else [query.photo_id])
    try:
        own = known[0] if len(known) else parts.describer.parts_of(query.pool(parts.describer.maker))
    except PhotoError:  # on a missing drive, say
        return None
    usual = usual_of(cross_similarities(own, parts.sample))
    spreads = usual.spreads_over(cross_similarities(own, vectors))
    return AlikeInParts(ids, spreads, len(parts.sample) >= LEAST_BACKGROUND)


def cross_similarities(query: Vectors, photos: NDArray[np.float32]) -> NDArray[np.float64]:
    """(M,) mean similarity of each part to the most similar one of the other picture, both ways.

    After the spatial search of Razavian, Sullivan, Carlsson, Maki: Visual instance retrieval with deep convolutional
    networks, ITE Transactions on Media Technology and Applications 4(3), 2016, which goes one way.

    Args:
        query: (P, d) unit vectors.
        photos: (M, P, d) likewise.
    """
    count, parts, dimension = photos.shape
    products = (query @ photos.reshape(-1, dimension).T).reshape(len(query), count, parts)
    there, back = products.max(axis=2).mean(axis=0), products.max(axis=0).mean(axis=1)
    return np.asarray((there + back) / 2, dtype=np.float64)
