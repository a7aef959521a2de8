"""Oxford Buildings and Paris as first published: text files of photo names beside the photos.

``NAME_query.txt`` holds a photo (in Oxford with ``oxc1_`` before its name) and a box; ``NAME_good.txt``,
``NAME_ok.txt`` and ``NAME_junk.txt`` hold a name a line. Good and ok photos are right, junk is taken out. The photo of
the query is among its good ones and stays in the ranking, which ``without_query`` does not follow.

Source:
    Philbin, Chum, Isard, Sivic, Zisserman, "Object retrieval with large vocabularies and fast spatial matching", CVPR
    2007; "Lost in quantization", CVPR 2008.
"""

from __future__ import annotations

from pathlib import Path

from visearch_desktop.core.errors import DataSetError
from visearch_desktop.evaluation.dataset import DataSet, QueryCase
from visearch_desktop.evaluation.formats.layout import Layout, Place, box, text_of
from visearch_desktop.evaluation.protocol import Protocol

ORIGINAL = Protocol("original", is_query_counted=True)
WITHOUT_QUERY = Protocol("without_query")

_QUERY_FILES = "*_query.txt"
_PREFIX = "oxc1_"


def _query_files(place: Place) -> list[Path]:
    """In the folder or one right below it."""
    return sorted([*place.root.glob(_QUERY_FILES), *place.root.glob(f"*/{_QUERY_FILES}")])


def recognises(place: Place) -> bool:
    """The folder of the photos with the text files in it or in a folder of it, or the folder of the text files."""
    return place.path.is_dir() and bool(_query_files(place))


def read(place: Place, protocol: Protocol) -> DataSet:
    """The data set; where the text files lie without photos, the photos are looked for in the folder above.

    Raises:
        DataSetError: a text file is missing or not of that form.
    """
    files = _query_files(place)
    if not place.photos:
        place = Place(place.root.parent)
    queries = tuple(_query(place, file) for file in files)
    return DataSet(place.root.name, place.root, place.photos, queries, protocol)


def _query(place: Place, file: Path) -> QueryCase:
    name = file.name.removesuffix("_query.txt")
    try:
        image, *corners = text_of(file).split()
        region = box(map(float, corners))
    except ValueError as error:
        raise DataSetError(file, "it is not a photo's name and the four numbers of a box") from error
    if not place.has_photo(image):
        image = image.removeprefix(_PREFIX)
    good, ok, junk = (_names(place, file.with_name(f"{name}_{what}.txt")) for what in ("good", "ok", "junk"))
    return QueryCase(place.photo(image), region, good | ok, junk, label=name.rpartition("_")[0])


def _names(place: Place, file: Path) -> frozenset[Path]:
    return frozenset(place.photo(name) for name in text_of(file).split())


LAYOUT = Layout(
    "oxford", "Oxford5k or Paris6k with NAME_query.txt and its fellows", (ORIGINAL, WITHOUT_QUERY), recognises, read
)
