"""Groups of photos from links between two at a time, without gluing together what one link joins by mistake.

In the graph of a collection connected components grow through chance: a logo, a wall, one wrong pair (Philbin and
Zisserman, "Object Mining using a Matching Graph on Very Large Image Collections", ICVGIP 2008; Heath et al., "Image
Webs", CVPR 2010). So groups are merged from the surest link down, where a link is surer if other photos confirm it, and
two of them only become one if the links from one to the other are worth as much together as the smaller one asks for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

SUPPORT = 0.3
"""What the links must be worth together for each photo of the smaller group."""

Link = tuple[int, int]


def grouped(links: Mapping[Link, float], support: float = SUPPORT) -> list[tuple[int, ...]]:
    """The groups of two photos and more, largest first, then by their first photo.

    Args:
        links: (one photo, another) -> what it is worth, from 0 to 1 for one that is beyond doubt; each link once.
        support: see :data:`SUPPORT`; 0 gives the connected components.

    Returns:
        Ids, ascending.
    """
    group_of = {photo: photo for link in sorted(links) for photo in link}
    members = {photo: [photo] for photo in group_of}
    between: dict[int, dict[int, float]] = {photo: {} for photo in group_of}
    for (one, other), worth in links.items():
        between[one][other] = between[other][one] = worth
    confirmed = {link: _confirmed(between[link[0]], between[link[1]], worth) for link, worth in links.items()}
    order = sorted(links, key=lambda link: (-confirmed[link], link))
    waiting, before = order, -1
    while len(waiting) != before:
        before = len(waiting)
        waiting = [link for link in waiting if not _merge(link, group_of, members, between, support)]
    found = [tuple(sorted(photos)) for photos in members.values() if len(photos) > 1]
    return sorted(found, key=lambda photos: (-len(photos), photos))


def _confirmed(of_one: Mapping[int, float], of_other: Mapping[int, float], worth: float) -> float:
    """What a link is worth, and what photos say for it that both ends have links with."""
    return worth + math.fsum(min(of_one[third], of_other[third]) for third in of_one.keys() & of_other.keys())


def _merge(
    link: Link,
    group_of: dict[int, int],
    members: dict[int, list[int]],
    between: dict[int, dict[int, float]],
    support: float,
) -> bool:
    """Make one group of those at the ends of a link; whether they are one now."""
    kept, gone = group_of[link[0]], group_of[link[1]]
    if kept == gone:
        return True
    if len(members[kept]) < len(members[gone]):
        kept, gone = gone, kept
    if between[kept][gone] < support * len(members[gone]):
        return False
    for photo in members[gone]:
        group_of[photo] = kept
    members[kept] += members.pop(gone)
    for other, worth in between.pop(gone).items():
        del between[other][gone]
        if other != kept:
            between[kept][other] = between[other][kept] = between[kept].get(other, 0.0) + worth
    return True
