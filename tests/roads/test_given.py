from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from visitroute.errors import RoadsError
from visitroute.model import TravelMode
from visitroute.roads.given import given_matrix, read_matrix
from visitroute.roads.matrix import UNREACHABLE

CAR = TravelMode.CAR
TIME = np.array([[0, 10.04, 20], [11, 0, np.inf], [21, 22, 0]])
DISTANCE = TIME * 10


def save(path: Path, **arrays: object) -> Path:
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path


def test_points_are_found_by_id(tmp_path: Path) -> None:
    path = save(tmp_path / "m.npz", ids=["a", "b", "c"], time=TIME, distance=DISTANCE)
    roads = read_matrix(path)
    located = roads.locate(["c", "x", "a"], [1.0, 2.0, 3.0], [4.0, 5.0, 6.0], CAR)
    assert located.usable.tolist() == [True, False, True]
    assert [(p.id, p.code) for p in located.problems] == [("x", "VR3012")]
    matrix = roads.matrix(located)
    assert matrix.deciseconds[0, 2] == 210
    assert matrix.decimetres[2, 0] == 2000
    assert matrix.deciseconds[0, 1] == matrix.decimetres[1, 0] == UNREACHABLE
    assert matrix.source == roads.kind == "matrix"
    assert roads.line(located, [0, 2]) == ((1.0, 4.0), (3.0, 6.0))


def test_tenths_infinity_and_diagonal() -> None:
    roads = given_matrix(["a", "b", "c"], TIME + np.eye(3), DISTANCE)
    matrix = roads.matrix(roads.locate(["a", "b", "c"], [0.0] * 3, [0.0] * 3, CAR))
    assert matrix.deciseconds[0].tolist() == [0, 100, 200]
    assert matrix.deciseconds[1, 2] == matrix.decimetres[1, 2] == UNREACHABLE
    assert not np.diag(matrix.deciseconds).any()


def test_no_time_or_no_distance_is_no_way() -> None:
    distance = np.where(np.isinf(DISTANCE), 5.0, DISTANCE)
    distance[2, 0] = np.inf
    roads = given_matrix(["a", "b", "c"], TIME, distance)
    matrix = roads.matrix(roads.locate(["a", "b", "c"], [0.0] * 3, [0.0] * 3, CAR))
    for values in (matrix.deciseconds, matrix.decimetres):
        assert np.argwhere(values == UNREACHABLE).tolist() == [[1, 2], [2, 0]]


@pytest.mark.parametrize("ids", [["@start/r", "b", "c"], ["r", "b", "c"], ["@end/r", "b", "c"]])
def test_a_reps_start_and_end_stand_in_for_each_other(ids: list[str]) -> None:
    roads = given_matrix(ids, TIME, DISTANCE)
    located = roads.locate(["@start/r", "@end/r", "b"], [0.0] * 3, [0.0] * 3, CAR)
    assert located.usable.all()
    matrix = roads.matrix(located)
    assert matrix.deciseconds.tolist() == [[0, 0, 100], [0, 0, 100], [110, 110, 0]]


def test_a_rep_has_both_start_and_end() -> None:
    roads = given_matrix(["@start/r", "@end/r", "r"], TIME, DISTANCE)
    located = roads.locate(["@start/r", "@end/r"], [0.0] * 2, [0.0] * 2, CAR)
    assert located.ties.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"time": TIME[:2]}, "VR3031"),
        ({"distance": DISTANCE.ravel()}, "VR3031"),
        ({"ids": ["a", "b"]}, "VR3031"),
        ({"time": TIME - 1}, "VR3032"),
        ({"distance": DISTANCE * np.nan}, "VR3032"),
        ({"time": TIME + 1e13}, "VR3032"),
        ({"ids": ["a", "b", "a"]}, "VR3033"),
    ],
)
def test_matrices_that_do_not_fit(changes: dict[str, object], code: str) -> None:
    arrays = {"ids": ["a", "b", "c"], "time": TIME, "distance": DISTANCE, **changes}
    with pytest.raises(RoadsError) as caught:
        given_matrix(**arrays)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_wrong_values_are_named() -> None:
    with pytest.raises(RoadsError, match=r"time from 'b' to 'a' is -3 \(1 such values\)"):
        given_matrix(["a", "b"], [[0, 1], [-3, 0]], [[0, 1], [1, 0]])


def test_files_that_are_no_matrix(tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("hello")
    (tmp_path / "empty.npz").write_bytes(b"")
    np.save(tmp_path / "array", TIME)
    (tmp_path / "array.npy").rename(tmp_path / "array.npz")
    save(tmp_path / "lacks.npz", ids=["a"], time=[[0]])
    save(tmp_path / "objects.npz", ids=np.array(["a"], dtype=object), time=[[0]], distance=[[0]])
    for path in sorted(tmp_path.glob("*.npz")):
        with pytest.raises(RoadsError) as caught:
            read_matrix(path)
        assert caught.value.code == "VR3030", path.name
        assert path.name in str(caught.value)
    with pytest.raises(RoadsError) as caught:
        read_matrix(tmp_path / "nowhere.npz")
    assert caught.value.code == "VR3001"
