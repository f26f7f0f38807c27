from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations, pairwise, permutations, product
from pathlib import Path

import numpy as np
import pytest
from benchmarks.mapofacts import Facts
from benchmarks.mapoinstance import Instance, Service, Vehicle
from benchmarks.mapoproof import prove
from benchmarks.relaxation import Relaxation
from benchmarks.sets import mapotempo

from benchmarks import mapoproof

ANY = ((None, 0.0, 100.0),)


def service(name: str, point: str, visits: int = 1, seconds: float = 10.0) -> Service:
    return Service(name, point, visits, 2, seconds, 1.0, ANY, {"kg": 1.0}, frozenset())


def instance(*services: Service, close: float = 100.0, num_days: int = 4) -> Instance:
    """Return a day of 100 seconds, A and B 5 away from the base and 2 from each other."""
    time = np.array([[0.0, 5, 5], [5, 0, 2], [5, 2, 0]])
    vehicle = Vehicle("v", "D", "D", ((None, 0.0, close),), {"kg": 10.0}, frozenset())
    row = {"D": 0, "A": 1, "B": 2}
    return Instance("tiny", range(num_days), services, (vehicle,), row, time, same_days=True)


def test_nothing_is_proven_where_all_can_be_served() -> None:
    proof = prove(instance(service("a", "A", 2), service("b", "B", 2)))
    assert (proof.requested, proof.bound, proof.is_settled) == (4, 0, True)
    assert not proof.alone
    assert not proof.points


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (replace(service("a", "A"), load={"kg": 11.0}), "too heavy"),
        (service("a", "A", seconds=90.0), "never in time"),
        (replace(service("a", "A"), windows=((None, 0.0, 3.0),)), "never in time"),
        (replace(service("a", "A"), closed=frozenset(range(4))), "never in time"),
        (service("a", "A", visits=3), "only 2 days 2 apart for 3 visits"),
    ],
)
def test_a_service_that_fits_nowhere_has_its_reason(broken: Service, reason: str) -> None:
    proof = prove(instance(broken, service("b", "B")))
    assert proof.alone == {"a": reason}
    assert proof.bound == broken.visits
    assert proof.is_settled


@pytest.mark.parametrize(
    "edge",
    [
        replace(service("a", "A"), load={"kg": 10.0}),
        service("a", "A", seconds=89.0),
        replace(service("a", "A"), windows=((None, 0.0, 6.0),)),
        service("a", "A", visits=2),
    ],
)
def test_a_service_that_just_fits_is_not_told(edge: Service) -> None:
    assert prove(instance(edge)).bound == 0


def test_services_that_share_days_but_not_a_stop_are_told_at_their_point() -> None:
    # Every other day both: 1 + 45 + 45 seconds and 10 on the way.
    long = (service("a", "A", 2, 45.0), service("c", "A", 2, 45.0))
    proof = prove(instance(*long))
    assert (proof.points, proof.bound) == ({"A": 2}, 2)
    # One fewer visit of the other: it still has to share a day.
    proof = prove(instance(long[0], replace(long[1], visits=1)))
    assert (proof.points, proof.bound) == ({"A": 1}, 1)
    # Elsewhere it has days of its own.
    assert prove(instance(long[0], replace(long[1], point="B"))).bound == 0


def test_time_is_shared_by_all_points() -> None:
    # A and B on one day: 1 + 40 + 1 + 44 seconds, 12 on the way.
    pair = (service("a", "A", 1, 44.0), service("b", "B", 1, 40.0))
    assert prove(instance(*pair, num_days=1)).bound == 0
    proof = prove(instance(*pair, num_days=1, close=97.0))
    assert (proof.points, proof.bound, proof.is_settled) == ({}, 1, True)


def test_waiting_for_the_first_window_counts() -> None:
    pair = [service("a", "A", 1, 30.0), service("b", "B", 1, 30.0)]
    assert prove(instance(*pair, num_days=1)).bound == 0
    late = [replace(s, windows=((None, 34.0, 99.0),)) for s in pair]
    assert prove(instance(*late, num_days=1)).bound == 1
    late = [replace(s, windows=((None, 32.0, 99.0),)) for s in pair]
    assert prove(instance(*late, num_days=1)).bound == 0


