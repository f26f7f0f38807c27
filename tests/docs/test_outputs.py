"""docs/outputs.md names every file, column, property, figure and exit code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from visitroute.cli import exits
from visitroute.export import PlanRecord, frames, summarise, to_geojson, write_plan
from visitroute.model import (
    Base,
    Call,
    DroppedVisit,
    DueState,
    Excluded,
    Horizon,
    Place,
    PlanInput,
    Rep,
    Retailer,
    RouteDay,
    Schedule,
    Segment,
    Stop,
    TaskOutcome,
    Tier,
    Verdict,
)
from visitroute.planning.views import CADENCE_COLUMNS

DAY = date(2026, 12, 1)
INPUTS = PlanInput(
    (Retailer("S1", 24.94, 60.17),),
    (Rep("R1", Place(24.94, 60.17), Place(24.94, 60.17)),),
    Horizon(DAY, 1),
)
STOP = Stop("S1", "S1#0", 1, 1, 2, 3, DAY, Tier.DUE, DueState.DUE, Segment.GUIDE, 24.94, 60.17)
SCHEDULE = Schedule(
    routes=(RouteDay("R1", DAY, 0, 9, (STOP,), 1, 1, line=((24.94, 60.17), (24.95, 60.17))),),
    dropped=(DroppedVisit("S1", "S1#1", DAY, Tier.DUE, Verdict.OUTRANKED, "VR4109", "full"),),
    tasks=(TaskOutcome("T1", "S1", "dropped", DAY),),
    calls=(Call("R1", DAY, "S1", DAY, 300, "cadence"),),
    excluded=(Excluded("S2", "VR1201", "empty"),),
    bases=(Base("R1", 24.94, 60.17, slack_minutes=25),),
)


@pytest.fixture(scope="module")
def page(read_page: Callable[[str], str]) -> str:
    return read_page("docs/outputs.md")


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    return json.loads(to_geojson(SCHEDULE, INPUTS))


def section(page: str, title: str) -> str:
    """Return the part of the page below a heading that begins with ``title``."""
    found = re.search(rf"^#+ {re.escape(title)}.*?(?=^#|\Z)", page, re.MULTILINE | re.DOTALL)
    assert found is not None, f"no section {title}"
    return found[0]


def named(text: str) -> set[str]:
    return set(re.findall(r"`([^`\s]+)`", text))


@pytest.mark.parametrize("kind", ["base", "route", "stop", "dropped", "excluded"])
def test_properties_of_each_kind(page: str, written: dict[str, Any], kind: str) -> None:
    feature = next(f for f in written["features"] if f["properties"]["kind"] == kind)
    general = named(section(page, "routes.geojson"))
    table = named(section(page, f"kind = {kind}"))
    assert set(feature["properties"]) - general - table == set()
    rows = re.findall(r"^\| (`.*?) \|", section(page, f"kind = {kind}"), re.MULTILINE)
    assert {name for row in rows for name in named(row)} - set(feature["properties"]) == set()


def test_members_of_the_collection(page: str, written: dict[str, Any]) -> None:
    assert set(written["visitroute"]) <= named(section(page, "The collection"))
    assert set(written["visitroute"]["calls"][0]) <= named(section(page, "The collection"))
    assert written["visitroute"]["format"] in section(page, "The collection")


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        ("visits.csv", frames.VISIT_COLUMNS),
        ("dropped.csv", frames.DROPPED_COLUMNS),
        ("excluded.csv", frames.EXCLUDED_COLUMNS),
        ("tasks.csv", frames.TASK_COLUMNS),
        ("calls.csv", frames.CALL_COLUMNS),
        ("cadence.csv", CADENCE_COLUMNS),
    ],
)
def test_columns_of_each_table(page: str, file: str, columns: tuple[str, ...]) -> None:
    row = re.search(rf"^\| `{file}` \| (.*) \|$", section(page, "CSV tables"), re.MULTILINE)
    assert row is not None
    listed = re.findall(r"`([^`]+)`", row[1])
    assert listed[: len(columns)] == list(columns)


def test_figures_of_the_summary(page: str) -> None:
    text = section(page, "summary.json")
    figures = summarise(SCHEDULE, INPUTS, ())
    assert set(figures) <= named(text)
    assert set(figures["totals"]) | set(figures["reps"][0]) <= named(text)


def test_every_file_is_named(page: str, tmp_path: Path) -> None:
    """Those of the plan itself, and those that VisitPlan.write adds."""
    files = write_plan(tmp_path, PlanRecord(SCHEDULE, INPUTS, ()), {})
    assert {*(f.name for f in files), "cadence.csv"} == named(
        page.partition("## Exit codes")[0]
    ) & {
        "routes.geojson",
        *(name for name in named(page) if name.endswith((".csv", ".json"))),
    }


def test_exit_codes(page: str) -> None:
    codes = {value for name, value in vars(exits).items() if name.isupper() and name != "EPILOG"}
    rows = re.findall(r"^\| (\d+) \|", section(page, "Exit codes"), re.MULTILINE)
    assert {int(row) for row in rows} == codes


def test_words_of_closed_lists(page: str) -> None:
    stop = section(page, "kind = stop")
    assert all(str(state) in stop for state in DueState)
    assert all(str(segment) in stop for segment in Segment)
    dropped = section(page, "kind = dropped")
    assert all(str(verdict) in named(dropped) for verdict in Verdict)


def test_a_missing_property_would_be_seen(page: str) -> None:
    route = replace(SCHEDULE.routes[0], lunch=5)
    text = to_geojson(replace(SCHEDULE, routes=(route,)), INPUTS).replace('"lunch"', '"pause"')
    feature = json.loads(text)["features"][1]
    assert "pause" in set(feature["properties"]) - named(section(page, "kind = route"))
