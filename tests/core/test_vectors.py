"""Vectors are of unit length in memory, half precision at rest, and known by their key."""

from __future__ import annotations

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visearch_desktop.core.vectors import descriptor_key, from_bytes, normalise, similarities, to_bytes

finite = hnp.arrays(
    np.float32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.floats(-1e3, 1e3, width=32)
)


@given(finite)
def test_a_normalised_vector_has_unit_length_or_is_zero(vectors: np.ndarray) -> None:
    lengths = np.linalg.norm(normalise(vectors), axis=1)
    assert all(length == 0 or length == pytest.approx(1, abs=1e-5) for length in lengths)


def test_rubbish_becomes_a_zero_vector_instead_of_spoiling_a_dot_product() -> None:
    assert normalise(np.array([np.nan, np.inf, -np.inf])).tolist() == [0, 0, 0]


@given(hnp.arrays(np.float32, st.integers(2, 600), elements=st.floats(-1, 1, width=32)))
def test_half_precision_at_rest_keeps_the_direction(vector: np.ndarray) -> None:
    unit = normalise(vector)
    if unit.any():
        assert float(from_bytes(to_bytes(unit)) @ unit) > 0.9999


def test_similarities_are_dot_products() -> None:
    gallery = normalise(np.eye(3))
    assert similarities(gallery[1], gallery).tolist() == [0, 1, 0]


def test_a_key_depends_on_every_parameter_and_not_on_their_order() -> None:
    key = descriptor_key("gem", 1, {"weights": "ab", "size": 512})
    assert key == descriptor_key("gem", 1, {"size": 512, "weights": "ab"})
    assert key.startswith("gem@1/")
    others = [
        ("gem", 2, {"weights": "ab", "size": 512}),
        ("gem", 1, {"weights": "ab", "size": 513}),
        ("vlad", 1, {"weights": "ab", "size": 512}),
    ]
    assert len({key, *(descriptor_key(*other) for other in others)}) == 4
