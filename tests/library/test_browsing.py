from __future__ import annotations

from pathlib import Path

import pytest

from tests.library.disk import BAD, KEY, index, read, write
from visearch_desktop.catalogue import features, files, folders
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.files import FileRead
from visearch_desktop.catalogue.thumbnails import Thumbnails
from visearch_desktop.core.errors import UsageError
from visearch_desktop.library import browsing
from visearch_desktop.library.folders import add_folder, remove_folder
from visearch_desktop.library.rows import Order, PhotoView, Section
from visearch_desktop.library.scanning import scan
from visearch_desktop.photos.fingerprint import fingerprint
from visearch_desktop.photos.metadata import Metadata

FEATURES = "details@1/0"

TAKEN = {
    "IMG_2.jpg": "2024-05-01T10:00:00",
    "IMG_10.jpg": "2024-05-01T10:00:00",
    "beach/sand.jpg": "2023-12-31T23:59:59+01:00",
    "beach/sea.jpg": "2024-06-07T08:00:00",
    "scan.jpg": "1961-02-03T00:00:00",
}


@pytest.fixture
def folder_id(catalogue: Catalogue, photos: Path) -> int:
    """Five dated photos; one lies in two places."""
    for name in TAKEN:
        write(photos / name, name)
    found = scan(catalogue, add_folder(catalogue, catalogue.path.parent, photos).folder_id)
    for file in found.unread:
        taken = TAKEN[file.path.relative_to(photos).as_posix()]
        metadata = Metadata(800, 600, 1, taken, "Canon EOS 80D", "50 mm", "1/60 s, f/2, ISO 100", 48.1, 11.5, 519.0)
        files.record_reads(catalogue, [FileRead(file.file_id, fingerprint(file.path), metadata)])
    write(photos / "beach" / "IMG_2 copy.jpg", "IMG_2.jpg")
    index(catalogue, found.folder_id)
    return found.folder_id


def names(catalogue: Catalogue, thumbnails: Thumbnails, view: PhotoView) -> list[str]:
    return [row.name for row in browsing.page(catalogue, thumbnails, view, 0, 100)]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.NEWEST, ["sea.jpg", "IMG_10.jpg", "IMG_2.jpg", "sand.jpg", "scan.jpg"]),
        (Order.OLDEST, ["scan.jpg", "sand.jpg", "IMG_2.jpg", "IMG_10.jpg", "sea.jpg"]),
        (Order.NAME, ["IMG_2.jpg", "IMG_10.jpg", "sand.jpg", "scan.jpg", "sea.jpg"]),
    ],
)
def test_photos_come_in_the_order_of_the_view(
    catalogue: Catalogue, thumbnails: Thumbnails, folder_id: int, order: Order, expected: list[str]
) -> None:
    assert names(catalogue, thumbnails, PhotoView(order=order)) == expected
    assert names(catalogue, thumbnails, PhotoView(folder_id, order=order)) == expected


def test_a_view_has_a_section_for_each_month(catalogue: Catalogue, folder_id: int) -> None:
    months = (Section("2024-06", 1), Section("2024-05", 2), Section("2023-12", 1), Section("1961-02", 1))
    assert browsing.sections(catalogue, PhotoView()) == months
    assert browsing.sections(catalogue, PhotoView(order=Order.OLDEST)) == months[::-1]
    assert browsing.sections(catalogue, PhotoView(order=Order.NAME)) == (Section("", 5),)


def test_pages_put_together_are_the_view(catalogue: Catalogue, thumbnails: Thumbnails, folder_id: int) -> None:
    whole = browsing.page(catalogue, thumbnails, PhotoView(), 0, 100)
    parts = [browsing.page(catalogue, thumbnails, PhotoView(), offset, 2) for offset in range(0, 8, 2)]
    assert [len(part) for part in parts] == [2, 2, 1, 0]
    assert sum(parts, ()) == whole


