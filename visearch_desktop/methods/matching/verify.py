"""Whether two photos show the same thing: tentative matches, one homography, and the checks it must pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.geometry import Homography, project, project_region
from visearch_desktop.core.region import Region
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.matching.agreement import TOLERANCE, Pairs, largest_agreement, turn_between
from visearch_desktop.methods.matching.local_change import local_change
from visearch_desktop.methods.matching.plausibility import judge
from visearch_desktop.methods.matching.tentative import distinct_spots, tentative_matches
from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.methods.matching.verification import Verification

LEAST_INLIERS = 6
ERROR_PX = 4.0
"""Greatest distance in px of the working size between where a match is and where the homography puts it."""
SCALE_OCTAVES = 0.8
TURN_RAD = 0.5


def verify(
    query: LocalFeatures,
    photo: LocalFeatures,
    extractor: LocalFeatureExtractor,
    region: Region | None = None,
    seed: int = 0,
) -> Verification:
    """Match two photos and say whether they show the same thing.

    Args:
        query: its features, those inside the region if there is one.
        photo: all features of the photo.
        extractor: the method that made both.
        region: of the query; None is the whole picture. The located quad is its outline.
        seed: of the sampling.
    Returns:
        A verification; never an error.
    """
    matches = tentative_matches(extractor.comparable(query), extractor.comparable(photo))
    return verify_matches(matches, query, photo, extractor.working_px, region, seed)


def verify_matches(
    matches: NDArray[np.int32],
    query: LocalFeatures,
    photo: LocalFeatures,
    working_px: int,
    region: Region | None = None,
    seed: int = 0,
) -> Verification:
    """The geometry of :func:`verify`, for tentative matches that are known already.

    Args:
        matches: (T, 2) positions in the features of query and photo, best first.
        query: features of the query.
        photo: features of the photo.
        working_px: of the method that made them.
        region: of the query; None is the whole picture.
        seed: of the sampling.
    """
    outline = region or Region(0, 0, query.width, query.height)
    matches = distinct_spots(matches, query, photo)
    if len(query) < LEAST_INLIERS or len(photo) < LEAST_INLIERS:
        return _refused(Verdict.TOO_FEW_DETAILS, matches)
    q_scale = working_px / max(query.width, query.height, working_px)
    p_scale = working_px / max(photo.width, photo.height, working_px)
    pairs = _pairs(matches, query, photo, q_scale, p_scale)
    longest = max(photo.width, photo.height) * p_scale
    together = largest_agreement(pairs, TOLERANCE * longest)
    if together.sum() < LEAST_INLIERS:
        return _refused(Verdict.TOO_FEW_AGREE, matches, together)
    work = Region(*(value * q_scale for value in outline.as_tuple()))
    homography, inliers = fit(pairs, together, seed)
    verdict = judge(homography, pairs, inliers, work, LEAST_INLIERS)
    if verdict in (Verdict.FOLDED, Verdict.IMPLAUSIBLE, Verdict.MIRRORED):
        affine, affine_inliers = fit_affine(pairs, inliers if inliers.sum() >= LEAST_INLIERS else together)
        if judge(affine, pairs, affine_inliers, work, LEAST_INLIERS) is Verdict.VERIFIED:
            homography, inliers, verdict = affine, affine_inliers, Verdict.VERIFIED
    if verdict is not Verdict.VERIFIED:
        return _refused(verdict, matches, inliers)
    full = np.diag([1 / p_scale, 1 / p_scale, 1]) @ homography @ np.diag([q_scale, q_scale, 1])
    full = full / full[2, 2]
    return Verification(
        Verdict.VERIFIED, len(matches), int(inliers.sum()), full, project_region(full, outline), matches, inliers
    )


def _refused(verdict: Verdict, matches: NDArray[np.int32], agreeing: NDArray[np.bool_] | None = None) -> Verification:
    agreeing = np.zeros(len(matches), dtype=np.bool_) if agreeing is None else agreeing
    return Verification(verdict, len(matches), int(agreeing.sum()), None, None, matches, agreeing)


def _pairs(
    matches: NDArray[np.int32], query: LocalFeatures, photo: LocalFeatures, q_scale: float, p_scale: float
) -> Pairs:
    left, right = matches[:, 0], matches[:, 1]
    q, p = query.points[left].astype(np.float64) * q_scale, photo.points[right].astype(np.float64) * p_scale
    sizes = (photo.sizes[right].astype(np.float64) * p_scale) / (query.sizes[left].astype(np.float64) * q_scale)
    angles = np.deg2rad(photo.angles_deg[right].astype(np.float64) - query.angles_deg[left].astype(np.float64))
    return Pairs(q[:, 0] + 1j * q[:, 1], p[:, 0] + 1j * p[:, 1], np.log2(sizes), angles)


def fit(pairs: Pairs, together: NDArray[np.bool_], seed: int) -> tuple[Homography, NDArray[np.bool_]]:
    """A homography by MAGSAC++ (Baráth et al., CVPR 2020) through matches that agree roughly, and all that fit it."""
    import cv2

    params = cv2.UsacParams()
    params.threshold = ERROR_PX
    params.confidence = 0.999
    params.maxIterations = 1000
    params.randomGeneratorState = seed
    params.sampler = cv2.SAMPLING_UNIFORM
    params.score = cv2.SCORE_METHOD_MAGSAC
    params.loMethod = cv2.LOCAL_OPTIM_SIGMA
    params.final_polisher = cv2.MAGSAC
    query, photo = _plane(pairs.query[together]), _plane(pairs.photo[together])
    found, _ = cv2.findHomography(query, photo, params)
    if found is None or found.shape != (3, 3) or abs(found[2, 2]) < 1e-12:
        return fit_affine(pairs, together)
    homography: Homography = np.asarray(found / found[2, 2], dtype=np.float64)
    return homography, agreeing(homography, pairs)


def fit_affine(pairs: Pairs, together: NDArray[np.bool_]) -> tuple[Homography, NDArray[np.bool_]]:
    """An affine map through matches that agree, fitted three times to those that fit it, and all that fit it."""
    kept = together
    homography = np.eye(3)
    for _ in range(3):
        query, photo = _plane(pairs.query[kept]), _plane(pairs.photo[kept])
        rows = np.column_stack([query, np.ones(len(query))])
        homography[:2] = np.linalg.lstsq(rows, photo, rcond=None)[0].T
        kept = agreeing(homography, pairs)
        if kept.sum() < LEAST_INLIERS:
            break
    return homography, kept


def agreeing(homography: Homography, pairs: Pairs) -> NDArray[np.bool_]:
    """(T,) matches that lie where the homography puts them, and are turned and scaled as it turns and scales there."""
    query = _plane(pairs.query)
    moved = project(homography, query)
    change = local_change(homography, query)
    with np.errstate(invalid="ignore", divide="ignore"):
        near = np.hypot(moved[:, 0] - pairs.photo.real, moved[:, 1] - pairs.photo.imag) < ERROR_PX
        octaves = np.log2(np.abs(change.determinant)) / 2
        same_scale = np.abs(octaves - pairs.octaves) < SCALE_OCTAVES
        same_turn = np.abs(turn_between(change.turned_rad, pairs.turned_rad)) < TURN_RAD
    return np.asarray(near & same_scale & same_turn)


def _plane(positions: NDArray[np.complex128]) -> NDArray[np.float64]:
    return np.column_stack([positions.real, positions.imag])
