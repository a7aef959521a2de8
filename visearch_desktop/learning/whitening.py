"""A whitening learned from pairs that show the same thing, and folded into the student's linear layer.

Mikolajczyk and Matas: Improving Descriptors for Fast Tree Matching by Optimal Linear Projection, ICCV 2007; for global
descriptors Radenović, Tolias, Chum, TPAMI 2018. What differs within pairs is made small and even, what differs between
photos stays.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from visearch_desktop.core.vectors import Vectors
from visearch_desktop.core.whitening import Whitening
from visearch_desktop.learning.batches import BatchMaker
from visearch_desktop.learning.student import Student, as_input

PAIRS = 4000
SHRINKAGE = 0.2
FAR_STEP = 10_000_000
"""Steps that no run comes to: their views were never trained on."""


def learn_whitening(
    first: NDArray[np.floating],
    second: NDArray[np.floating],
    dimension: int,
    shrinkage: float = SHRINKAGE,
) -> Whitening:
    """Mean (D,) and projection (D, d) float32.

    Args:
        first: (n, D).
        second: (n, D); row i shows what row i of ``first`` shows.
        dimension: numbers to keep at most.
        shrinkage: of the differences within pairs towards even ones, by share of their mean variance: few pairs do
            not know in which directions nothing differs.
    """
    one, other = first.astype(np.float64), second.astype(np.float64)
    mean = np.concatenate([one, other]).mean(axis=0)
    apart = one - other
    within = apart.T @ apart / len(apart)
    within += shrinkage * np.trace(within) / len(within) * np.eye(len(within)) + 1e-12 * np.eye(len(within))
    values, axes = np.linalg.eigh(within)
    even = axes / np.sqrt(values) @ axes.T
    centred = (np.concatenate([one, other]) - mean) @ even
    _, directions = np.linalg.eigh(centred.T @ centred / len(centred))
    projection = even @ directions[:, ::-1][:, :dimension]
    return mean.astype(np.float32), projection.astype(np.float32)


def views_of(student: Student, maker: BatchMaker, pairs: int, device: torch.device) -> tuple[Vectors, Vectors]:
    """What a student says of views it never saw: two times (n, d) before the last unit length.

    Args:
        student: is put into the state of use.
        maker: of views.
        pairs: how many at least.
        device: where the student is.
    """
    student.eval()
    rows: list[NDArray[np.float32]] = []
    with torch.inference_mode():
        for number in range(-(-pairs // maker.size)):
            batch = maker.make(FAR_STEP + number)
            rows.append(student(as_input(batch.pixels, device)).projected.cpu().numpy())
    halves = [(row[: len(row) // 2], row[len(row) // 2 :]) for row in rows]
    return np.concatenate([one for one, _ in halves]), np.concatenate([other for _, other in halves])


def fold(student: Student, whitening: Whitening) -> None:
    """Put a whitening of what the linear layer gives into that layer."""
    mean, projection = (torch.from_numpy(part).to(student.whiten.weight.device) for part in whitening)
    with torch.no_grad():
        weight = projection.T @ student.whiten.weight
        bias = projection.T @ (student.whiten.bias - mean)
        largest = weight.abs().max()  # lengths do not matter, and 16 bits hold no large numbers
        student.whiten = torch.nn.Linear(weight.shape[1], weight.shape[0]).to(weight.device)
        student.whiten.weight.copy_(weight / largest)
        student.whiten.bias.copy_(bias / largest)
