from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest

from planning.town import history, rep, shop, shops, write_town
from visitroute.model import DroppedVisit, Excluded, Tier, Verdict
from visitroute.planning import VisitPlan, plan_routes
from visitroute.texts import load_texts


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> VisitPlan:
    """Return a plan on streets with dropped visits, an excluded shop and tasks of all kinds."""
    rows = [*shops(9), shop("FAR", 600, -900), shop("S000", 0, 0)]
    return plan_routes(
        rows,
        [rep(max_visits=3, target_visits=2)],
        write_town(tmp_path_factory.mktemp("town") / "town.osm"),
        start="2026-11-30",
        weeks=1,
        tasks=[
            {"id": "t1", "retailer": "S001", "quadrant": "Q1", "due": "2026-12-03"},
            {
                "id": "t2",
                "retailer": "S002",
                "quadrant": "Q2",
                "due": "2026-12-03",
                "channel": "phone",
            },
            {"id": "t3", "retailer": "S003", "quadrant": "Q3", "due": "2026-12-30"},
            {"id": "t4", "retailer": "S004", "quadrant": "Q1", "due": "2026-12-02", "minutes": 600},
        ],
        visits=history(shops(9)),
        effort=20,
        cache=False,
    )


def test_visits_is_a_geoframe_of_points(found: VisitPlan) -> None:
    frame = found.visits
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.crs.to_epsg() == 4326
    assert set(frame.geom_type) == {"Point"}
    assert len(frame) == sum(len(r.stops) for r in found.schedule.routes) > 5
    for column in ("date", "due"):
        assert frame[column].dtype.kind == "M"
    for column in ("sequence",):
        assert frame[column].dtype.kind == "i"
    for column in ("service_minutes", "travel_minutes", "distance_km", "snap_m"):
        assert frame[column].dtype.kind == "f"
    assert frame["retailer"].tolist()[0].startswith("S")
    # Longitude is x.
    assert frame.geometry.x.between(24.9, 25.1).all()
    assert frame.geometry.y.between(59.9, 60.1).all()


def test_routes_is_a_geoframe_of_lines(found: VisitPlan) -> None:
    frame = found.routes
    assert frame.crs.to_epsg() == 4326
    assert set(frame.geom_type) == {"LineString"}
    assert frame["visits"].sum() == len(found.visits)
    assert frame["date"].dtype.kind == "M"
    # The line is as long as the road: not the crow's way, not a degree off.
    metres = frame.to_crs("EPSG:3067").length
    assert ((metres / 1000 - frame["distance_km"]).abs() < 0.15).all()


def test_what_outputs_tell_of_the_input_is_worked_out_once(found: VisitPlan) -> None:
    assert found.record().inputs is found.record().inputs
    assert all(shop.segment and shop.cadence for shop in found.record().inputs.retailers)
    other = replace(found, inputs=replace(found.inputs, retailers=()))
    assert other.record().inputs.retailers == ()


def test_frames_of_what_is_left_out(found: VisitPlan) -> None:
    dropped, excluded, tasks = found.dropped, found.excluded, found.tasks
    assert {type(frame).__name__ for frame in (dropped, excluded, tasks)} == {"DataFrame"}
    assert len(dropped) == len(found.schedule.dropped) > 0
    assert (dropped["reason"] != "").all()
    assert dropped["due"].dtype.kind == "M"
    assert sorted(excluded["retailer"]) == ["FAR", "S000"]
    assert dict(zip(excluded["retailer"], excluded["code"], strict=True)) == {
        "FAR": "VR3010",
        "S000": "VR1211",
    }
    assert dict(zip(tasks["task"], tasks["status"], strict=True)) == {
        "t1": "done",
        "t2": "phone",
        "t4": "dropped",
    }
    assert tasks["task"].tolist() == ["t1", "t2", "t4"]  # by retailer, not by row
    assert tasks["date"].dtype.kind == "M"


def test_the_plan_in_a_line_and_as_a_table(found: VisitPlan) -> None:
    totals = found.summary()["totals"]
    assert repr(found) == (
        f"VisitPlan({totals['planned']} of {totals['requested']} requested visits on "
        f"{totals['days']} route days of 1 reps, {totals['dropped']} dropped, 2 excluded)"
    )
    table = found._repr_html_()
    assert "<th>Travel share</th>" in table
    assert "<td>Rep A</td>" in table


