from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from benchmarks.sets import teams
from benchmarks.teaminputs import make_team


@pytest.fixture(scope="module")
def instance() -> teams.Instance:
    return teams.Instance(make_team(1, (3, 24)))


@pytest.fixture(scope="module")
def solution(instance: teams.Instance) -> Any:
    return teams.solve(instance, "visitroute", 1, iterations=1500)


def test_the_same_seed_makes_the_same_team(instance: teams.Instance) -> None:
    again, other = make_team(1, (3, 24)), make_team(2, (3, 24))
    assert again.inputs == instance.own.inputs
    assert (again.matrix.deciseconds == instance.own.matrix.deciseconds).all()
    assert other.inputs != again.inputs
    reps = again.inputs.reps
    assert reps[0].start == reps[1].start != reps[2].start
    assert all(r.rep is None for r in again.inputs.retailers)


@pytest.mark.parametrize("solver", ["visitroute", "assignment", "nearest"])
def test_plans_break_no_rule(instance: teams.Instance, solver: str) -> None:
    found = teams.solve(instance, solver, 1, iterations=750)
    (*left, cost), faults = teams.verify(instance, found)
    assert faults == []
    assert len(left) == 6
    assert cost > 0
    assert found == teams.solve(instance, solver, 1, iterations=750)


def test_a_limit_of_time_is_kept_to(instance: teams.Instance) -> None:
    found = teams.solve(instance, "visitroute", 1, seconds=0.2)
    assert teams.verify(instance, found)[1] == []


def test_a_retailer_of_two_reps_is_told(instance: teams.Instance, solution: Any) -> None:
    visits = [(line, name) for line in solution["routes"] for name in line["stops"]]
    shop = next(
        n.split("#")[0] for _, n in visits if sum(o.startswith(n[:5]) for _, o in visits) > 1
    )
    line, name = next((line, name) for line, name in visits if name.startswith(f"{shop}#"))
    lines = [
        {**other, "stops": [n for n in other["stops"] if other is not line or n != name]}
        for other in solution["routes"]
    ]
    lines.append({"day": line["day"], "vehicle": (line["vehicle"] + 1) % 3, "stops": [name]})
    faults = teams.verify(instance, {**solution, "routes": lines})[1]
    assert any(text.startswith(f"{shop}: visited by reps") for text in faults)


def test_visits_lost_or_made_up_are_told(instance: teams.Instance, solution: Any) -> None:
    line = solution["routes"][0]
    fewer = [{**line, "stops": line["stops"][1:]}, *solution["routes"][1:]]
    faults = teams.verify(instance, {**solution, "routes": fewer})[1]
    assert f"{line['stops'][0]}: planned and dropped, neither, or unknown" in faults
    more = {**solution, "dropped": [*solution["dropped"], "S999#0"]}
    assert teams.verify(instance, more)[1]
    strange = [{**line, "vehicle": 7}, *solution["routes"][1:]]
    faults = teams.verify(instance, {**solution, "routes": strange})[1]
    assert faults[0] == "no rep has the number 7"


def test_what_nobody_visits_is_left_out(instance: teams.Instance) -> None:
    wishes = instance.own.demand.requests
    nothing = {"routes": [], "dropped": [r.id for r in wishes]}
    (*left, _), faults = teams.verify(instance, nothing)
    assert faults == []
    assert sum(left) == sum(r.weight for r in wishes)


def test_unknown_instances_and_solvers_are_refused(instance: teams.Instance) -> None:
    assert [i.name for i in teams.load(Path(), "seed:1")] == ["team03x0150-s1"]
    with pytest.raises(LookupError, match="seed:1-3"):
        teams.load(Path(), "streets:1")
    with pytest.raises(ImportError, match="no adapter"):
        teams.solve(instance, "excel", 1, seconds=1)
