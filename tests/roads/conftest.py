"""Small towns, drawn in metres and written as OpenStreetMap files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import pytest

from visitroute.policy import Policy, load_policy
from visitroute.roads.geodesy import METRES_PER_DEGREE

ORIGIN = (25.0, 60.0)

Way = tuple[Sequence[int], Mapping[str, str]]
WriteOsm = Callable[..., Path]
At = Callable[[float, float], tuple[float, float]]


Restriction = tuple[Sequence[tuple[str, int]], Mapping[str, str]]
"""Members (role, id; role "via way" for a way in the middle) and tags of a restriction."""


def tag_lines(tags: Mapping[str, str]) -> list[str]:
    """Return tags as XML."""
    return [f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items()]


def place(x: float, y: float) -> tuple[float, float]:
    """Return (lon, lat) of a point x metres east and y metres north of the origin."""
    lon0, lat0 = ORIGIN
    per_lon = METRES_PER_DEGREE * np.cos(np.radians(lat0))
    return round(lon0 + x / per_lon, 7), round(lat0 + y / METRES_PER_DEGREE, 7)


@pytest.fixture(name="at")
def _at() -> At:
    return place


@pytest.fixture(name="policy")
def _policy() -> Policy:
    return load_policy()


@pytest.fixture
def write_osm(tmp_path: Path) -> WriteOsm:
    """Return a function that writes nodes (id: (x, y) in metres) and ways (refs, tags)."""

    def write(
        nodes: Mapping[int, tuple[float, float]],
        ways: Sequence[Way],
        name: str = "town.osm",
        node_tags: Mapping[int, Mapping[str, str]] | None = None,
        restrictions: Sequence[Restriction] = (),
    ) -> Path:
        lines = ["<?xml version='1.0' encoding='UTF-8'?>", "<osm version='0.6'>"]
        for ref, (x, y) in nodes.items():
            lon, lat = place(x, y)
            lines.append(f"<node id='{ref}' version='1' lat='{lat:.7f}' lon='{lon:.7f}'>")
            lines += tag_lines((node_tags or {}).get(ref, {}))
            lines.append("</node>")
        for i, (refs, tags) in enumerate(ways, start=1):
            lines.append(f"<way id='{i}' version='1'>")
            lines += [f"<nd ref='{ref}'/>" for ref in refs]
            lines += tag_lines(tags)
            lines.append("</way>")
        for i, (members, tags) in enumerate(restrictions, start=1):
            lines.append(f"<relation id='{i}' version='1'>")
            for role, ref in members:
                kind = "node" if role == "via" else "way"
                role = role.removesuffix(" way")  # noqa: PLW2901 - 'via way' is role via
                lines.append(f"<member type='{kind}' ref='{ref}' role='{role}'/>")
            lines += tag_lines({"type": "restriction", **tags})
            lines.append("</relation>")
        lines.append("</osm>")
        path = tmp_path / name
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


@pytest.fixture
def write_grid(write_osm: WriteOsm) -> Callable[..., Path]:
    """Return a function that writes an uneven grid of streets, some of them one-way."""

    def write(side: int = 6, seed: int = 1) -> Path:
        rng = np.random.default_rng(seed)
        nodes = {
            1 + row * side + column: (
                150.0 * column + float(rng.uniform(-40, 40)),
                150.0 * row + float(rng.uniform(-40, 40)),
            )
            for row in range(side)
            for column in range(side)
        }
        classes = ["residential", "secondary", "tertiary", "service"]
        ways: list[Way] = []
        for k in range(side):
            row = [1 + k * side + i for i in range(side)]
            column = [1 + i * side + k for i in range(side)]
            for refs in (row, column):
                tags = {"highway": classes[int(rng.integers(len(classes)))]}
                if 0 < k < side - 1 and rng.random() < 0.5:
                    tags["oneway"] = "yes" if rng.random() < 0.5 else "-1"
                ways.append((refs, tags))
        return write_osm(nodes, ways, f"grid{side}-{seed}.osm")

    return write


@pytest.fixture
def shared_data() -> Path:
    """Return the folder of real extracts beside the project; skips where there is none."""
    folder = Path(__file__).parents[2] / ".." / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no real extracts beside the project")
    return folder
