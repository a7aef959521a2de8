from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale

from tests.gui.compare.made import comparison
from tests.gui.fake_client import hit, photo_row
from visearch_desktop.core.region import Region
from visearch_desktop.gui import dates, explain
from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.search.confidence import SURE_INLIERS
from visearch_desktop.search.hits import Confidence


@pytest.fixture(autouse=True)
def english():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


def test_a_sure_hit_says_how_many_details_agree_how_it_is_turned_and_how_large_it_is():
    sentence = explain.why_verified(393, 121.2, 0.8)
    assert sentence == "393 details agree in one perspective; turned by 121°, 0.8 times the size."
    assert explain.why_verified(1393, 0.2, 1.02).startswith("1,393 details agree in one perspective; not turned, at")
    assert explain.why_verified(40, -30, 0.08).endswith("turned by 30°, 0.08 times the size.")


def test_a_mirrored_hit_says_so():
    assert explain.why_verified(40, 12, 0.5, is_mirrored=True).endswith(
        "; mirrored, turned by 12°, 0.5 times the size."
    )
    assert "; mirrored, at the same size" in explain.why_verified(40, 0.1, 1, is_mirrored=True)
    assert "mirrored" in explain.why_verified(SURE_INLIERS - 1, 0, 1, is_mirrored=True)


def test_a_hit_below_the_calibrated_number_says_that_number():
    few = SURE_INLIERS - 1
    sentence = explain.why_verified(few, 0, 1)
    assert sentence == f"Likely the same: {few} details agree, fewer than the {SURE_INLIERS} that make it sure."


def test_the_sentence_goes_with_the_word():
    """What is called likely is not said to be proven, and what is called sure is not said to be likely."""
    enough, few = SURE_INLIERS + 20, SURE_INLIERS - 1
    assert explain.why_verified(enough, 3, 1, said=Confidence.SURE) == explain.why_verified(enough, 3, 1)
    for word in (Confidence.LIKELY, Confidence.MAYBE):
        assert explain.why_verified(enough, 3, 1, said=word).endswith("It takes more to be sure.")
    assert explain.why_verified(few, 0, 1, said=Confidence.MAYBE).startswith("Maybe the same:")
    assert explain.why_verified(few, 3, 1, said=Confidence.SURE).startswith(f"{few} details agree in one perspective;")


def test_what_only_looks_alike_says_that_no_details_prove_it():
    few, none = comparison(1, verified=False), replace(comparison(1, verified=False), inliers=1)
    about = hit(1, 9, estimated=Region(10, 20, 30, 40))
    assert explain.why_compared(none, about) == "Looks alike here; no details agree."
    assert explain.why_compared(few, about) == "Looks alike here; only 5 details agree."
    assert explain.why(about) == "Looks alike here; too few details agree to prove it."
    whole = hit(1, 9, confidence=Confidence.LIKELY)
    assert explain.why_compared(few, whole) == "Looks the same; only 5 details agree."
    plain = replace(few, verdict="too_few_details", inliers=0)
    assert explain.why_compared(plain, about).endswith("one of the photos is almost plain.")
    assert explain.why_compared(few, hit(1, 9)) == explain.why_compared(few)
    assert explain.why(replace(about, verdict=None)).endswith("Nothing was verified yet.")


@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.VERIFIED])
@pytest.mark.parametrize("matches", [0, 1, 87])
def test_every_verdict_has_a_whole_sentence_of_its_own(verdict: Verdict, matches: int):
    sentence = explain.why_not(verdict, matches)
    assert sentence[0].isupper() or sentence[0].isdigit()
    assert sentence.endswith(".")
    assert "{" not in sentence
    others = {explain.why_not(v, matches) for v in Verdict if v not in (verdict, Verdict.VERIFIED)}
    assert sentence not in others or (verdict is Verdict.TOO_FEW_AGREE and matches == 0)


def test_turn_and_scale_come_from_the_outline():
    query = Region(100, 100, 200, 100)
    turned, scaled = explain.turn_and_scale(((0, 0), (0, 100), (-50, 100), (-50, 0)), query)
    assert (round(turned), round(scaled, 3)) == (90, 0.5)
    assert explain.turn_and_scale(query.quad(), query) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (100, 250, "left of centre"),
        (350, 250, "in the centre"),
        (700, 50, "top right"),
        (60, 500, "bottom left"),
        (350, 20, "top"),
    ],
)
def test_the_place_in_the_photo_is_said_in_words(x: int, y: int, words: str):
    assert explain.place(Region(x, y, 100, 80).quad(), 800, 600) == words


def test_an_outline_over_the_whole_photo_is_all_of_it():
    assert explain.place(((-5, -9), (799, 3), (790, 640), (4, 580)), 800, 600) == "all of the photo"


def test_badges_count_details_or_give_the_similarity_never_a_colour():
    assert explain.badge(hit(1, 1, 393)) == ("393 details", "393")
    assert explain.badge(hit(1, 1, similarity=0.6111)) == ("similar 0.61", "0.61")


def test_the_tool_tip_says_matches_and_similarity():
    found = hit(1, 1, 103, 0.74, tentative=264)
    assert explain.tool_tip(found) == "103 of 264 matches agree · similarity 0.74"
    few = replace(hit(1, 2), inliers=6, verdict=Verdict.TOO_FEW_AGREE)
    assert explain.tool_tip(few) == "Only 6 details agree: too few to be sure. · similarity 0.50"


def test_the_screen_reader_hears_name_date_word_count_and_place():
    row = photo_row(1, name="IMG_2241.jpg", taken="2025-08-06T16:42:00", width=800, height=600)
    found = hit(1, 1, 393, quad=Region(100, 250, 120, 80).quad(), confidence=Confidence.SURE)
    assert explain.spoken(row, found) == "IMG_2241.jpg, 6 August 2025, sure, 393 details agree, found left of centre"


def test_dates_and_numbers_are_the_locales():
    assert dates.day("2025-08-06T16:42:00") == "6 Aug 2025"
    assert dates.moment("2025-08-06T16:42:00") == "6 Aug 2025, 16:42"
    assert dates.month("2026-07") == "July 2026"
    assert dates.month("no month") == "no month"
    assert dates.day("") == ""
    QLocale.setDefault(QLocale(QLocale.Language.German))
    assert dates.day("2025-08-06") == "6. Aug. 2025"
    assert dates.month("2026-07") == "Juli 2026"
    assert dates.number(12004) == "12.004"
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    assert dates.day("2025-08-06") == "Aug 6, 2025"
