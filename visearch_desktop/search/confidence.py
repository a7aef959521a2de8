"""A word for how sure a hit is, and where the hits end that are worth showing.

The numbers are in ``resources/confidence.toml``; the command named there measures them on labelled photos.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from visearch_desktop.core.paths import resource
from visearch_desktop.search.hits import SURE_INLIERS, Confidence


@dataclass(frozen=True, slots=True)
class Calibration:
    """When to say which word.

    Attributes:
        intercept, middle, lift: weights of a logistic regression for verified hits: of 1, of log(1 + inliers in the
            middle of the query), and of how much a hit is alike: the lift, or with the numbers for parts, by how many
            spreads more than is usual.
        sure, likely: least probabilities for these words.
        sure_middle, likely_middle: so many inliers in the middle of the query are enough for these words whatever the
            lift, which says little of a small library or of a thing that is small in the photo.
        sure_region, likely_region: the same with a region: the box says what is meant, and little is in it that photos
            of other things could share.
        likely_unverified: least lift at which a hit is likely before it is verified.
        likely_refused: the same where verification found nothing that agrees.
        shown: least lift of an unverified hit that is worth showing.
    """

    intercept: float
    middle: float
    lift: float
    sure: float
    likely: float
    sure_middle: float
    likely_middle: float
    sure_region: float
    likely_region: float
    likely_unverified: float
    likely_refused: float
    shown: float

    def probability(self, middle: int, lift: float) -> float:
        """That a verified hit is right."""
        return 1 / (1 + math.exp(-(self.intercept + self.middle * math.log1p(middle) + self.lift * lift)))

    def word(
        self, inliers: int, middle: int, lift: float, has_region: bool = False, was_tried: bool = False
    ) -> Confidence:
        """The word for one hit.

        Args:
            inliers: verified matches; 0 where not verified.
            middle: of them, those in the middle of the query.
            lift: see ``evidence.lift``.
            has_region: whether a box was drawn on the query.
            was_tried: whether it was tried to verify the hit.
        """
        if inliers:
            probability = self.probability(middle, lift)
            sure_middle = self.sure_region if has_region else self.sure_middle
            likely_middle = self.likely_region if has_region else self.likely_middle
            if inliers >= SURE_INLIERS and (probability >= self.sure or middle >= sure_middle):
                return Confidence.SURE
            is_likely = probability >= self.likely or middle >= likely_middle
            return Confidence.LIKELY if is_likely else Confidence.MAYBE
        least = self.likely_refused if was_tried else self.likely_unverified
        return Confidence.LIKELY if lift >= least else Confidence.MAYBE


@cache
def _tables() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = tomllib.loads(resource("confidence.toml").read_text(encoding="utf-8"))
    return found


@cache
def calibration_for(descriptor_key: str) -> Calibration:
    """The calibration of a descriptor (by the name in its key), or the general one."""
    tables = _tables()
    return Calibration(**{**tables["any"], **tables.get(descriptor_key.partition("@")[0], {})})


@cache
def calibration_in_parts(descriptor_key: str) -> Calibration | None:
    """The same for hits of whole pictures that are compared part by part; None where that was not measured."""
    tables = _tables()
    own = tables.get(f"{descriptor_key.partition('@')[0]} in parts")
    return None if own is None else Calibration(**{**tables["any"], **own})


def count_standing_out(words: Sequence[Confidence], agreeing: Sequence[bool], alike: Sequence[bool]) -> int:
    """How many hits, from the first on, are worth showing: up to the last that is verified, likely, or alike enough.

    Args:
        words: of N hits, best first.
        agreeing: N, whether details agree.
        alike: N, whether they look so much alike that they are worth showing for it.
    """
    worth = [
        place
        for place, (word, agrees, is_alike) in enumerate(zip(words, agreeing, alike, strict=True), start=1)
        if word is not Confidence.MAYBE or agrees or is_alike
    ]
    return max(worth, default=0)
