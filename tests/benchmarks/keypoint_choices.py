"""Ways to find the details of a photo, for ``local_features``: keypoints of many detectors, all described by SIFT.

Each is a function of (h, w, 3) RGB pixels and of whether they are a query's, of which fainter details count as well; it
gives N of OpenCV's keypoints, pixel centres at whole numbers, and their (N, 128) SIFT histograms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.indexes.local.details import ASKED_CONTRAST, MOST_FOUND, STORED_CONTRAST
from visearch_desktop.methods.local_features.alike import NETWORK, Alike
from visearch_desktop.methods.local_features.harris_laplace import HarrisLaplace
from visearch_desktop.methods.local_features.keypoints import grey
from visearch_desktop.methods.local_features.mser import Mser
from visearch_desktop.methods.local_features.regions import ALSO_SHARE, DIRECTIONS
from visearch_desktop.methods.networks.running import NetworkRunner
from visearch_desktop.methods.networks.store import NetworkStore

Picture = NDArray[np.uint8]
Described = tuple[Sequence[cv2.KeyPoint], NDArray[Any]]
SIGMA, LAYERS = 1.6, 3
FAST_STEP, FAST_LEVELS, FAST_SIGMA, ORB_PATCH_PX = 1.26, 12, 2.25, 31
CORNER_STEP, CORNER_LEVELS, LEAST_SIDE_PX = 0.5**0.5, 10, 32
ALIKE_FACTORS = (1.0, 0.5, 0.25)
HALVINGS, REACH, SAMPLES = 5, 4.5, 16


@dataclass(frozen=True)
class Choice:
    """One way.

    Attributes:
        find: see the top of this file.
        px: longest side of the picture it looks at.
    """

    find: Callable[[Picture, bool], Described]
    px: int = 1024


def sift(pixels: Picture, is_query: bool, layers: int = LAYERS, stored: float = STORED_CONTRAST) -> Described:
    """Lowe's; the product's with the numbers it has unless told otherwise."""
    return _sift(layers, ASKED_CONTRAST if is_query else stored).detectAndCompute(grey(pixels), None)


@cache
def _sift(layers: int, contrast: float) -> Any:
    return cv2.SIFT.create(
        nfeatures=MOST_FOUND, contrastThreshold=contrast, enable_precise_upscale=True, nOctaveLayers=layers
    )


def fast(pixels: Picture, is_query: bool) -> Described:
    """FAST corners at every size with the direction of their centroid, as ORB finds them; SIFT of their patch."""
    orb = cv2.ORB.create(
        nfeatures=_most(is_query), scaleFactor=FAST_STEP, nlevels=FAST_LEVELS, edgeThreshold=8, fastThreshold=7
    )
    picture = grey(pixels)
    found = orb.detect(picture, None)
    points = np.array([k.pt for k in found]).reshape(-1, 2)
    sigmas = np.array([k.size for k in found]) / ORB_PATCH_PX * FAST_SIGMA
    return _described(picture, points, sigmas, [k.response for k in found], [k.angle for k in found])


def corners(pixels: Picture, is_query: bool) -> Described:
    """Corners (Shi and Tomasi) of the picture, ever smaller, upright by their commonest gradient."""
    picture, found = grey(pixels), [np.zeros((0, 4))]
    for number in range(CORNER_LEVELS):
        factor = CORNER_STEP**number
        small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        if min(small.shape) < LEAST_SIDE_PX:
            break
        strength = cv2.cornerMinEigenVal(small, 3, ksize=3)
        y, x = np.nonzero((strength >= cv2.dilate(strength, None)) & (strength > 0))
        points = (np.column_stack([x, y]) + 0.5) / factor - 0.5
        found.append(np.column_stack([points, np.full(len(x), SIGMA / factor), strength[y, x]]))
    return _strongest_described(picture, np.concatenate(found), is_query)


def enlarged(pixels: Picture, is_query: bool, find: Callable[[Picture, bool], Described]) -> Described:
    """What is found in the picture at twice its size, as Lowe's first octave is."""
    keypoints, histograms = find(cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR), is_query)
    for keypoint in keypoints:
        x, y = keypoint.pt
        keypoint.pt, keypoint.size = ((x + 0.5) / 2 - 0.5, (y + 0.5) / 2 - 0.5), keypoint.size / 2
    return keypoints, histograms


