"""The state of a run in one file, written beside and renamed over: a kill at any moment leaves the one before."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import torch

from visearch_desktop.core.errors import UsageError

CHECKPOINT = "checkpoint.pt"


def save(state: dict[str, Any], folder: Path) -> None:
    """Keep tables of tensors and numbers.

    Args:
        state: nothing but dictionaries, lists, tensors, numbers and text.
        folder: of the run.
    """
    partial = folder / f"{CHECKPOINT}.part"
    with partial.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / CHECKPOINT)


def load(folder: Path, device: torch.device) -> dict[str, Any] | None:
    """What was kept last; None where nothing was.

    Raises:
        UsageError: the file is damaged; nothing is begun anew over it.
    """
    file = folder / CHECKPOINT
    if not file.is_file():
        return None
    try:
        state: dict[str, Any] = torch.load(file, map_location=device, weights_only=True)
    except (RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        raise UsageError(f"“{file}” is damaged: move it away to begin anew, or take an older copy of it.") from error
    return state
