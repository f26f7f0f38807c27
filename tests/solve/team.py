"""Small teams: reps who share all retailers, on short roads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from builders import POLICY, make_rep, make_shop, matrix_of, small_inputs
from visitroute.calendar import WorkingCalendar
from visitroute.model import Place, PlanInput, Rep, TravelMode
from visitroute.priority import request_visits
from visitroute.roads.matrix import TravelMatrix
from visitroute.solve import TeamProblem, compile_team

NAMES = "ABCD"


def team_matrix(reps: tuple[Rep, ...], names: str = NAMES, way: float = 10.0) -> TravelMatrix:
    """Every leg between two places takes as long, but none between one base's start and end."""
    ids = [*names, *(f"@{side}/{rep.id}" for rep in reps for side in ("start", "end"))]
    minutes = np.full((len(ids), len(ids)), way)
    np.fill_diagonal(minutes, 0.0)
    return matrix_of(ids, minutes.tolist())


def team_of(
    reps: tuple[Rep, ...],
    inputs: PlanInput | None = None,
    choices: dict[str, tuple[int, ...]] | None = None,
    matrices: dict[TravelMode, TravelMatrix] | None = None,
) -> TeamProblem:
    if inputs is None:
        inputs = small_inputs(retailers=tuple(make_shop(name, rep=None) for name in NAMES))[0]
    inputs = replace(inputs, reps=reps)
    everybody = {r.id: tuple(range(len(reps))) for r in inputs.retailers}
    calendar = WorkingCalendar(POLICY.calendar, range(2026, 2027))
    known = matrices or {TravelMode.CAR: team_matrix(reps)}
    return compile_team(
        inputs, POLICY, request_visits(inputs, POLICY), calendar, reps, inputs.retailers,
        choices or everybody, known,
    )  # fmt: skip


def on_a_line(spots: list[float], bases: list[float], **changes: Any) -> TeamProblem:
    """Shops and bases along a road; a step takes a minute."""
    names = [f"S{i}" for i in range(len(spots))]
    shops = tuple(make_shop(name, rep=None, **changes) for name in names)
    reps = tuple(
        make_rep(id=f"R{i}", start=Place(base, 50.0), end=Place(base, 50.0))
        for i, base in enumerate(bases)
    )
    return team_of(
        reps, small_inputs(retailers=shops)[0], None, {TravelMode.CAR: line(names, spots, reps)}
    )


def line(names: list[str], spots: list[float], reps: tuple[Rep, ...]) -> TravelMatrix:
    at = np.array([*spots, *(rep.start.lon for rep in reps for _ in range(2))])
    ids = (*names, *(f"@{side}/{rep.id}" for rep in reps for side in ("start", "end")))
    minutes = np.abs(at[:, None] - at[None])
    time = np.rint(minutes * 600).astype(np.int64)
    return TravelMatrix(ids, time, time * 8, "matrix")
