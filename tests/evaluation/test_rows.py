"""What was asked for, and the rows that came of it."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visearch_desktop.core.errors import UnknownNameError
from visearch_desktop.core.registry import load_all
from visearch_desktop.core.sentences import sentence
from visearch_desktop.evaluation.asked import asked_rows
from visearch_desktop.evaluation.rows import Asked, Figures, Row
from visearch_desktop.methods.descriptors.build import descriptor_names

share = st.integers(0, 10_000).map(lambda number: number / 10_000)
cost = st.none() | st.integers(0, 10**7).map(lambda number: number / 100)
figures = st.builds(
    Figures,
    mean_ap=share,
    mean_ap_macro=st.none() | share,
    mean_ap_by_group=st.dictionaries(st.text(min_size=1, max_size=5), share, max_size=3),
    mean_precision_at_10=share,
    recall_at_1=share,
    recall_at_10=share,
    ndcg=share,
    ns_score=st.none() | share,
    recall_of_exact=st.none() | share,
    ms_per_photo=cost,
    ms_per_query=cost,
    bytes_per_photo=st.none() | st.integers(0, 10**6).map(float),
)


@given(figures=figures, index=st.sampled_from(["exact", "hnsw"]))
def test_a_row_comes_back_from_its_document(figures: Figures, index: str) -> None:
    row = Row(Asked("gist", "verify", index), figures, "gist@1/abc")
    assert Row.from_document(json.loads(json.dumps(row.document()))) == row
    assert pickle.loads(pickle.dumps(row)) == row


def test_a_row_without_figures_says_why_and_nothing_else() -> None:
    row = Row(Asked("gist"), unavailable="It cannot be.")
    document = {"descriptor": "gist", "refine": "none", "index": "exact", "unavailable": "It cannot be."}
    assert row.document() == document
    assert Row.from_document(document) == row


@pytest.mark.parametrize("missing", ["descriptor", "index", "key", "mAP", "ndcg"])
def test_a_document_that_lacks_something_is_no_row(missing: str) -> None:
    document = Row(Asked("gist"), Figures(0.5, None), "gist@1/abc").document()
    del document[missing]
    with pytest.raises((KeyError, ValueError)):
        Row.from_document(document)


def test_methods_are_compared_by_the_mean_over_groups_where_there_are_any() -> None:
    plain = Figures(0.5, None)
    assert plain.headline == 0.5
    assert replace(plain, mean_ap_macro=0.7).headline == 0.7


def test_a_title_says_what_is_not_the_usual() -> None:
    assert Asked("vlad+pca").title == "vlad+pca"
    assert Asked("gist", "verify", "hnsw").title == "gist · verify · hnsw"


def test_nothing_named_is_the_descriptor_that_needs_no_network() -> None:
    assert asked_rows([]) == [Asked("rootsift_vlad")]
    assert asked_rows([], indexes=["exact", "hnsw"]) == [Asked("rootsift_vlad"), Asked("rootsift_vlad", index="hnsw")]


def test_each_descriptor_is_measured_with_each_refinement_and_index_once() -> None:
    rows = asked_rows(["gist", "colour_histogram", "gist"], ["none", "verify"], ["exact", "hnsw"])
    assert len(rows) == len(set(rows)) == 8
    assert {row.descriptor for row in rows} == {"gist", "colour_histogram"}


def test_all_are_all_that_can_be_chosen_each_step_and_each_approximate_index() -> None:
    rows = asked_rows(["all"])
    named = {row.descriptor for row in rows}
    assert set(descriptor_names()) <= named
    assert {f"vlad+{method.name}" for method in load_all().methods("after")} <= named
    indexes = {row.index for row in rows if row.descriptor == "rootsift_vlad"}
    assert indexes == {"exact", *(method.name for method in load_all().methods("approximate"))}
    slow = [row.descriptor.startswith("matching_") for row in rows]
    assert slow == sorted(slow), "what is slow comes last"
    assert {row.index for row in asked_rows(["gist"], indexes=["all"])} == indexes


@pytest.mark.parametrize(
    ("asked", "guess"),
    [
        ((["gisst"],), "gist"),
        ((["vlad+pcaa"],), "pca"),
        ((["all", "gisst"],), "gist"),
        ((["gist"], ["verfy"]), "verify"),
        ((["gist"], ["none"], ["hnws"]), "hnsw"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(asked: tuple[list[str], ...], guess: str) -> None:
    with pytest.raises(UnknownNameError) as error:
        asked_rows(*asked)
    assert f"Did you mean “{guess}”?" in sentence(error.value)
