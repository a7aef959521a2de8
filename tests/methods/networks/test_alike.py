"""ALIKE is the network of its paper, computed cheaper, and goes through the same import as the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenes import scene
from visearch_desktop.core.errors import SelfTestError, UsageError, WeightsError
from visearch_desktop.core.sentences import sentence
from visearch_desktop.methods.descriptors.build import default_descriptor, descriptor_names
from visearch_desktop.methods.networks.alike_maps import AlikeMaps, bilinear, pad_to_multiple
from visearch_desktop.methods.networks.alike_network import OUTPUTS
from visearch_desktop.methods.networks.devices import CPU
from visearch_desktop.methods.networks.hashing import file_sha256
from visearch_desktop.methods.networks.manifest import read_manifest
from visearch_desktop.methods.networks.running import NetworkRunner, load_on, self_test
from visearch_desktop.methods.networks.store import NetworkStore

torch = pytest.importorskip("torch")
functional = pytest.importorskip("torch.nn.functional")


def as_in_the_paper(state: dict[str, Any], pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(h, w) scores and (D, h, w) unit descriptors, every step at full size as the paper draws it."""

    def conv(name: str, value: Any, padding: int = 0) -> Any:
        return functional.conv2d(value, state[f"{name}.weight"], state.get(f"{name}.bias"), padding=padding)

    def norm(name: str, value: Any) -> Any:
        numbers = [state[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
        return functional.batch_norm(value, *numbers, training=False, eps=1e-5)

    def block(name: str, value: Any) -> Any:
        inner = functional.relu(norm(f"{name}.bn1", conv(f"{name}.conv1", value, 1)))
        inner = norm(f"{name}.bn2", conv(f"{name}.conv2", inner, 1))
        return functional.relu(inner if name == "block1" else inner + conv(f"{name}.downsample", value))

    size = pixels.shape[:2]
    one = block("block1", torch.from_numpy(pixels.transpose(2, 0, 1)[None] / np.float32(255)))
    two = block("block2", functional.max_pool2d(one, 2))
    three = block("block3", functional.max_pool2d(two, 4))
    four = block("block4", functional.max_pool2d(three, 4))
    narrow = [functional.relu(conv(f"conv{k}", value)) for k, value in enumerate((one, two, three, four), 1)]
    large = [functional.interpolate(value, size, mode="bilinear", align_corners=True) for value in narrow]
    both = conv("convhead2", torch.cat(large, dim=1))[0]
    return torch.sigmoid(both[-1]).numpy(), functional.normalize(both[:-1], dim=0).numpy()


def test_scores_and_descriptors_are_those_of_the_paper_at_every_pixel(
    with_alike: NetworkStore, alike_file: Path
) -> None:
    pixels = scene(7, 160, 96)
    scores, descriptors = as_in_the_paper(torch.load(alike_file, weights_only=True), pixels)
    maps = AlikeMaps.of_outputs(NetworkRunner(with_alike.folder("alike_n")).outputs(pixels))
    assert np.ptp(scores) > 0.1
    assert np.allclose(maps.scores, scores, atol=1e-4)
    y, x = np.mgrid[0:96, 0:160].reshape(2, -1)
    assert np.allclose(maps.descriptors(np.column_stack([x, y])), descriptors[:, y, x].T, atol=1e-4)


@pytest.mark.parametrize("size", [(32, 32), (320, 32), (96, 128)])
def test_onnxruntime_and_torch_agree_at_every_shape(with_alike: NetworkStore, size: tuple[int, int]) -> None:
    folder, pixels = with_alike.folder("alike_n"), scene(3, *size)
    ours, theirs = (NetworkRunner(folder, device).outputs(pixels) for device in ("cpu", "torch-cpu"))
    assert len(ours) == len(OUTPUTS)
    for one, other in zip(ours, theirs, strict=True):
        assert one.shape == other.shape
        assert np.allclose(one, other, atol=1e-3)


def test_an_import_is_recorded_as_a_network_for_details(with_alike: NetworkStore, alike_file: Path) -> None:
    manifest = read_manifest(with_alike.folder("alike_n"))
    assert manifest is not None
    assert manifest.kind == "local_features"
    assert manifest.weights_sha256 == file_sha256(alike_file)
    assert (manifest.dimension, manifest.is_whitened, manifest.is_published) == (128, False, False)


def test_a_network_for_details_describes_no_photos(with_alike: NetworkStore) -> None:
    assert not {"alike_n", "alike_n_raw"} & set(descriptor_names())
    assert default_descriptor(with_alike.folders) == "rootsift_vlad"


@pytest.mark.parametrize("output", range(len(OUTPUTS)))
def test_a_device_whose_numbers_are_wrong_anywhere_fails_the_self_test(with_alike: NetworkStore, output: int) -> None:
    folder = with_alike.folder("alike_n")
    manifest = read_manifest(folder)
    assert manifest is not None
    good = load_on(folder, manifest, CPU, 1)
    assert self_test(manifest, good, CPU) > 0.99999

    def faulty(pixels: np.ndarray) -> tuple[np.ndarray, ...]:
        outputs = list(good(pixels))
        outputs[output] = np.roll(outputs[output], outputs[output].shape[-1] // 2, axis=-1)
        return tuple(outputs)

    with pytest.raises(SelfTestError):
        self_test(manifest, faulty, CPU)
    with pytest.raises(SelfTestError):
        self_test(replace(manifest, known=tuple(row[:-1] for row in manifest.known)), good, CPU)


@pytest.mark.parametrize("how", ["a weight is missing", "a weight is left over", "a weight has another shape"])
def test_weights_that_do_not_fit_are_refused(alike_file: Path, tmp_path: Path, how: str) -> None:
    state = torch.load(alike_file, weights_only=True)
    match how:
        case "a weight is missing":
            del state["block3.bn2.bias"]
        case "a weight is left over":
            state["block3.bn3.bias"] = torch.zeros(64)
        case _:
            state["convhead2.weight"] = torch.zeros(65, 128, 1, 1)
    torch.save(state, tmp_path / "w.pth")
    with pytest.raises(WeightsError) as caught:
        NetworkStore([tmp_path / "networks"]).import_file("alike_n", tmp_path / "w.pth")
    assert "does not fit the architecture alike_n" in sentence(caught.value)


def test_details_have_no_whitening_and_no_scales(alike_file: Path, tmp_path: Path) -> None:
    store = NetworkStore([tmp_path])
    options: tuple[dict[str, Any], ...] = ({"whiten": tmp_path}, {"scales": (1.0, 0.5)})
    for option in options:
        with pytest.raises(UsageError) as caught:
            store.import_file("alike_n", alike_file, **option)
        assert "no whitening" in sentence(caught.value)
    assert store.find("alike_n") is None


def test_a_manifest_written_before_there_were_kinds_is_one_of_a_descriptor(
    imported: NetworkStore, tmp_path: Path
) -> None:
    manifest = read_manifest(imported.folder("mobilenet_v3_small"))
    assert manifest is not None
    assert manifest.kind == "descriptor"
    manifest.write(tmp_path)
    record = (tmp_path / "network.json").read_text()
    assert '"kind": "descriptor",\n' in record
    (tmp_path / "network.json").write_text(record.replace(' "kind": "descriptor",\n', ""))
    (tmp_path / "network.onnx").touch()
    assert read_manifest(tmp_path) == manifest == replace(manifest, kind="descriptor")


@settings(max_examples=60, deadline=None)
@given(height=st.integers(1, 100), width=st.integers(1, 100))
def test_pictures_are_padded_to_multiples_of_32_without_new_edges(height: int, width: int) -> None:
    pixels = np.random.default_rng(height * 101 + width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    padded = pad_to_multiple(pixels)
    assert padded.shape[0] % 32 == padded.shape[1] % 32 == 0
    assert 0 <= padded.shape[0] - height < 32
    assert 0 <= padded.shape[1] - width < 32
    assert np.array_equal(padded[:height, :width], pixels)
    assert (padded[height:, :width] == pixels[-1]).all()
    assert (padded[:, width:] == padded[:, width - 1 : width]).all()


@settings(max_examples=60, deadline=None)
@given(x=st.floats(0, 8), y=st.floats(0, 5), width=st.integers(1, 9), height=st.integers(1, 6))
def test_a_plane_is_sampled_exactly_between_its_cells_and_held_at_its_border(
    x: float, y: float, width: int, height: int
) -> None:
    rows, columns = np.mgrid[0:height, 0:width]
    plane = np.stack([columns, 10 * rows - columns]).astype(np.float32)
    (got,) = bilinear(plane, np.array([[x, y]]))
    inside_x, inside_y = min(x, width - 1), min(y, height - 1)
    assert got == pytest.approx([inside_x, 10 * inside_y - inside_x], abs=1e-4)
