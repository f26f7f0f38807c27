from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from visitroute.coordinates import Datum
from visitroute.errors import InputError
from visitroute.load import load_workspace, read_workspace
from visitroute.model import Horizon

GOOD = """\
[inputs]
retailers = "tables/retailers.csv"
reps = "reps.csv"
visits = "visits.csv"
roads = "city.osm.pbf"
datum = "gcj02"
[horizon]
start = 2026-11-30
weeks = 2
[policy.rep]
mode = "foot"
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def run(text: str) -> Path:
        path = tmp_path / "visitroute.toml"
        path.write_text(text, "utf-8")
        return path

    return run


def problems(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        read_workspace(path)
    return [(p.code, p.column) for p in caught.value.problems]


def test_a_workspace_says_everything(write: Callable[[str], Path]) -> None:
    path = write(GOOD)
    workspace = read_workspace(path)
    assert workspace.retailers == str(path.parent / "tables" / "retailers.csv")
    assert workspace.roads == str(path.parent / "city.osm.pbf")
    assert workspace.tasks is None
    assert workspace.horizon == Horizon(date(2026, 11, 30), 2)
    assert workspace.policy.rep.mode == "foot"
    assert workspace.datum == {"retailers": Datum.GCJ02, "reps": Datum.GCJ02}


def test_paths_stay_relative_to_where_the_file_was_found(
    write: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write(GOOD).parent)
    assert read_workspace("visitroute.toml").reps == "reps.csv"


@pytest.mark.parametrize("roads", ["straight", "http://localhost:5000", "-"])
def test_some_values_are_no_paths(write: Callable[[str], Path], roads: str) -> None:
    text = GOOD.replace("city.osm.pbf", roads)
    assert read_workspace(write(text)).roads == roads


def test_a_datum_for_each_table(write: Callable[[str], Path]) -> None:
    text = GOOD.replace('"gcj02"', '{ retailers = "bd09" }')
    assert read_workspace(write(text)).datum == {
        "retailers": Datum.BD09,
        "reps": Datum.WGS84,
    }


def test_the_policy_may_stand_in_a_file(write: Callable[[str], Path]) -> None:
    text = 'policy = "mine.toml"\n' + GOOD.split("[policy", maxsplit=1)[0]
    path = write(text)
    assert problems(path) == [("VR1503", "")]
    (path.parent / "mine.toml").write_text('[texts]\nlanguage = "zh"\n')
    assert read_workspace(path).policy.texts.language == "zh"


def test_loading_reads_the_tables(write: Callable[[str], Path]) -> None:
    path = write(GOOD.replace("tables/", ""))
    (path.parent / "retailers.csv").write_text("id,lon,lat\n1,116.41,39.91\n2,116.4,39.9\n")
    (path.parent / "reps.csv").write_text("id,lon,lat\nA,116.4,39.9\n")
    (path.parent / "visits.csv").write_text("retailer,date\n1,2026-11-20\n")
    plan_input = load_workspace(path)
    assert [shop.id for shop in plan_input.retailers] == ["1", "2"]
    assert plan_input.retailers[0].lon == pytest.approx(116.41 - 0.00624, abs=1e-4)
    assert plan_input.horizon.weeks == 2
    later = load_workspace(path, horizon=Horizon(date(2026, 12, 7), 1))
    assert later.horizon.weeks == 1


def test_faults_of_tables_name_the_file_as_found(write: Callable[[str], Path]) -> None:
    path = write(GOOD)
    with pytest.raises(InputError) as caught:
        load_workspace(path)
    files = [p.file for p in caught.value.problems if p.code == "VR1001"]
    assert files == [
        str(path.parent / name) for name in ("tables/retailers.csv", "reps.csv", "visits.csv")
    ]


def test_every_fault_of_the_file_is_named_at_once(write: Callable[[str], Path]) -> None:
    text = """\
horizn = 1
[inputs]
retailer = "a.csv"
reps = 7
datum = "mars"
[horizon]
start = "soon"
weeks = 0
months = 2
[policy.rep]
speed = 3
"""
    path = write(text)
    assert problems(path) == [
        ("VR1401", "horizn"),
        ("VR1401", "inputs.retailer"),
        ("VR1403", "inputs.reps"),
        ("VR1402", "inputs.retailers"),
        ("VR1405", "inputs.datum"),
        ("VR1401", "horizon.months"),
        ("VR1404", "horizon.start"),
        ("VR1404", "horizon.weeks"),
        ("VR1501", ""),
    ]
    with pytest.raises(InputError) as caught:
        read_workspace(path)
    hints = {p.column: p.hint for p in caught.value.problems}
    assert "'retailers'" in hints["inputs.retailer"]
    assert "'horizon'" in hints["horizn"]


def test_missing_tables_are_named(write: Callable[[str], Path]) -> None:
    assert problems(write("")) == [("VR1402", "inputs"), ("VR1402", "horizon")]
    text = '[inputs]\nretailers="a.csv"\nreps="b.csv"\n[horizon]\n'
    assert problems(write(text)) == [("VR1404", "horizon.start"), ("VR1404", "horizon.weeks")]
    assert problems(write("inputs = 1\nhorizon = 2\npolicy = 3\n")) == [
        ("VR1403", "inputs"),
        ("VR1402", "inputs.retailers"),
        ("VR1402", "inputs.reps"),
        ("VR1403", "horizon"),
        ("VR1404", "horizon.start"),
        ("VR1404", "horizon.weeks"),
        ("VR1403", "policy"),
    ]


def test_unreadable_files_are_named(write: Callable[[str], Path]) -> None:
    assert problems(write("start = = 1")) == [("VR1002", "")]
    assert problems(Path("gone.toml")) == [("VR1001", "")]
