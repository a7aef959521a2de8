"""How far the perceptual hashes of copies are apart, and those of other photos: what `confidence.toml` says of them.

    python -m tests.benchmarks.duplicates FOLDER

Copies are made here of every photo in FOLDER (``../shared/data/places-develop/images``; never a test set): a quarter of
the size, saved badly, darker, blurred. Printed for each distance in bits: the lift it is worth, the share of copies
within it, and how many of a thousand pairs of different photos are.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.descriptors.perceptual_hash import PerceptualHash
from visearch_desktop.photos.decode import Limits, decode


def copies(pixels: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """A quarter of the size, saved at quality 15, at 60 % of the light, blurred over 5 px."""
    height, width = pixels.shape[:2]
    small = cv2.resize(pixels, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    _, saved = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 15])
    again = cv2.imdecode(saved, cv2.IMREAD_COLOR)
    return [small, again, (pixels * 0.6).astype(np.uint8), cv2.GaussianBlur(pixels, (0, 0), 2.5)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    files = sorted(file for file in parser.parse_args().folder.rglob("*") if file.is_file())
    hashing = PerceptualHash()
    hashes, of_copies = [], []
    for file in files:
        pixels = decode(file, hashing.working_px, Limits()).pixels
        hashes.append(hashing.describe(pixels))
        of_copies += [np.bitwise_count(hashing.describe(copy) ^ hashes[-1]).sum() for copy in copies(pixels)]
    rows = np.stack(hashes)
    first, second = np.triu_indices(len(rows), 1)
    of_others = np.bitwise_count(rows[first] ^ rows[second]).sum(axis=1)
    usual = float(np.median(of_others))
    print(f"{len(rows)} photos; other photos are {usual:.0f} bits apart in the middle")
    for bits in range(0, 25, 2):
        near, false = np.mean(np.array(of_copies) <= bits), np.mean(of_others <= bits)
        print(f"{bits:3} bits  lift {1 - bits / usual:.3f}  copies {near:.4f}  others {1000 * false:.3f} of 1000")


if __name__ == "__main__":
    main()
