"""Visual groups: which photos were found to belong together; a photo is in one group of a kind at most.

A group is shown as long as two of its photos are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from visearch_desktop.catalogue import copies
from visearch_desktop.catalogue.catalogue import Catalogue

_SIZES = """SELECT kind, group_id, COUNT(*) AS photos, MIN(shown_time) AS oldest, MAX(shown_time) AS newest,
                   MIN(name) AS first_name
            FROM visual_groups JOIN files ON files.photo_id = visual_groups.photo_id AND files.is_first = 1
            GROUP BY kind, group_id HAVING photos > 1"""


def replace_groups(catalogue: Catalogue, kind: str, groups: Iterable[Sequence[int]]) -> None:
    """Make these the groups of a kind; a group's number is that of its first photo, and stays while others join."""
    rows = [(kind, photo_id, min(group)) for group in groups for photo_id in group]
    with catalogue.transaction() as connection:
        connection.execute("DELETE FROM visual_groups WHERE kind = ?", (kind,))
        connection.executemany(
            """INSERT INTO visual_groups (kind, photo_id, group_id)
               SELECT ?1, id, ?3 FROM photos WHERE id = ?2""",
            rows,
        )


def counts(catalogue: Catalogue) -> dict[str, int]:
    """How many groups there are of each kind that has any; of duplicates those of files, see :mod:`.copies`."""
    rows = catalogue.connection.execute(f"SELECT kind, COUNT(*) FROM ({_SIZES}) GROUP BY kind")
    found = dict(rows.fetchall()) | {copies.DUPLICATES: copies.count_groups(catalogue)}
    return {kind: count for kind, count in found.items() if count}


def sizes(catalogue: Catalogue, kind: str) -> list[tuple[int, int, str, str, str]]:
    """(group, its photos that are shown, time of the oldest, of the newest, first name); largest first, then by id."""
    rows = catalogue.connection.execute(
        f"""SELECT group_id, photos, oldest, newest, first_name FROM ({_SIZES}) WHERE kind = ?
            ORDER BY photos DESC, group_id""",
        (kind,),
    )
    return rows.fetchall()


def page(catalogue: Catalogue, kind: str, most_each: int, offset: int, limit: int) -> list[int]:
    """The numbers of files: of the first ``most_each`` photos of each group, oldest first; groups as in :func:`sizes`.

    Args:
        catalogue: the open catalogue.
        kind: of the groups.
        most_each: photos of a group.
        offset: of the first file.
        limit: how many files at most.
    """
    rows = catalogue.connection.execute(
        f"""SELECT id FROM (
                SELECT files.id, sizes.photos, sizes.group_id, ROW_NUMBER() OVER (
                    PARTITION BY sizes.group_id ORDER BY files.shown_time, files.name_key, files.id) AS place
                FROM ({_SIZES}) AS sizes
                JOIN visual_groups ON visual_groups.kind = sizes.kind AND visual_groups.group_id = sizes.group_id
                JOIN files ON files.photo_id = visual_groups.photo_id AND files.is_first = 1
                WHERE sizes.kind = ?)
            WHERE place <= ? ORDER BY photos DESC, group_id, place LIMIT ? OFFSET ?""",
        (kind, most_each, limit, offset),
    )
    return [file_id for (file_id,) in rows]


def members(catalogue: Catalogue, kind: str, group_id: int) -> list[int]:
    """The photos of one group that are shown, oldest first."""
    rows = catalogue.connection.execute(
        """SELECT files.photo_id FROM visual_groups
           JOIN files ON files.photo_id = visual_groups.photo_id AND files.is_first = 1
           WHERE kind = ? AND group_id = ? ORDER BY shown_time, name_key, files.id""",
        (kind, group_id),
    )
    return [photo_id for (photo_id,) in rows]
