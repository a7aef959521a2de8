"""Weights files of three layouts become one: convolutions, GeM exponent, whitening, mean and deviation.

Read are the published cirtorch checkpoints (``{"meta": …, "state_dict": {"features.…", "pool.p", "whiten.…"}}``),
plain torchvision state dicts, and state dicts of the convolutions alone, as torch or safetensors write them; never
anything that runs code.
"""

from __future__ import annotations

import json
import pickle
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.errors import WeightsError
from visearch_desktop.methods.networks.backbones import (
    CHANNELS,
    build_backbone,
    pad_like_tensorflow,
    state_prefixes,
)
from visearch_desktop.methods.networks.gem_network import AffineWhitening
from visearch_desktop.methods.networks.listing import NetworkEntry
from visearch_desktop.methods.networks.tensor_file import is_tensor_file, read_tensors

if TYPE_CHECKING:
    import torch

META = "meta"
HEADS = ("fc.", "classifier.", "lwhiten.", "whiten.", "pool.")
OLD_DENSENET_KEY = re.compile(r"^(.*denselayer\d+\.(?:norm|conv))\.([12]\..*)$")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a weights file holds, ready to run.

    Attributes:
        backbone: the convolutions, weights loaded.
        p: (1,) or (D,) exponent of GeM.
        mean: of red, green and blue in 0..1.
        std: likewise.
        whitening: its own, or None.
    """

    backbone: torch.nn.Module
    p: NDArray[np.float32]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    whitening: AffineWhitening | None


def read_checkpoint(path: Path, entry: NetworkEntry) -> Checkpoint:
    """Load a weights file as the network that an entry describes.

    Raises:
        WeightsError: the file is damaged, holds more than numbers, or does not fit the architecture.
    """
    loaded = load_table(path, entry.name)
    meta = loaded.get("meta", {}) if isinstance(loaded.get("state_dict"), Mapping) else {}
    state = {str(key): value for key, value in loaded.get("state_dict", loaded).items()}
    _check_meta(path, entry, meta)
    backbone = build_backbone(entry.architecture, entry.norm_eps)
    _fill(path, entry, backbone, state)
    if entry.padding == "tensorflow":
        pad_like_tensorflow(backbone)
    return Checkpoint(
        backbone=backbone,
        p=_numbers(state["pool.p"]) if "pool.p" in state else np.array([entry.p], np.float32),
        mean=_three(meta.get("mean"), entry.mean),
        std=_three(meta.get("std"), entry.std),
        whitening=_whitening(path, entry, state, meta),
    )


def load_table(path: Path, network: str) -> dict[str, Any]:
    """The file's dictionary, read without running anything in it.

    Raises:
        WeightsError: it is damaged, or holds more than numbers; it is for ``network``.
    """
    import torch

    try:
        if is_tensor_file(path):
            return _shared_table(path)
        with torch.serialization.safe_globals(_numpy_globals()):
            loaded = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise WeightsError(path, network, "there is no such file") from error
    except pickle.UnpicklingError as error:
        raise WeightsError(path, network, "it is no weights file, or holds more than numbers") from error
    except (RuntimeError, EOFError, OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise WeightsError(path, network, "it is damaged, or no weights file") from error
    if not isinstance(loaded, Mapping):
        raise WeightsError(path, network, "it holds no table of weights")
    return dict(loaded)


def _shared_table(path: Path) -> dict[str, Any]:
    """Of a file in the format of safetensors; what cirtorch has in ``meta`` is JSON under the same name there."""
    import torch

    tables, metadata = read_tensors(path)
    meta = json.loads(metadata.get(META, "{}"))
    if not isinstance(meta, Mapping):
        raise ValueError("what it says of itself is no table")
    return {"meta": meta, "state_dict": {name: torch.from_numpy(table.copy()) for name, table in tables.items()}}


def _numpy_globals() -> list[Any]:
    """What arrays in a checkpoint are rebuilt with, under numpy's present and former names."""
    reconstruct: Any = np.empty(0).__reduce__()[0]
    scalar: Any = np.float64(0).__reduce__()[0]
    names = ("numpy.core.multiarray", "numpy._core.multiarray")
    kinds = [type(np.dtype(kind)) for kind in ("f2", "f4", "f8", "i4", "i8")]
    return [
        *((reconstruct, f"{name}._reconstruct") for name in names),
        *((scalar, f"{name}.scalar") for name in names),
        np.ndarray,
        np.dtype,
        *kinds,
    ]


