"""How two near duplicates differ, and which photos a person says are none; the links say that they are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from visearch_desktop.catalogue import keys
from visearch_desktop.catalogue.catalogue import Catalogue

DUPLICATES = "duplicates"
"""The kind of visual groups that near duplicates are in."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """Between a photo and another one.

    Attributes:
        is_mirrored: whether one is the mirror picture of the other.
        turned_deg: by how much one is turned against the other, either way: 0 to 180.
        again: of the details in the part that both show, those that agree: 1 is all.
        shown: of the photo's area, what the other one shows as well.
        other_shown: of the other's area, what the photo shows as well.
    """

    is_mirrored: bool
    turned_deg: float
    again: float
    shown: float
    other_shown: float

    def reversed(self) -> Difference:
        """The same, seen from the other photo."""
        return Difference(self.is_mirrored, self.turned_deg, self.again, self.other_shown, self.shown)


def put_many(catalogue: Catalogue, key: str, found: Iterable[tuple[int, int, Difference]]) -> None:
    """Store how photos differ: (photo, other photo, difference) in either order, each pair maybe more than once.

    Kept is what says that they are the more alike: not mirrored, and with more in common. Photos that are not in the
    catalogue any more are passed over.
    """
    rows = [(one, other, of) if one < other else (other, one, of.reversed()) for one, other, of in found]
    with catalogue.transaction() as connection:
        number = keys.key_id(catalogue, key)
        connection.executemany(
            """INSERT INTO copies (key_id, photo_id, other_id, is_mirrored, turned_deg, again, shown, other_shown)
               SELECT ?, one.id, other.id, ?, ?, ?, ?, ? FROM photos AS one, photos AS other
               WHERE one.id = ? AND other.id = ?
               ON CONFLICT DO UPDATE SET is_mirrored = excluded.is_mirrored, turned_deg = excluded.turned_deg,
                   again = excluded.again, shown = excluded.shown, other_shown = excluded.other_shown
               WHERE (excluded.is_mirrored, -excluded.shown * excluded.other_shown)
                   < (is_mirrored, -shown * other_shown)""",
            [(number, of.is_mirrored, of.turned_deg, of.again, of.shown, of.other_shown, a, b) for a, b, of in rows],
        )


def among(catalogue: Catalogue, key: str, photo_ids: Iterable[int]) -> dict[Pair, Difference]:
    """How those of these photos differ that were found to be near duplicates; each pair both ways."""
    rows = catalogue.connection.execute(
        """SELECT photo_id, other_id, is_mirrored, turned_deg, again, shown, other_shown FROM copies
           WHERE key_id = (SELECT id FROM keys WHERE key = ?1) AND photo_id IN (SELECT value FROM json_each(?2))
             AND other_id IN (SELECT value FROM json_each(?2))""",
        (key, json.dumps([int(photo_id) for photo_id in photo_ids])),
    )
    found: dict[Pair, Difference] = {}
    for one, other, is_mirrored, *numbers in rows:
        found[one, other] = Difference(bool(is_mirrored), *numbers)
        found[other, one] = found[one, other].reversed()
    return found


def refuse(catalogue: Catalogue, pairs: Iterable[Pair], *, refused: bool) -> None:
    """Remember that a person says of these pairs that they are no duplicates, or forget it."""
    rows = [(min(pair), max(pair)) for pair in pairs]
    statement = (
        "INSERT OR IGNORE INTO no_copies (photo_id, other_id) VALUES (?, ?)"
        if refused
        else "DELETE FROM no_copies WHERE photo_id = ? AND other_id = ?"
    )
    with catalogue.transaction() as connection:
        connection.executemany(statement, rows)


def refused_pairs(catalogue: Catalogue) -> set[Pair]:
    """The pairs that a person says are no duplicates, the smaller number first."""
    return set(catalogue.connection.execute("SELECT photo_id, other_id FROM no_copies").fetchall())


_FILES = f"""SELECT COALESCE(visual_groups.group_id, files.photo_id) AS group_id, files.id AS file_id
    FROM files JOIN folders ON folders.id = files.folder_id AND folders.state = 'online'
    LEFT JOIN visual_groups ON visual_groups.kind = '{DUPLICATES}' AND visual_groups.photo_id = files.photo_id
    WHERE files.state = 'present' AND (visual_groups.group_id IS NOT NULL
        OR files.photo_id IN (SELECT photo_id FROM files WHERE state = 'present' AND is_first = 0))"""


def grouped_files(catalogue: Catalogue) -> list[tuple[int, list[int]]]:
    """(group, its files) for near duplicates and for files with the same content; most files first, then by number.

    Only files that can be reached; a group of one content alone has the number of the photo.
    """
    found: dict[int, list[int]] = {}
    for group_id, file_id in catalogue.connection.execute(f"{_FILES} ORDER BY files.id"):
        found.setdefault(group_id, []).append(file_id)
    several = [(group_id, file_ids) for group_id, file_ids in found.items() if len(file_ids) > 1]
    return sorted(several, key=lambda group: (-len(group[1]), group[0]))


def count_groups(catalogue: Catalogue) -> int:
    """How many groups :func:`grouped_files` gives."""
    (count,) = catalogue.connection.execute(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM ({_FILES}) GROUP BY group_id HAVING COUNT(*) > 1)"
    ).fetchone()
    return int(count)
