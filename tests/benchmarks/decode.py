"""What decoding costs: ``python -m tests.benchmarks.decode [PHOTO…]`` prints milliseconds per way and size.

One thread, medians of 9 rounds in which the ways take turns, so that a busy machine is busy for all of them. Without
photos, a rendered one of 2832 × 2128 px is measured.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from tests.scenes import scene
from visearch_desktop.photos.decode import decode, read_metadata
from visearch_desktop.photos.fingerprint import fingerprint
from visearch_desktop.photos.thumbnails import encode_thumbnail

SIZES = (512, 640, 1024)
ROUNDS = 9


def _pillow(path: Path, longest_px: int) -> None:
    """The plain way: full size, upright, then a thumbnail."""
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((longest_px, longest_px))
        np.asarray(upright)


def _pillow_draft(path: Path, longest_px: int) -> None:
    """Pillow's scaling in the DCT."""
    with Image.open(path) as image:
        image.draft("RGB", (longest_px, longest_px))
        image.thumbnail((longest_px, longest_px), reducing_gap=2.0)
        np.asarray(image.convert("RGB"))


def _opencv(path: Path, longest_px: int) -> None:
    """OpenCV at full size, then by area."""
    pixels = cv2.imread(str(path))
    scale = longest_px / max(pixels.shape[:2])
    cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _milliseconds(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            times[name].append(1000 * (time.perf_counter() - start))
    return {name: statistics.median(values) for name, values in times.items()}


def measure(path: Path) -> None:
    """Print the table of one photo."""
    ways: dict[str, Callable[[], object]] = {}
    for px in SIZES:
        ways[f"decode, {px} px"] = lambda px=px: decode(path, px)
        ways[f"Pillow, full size then thumbnail, {px} px"] = lambda px=px: _pillow(path, px)
        ways[f"Pillow, draft, {px} px"] = lambda px=px: _pillow_draft(path, px)
        ways[f"OpenCV, full size then area, {px} px"] = lambda px=px: _opencv(path, px)
    small = decode(path, 640).pixels
    ways["thumbnail of the 640 px copy"] = lambda: encode_thumbnail(small)
    ways["metadata alone"] = lambda: read_metadata(path)
    ways["fingerprint"] = lambda: fingerprint(path)
    photo = decode(path, 64)
    print(f"{path.name}: {photo.width} × {photo.height} px, {path.stat().st_size / 1e6:.1f} MB")
    for name, ms in _milliseconds(ways).items():
        print(f"  {ms:7.1f} ms  {name}")


def _rendered(folder: Path) -> Path:
    pixels = scene(1, 2832, 2128).astype(np.int16)
    pixels += np.random.default_rng(0).normal(0, 5, pixels.shape).astype(np.int16)
    buffer = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=90)
    path = folder / "rendered.jpg"
    path.write_bytes(buffer.getvalue())
    return path


def main() -> None:
    """Measure the photos named on the command line, or a rendered one."""
    import tempfile

    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        for path in [Path(name) for name in sys.argv[1:]] or [_rendered(Path(folder))]:
            measure(path)


if __name__ == "__main__":
    main()
