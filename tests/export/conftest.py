from __future__ import annotations

import pytest

from export.handmade import Sample, make_sample


@pytest.fixture
def sample() -> Sample:
    return make_sample()