def _check_meta(path: Path, entry: NetworkEntry, meta: Mapping[str, Any]) -> None:
    """A cirtorch file says what it is: refuse another architecture and poolings that are not built here."""
    architecture = meta.get("architecture", entry.architecture)
    if architecture != entry.architecture:
        raise WeightsError(path, entry.name, f"it is a {architecture}, not a {entry.architecture}")
    pooling = meta.get("pooling", "gem")
    if pooling not in {"gem", "gemmp"} or meta.get("regional") or meta.get("local_whitening"):
        raise WeightsError(path, entry.name, f"its pooling ({pooling}, regional or locally whitened) is not supported")


def _fill(path: Path, entry: NetworkEntry, backbone: torch.nn.Module, state: Mapping[str, Any]) -> None:
    """Load the convolutions; the layers of :data:`HEADS` are left out."""
    wanted = backbone.state_dict()
    renamed = {_backbone_key(key, entry.architecture): value for key, value in state.items()}
    kept = {key: value for key, value in renamed.items() if key in wanted or not key.startswith(HEADS)}
    load_strictly(path, entry, backbone, kept)


def load_strictly(path: Path, entry: NetworkEntry, network: torch.nn.Module, state: Mapping[str, Any]) -> None:
    """Fill a network with weights: every one is there, of the right shape, and none is left over.

    Raises:
        WeightsError: it is not so.
    """
    wanted = network.state_dict()
    given = {key: value for key, value in state.items() if key in wanted}
    stray = [key for key in state if key not in wanted]
    missing = [key for key in wanted if key not in given and not key.endswith("num_batches_tracked")]
    shapes = [key for key in given if tuple(getattr(given[key], "shape", ())) != tuple(wanted[key].shape)]
    if missing or shapes or stray:
        raise WeightsError(
            path,
            entry.name,
            f"it does not fit the architecture {entry.architecture} "
            f"({len(missing)} weights missing, {len(stray)} left over, {len(shapes)} of another shape)",
        )
    network.load_state_dict({key: value.float() for key, value in given.items()}, strict=False)


def _backbone_key(key: str, architecture: str) -> str:
    """A key of any of the layouts -> the key in :func:`build_backbone`'s module."""
    key = key.removeprefix("module.")
    old = OLD_DENSENET_KEY.match(key)
    if old and architecture.startswith("densenet"):
        key = "".join(old.groups())
    key = key.removeprefix("features.")
    for theirs, ours in state_prefixes(architecture).items():
        if key.startswith(theirs):
            return ours + key.removeprefix(theirs)
    return key


def _whitening(
    path: Path, entry: NetworkEntry, state: Mapping[str, Any], meta: Mapping[str, Any]
) -> AffineWhitening | None:
    """The file's own whitening: a layer of the network first, else one learned afterwards (``meta["Lw"]``)."""
    width = CHANNELS[entry.architecture]
    found: AffineWhitening | None = None
    if "whiten.weight" in state:
        weight = _numbers(state["whiten.weight"])
        bias = _numbers(state["whiten.bias"]) if "whiten.bias" in state else np.zeros(len(weight), np.float32)
        found = AffineWhitening(weight, bias, per_scale=True)
    elif isinstance(meta.get("Lw"), Mapping) and meta["Lw"]:
        sets = meta["Lw"]
        learned = sets.get(entry.whitening_set) or next(iter(sets.values()))
        learned = learned.get("ms" if len(entry.scales) > 1 else "ss", learned)
        if "m" in learned and "P" in learned:
            projection = _numbers(learned["P"]).T[:, : entry.dimension]
            found = AffineWhitening.of_projection(_numbers(learned["m"]).ravel(), projection)
    if found is not None and (found.weight.ndim != 2 or found.weight.shape[1] != width):
        raise WeightsError(path, entry.name, f"its whitening is for vectors of another length than {width}")
    return found


def _numbers(values: Any) -> NDArray[np.float32]:
    """A tensor or an array as float32."""
    return np.ascontiguousarray(getattr(values, "numpy", lambda: values)(), dtype=np.float32)


def _three(values: Any, otherwise: tuple[float, float, float]) -> tuple[float, float, float]:
    """Three numbers of the file's, or the entry's."""
    if values is None or len(values) != 3:
        return otherwise
    red, green, blue = (float(value) for value in values)
    return (red, green, blue)
