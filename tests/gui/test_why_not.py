"""Every step that can lose a photo has whole sentences of its own, and says what helps where something does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visearch_desktop.gui.compare import steps
from visearch_desktop.library.rows import LostAt, Trace
from visearch_desktop.methods.matching.verdict import Verdict

KNOWN = (
    LostAt.NOWHERE, LostAt.RANKED_LOW, LostAt.NOT_VERIFIED, LostAt.NO_DETAILS_YET, LostAt.NOT_DESCRIBED,
    LostAt.NOT_THIS,
)  # fmt: skip


def trace(lost_at: LostAt, **changes: object) -> Trace:
    made: dict[str, object] = {
        "photo_id": 5 if lost_at in KNOWN else None, "name": "IMG_5.jpg", "folder": "Travels",
        "problem": "It is empty.", "hint": "Copy it again.", "described": 80, "photos": 90, "rank": 0,
        "looked_at": 100, "query_details": 300,
    }  # fmt: skip
    return Trace(lost_at, **(made | changes))  # type: ignore[arg-type]


@given(
    st.sampled_from(LostAt), st.integers(0, 500), st.sampled_from([0, 100]), st.sampled_from(["", *Verdict]),
    st.integers(0, 200), st.booleans(), st.booleans(),
)  # fmt: skip
def test_there_are_no_holes_in_any_sentence(
    lost_at: LostAt, rank: int, looked_at: int, verdict: str, inliers: int, has_region: bool, tries_turned: bool
) -> None:
    given_trace = trace(lost_at, rank=rank, looked_at=looked_at, verdict=verdict, inliers=inliers)
    hint = steps.what_helps(given_trace, has_region=has_region, tries_turned=tries_turned)
    for text in (*(step.text for step in steps.steps(given_trace)), steps.headline(given_trace), hint):
        assert "{" not in text
        assert not text or text.endswith(".")


@pytest.mark.parametrize("lost_at", [one for one in LostAt if one is not LostAt.NOWHERE])
def test_the_step_that_lost_it_is_not_passed_and_those_before_it_are(lost_at: LostAt) -> None:
    verdict = Verdict.TOO_FEW_AGREE if lost_at is LostAt.NOT_VERIFIED else ""
    found = steps.steps(trace(lost_at, rank=0 if lost_at is LostAt.NOT_DESCRIBED else 120, verdict=verdict))
    assert [step.is_passed for step in found] == [True] * (len(found) - 1) + [False]


def test_a_box_is_also_looked_for_among_the_parts_of_the_photo() -> None:
    lost = trace(LostAt.NOT_VERIFIED, rank=3, verdict="too_few_agree", inliers=3, has_alike_part=False)
    *_, agree, part = steps.steps(lost)
    assert agree.text.startswith("Only 3 details agree")
    assert (part.text, part.is_passed) == ("No part of it looks enough like what is in the box, either.", False)
    *_, part = steps.steps(replace(lost, has_alike_part=True))
    assert (part.text, part.is_passed) == ("But a part of it looks like what is in the box.", True)
    proven = steps.steps(replace(lost, verdict="verified", inliers=90, has_alike_part=False))
    assert not any("part of it" in step.text for step in proven)  # nobody asks any more
    far = trace(LostAt.RANKED_LOW, rank=412)
    assert steps.headline(far, has_region=True) != steps.headline(far)


def test_every_step_has_a_headline_of_its_own() -> None:
    assert len({steps.headline(trace(lost_at)) for lost_at in LostAt}) == len(LostAt)


def test_what_helps_depends_on_what_was_asked() -> None:
    lost = trace(LostAt.RANKED_LOW, rank=412, verdict="verified", inliers=136)
    assert "Draw a box" in steps.what_helps(lost, has_region=False, tries_turned=False)
    assert "turned" in steps.what_helps(lost, has_region=True, tries_turned=False)
    assert steps.what_helps(lost, has_region=True, tries_turned=True) == ""
    hidden = trace(LostAt.NOT_VERIFIED, rank=3, verdict="too_few_agree", inliers=3)
    assert "mirrored" in steps.what_helps(hidden, has_region=False, tries_turned=False, is_mirrored=True)
    assert "Draw a box" in steps.what_helps(hidden, has_region=False, tries_turned=False)
    assert "47 details agree" in steps.what_helps(hidden, has_region=True, tries_turned=False, agreeing=47)
    plain = trace(LostAt.NOT_VERIFIED, rank=3, verdict="too_few_details", query_details=9)
    assert "9 details. Draw it larger." in steps.what_helps(plain, has_region=True, tries_turned=True)
    assert steps.what_helps(trace(LostAt.UNREADABLE), has_region=False, tries_turned=False) == "Copy it again."
