"""Makes a folder of photos that may be shown to anyone, for the pictures in the README.

    python packaging/demo_photos.py POOL OUT

POOL holds photos under the Pexels licence named pexelsfood_*.jpg (see the README). OUT gets some of them with dates and
cameras of our own invention, and warps of one of them: turned, seen at an angle, darkened, pasted small into others.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

LONGEST_PX = 1440
CAMERAS = (("Google", "Pixel 7"), ("Canon", "Canon EOS 80D"), ("FUJIFILM", "X-T30"))
THING = 75  # the breakfast tray: rich in detail
ORDINARY = 160

Pixels = NDArray[np.uint8]


def load(path: Path) -> Pixels:
    """Read and enlarge to the size of a small camera photo."""
    pixels = cv2.imread(str(path))
    scale = LONGEST_PX / max(pixels.shape[:2])
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)


def paste(
    thing: Pixels, ground: Pixels, centre: tuple[float, float], size: float, turned_deg: float, tilt: float
) -> Pixels:
    """The thing as a card lying in another photo: ``size`` is its share of the ground's width."""
    height, width = thing.shape[:2]
    ground_h, ground_w = ground.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = (corners - [width / 2, height / 2]) * (size * ground_w / width)
    moved[:2] *= 1 - tilt
    angle = np.deg2rad(turned_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = (moved @ turn.T + [centre[0] * ground_w, centre[1] * ground_h]).astype(np.float32)
    homography = cv2.getPerspectiveTransform(corners, moved)
    card = cv2.warpPerspective(thing, homography, (ground_w, ground_h), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), homography, (ground_w, ground_h))
    shadow = cv2.GaussianBlur(np.roll(mask, (10, 10), (0, 1)), (0, 0), 12)[..., None] / 255 * 0.5
    under = ground * (1 - shadow)
    share = cv2.GaussianBlur(mask, (0, 0), 0.8)[..., None] / 255
    return (card * share + under * (1 - share)).astype(np.uint8)


def lit(pixels: Pixels, gain: float, warmth: float) -> Pixels:
    """Darker or lighter, warmer or colder."""
    return np.clip(pixels * gain * np.array([1 - warmth, 1, 1 + warmth]), 0, 255).astype(np.uint8)


def warps(thing: Pixels, grounds: list[Pixels]) -> list[Pixels]:
    """What the same thing looks like in other photos."""
    return [
        paste(lit(thing, 0.9, 0.05), grounds[0], (0.42, 0.5), 0.45, -28, 0.12),
        paste(lit(thing, 0.75, -0.08), grounds[1], (0.6, 0.45), 0.34, 64, 0.05),
        paste(thing, grounds[2], (0.3, 0.62), 0.30, 12, 0.2),
        paste(lit(thing, 1.1, 0.1), grounds[3], (0.66, 0.56), 0.22, 160, 0.0),
        paste(lit(thing, 0.6, 0.0), grounds[4], (0.5, 0.42), 0.55, -8, 0.25),
        paste(lit(thing, 0.8, 0.12), grounds[5], (0.35, 0.4), 0.15, 35, 0.1),
    ]


def save(pixels: Pixels, path: Path, taken: datetime, camera: tuple[str, str]) -> None:
    """Write a JPEG with date and camera."""
    photo = Image.fromarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = camera
    exif.get_ifd(0x8769)[0x9003] = taken.strftime("%Y:%m:%d %H:%M:%S")
    path.parent.mkdir(parents=True, exist_ok=True)
    photo.save(path, quality=88, exif=exif)


def main() -> None:
    """Write the folder."""
    pool, out = Path(sys.argv[1]), Path(sys.argv[2])
    sources = sorted(pool.glob("pexelsfood_*.jpg"))
    thing = load(sources[THING])
    grounds = [load(sources[i]) for i in (5, 18, 33, 56, 65, 63)]
    photos = [thing, *warps(thing, grounds)]
    photos += [load(path) for i, path in enumerate(sources[:ORDINARY]) if i != THING]
    moment = datetime(2026, 7, 19, 18, 20)
    rng = np.random.default_rng(7)
    order = rng.permutation(len(photos))
    for number, position in enumerate(order.tolist()):
        moment -= timedelta(minutes=int(rng.integers(200, 4200)))
        folder = out / ("Kitchen" if number % 3 else "Out for dinner")
        save(photos[position], folder / f"IMG_{2400 - 7 * number:04}.jpg", moment, CAMERAS[position % 3])
    save(thing[40:-40, 60:-60], out.parent / "Snapshot.jpg", moment, CAMERAS[0])
    print(f"{len(photos)} photos in {out}, and {out.parent / 'Snapshot.jpg'} to search for")


if __name__ == "__main__":
    main()
