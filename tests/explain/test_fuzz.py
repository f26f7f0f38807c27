"""A few problems of ``make fuzz``, so that what it checks is checked by every test run."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

import fuzz
from builders import POLICY, compile_for, random_inputs
from explain.world import World, judge_change, judge_days
from visitroute.check.facts import gather_facts
from visitroute.explain import explain_drops, find_changes, look_at_days
from visitroute.explain.longer import LongerDays
from visitroute.explain.room import Room
from visitroute.model import Schedule
from visitroute.solve import Effort, solve_problem


@pytest.fixture(scope="module")
def met() -> Counter[str]:
    found: Counter[str] = Counter()
    for seed in range(1, 120):
        assert fuzz.look_into(seed, found) == [], seed
    return found


def test_plans_reasons_changes_and_days_are_true(met: Counter[str]) -> None:
    assert met["plans"] == 119
    assert met["proved"] > 100
    kinds = {name.removeprefix("change ") for name in met if name.startswith("change ")}
    assert {"longer", "more", "other_day", "shorter", "swap", "window", "gap"} <= kinds
    assert {"more_longer", "other_day_longer"} <= kinds
    chances = {name.removeprefix("day ") for name in met if name.startswith("day ")}
    assert {"off", "closed", "too_far", "gap", "full", "no_time", "fixed"} <= chances


def test_a_wrong_statement_would_be_seen() -> None:
    seen = Counter[str]()
    for seed in range(1, 40):
        inputs, rep, matrix = random_inputs(seed, 3 + seed % 7, tight=True)
        state = solve_problem(compile_for(inputs, rep, matrix), Effort(10, seed))
        world = World(inputs, rep, matrix, state, gather_facts(inputs, POLICY, Schedule(())))
        longer = LongerDays(state)
        dropped = {d.request for d in explain_drops(state, fuzz.TEXTS)}
        for client in state.problem.clients:
            for ask in (*client.cadence, *client.others):
                if ask.request.id not in dropped:
                    continue
                wish = world.facts.demands[ask.request.id]
                for change in find_changes(Room(state, client, ask), longer):
                    less = replace(change, amount=change.amount - 5)
                    if change.kind == "longer":
                        seen[change.kind] += bool(judge_change(world, wish, less))
                        seen["all"] += 1
                for said in look_at_days(state, client, ask):
                    if said.chance == "off":
                        other = (replace(said, chance="free"),)
                        seen["day"] += bool(judge_days(world, wish, other))
    assert seen["longer"] == seen["all"] > 3
    assert seen["day"] > 10
