"""Small clean tables to be varied by the tests of the loader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from visitroute.errors import InputError, Problem
from visitroute.load import load_inputs
from visitroute.model import Horizon, PlanInput
from visitroute.policy import Policy, load_policy

Rows = list[dict[str, Any]]


@pytest.fixture
def horizon() -> Horizon:
    return Horizon(date(2026, 11, 30), 4)


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy()


@pytest.fixture
def shops() -> Rows:
    """Six shops around the cathedral of Porto."""
    return [
        {
            "id": f"R{i}",
            "lon": -8.61 + i / 500,
            "lat": 41.15 + i % 2 / 500,
            "name": f"Shop {i}",
            "rep": "A",
            "segment": "guide",
        }
        for i in range(6)
    ]


@pytest.fixture
def reps() -> Rows:
    return [
        {
            "id": "A",
            "lon": -8.61,
            "lat": 41.148,
            "name": "Ana",
            "shift": "08:30-17:30",
            "lunch_window": "12:00-14:00",
            "lunch_minutes": 60,
            "review_minutes": 15,
            "max_visits": 20,
            "mode": "car",
        }
    ]


@pytest.fixture
def history() -> Rows:
    return [{"retailer": "R0", "date": "2026-11-20"}]


@pytest.fixture
def load(
    shops: Rows, reps: Rows, history: Rows, horizon: Horizon, policy: Policy
) -> Callable[..., PlanInput]:
    """Return a function that loads the clean tables, with those named replaced."""

    def run(**changes: Any) -> PlanInput:
        settings: dict[str, Any] = {
            "retailers": shops,
            "reps": reps,
            "visits": history,
            "horizon": horizon,
            "policy": policy,
        }
        return load_inputs(**{**settings, **changes})

    return run


@pytest.fixture
def faults(load: Callable[..., PlanInput]) -> Callable[..., tuple[Problem, ...]]:
    """Return a function that loads as ``load`` does and returns the problems, raised or not."""

    def run(**changes: Any) -> tuple[Problem, ...]:
        try:
            return load(**changes).problems
        except InputError as error:
            return error.problems

    return run
