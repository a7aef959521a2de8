"""What an index is asked with for some features of a picture is what it would be asked with for these alone."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_array_equal

from tests.scenes import scene
from visearch_desktop.methods.indexes.local.asking import AskedFeatures
from visearch_desktop.methods.indexes.local.details import PhotoDetails
from visearch_desktop.methods.indexes.local.rows import QueryRows
from visearch_desktop.methods.local_features.features import LocalFeatures

COLUMNS = ("words", "bits", "points", "sizes", "angles_deg")


def test_each_feature_is_looked_up_once_and_gets_what_it_gets_alone() -> None:
    details, looked_up = PhotoDetails(), []

    def ask(features: LocalFeatures) -> QueryRows:
        looked_up.append(len(features))
        return details.ask(features)

    features = details.asked.extract(scene(3), 640, 480)
    asked = AskedFeatures(features, ask)
    for chosen in (np.arange(40, 90), np.arange(60, 120)[::-1], np.zeros(0, np.intp), np.array([100, 41])):
        rows, alone = asked.rows(chosen), details.ask(features.only(chosen))
        for column in COLUMNS:
            assert_array_equal(getattr(rows, column), getattr(alone, column), strict=True)
    assert looked_up == [0, 50, 30]
