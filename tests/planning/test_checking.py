from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planning.town import history, rep, shops, write_town
from visitroute import check_plan, plan_workspace
from visitroute.errors import InputError
from visitroute.export import read_schedule_file, to_geojson
from visitroute.load import read_workspace
from visitroute.planning import RunOptions, VisitPlan


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workspace")
    write_town(folder / "town.osm")
    rows = shops(6)
    for name, table in (("retailers", rows), ("reps", [rep()]), ("visits", history(rows))):
        lines = [",".join(map(str, row.values())) for row in table]
        (folder / f"{name}.csv").write_text("\n".join([",".join(table[0]), *lines]), "utf-8")
    (folder / "visitroute.toml").write_text(
        '[inputs]\nretailers = "retailers.csv"\nreps = "reps.csv"\nvisits = "visits.csv"\n'
        'roads = "town.osm"\n[horizon]\nstart = 2026-11-30\nweeks = 2\n',
        "utf-8",
    )
    return folder / "visitroute.toml"


@pytest.fixture(scope="module")
def found(workspace: Path) -> VisitPlan:
    return plan_workspace(workspace, RunOptions(effort=10))


def test_a_plan_is_checked_in_any_form(workspace: Path, found: VisitPlan) -> None:
    path = found.write(workspace.parent / "out")[0]
    named = read_workspace(workspace)
    for plan in (found, found.schedule, path, str(path), read_schedule_file(path)):
        assert check_plan(plan, named) == check_plan(plan, workspace) == ()
    assert check_plan(found) == ()


def test_a_broken_plan_is_told_in_any_form(workspace: Path, found: VisitPlan) -> None:
    first = found.schedule.routes[0]
    broken = replace(found.schedule, routes=(replace(first, end=first.end + 36_000),))
    told = check_plan(broken, workspace)
    assert "VR2302" in {v.code for v in told}
    path = workspace.parent / "broken.geojson"
    path.write_text(to_geojson(broken, found.inputs), "utf-8")
    assert check_plan(path, workspace) == told
    assert check_plan(replace(found, schedule=broken)) == told


def test_unknown_reps_and_retailers_are_told_and_do_not_raise(
    workspace: Path, found: VisitPlan
) -> None:
    first = found.schedule.routes[0]
    stops = (replace(first.stops[0], retailer="nobody"), *first.stops[1:])
    routes = (replace(first, stops=stops), replace(found.schedule.routes[1], rep="Z"))
    told = {v.code for v in check_plan(replace(found.schedule, routes=routes), workspace)}
    assert {"VR2002", "VR2003"} <= told


def test_a_file_needs_its_workspace(workspace: Path, found: VisitPlan) -> None:
    with pytest.raises(TypeError, match="name it"):
        check_plan(found.schedule)
    with pytest.raises(InputError, match="does not exist"):
        check_plan(workspace.parent / "none.geojson", workspace)


def test_without_roads_nothing_can_be_checked(workspace: Path, found: VisitPlan) -> None:
    nowhere = replace(read_workspace(workspace), roads=None)
    with pytest.raises(InputError) as caught:
        check_plan(found.schedule, nowhere)
    assert caught.value.code == "VR1402"


def test_the_cache_can_be_left_out(workspace: Path, found: VisitPlan) -> None:
    def kept() -> set[str]:
        return {p.name for p in workspace.parent.iterdir() if "cache" in p.name}

    before = kept()
    assert check_plan(found.schedule, workspace, cache=False) == ()
    assert kept() == before
