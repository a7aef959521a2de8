"""The gallery in memory: in step with the catalogue, exact or by a graph whose files may be damaged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from visearch_desktop.catalogue import files, folders, photos, shown, vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.files import FileRead, SeenFile
from visearch_desktop.catalogue.folders import FolderState
from visearch_desktop.catalogue.settings import store_setting
from visearch_desktop.core.errors import UnknownNameError
from visearch_desktop.core.vectors import Vectors, normalise, to_bytes
from visearch_desktop.library.control import Cancelled, Control
from visearch_desktop.library.descriptors import Descriptors
from visearch_desktop.library.galleries import Galleries
from visearch_desktop.methods.descriptors.colour_histogram import ColourHistogram
from visearch_desktop.methods.indexes.build import approximate_names
from visearch_desktop.photos.metadata import Metadata

KEY = "colour_histogram@1/made-up"
COUNT, DIMENSION = 900, 24
NOWHERE = Metadata(640, 480, 1, "", "", "", "", None, None, None)


def made_up(count: int, seed: int = 0) -> Vectors:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(40, DIMENSION))
    return normalise(centres[rng.integers(0, 40, count)] + 0.6 * rng.normal(size=(count, DIMENSION)))


class MadeUp(ColourHistogram):
    """A descriptor under whose key made-up vectors are stored."""

    key = KEY


MADE_UP = MadeUp()


class Shelf:
    """A catalogue of photos that exist in the catalogue alone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.catalogue = Catalogue.open(root / "catalogue.sqlite", root / "backups")
        self.folder = folders.insert_folder(self.catalogue, root / "photos", ())
        self.galleries = self.opened()

    def opened(self) -> Galleries:
        """As after a restart."""
        return Galleries(self.catalogue, Descriptors(self.catalogue, ()), self.root / "indexes")

    def add(self, described: Vectors, begin: int) -> None:
        """Photos number ``begin`` and on."""
        numbers = range(begin, begin + len(described))
        files.insert_new(self.catalogue, self.folder, [SeenFile(f"{n}.jpg".encode(), 1, 1) for n in numbers])
        unread = files.unread_files(self.catalogue, self.folder)
        reads = [FileRead(one.file_id, f"{one.relative[:-4].decode():>08}", NOWHERE) for one in unread]
        files.record_reads(self.catalogue, reads)
        rows = [(f"{n:>08}", to_bytes(vector)) for n, vector in zip(numbers, described, strict=True)]
        vectors.put_many(self.catalogue, KEY, rows)
        self.galleries.changed()

    def ids(self, numbers: list[int]) -> list[int]:
        found = photos.find_photos(self.catalogue, [f"{n:>08}" for n in numbers])
        return [found[f"{n:>08}"] for n in numbers]

    def lose(self, numbers: list[int]) -> None:
        known = files.known_files(self.catalogue, self.folder)
        files.mark_gone(self.catalogue, [known[f"{n}.jpg".encode()].file_id for n in numbers])
        shown.refresh_photos(self.catalogue, self.ids(numbers))
        self.galleries.changed()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path)
    shelf.add(made_up(COUNT), 0)
    yield shelf
    shelf.catalogue.close()


def with_graph(shelf: Shelf) -> Galleries:
    store_setting(shelf.catalogue, "exact_up_to", 100)
    shelf.galleries = shelf.opened()
    shelf.galleries.build_stand_in(MADE_UP, Control())
    return shelf.galleries


def test_all_photos_are_found_in_order_of_similarity(shelf: Shelf) -> None:
    query = made_up(1, seed=5)[0]
    found = shelf.galleries.gallery(MADE_UP).nearest(query, 0)
    wanted = made_up(COUNT) @ query
    assert len(found.ids) == COUNT
    assert found.similarities == pytest.approx(np.sort(wanted)[::-1], abs=2e-3)


