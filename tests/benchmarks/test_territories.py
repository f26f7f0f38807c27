"""The benchmark of territories measures every method in the same way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.territories import Referee, county, nearest_base, porto_rows

from planning.town import write_town
from visitroute.roads import open_roads


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_town(tmp_path / "town.osm")


def test_a_row_for_each_method_with_nothing_left_out(town: Path) -> None:
    rows = list(porto_rows(town, 2, 20, 1, "amid", 1))
    assert [str(row["method"]).split(":")[0] for row in rows] == [
        "nearest base",
        "balanced k-means",
        "visitroute",
    ]
    measured = [row for row in rows if "travel, h" in row]
    assert len(measured) >= 2
    assert all(row["left out"] == 0 for row in measured)


def test_compactness_is_the_mean_way_to_the_middle(town: Path) -> None:
    inputs, policy = county(town, 2, 20, 1, "drawn")
    referee = Referee(inputs, open_roads(str(town), policy, cache=False), policy, 0)
    owner = nearest_base(referee.landscape)
    ways = (referee.seconds + referee.seconds.T) / 2
    least = [
        min(sum(ways[i, m] for i in own) for m in own)
        for own in (np.flatnonzero(owner == r).tolist() for r in range(2))
        if own
    ]
    assert referee.compactness(owner) == pytest.approx(sum(least) / 20 / 60)
