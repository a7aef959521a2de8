"""The metrics are what their papers say: by hand, by scikit-learn, and by the lab's own script."""

from __future__ import annotations

import dataclasses
import importlib.util
import math
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, ndcg_score

from visearch_desktop.evaluation.dataset import DataSet, QueryCase
from visearch_desktop.evaluation.metrics import (
    average_precision,
    average_precision_plain,
    ndcg,
    ns_score,
    precision_at_last_found,
    precision_at_possible,
    recall_at,
    score,
)
from visearch_desktop.evaluation.opening import open_dataset
from visearch_desktop.evaluation.protocol import STANDARD, Precision, Protocol

ROOT = Path("/set")
GALLERY = tuple(ROOT / f"{number:03}.jpg" for number in range(30))
QUERY = ROOT / "query.jpg"
IN_FOURS = Protocol("fours", is_query_counted=True, is_in_fours=True)
REVISITED = Protocol("medium", precision=Precision.LAST_FOUND)


def ranks(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def case(*positives: int, junk: tuple[int, ...] = (), group: str = "", image: Path = QUERY) -> QueryCase:
    numbers = frozenset(GALLERY[number] for number in positives)
    return QueryCase(image, positives=numbers, junk=frozenset(GALLERY[number] for number in junk), group=group)


def data_set(*queries: QueryCase, protocol: Protocol = STANDARD) -> DataSet:
    return DataSet("made", ROOT, GALLERY, queries, protocol)


def order(*numbers: int) -> list[Path]:
    return [GALLERY[number] for number in numbers]


# --- one ranking ---


def test_average_precision_by_hand():
    # right at the first and third place: (1 + 1) / 2 * 1/2  +  (1/2 + 2/3) / 2 * 1/2
    assert average_precision(ranks(0, 2), 2) == pytest.approx(0.5 + 7 / 24)
    assert average_precision_plain(ranks(0, 2), 2) == pytest.approx((1 + 2 / 3) / 2)
    # the only right one at the second place: before it the precision is 0, at it 1/2
    assert average_precision(ranks(1), 1) == pytest.approx(0.25)
    assert average_precision_plain(ranks(1), 1) == pytest.approx(0.5)
    # one of four was found, first
    assert average_precision(ranks(0), 4) == pytest.approx(0.25)
    assert average_precision(ranks(), 4) == average_precision_plain(ranks(), 4) == 0


def test_precision_at_k_by_hand_in_both_definitions():
    found = ranks(0, 2, 11)
    assert precision_at_possible(found, 3, 1) == 1
    assert precision_at_possible(found, 3, 5) == pytest.approx(2 / 3)  # 3 is all there could be
    assert precision_at_possible(found, 20, 10) == pytest.approx(2 / 10)
    assert precision_at_last_found(found, 5) == pytest.approx(2 / 5)
    assert precision_at_last_found(ranks(0, 2), 5) == pytest.approx(2 / 3)  # after the third nothing is missed
    assert precision_at_last_found(ranks(), 5) == 0


def test_recall_n_s_score_and_ndcg_by_hand():
    assert recall_at(ranks(9, 20), 10) == 1
    assert recall_at(ranks(10, 20), 10) == 0
    assert recall_at(ranks(), 10) == 0
    assert ns_score(ranks(0, 1, 3, 4)) == 3
    assert ndcg(ranks(0, 2), 2) == pytest.approx((1 + 1 / 2) / (1 + 1 / math.log2(3)))


right_or_wrong = st.lists(st.booleans(), min_size=2, max_size=60).filter(any)


@given(right_or_wrong)
def test_plain_average_precision_and_ndcg_are_those_of_scikit_learn(answers: list[bool]):
    falling = -np.arange(len(answers), dtype=float)
    found = np.flatnonzero(answers)
    assert average_precision_plain(found, len(found)) == pytest.approx(average_precision_score(answers, falling))
    assert ndcg(found, len(found)) == pytest.approx(ndcg_score([np.array(answers, dtype=float)], [falling]))


@given(right_or_wrong)
def test_a_right_photo_that_moves_up_never_costs(answers: list[bool]):
    found = np.flatnonzero(answers)
    for place in range(1, len(answers)):
        if answers[place] and not answers[place - 1]:
            better = np.sort(np.where(found == place, place - 1, found))
            for measure in (average_precision, average_precision_plain, ndcg):
                assert measure(better, len(found)) > measure(found, len(found))


# --- a data set ---

numbers = st.integers(0, len(GALLERY) - 1)
rankings = st.permutations(GALLERY).map(list)
some = st.sets(numbers, min_size=1, max_size=8)


@given(some, rankings)
def test_all_figures_of_a_perfect_ranking_are_one(positives: set[int], rest: list[Path]):
    right = [GALLERY[number] for number in positives]
    ranking = right + [path for path in rest if path not in right]
    for protocol in (STANDARD, REVISITED):
        scores = score([ranking], data_set(case(*positives, group="g"), protocol=protocol))
        figures = [
            scores.mean_ap,
            scores.mean_ap_plain,
            scores.mean_ap_macro,
            scores.mean_ap_by_group["g"],
            scores.ndcg,
        ]
        figures += [*scores.mean_precision_at.values(), *scores.recall_at.values()]
        assert figures == pytest.approx([1] * len(figures))


@given(some, some, rankings)
def test_junk_changes_nothing_wherever_it_stands(positives: set[int], junk: set[int], ranking: list[Path]):
    junk -= positives
    asked = data_set(case(*positives, junk=tuple(junk)))
    without = [path for path in ranking if path not in asked.queries[0].junk]
    assert score([ranking], asked) == score([without], asked)


@given(some, rankings, st.integers(0, len(GALLERY)))
def test_the_query_itself_changes_nothing_wherever_it_stands(positives: set[int], ranking: list[Path], place: int):
    asked = data_set(case(*positives))
    assert score([[*ranking[:place], QUERY, *ranking[place:]]], asked) == score([ranking], asked)


@given(some, rankings)
def test_what_stands_behind_the_last_right_photo_changes_nothing(positives: set[int], ranking: list[Path]):
    asked = data_set(case(*positives))
    last = max(place for place, path in enumerate(ranking) if path in asked.queries[0].positives)
    assert score([ranking[: last + 1]], asked) == score([[*ranking, ROOT / "stranger.jpg"]], asked)


def test_a_photo_that_comes_twice_counts_once_and_a_stranger_is_wrong():
    asked = data_set(case(1, 2))
    assert score([order(1, 1, 1, 2)], asked).mean_ap == pytest.approx(1)
    strangers = [ROOT / "a.jpg", ROOT / "b.jpg"]
    assert score([[*strangers, *order(1, 2)]], asked) == score([order(8, 9, 1, 2)], asked)


def test_a_right_photo_that_is_missing_is_never_found():
    assert score([order(1)], data_set(case(1, 2))).mean_ap == pytest.approx(0.5)
    assert score([[]], data_set(case(1, 2))).mean_ap == 0


def test_queries_without_an_answer_are_left_out_and_groups_weigh_the_same():
    asked = data_set(case(1, group="many"), case(2, group="many"), case(3, group="few"), case(group="few"))
    scores = score([order(1), order(2), order(0, 3), order(4)], asked)
    assert scores.queries == 3
    assert scores.mean_ap == pytest.approx((1 + 1 + 0.25) / 3)
    assert scores.mean_ap_by_group == {"few": pytest.approx(0.25), "many": pytest.approx(1)}
    assert scores.mean_ap_macro == pytest.approx((1 + 0.25) / 2)
    assert math.isnan(scores.average_precisions[3])


def test_a_set_without_groups_has_no_mean_over_groups():
    scores = score([order(1)], data_set(case(1)))
    assert scores.mean_ap_macro is None
    assert scores.ns_score is None


def test_where_the_query_counts_it_stays_in_the_ranking():
    four = case(0, 1, 2, 3, image=GALLERY[0])
    scores = score([order(0, 1, 9, 2, 3)], data_set(four, protocol=IN_FOURS))
    assert scores.ns_score == 3
    assert score([order(0, 1, 2, 3)], data_set(four, protocol=IN_FOURS)).mean_ap == pytest.approx(1)
    assert score([order(0, 9, 1, 2, 3)], data_set(four)).mean_ap < score([order(0, 1, 2, 3)], data_set(four)).mean_ap


def test_a_ranking_for_each_query_is_needed():
    with pytest.raises(ValueError, match="shorter"):
        score([], data_set(case(1)))


# --- independent figures ---


def reference(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared.parent / "tools" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["places-develop", "objects-develop", "transforms"])
def test_the_lab_s_own_script_gives_the_same_figures(shared: Path, name: str):
    dataset, script = open_dataset(shared / name), reference(shared)
    dataset = dataclasses.replace(dataset, queries=dataset.queries[::9])
    rng = random.Random(7)
    rankings = []
    for query in dataset.queries:
        ranking = rng.sample(dataset.photos, rng.choice([40, len(dataset.photos)]))
        for found in rng.sample(sorted(query.positives), k=rng.randint(0, len(query.positives))):
            ranking.insert(rng.randint(0, 12), found)
        rankings.append(ranking)
    answers: list[dict[str, Any]] = [{"results": [{"path": str(path)} for path in ranking]} for ranking in rankings]
    truth = script.load(shared / name / "groundtruth.json")
    truth["queries"] = truth["queries"][::9]
    expected = script.rank_table(truth, (shared / name).resolve(), answers, per_query=False)
    scores = score(rankings, dataset)
    ours = {
        "mAP": scores.mean_ap, "mAP_plain": scores.mean_ap_plain, "mP@1": scores.mean_precision_at[1],
        "mP@10": scores.mean_precision_at[10], "recall@1": scores.recall_at[1], "recall@10": scores.recall_at[10],
        "ndcg": scores.ndcg,
    }  # fmt: skip
    assert {key: round(value, 4) for key, value in ours.items()} == {key: expected[key] for key in ours}
    assert 0.05 < scores.mean_ap < 0.95
    by_group = {group: round(value, 4) for group, value in scores.mean_ap_by_group.items()}
    assert by_group == expected.get("mAP_by_group", {})
    if by_group:
        assert scores.mean_ap_macro == pytest.approx(expected["mAP_macro"], abs=1e-4)


def revisited_by_its_paper(places: list[int], junk: list[int], count: int, ks: tuple[int, ...]) -> list[float]:
    """AP and mP@k of one query, step by step as the protocol is described: each right photo moves up by the junk
    before it, and the precision is taken at the smaller of k and the last right photo."""
    moved = [place - sum(other < place for other in junk) for place in sorted(places)]
    area = 0.0
    for index, place in enumerate(moved):
        before = 1.0 if place == 0 else index / place
        area += (before + (index + 1) / (place + 1)) / (2 * count)
    cuts = [min(moved[-1] + 1, k) for k in ks]
    return [area, *(sum(place < cut for place in moved) / cut for cut in cuts)]


@given(some, some, rankings)
def test_the_revisited_protocol_counts_step_by_step_as_its_paper_does(positives, junk, ranking):
    junk -= positives
    scores = score([ranking], data_set(case(*positives, junk=tuple(junk)), protocol=REVISITED))
    where = {path: place for place, path in enumerate(ranking)}
    expected = revisited_by_its_paper(
        [where[GALLERY[n]] for n in positives], [where[GALLERY[n]] for n in junk], len(positives), (1, 5, 10)
    )
    assert [scores.mean_ap, *scores.mean_precision_at.values()] == pytest.approx(expected)
