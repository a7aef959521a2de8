"""Each loss gives the number that its formula gives by hand, and falls where things get better."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch")

from visearch_desktop.learning import losses  # noqa: E402

EAST, NORTH, WEST = [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]


def rows(*vectors: list[float]) -> torch.Tensor:
    return torch.tensor(vectors)


def test_contrastive_counts_how_far_the_same_are_and_how_near_others() -> None:
    apart = math.sqrt(2)
    same = losses.contrastive(rows(EAST), rows(NORTH), torch.tensor([True]))
    assert float(same) == pytest.approx(apart**2 / 2)
    other = losses.contrastive(rows(EAST), rows(NORTH), torch.tensor([False]), margin=2.0)
    assert float(other) == pytest.approx((2 - apart) ** 2 / 2)
    assert float(losses.contrastive(rows(EAST), rows(NORTH), torch.tensor([False]), margin=1.0)) == 0


def test_a_triplet_costs_by_how_much_the_negative_is_too_near() -> None:
    assert float(losses.triplet(rows(EAST), rows(NORTH), rows(WEST), 0.1)) == 0
    assert float(losses.triplet(rows(EAST), rows(WEST), rows(NORTH), 0.1)) == pytest.approx(4 - 2 + 0.1)


def test_info_nce_is_the_cross_entropy_over_all_but_oneself() -> None:
    one, other = rows(EAST, NORTH), rows(EAST, NORTH)
    wrong = 2  # across and within, both orthogonal
    wanted = -math.log(math.exp(2) / (math.exp(2) + wrong))
    assert float(losses.info_nce(one, other, 0.5)) == pytest.approx(wanted, rel=1e-5)


def test_what_is_alike_is_not_told_apart() -> None:
    one, other = rows(EAST, NORTH), rows(EAST, NORTH)
    assert float(losses.info_nce(one, other, 0.5, torch.ones(2, 2, dtype=torch.bool))) == pytest.approx(0)


def test_remembered_descriptors_are_told_apart_too_but_those_alike() -> None:
    one, other, memory = rows(EAST, NORTH), rows(EAST, NORTH), rows(EAST, WEST)
    without = losses.info_nce(one, other, 0.5)
    assert float(losses.info_nce(one, other, 0.5, None, memory)) > float(without)
    forgotten = losses.info_nce(one, other, 0.5, None, memory, torch.ones(2, 2, dtype=torch.bool))
    assert float(forgotten) == pytest.approx(float(without))


def test_listwise_ap_is_the_average_precision_of_well_separated_similarities() -> None:
    similarities = torch.tensor([[1.0, 0.0, -1.0]])
    first, last = torch.tensor([[True, False, False]]), torch.tensor([[False, False, True]])
    both = torch.tensor([[True, False, True]])
    assert float(losses.listwise_ap(similarities, first, bins=21)) == pytest.approx(0, abs=1e-5)
    assert float(losses.listwise_ap(similarities, last, bins=21)) == pytest.approx(1 - 1 / 3, abs=1e-5)
    assert float(losses.listwise_ap(similarities, both, bins=21)) == pytest.approx(1 - (1 + 2 / 3) / 2, abs=1e-5)


def test_listwise_ap_has_a_gradient_that_lifts_the_right_one() -> None:
    similarities = torch.tensor([[0.30, 0.33]], requires_grad=True)
    losses.listwise_ap(similarities, torch.tensor([[True, False]])).backward()
    assert similarities.grad is not None
    assert similarities.grad[0, 0] < 0 < similarities.grad[0, 1]


def test_queries_without_an_answer_do_not_count() -> None:
    similarities = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    right = torch.tensor([[True, False], [False, False]])
    assert float(losses.listwise_ap(similarities, right)) == pytest.approx(0, abs=1e-5)


def test_matching_descriptors_is_one_minus_cosine_whatever_the_length() -> None:
    assert float(losses.match_descriptors(rows([5.0, 0.0]), rows(EAST))) == pytest.approx(0)
    assert float(losses.match_descriptors(rows([5.0, 0.0]), rows(WEST))) == pytest.approx(2)


def test_relations_ignore_what_a_row_is_to_itself() -> None:
    assert float(losses.match_relations(rows(EAST, NORTH), rows(NORTH, WEST))) == pytest.approx(0)
    assert float(losses.match_relations(rows(EAST, EAST), rows(EAST, NORTH))) == pytest.approx(1)


def test_cells_without_weight_cost_nothing() -> None:
    made, taught = torch.tensor([[[[1.0, 1.0]], [[0.0, 0.0]]]]), torch.tensor([[[[1.0, 0.0]], [[0.0, 1.0]]]])
    assert float(losses.match_cells(made, taught, torch.tensor([[[1.0, 0.0]]]))) == pytest.approx(0)
    assert float(losses.match_cells(made, taught, torch.tensor([[[1.0, 1.0]]]))) == pytest.approx(0.5)
    assert float(losses.match_cells(made, taught, torch.zeros(1, 1, 2))) == 0