def test_a_subfolder_shows_its_photos_also_those_that_lie_elsewhere_too(
    catalogue: Catalogue, thumbnails: Thumbnails, photos: Path, folder_id: int
) -> None:
    view = PhotoView(folder_id, "beach")
    assert names(catalogue, thumbnails, view) == ["sea.jpg", "IMG_2 copy.jpg", "sand.jpg"]
    assert sum(section.count for section in browsing.sections(catalogue, view)) == 3
    assert names(catalogue, thumbnails, PhotoView(folder_id, "bea")) == [], "half a name is another folder"


def test_recently_added_looks_back_30_days_from_the_newest(
    catalogue: Catalogue, thumbnails: Thumbnails, photos: Path, folder_id: int
) -> None:
    catalogue.connection.execute("UPDATE photos SET added = added - 40 * 86400")
    catalogue.connection.execute("UPDATE files SET added = added - 40 * 86400")
    write(photos / "new.jpg", "new")
    index(catalogue, folder_id)
    assert names(catalogue, thumbnails, PhotoView(recent=True)) == ["new.jpg"]
    assert names(catalogue, thumbnails, PhotoView(order=Order.ADDED))[0] == "new.jpg"
    (photos / "scan.jpg").rename(photos / "scan, moved.jpg")
    index(catalogue, folder_id)
    assert names(catalogue, thumbnails, PhotoView(recent=True)) == ["new.jpg"], "moving does not add"


def test_a_photo_without_a_date_is_sorted_by_the_time_of_its_file(
    catalogue: Catalogue, thumbnails: Thumbnails, photos: Path, folder_id: int
) -> None:
    write(photos / "no date.jpg", "no date", second=1_717_700_000)  # 6 June 2024
    index(catalogue, folder_id)
    assert names(catalogue, thumbnails, PhotoView())[:2] == ["sea.jpg", "no date.jpg"]


def test_a_row_says_what_a_cell_needs(
    catalogue: Catalogue, thumbnails: Thumbnails, photos: Path, folder_id: int
) -> None:
    thumbnails.put_many([(fingerprint(photos / "scan.jpg"), b"jpeg")])
    rows = {row.name: row for row in browsing.page(catalogue, thumbnails, PhotoView(), 0, 9)}
    scan_row = rows["scan.jpg"]
    assert (scan_row.path, scan_row.taken) == (photos / "scan.jpg", "1961-02-03T00:00:00")
    assert (scan_row.width, scan_row.height, scan_row.is_offline) == (800, 600, False)
    assert {name for name, row in rows.items() if row.has_thumbnail} == {"scan.jpg"}
    assert browsing.thumbnail(catalogue, thumbnails, scan_row.photo_id) == b"jpeg"
    assert browsing.thumbnail(catalogue, thumbnails, rows["sea.jpg"].photo_id) == b""
    assert browsing.thumbnail(catalogue, thumbnails, 999) == b""


def test_rows_of_hits_come_in_their_order(
    catalogue: Catalogue, thumbnails: Thumbnails, photos: Path, folder_id: int
) -> None:
    ids = [row.photo_id for row in browsing.page(catalogue, thumbnails, PhotoView(), 0, 9)]
    wanted = [ids[3], ids[0], 999, ids[2]]
    assert [row.photo_id for row in browsing.rows(catalogue, thumbnails, wanted)] == [ids[3], ids[0], ids[2]]
    (photos / "sea.jpg").unlink(missing_ok=True)
    (photos / "beach" / "sea.jpg").unlink()
    index(catalogue, folder_id)
    assert browsing.rows(catalogue, thumbnails, [ids[0]])[0].name == "sea.jpg", "a hit that was deleted a moment ago"


