from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.catalogue.conftest import content, fill
from visearch_desktop.catalogue import features, files, folders, models, shown, vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.files import FileRead, SeenFile
from visearch_desktop.catalogue.folders import FolderState
from visearch_desktop.core.vectors import from_bytes, normalise, to_bytes
from visearch_desktop.photos.metadata import Metadata


def test_vectors_come_back_with_their_photos(catalogue: Catalogue) -> None:
    ids = fill(catalogue, 3)
    written = normalise(np.random.default_rng(0).normal(size=(3, 16)))
    assert vectors.put_many(catalogue, "gem@1/a", [(content(i), to_bytes(written[i])) for i in (2, 0, 1)]) == 3
    got_ids, got = vectors.load(catalogue, "gem@1/a")
    assert got_ids.tolist() == ids
    assert np.allclose([from_bytes(blob) for blob in got], written, atol=2e-3)
    one = vectors.get(catalogue, "gem@1/a", ids[1])
    assert one is not None
    assert np.allclose(from_bytes(one), written[1], atol=2e-3)


def test_vectors_under_different_keys_never_meet(catalogue: Catalogue) -> None:
    ids = fill(catalogue, 2)
    vectors.put_many(catalogue, "gem@1/a", [(content(0), bytes(8)), (content(1), bytes(8))])
    vectors.put_many(catalogue, "gem@2/b", [(content(1), bytes(32))])
    assert vectors.load(catalogue, "gem@1/a")[1] == [bytes(8), bytes(8)]
    assert vectors.load(catalogue, "gem@2/b")[1] == [bytes(32)]
    assert vectors.load(catalogue, "never seen")[1] == []
    assert [undone.photo_id for undone in vectors.missing(catalogue, "gem@2/b")] == [ids[0]]
    assert len(vectors.missing(catalogue, "never seen")) == 2


def test_a_vector_stored_again_replaces_the_first(catalogue: Catalogue) -> None:
    ids = fill(catalogue, 1)
    for value in (b"\0\0", b"\0\x3c"):
        vectors.put_many(catalogue, "k", [(content(0), value)])
    assert vectors.get(catalogue, "k", ids[0]) == b"\0\x3c"
    assert vectors.count(catalogue, "k") == 1


def test_a_vector_of_a_content_that_left_meanwhile_is_passed_over(catalogue: Catalogue) -> None:
    fill(catalogue, 1)
    assert vectors.put_many(catalogue, "k", [(content(0), b"\0\0"), (content(77), b"\0\0")]) == 1


def test_photos_that_left_are_not_searched_but_not_forgotten(catalogue: Catalogue) -> None:
    ids = fill(catalogue, 3)
    vectors.put_many(catalogue, "k", [(content(i), bytes(4)) for i in range(3)])
    features.put_many(catalogue, "f", [(content(i), i, b"packed") for i in range(3)])
    files.mark_gone(catalogue, [1])
    assert vectors.load(catalogue, "k")[0].tolist() == ids[1:] == vectors.known(catalogue, "k")
    assert features.known(catalogue, "f") == ids[1:]
    assert vectors.count(catalogue, "k") == features.count(catalogue, "f") == 2
    assert vectors.get(catalogue, "k", ids[0]) is not None
    files.mark_back(catalogue, [1])
    assert vectors.load(catalogue, "k")[0].tolist() == ids


def test_what_is_missing_comes_newest_folder_first_and_only_from_connected_drives(catalogue: Catalogue) -> None:
    old = folders.insert_folder(catalogue, Path("/old"), ())
    new = folders.insert_folder(catalogue, Path("/new"), ())
    away = folders.insert_folder(catalogue, Path("/away"), ())
    seen = {
        old: [(b"b/2.jpg", 20), (b"b/1.jpg", 90), (b"c/1.jpg", 50), (b"a.jpg", 10)],
        new: [(b"x.jpg", 70), (b"w.jpg", 5)],
        away: [(b"z.jpg", 99)],
    }
    number = 0
    for folder_id, found in seen.items():
        files.insert_new(catalogue, folder_id, [SeenFile(name, 1, time) for name, time in found])
        for row in files.unread_files(catalogue, folder_id):
            number += 1
            files.record_reads(catalogue, [FileRead(row.file_id, content(number), Metadata(1, 1))])
    folders.set_state(catalogue, away, FolderState.OFFLINE)
    shown.refresh_folder(catalogue, away)
    assert [str(undone.path) for undone in vectors.missing(catalogue, "k")] == [
        "/old/b/1.jpg", "/old/b/2.jpg", "/new/w.jpg", "/new/x.jpg", "/old/c/1.jpg", "/old/a.jpg",
    ]  # fmt: skip


def test_local_features_know_their_number(catalogue: Catalogue) -> None:
    ids = fill(catalogue, 3)
    features.put_many(catalogue, "rootsift@1/0", [(content(0), 812, b"many"), (content(1), 0, b"")])
    assert [features.count_of(catalogue, "rootsift@1/0", photo_id) for photo_id in ids] == [812, 0, None]
    assert features.get(catalogue, "rootsift@1/0", ids[1]) == b"", "a plain photo has none; that is not: not known"
    assert features.get(catalogue, "rootsift@1/0", ids[2]) is None
    assert features.get_many(catalogue, "rootsift@1/0", ids) == {ids[0]: b"many", ids[1]: b""}
    assert [undone.photo_id for undone in features.missing(catalogue, "rootsift@1/0")] == ids[2:]


def test_models_are_stored_without_pickle(catalogue: Catalogue) -> None:
    arrays = {"centres": np.arange(12, dtype=np.float32).reshape(3, 4), "name": np.asarray("vlad")}
    models.put(catalogue, "rootsift_vlad", "rootsift@1/0", arrays)
    got = models.get(catalogue, "rootsift_vlad", "rootsift@1/0")
    assert got is not None
    assert np.array_equal(got["centres"], arrays["centres"])
    assert str(got["name"]) == "vlad"
    assert models.get(catalogue, "rootsift_vlad", "rootsift@2/0") is None
    with pytest.raises(ValueError, match="pickle"):
        models.put(catalogue, "evil", "k", {"object": np.asarray([object()])})
    assert models.get(catalogue, "evil") is None


def test_without_a_key_the_model_stored_last_is_given(catalogue: Catalogue) -> None:
    for key, value in (("a", 1), ("b", 2), ("a", 3)):
        models.put(catalogue, "whitening", key, {"value": np.asarray(value)})
    newest, of_b = models.get(catalogue, "whitening"), models.get(catalogue, "whitening", "b")
    assert newest is not None
    assert of_b is not None
    assert (int(newest["value"]), int(of_b["value"])) == (3, 2)
