"""Weights files of all published layouts are read; what does not fit or is not only numbers is refused."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from visearch_desktop.core.errors import WeightsError
from visearch_desktop.core.sentences import sentence
from visearch_desktop.methods.networks.backbones import (
    CHANNELS,
    build_backbone,
    import_torchvision,
    pad_like_tensorflow,
)
from visearch_desktop.methods.networks.checkpoint import read_checkpoint
from visearch_desktop.methods.networks.gem_network import AffineWhitening, Preprocessing, build_gem_network
from visearch_desktop.methods.networks.listing import find_network
from visearch_desktop.methods.networks.tensor_file import write_tensors

torch = pytest.importorskip("torch")
functional = pytest.importorskip("torch.nn.functional")

RESNET18 = find_network("resnet18")


def saved(value: Any, path: Path, **options: Any) -> Path:
    torch.save(value, path, **options)
    return path


@pytest.mark.parametrize("layout", ["zip", "legacy"])
def test_a_cirtorch_checkpoint_keeps_its_exponent_whitening_mean_and_deviation(
    cirtorch_state: dict[str, Any], tmp_path: Path, layout: str
) -> None:
    path = saved(cirtorch_state, tmp_path / "c.pth", _use_new_zipfile_serialization=layout == "zip")
    found = read_checkpoint(path, RESNET18)
    assert found.p == pytest.approx([2.9])
    assert found.mean == (0.4, 0.5, 0.6)
    assert found.std == (0.2, 0.25, 0.3)
    assert found.whitening is not None
    assert found.whitening.per_scale
    assert np.array_equal(found.whitening.weight, cirtorch_state["state_dict"]["whiten.weight"].numpy())
    first = cirtorch_state["state_dict"]["features.0.weight"]
    assert torch.equal(found.backbone.state_dict()["0.weight"], first)


def test_a_whitening_in_numpy_arrays_beside_the_layers_is_found(cirtorch_state: dict[str, Any], tmp_path: Path) -> None:
    state = copy.deepcopy(cirtorch_state)
    del state["state_dict"]["whiten.weight"], state["state_dict"]["whiten.bias"]
    rng = np.random.default_rng(0)
    mean, projection = rng.normal(size=(512, 1)), rng.normal(size=(512, 512))
    other = {"m": mean * 0, "P": projection * 0}
    state["meta"]["Lw"] = {
        "retrieval-SfM-30k": {"ss": other, "ms": other},
        "retrieval-SfM-120k": {"ss": {"m": mean, "P": projection}, "ms": other},
    }
    entry = replace(RESNET18, whitening="meta", whitening_set="retrieval-SfM-120k", dimension=512)
    found = read_checkpoint(saved(state, tmp_path / "c.pth"), entry).whitening
    assert found is not None
    assert not found.per_scale
    vector = rng.normal(size=512)
    expected = projection @ (vector - mean[:, 0])
    assert found.weight @ vector + found.bias == pytest.approx(expected, rel=1e-4, abs=1e-3)


@pytest.mark.parametrize(
    "architecture", [name for name in CHANNELS if name not in {"resnet152", "vgg16", "compact_resnet"}]
)
def test_torchvisions_own_state_dicts_load_and_give_the_classifiers_feature_map(
    architecture: str, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    model = getattr(import_torchvision().models, architecture)(weights=None).eval()
    path = saved(model.state_dict(), tmp_path / "w.pth")
    found = read_checkpoint(path, find_network(architecture))
    picture = torch.rand(1, 3, 64, 96)
    with torch.inference_mode():
        got = found.backbone(picture)
        if architecture.startswith("resnet"):
            wanted = torch.nn.Sequential(*list(model.children())[:-2])(picture)
        else:
            wanted = model.features(picture)
    if architecture.startswith("densenet"):
        wanted = functional.relu(wanted)
    assert got.shape == (1, CHANNELS[architecture], 2, 3)
    assert torch.allclose(got, wanted, atol=1e-5)


def test_the_old_key_names_of_densenet_and_half_floats_are_understood(tmp_path: Path) -> None:
    model = import_torchvision().models.densenet169(weights=None)
    state = {
        key.replace("norm1", "norm.1")
        .replace("norm2", "norm.2")
        .replace("conv1", "conv.1")
        .replace("conv2", "conv.2"): (value.half() if value.is_floating_point() else value)
        for key, value in model.features.state_dict().items()
    }
    found = read_checkpoint(saved(state, tmp_path / "w.pth"), find_network("densenet169"))
    assert found.backbone.state_dict()["0.weight"].dtype == torch.float32


@pytest.mark.parametrize("side", [8, 9])
def test_tensorflow_padding_looks_right_and_down_like_same_padding_there(side: int) -> None:
    network = build_backbone("mobilenet_v2", 1e-5)
    kernels = [module.weight for module in network.modules() if getattr(module, "stride", None) == (2, 2)]
    pad_like_tensorflow(network)
    strided = [module for module in network.modules() if getattr(module, "stride", None) == (2, 2)]
    assert len(strided) == len(kernels) == 5
    for kernel, module in zip(kernels, strided, strict=True):
        picture = torch.rand(1, module.in_channels, side, side)
        padded = functional.pad(picture, (0, 1, 0, 1))
        wanted = functional.conv2d(padded, kernel, stride=2, groups=module.groups)
        assert torch.allclose(module(picture), wanted, atol=1e-5)


def as_tensor_file(state: dict[str, Any], path: Path) -> Path:
    tables = {key: value.numpy() for key, value in state["state_dict"].items()}
    meta = {key: value for key, value in state["meta"].items() if key != "Lw"}
    write_tensors(path, tables, {"meta": json.dumps(meta)})
    return path


def test_a_file_of_safetensors_is_read_as_a_checkpoint_of_torch_is(
    cirtorch_state: dict[str, Any], tmp_path: Path
) -> None:
    first = read_checkpoint(saved(cirtorch_state, tmp_path / "c.pth"), RESNET18)
    other = read_checkpoint(as_tensor_file(cirtorch_state, tmp_path / "named.pth"), RESNET18)
    assert (other.mean, other.std, other.p.tolist()) == (first.mean, first.std, first.p.tolist())
    assert other.whitening is not None
    assert first.whitening is not None
    assert np.array_equal(other.whitening.weight, first.whitening.weight)
    wanted = first.backbone.state_dict()
    assert all(torch.equal(value, wanted[key]) for key, value in other.backbone.state_dict().items())


@pytest.mark.parametrize("damage", ["cut", "meta", "meta is a list"])
def test_a_damaged_file_of_safetensors_is_refused(cirtorch_state: dict[str, Any], tmp_path: Path, damage: str) -> None:
    path = as_tensor_file(cirtorch_state, tmp_path / "w.safetensors")
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-1])
    else:
        write_tensors(path, {}, {"meta": "[1]" if damage == "meta is a list" else "{"})
    with pytest.raises(WeightsError, match="damaged"):
        read_checkpoint(path, RESNET18)


class Trap:
    def __reduce__(self) -> tuple[Any, ...]:
        return (print, ("this must never run",))


@pytest.mark.parametrize("kind", ["code", "empty", "text", "truncated", "no table", "missing", "folder"])
def test_what_is_not_a_table_of_numbers_is_refused_and_never_run(
    kind: str, tmp_path: Path, classifier_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "w.pth"
    match kind:
        case "code":
            path.write_bytes(pickle.dumps({"a": Trap()}, protocol=2))
        case "empty":
            path.write_bytes(b"")
        case "text":
            path.write_text("<html>404</html>")
        case "truncated":
            path.write_bytes(classifier_file.read_bytes()[:100_000])
        case "no table":
            saved([1, 2, 3], path)
        case "folder":
            path.mkdir()
    with pytest.raises(WeightsError) as caught:
        read_checkpoint(path, find_network("mobilenet_v3_small"))
    assert "w.pth" in sentence(caught.value)
    assert "must never run" not in capsys.readouterr().out


def changed(state: dict[str, Any], how: str) -> dict[str, Any]:
    state = copy.deepcopy(state)
    match how:
        case "missing":
            del state["state_dict"]["features.0.weight"]
        case "left over":
            state["state_dict"]["features.99.weight"] = torch.zeros(3)
        case "another shape":
            state["state_dict"]["features.0.weight"] = torch.zeros(3)
        case "a resnet50":
            state["meta"]["architecture"] = "resnet50"
        case "not supported":
            state["meta"]["pooling"] = "rmac"
        case "another length":
            state["state_dict"]["whiten.weight"] = torch.zeros(512, 2048)
    return state


@pytest.mark.parametrize(
    "how", ["missing", "left over", "another shape", "a resnet50", "not supported", "another length"]
)
def test_a_checkpoint_that_does_not_fit_is_refused_with_the_reason(
    cirtorch_state: dict[str, Any], tmp_path: Path, how: str
) -> None:
    path = saved(changed(cirtorch_state, how), tmp_path / "c.pth")
    with pytest.raises(WeightsError) as caught:
        read_checkpoint(path, RESNET18)
    assert how in sentence(caught.value)


def reference_gem(cells: torch.Tensor, p: float) -> np.ndarray:
    """GeM by its formula, in numpy and double precision."""
    wide = cells[0].double().numpy().clip(1e-6)
    pooled = (wide**p).mean(axis=(1, 2)) ** (1 / p)
    return pooled / np.linalg.norm(pooled)


def entry_network(scales: tuple[float, ...], whitening: AffineWhitening | None) -> tuple[torch.nn.Module, Any]:
    torch.manual_seed(2)
    backbone = build_backbone("mobilenet_v3_small", 1e-3)
    preprocessing = Preprocessing((0.485, 0.456, 0.406), (0.229, 0.224, 0.225), 512, scales)
    return build_gem_network(backbone, np.array([3.0], np.float32), preprocessing, whitening), backbone


def normalised_input(pixels: np.ndarray) -> torch.Tensor:
    picture = (pixels / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
    return torch.from_numpy(picture.transpose(2, 0, 1)[None].copy()).float()


def test_pooling_is_the_generalised_mean_of_the_paper(picture: np.ndarray) -> None:
    network, backbone = entry_network((1.0,), None)
    with torch.inference_mode():
        (got,) = network(torch.from_numpy(picture))
        wanted = reference_gem(backbone(normalised_input(picture)), 3)
    assert got.numpy() == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize("per_scale", [True, False])
def test_scales_are_combined_as_cirtorch_does(picture: np.ndarray, per_scale: bool) -> None:
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(64, 576)).astype(np.float32)
    bias = rng.normal(size=64).astype(np.float32) / 10
    network, backbone = entry_network((1.0, 0.5), AffineWhitening(weight, bias, per_scale))
    full = normalised_input(picture)
    half = functional.interpolate(full, scale_factor=0.5, mode="bilinear", align_corners=False)
    with torch.inference_mode():
        got = network(torch.from_numpy(picture))[1].numpy()
        vectors = [reference_gem(backbone(size), 3) for size in (full, half)]

    def whitened(vector: np.ndarray) -> np.ndarray:
        moved = weight @ vector + bias
        return moved / np.linalg.norm(moved)

    if per_scale:
        wanted = whitened(vectors[0]) + whitened(vectors[1])
    else:
        mean = ((vectors[0] ** 3 + vectors[1] ** 3) / 2) ** (1 / 3)
        wanted = whitened(mean / np.linalg.norm(mean))
    assert got == pytest.approx(wanted / np.linalg.norm(wanted), abs=1e-4)
