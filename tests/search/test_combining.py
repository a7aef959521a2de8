"""One ranking from those of several parts of a query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from visearch_desktop.core.region import Quad, Region
from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.search.combining import DEEPER, LEAST_ASKED, Part, combined, depth, search_together, told_of_all
from visearch_desktop.search.evidence import VERIFIED_LEAD
from visearch_desktop.search.hits import Confidence, Hit, Located, Ranking, Stage
from visearch_desktop.search.query import Together

SURE, LIKELY, MAYBE = Confidence
QUAD: Quad = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
SMALL: Quad = ((1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0))

Told = tuple[int, float, Confidence, Quad | None]
"""A photo, how alike it is, the word and the place for it."""


def ranking(*told: Told, shown: int | None = None, stage: Stage = Stage.VERIFIED, details: int = 50) -> Ranking:
    """As the pipeline gives it: verified photos lead."""
    hits = [
        Hit(
            photo_id, 0, alike + VERIFIED_LEAD * (quad is not None), alike, 20 * (quad is not None), 40,
            Verdict.VERIFIED if quad else Verdict.TOO_FEW_AGREE, quad, word,
        )
        for photo_id, alike, word, quad in told
    ]  # fmt: skip
    hits.sort(key=lambda hit: (-hit.score, hit.photo_id))
    ranked = tuple(_at(hit, rank) for rank, hit in enumerate(hits, start=1))
    return Ranking(
        ranked, stage, 100, len(ranked) if shown is None else shown, 3, 1.0, "d", ((640, 480),), details
    )  # fmt: skip


def _at(hit: Hit, rank: int) -> Hit:
    return Hit(
        hit.photo_id, rank, hit.score, hit.similarity, hit.inliers, hit.tentative, hit.verdict, hit.quad, hit.confidence
    )


def of(
    rankings: Sequence[Ranking], together: Together = Together.ALL, limit: int = 0, *, minus: Sequence[int] = ()
) -> Ranking:
    parts = [Part(number, iter(()), number in minus, has_region=True) for number in range(len(rankings))]
    return combined(parts, rankings, together, limit, 1.0)


def ids(found: Ranking) -> list[int]:
    return [hit.photo_id for hit in found.hits]


@st.composite
def rankings(draw: st.DrawFn) -> Ranking:
    photos = draw(st.lists(st.integers(1, 30), unique=True, max_size=12))
    told: list[Told] = []
    for photo_id in photos:
        alike = draw(st.integers(-10, 100)) / 100
        word = draw(st.sampled_from(Confidence))
        told.append((photo_id, alike, word, QUAD if word is SURE or draw(st.booleans()) else None))
    proven = sum(quad is not None for *_, quad in told)
    return ranking(*told, shown=draw(st.integers(proven, len(told))))


@given(rankings(), st.sampled_from(Together), st.integers(0, 5))
def test_one_part_alone_gives_its_own_ranking(only: Ranking, together: Together, limit: int) -> None:
    found = of([only], together, limit)
    kept = only.hits[:limit] if limit else only.hits
    assert ids(found) == [hit.photo_id for hit in kept]
    assert [(hit.rank, hit.confidence, hit.quad) for hit in found.hits] == [
        (hit.rank, hit.confidence, hit.quad) for hit in kept
    ]
    assert found.standing_out == min(only.standing_out, len(kept))


@given(st.lists(rankings(), min_size=2, max_size=4), st.sampled_from(Together))
def test_the_order_of_the_parts_changes_no_place_and_no_word(several: list[Ranking], together: Together) -> None:
    found, turned = of(several, together), of(several[::-1], together)
    assert [(hit.photo_id, hit.score, hit.confidence) for hit in found.hits] == [
        (hit.photo_id, hit.score, hit.confidence) for hit in turned.hits
    ]
    assert found.standing_out == turned.standing_out


@given(st.lists(rankings(), min_size=2, max_size=4))
def test_all_is_what_every_part_has_with_the_lowest_word(several: list[Ranking]) -> None:
    found = of(several)
    words = [{hit.photo_id: hit.confidence for hit in one.hits} for one in several]
    assert set(ids(found)) == set.intersection(*(set(one) for one in words))
    order = [MAYBE, LIKELY, SURE]
    for hit in found.hits:
        assert hit.confidence is min((one[hit.photo_id] for one in words), key=order.index)


@given(st.lists(rankings(), min_size=2, max_size=4))
def test_any_is_what_some_part_has_with_the_highest_word(several: list[Ranking]) -> None:
    found = of(several, Together.ANY)
    words = [{hit.photo_id: hit.confidence for hit in one.hits} for one in several]
    assert set(ids(found)) == set.union(*(set(one) for one in words))
    order = [MAYBE, LIKELY, SURE]
    for hit in found.hits:
        had = [one[hit.photo_id] for one in words if hit.photo_id in one]
        assert hit.confidence is max(had, key=order.index)


@given(rankings(), rankings(), st.sampled_from(Together))
def test_what_is_sure_or_likely_not_wanted_is_out_and_nothing_else(
    wanted: Ranking, unwanted: Ranking, together: Together
) -> None:
    out = {hit.photo_id for hit in unwanted.hits if hit.confidence is not MAYBE}
    found = of([wanted, unwanted], together, minus=[1])
    assert set(ids(found)) == {hit.photo_id for hit in wanted.hits} - out


@given(st.lists(rankings(), min_size=1, max_size=3), rankings(), st.sampled_from(Together))
def test_photos_worth_showing_come_first_and_ranks_and_scores_go_down(
    several: list[Ranking], unwanted: Ranking, together: Together
) -> None:
    found = of([*several, unwanted], together, minus=[len(several)])
    assert [hit.rank for hit in found.hits] == list(range(1, len(found.hits) + 1))
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    shown = [{hit.photo_id for hit in one.hits[: one.standing_out]} for one in several]
    worth = set.intersection(*shown) if together is Together.ALL else set.union(*shown)
    assert {hit.photo_id for hit in found.hits[: found.standing_out]} == worth & set(ids(found))


def test_photos_where_more_parts_are_proven_come_first() -> None:
    first = ranking((1, 0.9, MAYBE, None), (2, 0.5, SURE, QUAD), (3, 0.5, SURE, QUAD))
    second = ranking((1, 0.9, MAYBE, None), (2, 0.2, MAYBE, None), (3, 0.3, LIKELY, QUAD))
    found = of([first, second])
    assert ids(found) == [3, 2, 1]
    assert [hit.confidence for hit in found.hits] == [LIKELY, MAYBE, MAYBE]


def test_a_hit_tells_of_the_part_that_decides_and_where_the_others_are() -> None:
    first, second = ranking((1, 0.9, SURE, QUAD)), ranking((1, 0.4, LIKELY, SMALL))
    (of_all,) = of([first, second]).hits
    assert (of_all.part, of_all.quad, of_all.others) == (1, SMALL, (Located(0, QUAD),))
    (of_any,) = of([first, second], Together.ANY).hits
    assert (of_any.part, of_any.quad, of_any.others) == (0, QUAD, (Located(1, SMALL),))
    assert set(of_all.outlines) == {(QUAD, False), (SMALL, False)}


def test_an_estimated_place_is_told_apart_from_a_proven_one() -> None:
    hit = Hit(1, 1, 0.5, 0.5, 0, 9, None, None, MAYBE, Region(1, 1, 2, 2), 0, (Located(1, QUAD),))
    assert hit.outlines == ((SMALL, True), (QUAD, False))


def test_a_weak_sign_of_what_is_not_wanted_lowers_a_photo_and_one_that_was_located_its_word() -> None:
    wanted = ranking((1, 0.6, LIKELY, None), (2, 0.5, LIKELY, None), (3, 0.4, SURE, QUAD), (4, 0.3, SURE, QUAD))
    unwanted = ranking((1, 0.4, MAYBE, None), (3, 0.1, MAYBE, QUAD))
    found = of([wanted, unwanted], minus=[1])
    assert ids(found) == [4, 3, 2, 1]
    assert [hit.confidence for hit in found.hits] == [SURE, MAYBE, LIKELY, LIKELY]


def test_a_hit_that_is_not_wanted_takes_its_like_with_it_but_not_what_shares_only_what_is_wanted() -> None:
    def verified(photo_id: int, inliers: int, word: Confidence = LIKELY) -> Hit:
        return Hit(photo_id, photo_id, 5.5, 0.5, inliers, 200, Verdict.VERIFIED, QUAD, word)

    wanted = replace(ranking(), hits=tuple(verified(photo_id, 60, SURE) for photo_id in (1, 2, 3)), standing_out=3)
    whole = replace(wanted, hits=(verified(1, 900), verified(2, 40), verified(3, 400)))
    parts = [Part(0, iter(()), has_region=True), Part(1, iter(()), minus=True, photo_id=1)]
    found = combined(parts, [wanted, whole], Together.ALL, 0, 1.0)
    assert [(hit.photo_id, hit.confidence) for hit in found.hits] == [(2, SURE)]
    parts[1] = replace(parts[1], photo_id=None)
    assert not combined(parts, [wanted, whole], Together.ALL, 0, 1.0).hits


def test_of_any_of_several_pictures_only_the_best_is_drawn() -> None:
    parts = [Part(0, iter(())), Part(1, iter(()))]
    both = [ranking((1, 0.9, SURE, QUAD)), ranking((1, 0.4, LIKELY, SMALL))]
    (hit,) = combined(parts, both, Together.ANY, 0, 1.0).hits
    assert hit.outlines == ((QUAD, False),)
    (hit,) = combined(parts, both, Together.ALL, 0, 1.0).hits
    assert set(hit.outlines) == {(QUAD, False), (SMALL, False)}


def test_the_details_of_the_poorest_part_are_told_and_all_sizes() -> None:
    found = of([ranking(details=50), ranking(details=7), ranking(details=1)], minus=[2])
    assert found.query_details == 7
    assert len(found.query_sizes) == 3


def test_stages_come_when_every_part_has_come_to_them() -> None:
    asked: list[str] = []

    def stages(name: str) -> Iterator[Ranking]:
        for stage in Stage:
            asked.append(f"{name} {stage.value}")
            yield ranking((1, 0.5, MAYBE, None), stage=stage)

    found = search_together([Part(0, stages("a")), Part(1, stages("b"))], Together.ALL)
    assert next(found).stage is Stage.FIRST
    assert asked == ["a first", "b first"]
    assert [one.stage for one in found] == [Stage.VERIFIED]


def test_a_cancelled_part_ends_the_search_without_half_an_answer() -> None:
    done = [ranking((1, 0.5, MAYBE, None))]
    assert not list(search_together([Part(0, iter(done)), Part(1, iter(()))], Together.ANY))


@given(st.integers(1, 10**6))
def test_each_part_is_asked_for_more_than_is_wanted(limit: int) -> None:
    assert depth(limit) >= max(LEAST_ASKED, DEEPER * limit)
    assert depth(0) == 0


def test_verification_of_several_parts_goes_from_nothing_to_all() -> None:
    told: list[float] = []
    for part, total in enumerate((10, 4)):
        tell = told_of_all(part, 2, lambda done, of_all: told.append(done / of_all))
        for done in range(1, total + 1):
            tell(done, total)
    assert told == sorted(told)
    assert told[-1] == 1
