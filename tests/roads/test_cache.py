from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from visitroute.model import TravelMode
from visitroute.policy import Policy, load_policy
from visitroute.roads import streets as streets_module
from visitroute.roads.cache import NetworkCache
from visitroute.roads.network import Network
from visitroute.roads.streets import load_streets

CAR = TravelMode.CAR


@pytest.fixture
def extract(
    write_grid: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Path:
    monkeypatch.delenv("VISITROUTE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return write_grid()


def assert_same(a: Network, b: Network) -> None:
    for field in fields(Network):
        assert np.array_equal(getattr(a, field.name), getattr(b, field.name)), field.name


def cached(extract: Path) -> list[Path]:
    return sorted(extract.with_name(f"{extract.name}.visitroute-cache").glob("*"))


def test_the_second_run_reads_no_extract(
    extract: Path, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_streets(extract, policy).network(CAR)
    assert [path.suffix for path in cached(extract)] == [".network"]

    def fail(_: Path) -> None:
        pytest.fail("the extract was read again")

    monkeypatch.setattr(streets_module, "read_extract", fail)
    assert_same(load_streets(extract, policy).network(CAR), first)


def test_no_cache_leaves_no_files(extract: Path, policy: Policy) -> None:
    load_streets(extract, policy, cache=False).network(CAR)
    assert cached(extract) == []


def test_stretches_that_only_lead_through_stay_marked(
    write_osm: Callable[..., Path], policy: Policy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VISITROUTE_CACHE", str(tmp_path / "named"))
    nodes = {1: (0, 0), 2: (1000, 0), 3: (1000, 500)}
    street = {"highway": "service"}
    path = write_osm(nodes, [([1, 2], {**street, "tunnel": "yes"}), ([2, 3], street)])
    load_streets(path, policy).network(CAR)
    stored = NetworkCache(path).load(CAR, policy)
    assert stored is not None
    assert stored.snappable.tolist() == [False, True]
    assert stored.snappable.dtype == np.bool_


@pytest.mark.parametrize("damage", ["short", "flipped", "empty", "other", "lacks"])
def test_a_damaged_file_is_built_anew(
    extract: Path, policy: Policy, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    # Not the mapped one: this test writes into files that are mapped, which we never do.
    first = load_streets(extract, policy, cache=False).network(CAR)
    load_streets(extract, policy).network(CAR)
    (path,) = cached(extract)
    whole = path.read_bytes()
    if damage == "other":
        with path.open("wb") as file:
            np.savez(file, lon=np.zeros(3))
    elif damage == "lacks":
        arrays = {"start": np.asarray(first.start)}
        NetworkCache(extract).save_arrays(CAR, policy, "", arrays, {})
    else:
        middle = len(whole) // 2
        path.write_bytes(
            {
                "short": whole[:middle],
                "flipped": whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :],
                "empty": b"",
            }[damage]
        )
    with caplog.at_level(logging.WARNING):
        assert_same(load_streets(extract, policy).network(CAR), first)
    assert "damaged" in caplog.text
    assert NetworkCache(extract).load(CAR, policy) is not None


def test_other_content_speeds_or_modes_have_files_of_their_own(
    extract: Path, policy: Policy
) -> None:
    faster = load_policy({"speeds": {"car": {"residential": 30}}})
    names = {NetworkCache(extract).file_name(m, p) for p in (policy, faster) for m in p.speeds}
    assert len(names) == len(policy.speeds) + 1
    extract.write_text(extract.read_text() + "\n")
    assert NetworkCache(extract).file_name(CAR, policy) not in names


def test_folders(
    extract: Path, policy: Policy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A file stands where the folder beside the extract would be: the user's folder takes it.
    beside = extract.with_name(f"{extract.name}.visitroute-cache")
    beside.write_text("in the way")
    load_streets(extract, policy).network(CAR)
    assert len(list((tmp_path / "home" / "visitroute").glob("car-*.network"))) == 1
    monkeypatch.setenv("VISITROUTE_CACHE", str(tmp_path / "named"))
    load_streets(extract, policy).network(CAR)
    assert len(list((tmp_path / "named").glob("car-*.network"))) == 1
    monkeypatch.setenv("VISITROUTE_CACHE", "off")
    assert NetworkCache(extract).load(CAR, policy) is None


def test_no_folder_at_all_is_no_error(
    extract: Path, policy: Policy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VISITROUTE_CACHE", str(tmp_path / "file"))
    network = load_streets(extract, policy).network(CAR)
    assert NetworkCache(extract).save(network, policy) is None


WRITER = """
import sys
from visitroute.model import TravelMode
from visitroute.policy import load_policy
from visitroute.roads import load_streets
network = load_streets(sys.argv[1], load_policy()).network(TravelMode.CAR)
print(network.num_edges, int(network.forward.sum()))
"""

KILLED = """
import os, sys
from pathlib import Path
from visitroute.model import TravelMode
from visitroute.policy import load_policy
from visitroute.roads import load_streets
# The process dies in the middle of its file.
real, written = os.fsync, []
os.fsync = lambda number: os.kill(os.getpid(), 9)
load_streets(sys.argv[1], load_policy()).network(TravelMode.CAR)
"""


def test_a_writer_that_is_killed_leaves_nothing_that_matters(extract: Path, policy: Policy) -> None:
    plain = load_streets(extract, policy, cache=False).network(CAR)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(extract)], check=False)
    assert killed.returncode == -9
    (left,) = cached(extract)
    assert left.suffix == ".tmp"
    assert_same(load_streets(extract, policy).network(CAR), plain)
    assert NetworkCache(extract).load(CAR, policy) is not None
    # What the killed one left goes when it is old enough to belong to nobody.
    os.utime(left, (0, 0))
    NetworkCache(extract).save(plain, policy)
    assert not left.exists()


def test_two_writers_at_once(extract: Path, policy: Policy) -> None:
    command = [sys.executable, "-c", WRITER, str(extract)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    network = load_streets(extract, policy, cache=False).network(CAR)
    assert set(told) == {f"{network.num_edges} {int(network.forward.sum())}\n"}
    assert_same(load_streets(extract, policy).network(CAR), network)
    assert [path.suffix for path in cached(extract)] == [".network"]


def test_networks_are_memory_maps_that_other_processes_open_themselves(
    extract: Path, policy: Policy
) -> None:
    load_streets(extract, policy).network(CAR)
    streets = load_streets(extract, policy)
    network = streets.network(CAR)
    assert isinstance(network.forward, np.memmap)
    assert not network.forward.flags.writeable
    assert len(pickle.dumps(streets)) < 20_000
    there = pickle.loads(pickle.dumps(streets))  # noqa: S301 - our own bytes
    assert isinstance(there.network(CAR).forward, np.memmap)
