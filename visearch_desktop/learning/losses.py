"""What is made small in training. All take float tensors of unit rows and give one number.

Sources: contrastive: Hadsell, Chopra, LeCun, CVPR 2006. Triplet: Schroff, Kalenichenko, Philbin, CVPR 2015. InfoNCE:
van den Oord, Li, Vinyals 2018; with a memory of earlier batches: Wang et al., Cross-Batch Memory, CVPR 2020. Listwise
average precision: Revaud, Almazán, de Rezende, de Souza, ICCV 2019. Relations: Park, Kim, Lu, Cho, CVPR 2019.
"""

from __future__ import annotations

import torch
from torch.nn import functional

MINUS_INFINITY = float("-inf")


def contrastive(one: torch.Tensor, other: torch.Tensor, same: torch.Tensor, margin: float = 0.7) -> torch.Tensor:
    """Pairs of the same thing come together, others go ``margin`` apart.

    Args:
        one: (n, d).
        other: (n, d).
        same: (n,) bool.
        margin: Euclidean distance from which other things do not matter.
    """
    distance = (one - other).square().sum(dim=1).clamp(min=1e-12).sqrt()
    apart = (margin - distance).clamp(min=0)
    return (torch.where(same, distance, apart).square() / 2).mean()


def triplet(anchor: torch.Tensor, positive: torch.Tensor, negative: torch.Tensor, margin: float = 0.1) -> torch.Tensor:
    """The positive is nearer than the negative by ``margin``, in squared distance; all (n, d)."""
    near = (anchor - positive).square().sum(dim=1)
    far = (anchor - negative).square().sum(dim=1)
    return (near - far + margin).clamp(min=0).mean()


def info_nce(
    one: torch.Tensor,
    other: torch.Tensor,
    temperature: float,
    alike: torch.Tensor | None = None,
    remembered: torch.Tensor | None = None,
    alike_remembered: torch.Tensor | None = None,
) -> torch.Tensor:
    """Of all others, each row finds the one of its number; in both directions.

    Args:
        one: (n, d).
        other: (n, d); row i shows the same thing as row i of ``one``.
        temperature: the smaller, the more the nearest wrong ones matter.
        alike: (n, n) bool: pairs that are not to be told apart; their diagonal does not matter.
        remembered: (m, d) of earlier batches, without gradient.
        alike_remembered: (n, m) bool.
    """
    count = len(one)
    right = torch.arange(count, device=one.device)
    across = _masked(one @ other.T / temperature, alike, keep_diagonal=True)
    own = torch.eye(count, dtype=torch.bool, device=one.device)
    within_alike = own if alike is None else alike | own
    losses = []
    for rows, logits in ((one, across), (other, across.T)):
        parts = [logits, _masked(rows @ rows.T / temperature, within_alike)]
        if remembered is not None:
            parts.append(_masked(rows @ remembered.T / temperature, alike_remembered))
        losses.append(functional.cross_entropy(torch.cat(parts, dim=1), right))
    return (losses[0] + losses[1]) / 2


def _masked(logits: torch.Tensor, out: torch.Tensor | None, *, keep_diagonal: bool = False) -> torch.Tensor:
    if out is None:
        return logits
    if keep_diagonal:
        out = out & ~torch.eye(len(out), dtype=torch.bool, device=out.device)
    return logits.masked_fill(out, MINUS_INFINITY)


def listwise_ap(similarities: torch.Tensor, right: torch.Tensor, bins: int = 20) -> torch.Tensor:
    """1 − mean average precision of ranking by similarity, quantised so that it has a gradient.

    Args:
        similarities: (n, m), −1…1, of n queries with m photos.
        right: (n, m) bool; queries with no right photo do not count.
        bins: of the histogram of similarities.
    """
    centres = torch.linspace(1, -1, bins, device=similarities.device)
    width = 2 / (bins - 1)
    share = (1 - (similarities.unsqueeze(-1) - centres).abs() / width).clamp(min=0)  # (n, m, bins)
    positives = (share * right.unsqueeze(-1)).sum(dim=1)
    everything = share.sum(dim=1)
    precision = positives.cumsum(dim=1) / everything.cumsum(dim=1).clamp(min=1e-6)
    total = right.sum(dim=1)
    average = (precision * positives).sum(dim=1) / total.clamp(min=1)
    return 1 - average[total > 0].mean()


def match_descriptors(made: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    """1 − mean cosine of (n, d) rows, of any length, with the teachers' unit rows."""
    return 1 - functional.cosine_similarity(made, taught, dim=1).mean()


def match_relations(made: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    """Mean squared difference of the similarities within a batch: (n, d) and (n, D) unit rows, n > 1."""
    apart = ~torch.eye(len(made), dtype=torch.bool, device=made.device)
    return (made @ made.T - taught @ taught.T)[apart].square().mean()


def match_cells(made: torch.Tensor, taught: torch.Tensor, weight: torch.Tensor | None = None) -> torch.Tensor:
    """1 − mean cosine of cells.

    Args:
        made: (n, d, h, w).
        taught: likewise.
        weight: (n, h, w), 0 where the teacher says nothing; None is 1 everywhere.
    """
    cosine = functional.cosine_similarity(made, taught, dim=1)
    if weight is None:
        return 1 - cosine.mean()
    return ((1 - cosine) * weight).sum() / weight.sum().clamp(min=1e-6)