def test_last_begins_count() -> None:
    pair = [service("a", "A", 1, 30.0), service("b", "B", 1, 30.0)]
    early = [replace(s, windows=((None, 0.0, 39.0),)) for s in pair]
    assert prove(instance(*early, num_days=1)).bound == 0
    early = [replace(s, windows=((None, 0.0, 38.0),)) for s in pair]
    assert prove(instance(*early, num_days=1)).bound == 1


def test_loads_are_summed_up() -> None:
    pair = [replace(service(n, n.upper()), load={"kg": 6.0}) for n in "ab"]
    assert prove(instance(*pair, num_days=1)).bound == 1
    assert prove(instance(*pair, num_days=2)).bound == 0


def random_instance(seed: int) -> Instance:
    rng = random.Random(seed)  # noqa: S311 - no secret
    services = []
    for k in range(4):
        opens = rng.choice([0, 0, 20, 35])
        services.append(
            Service(
                f"s{k}",
                rng.choice("AB"),
                rng.choice([1, 1, 2]),
                rng.choice([1, 2]),
                float(rng.randint(5, 30)),
                2.0,
                ((None, float(opens), float(opens + rng.randint(5, 50))),),
                {"kg": float(rng.randint(1, 6))},
                frozenset(d for d in range(3) if rng.random() < 0.2),
            )
        )
    return instance(*services, close=float(rng.randint(50, 80)), num_days=3)


def fewest_lost(tiny: Instance) -> int:
    """Return the fewest unassigned visits, trying every plan with the verifier."""
    options = []
    for s in tiny.services:
        sets = [
            c
            for c in combinations(tiny.days, s.visits)
            if all(b - a >= s.lapse for a, b in pairwise(c))
        ]
        options.append([*sets, ()])
    works = {}
    for day in tiny.days:
        for count in range(1, len(tiny.services) + 1):
            for some in combinations(tiny.services, count):
                works[day, frozenset(s.id for s in some)] = any(
                    not mapotempo._drive(tiny, day, tiny.vehicles[0], list(order))[1]
                    for order in permutations(some)
                )
    best = sum(s.visits for s in tiny.services)
    for chosen in product(*options):
        days = {s.id: list(c) for s, c in zip(tiny.services, chosen, strict=True)}
        lost = sum(s.visits for s in tiny.services if not days[s.id])
        if lost >= best or any(mapotempo._parted(tiny, days)):
            continue
        done = {d: frozenset(n for n, own in days.items() if d in own) for d in tiny.days}
        if all(not names or works[d, names] for d, names in done.items()):
            best = lost
    return best


@pytest.mark.parametrize("seed", range(40))
def test_the_bound_is_never_above_the_best_plan(seed: int) -> None:
    tiny = random_instance(seed)
    proof = prove(tiny)
    fewest = fewest_lost(tiny)
    assert proof.bound <= fewest
    if proof.is_settled:
        # Days of so few stops are looked at exactly.
        assert proof.bound == fewest


def test_a_search_without_time_proves_nothing() -> None:
    facts = Facts(instance(service("a", "A", seconds=90.0), service("b", "B")))
    relaxation = Relaxation(facts, range(2))
    relaxation.model.add(sum(relaxation.planned.values()) == 7)  # no plan to be found
    assert relaxation.solve(1.0).served == 2


def test_two_vehicles_share_a_point() -> None:
    # Each vehicle takes one; a single one can't take both.
    one = instance(service("a", "A", 1, 45.0), service("c", "A", 1, 45.0), num_days=1)
    assert prove(one).bound == 1
    two = replace(one, vehicles=(one.vehicles[0], replace(one.vehicles[0], id="w")))
    assert prove(two).bound == 0


def test_the_command_prints_proofs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny = instance(service("a", "A", seconds=90.0), service("b", "B"))
    monkeypatch.setattr(mapotempo, "load", lambda _data, _pattern: [tiny])
    assert mapoproof.main([]) == 0
    said = capsys.readouterr().out
    assert "tiny: 2 requested, at least 1 unassigned\n  alone: a: never in time" in said


def test_absent_instances_are_told(tmp_path: Path) -> None:
    assert mapoproof.main(["--data", str(tmp_path)]) == 2
