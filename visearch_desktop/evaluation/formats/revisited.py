"""ROxford5k and RParis6k: the photos, and a pickle ``gnd_roxford5k.pkl`` or ``gnd_rparis6k.pkl``.

The pickle holds ``imlist`` (the gallery), ``qimlist`` (the queries, which are not in the gallery) and ``gnd``: of each
query the box ``bbx`` and the numbers of its ``easy``, ``hard`` and ``junk`` photos. What is right and what is taken out
depends on the protocol; a query without right photos is left out.

Source:
    Radenović, Iscen, Tolias, Avrithis, Chum, "Revisiting Oxford and Paris: large-scale image retrieval benchmarking",
    CVPR 2018.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from visearch_desktop.core.errors import DataSetError
from visearch_desktop.evaluation.dataset import DataSet, QueryCase
from visearch_desktop.evaluation.formats.layout import Layout, Place, box
from visearch_desktop.evaluation.formats.pickled import read_pickle
from visearch_desktop.evaluation.protocol import Precision, Protocol

EASY, MEDIUM, HARD = (Protocol(name, precision=Precision.LAST_FOUND) for name in ("easy", "medium", "hard"))

_ROLES = {
    EASY: (("easy",), ("junk", "hard")),
    MEDIUM: (("easy", "hard"), ("junk",)),
    HARD: (("hard",), ("junk", "easy")),
}
"""By protocol: which lists are right, and which are taken out."""


def _files(place: Place) -> list[Path]:
    """The pickles there; those of the revisited ground truth before the one of the old."""
    if place.path.is_dir():
        return sorted(place.root.glob("gnd_*.pkl"), key=lambda path: (not path.name.startswith("gnd_r"), path.name))
    return [place.path] if place.path.suffix.lower() in {".pkl", ".pickle"} else []


def recognises(place: Place) -> bool:
    """A folder with a ``gnd_*.pkl``, or any pickle."""
    return bool(_files(place))


def read(place: Place, protocol: Protocol) -> DataSet:
    """The data set of a pickle, which is read as data: nothing in it is run.

    Raises:
        HostilePickleError: it holds more than data.
        DataSetError: it is damaged, or not of that form.
    """
    path = next(iter(_files(place)), None)
    if path is None:
        raise DataSetError(place.path, "there is no gnd_roxford5k.pkl or gnd_rparis6k.pkl in it")
    document = read_pickle(path)
    try:
        photos = [place.photo(_text(name)) for name in document["imlist"]]
        images = [place.photo(_text(name)) for name in document["qimlist"]]
        truths = [_query(image, truth, photos, protocol) for image, truth in zip(images, document["gnd"], strict=True)]
    except (TypeError, ValueError, LookupError, OverflowError) as error:
        raise DataSetError(path, "it is no ground truth of ROxford5k or RParis6k") from error
    return DataSet(path.stem.removeprefix("gnd_"), place.root, tuple(sorted(photos)), tuple(truths), protocol)


def _text(name: Any) -> str:
    if not isinstance(name, str) or not name:
        raise TypeError("a photo has no name")
    return name


def _query(image: Path, truth: Any, photos: list[Path], protocol: Protocol) -> QueryCase:
    right, junk = (
        frozenset(photos[number] for name in names for number in _numbers(truth[name], len(photos)))
        for names in _ROLES[protocol]
    )
    region = box(_flat(truth["bbx"])) if "bbx" in truth else None
    return QueryCase(image, region, right, junk, label=image.stem.rpartition("_")[0])


def _numbers(values: Any, count: int) -> list[int]:
    """Numbers of photos, from 0, out of a list or an array."""
    numbers = _flat(values)
    if not all(isinstance(number, int) and 0 <= number < count for number in numbers):
        raise LookupError("photos are not given by their numbers")
    return numbers


def _flat(values: Any) -> list[Any]:
    """The numbers of an array, or what is in a list."""
    return values.ravel().tolist() if isinstance(values, np.ndarray) else list(values)


LAYOUT = Layout(
    "revisited",
    "ROxford5k or RParis6k with gnd_roxford5k.pkl or gnd_rparis6k.pkl",
    (MEDIUM, EASY, HARD),
    recognises,
    read,
)
