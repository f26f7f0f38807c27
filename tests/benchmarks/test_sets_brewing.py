from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.sets import brewing

PUBLIC = Path(__file__).parents[3] / "shared" / "bench"


def make_instance(tmp_path: Path, count: int = 120) -> brewing.Instance:
    """Return shops in a row about 100 metres apart, all with the same volume."""
    folder = tmp_path / "brewing"
    folder.mkdir(parents=True, exist_ok=True)
    rows = ["\ufeffId_Cliente,id_Agencia,Frecuencia,Vol_Entrega,lat,lon"]
    rows += [f"{i},A1,{2 if i == 0 else 1},10,20.0,{-98 + i * 0.001}" for i in range(count)]
    (folder / "ubicaciones.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    days = ["Id_Cliente,D1,D2,D3,D4,D5,D6"]
    for i in range(count):
        own = {i * 6 // count} | ({5} if i == 0 else set())
        days.append(f"{i}," + ",".join(str(int(d in own)) for d in range(6)))
    (folder / "reference_lpardosixtos.csv").write_text("\n".join(days) + "\n")
    return brewing.load(tmp_path, "*")[0]


def in_a_row(instance: brewing.Instance) -> dict[str, Any]:
    routes: list[dict[str, Any]] = [{"day": d, "vehicle": 0, "stops": []} for d in range(6)]
    for name, days in zip(instance.ids, instance.reference, strict=True):
        for d in days:
            routes[d]["stops"].append(name)
    return {"routes": routes, "dropped": []}


def test_the_two_ways_to_measure_agree(tmp_path: Path) -> None:
    instance = make_instance(tmp_path)
    table = brewing.metres(instance)
    assert table[0, 1] == 104
    assert brewing._crow(instance, 0, 119) == pytest.approx(table[0, 119], abs=0.51)
    assert not table[-1].any()


def test_paths_are_open_and_measured_in_km(tmp_path: Path) -> None:
    instance = make_instance(tmp_path)
    (missing, km), problems = brewing.verify(instance, in_a_row(instance))
    assert (missing, problems) == (0, [])
    # Six paths of 19 steps, and the way from shop 0 to the last day's first one.
    assert km == pytest.approx((6 * 19 + 100) * 0.10449, rel=1e-3)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda s: s["routes"][1]["stops"].pop(), "visited and dropped, or neither"),
        (lambda s: s["routes"][1]["stops"].append("0"), "shop 0: days [0, 1, 5], not 2"),
        (lambda s: s["dropped"].append("7"), "shop 7: visited and dropped"),
        (lambda s: s["routes"][1]["stops"].append("X"), "an unknown shop"),
        (lambda s: s["routes"].append(dict(s["routes"][1])), "two paths"),
        (lambda s: [s["routes"][1]["stops"].pop() for _ in range(3)], "% off the mean"),
    ],
)
def test_broken_plans_are_told(tmp_path: Path, change: Any, told: str) -> None:
    instance = make_instance(tmp_path)
    solution = in_a_row(instance)
    change(solution)
    assert any(told in problem for problem in brewing.verify(instance, solution)[1])


def test_the_core_visits_every_shop_and_keeps_the_balance(tmp_path: Path) -> None:
    instance = make_instance(tmp_path, 1200)
    found = brewing.solve(instance, "visitroute", 1, iterations=640)
    (missing, km), problems = brewing.verify(instance, found)
    assert (missing, problems) == (0, [])
    assert km < 3 * 1200 * 0.10449


def test_the_reference_keeps_its_days(tmp_path: Path) -> None:
    instance = make_instance(tmp_path)
    found = brewing.solve(instance, "reference", 1, iterations=640)
    days = {name: set() for name in instance.ids}
    for route in found["routes"]:
        for name in route["stops"]:
            days[name].add(route["day"])
    assert [tuple(sorted(d)) for d in days.values()] == list(instance.reference)


@pytest.mark.skipif(not (PUBLIC / "brewing").is_dir(), reason="the public sets are absent")
def test_the_public_shops_can_be_read() -> None:
    found = brewing.load(PUBLIC, "*")[0]
    assert np.bincount(found.frequency).tolist() == [0, 3299, 300, 26]


def test_absent_shops_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="absent"):
        brewing.load(tmp_path, "*")
