"""The colour spaces in which colours are counted (joint histograms) and measured (distances)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLACK_TO_WHITE = 100.0


@dataclass(frozen=True, slots=True)
class ColourSpace:
    """One way to give a colour three numbers.

    Attributes:
        name: "rgb", "hsv" or "lab".
        title: what it is called in a sentence.
        bins: of a joint histogram, by channel.
        ranges: (least, beyond) of each channel's 8-bit numbers; what lies outside counts as the nearest inside.
    """

    name: str
    title: str
    bins: tuple[int, int, int]
    ranges: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]

    def histogram(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(D,) the share of each joint bin among (h, w, 3) uint8 RGB pixels; they sum to 1."""
        import cv2

        codes = {"hsv": cv2.COLOR_RGB2HSV, "lab": cv2.COLOR_RGB2LAB}
        pixels = np.ascontiguousarray(pixels)
        channels = cv2.cvtColor(pixels, codes[self.name]) if self.name in codes else pixels
        least = np.array([first for first, _ in self.ranges], np.uint8)
        most = np.array([beyond - 1 for _, beyond in self.ranges], np.uint8)
        edges = [edge for channel in self.ranges for edge in channel]
        counts = cv2.calcHist([np.clip(channels, least, most)], [0, 1, 2], None, list(self.bins), edges).ravel()
        return np.asarray(counts / counts.sum(), np.float32)

    def points(self, colours: NDArray[np.floating]) -> NDArray[np.float32]:
        """Colours as points, so far apart as they differ: Euclidean, black to white is 100 in every space.

        HSV is taken as a cone: hue is the angle, value the height, saturation times value the radius.

        Args:
            colours: (N, 3) RGB, 0…1.

        Returns:
            (N, 3).
        """
        import cv2

        rgb = np.ascontiguousarray(colours, np.float32)[None]
        if self.name == "lab":
            return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0])
        if self.name == "hsv":
            hue, saturation, value = np.moveaxis(cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)[0], -1, 0)
            radius, angle = saturation * value, np.deg2rad(hue)
            cone = np.stack([radius * np.cos(angle), radius * np.sin(angle), value], axis=-1)
            return np.asarray(BLACK_TO_WHITE * cone, np.float32)
        return np.asarray(BLACK_TO_WHITE / np.sqrt(3) * rgb[0], np.float32)


RGB = ColourSpace("rgb", "RGB", (8, 8, 8), ((0, 256), (0, 256), (0, 256)))
HSV = ColourSpace("hsv", "HSV", (12, 6, 4), ((0, 180), (0, 256), (0, 256)))
LAB = ColourSpace("lab", "Lab", (6, 11, 11), ((0, 256), (73, 184), (73, 184)))  # an odd number: grey is inside a bin
SPACES = (RGB, HSV, LAB)
