"""The local index holds the details of the photos that the catalogue says it holds, whatever happens in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.library.indexed import HEIGHT, WIDTH, last_ranking, photos
from tests.methods.indexes.local.made import photo
from visearch_desktop.catalogue import features, files, folders, keys, purge, shown
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.files import FileRead, SeenFile
from visearch_desktop.catalogue.folders import FolderState
from visearch_desktop.catalogue.photos import hashes_of
from visearch_desktop.catalogue.purge import Gone
from visearch_desktop.catalogue.thumbnails import Thumbnails
from visearch_desktop.core.region import Region
from visearch_desktop.library import object_index
from visearch_desktop.library.folders import remove_folder, restore_folder
from visearch_desktop.library.gallery import LibraryGallery
from visearch_desktop.library.library import Library
from visearch_desktop.library.object_index import ObjectIndex
from visearch_desktop.methods.indexes.local.details import PhotoDetails
from visearch_desktop.methods.indexes.local.local_index import LocalIndex
from visearch_desktop.methods.indexes.local.rows import QueryRows
from visearch_desktop.photos.decode import decode
from visearch_desktop.photos.metadata import Metadata
from visearch_desktop.search.query import QueryPicture

COUNT = 3
IDS = range(1, COUNT + 1)
KEY = PhotoDetails().key
NOWHERE = Metadata(800, 600, 1, "", "", "", "", None, None, None)


class KilledError(BaseException):
    """Stands for the end of the process."""


def killed(*_: object) -> None:
    raise KilledError


@pytest.fixture
def full(tmp_path: Path, catalogue: Catalogue) -> Catalogue:
    """A catalogue with three photos, whose details are in no index yet."""
    folder = folders.insert_folder(catalogue, tmp_path / "photos", ())
    files.insert_new(catalogue, folder, [SeenFile(f"{n}.jpg".encode(), 1, 1) for n in IDS])
    unread = files.unread_files(catalogue, folder)
    files.record_reads(catalogue, [FileRead(one.file_id, f"content {one.file_id}", NOWHERE) for one in unread])
    wait(catalogue)
    return catalogue


def wait(catalogue: Catalogue, photo_ids: Iterable[int] = IDS) -> None:
    """As workers hand details over."""
    hashes = hashes_of(catalogue, photo_ids)
    rows = [(content, len(photo(photo_id)), photo(photo_id).to_bytes()) for photo_id, content in hashes.items()]
    features.put_many(catalogue, KEY, rows)


def made() -> dict[int, bytes]:
    return {photo_id: photo(photo_id).to_bytes() for photo_id in IDS}


def held(index: ObjectIndex) -> dict[int, bytes]:
    found = {photo_id: index.rows_of(photo_id) for photo_id in IDS}
    return {photo_id: rows.to_bytes() for photo_id, rows in found.items() if rows is not None}


def is_found(index: ObjectIndex, photo_id: int) -> bool:
    return photo_id in index.search(QueryRows.of_stored(photo(photo_id)), 0).ids


@pytest.fixture
def index(full: Catalogue, tmp_path: Path) -> Iterator[ObjectIndex]:
    """The index of that catalogue."""
    opened = ObjectIndex(full, tmp_path / "index")
    yield opened
    opened.close()


def test_what_waits_in_the_catalogue_is_taken_and_kept_nowhere_else(full: Catalogue, index: ObjectIndex) -> None:
    assert held(index) == made()
    assert features.waiting(full, KEY) == dict.fromkeys(IDS, False)
    assert features.missing(full, KEY) == []
    assert all(is_found(index, photo_id) for photo_id in IDS)
    wait(full, [2])  # looked at again
    index.take([1, 2])
    assert held(index) == made()
    assert features.waiting(full, KEY) == dict.fromkeys(IDS, False)


def test_photos_of_a_removed_folder_are_not_found_until_it_is_restored(full: Catalogue, index: ObjectIndex) -> None:
    (folder,) = folders.list_folders(full)
    for change, found in ((remove_folder, False), (restore_folder, True)):
        change(full, folder.folder_id)
        index.changed()
        assert is_found(index, 1) is found
        assert len(index) == COUNT


def test_purged_photos_are_taken_out_and_what_they_take_up_is_told(
    full: Catalogue, index: ObjectIndex, thumbnails: Thumbnails, tmp_path: Path
) -> None:
    (folder,) = folders.list_folders(full)
    folders.set_state(full, folder.folder_id, FolderState.REMOVED)
    shown.refresh_folder(full, folder.folder_id)
    on_disk = sum(file.stat().st_size for file in (tmp_path / "index").iterdir())
    assert purge.gone(full, thumbnails, index.bytes_of) == Gone(COUNT, on_disk)
    assert purge.purge(full, thumbnails, index.bytes_of).size_bytes == on_disk
    index.reconcile()
    assert held(index) == {}
    assert index.bytes_of(IDS) == 0


def test_a_photo_takes_up_its_share_of_the_files_and_one_that_is_not_there_nothing(index: ObjectIndex) -> None:
    assert index.bytes_of([2, 77]) == round(index.bytes_of(IDS) / COUNT)


@pytest.mark.parametrize("moment", ["append", "settle"])
def test_a_kill_between_the_catalogue_and_the_index_is_put_right_when_the_library_is_opened(
    full: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(LocalIndex if moment == "append" else object_index.features, moment, killed)
        with pytest.raises(KilledError):
            ObjectIndex(full, tmp_path / "index")
    assert all(features.waiting(full, KEY).values())
    index = ObjectIndex(full, tmp_path / "index")
    assert held(index) == made()
    assert not any(features.waiting(full, KEY).values())
    assert index.notes == []
    index.close()


def test_a_full_disk_leaves_them_waiting(full: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(LocalIndex, "append", no_space)
        index = ObjectIndex(full, tmp_path / "index")
    assert held(index) == {}
    assert all(features.waiting(full, KEY).values())
    index.take(IDS)
    assert held(index) == made()
    index.close()


def test_a_photo_that_the_catalogue_lost_is_taken_out(full: Catalogue, index: ObjectIndex) -> None:
    features.forget(full, KEY, [2])
    index.reconcile()
    assert sorted(held(index)) == [1, 3]


def test_details_that_cannot_be_read_are_made_again_and_the_others_are_taken(full: Catalogue, tmp_path: Path) -> None:
    full.connection.execute("UPDATE features SET packed = x'0102' WHERE photo_id = 2")
    full.connection.commit()
    index = ObjectIndex(full, tmp_path / "index")
    assert sorted(held(index)) == [1, 3]
    assert [one.photo_id for one in features.missing(full, KEY)] in ([2], [])  # its drive may be missing
    assert 2 not in features.waiting(full, KEY)
    index.close()


def test_a_damaged_index_is_told_in_one_sentence_and_its_photos_are_to_be_looked_at_again(
    full: Catalogue, tmp_path: Path
) -> None:
    ObjectIndex(full, tmp_path / "index").close()
    (journal,) = (tmp_path / "index").glob("*.journal")
    content = bytearray(journal.read_bytes())
    content[len(content) // 2] ^= 255
    journal.write_bytes(content)
    index = ObjectIndex(full, tmp_path / "index")
    assert len(index.notes) == 1
    assert held(index) == {}
    assert features.waiting(full, KEY) == {}
    index.close()
    again = ObjectIndex(full, tmp_path / "index")
    assert again.notes == []
    wait(full)
    again.take(IDS)
    assert held(again) == made()
    again.close()


def test_a_library_of_an_older_version_opens_as_ever(full: Catalogue, tmp_path: Path) -> None:
    features.forget(full, KEY, IDS)
    index = ObjectIndex(full, tmp_path / "index")
    assert (index.notes, len(index)) == ([], 0)
    assert len(index.search(QueryRows.of_stored(photo(1)), 5)) == 0
    index.close()


def test_an_index_whose_files_are_gone_is_made_anew_with_one_sentence(full: Catalogue, tmp_path: Path) -> None:
    ObjectIndex(full, tmp_path / "index").close()
    for file in (tmp_path / "index").iterdir():
        file.unlink()
    index = ObjectIndex(full, tmp_path / "index")
    assert len(index.notes) == 1
    assert features.waiting(full, KEY) == {}
    index.close()


def test_details_under_another_key_are_forgotten_with_one_sentence(
    full: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ObjectIndex(full, tmp_path / "index").close()
    monkeypatch.setattr("visearch_desktop.methods.indexes.local.details.CELLS", 8)
    index = ObjectIndex(full, tmp_path / "index")
    assert (len(index.notes), len(index)) == (1, 0)
    assert keys.named(full, "details") == []
    index.close()


def test_without_the_programs_words_nothing_is_kept_and_one_sentence_says_so(
    full: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visearch_desktop.methods.local_features.bundled_vocabulary.FOLDER", "nowhere")
    index = ObjectIndex(full, tmp_path / "index")
    index.reconcile()
    index.take([1])
    assert (len(index), len(index.notes), index.maker()) == (0, 1, None)
    assert all(features.waiting(full, KEY).values())
    index.close()


def test_indexing_looks_for_the_details_of_every_photo_and_again_where_they_were_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = photos(tmp_path / "photos", COUNT)
    details = PhotoDetails()
    wanted = {path: details.extract(decode(path, details.working_px).pixels, WIDTH, HEIGHT) for path in paths}
    assert min(map(len, wanted.values())) > 50
    with Library.open(tmp_path / "library") as library:
        for run in range(2):
            notes = library.index([tmp_path / "photos"], workers=1).notes
            assert [("3 photos" in note) for note in notes] == [True] * run
            rows = {library.paths_of(photo_id)[0]: library._objects.rows_of(photo_id) for photo_id in IDS}
            assert {path: one.to_bytes() for path, one in rows.items() if one is not None} == {
                path: one.to_bytes() for path, one in wanted.items()
            }
            with monkeypatch.context() as patch:
                patch.setattr(LibraryGallery, "features", lambda *_: None)  # nothing but the index can verify
                whole, box = (
                    last_ranking(library, QueryPicture(path=paths[1], region=region)).hits[0]
                    for region in (None, Region(50, 40, 300, 220))
                )
            for hit in (whole, box):
                assert library.paths_of(hit.photo_id) == (paths[1],)
                assert hit.inliers >= 12
            features.forget(library._catalogue, KEY, IDS)
            library._objects.reconcile()
            assert len(library._objects) == 0