def from_detector(pixels: Picture, is_query: bool, make: Callable[[], Any], sigma_of_size: float) -> Described:
    """Keypoints of a detector of OpenCV, upright by their commonest gradient."""
    picture = grey(pixels)
    found = make().detect(picture, None)
    rows = [(*k.pt, k.size * sigma_of_size, k.response) for k in found]
    return _strongest_described(picture, np.array(rows).reshape(len(rows), 4), is_query)


def of_extractor(pixels: Picture, is_query: bool, make: Callable[[], Any]) -> Described:
    """Of a method of the program's own that describes warped regions by SIFT."""
    return make().detect(grey(pixels))


def alike(pixels: Picture, is_query: bool, networks: tuple[Path, ...]) -> Described:
    """Points that ALIKE finds in the picture and in ever smaller ones; upright by their commonest gradient."""
    picture, extractor, found = grey(pixels), _alike(networks), []
    for factor in ALIKE_FACTORS:
        small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        points = extractor.extract(small, small.shape[1], small.shape[0]).points / factor - 0.5
        found.append(np.column_stack([points, np.full(len(points), SIGMA / factor), -np.arange(len(points))]))
    return _strongest_described(picture, np.concatenate(found), is_query)


@cache
def _alike(networks: tuple[Path, ...]) -> Alike:
    return Alike(NetworkRunner(NetworkStore(networks).folder(NETWORK), "cpu", 1), MOST_FOUND)


def _most(is_query: bool) -> int:
    return MOST_FOUND if is_query else MOST_FOUND // 2


def _strongest_described(picture: Picture, rows: NDArray[Any], is_query: bool) -> Described:
    """SIFT, upright, of the strongest of (N, 4) rows: x, y, sigma, strength."""
    rows = rows[np.argsort(-rows[:, 3], kind="stable")][: _most(is_query)]
    which, angles = _directions(picture, rows[:, :2], rows[:, 2])
    rows = rows[which]
    return _described(picture, rows[:, :2], rows[:, 2], rows[:, 3], angles)


def _described(
    picture: Picture, points: NDArray[Any], sigmas: NDArray[Any], strengths: Sequence[float], angles: Sequence[float]
) -> Described:  # fmt: skip
    """SIFT, each in the layer of OpenCV's pyramid of its size; the picture itself is not enlarged."""
    octaves = np.clip(np.floor(np.log2(np.maximum(sigmas, 1e-3) / SIGMA)), 0, 8).astype(int)
    layers = np.clip(np.rint(LAYERS * np.log2(np.maximum(sigmas, 1e-3) / SIGMA / 2.0**octaves)), 0, LAYERS).astype(int)
    keypoints = [
        cv2.KeyPoint(float(x), float(y), 2 * float(sigma), float(angle), float(strength), int(octave | layer << 8))
        for (x, y), sigma, strength, angle, octave, layer
        in zip(points, sigmas, strengths, angles, octaves, layers, strict=True)
    ]  # fmt: skip
    return cv2.SIFT.create().compute(picture, keypoints) if keypoints else ((), np.zeros((0, 128), np.float32))


