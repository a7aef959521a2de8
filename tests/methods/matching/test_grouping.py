"""Groups of photos from links between two at a time."""

from __future__ import annotations

from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visearch_desktop.methods.matching.grouping import grouped

Links = dict[tuple[int, int], float]


def all_linked(photos: range, worth: float = 1.0) -> Links:
    return dict.fromkeys(combinations(photos, 2), worth)


def test_photos_that_are_linked_are_one_group_and_the_largest_comes_first() -> None:
    links = all_linked(range(20, 22)) | all_linked(range(1, 5)) | all_linked(range(10, 12))
    assert grouped(links) == [(1, 2, 3, 4), (10, 11), (20, 21)]


def test_a_photo_joins_a_group_by_one_sure_link_and_not_by_several_doubtful_ones() -> None:
    group = all_linked(range(1, 6))
    assert grouped(group | {(3, 9): 0.4}) == [(1, 2, 3, 4, 5, 9)]
    assert grouped(group | {(3, 9): 0.2}) == [(1, 2, 3, 4, 5)]
    assert grouped(group | {(photo, 9): 0.2 for photo in range(1, 6)}) == [(1, 2, 3, 4, 5)], "the same mistake"


def test_one_wrong_link_does_not_glue_two_groups_together_however_sure_it_looks() -> None:
    links = all_linked(range(1, 7)) | all_linked(range(11, 17)) | {(1, 11): 1.0}
    assert grouped(links) == [tuple(range(1, 7)), tuple(range(11, 17))]
    assert grouped(links, support=0) == [(*range(1, 7), *range(11, 17))]


def test_groups_that_many_links_join_are_one() -> None:
    links = all_linked(range(1, 7)) | all_linked(range(11, 17)) | {(n, 10 + n): 0.7 for n in range(1, 4)}
    assert grouped(links) == [(*range(1, 7), *range(11, 17))]


def test_the_surer_links_decide_where_a_photo_between_two_groups_goes() -> None:
    links = all_linked(range(1, 5)) | all_linked(range(11, 15)) | {(4, 7): 0.5, (7, 11): 0.7}
    assert grouped(links) == [(7, 11, 12, 13, 14), (1, 2, 3, 4)]


def test_nothing_linked_is_no_group() -> None:
    assert grouped({}) == []


links_of_few = st.dictionaries(st.sampled_from(list(combinations(range(10), 2))), st.floats(0, 1))
calmly = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@calmly
@given(links_of_few)
def test_without_asking_for_support_groups_are_connected_components(links: Links) -> None:
    left, expected = {photo for link in links for photo in link}, []
    while left:
        component = {min(left)}
        while grown := {photo for link in links if set(link) & component for photo in link} - component:
            component |= grown
        expected.append(tuple(sorted(component)))
        left -= component
    assert grouped(links, support=0) == sorted(expected, key=lambda group: (-len(group), group))


@calmly
@given(links_of_few)
def test_a_group_never_reaches_beyond_its_component_and_the_order_of_links_says_nothing(links: Links) -> None:
    found = grouped(links)
    whole = [set(group) for group in grouped(links, support=0)]
    assert all(any(set(group) <= component for component in whole) for group in found)
    assert grouped(dict(reversed(links.items()))) == found
