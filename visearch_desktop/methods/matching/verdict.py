"""Why two photos are said to show the same thing, or not (no numpy: the window reads it too)."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """Why a homography was accepted or not; one plain sentence each in the window."""

    VERIFIED = "verified"
    TOO_FEW_DETAILS = "too_few_details"  # one of the photos (or the region) has almost no keypoints
    TOO_FEW_AGREE = "too_few_agree"
    COLLAPSED = "collapsed"  # all matches fall on one spot or line of a photo
    FOLDED = "folded"  # the outline is not convex, or crosses the horizon
    MIRRORED = "mirrored"  # orientation flips, by noise
    IMPLAUSIBLE = "implausible"  # scale or shear beyond what a camera does
    CORNER = "corner"  # the matches sit in one small corner of the query
