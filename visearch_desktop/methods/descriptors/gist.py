"""The layout of a scene: how strong lines of each direction and fineness are in each part of the photo.

A. Oliva, A. Torralba, "Modeling the Shape of the Scene: A Holistic Representation of the Spatial Envelope", IJCV 2001.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import Vector, normalise
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Source

SIDE = 128
MARGIN = 16  # px mirrored around the picture, so that its edges are no lines
SCALES, DIRECTIONS, CELLS = 4, 8, 4
FINEST = 0.3  # cycles per px
OCTAVE = 1.85  # from one scale to the next
SHARPNESS = 3.5  # of a filter's scale
PREFILTER_CYCLES = 4.0  # per picture: slower changes of light are taken out
LEAST_CONTRAST = 0.2  # in log light: where there is less, it is not raised to full strength
BLANK = 1e-4  # mean response of a picture without structure, where only rounding is left


@register(
    name="gist",
    kind="descriptor",
    source="A. Oliva, A. Torralba: Modeling the Shape of the Scene, IJCV 2001",
    title="Layout (GIST)",
    summary="Which lines and textures are in which part of the photo; finds the same layout, not the same things.",
)
class Gist(Descriptor):
    """512 numbers: the mean response of 4 scales × 8 directions of Gabor filters in each of 4 × 4 parts."""

    name = "gist"
    version = 1
    source = Source.PIXELS
    working_px = 256

    @property
    def parameters(self) -> Mapping[str, object]:
        """Sizes and filters."""
        return {
            "side": SIDE,
            "margin": MARGIN,
            "bank": [SCALES, DIRECTIONS, CELLS, FINEST, OCTAVE, SHARPNESS],
            "prefilter": [PREFILTER_CYCLES, LEAST_CONTRAST],
            "working_px": self.working_px,
        }

    def describe(self, item: NDArray[np.uint8]) -> Vector:
        """(512,) of (h, w, 3) uint8 RGB pixels; all zero where nothing is to be seen."""
        import cv2

        grey = cv2.cvtColor(np.ascontiguousarray(item), cv2.COLOR_RGB2GRAY).astype(np.float32)
        square = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        wide = cv2.copyMakeBorder(square, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_REFLECT)
        spectrum = cv2.dft(evened(np.asarray(wide, np.float32)), flags=cv2.DFT_COMPLEX_OUTPUT)
        means = np.stack([_responses(np.asarray(spectrum, np.float32), gabor) for gabor in gabor_bank()])
        return normalise(means.ravel()) if means.mean() > BLANK else np.zeros(means.size, np.float32)


def evened(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, n) grey levels without slow changes of light, local contrast brought to one strength."""
    logarithm = np.log1p(light)
    fine = logarithm - _blurred(logarithm)
    contrast = np.sqrt(np.maximum(_blurred(fine * fine), 0.0))
    return np.asarray(fine / (LEAST_CONTRAST + contrast), np.float32)


def _blurred(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    import cv2

    spectrum = cv2.dft(picture, flags=cv2.DFT_COMPLEX_OUTPUT) * _low_pass()
    return np.asarray(cv2.dft(spectrum, flags=cv2.DFT_INVERSE | cv2.DFT_REAL_OUTPUT | cv2.DFT_SCALE))


def _responses(spectrum: NDArray[np.float32], gabor: NDArray[np.float32]) -> NDArray[np.float32]:
    """(4, 4) mean strength of one filter's response in each part of the picture."""
    import cv2

    response = cv2.dft(spectrum * gabor, flags=cv2.DFT_INVERSE | cv2.DFT_SCALE)
    strength = np.abs(np.ascontiguousarray(response[MARGIN:-MARGIN, MARGIN:-MARGIN]).view(np.complex64)[..., 0])
    return np.asarray(cv2.resize(strength, (CELLS, CELLS), interpolation=cv2.INTER_AREA))


def _frequencies() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cycles per px of each place in the spectrum, along x and along y."""
    along = np.asarray(np.fft.fftfreq(SIDE + 2 * MARGIN), np.float64)
    return along[None, :], along[:, None]


@cache
def _low_pass() -> NDArray[np.float32]:
    """(n, n, 2) the factor of each frequency, real and imaginary; half at four cycles a picture."""
    x, y = _frequencies()
    spread = PREFILTER_CYCLES / SIDE / np.sqrt(np.log(2))
    return _twice(np.exp(-(x**2 + y**2) / spread**2))


@cache
def gabor_bank() -> NDArray[np.float32]:
    """(32, n, n, 2) the filters in the frequency domain, scale by scale from the finest: a bump on one side of zero."""
    x, y = _frequencies()
    frequency, direction = np.hypot(x, y), np.arctan2(y, x)
    bank = []
    for scale in range(SCALES):
        centre = FINEST / OCTAVE**scale
        ring = np.exp(-SHARPNESS * (frequency / centre - 1) ** 2)
        for step in range(DIRECTIONS):
            turned = np.angle(np.exp(1j * (direction - np.pi * step / DIRECTIONS)))
            bank.append(ring * np.exp(-2 * np.pi * (DIRECTIONS / 8) ** 2 * turned**2))
    return _twice(np.stack(bank))


def _twice(factors: NDArray[np.float64]) -> NDArray[np.float32]:
    """The same for the real and the imaginary part: a product of two like arrays is many times as fast."""
    return np.repeat(factors[..., None], 2, axis=-1).astype(np.float32)