def test_photos_that_come_and_go_are_followed(shelf: Shelf) -> None:
    gallery = shelf.galleries.gallery(MADE_UP)
    assert gallery.size() == COUNT
    newcomer = made_up(1, seed=9)
    shelf.add(newcomer, COUNT)
    assert gallery.size() == COUNT
    assert shelf.galleries.gallery(MADE_UP) is gallery
    assert gallery.nearest(newcomer[0], 1).ids.tolist() == shelf.ids([COUNT])
    shelf.lose([COUNT, 3])
    shelf.galleries.gallery(MADE_UP)
    assert gallery.size() == COUNT - 1
    assert not set(shelf.ids([COUNT, 3])) & set(gallery.nearest(newcomer[0], 0).ids.tolist())


def test_a_gallery_that_was_empty_fills(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.galleries.gallery(MADE_UP).size() == 0
    assert len(shelf.galleries.gallery(MADE_UP).nearest(made_up(1)[0], 5).ids) == 0
    shelf.add(made_up(3), 0)
    assert shelf.galleries.gallery(MADE_UP).size() == 3
    shelf.catalogue.close()


def test_the_background_is_an_even_sample_of_the_photos(shelf: Shelf) -> None:
    query = made_up(1, seed=5)[0]
    background = shelf.galleries.gallery(MADE_UP).nearest(query, 5).background
    assert len(background) == COUNT
    assert np.sort(background) == pytest.approx(np.sort(made_up(COUNT) @ query), abs=2e-3)


def test_a_graph_is_built_only_beyond_the_threshold(shelf: Shelf) -> None:
    shelf.galleries.build_stand_in(MADE_UP, Control())
    assert shelf.galleries.gallery(MADE_UP).recall(10).index == "exact"
    assert not list((shelf.root / "indexes").glob("*"))


def test_by_the_graph_similarities_are_exact_and_little_is_missed(shelf: Shelf) -> None:
    exact = shelf.galleries.gallery(MADE_UP)
    graph = with_graph(shelf).gallery(MADE_UP)
    recall = graph.recall(50)
    assert (recall.index, recall.queries) == ("hnsw", 200)
    assert recall.recall > 0.97
    query = made_up(1, seed=6)[0]
    everything = exact.nearest(query, 0)
    known = dict(zip(everything.ids.tolist(), everything.similarities.tolist(), strict=True))
    found = graph.nearest(query, 30)
    assert found.similarities.tolist() == pytest.approx([known[one] for one in found.ids.tolist()], abs=1e-6)
    assert len(graph.nearest(query, 0).ids) == COUNT


def test_a_graph_follows_what_comes_and_goes_also_while_the_program_is_closed(shelf: Shelf) -> None:
    galleries = with_graph(shelf)
    newcomer = made_up(1, seed=9)
    shelf.add(newcomer, COUNT)
    gallery = galleries.gallery(MADE_UP)
    assert gallery.nearest(newcomer[0], 1).ids.tolist() == shelf.ids([COUNT])
    shelf.lose([COUNT])
    again = shelf.opened()
    assert again.check_files() == []
    gallery = again.gallery(MADE_UP)
    assert gallery.recall(20).index == "hnsw"
    assert shelf.ids([COUNT])[0] not in gallery.nearest(newcomer[0], 50).ids


def test_a_damaged_graph_is_said_and_searched_around_and_built_again(shelf: Shelf) -> None:
    with_graph(shelf)
    folder = shelf.root / "indexes"
    for suffix in (".graph", ".ids", ".json"):
        (file,) = folder.glob(f"*{suffix}")
        whole = bytearray(file.read_bytes())
        whole[len(whole) // 2] ^= 0xFF
        file.write_bytes(whole)
        again = shelf.opened()
        (note,) = again.check_files()
        assert "damaged" in note
        assert not list(folder.glob("*"))
        gallery = again.gallery(MADE_UP)
        assert gallery.recall(10).index == "exact"
        assert gallery.nearest(made_up(COUNT)[4], 1).ids.tolist() == shelf.ids([4])
        again.build_stand_in(MADE_UP, Control())
        assert gallery.recall(10).index == "hnsw"


def test_half_written_files_are_swept_up(shelf: Shelf) -> None:
    with_graph(shelf)
    stray = shelf.root / "indexes" / "0123.graph.new"
    stray.write_bytes(b"half")
    galleries = shelf.opened()
    assert galleries.check_files() == []
    assert not stray.exists()
    assert galleries.gallery(MADE_UP).recall(10).index == "hnsw"


def test_cancelling_leaves_no_half_built_graph(shelf: Shelf) -> None:
    store_setting(shelf.catalogue, "exact_up_to", 100)
    galleries = shelf.opened()
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        galleries.build_stand_in(MADE_UP, control)
    assert galleries.gallery(MADE_UP).recall(10).index == "exact"


@pytest.mark.parametrize("index", approximate_names())
def test_any_approximate_index_can_be_asked_for_and_is_scored_again_exactly(shelf: Shelf, index: str) -> None:
    exact, other = shelf.galleries.gallery(MADE_UP), shelf.galleries.gallery(MADE_UP, index)
    assert other.recall(10).index == index
    assert other.recall(10).recall > 0.8
    query = made_up(COUNT)[4]
    assert other.nearest(query, 1).ids.tolist() == shelf.ids([4])
    assert other.nearest(query, 1).similarities == pytest.approx(exact.nearest(query, 1).similarities, abs=1e-6)
    assert shelf.opened().gallery(MADE_UP, index).recall(10) == other.recall(10)


def test_an_unknown_index_is_answered_with_the_names_there_are(shelf: Shelf) -> None:
    with pytest.raises(UnknownNameError) as caught:
        shelf.galleries.gallery(MADE_UP, "hnws")
    assert "hnsw" in caught.value.known


class Named(ColourHistogram):
    """A descriptor of any name, under a key made of it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.__dict__["key"] = f"{name}@1/x"


@pytest.mark.parametrize(
    ("described", "used"),
    [
        ({"colour_histogram": 100, "new": 0}, "colour_histogram"),
        ({"colour_histogram": 100, "new": 49}, "colour_histogram"),
        ({"colour_histogram": 100, "new": 50}, "new"),
        ({"colour_histogram": 100, "rootsift_vlad": 100, "new": 0}, "rootsift_vlad"),
        ({"colour_histogram": 100, "rootsift_vlad": 100, "new": 90}, "rootsift_vlad"),
        ({"colour_histogram": 100, "rootsift_vlad": 100, "new": 99}, "new"),
        ({"colour_histogram": 100, "rootsift_vlad": 30, "new": 60}, "new"),
        ({"colour_histogram": 100, "rootsift_vlad": 90, "new": 100}, "new"),
    ],
)
def test_a_better_descriptor_takes_over_once_nobody_loses_photos_by_it(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, described: dict[str, int], used: str
) -> None:
    monkeypatch.setattr(Descriptors, "default_name", lambda _: "new")
    monkeypatch.setattr(Descriptors, "ready", lambda _, name: Named(name))
    vector = made_up(1)[0]
    for name, count in described.items():
        vectors.put_many(
            shelf.catalogue, Named(name).key, [(f"{n:>08}", to_bytes(vector)) for n in range(COUNT * count // 100)]
        )
    shelf.galleries.changed()
    assert shelf.galleries.choose(None)[0].name == used


def test_photos_on_a_drive_that_is_away_do_not_hold_up_a_better_descriptor(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Descriptors, "default_name", lambda _: "new")
    monkeypatch.setattr(Descriptors, "ready", lambda _, name: Named(name))
    vector = made_up(1)[0]
    for name, count in (("rootsift_vlad", 100), ("new", 80)):
        vectors.put_many(
            shelf.catalogue, Named(name).key, [(f"{n:>08}", to_bytes(vector)) for n in range(COUNT * count // 100)]
        )
    shelf.galleries.changed()
    assert shelf.galleries.choose(None)[0].name == "rootsift_vlad"
    folders.set_state(shelf.catalogue, shelf.folder, FolderState.OFFLINE)
    shelf.galleries.changed()
    assert shelf.galleries.choose(None)[0].name == "new"
