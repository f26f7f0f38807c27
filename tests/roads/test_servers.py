"""Routing servers: answers recorded from real ones, and the real ones where they are installed."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from visitroute.errors import RoadsError
from visitroute.model import TravelMode
from visitroute.policy import Policy, load_policy
from visitroute.roads import open_roads
from visitroute.roads.client import Client
from visitroute.roads.matrix import UNREACHABLE
from visitroute.roads.servers import decode_line, open_server

CAR = TravelMode.CAR
Answer = tuple[int, Any]
QUICK = {"servers": {"timeout_s": 5, "retries": 1}}


class Recorded:
    """Answers like a server: ``reply`` gets path and body, and returns (status, JSON or text)."""

    def __init__(self, reply: Callable[[str, Any], Answer]) -> None:
        asked: list[tuple[str, Any]] = []
        self.asked = asked

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(size)) if size else None
                asked.append((self.path, body))
                status, told = reply(self.path, body)
                raw = told.encode() if isinstance(told, str) else json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = _answer  # noqa: N815 - the names http.server asks for

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def record(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Recorded]]:
    monkeypatch.setattr("visitroute.roads.client._FIRST_PAUSE_S", 0.01)
    made: list[Recorded] = []

    def make(reply: Callable[[str, Any], Answer]) -> Recorded:
        made.append(Recorded(reply))
        return made[-1]

    yield make
    for server in made:
        server.close()


def osrm(most: int = 8, *, holes: bool = False) -> Callable[[str, Any], Answer]:
    """Answer as osrm-routed 26.10 does, where a degree east is 1000 s and 10 km away."""

    def reply(path: str, _: Any) -> Answer:
        service, _, rest = path.lstrip("/").partition("/v1/driving/")
        text, _, query = rest.partition("?")
        places = [tuple(map(float, pair.split(","))) for pair in text.split(";")]
        if service == "table":
            if len(places) > most:
                return 400, {"code": "TooBig", "message": "Too many table coordinates"}
            asked = dict(part.split("=") for part in query.split("&"))
            rows = [int(i) for i in asked.get("sources", "0").split(";")]
            every = ";".join(map(str, range(len(places))))
            columns = [int(i) for i in asked.get("destinations", every).split(";")]
            apart = [[abs(places[j][0] - places[i][0]) for j in columns] for i in rows]
            times: list[list[float | None]] = [[1000 * d for d in row] for row in apart]
            if holes and len(rows) > 1:
                times[0][-1] = None
            return 200, {
                "code": "Ok",
                "durations": times,
                "distances": [[10_000 * d for d in row] for row in apart],
                "destinations": [{"location": list(places[j]), "distance": 0.0} for j in columns],
            }
        legs = [
            {"steps": [{"geometry": {"coordinates": [list(a), list(b)]}}]}
            for a, b in pairwise(places)
        ]
        return 200, {"code": "Ok", "routes": [{"legs": legs}]}

    return reply


def ask(name: str, count: int, policy: Policy) -> Any:
    roads = open_roads(name, policy)
    lon = [1 + 0.01 * i for i in range(count)]
    located = roads.locate([f"p{i}" for i in range(count)], lon, [50.0] * count, CAR)
    return roads, located, roads.matrix(located)


def test_a_table_in_tiles(record: Callable[..., Recorded]) -> None:
    server = record(osrm(most=8))
    roads, located, matrix = ask(f"osrm+{server.address}", 21, load_policy(QUICK))
    assert located.usable.all()
    expected = np.abs(np.subtract.outer(np.arange(21), np.arange(21)))
    assert np.array_equal(matrix.deciseconds, expected * 100)
    assert np.array_equal(matrix.decimetres, expected * 1000)
    # A hundred places are halved to six, of which three stand on either side: seven by seven tiles.
    asked = [path.partition("?")[0].count(";") + 1 for path, _ in server.asked]
    tables = ["annotations" in path for path, _ in server.asked]
    assert sum(t and n <= 8 for t, n in zip(tables, asked, strict=True)) == 49
    line = roads.line(located, [0, 5, 2])
    assert [round(x, 4) for x, _ in line] == [1.0, 1.05, 1.02]
    # A part of the table takes a part of the tiles.
    before = len(server.asked)
    assert np.array_equal(roads.times(located, [20, 0], range(21)), expected[[20, 0]] * 100)
    assert len(server.asked) == before + 7


def test_no_way_is_no_way(record: Callable[..., Recorded]) -> None:
    server = record(osrm(most=100, holes=True))
    _, _, matrix = ask(f"osrm+{server.address}", 5, load_policy(QUICK))
    assert matrix.deciseconds[0, 4] == UNREACHABLE
    assert matrix.deciseconds[4, 0] == 400


def test_a_server_that_takes_no_table(record: Callable[..., Recorded]) -> None:
    def reply(path: str, body: Any) -> Answer:
        if "annotations" in path:
            return 400, {"code": "TooBig", "message": "Too many table coordinates"}
        return osrm(100)(path, body)

    with pytest.raises(RoadsError) as caught:
        ask(f"osrm+{record(reply).address}", 5, load_policy(QUICK))
    assert caught.value.code == "VR3073"


@pytest.mark.parametrize(
    ("answer", "code", "tries"),
    [
        ((503, "busy"), "VR3071", 2),
        ((500, "oops"), "VR3071", 2),
        ((400, {"code": "InvalidQuery", "message": "Query string malformed"}), "VR3071", 1),
        ((404, "not here"), "VR3071", 1),
        ((200, "<html>welcome</html>"), "VR3072", 1),
        ((200, {"hello": "world"}), "VR3072", 1),
    ],
)
def test_faults_have_codes(
    record: Callable[..., Recorded], answer: Answer, code: str, tries: int
) -> None:
    server = record(lambda _path, _body: answer)
    for kind in ("osrm", "valhalla"):
        server.asked.clear()
        with pytest.raises(RoadsError) as caught:
            ask(f"{kind}+{server.address}", 3, load_policy(QUICK))
        assert caught.value.code == code
        assert server.address in str(caught.value)
        assert len(server.asked) == tries


def test_a_busy_server_is_asked_again(record: Callable[..., Recorded]) -> None:
    failures = iter([(503, "busy")])
    server = record(lambda path, body: next(failures, None) or osrm(100)(path, body))
    _, _, matrix = ask(f"osrm+{server.address}", 3, load_policy(QUICK))
    assert matrix.deciseconds[0, 2] == 200


def test_a_dead_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visitroute.roads.client._FIRST_PAUSE_S", 0.01)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(RoadsError) as caught:
        ask(f"osrm+{address}", 3, load_policy(QUICK))
    assert caught.value.code == "VR3070"
    assert "tried 2 times" in str(caught.value)


def test_a_server_that_is_too_slow() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        client = Client(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.05, retries=0)
        with pytest.raises(RoadsError) as caught:
            client.ask("/table")
    assert caught.value.code == "VR3070"


def test_one_server_for_each_mode(record: Callable[..., Recorded]) -> None:
    server = record(lambda _path, _body: (400, {"code": "InvalidUrl", "message": "x"}))
    for mode in (CAR, TravelMode.FOOT):
        with pytest.raises(RoadsError):
            open_server(f"osrm+{server.address}/{{mode}}", load_policy(QUICK)).locate(
                ["a"], [1.0], [2.0], mode
            )
    assert [path.split("/")[1] for path, _ in server.asked] == ["car", "foot"]


def valhalla(path: str, body: Any) -> Answer:
    """Answer as valhalla_service 3.9.1 does, for the places of the town above."""
    if path == "/locate":
        return 200, [
            {"edges": [{"correlated_lon": p["lon"], "correlated_lat": p["lat"]}]}
            if p["lon"] < 2
            else {"edges": None}
            for p in body["locations"]
        ]
    if path == "/sources_to_targets":
        if len(body["sources"]) * len(body["targets"]) > 16:
            told = {"error_code": 150, "error": "Exceeded max locations", "status_code": 400}
            return 400, told
        rows = [
            [
                {
                    "time": round(1000 * abs(t["lon"] - s["lon"])),
                    "distance": abs(t["lon"] - s["lon"]),
                }
                for t in body["targets"]
            ]
            for s in body["sources"]
        ]
        rows[0][-1]["time"] = rows[0][-1]["time"] or 0
        return 200, {"sources_to_targets": rows, "units": "kilometers"}
    return 200, {"trip": {"legs": [{"shape": "_p~iF~ps|U_ulLnnqC"} for _ in body["locations"][1:]]}}


def test_valhalla_in_tiles(record: Callable[..., Recorded]) -> None:
    server = record(valhalla)
    roads, located, matrix = ask(f"valhalla+{server.address}", 11, load_policy(QUICK))
    expected = np.abs(np.subtract.outer(np.arange(11), np.arange(11)))
    assert np.array_equal(matrix.deciseconds, expected * 100)
    assert np.array_equal(matrix.decimetres, expected * 100)
    assert len(roads.line(located, [0, 1])) == 2
    assert {b["costing"] for _, b in server.asked if b} == {"auto"}
    far = roads.locate(["far"], [3.0], [50.0], CAR)
    assert [p.code for p in far.problems] == ["VR3010"]


def test_no_path_in_valhalla(record: Callable[..., Recorded]) -> None:
    def reply(path: str, body: Any) -> Answer:
        if path == "/route":
            told = {"error_code": 442, "error": "No path could be found for input"}
            return 400, told
        return valhalla(path, body)

    roads, located, _ = ask(f"valhalla+{record(reply).address}", 2, load_policy(QUICK))
    with pytest.raises(RoadsError) as caught:
        roads.line(located, [0, 1])
    assert caught.value.code == "VR3061"


def test_encoded_lines() -> None:
    lon, lat = decode_line("_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI")
    assert lon == pytest.approx([-120.2, -120.95, -126.453])
    assert lat == pytest.approx([38.5, 40.7, 43.252])


def test_names_of_servers() -> None:
    for name in ("http://x", "osrm://x", "ftp+http://x", "osrm+file:///etc/hosts"):
        with pytest.raises(RoadsError, match="VR3004"):
            open_roads(name, load_policy())


# The real servers, from their wheels, wherever an interpreter has them.


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the benchmark that starts real servers; ``start`` skips where there is none."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))
    return import_module("benchmarks.servers")


@pytest.mark.parametrize(
    ("engine", "package", "correlation", "ratio"),
    [
        ("osrm", "osrm", 0.999, (0.97, 1.03)),
        # Valhalla drives at the limit, so it takes four fifths of our time.
        ("valhalla", "valhalla", 0.97, (1.1, 1.4)),
    ],
)
def test_a_real_server(
    shared_data: Path,
    tmp_path: Path,
    policy: Policy,
    peers: ModuleType,
    engine: str,
    package: str,
    correlation: float,
    ratio: tuple[float, float],
) -> None:
    try:
        peers.find_peer(package)
    except peers.PeerMissingError as missing:
        pytest.skip(str(missing))
    extract = shared_data / "liechtenstein.osm.pbf"
    with peers.SERVERS[engine](extract, tmp_path, most=40) as name:
        found = peers.compare(extract, name, policy, 70)
        assert found.counts.mean() > 0.9
        assert found.correlation > correlation
        assert ratio[0] < found.ratio < ratio[1]
        theirs = open_roads(name, policy)
        order = np.flatnonzero(found.located[1].usable)[:5].tolist()
        assert len(theirs.line(found.located[1], order)) > 20
