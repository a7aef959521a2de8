"""One library from end to end: what is indexed is found, under every kind of query."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.library.indexed import HEIGHT, WIDTH, another_view, last_ranking, names, photos
from tests.scenes import save, scene
from visearch_desktop.core.errors import (
    LibraryInUseError,
    NothingToSearchError,
    PhotoError,
    RegionError,
    UnknownNameError,
    UsageError,
)
from visearch_desktop.core.region import Region
from visearch_desktop.library.library import Library
from visearch_desktop.library.rows import IndexProgress, PhotoView
from visearch_desktop.search.hits import Stage
from visearch_desktop.search.intents import intents
from visearch_desktop.search.query import Query, QueryPicture

COUNT = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    photos(folder, COUNT)
    another_view(folder / "view_of_3.jpg", 3)
    return folder


@pytest.fixture(scope="module")
def library(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("library"), network_folders=(folder / "none",)) as library:
        report = library.index([folder], workers=2)
        assert (report.photos, report.added, report.problems) == (COUNT + 1, COUNT + 1, ())
        yield library


def test_another_view_is_found_and_verified_and_located(library: Library, folder: Path) -> None:
    ranking = last_ranking(library, QueryPicture(path=folder / "photo003.jpg"))
    assert ranking.stage is Stage.VERIFIED
    assert names(library, ranking)[:2] == ["photo003.jpg", "view_of_3.jpg"]
    hit = ranking.hits[1]
    assert hit.inliers >= 20
    assert hit.quad is not None
    assert hit.quad[0] == pytest.approx((60, 10), abs=6)


def test_the_first_ranking_comes_before_the_verified_one(library: Library, folder: Path) -> None:
    rankings = list(library.search(Query((QueryPicture(path=folder / "photo005.jpg"),))))
    assert [ranking.stage for ranking in rankings] == [Stage.FIRST, Stage.VERIFIED]
    assert {len(ranking.hits) for ranking in rankings} == {COUNT + 1}


def test_photo_path_and_bytes_of_the_same_picture_rank_alike(library: Library, folder: Path) -> None:
    path = folder / "photo007.jpg"
    photo_id = next(row.photo_id for row in library.page(PhotoView(), 0, 100) if row.name == path.name)
    asked = [QueryPicture(path=path), QueryPicture(photo_id=photo_id), QueryPicture(encoded=path.read_bytes())]
    orders = [names(library, last_ranking(library, picture)) for picture in asked]
    assert orders[0] == orders[1] == orders[2]


def test_a_region_is_searched_for_alone(library: Library, folder: Path) -> None:
    """The middle of the view holds scene 3; what lies around it is of another scene."""
    inside = Region(120, 80, 160, 140)
    ranking = last_ranking(library, QueryPicture(path=folder / "view_of_3.jpg", region=inside))
    assert set(names(library, ranking)[:2]) == {"view_of_3.jpg", "photo003.jpg"}
    assert ranking.query_details < last_ranking(library, QueryPicture(path=folder / "view_of_3.jpg")).query_details


def test_a_region_outside_is_refused_and_one_that_sticks_out_is_clipped(library: Library, folder: Path) -> None:
    path = folder / "photo001.jpg"
    with pytest.raises(RegionError):
        last_ranking(library, QueryPicture(path=path, region=Region(WIDTH + 5, 0, 50, 50)))
    ranking = last_ranking(library, QueryPicture(path=path, region=Region(-50, -50, WIDTH + 100, HEIGHT + 100)))
    assert names(library, ranking)[0] == path.name


def test_every_intent_answers(library: Library, folder: Path) -> None:
    for intent in intents():
        ranking = last_ranking(library, QueryPicture(path=folder / "photo004.jpg"), intent=intent.name)
        assert names(library, ranking)[0] == "photo004.jpg"
        assert ranking.descriptor.startswith(f"{intent.descriptor}@" if intent.descriptor else "rootsift_vlad@")


def test_the_whole_library_is_ranked_on_request_and_no_more_than_asked_for(library: Library, folder: Path) -> None:
    picture = QueryPicture(path=folder / "photo000.jpg")
    assert len(last_ranking(library, picture, limit=0).hits) == COUNT + 1
    assert len(last_ranking(library, picture, limit=4).hits) == 4


def test_a_query_that_cannot_be_read_says_so(library: Library, tmp_path: Path) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("no picture")
    for picture in (
        QueryPicture(path=text), QueryPicture(path=tmp_path / "missing.jpg"), QueryPicture(encoded=b"nothing"),
        QueryPicture(path=tmp_path),
    ):  # fmt: skip
        with pytest.raises(PhotoError):
            last_ranking(library, picture)


def test_nonsense_is_refused_with_a_sentence(library: Library, folder: Path) -> None:
    with pytest.raises(UsageError):
        last_ranking(library, QueryPicture())
    with pytest.raises(UsageError):
        next(library.search(Query()))
    with pytest.raises(UsageError):
        last_ranking(library, QueryPicture(photo_id=10**9))
    with pytest.raises(UnknownNameError):
        last_ranking(library, QueryPicture(path=folder / "photo000.jpg"), descriptor="nonsense")
    with pytest.raises(UnknownNameError):
        last_ranking(library, QueryPicture(path=folder / "photo000.jpg"), intent="nonsense")


def test_comparing_explains_the_match(library: Library, folder: Path) -> None:
    rows = {row.name: row.photo_id for row in library.page(PhotoView(), 0, 100)}
    found = library.compare(QueryPicture(path=folder / "photo003.jpg"), rows["view_of_3.jpg"])
    assert found.verdict == "verified"
    assert found.turned_deg == pytest.approx(12, abs=2)
    assert found.scaled == pytest.approx(0.8, abs=0.05)
    assert len(found.query_points) == len(found.photo_points) == len(found.agrees) == found.tentative
    assert sum(found.agrees) == found.inliers >= 20
    assert library.compare(QueryPicture(path=folder / "photo002.jpg"), rows["view_of_3.jpg"]).homography is None


def test_details_are_counted_in_the_region(library: Library, folder: Path) -> None:
    path = folder / "photo003.jpg"
    whole = library.count_details(QueryPicture(path=path))
    part = library.count_details(QueryPicture(path=path, region=Region(0, 0, WIDTH / 2, HEIGHT)))
    assert 0 < part < whole


def test_a_picture_that_was_got_ready_is_what_the_next_box_is_drawn_on(
    library: Library, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "photo005.jpg"
    library.get_ready(QueryPicture(path=path))
    monkeypatch.setattr(library._objects.asked, "extract", None)
    box = QueryPicture(path=path, region=Region(50, 50, 200, 150))
    first = next(library.search(Query((box,))))
    assert names(library, first)[0] == "photo005.jpg"
    library.get_ready(QueryPicture(path=tmp_path / "nowhere.jpg"))  # is not said here, but by a search


def test_a_cancelled_search_says_nothing_more(library: Library, folder: Path) -> None:
    asked = iter([False, False])
    picture = QueryPicture(path=folder / "photo003.jpg")
    rankings = list(library.search(Query((picture,)), cancelled=lambda: next(asked, True)))
    assert [ranking.stage for ranking in rankings] == [Stage.FIRST]


def test_the_overview_counts_what_is_done(library: Library) -> None:
    overview = library.overview()
    assert (overview.photos, overview.looked, overview.closer) == (COUNT + 1,) * 3
    assert (overview.descriptor, overview.descriptor_title) == ("rootsift_vlad", "Details (RootSIFT–VLAD)")


def test_a_second_opening_is_refused(library: Library) -> None:
    with pytest.raises(LibraryInUseError):
        Library.open(library.root)


def test_indexing_again_reads_nothing_and_starts_no_worker(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a worker is started")

    monkeypatch.setattr("visearch_desktop.library.indexing.WorkerPool", refuse)
    stages: list[IndexProgress] = []
    report = library.index(on_progress=stages.append)
    assert (report.photos, report.added, report.updated, report.removed) == (COUNT + 1, 0, 0, 0)
    assert {progress.stage for progress in stages} == {"scan"}


def test_searching_and_browsing_go_on_while_another_thread_indexes(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    photos(tmp_path / "more", 6, first_seed=100)
    failures: list[BaseException] = []
    answered = 0
    done = threading.Event()

    def search() -> None:
        nonlocal answered
        while not done.is_set():
            try:
                assert names(library, last_ranking(library, QueryPicture(path=folder / "photo003.jpg"), limit=2)) == [
                    "photo003.jpg", "view_of_3.jpg",
                ]  # fmt: skip
                library.overview()
                library.page(PhotoView(), 0, 10)
                answered += 1
                done.wait(0.1)
            except BaseException as error:  # noqa: BLE001
                failures.append(error)
                return

    thread = threading.Thread(target=search)
    thread.start()
    try:
        report = library.index([tmp_path / "more"], workers=1)
    finally:
        done.set()
        thread.join()
    assert not failures
    assert answered
    assert report.added == 6
    folder_id = next(row.folder_id for row in library.folders() if row.path == tmp_path / "more")
    library.remove_folder(folder_id)
    assert library.overview().photos == COUNT + 1
    assert len(last_ranking(library, QueryPicture(path=folder / "photo003.jpg"), limit=0).hits) == COUNT + 1


@pytest.mark.parametrize("count", [1, 3])
def test_even_the_smallest_library_is_searchable(tmp_path: Path, count: int) -> None:
    photos(tmp_path / "photos", count)
    with Library.open(tmp_path / "library") as library:
        library.index([tmp_path / "photos"], workers=1)
        ranking = last_ranking(library, QueryPicture(path=tmp_path / "photos" / "photo000.jpg"))
        assert names(library, ranking)[0] == "photo000.jpg"
        assert ranking.searched == count


def test_photos_without_any_detail_do_no_harm(tmp_path: Path) -> None:
    plain = scene(0, 64, 64)
    plain[:] = 200
    for n in range(3):
        save(plain - n * 40, tmp_path / "photos" / f"plain{n}.png")
    with Library.open(tmp_path / "library") as library:
        report = library.index([tmp_path / "photos"], workers=1)
        assert report.problems == ()
        assert len(last_ranking(library, QueryPicture(path=tmp_path / "photos" / "plain0.png"), limit=0).hits) == 3


def test_an_empty_library_has_nothing_to_search(tmp_path: Path) -> None:
    picture = QueryPicture(path=save(scene(1), tmp_path / "query.jpg"))
    with Library.open(tmp_path / "library") as library:
        assert library.index().photos == 0
        with pytest.raises(NothingToSearchError):
            last_ranking(library, picture)
        with pytest.raises(NothingToSearchError):
            last_ranking(library, picture, descriptor="colour_histogram")


def test_a_preview_of_an_absent_photo_is_its_thumbnail_at_its_full_size(tmp_path: Path) -> None:
    (path,) = photos(tmp_path / "photos", 1)
    with Library.open(tmp_path / "library") as library:
        library.index([tmp_path / "photos"], workers=1)
        photo_id = library.page(PhotoView(), 0, 1)[0].photo_id
        path.unlink()
        preview = library.preview(QueryPicture(photo_id=photo_id), 200)
        assert (preview.width, preview.height, max(preview.pixels.shape)) == (WIDTH, HEIGHT, 200)
        assert names(library, last_ranking(library, QueryPicture(photo_id=photo_id))) == [path.name]
