"""Real routing servers beside our own streets: the same places, time by time.

``python -m benchmarks.servers EXTRACT [--engine osrm|valhalla] [--profile car.lua]`` starts a
server on an extract, asks it for the table of 200 random places, and prints how its times go with
ours, in seconds and as correlation and mean ratio, with the pairs that differ most.

The servers come from the wheels ``osrm-bindings`` and ``pyvalhalla``, which need Python 3.12 or
newer: ``VISITROUTE_PEERS_PYTHON`` names an interpreter that has them, else those named python3.13
and python3.12 are asked.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.tables import table_lines

from visitroute.model import TravelMode
from visitroute.policy import Policy, load_policy
from visitroute.roads import UNREACHABLE, RoadSource, open_roads

CAR = TravelMode.CAR
_WAIT_S = 20.0
_SHORT_S = 60.0


class PeerMissingError(RuntimeError):
    """No interpreter of this machine has the package of a server."""


def find_peer(package: str) -> tuple[str, Path]:
    """Return an interpreter that has a package, and the package's folder.

    Raises ``PeerMissingError`` when there is none.
    """
    named = os.environ.get("VISITROUTE_PEERS_PYTHON")
    script = f"import importlib.util as u; print(u.find_spec({package!r}).origin)"
    for python in (named, sys.executable, *map(shutil.which, ("python3.13", "python3.12"))):
        if python is None:
            continue
        found = subprocess.run([python, "-c", script], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return python, Path(found.stdout.strip()).parent
    raise PeerMissingError(f"no interpreter with {package} (VISITROUTE_PEERS_PYTHON names one)")


@contextmanager
def run_osrm(
    extract: Path, folder: Path, *, profile: Path | None = None, most: int = 2000
) -> Iterator[str]:
    """Build an extract in a folder and serve it by OSRM; give the name of the road source.

    ``profile`` is OSRM's own for cars when None, ``most`` the places that a table may have.
    """
    _, home = find_peer("osrm")
    town = folder / "town.osm.pbf"
    shutil.copyfile(extract, town)
    profile = profile or next(home.rglob("profiles/car.lua"))
    for command in (
        [home / "bin/osrm-extract", "-t", "1", "-p", profile, town],
        [home / "bin/osrm-contract", "-t", "1", folder / "town.osrm"],
    ):
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
    port = _free_port()
    routed = [home / "bin/osrm-routed", "-i", "127.0.0.1", "-p", str(port), "-t", "1"]
    routed += ["--max-table-size", str(most), folder / "town.osrm"]
    with _serving(routed, f"http://127.0.0.1:{port}/nearest/v1/driving/0,0") as address:
        yield f"osrm+{address}"


@contextmanager
def run_valhalla(extract: Path, folder: Path, *, most: int = 50) -> Iterator[str]:
    """Build an extract in a folder and serve it by Valhalla; give the name of the road source.

    ``most`` is the side of the largest table that the server makes.
    """
    python, home = find_peer("valhalla")
    port = _free_port()
    script = (
        "import json, sys; from valhalla import config; "
        "print(json.dumps(config.get_config(tile_dir=sys.argv[1], tile_extract='')))"
    )
    tiles = folder / "tiles"
    tiles.mkdir()
    told = subprocess.run(
        [python, "-c", script, tiles], check=True, capture_output=True, text=True, cwd=folder
    )
    config: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    config["httpd"]["service"] |= {
        "listen": f"tcp://127.0.0.1:{port}",
        # Sockets of its own, so that several servers may run; their paths must be short.
        "loopback": f"ipc://{folder}/loopback",
        "interrupt": f"ipc://{folder}/interrupt",
    }
    config["service_limits"]["auto"]["max_matrix_location_pairs"] = most * most
    file = folder / "valhalla.json"
    file.write_text(json.dumps(config), encoding="utf-8")
    build = [home / "bin/valhalla_build_tiles", "-j", "1", "-c", file, extract]
    subprocess.run(build, check=True, capture_output=True, cwd=folder)
    service = [home / "bin/valhalla_service", file, "1"]
    with _serving(service, f"http://127.0.0.1:{port}/status") as address:
        yield f"valhalla+{address}"


@contextmanager
def _serving(command: Sequence[str | Path], probe: str) -> Iterator[str]:
    """Run a server until the block ends; give its address once it answers."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as server:
        try:
            until = time.monotonic() + _WAIT_S
            while not _answers(probe):
                if server.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{command[0]} does not answer")
                time.sleep(0.1)
            yield probe[: probe.index("/", len("http://"))]
        finally:
            server.terminate()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1):  # noqa: S310 - loopback
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