def test_names_are_escaped_in_html(found: VisitPlan) -> None:
    evil = replace(found.inputs.reps[0], name="<script>alert('x')</script>&")
    table = replace(found, inputs=replace(found.inputs, reps=(evil,)))._repr_html_()
    assert "<script>" not in table
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&amp;" in table


def test_files_and_texts(found: VisitPlan, tmp_path: Path) -> None:
    text = found.to_geojson(tmp_path / "plan.geojson")
    assert (tmp_path / "plan.geojson").read_text("utf-8") == text == found.to_geojson()
    paths = found.write(tmp_path / "out")
    assert paths[0].read_text("utf-8") == text
    assert [p.name for p in paths[-2:]] == ["cadence.csv", "audit.txt"]
    figures = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert figures == found.summary()
    assert figures["audit"] == found.audit.as_dict()
    assert sum(figures["cadence"].values()) == len(found.cadence)
    texts = load_texts("en")
    assert paths[-1].read_text("utf-8").splitlines() == found.audit.lines(texts)
    rows = paths[-2].read_text("utf-8-sig").splitlines()
    assert rows[0].split(",") == list(found.cadence.columns)
    assert len(rows) == 1 + len(found.cadence)
    assert "[" not in rows[1]  # lists of dates are set side by side


def test_the_plan_checks_itself(found: VisitPlan) -> None:
    assert found.check() == ()
    first = found.schedule.routes[0]
    late = replace(first, stops=(replace(first.stops[0], departure=86_000), *first.stops[1:]))
    broken = replace(found, schedule=replace(found.schedule, routes=(late,)))
    assert "VR2204" in {v.code for v in broken.check()}


@pytest.mark.parametrize(
    ("dropped", "excluded", "complete"),
    [
        ((), (), True),
        ((Tier.FILLER,), (), True),
        ((Tier.FILLER, Tier.TASK), (), False),
        ((), (("retailers", "VR1201"),), False),
        ((), (("retailers", "VR3010"),), False),
        ((), (("retailers", "VR1211"),), True),  # the row repeats one that stays
        ((), (("retailers", "VR1211"), ("retailers", "VR1212")), False),
        ((), (("tasks", "VR1214"),), False),
        ((), (("tasks", "VR1216"),), True),
        ((), (("locks", "VR1212"),), False),
        ((), (("locks", "VR1217"),), True),
        ((), (("visits", "VR1214"),), True),  # a past visit is nothing due
    ],
)
def test_complete_means_that_nothing_due_is_missing(
    found: VisitPlan,
    dropped: tuple[Tier, ...],
    excluded: tuple[tuple[str, str], ...],
    complete: bool,
) -> None:
    due = found.inputs.horizon.start
    schedule = replace(
        found.schedule,
        dropped=tuple(
            DroppedVisit("S000", f"S000#{t}", due, t, Verdict.NOT_FOUND, "VR4110", "no place")
            for t in dropped
        ),
        excluded=tuple(Excluded("X", code, "reason", table=table) for table, code in excluded),
    )
    assert replace(found, schedule=schedule).is_complete == complete


def test_an_empty_plan_has_frames_too(found: VisitPlan) -> None:
    empty = replace(
        found,
        schedule=replace(found.schedule, routes=(), dropped=(), tasks=(), excluded=()),
    )
    assert empty.is_empty
    assert not found.is_empty
    for frame in (empty.visits, empty.routes):
        assert len(frame) == 0
        assert frame.crs.to_epsg() == 4326
    assert list(empty.dropped.columns) == list(found.dropped.columns)
    assert "0 route days" in empty._repr_html_()


def test_the_plan_to_look_at(found: VisitPlan, tmp_path: Path) -> None:
    (page,) = found.report(tmp_path / "report.html")
    assert page.read_text("utf-8").startswith("<!doctype html>")
    frame = found.map(rep="A", date="2026-11-30", height=400)
    assert "rep=A\\u0026date=2026-11-30" in frame.page
    assert frame.height == 400
    kpis = found.kpis
    whole = kpis[(kpis.by == "all") & (kpis.kpi == "visits_kept")].iloc[0]
    totals = found.summary()["totals"]
    assert (whole.numerator, whole.denominator) == (totals["planned"], totals["requested"])
