"""Several pictures and regions in one query, and what photos are not to show, in a library of real files."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scenes import Pixels, save, scene, similarity_transform, warped
from visearch_desktop.core.errors import OnlyMinusError
from visearch_desktop.core.region import Region
from visearch_desktop.library.library import Library
from visearch_desktop.library.rows import LostAt
from visearch_desktop.search.hits import Confidence, Ranking, Stage
from visearch_desktop.search.query import Query, QueryPicture, Together

WIDTH, HEIGHT = 640, 480
THINGS = {"can": scene(901, 200, 200), "book": scene(902, 200, 200)}
BOXES = {"can": Region(40, 60, 200, 200), "book": Region(380, 200, 200, 200)}
OTHERS = 8


def photo(seed: int, **turned_deg: float) -> Pixels:
    """A scene with things in it, each turned; both lie elsewhere in every photo."""
    pixels = scene(seed, WIDTH, HEIGHT)
    for number, (name, turn) in enumerate(turned_deg.items()):
        move = similarity_transform(0.9, turn, 130 + 260 * number + seed % 7, 120 + seed % 11)
        pixels = warped(THINGS[name], move, WIDTH, HEIGHT, pixels)
    return pixels


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("photos")
    for number in range(OTHERS):
        save(photo(100 + number), made / f"other{number}.jpg")
    save(photo(201, can=10, book=-10), made / "both1.jpg")
    save(photo(202, book=15, can=5), made / "both2.jpg")
    save(photo(203, can=-15), made / "can1.jpg")
    save(photo(204, can=20), made / "can2.jpg")
    save(photo(205, book=8), made / "book1.jpg")
    return made


@pytest.fixture(scope="module")
def query(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both things on a ground that is in no photo."""
    pixels = scene(300, WIDTH, HEIGHT)
    for name, box in BOXES.items():
        pixels = warped(THINGS[name], similarity_transform(1, 0, box.x, box.y), WIDTH, HEIGHT, pixels)
    return save(pixels, tmp_path_factory.mktemp("query") / "shelf.png")


@pytest.fixture(scope="module")
def library(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("library"), network_folders=(folder / "none",)) as opened:
        opened.index([folder], workers=1)
        yield opened


def box(query: Path, name: str, *, minus: bool = False) -> QueryPicture:
    return QueryPicture(path=query, region=BOXES[name], minus=minus)


def asked(library: Library, *pictures: QueryPicture, together: Together = Together.ALL, **options: Any) -> Ranking:
    return deque(library.search(Query(pictures, together), **options), maxlen=1).pop()


def shown(library: Library, ranking: Ranking, *words: Confidence) -> set[str]:
    """Names of the hits worth showing, of these words."""
    hits = ranking.hits[: ranking.standing_out]
    return {library.paths_of(hit.photo_id)[0].stem for hit in hits if not words or hit.confidence in words}


def test_all_boxes_of_a_picture_must_be_there(library: Library, query: Path) -> None:
    found = asked(library, box(query, "can"), box(query, "book"))
    assert found.stage is Stage.VERIFIED
    assert shown(library, found, Confidence.SURE) == {"both1", "both2"}
    for hit in found.hits[:2]:
        (other,) = hit.others
        assert {hit.part, other.part} == {0, 1}
        assert hit.quad is not None
        assert other.quad is not None
        assert hit.quad != other.quad
    assert found.query_sizes == ((WIDTH, HEIGHT),) * 2


def test_any_box_of_a_picture_may_be_there(library: Library, query: Path) -> None:
    found = asked(library, box(query, "can"), box(query, "book"), together=Together.ANY)
    assert shown(library, found, Confidence.SURE) == {"both1", "both2", "can1", "can2", "book1"}
    single = {library.paths_of(hit.photo_id)[0].stem: hit for hit in found.hits}
    assert (single["can1"].part, single["book1"].part) == (0, 1)


def test_photos_that_show_what_is_not_wanted_are_left_out(library: Library, query: Path) -> None:
    found = asked(library, box(query, "can"), box(query, "book", minus=True))
    assert shown(library, found, Confidence.SURE) == {"can1", "can2"}
    assert not {"both1", "both2", "book1"} & {library.paths_of(hit.photo_id)[0].stem for hit in found.hits}


def test_a_whole_photo_can_be_what_is_not_wanted(library: Library, folder: Path, query: Path) -> None:
    found = asked(library, box(query, "can"), QueryPicture(path=folder / "can1.jpg", minus=True))
    assert "can1" not in {library.paths_of(hit.photo_id)[0].stem for hit in found.hits}


def test_several_pictures_are_one_query(library: Library, folder: Path) -> None:
    pictures = [QueryPicture(path=folder / name) for name in ("other1.jpg", "other5.jpg")]
    found = asked(library, *pictures, together=Together.ANY)
    assert {library.paths_of(hit.photo_id)[0].stem for hit in found.hits[:2]} == {"other1", "other5"}
    assert not shown(library, asked(library, *pictures), Confidence.SURE)


def test_the_first_answer_comes_before_the_verified_one_and_progress_covers_all_parts(
    library: Library, query: Path
) -> None:
    told: list[float] = []
    parts = (box(query, "can"), box(query, "book"))
    stages = library.search(Query(parts), on_verifying=lambda done, total: told.append(done / total))
    assert [one.stage for one in stages] == [Stage.FIRST, Stage.VERIFIED]
    assert told == sorted(told)
    assert told[-1] == 1


def test_a_limit_cuts_the_answer_of_all_parts_and_none_ranks_all_photos(library: Library, query: Path) -> None:
    parts = (box(query, "can"), box(query, "book"))
    whole = asked(library, *parts, limit=0)
    assert len(whole.hits) == whole.searched == OTHERS + 5
    assert [hit.photo_id for hit in asked(library, *parts, limit=2).hits] == [
        hit.photo_id for hit in whole.hits[:2]
    ]  # fmt: skip


def test_a_search_for_nothing_but_what_is_not_wanted_cannot_be_answered(library: Library, query: Path) -> None:
    with pytest.raises(OnlyMinusError):
        asked(library, box(query, "can", minus=True))


@pytest.mark.parametrize(
    ("name", "parts", "together", "lost_at"),
    [
        ("both1.jpg", ("can", "book"), Together.ALL, LostAt.NOWHERE),
        ("can1.jpg", ("can", "book"), Together.ANY, LostAt.NOWHERE),
        ("both1.jpg", ("can", "-book"), Together.ALL, LostAt.NOT_THIS),
        ("can1.jpg", ("can", "-book"), Together.ALL, LostAt.NOWHERE),
    ],
)
def test_why_a_photo_is_missing_is_told_of_the_part_that_lost_it(
    library: Library, folder: Path, query: Path, name: str, parts: tuple[str, ...], together: Together, lost_at: LostAt
) -> None:
    pictures = tuple(box(query, part.lstrip("-"), minus=part.startswith("-")) for part in parts)
    trace = library.why_not_found(Query(pictures, together), QueryPicture(path=folder / name))
    assert trace.lost_at is lost_at


def test_a_photo_without_one_of_the_things_is_lost_by_that(library: Library, folder: Path, query: Path) -> None:
    asked_for = QueryPicture(path=folder / "can1.jpg")
    both = library.why_not_found(Query((box(query, "can"), box(query, "book"))), asked_for)
    assert both == library.why_not_found(Query((box(query, "book"),)), asked_for)
    assert both.lost_at is not LostAt.NOWHERE
