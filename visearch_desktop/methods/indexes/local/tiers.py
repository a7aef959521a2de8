"""Which segments to merge, so that there are few of them and each photo is written anew only a few times."""

from __future__ import annotations

from collections.abc import Sequence

from visearch_desktop.methods.indexes.local.part import Part
from visearch_desktop.methods.indexes.local.postings import MOST_PHOTOS

AT_ONCE = 4
"""So many segments of about one size become one; sizes differ by this factor from tier to tier."""
MOST_DEAD = 0.25
"""A segment with a larger share of dead photos is written anew."""


def to_merge(parts: Sequence[Part], *, fully: bool = False) -> list[Part]:
    """What to make one segment of; nothing if all is well.

    Args:
        parts: segments, in any order.
        fully: whether as few segments as can be are wanted, with no dead photos.
    """
    emptied = [part for part in parts if len(part.dead) - len(part) > (0 if fully else MOST_DEAD * len(part.dead))]
    if fully:
        together = _fitting(sorted(parts, key=lambda part: (len(part), part.file)))
        return together if len(together) > 1 else emptied[:1]
    if emptied:
        return emptied[:1]
    tiers: dict[int, list[Part]] = {}
    for part in parts:
        tiers.setdefault(_tier(len(part)), []).append(part)
    for _, some in sorted(tiers.items()):
        together = _fitting(some)
        if len(some) >= AT_ONCE and len(together) > 1:
            return together
    return []


def _tier(count: int) -> int:
    """0 for up to 3 photos, 1 for up to 15, and so on."""
    return (max(count, 1).bit_length() - 1) // (AT_ONCE.bit_length() - 1)


def _fitting(parts: Sequence[Part]) -> list[Part]:
    """The first ones that one segment can hold."""
    found: list[Part] = []
    for part in parts:
        if sum(map(len, found)) + len(part) > MOST_PHOTOS:
            break
        found.append(part)
    return found
