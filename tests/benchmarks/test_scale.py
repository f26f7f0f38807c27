"""The measurements of scale on tiny months, and what their command makes of the figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from benchmarks.repinputs import START, WEEKS, make_inputs
from benchmarks.sets import repmonth_full

from benchmarks import scale, scaleruns
from visitroute.load import load_inputs
from visitroute.model import Horizon
from visitroute.planning.jobs import plan_reps
from visitroute.policy import load_policy
from visitroute.priority import request_visits
from visitroute.solve import Effort

TINY: dict[str, Any] = {"seed": 3, "size": 12, "load": "over"}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command run its measurements in this process."""

    def run(call: str, **arguments: Any) -> dict[str, Any]:
        return {"peak_mb": 1.0} | getattr(scaleruns, call.split(":")[1])(**arguments)

    monkeypatch.setattr(scale, "run_alone", run)


def test_tables_say_the_same_as_the_month() -> None:
    own = make_inputs(3, size=30, load="tight")
    inputs = load_inputs(
        **scaleruns.to_tables(own.inputs),
        locks=None,
        horizon=Horizon(START, WEEKS),
        policy=load_policy(),
        datum="wgs84",
    )
    demand = request_visits(inputs, load_policy())
    assert demand.requests == own.demand.requests
    for read, made in zip(inputs.retailers, own.inputs.retailers, strict=True):
        assert (read.opening, read.cadence) == (made.opening, made.cadence)
        assert (read.service_minutes, read.value) == (made.service_minutes, made.value)
    [read_rep], [made_rep] = inputs.reps, own.inputs.reps
    for name in ("start", "shifts", "lunch_window", "lunch_minutes", "min_visits"):
        assert getattr(read_rep, name) == getattr(made_rep, name)
    assert read_rep.review_minutes == made_rep.review_minutes


def test_a_plan_stands_at_once_and_breaks_no_rule() -> None:
    found = scaleruns.first(**TINY)
    for kind in ("search", "plan_reps"):
        assert found[kind]["fault"] == ""
        assert sum(found[kind]["left_out"]) > 0
    assert found["plan_reps"]["price"] <= found["search"]["price"]
    assert set(found["seconds"]) == {"load", "problem", "arrays", "search", "plan_reps"}


def test_a_plan_under_a_time_limit_breaks_no_rule() -> None:
    found = scaleruns.anytime(seconds=0.1, **TINY)
    assert (found["violations"], found["fault"]) == (0, "")
    assert found["dropped"] > 0
    assert found["price"] > found["cost"]


def test_plan_routes_plans_the_tables() -> None:
    found = scaleruns.whole(seconds=0.1, **TINY)
    assert found["violations"] == 0
    assert 0 < found["dropped"] < found["requested"]
    assert "compile" in found["stages"]


def test_a_plan_with_a_visit_too_few_is_told() -> None:
    [instance] = scaleruns.make_reps(1, 12, "under")
    [plan] = plan_reps([instance.own.problem], Effort(2), "en", 1)
    solution = scaleruns.solution_of(plan)
    assert scaleruns.judge(instance, solution)["violations"] == 0
    solution["routes"][0]["stops"].pop()
    assert scaleruns.judge(instance, solution)["violations"] > 0


def test_fingerprints_tell_plans_apart() -> None:
    problems = [i.own.problem for i in scaleruns.make_reps(2, 12, "tight")]
    plans = plan_reps(problems, Effort(2), "en", 1)
    assert scaleruns.digest(plans) == scaleruns.digest(plan_reps(problems, Effort(2), "en", 1))
    assert scaleruns.digest(plans) != scaleruns.digest(plans[::-1])


def test_a_price_counts_tiers_by_their_worth() -> None:
    assert repmonth_full.price((0, 0, 0, 0, 0, 0, 123.0)) == 123.0
    assert repmonth_full.price((0, 0, 0, 80, 0, 0, 1.0)) == 8 * 7200 + 1
    assert repmonth_full.price((10, 0, 0, 0, 0, 0, 0.0)) == 10 * 7200


def test_first_prints_a_row_for_each_plan(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    # In processes of their own, as it is used.
    rows = tmp_path / "rows.csv"
    words = f"first --seeds 3 --retailers 12 --load under --csv {rows}"
    assert scale.main(words.split()) == 0
    out = capsys.readouterr().out
    for plan in ("search", "plan_reps", "plan_routes"):
        assert f"| rep012-under-s3 | {plan} |" in out
    assert "3 rows, 0 violations" in out
    assert len(rows.read_text().splitlines()) == 4


@pytest.mark.usefixtures("here")
def test_anytime_compares_with_the_longest_limit(capsys: pytest.CaptureFixture[str]) -> None:
    words = "anytime --seeds 9 --retailers 12 --load over --limits 0.2,0"
    assert scale.main(words.split()) == 0
    lines = capsys.readouterr().out.splitlines()[2:5]
    assert [line.split(" | ")[1:3] for line in lines] == [
        ["plan_reps", "0"],
        ["plan_reps", "0.2"],
        ["plan_routes", "0.2"],
    ]
    assert " | +0.00 % | " in lines[1]


@pytest.mark.usefixtures("here")
def test_reps_are_counted_and_their_growth_told(capsys: pytest.CaptureFixture[str]) -> None:
    words = "reps --sizes 12 --counts 1,3 --effort 2 --load under"
    assert scale.main(words.split()) == 0
    out = capsys.readouterr().out
    assert "| 12 | 1 |" in out
    assert "| 12 | 3 |" in out
    assert "12 retailers: processor seconds grow with reps to the" in out


@pytest.mark.usefixtures("here")
def test_processes_make_the_same_plans(capsys: pytest.CaptureFixture[str]) -> None:
    words = "jobs --sizes 12 --count 2 --effort 2"
    assert scale.main(words.split()) == 0
    out = capsys.readouterr().out
    assert out.count(" | yes | 0 | ") == 2


def test_different_plans_and_broken_rules_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = {
        "wall": 2.0,
        "wall_warm": 1.0,
        "cores": 1.0,
        "violations": 0,
        "job_kb": 1.0,
        "worker_mb": None,
        "peak_mb": 1.0,
    }
    monkeypatch.setattr(
        scale, "run_alone", lambda _, **a: {"digest": str(a["processes"]), **figures}
    )
    assert scale.main(["jobs", "--sizes", "60"]) == 1
    assert "2 rows, 0 violations, 1 differ" in capsys.readouterr().out
    figures["violations"] = 1
    assert scale.main(["jobs", "--sizes", "60", "--jobs", "1"]) == 1


def test_growth_is_the_power_of_the_number_of_reps() -> None:
    def rows(power: float) -> list[dict[str, float]]:
        return [{"reps": n, "CPU s": 0.3 * n**power} for n in (1, 10, 100)]

    assert scale.growth(rows(1.0)) == pytest.approx(1.0)
    assert scale.growth(rows(2.0)) == pytest.approx(2.0)
    assert scale.growth(rows(1.0)[:1]) is None


def test_a_plan_is_behind_by_its_first_tier_that_differs() -> None:
    last = {"left_out": [0, 0, 40, 100], "cost": 200.0}
    assert scale.behind({"left_out": [0, 0, 50, 90], "cost": 1.0}, last) == "overdue +10"
    assert scale.behind({"left_out": [0, 0, 40, 90], "cost": 1.0}, last) == "due -10"
    assert scale.behind({"left_out": [0, 0, 40, 100], "cost": 210.0}, last) == "+5.00 %"
