"""What a verified homography says in plain words: how far the thing is turned, and how much larger it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from visearch_desktop.core.geometry import Homography
from visearch_desktop.core.region import Region
from visearch_desktop.methods.matching.local_change import local_change


@dataclass(frozen=True, slots=True)
class Explanation:
    """From the query to the photo.

    Attributes:
        turned_deg: clockwise, -180…180.
        scaled: size in the photo over size in the query.
    """

    turned_deg: float
    scaled: float


def explain(homography: Homography, region: Region) -> Explanation:
    """Turn and scale at the region's centre.

    Args:
        homography: (3, 3) of a verified match, query px -> photo px.
        region: of the query (the whole picture if it has none).
    """
    centre = np.array([[region.x + region.width / 2, region.y + region.height / 2]])
    change = local_change(homography, centre)
    return Explanation(math.degrees(float(change.turned_rad[0])), math.sqrt(abs(float(change.determinant[0]))))
