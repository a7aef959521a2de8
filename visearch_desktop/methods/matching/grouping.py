"""Groups of photos from links between two at a time, without gluing together what one link joins by mistake.

In the graph of a collection connected components grow through chance: a logo, a wall, one wrong pair (Philbin and
Zisserman, "Object Mining using a Matching Graph on Very Large Image Collections", ICVGIP 2008; Heath et al., "Image
Webs", CVPR 2010). So groups are merged from the surest link down, where a link is surer if other photos confirm it, and
two of them only become one if the links from one to the other are worth as much together as the smaller one asks for.
Of each of its photos only the best link counts: what several weak ones have in common may be the same mistake.
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
    worth_of: dict[int, dict[int, float]] = {photo: {} for photo in group_of}
    for (one, other), worth in links.items():
        worth_of[one][other] = worth_of[other][one] = worth
    confirmed = {link: _confirmed(worth_of[link[0]], worth_of[link[1]], worth) for link, worth in links.items()}
    refused: dict[Link, int] = {}
    waiting, before = sorted(links, key=lambda link: (-confirmed[link], link)), -1
    while len(waiting) != before:
        before = len(waiting)
        waiting = [link for link in waiting if not _merge(link, group_of, members, worth_of, support, refused)]
    found = [tuple(sorted(photos)) for photos in members.values() if len(photos) > 1]
    return sorted(found, key=lambda photos: (-len(photos), photos))


def _confirmed(of_one: Mapping[int, float], of_other: Mapping[int, float], worth: float) -> float:
    """What a link is worth, and what photos say for it that both ends have links with."""
    return worth + math.fsum(min(of_one[third], of_other[third]) for third in of_one.keys() & of_other.keys())


def _merge(
    link: Link,
    group_of: dict[int, int],
    members: dict[int, list[int]],
    worth_of: Mapping[int, Mapping[int, float]],
    support: float,
    refused: dict[Link, int],
) -> bool:
    """Make one group of those at the ends of a link; whether they are one now.

    Two groups that were refused are not looked at again as long as none has grown: ``refused`` has how many they were.
    """
    kept, gone = group_of[link[0]], group_of[link[1]]
    if kept == gone:
        return True
    if len(members[kept]) < len(members[gone]):
        kept, gone = gone, kept
    if refused.get((kept, gone)) == len(members[kept]) + len(members[gone]):
        return False
    worth = math.fsum(
        max((worth for other, worth in worth_of[photo].items() if group_of[other] == kept), default=0.0)
        for photo in members[gone]
    )
    if worth < support * len(members[gone]):
        refused[kept, gone] = len(members[kept]) + len(members[gone])
        return False
    for photo in members[gone]:
        group_of[photo] = kept
    members[kept] += members.pop(gone)
    return True
