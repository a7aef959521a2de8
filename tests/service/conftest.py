"""A scripted library, and an ear for what the service says."""

from __future__ import annotations

import pytest

from tests.service.scripted import Heard, Scripted


@pytest.fixture
def library() -> Scripted:
    return Scripted()


@pytest.fixture
def heard() -> Heard:
    return Heard()
