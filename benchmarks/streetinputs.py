"""The made-up month of a seed with its shops along the streets of an OpenStreetMap extract."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from benchmarks.generate import place_shops, read_street_vertices
from benchmarks.repinputs import RepInputs, finish, make_trade, size_and_load
from numpy.typing import NDArray

from visitroute.model import Place
from visitroute.planning.territories import survey
from visitroute.policy import load_policy
from visitroute.roads import RoadSource, open_roads

EXTRACT = "porto.osm.pbf"


def street_inputs(data: Path, seed: int) -> RepInputs:
    """Return the month of a seed; raises ``FileNotFoundError`` when the extract is absent.

    The extract is looked for in ``data``, then in the folder ``data`` beside it.
    """
    paths = [data / EXTRACT, data.parent / "data" / EXTRACT]
    path = next((p for p in paths if p.is_file()), None)
    if path is None:
        raise FileNotFoundError(f"no streets: {' and '.join(map(str, paths))} are absent")
    roads, vertices = _read(path)
    size, load = size_and_load(seed)
    rng = random.Random(f"visitroute streets {seed}")  # noqa: S311 - no secret
    points, _, town = place_shops(vertices, size, "car", np.random.default_rng(seed))
    places = [Place(float(lon), float(lat)) for lon, lat in points]
    inputs = make_trade(rng, places, Place(float(town[0]), float(town[1])))
    land = survey(inputs, roads, continuity=True)
    gone = {record.retailer for record in land.excluded}
    inputs = replace(
        inputs,
        retailers=tuple(r for r in inputs.retailers if r.id not in gone),
        tasks=tuple(t for t in inputs.tasks if t.retailer not in gone),
        visits=tuple(v for v in inputs.visits if v.retailer not in gone),
    )
    name = f"streets{size:03d}-{load}-s{seed}"
    return finish(name, inputs, land.territories[0].matrix, load)


@cache
def _read(path: Path) -> tuple[RoadSource, NDArray[np.float64]]:
    return open_roads(str(path), load_policy(), cache=False), read_street_vertices(path, "car")
