"""The policy: the shipped defaults, what may be laid over them, and what is refused."""

from __future__ import annotations

import dataclasses
import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from visitroute.errors import PolicyError
from visitroute.model import Cadence, Quadrant, Segment, TravelMode
from visitroute.policy import Policy, load_policy, policy_text, read_toml


def refused(overrides: dict[str, Any]) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        load_policy(overrides)
    return caught.value


def test_the_defaults_are_those_of_the_trade() -> None:
    policy = load_policy()
    assert policy.segments[Segment.PROMOTE].cadence == Cadence(1, 14, 9, 19)
    assert policy.segments[Segment.MAINTAIN].cadence == Cadence(1, 7, 4, 10)
    assert set(policy.segments) == set(Segment)
    assert set(policy.quadrants) == set(Quadrant)
    assert set(policy.speeds) == set(TravelMode)
    assert policy.quadrants[Quadrant.Q4].trip is False
    assert policy.rep.mode is TravelMode.CAR


def test_the_file_says_what_its_comments_promise() -> None:
    text = policy_text()
    assert text.startswith("# visitroute policy")
    for field in dataclasses.fields(Policy):
        assert f"[{field.name}" in text


def test_overrides_change_only_what_they_name() -> None:
    policy = load_policy({"segments": {"watch": {"per": 28, "max_gap": 38}}, "solve": {"seed": 7}})
    default = load_policy()
    assert policy.segments[Segment.WATCH].cadence == Cadence(1, 28, 9, 38)
    assert policy.segments[Segment.GUIDE] == default.segments[Segment.GUIDE]
    assert (policy.solve.seed, policy.solve.effort) == (7, default.solve.effort)
    assert policy.speeds == default.speeds


def test_reads_a_file_with_or_without_byte_order_mark(tmp_path: Path) -> None:
    for mark in ("", "\ufeff"):
        path = tmp_path / "mine.toml"
        path.write_text(f"{mark}[calendar]\nholidays = [2026-12-24]\n", "utf-8")
        assert load_policy(path).calendar.holidays == (date(2026, 12, 24),)
        assert load_policy(str(path)).calendar.holidays == (date(2026, 12, 24),)


def test_whole_numbers_will_do_for_decimals_but_not_the_other_way() -> None:
    assert load_policy({"cost": {"travel": 2}}).cost.travel == 2.0
    assert refused({"solve": {"effort": 1.5}}).code == "VR1502"


def test_lists_may_be_tuples() -> None:
    days = (date(2026, 12, 24),)
    assert load_policy({"calendar": {"holidays": days}}).calendar.holidays == days


def test_an_unknown_key_is_named_with_the_nearest_one() -> None:
    error = refused({"segments": {"watch": {"visit": 2}}})
    assert error.code == "VR1501"
    assert "unknown policy key 'segments.watch.visit'" in str(error)
    assert "Maybe you meant 'segments.watch.visits'" in str(error)


def test_all_faults_are_told_at_once() -> None:
    error = refused(
        {"colour": 1, "solve": {"seed": "one"}, "cost": {"travel": -1}, "roads": 3, "texts": {}}
    )
    assert sorted(p.code for p in error.problems) == ["VR1501", "VR1502", "VR1502", "VR1502"]


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        ({"rep": {"mode": "boat"}}, "'rep.mode' is one of car, motorbike"),
        ({"cost": {"travel": -1.0}}, "'cost.travel' is -1.0"),
        ({"cost": {"travel": float("nan")}}, "'cost.travel' is nan"),
        ({"cost": {"travel": float("inf")}}, "'cost.travel' is inf"),
        ({"cadence": {"fillers": 1}}, "'cadence.fillers' is true or false"),
        ({"solve": {"effort": True}}, "'solve.effort' is a whole number"),
        ({"calendar": {"holidays": ["2026-12-24"]}}, "'calendar.holidays' is a date"),
        ({"calendar": {"holidays": date(2026, 12, 24)}}, "'calendar.holidays' is a list"),
        ({"segments": {"watch": {"visits": 0}}}, "asks for 0 visits in 14 days"),
        ({"segments": {"watch": {"visits": 15}}}, "more than one visit a day"),
        ({"segments": {"watch": {"min_gap": 15}}}, "outside min_gap..max_gap"),
        ({"rep": {"shift": "17:00-8:00"}}, "ends before it starts"),
        ({"rep": {"lunch_window": "noon"}}, "not a time range"),
        ({"rep": {"workdays": [1, 7]}}, "7 is not a weekday"),
        ({"calendar": {"makeup_weekday": 7}}, "not a weekday"),
        ({"robust": {"min_chance": 80.0}}, "80 is no share from 0 to 1"),
        ({"robust": {"reach_chance": 1}}, "'robust.reach_chance' is true or false"),
        ({"robust": {"slack_by_rep": {"R1": -5}}}, "'robust.slack_by_rep.R1' is -5"),
        ({"robust": {"slack_by_rep": 5}}, "'robust.slack_by_rep' is a table"),
        ({"texts": {"language": "fr"}}, "'fr' is not en or zh"),
    ],
)
def test_values_that_do_not_fit(overrides: dict[str, Any], told: str) -> None:
    error = refused(overrides)
    assert error.code == "VR1502"
    assert told in str(error)


def test_a_file_that_can_not_be_read(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[solve", "utf-8")
    for path in (tmp_path / "none.toml", broken, tmp_path):
        with pytest.raises(PolicyError, match="VR1503"):
            read_toml(path)


def test_a_policy_can_be_sent_to_another_process() -> None:
    policy = load_policy({"solve": {"seed": 3}})
    assert pickle.loads(pickle.dumps(policy)) == policy  # noqa: S301 - our own bytes
