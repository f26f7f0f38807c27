"""Key figures of the plan written by hand, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from export.handmade import Sample
from visitroute.export import Kpi, measure_kpis
from visitroute.export.kpis import BANDS
from visitroute.model import Schedule


def measure(sample: Sample, **changes: Any) -> dict[tuple[str, str, str], Kpi]:
    record = sample.record
    inputs = replace(record.inputs, **changes)
    found = measure_kpis(record.schedule, inputs, record.requests)
    return {(k.kpi, k.by, k.group): k for k in found}


@pytest.mark.parametrize(
    ("kpi", "numerator", "denominator"),
    [
        ("coverage", 3, 4),  # A, B and C are visited, D is not
        ("visits_kept", 5, 10),  # A#0, A@t1, A#1, B#0, C#0
        ("cadence_kept", 2, 4),  # A and C; B#1 is dropped, D excluded
        ("visits_per_day", 4, 3),
        ("target_met", 0, 0),  # nobody has a target
        ("tasks_on_time", 1, 2),  # t1 done on Monday, t2 dropped, t3 by phone does not count
    ],
)
def test_figures_in_all(sample: Sample, kpi: str, numerator: float, denominator: float) -> None:
    found = measure(sample)[kpi, "all", ""]
    assert (found.numerator, found.denominator) == (numerator, denominator)
    assert found.value == (round(numerator / denominator, 4) if denominator else None)


def test_time_is_counted_in_minutes(sample: Sample) -> None:
    found = measure(sample)
    travel = (4 * 411 + 3 * 300) / 60
    service, waiting = 24.75 + 20 + 10 + 25, 20
    share = found["travel_share", "all", ""]
    assert share.numerator == pytest.approx(travel, abs=0.05)
    assert share.denominator == pytest.approx(travel + service + waiting, abs=0.05)
    of_reps = [found["travel_share", "rep", rep].denominator for rep in ("R1", "R2")]
    balance = found["load_balance", "all", ""]
    assert balance.denominator == max(of_reps)
    assert balance.numerator == pytest.approx(sum(of_reps) / 2, abs=0.1)


def test_targets_are_met_by_day(sample: Sample) -> None:
    first, second = sample.inputs.reps
    found = measure(sample, reps=(replace(first, target_visits=2), second))
    assert found["target_met", "all", ""].as_row() == {
        "kpi": "target_met",
        "by": "all",
        "group": "",
        "value": 0.5,
        "numerator": 1,
        "denominator": 2,
    }
    assert found["target_met", "rep", "R2"].value is None


def test_parts_add_up(sample: Sample) -> None:
    found = measure(sample)
    for kpi in ("visits_kept", "coverage", "cadence_kept"):
        whole = found[kpi, "all", ""]
        segments = [k for (name, by, _), k in found.items() if (name, by) == (kpi, "segment")]
        assert sum(k.denominator for k in segments) == whole.denominator
        assert sum(k.numerator for k in segments) == whole.numerator


def test_bands_are_ranked_by_distance_from_the_rep(sample: Sample) -> None:
    shops = tuple(replace(r, rep="R1") for r in sample.record.inputs.retailers)
    found = measure(sample, retailers=shops)
    # A, B, C and D lie ever farther out: near holds A and B, middle C, far D.
    assert [found["visits_kept", "band", b].denominator for b in BANDS] == [5, 2, 3]
    assert found["fairness", "all", ""].numerator == 0  # nothing of D is planned
    assert found["fairness", "all", ""].denominator == 0.8


def test_an_empty_plan_has_no_ratios(sample: Sample) -> None:
    found = measure_kpis(Schedule(()), sample.inputs, ())
    assert {k.value for k in found} == {None}
