"""Days under their minimum: each binding constraint met by a small case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from builders import HOUR, MINUTE, MON, compile_for, make_rep, make_shop, matrix_of, small_inputs
from visitroute.codes import REASONS
from visitroute.explain import ShortDay, find_short_days
from visitroute.model import Cadence, Rep, VisitRecord
from visitroute.solve import State
from visitroute.texts import load_texts

TWO_DAYS = frozenset(MON + timedelta(days=d) for d in range(2, 7))


def short(rep: Rep, served: dict[str, int], **parts: Any) -> dict[int, ShortDay]:
    inputs, rep, _ = small_inputs(rep=rep, **parts)
    ids = ("@start/R1", "@end/R1", *(r.id for r in inputs.retailers))
    state = State.empty(
        compile_for(inputs, rep, matrix_of(ids, [[0 if a == b else 10 for b in ids] for a in ids]))
    )
    for name, day in served.items():
        client = next(c for c in state.problem.clients if c.retailer.id == name)
        state.place(client, {client.cadence[0].request.id: day})
    found = find_short_days(state, load_texts("en"))
    assert {d.code for d in found} <= {c.code for c in REASONS}
    assert len(find_short_days(state, load_texts("zh"))) == len(found)
    return {d.date.weekday(): d for d in found}


def two_days(**changes: Any) -> Rep:
    return make_rep(leave=TWO_DAYS, **changes)


def test_no_day_is_short_without_a_minimum() -> None:
    assert short(two_days(), {"A": 0}) == {}


def test_nobody_may_be_visited() -> None:
    found = short(two_days(min_visits=1), {"A": 0}, names="A")
    assert found[1].binding == "demand"
    shut = (make_shop("A", closed=frozenset({MON + timedelta(days=1)})),)
    found = short(two_days(min_visits=1), {"A": 0}, retailers=shut)
    assert list(found) == [1]
    assert (found[1].binding, found[1].code, found[1].visits) == ("dates", "VR4305", 0)


def test_gaps_bind() -> None:
    shop = make_shop("A", cadence=Cadence(2, 7, 3, 4))
    seen = (VisitRecord("A", MON - timedelta(days=2)),)
    found = short(make_rep(min_visits=1), {"A": 2}, retailers=(shop,), visits=seen)
    assert found[0].binding in {"gaps", "dates"}
    near = make_shop("A", cadence=Cadence(1, 7, 4, 10))
    found = short(two_days(min_visits=1), {}, retailers=(near,), visits=seen)
    assert {d.binding for d in found.values()} <= {"dates", "gaps"}


def test_time_binds() -> None:
    rep = two_days(min_visits=2, shifts=((8 * HOUR, 8 * HOUR + 45 * MINUTE),) * 5 + (None, None))
    found = short(rep, {"A": 0, "B": 1})
    assert (found[0].binding, found[0].visits, found[0].minimum) == ("time", 1, 2)
    assert "no time is left on this day for any of the 3 visits" in found[0].reason


def test_too_few_visits_for_every_day() -> None:
    found = short(two_days(min_visits=2), {"A": 0, "B": 0, "C": 1}, names="ABC")
    assert list(found) == [1]
    assert found[1].binding == "demand"
    assert "would leave its own day short" in found[1].reason


@pytest.mark.parametrize("last", [0, None])
def test_a_visit_could_move_or_be_put_there(last: int | None) -> None:
    served = {"A": 0, "B": 0, "C": 0} | ({} if last is None else {"D": last})
    found = short(two_days(min_visits=1), served)
    assert found[1].binding == "cost"
    assert "could move here, +" in found[1].reason
    assert found[1].seconds == 10 * MINUTE  # there and back, less a leg of the other day
