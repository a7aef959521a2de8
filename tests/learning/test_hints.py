"""A teacher that sees the views: what it says is of these pixels, and the student comes nearer, layer by layer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.learning.made import SMALL, made_cache, made_lessons

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from visearch_desktop.learning import hints as hints_module  # noqa: E402
from visearch_desktop.learning.batches import BatchMaker  # noqa: E402
from visearch_desktop.learning.hints import HintTeacher  # noqa: E402
from visearch_desktop.learning.photos import PhotoCache  # noqa: E402
from visearch_desktop.learning.student import INNER_STRIDES, Student, inner_maps  # noqa: E402
from visearch_desktop.learning.teachers import Lesson  # noqa: E402
from visearch_desktop.learning.teaching import Teaching  # noqa: E402
from visearch_desktop.learning.training import Trainer  # noqa: E402
from visearch_desktop.methods.networks.backbones import build_backbone  # noqa: E402
from visearch_desktop.methods.networks.gem_network import GEM_FLOOR  # noqa: E402
from visearch_desktop.methods.networks.listing import find_network  # noqa: E402

CPU = torch.device("cpu")


class MadeNetwork(torch.nn.Module):
    """As :class:`TeacherNetwork`, with random weights."""

    def __init__(self, *_: object) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.backbone = build_backbone("mobilenet_v3_small", 1e-3)

    def as_input(self, pixels: torch.Tensor) -> torch.Tensor:
        return pixels.permute(0, 3, 1, 2).float() / 255 - 0.5

    def pool(self, cells: torch.Tensor) -> torch.Tensor:
        mean = cells.float().clamp(min=GEM_FLOOR).mean(dim=(2, 3))
        return torch.nn.functional.normalize(mean, dim=1)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> PhotoCache:
    return made_cache(tmp_path_factory.mktemp("photos"))


@pytest.fixture(scope="module")
def lesson(photos: PhotoCache) -> Lesson:
    rng = np.random.default_rng(0)
    basis = (np.zeros(576, np.float32), rng.normal(size=(576, 16)).astype(np.float32))
    return replace(made_lessons(photos)[0], basis=basis, whitening=(basis[0], basis[1]))


@pytest.fixture
def teacher(monkeypatch: pytest.MonkeyPatch, lesson: Lesson) -> HintTeacher:
    monkeypatch.setattr(hints_module, "TeacherNetwork", MadeNetwork)
    return HintTeacher(Path("nowhere"), find_network("mobilenet_v2_tf"), lesson, CPU)


def test_inner_maps_are_the_last_of_each_size() -> None:
    layers = Student().eval().features
    with torch.no_grad():
        inner, last = inner_maps(layers, torch.zeros(2, 3, 64, 96))
    assert [one.shape[2:] for one in inner] == [(64 // stride, 96 // stride) for stride in INNER_STRIDES]
    assert [one.shape[1] for one in inner] == [32, 64, 128]
    assert last.shape == (2, 512, 2, 3)


def test_what_it_says_is_of_the_pixels_that_are_shown(teacher: HintTeacher, lesson: Lesson) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (2, 64, 96, 3), dtype=np.uint8)
    said = teacher.see(pixels)
    network = MadeNetwork().eval()
    with torch.no_grad():
        cells = network.backbone(network.as_input(torch.from_numpy(pixels))).clamp(min=0)
        wanted = torch.einsum("ndhw,dc->nchw", cells, torch.from_numpy(lesson.basis[1]))
    assert torch.nn.functional.cosine_similarity(said.cells.flatten(), wanted.flatten(), dim=0) > 0.995
    assert said.cells.shape == (2, 16, 2, 3)
    assert said.descriptor.norm(dim=1).tolist() == pytest.approx([1, 1], abs=1e-4)
    assert tuple(one.shape[1] for one in said.inner) == teacher.inner_channels


def test_a_student_comes_nearer_to_every_layer_of_it(photos: PhotoCache, teacher: HintTeacher) -> None:
    recipe = replace(SMALL, instances=0.0)
    trainer = Trainer(Teaching((), recipe, CPU, teacher), recipe, CPU)
    batch = BatchMaker(photos, recipe).make(0)
    costs = [trainer.learn(batch, 0.5) for _ in range(15)]
    for name in ("hints", "dense", "descriptor"):
        assert costs[-1][name] < 0.9 * costs[0][name], name
