"""PyVRP on prize-collecting problems, which it states in full: nothing is left out or mended."""

from __future__ import annotations

import numpy as np
import pyvrp
from numpy.typing import NDArray

from benchmarks import coreadapter


def collect_prizes(
    time: NDArray[np.int64],
    vehicle: tuple[int, int, int, int],
    service: int,
    windows: list[tuple[int, int]],
    demands: list[int],
    prizes: list[int],
    *,
    seed: int,
    seconds: float,
) -> list[list[int]]:
    """Return the rows of the clients on each route, in order; row 0 is the depot.

    ``vehicle`` is (number, capacity, open, close); ``windows`` bound the begin of service, and
    times, windows and prizes are in one unit.
    """
    number, capacity, first, last = vehicle
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in time],
        clients=[
            pyvrp.Client(
                location=row,
                delivery=[demands[row]],
                service_duration=service,
                tw_early=windows[row][0],
                tw_late=windows[row][1],
                prize=prizes[row],
                required=False,
            )
            for row in range(1, len(time))
        ],
        depots=[pyvrp.Depot(0)],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=number, capacity=[capacity], tw_early=first, tw_late=last
            )
        ],
        distance_matrices=[time],
        duration_matrices=[time],
    )
    end = coreadapter.CLOCK.now() + seconds

    def is_over(_best: float) -> bool:
        return coreadapter.CLOCK.now() >= end

    result = pyvrp.solve(data, is_over, seed=seed, collect_stats=False, display=False)
    return [
        [1 + activity.idx for activity in route if activity.is_client()]
        for route in result.best.routes()
    ]
