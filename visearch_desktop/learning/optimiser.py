"""How weights change: Muon for convolutions, AdamW for all else.

Muon makes every step of a table of weights orthogonal, so that all its directions learn alike. Jordan et al.: Muon,
2024 (https://kellerjordan.github.io/posts/muon/). AdamW: Loshchilov and Hutter, ICLR 2019.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from visearch_desktop.learning.recipe import Recipe

LEAST_INPUTS = 4
"""Channels that a convolution reads from which Muon takes it: neither the first layer nor depthwise ones."""


class Optimiser:
    """Over a student, whose convolutions are in channels-last layout, and what else is trained with it."""

    def __init__(self, student: nn.Module, others: nn.Module, recipe: Recipe) -> None:
        """Takes the parameters as they are; they must stay where they are."""
        self._recipe = recipe
        own = list(student.parameters())
        self._tables = [one for one in own if one.ndim == 4 and one.shape[1] >= LEAST_INPUTS]
        self._flat = [nn.Parameter(_as_table(one.data)) for one in self._tables]  # the same memory
        taken = {id(one) for one in self._tables}
        self._rest = [one for one in (*own, *others.parameters()) if id(one) not in taken]
        self._muon = torch.optim.Muon(self._flat, lr=recipe.orthogonal_rate, weight_decay=0.0)
        self._adamw = torch.optim.AdamW([
            {"params": [one for one in self._rest if one.ndim > 1], "weight_decay": recipe.weight_decay},
            {"params": [one for one in self._rest if one.ndim <= 1], "weight_decay": 0.0},
        ])  # fmt: skip

    def clear(self) -> None:
        """Forget the gradients."""
        for one in (*self._tables, *self._rest):
            one.grad = None

    def step(self, share: float) -> None:
        """Change the weights by their gradients, at a share of the recipe's rates."""
        for table, flat in zip(self._tables, self._flat, strict=True):
            flat.grad = None if table.grad is None else _as_table(table.grad)
        for optimiser, rate in ((self._muon, self._recipe.orthogonal_rate), (self._adamw, self._recipe.learning_rate)):
            for group in optimiser.param_groups:
                group["lr"] = rate * share
            optimiser.step()  # type: ignore[no-untyped-call]

    def state_dict(self) -> dict[str, Any]:
        """Of both."""
        return {"muon": self._muon.state_dict(), "adamw": self._adamw.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """What :meth:`state_dict` gave."""
        self._muon.load_state_dict(state["muon"])
        self._adamw.load_state_dict(state["adamw"])


def _as_table(weights: torch.Tensor) -> torch.Tensor:
    """(out, in, h, w) -> (out, h · w · in): a view where the layout is channels last."""
    return weights.permute(0, 2, 3, 1).reshape(len(weights), -1)
