"""Every published layout is recognised, read by its own rules, and refused in one sentence where it is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.evaluation import published
from visearch_desktop.core.errors import (
    DataSetError,
    FolderError,
    MissingPhotosError,
    NoQueriesError,
    TwoRolesError,
    UnknownLayoutError,
    UnknownNameError,
    VisearchError,
)
from visearch_desktop.core.region import Region
from visearch_desktop.core.sentences import exit_code, hint, sentence
from visearch_desktop.evaluation.dataset import DataSet, QueryCase
from visearch_desktop.evaluation.metrics import score
from visearch_desktop.evaluation.opening import layout_names, open_dataset, protocol_names
from visearch_desktop.evaluation.protocol import Precision

NAMES = ["images/a.jpg", "images/b.jpg", "images/c.jpg", "images/d.jpg"]
QUERY: dict[str, Any] = {"image": "images/a.jpg", "positive": ["images/b.jpg"], "junk": ["images/c.jpg"]}


def stems(paths: frozenset[Path] | tuple[Path, ...]) -> list[str]:
    return sorted(path.stem for path in paths)


def refused(path: Path, kind: type[VisearchError], **asked: str) -> str:
    """The sentence with which a data set is refused."""
    with pytest.raises(kind) as caught:
        open_dataset(path, **asked)
    said = sentence(caught.value)
    assert said.endswith((".", "?"))
    assert exit_code(caught.value) in {2, 3}
    return said


# --- ours ---


def test_our_ground_truth_says_everything_of_a_query(tmp_path):
    asked = QUERY | {"region": [1, 2.5, 30, 40], "group": "covers", "class": "dvd001"}
    dataset = open_dataset(published.ours(tmp_path, [asked], NAMES, name="my-set"))
    assert dataset.name == "my-set"
    assert stems(dataset.photos) == ["a", "b", "c", "d"]
    assert all(path.is_absolute() for path in dataset.photos)
    (query,) = dataset.queries
    assert query.region == Region(1, 2.5, 30, 40)
    assert (stems(query.positives), stems(query.junk)) == (["b"], ["c"])
    assert (query.group, query.label, query.absent) == ("covers", "dvd001", False)


def test_the_file_itself_or_its_folder_or_a_link_to_it_are_the_same_data_set(tmp_path):
    folder = published.ours(tmp_path / "set", [QUERY], NAMES)
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    assert open_dataset(folder) == open_dataset(folder / "groundtruth.json") == open_dataset(tmp_path / "link")


def test_the_gallery_is_what_the_ground_truth_lists_or_else_all_that_is_there(tmp_path):
    listed = published.ours(tmp_path / "listed", [QUERY], NAMES, files=["images/a.jpg", {"image": "images/b.jpg"}])
    assert stems(open_dataset(listed).photos) == ["a", "b", "c"]  # and the junk, which is searched, too
    assert stems(open_dataset(published.ours(tmp_path / "all", [QUERY], NAMES)).photos) == ["a", "b", "c", "d"]


def test_a_query_without_an_answer_is_kept_and_marked(tmp_path):
    absent = {"image": "images/d.jpg", "positive": [], "absent": True}
    dataset = open_dataset(published.ours(tmp_path, [QUERY, absent], NAMES))
    assert [query.absent for query in dataset.queries] == [False, True]


@pytest.mark.parametrize("name", ["../../elsewhere", "/etc", "..", "", 5, None, ["a"], "a\nb"])
def test_a_name_that_is_no_name_for_a_folder_is_not_taken(tmp_path, name):
    assert open_dataset(published.ours(tmp_path / "set", [QUERY], NAMES, name=name)).name == "set"


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "{}", "null", '{"queries": 5}', "\0", "[" * 100_000,
        '{"queries": [5]}', '{"queries": [{}]}', '{"queries": [{"image": 1, "positive": []}]}',
        '{"queries": [{"image": "images/a.jpg", "positive": "images/b.jpg"}]}',
        '{"queries": [{"image": "images/a.jpg", "positive": [{}]}]}',
        '{"queries": [{"image": "images/a.jpg", "positive": ["b\\u0000"]}]}',
        '{"queries": [{"image": "images/a.jpg", "positive": ["images/b.jpg"], "region": [1, 2, 3]}]}',
        '{"queries": [{"image": "images/a.jpg", "positive": ["images/b.jpg"], "region": [1, 2, 3, NaN]}]}',
        '{"queries": [{"image": "images/a.jpg", "positive": ["images/b.jpg"], "region": [1, 2, -3, 4]}]}',
        '{"queries": [{"image": "images/a.jpg", "positive": ["images/b.jpg"], "region": "all"}]}',
        '{"queries": [{"image": "images/a.jpg", "positive": ["images/b.jpg"]}], "files": 5}',
    ],
)  # fmt: skip
def test_a_ground_truth_of_another_form_is_refused(tmp_path, text):
    published.ours(tmp_path, [QUERY], NAMES)
    (tmp_path / "groundtruth.json").write_text(text, encoding="utf-8")
    assert "groundtruth.json" in refused(tmp_path, DataSetError)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "groundtruth.json").write_bytes(b"\xff\xfe\x00{")
    assert "not a text file" in refused(tmp_path, DataSetError)


def test_a_list_of_no_queries_is_refused(tmp_path):
    refused(published.ours(tmp_path / "none", [], NAMES), NoQueriesError)
    refused(published.ours(tmp_path / "absent", [{"image": NAMES[0], "positive": []}], NAMES), NoQueriesError)


def test_missing_photos_are_named_and_counted(tmp_path):
    folder = published.ours(tmp_path, [QUERY], NAMES[:2])
    assert "c.jpg” of the data set is missing" in refused(folder, MissingPhotosError)
    (folder / "images/b.jpg").unlink()
    said = refused(folder, MissingPhotosError)
    assert "2 photos" in said
    assert "b.jpg" in said


def test_a_photo_in_two_roles_is_refused(tmp_path):
    folder = published.ours(tmp_path, [QUERY | {"junk": ["images/c.jpg", "images/b.jpg"]}], NAMES)
    said = refused(folder, TwoRolesError)
    assert "b.jpg" in said
    assert "a.jpg" in said


def test_the_query_among_its_own_answers_is_no_second_role(tmp_path):
    folder = published.ours(tmp_path, [QUERY | {"positive": ["images/a.jpg", "images/b.jpg"]}], NAMES)
    dataset = open_dataset(folder)
    assert score([[path for path in dataset.photos if path.stem in "ab"]], dataset).mean_ap == pytest.approx(1)


# --- Oxford5k, Paris6k ---

OXFORD_TEXTS = {
    "all_souls_1_query": "oxc1_all_souls_000013 136.5 34.1 648.5 955.7",
    "all_souls_1_good": "all_souls_000013\nall_souls_000026\nall_souls_000026\n",
    "all_souls_1_ok": "oxford_000091\n",
    "all_souls_1_junk": "oxford_000100\n",
}
OXFORD_NAMES = ["all_souls_000013", "all_souls_000026", "oxford_000091", "oxford_000100", "oxford_000500"]


@pytest.mark.parametrize("texts_in", ["gt", "."])
def test_oxford_good_and_ok_photos_are_right_and_junk_is_junk(tmp_path, texts_in):
    dataset = open_dataset(published.oxford(tmp_path, OXFORD_TEXTS, OXFORD_NAMES, texts_in=texts_in))
    (query,) = dataset.queries
    assert query.image.stem == "all_souls_000013"
    assert query.region == Region(136.5, 34.1, 512.0, pytest.approx(921.6))
    assert stems(query.positives) == ["all_souls_000013", "all_souls_000026", "oxford_000091"]
    assert stems(query.junk) == ["oxford_000100"]
    assert query.label == "all_souls"
    assert len(dataset.photos) == 5


def test_oxford_s_text_files_alone_lead_to_the_photos_beside_them(tmp_path):
    folder = published.oxford(tmp_path, OXFORD_TEXTS, OXFORD_NAMES)
    assert open_dataset(folder / "gt") == open_dataset(folder)


def test_paris_has_no_prefix_and_its_photos_in_folders(tmp_path):
    texts = {
        "defense_1_query": "paris_defense_000605 1 2 3.5 4",
        "defense_1_good": "paris_defense_000605",
        "defense_1_ok": "paris_defense_000001",
        "defense_1_junk": "",
    }
    published.oxford(tmp_path, texts, ["defense/paris_defense_000605", "defense/paris_defense_000001"])
    (query,) = open_dataset(tmp_path).queries
    assert query.image == tmp_path.resolve() / "jpg/defense/paris_defense_000605.jpg"
    assert len(query.positives) == 2


def test_the_original_oxford_protocol_counts_the_query_and_the_other_one_does_not(tmp_path):
    folder = published.oxford(tmp_path, OXFORD_TEXTS, OXFORD_NAMES)
    original, without = open_dataset(folder), open_dataset(folder, protocol="without_query")
    by_stem = {path.stem: path for path in original.photos}
    ranking = [by_stem[name] for name in ("all_souls_000013", "oxford_000500", "all_souls_000026", "oxford_000091")]
    # with the query: right at 1, 3, 4 of 3; without: right at 2, 3 of 2
    expected = ((1 + 1) / 2 + (1 / 2 + 2 / 3) / 2 + (2 / 3 + 3 / 4) / 2) / 3
    assert score([ranking], original).mean_ap == pytest.approx(expected)
    assert score([ranking], without).mean_ap == pytest.approx(((0 + 1 / 2) / 2 + (1 / 2 + 2 / 3) / 2) / 2)


@pytest.mark.parametrize("text", ["", "all_souls_000013", "all_souls_000013 1 2 3", "all_souls_000013 a b c d"])
def test_a_query_file_without_a_box_is_refused(tmp_path, text):
    folder = published.oxford(tmp_path, OXFORD_TEXTS | {"all_souls_1_query": text}, OXFORD_NAMES)
    assert "all_souls_1_query.txt" in refused(folder, DataSetError)


def test_oxford_texts_and_photos_that_are_missing_are_named(tmp_path):
    folder = published.oxford(tmp_path, OXFORD_TEXTS, OXFORD_NAMES[:-2])
    assert "oxford_000100.jpg" in refused(folder, MissingPhotosError)
    (folder / "gt/all_souls_1_ok.txt").unlink()
    assert "all_souls_1_ok.txt" in refused(folder, DataSetError)


# --- ROxford5k, RParis6k ---


@pytest.mark.parametrize(
    ("protocol", "right", "junk"),
    [
        ("easy", [[0, 1], [4], []], [[2, 3], [], [0, 5]]),
        ("medium", [[0, 1, 2], [4], [5]], [[3], [], [0]]),
        ("hard", [[2], [], [5]], [[0, 1, 3], [4], [0]]),
    ],
)
@pytest.mark.parametrize("as_lists", [False, True])
def test_the_revisited_protocols_say_what_is_right_and_what_is_taken_out(tmp_path, protocol, right, junk, as_lists):
    dataset = open_dataset(published.revisited(tmp_path, as_lists=as_lists), protocol=protocol)
    numbers = [[int(stem[-1]) for stem in stems(query.positives)] for query in dataset.queries]
    assert numbers == right
    assert [[int(stem[-1]) for stem in stems(query.junk)] for query in dataset.queries] == junk
    assert dataset.name == "roxford5k"
    assert dataset.protocol.precision is Precision.LAST_FOUND
    assert dataset.queries[0].region == Region(10.5, 20, 100, 200)


def test_revisited_queries_are_not_in_the_gallery_and_those_without_answers_do_not_count(tmp_path):
    dataset = open_dataset(published.revisited(tmp_path), protocol="hard")
    assert len(dataset.photos) == 6
    assert not {query.image for query in dataset.queries} & set(dataset.photos)
    assert score([dataset.photos] * 3, dataset).queries == 2


def test_medium_is_the_usual_protocol_and_the_pickle_itself_can_be_given(tmp_path):
    folder = published.revisited(tmp_path)
    assert open_dataset(folder).protocol.name == "medium"
    assert open_dataset(folder / "gnd_roxford5k.pkl") == open_dataset(folder)


def test_revisited_photos_that_are_missing_are_named(tmp_path):
    folder = published.revisited(tmp_path)
    (folder / "jpg/keble_000001.jpg").unlink()
    assert "keble_000001.jpg" in refused(folder, MissingPhotosError)


# --- Holidays, UKBench ---


def test_holidays_queries_are_the_first_of_each_group(tmp_path):
    names = ["jpg/100000.jpg", "jpg/100001.jpg", "jpg/100002.jpg", "jpg/100100.jpg", "jpg/100101.jpg", "jpg/100200.jpg"]
    published.photos(tmp_path, names)
    dataset = open_dataset(tmp_path)
    assert [query.image.stem for query in dataset.queries] == ["100000", "100100"]
    assert [stems(query.positives) for query in dataset.queries] == [["100001", "100002"], ["100101"]]
    assert len(dataset.photos) == 6
    assert score([dataset.photos[:3], dataset.photos[3:]], dataset).mean_ap == pytest.approx(1)  # the query is ignored


def test_ukbench_groups_of_four_count_the_query(tmp_path):
    published.photos(tmp_path, [f"full/ukbench{number:05}.jpg" for number in range(8)])
    dataset = open_dataset(tmp_path)
    assert len(dataset.queries) == 8
    assert all(query.image in query.positives for query in dataset.queries)
    first, second = dataset.photos[:4], dataset.photos[4:]
    mixed = [*first[:3], *second]
    assert score([[*first, *second]] * 4 + [[*second, *first]] * 4, dataset).ns_score == 4
    assert score([mixed] * 4 + [second] * 4, dataset).ns_score == pytest.approx((3 + 4) / 2)


def test_a_fourth_photo_that_is_missing_is_named(tmp_path):
    published.photos(tmp_path, [f"ukbench{number:05}.jpg" for number in range(7)])
    assert "ukbench00007.jpg" in refused(tmp_path, MissingPhotosError)


# --- opening ---


def test_a_folder_that_is_no_data_set_says_which_are_known(tmp_path):
    published.photos(tmp_path, ["a.jpg", "b.jpg", "123456.jpg"])
    with pytest.raises(UnknownLayoutError) as caught:
        open_dataset(tmp_path)
    said = hint(caught.value)
    assert all(word in said for word in ("groundtruth.json", "gnd_roxford5k.pkl", "_query.txt", "Holidays", "UKBench"))


def test_what_is_not_there_is_refused(tmp_path):
    refused(tmp_path / "nowhere", FolderError)
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", UnknownLayoutError)
    (tmp_path / "notes.txt").write_text("")
    refused(tmp_path / "notes.txt", UnknownLayoutError)


def test_a_wrong_name_is_answered_with_the_nearest_right_one(tmp_path):
    folder = published.revisited(tmp_path)
    assert "Did you mean “medium”?" in refused(folder, UnknownNameError, protocol="medum")
    assert "Did you mean “holidays”?" in refused(folder, UnknownNameError, layout="holiday")
    refused(published.ours(tmp_path / "ours", [QUERY], NAMES), UnknownNameError, protocol="hard")


def test_a_layout_can_be_asked_for(tmp_path):
    published.ours(tmp_path, [QUERY], NAMES)
    published.photos(tmp_path, ["jpg/100000.jpg", "jpg/100001.jpg"])
    assert len(open_dataset(tmp_path).queries) == 1
    assert open_dataset(tmp_path, layout="holidays").queries[0].image.stem == "100000"
    for layout in ("oxford", "ukbench"):
        refused(tmp_path, NoQueriesError, layout=layout)
    assert "gnd_" in refused(tmp_path, DataSetError, layout="revisited")
    (tmp_path / "groundtruth.json").unlink()
    assert "groundtruth.json" in refused(tmp_path, DataSetError, layout="groundtruth")


def test_the_names_that_can_be_asked_for():
    assert layout_names() == ("groundtruth", "revisited", "oxford", "holidays", "ukbench")
    assert {"standard", "easy", "medium", "hard", "original", "without_query"} == set(protocol_names())


# --- the fingerprint ---


def test_the_fingerprint_stays_when_the_folder_moves(tmp_path):
    folder = published.ours(tmp_path / "here", [QUERY], NAMES)
    before = open_dataset(folder).fingerprint
    shutil.move(folder, tmp_path / "there")
    assert open_dataset(tmp_path / "there").fingerprint == before


def test_the_fingerprint_tells_everything_that_changes_a_figure():
    root = Path("/set")
    a, b, c, d = (root / name for name in "abcd")
    query = QueryCase(a, None, frozenset({b}), frozenset({c}))
    sets = [
        DataSet("set", root, (a, b, c), (query,)),
        DataSet("set", root, (a, b, c, d), (query,)),
        DataSet("set", root, (a, b, c), (query, query)),
        DataSet("set", root, (a, b, c), (QueryCase(a, Region(0, 0, 9, 9), query.positives, query.junk),)),
        DataSet("set", root, (a, b, c), (QueryCase(a, None, frozenset({b, c})),)),
        DataSet("set", root, (a, b, c), (QueryCase(a, None, query.positives, query.junk, group="g"),)),
        DataSet("set", root, (a, b, c), (QueryCase(c, None, query.positives, query.junk),)),
    ]
    assert len({one.fingerprint for one in sets}) == len(sets)


def test_protocols_of_one_set_have_fingerprints_of_their_own(tmp_path):
    folder = published.revisited(tmp_path)
    fingerprints = {open_dataset(folder, protocol=name).fingerprint for name in ("easy", "medium", "hard")}
    assert len(fingerprints) == 3


@pytest.mark.shared_data
@pytest.mark.parametrize(("name", "photos", "queries"), [("places-develop", 595, 424), ("objects-develop", 464, 51)])
def test_the_shared_sets_are_read_whole(shared, name, photos, queries):
    dataset = open_dataset(shared / name)
    assert (dataset.name, len(dataset.photos), len(dataset.queries)) == (name, photos, queries)
    document = json.loads((shared / name / "groundtruth.json").read_text())
    assert sum(len(query.positives) for query in dataset.queries) == sum(
        len(q["positive"]) for q in document["queries"]
    )
