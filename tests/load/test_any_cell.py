"""Whatever stands in a cell, loading ends with an input or with coded problems."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from visitroute.errors import InputError
from visitroute.load import load_inputs
from visitroute.load.columns import FIELDS
from visitroute.load.values import is_blank
from visitroute.model import Horizon
from visitroute.policy import load_policy

POLICY = load_policy()
HORIZON = Horizon(date(2026, 11, 30), 2)
GOOD: dict[str, dict[str, Any]] = {
    "retailers": {"id": "R1", "lon": -8.61, "lat": 41.15},
    "reps": {"id": "A", "lon": -8.61, "lat": 41.15},
    "tasks": {"id": "T", "retailer": "R1", "quadrant": "Q1", "due": "2026-12-01"},
    "visits": {"retailer": "R1", "date": "2026-11-20"},
    "locks": {"retailer": "R1", "date": "2026-12-01"},
}
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.text("0123456789:-./,;每周一两次至 MoFrQoff", max_size=16),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(timedelta(days=-2), timedelta(days=2)),
    st.decimals(allow_nan=False),
    st.lists(st.integers(), max_size=2),
    st.sampled_from([date(2026, 12, 1), datetime(2026, 12, 1, 9), time(9), Decimal(3)]),  # noqa: DTZ001
)


@pytest.mark.parametrize("table", FIELDS)
@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_cell_is_read_or_named(table: str, data: st.DataObject) -> None:
    row = data.draw(st.dictionaries(st.sampled_from(sorted(FIELDS[table])), CELLS, max_size=6))
    tables: dict[str, Any] = {name: [dict(good)] for name, good in GOOD.items()}
    tables[table].append({**GOOD[table], **row})
    assume(not all(map(is_blank, tables[table][1].values())))  # empty rows are passed over
    try:
        plan_input = load_inputs(**tables, horizon=HORIZON, policy=POLICY)
    except InputError as error:
        problems = error.problems
    else:
        problems = plan_input.problems
        kept = len(getattr(plan_input, table))
        aside = sum(excluded.table == table for excluded in plan_input.excluded)
        left_out = any(problem.code == "VR1306" for problem in problems)
        assert kept + aside + left_out == 2
    assert all(problem.code.startswith("VR1") and problem.message for problem in problems)
