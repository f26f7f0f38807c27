"""The segment of a retailer: labels, words and numbers, and what visits are for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builders import POLICY, make_shop
from visitroute.check.demand import segment_of
from visitroute.model import Quadrant, Segment, Task
from visitroute.policy import load_policy
from visitroute.priority import derive_segment, purpose_of
from visitroute.texts import load_texts

EN = load_texts("en")
DUE = date(2026, 12, 4)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"segment": Segment.GUIDE, "capability": "strong"}, Segment.GUIDE),
        ({"capability": "strong", "willingness": "strong"}, Segment.PROMOTE),
        ({"capability": "strong", "willingness": "weak"}, Segment.MAINTAIN),
        ({"capability": "weak", "willingness": "strong"}, Segment.GUIDE),
        ({"capability": "weak", "willingness": "weak"}, Segment.WATCH),
        ({"capability": "strong"}, Segment.MAINTAIN),
        ({"willingness": "strong"}, Segment.GUIDE),
        ({"monthly_volume": 600.0, "brands": 30.0, "willingness": "strong"}, Segment.PROMOTE),
        ({"monthly_volume": 599.0, "brands": 30.0, "display": 3.0}, Segment.WATCH),
        ({"monthly_volume": 599.0, "brands": 30.0, "display": 4.0}, Segment.MAINTAIN),
        ({"brands": 30.0}, Segment.MAINTAIN),  # all that is known is strong
        ({"brands": 29.0}, Segment.WATCH),
        ({"capability": "weak", "monthly_volume": 900.0, "brands": 40.0}, Segment.WATCH),
        ({}, Segment.WATCH),
    ],
)
def test_segment(known: dict[str, Any], expected: Segment) -> None:
    shop = make_shop("A", **{"segment": None, **known})
    assert derive_segment(shop, POLICY) is expected
    assert segment_of(shop, POLICY.segment_rules) is expected


def test_fallback_comes_from_the_policy() -> None:
    policy = load_policy({"segment_rules": {"fallback": "promote"}})
    assert derive_segment(make_shop("A", segment=None), policy) is Segment.PROMOTE


def test_needed_thresholds_come_from_the_policy() -> None:
    policy = load_policy({"segment_rules": {"needed": 1}})
    shop = make_shop("A", segment=None, monthly_volume=600.0, brands=1.0, display=1.0)
    assert derive_segment(shop, policy) is Segment.MAINTAIN
    assert derive_segment(shop, POLICY) is Segment.WATCH


def test_purpose_names_tasks_first_then_delay_then_the_segment() -> None:
    tasks = [
        Task("t1", "A", Quadrant.Q1, DUE, name="Sign"),
        Task("t2", "A", Quadrant.Q2, DUE, work_type="Brand building"),
        Task("t3", "A", Quadrant.Q3, DUE, name="Ask", work_type="complaint"),
        Task("t4", "A", Quadrant.Q4, DUE, work_type="盘点"),
        Task("t5", "A", Quadrant.Q4, DUE),
    ]
    line = purpose_of(Segment.GUIDE, tasks, EN, days_overdue=3)
    assert line == (
        "tasks: Sign [Q1], brand building [Q2], Ask (complaint) [Q3], 盘点 [Q4], t5 [Q4]; "
        "overdue by 3 days; Business advice: display, brands, market information"
    )


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("segment", list(Segment))
def test_every_segment_has_a_purpose(segment: Segment, language: str) -> None:
    texts = load_texts(language)
    assert purpose_of(segment, [], texts) == texts.table[f"purpose.{segment}"]
