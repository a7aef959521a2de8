"""A whitening from pairs makes small what differs within them, and folded it is the same as applied."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.learning.made import made_cache

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from visearch_desktop.core.vectors import normalise  # noqa: E402
from visearch_desktop.core.whitening import apply_whitening  # noqa: E402
from visearch_desktop.learning.student import Student  # noqa: E402
from visearch_desktop.learning.whitening import learn_whitening, photos_of, with_last_layer  # noqa: E402


def test_pairs_come_together_that_a_loud_nuisance_kept_apart() -> None:
    rng = np.random.default_rng(0)
    what, loud = rng.normal(size=(600, 4)), np.array([0.1, 0.1, 0.1, 0.1, 5, 5])
    first, second = (np.hstack([what, np.zeros((600, 2))]) + rng.normal(size=(600, 6)) * loud for _ in range(2))

    def found(one: np.ndarray, other: np.ndarray) -> float:
        return float(np.mean((one @ other.T).argmax(axis=1) == np.arange(len(one))))

    whitening = learn_whitening(first[:300], second[:300], 4, shrinkage=0.01)
    before = found(normalise(first[300:]), normalise(second[300:]))
    after = found(apply_whitening(first[300:], whitening), apply_whitening(second[300:], whitening))
    assert before < 0.3
    assert after > 0.7


def test_within_pairs_every_direction_differs_alike() -> None:
    rng = np.random.default_rng(1)
    what = rng.normal(size=(5000, 3)) * 3
    first, second = (what + rng.normal(size=(5000, 3)) * [0.2, 1, 2] for _ in range(2))
    mean, projection = learn_whitening(first, second, 3, shrinkage=0.0)
    apart = (first - second) @ projection
    assert np.cov(apart.T) == pytest.approx(np.eye(3), abs=0.01)
    assert mean == pytest.approx(np.concatenate([first, second]).mean(axis=0), abs=1e-5)


def test_as_the_last_layer_it_is_as_if_applied_to_gem_vectors() -> None:
    torch.manual_seed(0)
    student = Student().eval()
    rng = np.random.default_rng(2)
    rows = [rng.uniform(size=(900, 512)) * 0.05 for _ in range(2)]
    whitening = learn_whitening(rows[0], rows[1], 256)
    pictures = torch.rand(3, 3, 64, 64)
    with torch.inference_mode():
        pooled = student(pictures).pooled.numpy()
        found = with_last_layer(student, whitening)(pictures).descriptor.numpy()
    assert found.shape == (3, 256)
    assert found == pytest.approx(apply_whitening(pooled, whitening), abs=1e-3)


def test_photos_are_described_as_they_are_in_use(tmp_path: Path) -> None:
    photos = made_cache(tmp_path, 5)
    rows = photos_of(Student(), photos, 128, 3, torch.device("cpu"))
    assert rows.shape == (3, 512)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-4)
