"""Makes up a month of several reps, each with retailers of their own, on an extract's streets.

    python -m benchmarks.county EXTRACT OUT --reps 10 --retailers 1500

Retailers stand at vertices of streets, close where streets are dense; each rep has as many as the
others, side by side. All else is made up as in ``benchmarks.generate``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.generate import HOURS, read_street_vertices, write_month
from benchmarks.workspace import (
    WEEKS,
    Draws,
    Row,
    assign_segments,
    daily_bounds,
    make_tasks,
    rep_row,
    trade_columns,
    visit_history,
)

from visitroute.model import TravelMode


def county_month(
    extract: str | Path, num_reps: int, num_retailers: int, seed: int = 1, mode: str = "car"
) -> dict[str, pd.DataFrame]:
    """Return tables of retailers, reps, tasks and visits; the same seed gives the same.

    Raises ``ValueError`` where the extract has no streets, or too few for so many retailers.
    """
    vertices = read_street_vertices(extract, mode)
    if not num_reps <= num_retailers <= len(vertices):
        message = f"{num_retailers} retailers of {num_reps} reps on {len(vertices)} street vertices"
        raise ValueError(f"{message}\nMaybe ask for fewer retailers")
    draws, rng = Draws(seed), np.random.default_rng(seed)
    points = vertices[np.sort(rng.choice(len(vertices), num_retailers, replace=False))]
    ids = [f"S{k + 1:05d}" for k in range(num_retailers)]
    kinds = assign_segments(ids, draws)
    shops = pd.DataFrame(
        {
            "id": retailer,
            "name": f"Shop {k + 1}",
            "lon": round(float(lon), 6),
            "lat": round(float(lat), 6),
            "segment": str(kinds[retailer]),
            **trade_columns(retailer, kinds[retailer], draws),
            "opening_hours": draws.pick(HOURS, retailer, "hours"),
        }
        for k, (retailer, (lon, lat)) in enumerate(zip(ids, points, strict=True))
    )
    flat = points * [np.cos(np.radians(points[:, 1].mean())), 1]
    owner = np.zeros(num_retailers, dtype=int)
    _share_out(flat, owner, np.arange(num_retailers), 0, num_reps)
    shops["rep"] = [f"R{k + 1:03d}" for k in owner]
    reps: list[Row] = []
    visits: list[Row] = []
    for k in range(num_reps):
        own = shops[owner == k]
        places = flat[owner == k]
        middle = int(((places - np.median(places, axis=0)) ** 2).sum(axis=1).argmin())
        base = own.iloc[middle][["lon", "lat"]].to_dict()
        bounds = daily_bounds([kinds[r] for r in own["id"]], 5 * WEEKS)
        reps.append(rep_row(f"R{k + 1:03d}", base, mode, bounds))
        rows: list[Row] = own.to_dict("records")  # type: ignore[assignment]
        visits += visit_history(rows, reps[-1:], kinds, draws, share=0.7)
    everyone: list[Row] = shops.to_dict("records")  # type: ignore[assignment]
    return {
        "retailers": shops,
        "reps": pd.DataFrame(reps),
        "tasks": pd.DataFrame(make_tasks(everyone, max(4, num_retailers // 12), draws)),
        "visits": pd.DataFrame(visits),
    }


def _share_out(
    places: np.ndarray, owner: np.ndarray, chosen: np.ndarray, first: int, count: int
) -> None:
    """Give the chosen places to ``count`` reps from ``first`` on: halve them, and halve again."""
    if count == 1:
        owner[chosen] = first
        return
    spread = np.ptp(places[chosen], axis=0)
    order = chosen[np.argsort(places[chosen, int(spread[1] > spread[0])], kind="stable")]
    left = count // 2
    cut = len(order) * left // count
    _share_out(places, owner, order[:cut], first, left)
    _share_out(places, owner, order[cut:], first + left, count - left)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the tables and the workspace file; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.county", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("extract", type=Path, help="an .osm.pbf or .osm file")
    parser.add_argument("out", type=Path, help="the folder to write")
    parser.add_argument("--reps", type=int, default=10)
    parser.add_argument("--retailers", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=list(TravelMode), default=TravelMode.CAR)
    args = parser.parse_args(arguments)
    try:
        tables = county_month(args.extract, args.reps, args.retailers, args.seed, str(args.mode))
    except (ValueError, RuntimeError) as error:
        parser.error(str(error))
    title = f"{args.retailers} made-up retailers of {args.reps} reps in {args.extract.name}"
    write_month(args.out, tables, args.extract, title)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
