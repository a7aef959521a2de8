"""Twenty steps lower the loss; a run that was killed ends with the weights of one that was not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.learning.made import SMALL, made_cache, made_lessons

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from visearch_desktop.core.errors import UsageError  # noqa: E402
from visearch_desktop.learning import checkpoint, training  # noqa: E402
from visearch_desktop.learning.batches import Batch, BatchMaker  # noqa: E402
from visearch_desktop.learning.photos import PhotoCache  # noqa: E402
from visearch_desktop.learning.schedule import Length, averaged_share, rate_at  # noqa: E402
from visearch_desktop.learning.teachers import MOST_CELLS  # noqa: E402
from visearch_desktop.learning.teaching import Memory, Teaching, _Teacher  # noqa: E402
from visearch_desktop.learning.training import Trainer, train  # noqa: E402

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> PhotoCache:
    return made_cache(tmp_path_factory.mktemp("photos"))


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> Any:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setattr(training, "faster_in_bfloat16", lambda *_: False)  # timing is no part of these
    yield
    torch.set_num_threads(before)


def test_twenty_steps_lower_the_loss(photos: PhotoCache) -> None:
    trainer = Trainer(Teaching(made_lessons(photos), SMALL, CPU), SMALL, CPU)
    batch = BatchMaker(photos, SMALL).make(0)
    sums = [trainer.learn(batch, 0.5)["sum"] for _ in range(20)]
    assert np.mean(sums[-3:]) < 0.8 * np.mean(sums[:3])


def test_a_run_that_was_stopped_ends_with_the_very_weights_of_one_that_was_not(
    photos: PhotoCache, tmp_path: Path
) -> None:
    lessons, length = made_lessons(photos), Length(steps=6)

    def run(folder: Path, stop_at: int = -1) -> Trainer:
        folder.mkdir(exist_ok=True)
        asked = iter(range(1, 100))
        return train(photos, lessons, SMALL, length, folder, lambda _: None, stopped=lambda: next(asked) == stop_at)

    whole = run(tmp_path / "whole")
    assert run(tmp_path / "parts", stop_at=4).step == 3
    resumed = run(tmp_path / "parts")
    assert resumed.step == whole.step == 6
    for name in ("student", "averaged"):
        mine, theirs = (getattr(one, name).state_dict() for one in (resumed, whole))
        assert all(torch.equal(mine[key], theirs[key]) for key in theirs)


def test_a_kill_while_the_checkpoint_is_written_leaves_the_one_before(tmp_path: Path) -> None:
    checkpoint.save({"step": 3, "weights": torch.ones(2)}, tmp_path)
    (tmp_path / f"{checkpoint.CHECKPOINT}.part").write_bytes(b"half of a")
    found = checkpoint.load(tmp_path, CPU)
    assert found is not None
    assert found["step"] == 3


def test_a_damaged_checkpoint_is_a_sentence_and_stays(tmp_path: Path) -> None:
    (tmp_path / checkpoint.CHECKPOINT).write_bytes(b"not a checkpoint at all")
    with pytest.raises(UsageError, match="damaged"):
        checkpoint.load(tmp_path, CPU)
    assert (tmp_path / checkpoint.CHECKPOINT).exists()


def test_another_recipe_does_not_go_on_with_a_run(tmp_path: Path) -> None:
    SMALL.keep(tmp_path)
    SMALL.keep(tmp_path)
    with pytest.raises(UsageError, match="learning_rate"):
        replace(SMALL, learning_rate=1.0).keep(tmp_path)


@pytest.mark.parametrize("without", ["descriptor", "relations", "dense", "instances"])
def test_each_part_of_the_loss_can_be_left_out(photos: PhotoCache, without: str) -> None:
    recipe = replace(SMALL, **{without: 0.0}, ranking=1.0)
    trainer = Trainer(Teaching(made_lessons(photos), recipe, CPU), recipe, CPU)
    costs = trainer.learn(BatchMaker(photos, recipe).make(0), 0.1)
    assert without not in costs
    assert costs["ranking"] > 0
    assert np.isfinite(list(costs.values())).all()


def test_cells_are_looked_up_where_they_lie_in_the_photo(photos: PhotoCache) -> None:
    rows, columns = np.mgrid[0:MOST_CELLS, 0:MOST_CELLS].astype(np.float16)
    maps = np.broadcast_to(np.stack([columns, rows], axis=-1), (len(photos), MOST_CELLS, MOST_CELLS, 2)).copy()
    teacher = _Teacher(replace(made_lessons(photos, 2)[0], maps=maps), CPU)
    places = torch.tensor([[[[0.125, 0.5], [0.5, 0.5], [2.0, -1.0]]]])  # of a map of 3 × 4 cells
    found = teacher.cells(np.array([0]), places)[0, :, 0]
    assert found[:, 0].tolist() == pytest.approx([0, 1], abs=1e-5)
    assert found[:, 1].tolist() == pytest.approx([1.5, 1], abs=1e-5)
    assert found[:, 2].tolist() == pytest.approx([3, 0], abs=1e-5), "held at the corner, not among the empty cells"


def test_what_a_teacher_says_of_a_view_is_the_whitened_gem_of_the_cells_inside(photos: PhotoCache) -> None:
    rng = np.random.default_rng(2)
    mean, projection = np.zeros(4, np.float32), np.eye(4, dtype=np.float32)
    lesson = replace(made_lessons(photos)[0], basis=(mean, projection), whitening=(mean, projection))
    cells, inside = rng.uniform(0.1, 1, (1, 4, 2, 3)).astype(np.float32), torch.tensor([[[1.0, 1, 0], [0, 1, 0]]])
    seen = cells[0][:, [0, 0, 1], [0, 1, 1]]
    wanted = np.mean(seen.astype(np.float64) ** 3, axis=1) ** (1 / 3)
    found = _Teacher(lesson, CPU).describe(torch.from_numpy(cells), inside)[0]
    assert found.numpy() == pytest.approx(wanted / np.linalg.norm(wanted), abs=1e-5)


def test_photos_that_a_teacher_was_not_asked_about_cost_nothing(photos: PhotoCache) -> None:
    lesson = made_lessons(photos)[0]
    silent_one = replace(lesson, sizes=np.zeros_like(lesson.sizes))
    recipe = replace(SMALL, instances=0.0)
    batch = BatchMaker(photos, recipe).make(0)
    costs = [
        Trainer(Teaching(lessons, recipe, CPU), recipe, CPU).learn(batch, 0.1)
        for lessons in ((lesson,), (lesson, silent_one), (silent_one,))
    ]
    assert costs[2]["sum"] == 0
    assert set(costs[0]) == set(costs[1]) == {"descriptor", "dense", "relations", "sum"}


def test_telling_apart_begins_with_nothing_and_grows(photos: PhotoCache) -> None:
    trainer = Trainer(Teaching(made_lessons(photos), SMALL, CPU), SMALL, CPU)
    batch = BatchMaker(photos, SMALL).make(0)
    assert "instances" not in trainer.learn(batch, 0.0, progress=0.0)
    early, late = (trainer.learn(batch, 0.0, progress)["instances"] for progress in (0.1, 1.0))
    assert late > 3 * early > 0


def test_the_memory_keeps_the_newest() -> None:
    memory = Memory.empty(3, 2, CPU)
    memory = memory.remember(torch.ones(2, 2), torch.tensor([4, 5]))
    memory = memory.remember(torch.zeros(2, 2), torch.tensor([6, 7]))
    assert memory.photos.tolist() == [6, 7, 4]
    assert memory.descriptors.tolist() == [[0, 0], [0, 0], [1, 1]]


def test_the_learning_rate_rises_stays_and_falls_and_never_stops() -> None:
    rates = [rate_at(progress, 0.1, 0.3) for progress in np.linspace(0, 1, 101)]
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:71] == pytest.approx([1.0] * 61)
    assert rates[70:] == sorted(rates[70:], reverse=True)
    assert 0 < min(rates) < 0.01
    assert averaged_share(0) < averaged_share(100) < 1


def test_views_are_larger_at_the_end_also_of_a_run_that_was_stopped_there(
    photos: PhotoCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe, shapes = replace(SMALL, late_view_px=(128,), late=0.5), list[tuple[int, ...]]()
    learn = Trainer.learn

    def noting(trainer: Trainer, batch: Batch, *rest: float) -> dict[str, float]:
        shapes.append(batch.pixels.shape[1:3])
        return learn(trainer, batch, *rest)

    monkeypatch.setattr(Trainer, "learn", noting)
    asked = iter(range(1, 100))
    for stop_at in (2, 4, 0):  # before the larger ones, among them, and never
        train(photos, made_lessons(photos), recipe, Length(steps=4), tmp_path, lambda _: None,
              stopped=lambda stop_at=stop_at: next(asked) == stop_at)  # fmt: skip
    areas = [height * width for height, width in shapes]
    assert len(areas) == 4
    assert max(areas[:2]) < min(areas[2:])


def test_a_run_is_as_long_as_its_steps_or_its_minutes() -> None:
    assert Length(steps=10).progress(5, 1e6) == 0.5
    assert Length(minutes=2).progress(10**6, 60) == 0.5
    assert Length(minutes=2).progress(0, 1e6) == 1
