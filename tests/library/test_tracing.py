"""A photo that was not found is followed to the step that lost it, and the step is the right one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.library.indexed import HEIGHT, WIDTH, another_view, last_ranking, photos
from tests.scenes import save, scene
from visearch_desktop.core.errors import PhotoError, UsageError
from visearch_desktop.library.library import Library
from visearch_desktop.library.rows import LostAt, PhotoView, Trace
from visearch_desktop.search.query import Query, QueryPicture


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("traced") / "Travels"
    photos(made, 6)
    another_view(made / "view_of_3.jpg", 3)
    (made / "broken.jpg").write_text("no picture")
    return made


@pytest.fixture(scope="module")
def library(folder: Path) -> Iterator[Library]:
    with Library.open(folder.parent / "library") as opened:
        opened.index([folder], descriptor="colour_histogram", workers=1)
        yield opened


def traced(library: Library, query: Path, asked: Path | int, intent: str = "same") -> Trace:
    picture = QueryPicture(photo_id=asked) if isinstance(asked, int) else QueryPicture(path=asked)
    return library.why_not_found(Query((QueryPicture(path=query),)), picture, intent=intent)


def numbers(library: Library) -> dict[str, int]:
    return {row.name: row.photo_id for row in library.page(PhotoView(), 0, 100)}


def test_what_is_found_is_not_lost(library: Library, folder: Path) -> None:
    found = traced(library, folder / "photo003.jpg", folder / "view_of_3.jpg")
    assert (found.lost_at, found.folder, found.photos, found.described) == (LostAt.NOWHERE, "Travels", 7, 7)
    assert found.photo_id == numbers(library)["view_of_3.jpg"]
    assert found.verdict == "verified"
    assert found.inliers >= 20
    assert found == traced(library, folder / "photo003.jpg", numbers(library)["view_of_3.jpg"])


def test_a_photo_of_something_else_is_lost_because_too_few_details_agree(library: Library, folder: Path) -> None:
    found = traced(library, folder / "photo003.jpg", folder / "photo001.jpg")
    assert found.lost_at is LostAt.NOT_VERIFIED
    assert found.verdict not in ("", "verified")
    assert found.query_details > 50
    hits = last_ranking(library, QueryPicture(path=folder / "photo003.jpg"), verify=False).hits
    assert found.rank == next(hit.rank for hit in hits if hit.photo_id == found.photo_id)


def test_a_photo_that_comes_after_those_looked_at_is_lost_by_its_rank(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from visearch_desktop.library import asking as module
    from visearch_desktop.search.intents import find_intent

    monkeypatch.setattr(module, "find_intent", lambda name: replace(find_intent(name), details=False, verify=1))
    found = traced(library, folder / "photo003.jpg", folder / "view_of_3.jpg")
    assert found.lost_at is LostAt.RANKED_LOW
    assert found.rank > found.looked_at == 1
    assert found.verdict == "verified"  # it would have been found


def test_what_is_found_in_the_mirror_is_followed_in_the_mirror(library: Library, folder: Path, tmp_path: Path) -> None:
    from PIL import Image, ImageOps

    mirrored = tmp_path / "mirrored.png"
    ImageOps.mirror(Image.open(folder / "photo003.jpg")).save(mirrored)
    asked, picture = QueryPicture(path=folder / "photo003.jpg"), QueryPicture(path=mirrored)
    plain = library.why_not_found(Query((picture,)), asked)
    found = library.why_not_found(Query((picture,), mirrored=True), asked)
    assert plain.lost_at is LostAt.NOT_VERIFIED
    assert (found.lost_at, found.verdict) == (LostAt.NOWHERE, "verified")


def test_files_the_library_does_not_know_are_lost_before_any_search(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    query = folder / "photo003.jpg"
    outside = save(scene(900, WIDTH, HEIGHT), tmp_path / "outside.jpg")
    assert traced(library, query, outside) == Trace(LostAt.NO_FOLDER, None, "outside.jpg", photos=7)
    later = save(scene(901, WIDTH, HEIGHT), folder / "later.jpg")
    hidden = save(scene(902, WIDTH, HEIGHT), folder / ".hidden.jpg")
    (folder / "notes.txt").write_text("words")
    try:
        assert traced(library, query, later).lost_at is LostAt.NOT_READ_YET
        assert traced(library, query, hidden).lost_at is LostAt.PASSED_OVER
        assert traced(library, query, folder / "notes.txt").lost_at is LostAt.PASSED_OVER
    finally:
        for path in (later, hidden, folder / "notes.txt"):
            path.unlink()
    broken = traced(library, query, folder / "broken.jpg")
    assert (broken.lost_at, broken.folder) == (LostAt.UNREADABLE, "Travels")
    assert broken.problem.endswith(".")


def test_a_copy_from_elsewhere_is_the_photo_that_it_is_a_copy_of(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copy(folder / "view_of_3.jpg", tmp_path / "copied.jpg"))
    found = traced(library, folder / "photo003.jpg", copy)
    assert (found.lost_at, found.photo_id) == (LostAt.NOWHERE, numbers(library)["view_of_3.jpg"])


def test_nonsense_is_refused(library: Library, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(PhotoError):
        traced(library, folder / "photo003.jpg", tmp_path / "missing.jpg")
    with pytest.raises(UsageError):
        library.why_not_found(Query((QueryPicture(path=folder / "photo003.jpg"),)), QueryPicture(encoded=b"x"))
    assert traced(library, folder / "photo003.jpg", 10**9).lost_at is LostAt.NO_FOLDER


def test_heat_needs_a_network(library: Library, folder: Path) -> None:
    photo_id = numbers(library)["view_of_3.jpg"]
    assert library.heat_map(QueryPicture(path=folder / "photo003.jpg"), photo_id) is None
