from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

from export.handmade import Sample
from visitroute.export import summarise
from visitroute.model import Tier


def totals(sample: Sample) -> dict[str, Any]:
    found: dict[str, Any] = summarise(sample.schedule, sample.inputs, sample.requests)["totals"]
    return found


def test_requested_is_planned_dropped_and_quarantined(sample: Sample) -> None:
    found = totals(sample)
    # Four stops serve five requests; two are dropped; retailer D with three is excluded.
    assert found["requested"] == 10
    assert (found["planned"], found["dropped"], found["quarantined"]) == (5, 2, 3)
    assert (found["visits"], found["days"], found["visits_per_day"]) == (4, 3, 1.3333)
    assert found["excluded"] == 2


def test_shares_are_what_their_words_say(sample: Sample) -> None:
    found = totals(sample)
    # Retailers A, B, C have a visit; A, B, C, D are requested.
    assert found["coverage"] == 0.75
    travel = 4 * 411 + 3 * 300
    service = round(60 * (24.75 + 20 + 10 + 25))
    waiting = 1200
    assert found["travel_minutes"] == round(travel / 60, 1)
    assert found["service_minutes"] == round(service / 60, 1)
    assert found["waiting_minutes"] == 20.0
    assert found["travel_share"] == round(travel / (travel + service + waiting), 4)
    assert found["distance_km"] == round((4 * 2345 + 3 * 1234) / 1000, 1)


def test_tasks_are_counted_by_what_became_of_them(sample: Sample) -> None:
    found = totals(sample)
    assert (found["tasks_done"], found["tasks_by_phone"], found["tasks_dropped"]) == (1, 1, 1)


def test_a_call_stands_in_for_a_dropped_visit(sample: Sample) -> None:
    first, *rest = sample.schedule.dropped
    called = replace(sample.schedule, dropped=(replace(first, call=date(2026, 12, 1)), *rest))
    found = totals(replace(sample, schedule=called))
    assert (found["planned"], found["called"], found["dropped"]) == (5, 1, 1)
    assert found["dropped_by_tier"] == {"urgent": 1}
    assert found["calls"] == 3


def test_tiers_come_in_their_order(sample: Sample) -> None:
    found = totals(sample)["dropped_by_tier"]
    assert list(found.items()) == [("urgent", 1), ("due", 1)]


def test_every_rep_has_figures_that_add_up(sample: Sample) -> None:
    figures = summarise(sample.schedule, sample.inputs, sample.requests)
    first, second = figures["reps"]
    assert (first["rep"], first["name"], first["visits"], first["dropped"]) == ("R1", "王伟", 3, 2)
    assert (second["rep"], second["visits"], second["days"], second["dropped"]) == ("R2", 1, 1, 0)
    for name in ("visits", "days", "waiting_minutes"):
        assert first[name] + second[name] == figures["totals"][name]


def test_an_empty_plan_has_no_shares_and_is_json(sample: Sample) -> None:
    empty = replace(sample.schedule, routes=(), dropped=(), tasks=(), excluded=())
    figures = summarise(empty, sample.inputs, ())
    assert figures["totals"]["coverage"] is None
    assert figures["totals"]["travel_share"] is None
    assert figures["totals"]["visits_per_day"] is None
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures


def test_a_rep_without_days_has_no_mean(sample: Sample) -> None:
    only = replace(sample.schedule, routes=sample.schedule.routes[:2])
    figures = summarise(only, sample.inputs, sample.requests)
    assert figures["reps"][1]["visits_per_day"] is None
    assert figures["totals"]["dropped_by_tier"] == {Tier.URGENT.name.lower(): 1, "due": 1}