def _directions(picture: Picture, points: NDArray[Any], sigmas: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The commonest directions of the gradients round N points: (M,) which point, (M,) degrees."""
    counts = _gradients(picture, points, sigmas)
    for _ in range(2):
        counts = (np.roll(counts, 1, axis=1) + counts + np.roll(counts, -1, axis=1)) / 3
    before, after = np.roll(counts, 1, axis=1), np.roll(counts, -1, axis=1)
    is_common = counts >= ALSO_SHARE * counts.max(axis=1, keepdims=True)
    which, part = np.nonzero(is_common & (counts > before) & (counts >= after))
    left, here, right = before[which, part], counts[which, part], after[which, part]
    return which, (part + 0.5 * (left - right) / (left - 2 * here + right)) * (360 / DIRECTIONS)


def _gradients(picture: Picture, points: NDArray[Any], sigmas: NDArray[Any]) -> NDArray[np.float64]:
    """(N, 36) how much of the gradients round each of N points has each direction."""
    step = np.linspace(-1, 1, SAMPLES)
    window = np.exp(-(step[:, None] ** 2 + step[None, :] ** 2) * REACH**2 / (2 * 1.5**2)).ravel()
    counts = np.zeros((len(points), DIRECTIONS))
    level = np.clip(np.rint(np.log2(np.maximum(sigmas, 1e-3) / SIGMA)), 0, HALVINGS).astype(int)
    small = cv2.GaussianBlur(picture, (0, 0), SIGMA)
    for halving in range(int(level.max(initial=0)) + 1):
        across, down = (cv2.Sobel(small, cv2.CV_32F, *order, ksize=1) for order in ((1, 0), (0, 1)))
        size, angle = cv2.cartToPolar(across, down)
        some = np.flatnonzero(level == halving)
        middle, reach = (points[some] + 0.5) / 2**halving - 0.5, sigmas[some] / 2**halving * REACH
        x = np.clip(np.rint(middle[:, 0, None] + reach[:, None] * step), 0, small.shape[1] - 1).astype(np.int32)
        y = np.clip(np.rint(middle[:, 1, None] + reach[:, None] * step), 0, small.shape[0] - 1).astype(np.int32)
        spots = (y[:, :, None] * small.shape[1] + x[:, None, :]).reshape(len(some), SAMPLES**2)
        bins = np.rint(angle * (DIRECTIONS / (2 * np.pi))).astype(np.int32) % DIRECTIONS
        found = bins.ravel()[spots] + np.arange(len(some), dtype=np.int32)[:, None] * DIRECTIONS
        weights = size.ravel()[spots] * window
        counts[some] = np.bincount(found.ravel(), weights.ravel(), len(some) * DIRECTIONS).reshape(-1, DIRECTIONS)
        small = cv2.pyrDown(small)
    return counts


def choices(networks: tuple[Path, ...]) -> dict[str, Choice]:
    """All of them by name; the first is the product's."""
    akaze = partial(cv2.xfeatures2d.AKAZE.create, threshold=0.0005)
    classical = {
        "sift": Choice(sift),
        "sift 640 px": Choice(sift, 640),
        "sift 512 px": Choice(sift, 512),
        "sift 2 layers": Choice(partial(sift, layers=2)),
        "sift 1 layer": Choice(partial(sift, layers=1)),
        "sift contrast 0.06": Choice(partial(sift, stored=0.06)),
        "fast": Choice(fast),
        "fast, enlarged": Choice(partial(enlarged, find=fast)),
        "shi-tomasi": Choice(corners),
        "shi-tomasi, enlarged": Choice(partial(enlarged, find=corners)),
        "akaze": Choice(partial(from_detector, make=akaze, sigma_of_size=0.5)),
        "censure": Choice(partial(from_detector, make=cv2.xfeatures2d.StarDetector.create, sigma_of_size=0.25)),
        "harris-laplace": Choice(partial(of_extractor, make=partial(HarrisLaplace, 1024, MOST_FOUND // 2))),
        "mser": Choice(partial(of_extractor, make=partial(Mser, 1024, MOST_FOUND))),
    }
    learned = {"alike": Choice(partial(alike, networks=networks), 640)} if networks else {}
    return classical | learned
