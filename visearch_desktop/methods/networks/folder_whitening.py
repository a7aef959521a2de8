"""Learn a network's whitening from a folder of photos, when the network is imported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from visearch_desktop.core.errors import PhotoError, UsageError
from visearch_desktop.core.whitening import fit_whitening, numbers_to_keep
from visearch_desktop.methods.networks.gem_network import AffineWhitening
from visearch_desktop.methods.networks.input_size import fit_input
from visearch_desktop.methods.networks.running import Compute
from visearch_desktop.photos.decode import decode
from visearch_desktop.photos.walk import FoundFile, walk

LEAST_PHOTOS, MOST_PHOTOS = 50, 4000


def learn_whitening(
    folder: Path, compute: Compute, input_px: int, progress: Callable[[int, int], None]
) -> tuple[AffineWhitening, int]:
    """Describe the folder's photos, fit a whitening to them.

    Args:
        folder: searched recursively; unreadable files are passed over, of very many an even choice is taken.
        compute: the network without whitening.
        input_px: longest side that the photos are decoded to.
        progress: called with photos done and in all.
    Returns:
        The whitening, and from how many photos it was learned.
    Raises:
        UsageError: the folder has fewer than 50 photos that can be read.
    """
    files = [found.path for found in walk(folder) if isinstance(found, FoundFile)]
    step = max(1, -(-len(files) // MOST_PHOTOS))
    chosen, rows = files[::step], []
    for done, path in enumerate(chosen):
        progress(done, len(chosen))
        try:
            rows.append(compute(fit_input(decode(path, input_px).pixels, input_px))[0])
        except PhotoError:
            continue
    if len(rows) < LEAST_PHOTOS:
        raise UsageError(
            f"A whitening is learned from at least {LEAST_PHOTOS} photos; “{folder}” has {len(rows)} that can be read."
        )
    sample = np.stack(rows)
    mean, projection = fit_whitening(sample, numbers_to_keep(*sample.shape))
    return AffineWhitening.of_projection(mean, projection), len(rows)
