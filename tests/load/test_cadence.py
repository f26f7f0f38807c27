from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitroute.load.cadence import cadence_of, read_cadence
from visitroute.load.values import UnreadableError
from visitroute.model import Cadence

WEEKLY = Cadence(1, 7, 4, 10)
BIWEEKLY = Cadence(1, 14, 9, 19)
MONTHLY = Cadence(1, 28, 19, 37)
TWICE = Cadence(2, 7, 1, 6)


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        (Cadence(1, 1, 1, 2), "daily | every day | 每天 | 1/day"),
        (WEEKLY, "weekly | Weekly | 每周 | 1/7 | 1 per week | once a week | 每周一次 | 一周一次"),
        (WEEKLY, "every week | 1次/周 | every 7 days | 1 per 7"),
        (BIWEEKLY, "biweekly | bi-weekly | fortnightly | every 2 weeks | 1 per 14 | 每两周"),
        (BIWEEKLY, "隔周 | 双周 | 两周一次 | 每2周1次 | 每半月 | every other week"),
        (MONTHLY, "monthly | 每月 | 每月1次 | 每个月一次 | once a month | 1/month"),
        (
            TWICE,
            "2/week | twice a week | 每周两次 | 一周2次 | 2次/周 | 2x per week | 2/7 | 每周２次",
        ),
    ],
)
def test_spellings(expected: Cadence, texts: str) -> None:
    for text in texts.split(" | "):
        assert read_cadence(text, 0.3) == expected, text


@pytest.mark.parametrize("text", ["often", "3", "0/7", "1/0", "8/7", "1/1000", "1/", "隔两周一次"])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_cadence(text, 0.3)


def test_a_cadence_that_became_a_date_is_explained() -> None:
    with pytest.raises(UnreadableError) as caught:
        read_cadence(date(2026, 7, 1), 0.3)
    assert "1 per 7" in caught.value.hint


@given(
    st.integers(1, 5).flatmap(lambda v: st.tuples(st.just(v), st.integers(v, 90))),
    st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.5, 1.0]),
)
def test_gaps_hold_the_ideal_and_at_least_one_day(pair: tuple[int, int], share: float) -> None:
    cadence = cadence_of(*pair, share)
    assert 1 <= cadence.min_gap <= cadence.ideal_gap <= cadence.max_gap


def test_tolerance_is_exact_arithmetic() -> None:
    # 0.1 * 30 days is 3 days, not 4: floats would say 3.0000000000000004.
    assert cadence_of(1, 30, 0.1) == Cadence(1, 30, 27, 33)
    assert cadence_of(1, 7, 0.0) == Cadence(1, 7, 7, 7)
