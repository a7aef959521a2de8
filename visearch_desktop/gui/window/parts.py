"""The parts of a query as a person changes them: pictures and regions that come, go, and are not wanted."""

from __future__ import annotations

from dataclasses import replace

from visearch_desktop.search.query import Query, QueryPicture, Together


def added(query: Query, pictures: tuple[QueryPicture, ...]) -> Query:
    """The query with more parts; what it has already is not added again, but may change its sign.

    The second of what is looked for settles how: boxes on one picture must all appear, of different pictures any may.
    """
    kept = [part for part in query.pictures if not any(_is_same_box(part, picture) for picture in pictures)]
    changed = replace(query, pictures=(*kept, *pictures))
    if len(query.wanted) > 1 or len(changed.wanted) < 2:
        return changed
    first, *others = changed.wanted
    is_one_picture = all(first.is_same_picture(other) for other in others)
    return replace(changed, together=Together.ALL if is_one_picture else Together.ANY)


def _is_same_box(one: QueryPicture, other: QueryPicture) -> bool:
    return one.is_same_picture(other) and one.region == other.region


def without(query: Query, index: int) -> Query:
    """The query without one of its parts."""
    return replace(query, pictures=query.pictures[:index] + query.pictures[index + 1 :])


def changed(query: Query, index: int, picture: QueryPicture) -> Query:
    """The query with one of its parts changed."""
    return replace(query, pictures=(*query.pictures[:index], picture, *query.pictures[index + 1 :]))


def index_of(query: Query, shown: QueryPicture | None) -> int | None:
    """Which part a picture on the screen is: the very same, else the first of the same picture; None if none is."""
    if shown is None:
        return None
    alike = [number for number, part in enumerate(query.pictures) if part.is_same_picture(shown)]
    same = [n for n in alike if (query.pictures[n].region, query.pictures[n].minus) == (shown.region, shown.minus)]
    return next(iter([*same, *alike]), None)


def compared_part(query: Query, part: int) -> QueryPicture | None:
    """What a photo is compared with: a part by its place, else the first that is wanted; None without pictures."""
    if part < len(query.pictures) and not query.pictures[part].minus:
        return query.pictures[part]
    return next(iter([*query.wanted, *query.pictures]), None)