def test_details_say_where_else_a_photo_lies(
    catalogue: Catalogue, thumbnails: Thumbnails, photos: Path, folder_id: int
) -> None:
    row = next(row for row in browsing.page(catalogue, thumbnails, PhotoView(), 0, 9) if row.name == "IMG_2.jpg")
    features.put_many(catalogue, FEATURES, [(fingerprint(row.path), 812, b"packed")])
    details = browsing.details(catalogue, thumbnails, row.photo_id, FEATURES)
    assert details.row == row
    assert details.also_at == (photos / "beach" / "IMG_2 copy.jpg",)
    assert (details.folder_name, details.size_bytes) == ("photos", len("IMG_2.jpg"))
    assert (details.camera, details.lens, details.exposure) == ("Canon EOS 80D", "50 mm", "1/60 s, f/2, ISO 100")
    assert (details.position, details.altitude_m, details.details) == ((48.1, 11.5), 519.0, 812)
    assert browsing.details(catalogue, thumbnails, row.photo_id, None).details is None
    assert browsing.paths_of(catalogue, row.photo_id) == (row.path, *details.also_at)


def test_a_photo_that_is_not_there_has_no_details(catalogue: Catalogue, thumbnails: Thumbnails) -> None:
    with pytest.raises(UsageError):
        browsing.details(catalogue, thumbnails, 1, None)


def test_the_overview_counts_what_each_pass_has_covered(catalogue: Catalogue, photos: Path, folder_id: int) -> None:
    write(photos / "bad.jpg", BAD)
    write(photos / "not read yet.jpg", "later")
    found = scan(catalogue, folder_id)
    read(catalogue, tuple(file for file in found.unread if file.path.name == "bad.jpg"))
    features.put_many(catalogue, FEATURES, [(fingerprint(photos / "scan.jpg"), 5, b"packed")])
    overview = browsing.overview(catalogue, "gem", KEY, FEATURES)
    assert (overview.photos, overview.looked, overview.closer, overview.problems) == (5, 5, 1, 1)
    assert (overview.recent, overview.descriptor) == (5, "gem")
    assert [(row.name, row.count) for row in overview.folders] == [("photos", 5)]
    untrained = browsing.overview(catalogue, "vlad", None, None)
    assert (untrained.looked, untrained.closer) == (0, 0)


def test_a_copy_on_a_connected_drive_stands_for_the_photo(
    catalogue: Catalogue, thumbnails: Thumbnails, photos: Path, folder_id: int, tmp_path: Path
) -> None:
    write(tmp_path / "backup" / "scan.jpg", "scan.jpg")
    backup = add_folder(catalogue, catalogue.path.parent, tmp_path / "backup").folder_id
    index(catalogue, backup)
    photos.rename(tmp_path / "unplugged")
    scan(catalogue, folder_id)
    rows = {row.name: row for row in browsing.page(catalogue, thumbnails, PhotoView(), 0, 9)}
    assert rows["scan.jpg"].path == tmp_path / "backup" / "scan.jpg"
    assert not rows["scan.jpg"].is_offline
    assert rows["sea.jpg"].is_offline
    assert len(folders.list_folders(catalogue)) == 2


def test_an_empty_library_can_be_looked_through(catalogue: Catalogue, thumbnails: Thumbnails, photos: Path) -> None:
    overview = browsing.overview(catalogue, "gem", KEY, FEATURES)
    assert (overview.photos, overview.recent, overview.folders) == (0, 0, ())
    for order in Order:
        assert browsing.page(catalogue, thumbnails, PhotoView(order=order, recent=True), 0, 10) == ()
        assert browsing.sections(catalogue, PhotoView(order=order)) == ()


def test_a_removed_folder_takes_its_photos_out_of_every_view(
    catalogue: Catalogue, thumbnails: Thumbnails, folder_id: int
) -> None:
    remove_folder(catalogue, folder_id)
    for view in (PhotoView(), PhotoView(recent=True), PhotoView(order=Order.NAME)):
        assert browsing.page(catalogue, thumbnails, view, 0, 10) == ()
