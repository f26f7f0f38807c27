"""Territories as rows, JSON and GeoJSON."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from visitroute.export.territories import (
    FIGURE_COLUMNS,
    TerritoryRecord,
    headcount_lines,
    to_territory_geojson,
)
from visitroute.model import Excluded, Horizon, Place, PlanInput, Rep, Retailer
from visitroute.texts import load_texts

HEADCOUNT = {
    "reps": 2,
    "needed": 3,
    "visits": 120.0,
    "days": 20.0,
    "day_minutes": 450.0,
    "service_minutes": 20.0,
    "leg_minutes": 3.0,
    "haul_minutes": 30.0,
    "target_visits": None,
    "visits_a_day": 18.0,
    "limit": "time",
    "out_of_reach": 0,
}


def figures(rep: str, **changes: Any) -> dict[str, Any]:
    given = dict.fromkeys(FIGURE_COLUMNS[3:], 1.0) | {"retailers": 1, "pieces": 1}
    return {"rep": rep, **given, **changes}


def make_record(name: str = "Shop") -> TerritoryRecord:
    """Two reps and three retailers: one moved, one new, one out of reach."""
    base = Place(24.94, 60.17)
    shops = tuple(
        Retailer(f"S{i}", 24.9 + i / 100, 60.17, name=name, rep=rep)
        for i, rep in enumerate(("B", "A", None))
    )
    reps = (Rep("A", base, base, name=name), Rep("B", base, base))
    return TerritoryRecord(
        inputs=PlanInput(shops, reps, Horizon(date(2026, 11, 30), 4)),
        before={"S0": "A", "S1": None, "S2": None},
        after={"S0": "B", "S1": "A", "S2": None},
        figures_before=(figures("A", off_share=-0.5), figures("B", retailers=0)),
        figures_after=(figures("A", off_share=0.012345), figures("B", off_share=-0.01)),
        unassigned=(Excluded("S2", "VR3061", "no way"),),
        moved=("S0",),
        headcount=HEADCOUNT,
        tolerance=0.05,
        language="en",
    )


def test_a_row_for_each_rep_before_and_after() -> None:
    rows = make_record().figure_rows()
    assert [(row["when"], row["rep"]) for row in rows] == [
        ("before", "A"),
        ("before", "B"),
        ("after", "A"),
        ("after", "B"),
    ]
    assert tuple(rows[0]) == (
        "when",
        "name",
        *(c for c in FIGURE_COLUMNS if c not in ("when", "name")),
    )
    assert rows[2]["off_share"] == 0.0123


def test_changes_name_who_moved_who_is_new_and_who_is_out_of_reach() -> None:
    rows = make_record().change_rows()
    assert [(r["retailer"], r["before"], r["after"], r["code"]) for r in rows] == [
        ("S0", "A", "B", ""),
        ("S1", None, "A", ""),
        ("S2", None, None, "VR3061"),
    ]


def test_figures_in_all() -> None:
    summary = make_record().summary()
    assert (summary["moved"], summary["new"], summary["out_of_reach"]) == (1, 1, 1)
    assert summary["before"]["spread"] == 1.0
    assert summary["after"]["spread"] == 0.0123
    assert summary["before"]["retailers"] == 1
    assert summary["headcount"]["needed"] == 3


def test_areas_run_counter_clockwise_and_kinds_are_told() -> None:
    ring = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0))
    found = json.loads(to_territory_geojson(make_record(), {"before": {"A": (ring,), "B": ()}}))
    kinds = [f["properties"]["kind"] for f in found["features"]]
    assert kinds == ["territory", "base", "base", "retailer", "retailer", "retailer"]
    assert found["features"][0]["geometry"]["coordinates"] == [[[[0, 0], [1, 1], [0, 1], [0, 0]]]]
    shop = found["features"][3]["properties"]
    assert (shop["before"], shop["rep"], shop["moved"]) == ("A", "B", True)
    assert found["features"][5]["properties"]["code"] == "VR3061"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_headcount_in_words(language: str) -> None:
    texts = load_texts(language)
    lines = headcount_lines(HEADCOUNT, texts)
    assert len(lines) == 3
    assert "3" in lines[0]
    assert "18.0" in lines[1]
    nobody = headcount_lines({**HEADCOUNT, "needed": None}, texts)
    assert nobody[0] == texts.say("headcount.none")
    far = headcount_lines({**HEADCOUNT, "out_of_reach": 7}, texts)
    assert far == [*lines, texts.say("headcount.out_of_reach", out_of_reach=7)]
    target = headcount_lines({**HEADCOUNT, "limit": "target"}, texts)
    assert target[1] != lines[1]
