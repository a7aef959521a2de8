"""Descriptors that are made from others, which may themselves learn; and queries that are photos of the library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.scenes import scene
from visearch_desktop.core.registry import REGISTRY, Method
from visearch_desktop.core.vectors import Vector, normalise
from visearch_desktop.library.library import Library
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Model, Signature, Source, model_hash
from visearch_desktop.search.query import Query, QueryPicture


class Centred(Descriptor):
    """A base's vectors less the mean of the library: the smallest thing that learns from another descriptor."""

    version = 1
    source = Source.BASE
    learns = True

    def __init__(self, name: str, base: Descriptor, model: Model | None = None) -> None:
        self.name, self.base, self._model = name, base, model
        self.trained_on = 0

    @property
    def parameters(self) -> Mapping[str, object]:
        assert self.base is not None
        assert self._model is not None
        return {"base": self.base.key, "model": model_hash(self._model)}

    @property
    def is_ready(self) -> bool:
        return self._model is not None

    def describe(self, item: Signature) -> Vector:
        assert self._model is not None
        return normalise(item - self._model["mean"])

    def train(self, sample: Sequence[Any], seed: int = 0) -> Model:
        return {"mean": np.mean(np.stack(list(sample)), axis=0)}

    def with_model(self, model: Model) -> Centred:
        assert self.base is not None
        return Centred(self.name, self.base, model)

    def with_base(self, base: Descriptor) -> Centred:
        return Centred(self.name, base)


@pytest.fixture
def centred_step() -> Iterator[None]:
    REGISTRY.add(Method("centred", "after", lambda base: Centred(f"{base.name}+centred", base), "made up 2026", "", ""))
    yield
    del REGISTRY._methods["after", "centred"]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(12):
        Image.fromarray(scene(seed, 160, 120)).save(folder / f"{seed:02}.jpg", quality=92)
    return folder


def found(library: Library, picture: QueryPicture, descriptor: str) -> list[tuple[int, float]]:
    (ranking,) = library.search(Query((picture,)), descriptor=descriptor, limit=0, verify=False)
    return [(hit.photo_id, hit.similarity) for hit in ranking.hits]


@pytest.mark.usefixtures("centred_step")
def test_a_chain_learns_base_first_and_finds(tmp_path: Path, photos: Path) -> None:
    name = "colour_histogram+centred+centred"
    with Library.open(tmp_path / "library") as library:
        library.index([photos], descriptor=name, workers=1)
        best, *others = found(library, QueryPicture(path=photos / "03.jpg"), name)
        assert best[1] == pytest.approx(1, abs=2e-3)
        assert max(similarity for _, similarity in others) < 0.99
        assert min(similarity for _, similarity in others) < 0
        assert len(others) == 11


@pytest.mark.usefixtures("centred_step")
def test_a_chain_learns_anew_when_its_base_has(tmp_path: Path, photos: Path) -> None:
    name = "colour_histogram+centred+centred"
    with Library.open(tmp_path / "library") as library:
        library.index([photos], descriptor=name, workers=1)
        for seed in range(12, 60):  # four times as many: what was learned is learned again
            Image.fromarray(scene(seed, 80, 60)).save(photos / f"{seed:02}.jpg", quality=92)
        library.index([photos], descriptor=name, workers=1)
        assert len(found(library, QueryPicture(path=photos / "55.jpg"), name)) == 60


def test_a_file_of_the_library_is_answered_from_what_is_stored(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(tmp_path / "library") as library:
        library.index([photos], descriptor="colour_histogram", workers=1)
        path = photos / "03.jpg"
        best = found(library, QueryPicture(path=path), "colour_histogram")[0][0]
        assert found(library, QueryPicture(path=path), "colour_histogram") == found(
            library, QueryPicture(photo_id=best), "colour_histogram"
        )
        monkeypatch.setattr("visearch_desktop.search.picture.decode", lambda *_: pytest.fail("it was decoded"))
        assert found(library, QueryPicture(path=path), "colour_histogram")[0][0] == best


def test_a_file_that_changed_is_described_anew(tmp_path: Path, photos: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        library.index([photos], descriptor="colour_histogram", workers=1)
        Image.fromarray(scene(7, 160, 120)).save(photos / "03.jpg", quality=90)
        (best, similarity), *_ = found(library, QueryPicture(path=photos / "03.jpg"), "colour_histogram")
        assert library.paths_of(best) == (photos / "07.jpg",)
        assert similarity > 0.98
