"""The last layer of a finished student: a whitening of its GeM vectors, learned from photos or from pairs of views.

From photos it is PCA-whitening (:mod:`visearch_desktop.core.whitening`). From pairs that show the same thing it makes
what differs within them small and even, and keeps what differs between photos: Mikolajczyk and Matas: Improving
Descriptors for Fast Tree Matching by Optimal Linear Projection, ICCV 2007; for global descriptors Radenović, Tolias,
Chum, TPAMI 2018.
"""

from __future__ import annotations

import copy

import numpy as np
import torch
from numpy.typing import NDArray

from visearch_desktop.core.vectors import Vectors
from visearch_desktop.core.whitening import Whitening
from visearch_desktop.learning.batches import BatchMaker
from visearch_desktop.learning.photos import PhotoCache
from visearch_desktop.learning.student import Student, as_input
from visearch_desktop.methods.networks.input_size import fit_input

PAIRS, PHOTOS = 4000, 2000
PAIRS_PX = (256, 320)
"""Sides of the views of pairs: about as large as photos in use, since the whitening is for those."""
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
    """GeM vectors of views that a student never saw: two times (n, D), row i of both of the same thing.

    Args:
        student: is put into the state of use.
        maker: of views.
        pairs: how many at least.
        device: where the student is.
    """
    batches = [maker.make(FAR_STEP + number).pixels for number in range(-(-pairs // maker.size))]
    rows = [_pooled(student, pixels, device) for pixels in batches]
    halves = [(row[: len(row) // 2], row[len(row) // 2 :]) for row in rows]
    return np.concatenate([one for one, _ in halves]), np.concatenate([other for _, other in halves])


def photos_of(student: Student, photos: PhotoCache, longest_px: int, most: int, device: torch.device) -> Vectors:
    """GeM vectors (n, D) of whole photos, evenly chosen, as they are described in use.

    Args:
        student: is put into the state of use.
        photos: of the run.
        longest_px: longest side of what the network is shown.
        most: how many at most.
        device: where the student is.
    """
    chosen = np.unique(np.linspace(0, len(photos) - 1, min(most, len(photos))).round().astype(int))
    shown = (fit_input(np.array(photos[number]), longest_px, enlarges=True)[None] for number in chosen)
    return np.concatenate([_pooled(student, pixels, device) for pixels in shown])


def with_last_layer(student: Student, whitening: Whitening) -> Student:
    """A copy of a student whose linear layer is a whitening of its GeM vectors."""
    changed = copy.deepcopy(student)
    mean, projection = (torch.from_numpy(part) for part in whitening)
    layer = torch.nn.Linear(*projection.shape)
    largest = projection.abs().max()  # lengths do not matter, and 16 bits hold no large numbers
    with torch.no_grad():
        layer.weight.copy_(projection.T / largest)
        layer.bias.copy_(-(mean @ projection) / largest)
    changed.whiten = layer.to(student.whiten.weight.device)
    return changed


def _pooled(student: Student, pixels: NDArray[np.uint8], device: torch.device) -> Vectors:
    student.eval()
    with torch.inference_mode():
        found: Vectors = student(as_input(pixels, device)).pooled.cpu().numpy()
    return found