SERVERS = {"osrm": run_osrm, "valhalla": run_valhalla}


class Comparison:
    """Times of the same places by two road sources, in seconds.

    ``ours`` and ``theirs`` are (n, n); only pairs that both know and that take them more than
    a minute count: in the rest what is measured is where points are tied to.
    """

    def __init__(
        self, ours: RoadSource, theirs: RoadSource, lon: Sequence[float], lat: Sequence[float]
    ) -> None:
        self.lon, self.lat = lon, lat
        ids = [str(i) for i in range(len(lon))]
        self.located = [source.locate(ids, lon, lat, CAR) for source in (ours, theirs)]
        tables = []
        for source, located in zip((ours, theirs), self.located, strict=True):
            began = time.monotonic()
            tables.append(source.matrix(located).deciseconds)
            self.wall_s = time.monotonic() - began  # of theirs in the end
        known = (tables[0] < UNREACHABLE) & (tables[1] < UNREACHABLE)
        self.ours, self.theirs = (table / 10 for table in tables)
        self.counts = known & (self.theirs > _SHORT_S)

    @property
    def correlation(self) -> float:
        """Pearson's correlation of the times."""
        return float(np.corrcoef(self.ours[self.counts], self.theirs[self.counts])[0, 1])

    @property
    def ratio(self) -> float:
        """Mean ratio of our times to theirs."""
        return float((self.ours[self.counts] / self.theirs[self.counts]).mean())

    def worst(self, count: int) -> list[dict[str, Any]]:
        """Return the pairs whose times differ most."""
        apart = np.where(self.counts, np.abs(self.ours - self.theirs), 0)
        found = []
        for pair in np.argsort(-apart, axis=None, kind="stable")[:count]:
            i, j = divmod(int(pair), len(self.lon))
            found.append(
                {
                    "from": f"{self.lon[i]:.5f},{self.lat[i]:.5f}",
                    "to": f"{self.lon[j]:.5f},{self.lat[j]:.5f}",
                    "ours s": float(self.ours[i, j]),
                    "theirs s": float(self.theirs[i, j]),
                }
            )
        return found


def places_on_streets(
    ours: RoadSource, count: int, seed: int = 5
) -> tuple[list[float], list[float]]:
    """Return (lon, lat) of random places on the streets of cars of an extract."""
    network = ours.network(CAR)  # type: ignore[attr-defined] # it is the source of an extract
    rng = np.random.default_rng(seed)
    stretch = rng.choice(np.flatnonzero(network.snappable), count)
    offset = np.rint(rng.random(count) * network.decimetres[stretch]).astype(np.int64)
    ends = [network.piece(int(s), int(o), int(o)) for s, o in zip(stretch, offset, strict=True)]
    return [float(x[0]) for x, _ in ends], [float(y[0]) for _, y in ends]


def compare(extract: Path, name: str, policy: Policy, count: int) -> Comparison:
    """Return the comparison of an extract's own streets with a running server."""
    ours = open_roads(extract, policy, cache=False)
    return Comparison(ours, open_roads(name, policy), *places_on_streets(ours, count))


def main(arguments: list[str] | None = None) -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.servers", description=__doc__)
    parser.add_argument("extract", type=Path)
    parser.add_argument("--engine", choices=sorted(SERVERS), default="osrm")
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--profile", type=Path, help="of OSRM; its own for cars without")
    parser.add_argument("--worst", type=int, default=10, help="pairs to print")
    options = parser.parse_args(arguments)
    policy = load_policy()
    with tempfile.TemporaryDirectory() as folder:
        extra = {"profile": options.profile} if options.engine == "osrm" else {}
        with SERVERS[options.engine](options.extract.resolve(), Path(folder), **extra) as name:
            found = compare(options.extract, name, policy, options.points)
    apart = (found.ours - found.theirs)[found.counts]
    row = {
        "pairs": int(found.counts.sum()),
        "correlation": f"{found.correlation:.5f}",
        "mean ratio": f"{found.ratio:.4f}",
        "mean difference s": float(apart.mean()),
        "spread s": float(apart.std()),
        "their table, wall s": found.wall_s,
    }
    print("\n".join(table_lines([row])))
    print()
    print("\n".join(table_lines(found.worst(options.worst))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
