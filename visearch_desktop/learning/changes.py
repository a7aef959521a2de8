"""What happens to photos but for their geometry: light, colour, blur, noise, compression, things in front.

Every change takes (h, w, 3) uint8 RGB and a random generator, and gives pixels of the same size and type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Change = Callable[[Pixels, np.random.Generator], Pixels]

LETTERS = "ABCDEFGHKLMNPRSTUVXYZ abcdefghiklmnoprstu 0123456789 .,!"


def exposure(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Darker or brighter, flatter or harder, by gamma, contrast and offset."""
    gamma, contrast, offset = np.exp(rng.uniform(-0.6, 0.6)), rng.uniform(0.6, 1.4), rng.uniform(-40, 40)
    levels = 255 * (np.arange(256) / 255) ** gamma
    return _through(pixels, np.clip((levels - 127.5) * contrast + 127.5 + offset, 0, 255))


def colour_cast(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """The light of another lamp: a factor for each channel."""
    factors = np.exp(rng.uniform(-0.35, 0.35, 3))
    return _through(pixels, np.clip(np.arange(256)[:, None] * factors, 0, 255))


def saturation(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Paler or stronger colours, at times none."""
    grey = cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    share = 0.0 if rng.random() < 0.3 else rng.uniform(0.2, 1.6)
    return _uint8(cv2.addWeighted(pixels, share, grey, 1 - share, 0))


def hue(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """All hues turned by up to 20°."""
    wheel = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV)
    wheel[..., 0] = (wheel[..., 0].astype(np.int16) + int(rng.integers(-10, 11))) % 180
    return _uint8(cv2.cvtColor(wheel, cv2.COLOR_HSV2RGB))


def blur(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Out of focus, or moved along a line."""
    if rng.random() < 0.5:
        return _uint8(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.4, 2.2)))
    length = int(rng.integers(3, 10))
    kernel = np.zeros((length, length), np.float32)
    angle, middle = rng.uniform(0, np.pi), (length - 1) / 2
    reach = middle * np.array([np.cos(angle), np.sin(angle)])
    ends = [tuple(int(value) for value in np.round(middle + sign * reach)) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0)
    return _uint8(cv2.filter2D(pixels, -1, kernel / kernel.sum()))


def noise(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Of a sensor: Gaussian, of grey or colour."""
    height, width = pixels.shape[:2]
    channels = 3 if rng.random() < 0.5 else 1
    grain = rng.standard_normal((height, width, channels), dtype=np.float32) * rng.uniform(3, 22)
    return _uint8(np.clip(pixels + grain, 0, 255))


def few_pixels(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """As if enlarged from a small copy: of a half to an eighth."""
    height, width = pixels.shape[:2]
    share = np.exp(rng.uniform(np.log(1 / 6), np.log(0.7)))
    small = cv2.resize(pixels, (max(8, int(width * share)), max(8, int(height * share))), interpolation=cv2.INTER_AREA)
    return _uint8(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))


def jpeg(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Compressed, quality 8 to 70."""
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(8, 71))])
    return _uint8(cv2.imdecode(data, cv2.IMREAD_COLOR))


def occlusion(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """One to three things in front: of one colour, of noise, or a part of the photo itself."""
    changed = pixels.copy()
    height, width = pixels.shape[:2]
    for _ in range(int(rng.integers(1, 4))):
        h, w = (int(side * rng.uniform(0.1, 0.4)) + 1 for side in (height, width))
        y, x = int(rng.integers(0, height - h + 1)), int(rng.integers(0, width - w + 1))
        kind = rng.random()
        if kind < 0.5:
            changed[y : y + h, x : x + w] = rng.integers(0, 256, 3)
        elif kind < 0.7:
            changed[y : y + h, x : x + w] = rng.integers(0, 256, (h, w, 3))
        else:
            v, u = int(rng.integers(0, height - h + 1)), int(rng.integers(0, width - w + 1))
            changed[y : y + h, x : x + w] = pixels[v : v + h, u : u + w]
    return changed


def border(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A frame of one colour over the edges."""
    changed = pixels.copy()
    height, width = pixels.shape[:2]
    top, bottom, left, right = (int(side * rng.uniform(0, 0.12)) for side in (height, height, width, width))
    colour = rng.integers(0, 256, 3) if rng.random() < 0.6 else rng.choice([0, 255])
    changed[:top] = changed[height - bottom :] = colour
    changed[:, :left] = changed[:, width - right :] = colour
    return changed


def text(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A few words across the photo."""
    changed = pixels.copy()
    height, width = pixels.shape[:2]
    for _ in range(int(rng.integers(1, 4))):
        words = "".join(rng.choice(list(LETTERS), int(rng.integers(4, 16))))
        place = int(rng.uniform(-0.1, 0.7) * width), int(rng.uniform(0.1, 1.0) * height)
        colour = [int(value) for value in rng.integers(0, 256, 3)]
        size, thick = rng.uniform(0.4, 1.4) * width / 160, int(rng.integers(1, 4))
        cv2.putText(changed, words, place, cv2.FONT_HERSHEY_SIMPLEX, size, colour, thick, cv2.LINE_AA)
    return changed


def glare(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A soft spot of light, as on covers and behind glass, or a shadow."""
    height, width = pixels.shape[:2]
    y, x = np.ogrid[0:height, 0:width]
    across, down = rng.uniform(0.1, 0.6, 2)
    far = ((x / width - rng.random()) / across) ** 2 + ((y / height - rng.random()) / down) ** 2
    strength = np.exp(-far, dtype=np.float32)[..., None] * rng.uniform(0.3, 0.9)
    return _uint8(pixels * (1 - strength) + (255.0 if rng.random() < 0.7 else 0.0) * strength)


CHANGES: Sequence[tuple[float, Change]] = (
    (0.1, occlusion), (0.05, text), (0.06, glare), (0.4, exposure), (0.3, colour_cast), (0.12, saturation),
    (0.05, hue), (0.12, blur), (0.15, few_pixels), (0.08, noise), (0.2, jpeg), (0.06, border),
)  # fmt: skip
"""What happens to a view, and how often; in the order in which it happens."""


def changed(pixels: Pixels, changes: Sequence[tuple[float, Change]], rng: np.random.Generator) -> Pixels:
    """After those changes that chance takes."""
    for chance, change in changes:
        if rng.random() < chance:
            pixels = change(pixels, rng)
    return pixels


def _through(pixels: Pixels, table: NDArray[np.floating]) -> Pixels:
    """(256,) or (256, 3) levels in place of those there are."""
    levels = np.rint(table).astype(np.uint8)
    return _uint8(cv2.LUT(pixels, levels if levels.ndim == 1 else levels[None]))


def _uint8(pixels: object) -> Pixels:
    return np.asarray(pixels).astype(np.uint8, copy=False)
