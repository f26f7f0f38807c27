"""Figures of a division by rep: minutes, share, compactness, pieces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visitroute.planning.landscape import Landscape
from visitroute.solve.territories import FAR_SECONDS, Measure, loads, shares
from visitroute.solve.territories.problem import middles, to_middles


@dataclass(frozen=True, slots=True)
class RepFigures:
    """What a rep's territory takes in the horizon.

    ``minutes`` are service and the estimate of travel, with the service of retailers shared with
    others; ``share_minutes`` the part of all minutes that the rep's working time is of all,
    ``off_share`` how far above or below it the rep is (0.05 is 5 % above, 1 a rep with work and
    no working time), ``load`` the minutes ÷
    the working time. ``compactness_minutes`` is the mean way from a retailer to the territory's
    middle, the retailer with the least way to the others. ``pieces`` counts parts of the
    territory of which no retailer is a near neighbour of one in another part.
    """

    rep: str
    retailers: int
    visits: float
    service_minutes: float
    travel_minutes: float
    minutes: float
    share_minutes: float
    off_share: float
    load: float
    compactness_minutes: float
    pieces: int


def measure_division(
    landscape: Landscape, measure: Measure, owner: NDArray[np.int64]
) -> tuple[RepFigures, ...]:
    """Return the figures of each rep where ``owner`` has the retailers of the landscape."""
    land = landscape.land
    # A rep who does not reach a retailer is measured as if the retailer were nobody's.
    rows = np.flatnonzero(owner >= 0)
    rows = rows[land.haul[rows, owner[rows]] < FAR_SECONDS]
    own = np.full(len(owner), -1, dtype=np.int64)
    own[rows] = owner[rows]
    legs = measure.legs(own)
    travel, work = measure.travel(legs, own), measure.work(legs, own)
    load, share = loads(land, work, own), shares(land, work, own)
    away = to_middles(land, middles(land, own, [0] * len(landscape.reps))) if len(own) else None
    pieces = measure.pieces(own)
    found = []
    for r, rep in enumerate(landscape.reps):
        mine = np.flatnonzero(own == r)
        way = 0.0 if away is None or not len(mine) else float(away[mine, r].mean())
        found.append(
            RepFigures(
                rep=rep.id,
                retailers=len(mine),
                visits=float(land.visits[mine].sum()),
                service_minutes=float((land.visits * land.service)[mine].sum()) / 60,
                travel_minutes=float(travel[mine, r].sum()) / 60,
                minutes=float(load[r]) / 60,
                share_minutes=float(share[r]) / 60,
                off_share=float(load[r] / share[r] - 1) if share[r] else float(load[r] > 0),
                load=float(load[r] / land.room[r]) if land.room[r] else 0.0,
                compactness_minutes=way / 60,
                pieces=pieces[r],
            )
        )
    return tuple(found)
