"""Links between two photos that show the same, by kind and key; and of which photos all links are known."""

from __future__ import annotations

from collections.abc import Iterable

from visearch_desktop.catalogue import keys
from visearch_desktop.catalogue.catalogue import Catalogue

Link = tuple[int, int]


def put_many(
    catalogue: Catalogue, key: str, photo_ids: Iterable[int], links: Iterable[tuple[str, int, int, float]]
) -> None:
    """Store what was found for some photos, in one transaction.

    Args:
        catalogue: the open catalogue.
        key: of everything that changes what is found.
        photo_ids: that were looked at; all their links to photos looked at before are known from now on.
        links: (kind, photo, other photo, strength) in either order; of one stored before the stronger is kept. Photos
            that are not in the catalogue any more are passed over.
    """
    with catalogue.transaction() as connection:
        number = keys.key_id(catalogue, key)
        connection.executemany(
            "INSERT OR IGNORE INTO linked (key_id, photo_id) SELECT ?, id FROM photos WHERE id = ?",
            [(number, int(photo_id)) for photo_id in photo_ids],
        )
        connection.executemany(
            """INSERT INTO links (key_id, kind, photo_id, other_id, strength)
               SELECT ?, ?, one.id, other.id, ? FROM photos AS one, photos AS other WHERE one.id = ? AND other.id = ?
               ON CONFLICT DO UPDATE SET strength = MAX(strength, excluded.strength)""",
            [(number, kind, strength, min(a, b), max(a, b)) for kind, a, b, strength in links],
        )


def between_present(catalogue: Catalogue, key: str, kind: str) -> dict[Link, float]:
    """The strengths of links of a kind between photos that are present, the smaller number first."""
    rows = catalogue.connection.execute(
        """SELECT photo_id, other_id, strength FROM links
           JOIN photos AS one ON one.id = photo_id JOIN photos AS other ON other.id = other_id
           WHERE key_id = (SELECT id FROM keys WHERE key = ?) AND kind = ?
             AND one.is_present = 1 AND other.is_present = 1""",
        (key, kind),
    )
    return {(one, other): strength for one, other, strength in rows}


def unlinked(catalogue: Catalogue, key: str, among: Iterable[int]) -> list[int]:
    """Those of the given photos whose links are not known yet, in their order."""
    known = {
        photo_id
        for (photo_id,) in catalogue.connection.execute(
            "SELECT photo_id FROM linked WHERE key_id = (SELECT id FROM keys WHERE key = ?)", (key,)
        )
    }
    return [photo_id for photo_id in among if photo_id not in known]


def delete_key(catalogue: Catalogue, key: str) -> None:
    """Forget everything under a key."""
    with catalogue.transaction() as connection:
        for table in ("links", "linked", "copies"):
            connection.execute(f"DELETE FROM {table} WHERE key_id = (SELECT id FROM keys WHERE key = ?)", (key,))
        connection.execute("DELETE FROM keys WHERE key = ?", (key,))


def capture_times(catalogue: Catalogue) -> list[tuple[int, str, str]]:
    """(photo, ISO 8601 time, camera) of all present photos that say when they were taken."""
    rows = catalogue.connection.execute(
        "SELECT id, taken, camera FROM photos WHERE taken <> '' AND is_present = 1 ORDER BY id"
    )
    return rows.fetchall()


def stamp(catalogue: Catalogue, key: str) -> str:
    """Changes when links are added under a key, when photos come or go, and when a person refuses pairs of copies."""
    connection = catalogue.connection
    (photos, total) = connection.execute("SELECT COUNT(*), TOTAL(id) FROM photos WHERE is_present = 1").fetchone()
    (looked,) = connection.execute(
        "SELECT COUNT(*) FROM linked WHERE key_id = (SELECT id FROM keys WHERE key = ?)", (key,)
    ).fetchone()
    refused = connection.execute("SELECT COUNT(*), TOTAL(photo_id + other_id) FROM no_copies").fetchone()
    return f"{key} {looked} {photos} {total:.0f} {refused[0]} {refused[1]:.0f}"
