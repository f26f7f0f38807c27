"""A travel matrix made elsewhere as a road source."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from visitroute.errors import RoadsError
from visitroute.model import Line, TravelMode
from visitroute.roads.geodesy import Floats
from visitroute.roads.matrix import UNREACHABLE, TravelMatrix
from visitroute.roads.network import Ints
from visitroute.roads.source import Located, LocateProblem
from visitroute.roads.straight import draw_straight

_LARGEST = 1e12
_START, _END = "@start/", "@end/"


class GivenMatrix:
    """A road source that knows the times between named points, and nothing between them.

    Points are found by id, whatever their coordinates; one matrix serves every travel mode.
    A rep's start is asked for as ``@start/<rep>`` and its end as ``@end/<rep>``: where the
    matrix has no such point, the other one or the plain id of the rep stands in.
    """

    def __init__(self, ids: Sequence[str], deciseconds: Ints, decimetres: Ints) -> None:
        self.kind = "matrix"
        self.warnings: tuple[str, ...] = ()
        self.ids = tuple(ids)
        self._deciseconds = deciseconds
        self._decimetres = decimetres
        self._where = {name: i for i, name in enumerate(self.ids)}

    def locate(
        self, ids: Sequence[str], lon: Sequence[float], lat: Sequence[float], mode: TravelMode
    ) -> Located:
        """Find points in the matrix by their ids; those missing get problem VR3012."""
        rows = np.array([self._find(name) for name in ids], dtype=np.int64)
        x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        problems = tuple(
            LocateProblem(
                name, "VR3012", f"'{name}' is none of the {len(self.ids)} points of the matrix"
            )
            for name, row in zip(ids, rows.tolist(), strict=True)
            if row < 0
        )
        return Located(
            tuple(ids), mode, x, y, x, y, np.zeros(len(x)), rows >= 0, problems, ties=rows
        )

    def _find(self, name: str) -> int:
        names = [name]
        for prefix, other in ((_START, _END), (_END, _START)):
            if name.startswith(prefix):
                rep = name.removeprefix(prefix)
                names += [other + rep, rep]
        return next((self._where[n] for n in names if n in self._where), -1)

    def matrix(self, located: Located) -> TravelMatrix:
        """Return the given times and distances between located points."""
        every = np.arange(len(located.ids))
        deciseconds = _pick(self._deciseconds, located, every, every)
        decimetres = _pick(self._decimetres, located, every, every)
        return TravelMatrix(located.ids, deciseconds, decimetres, self.kind)

    def times(self, located: Located, sources: Sequence[int], targets: Sequence[int]) -> Ints:
        """Return the given deciseconds from some located points to others."""
        rows, columns = np.asarray(sources, np.int64), np.asarray(targets, np.int64)
        return _pick(self._deciseconds, located, rows, columns)

    def line(self, located: Located, order: Sequence[int]) -> Line:
        """Return straight legs between the points: a matrix knows no streets."""
        return draw_straight(located, order)


def _pick(given: Ints, located: Located, rows: Ints, columns: Ints) -> Ints:
    known = np.logical_and.outer(located.usable[rows], located.usable[columns])
    values = given[np.ix_(located.ties[rows], located.ties[columns])]
    picked: Ints = np.where(known, values, UNREACHABLE)
    picked[rows[:, None] == columns] = 0
    return picked


def read_matrix(path: Path) -> GivenMatrix:
    """Return the matrix of an .npz file with arrays ``ids``, ``time`` and ``distance``.

    See ``given_matrix`` for what they hold. Raises ``RoadsError`` VR3001 when there is no
    such file, VR3030 when it is no .npz file or lacks one of the arrays, and the codes of
    ``given_matrix``.
    """
    if not path.is_file():
        raise RoadsError(
            "VR3001",
            f"the matrix file '{path}' does not exist",
            "the name is misspelled, or is relative to another folder",
        )
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            missing = [name for name in ("ids", "time", "distance") if name not in stored]
            if missing:
                held = ", ".join(stored) or "nothing"
                raise RoadsError(
                    "VR3030",
                    f"'{path}' lacks {', '.join(missing)}; it holds {held}",
                    "write it with numpy.savez(path, ids=…, time=seconds, distance=metres)",
                )
            ids, time, distance = stored["ids"], stored["time"], stored["distance"]
    except (OSError, ValueError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as error:
        raise RoadsError(
            "VR3030",
            f"'{path}' can't be read as a matrix file: {error}",
            "write it with numpy.savez(path, ids=…, time=seconds, distance=metres), "
            "with ids as text and not as objects",
        ) from error
    return given_matrix(ids, time, distance)


def given_matrix(ids: ArrayLike, time: ArrayLike, distance: ArrayLike) -> GivenMatrix:
    """Return a road source over a matrix: n ids, (n, n) seconds and (n, n) metres.

    Row = from, column = to. Infinity stands where there is no way; the diagonal counts as
    0. Raises ``RoadsError`` VR3031 when the shapes don't fit each other, VR3032 when a value
    is negative, no number or beyond 1e12, VR3033 when an id stands twice.
    """
    names = [str(name) for name in np.asarray(ids).ravel().tolist()]
    whole = []
    for what, values in (("time", time), ("distance", distance)):
        try:
            numbers = np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise RoadsError("VR3032", f"{what} holds something that is no number") from error
        if numbers.shape != (len(names), len(names)):
            raise RoadsError(
                "VR3031", f"{what} has shape {numbers.shape} for {len(names)} ids: not square"
            )
        whole.append(_round_tenths(numbers, what, names))
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise RoadsError("VR3033", f"id '{name}' stands twice in the matrix")
        seen.add(name)
    deciseconds, decimetres = whole
    no_way = (deciseconds == UNREACHABLE) | (decimetres == UNREACHABLE)
    deciseconds[no_way] = decimetres[no_way] = UNREACHABLE
    return GivenMatrix(names, deciseconds, decimetres)


def _round_tenths(numbers: Floats, what: str, names: Sequence[str]) -> Ints:
    wrong = np.isnan(numbers) | (numbers < 0) | (np.isfinite(numbers) & (numbers > _LARGEST))
    if wrong.any():
        i, j = (int(k) for k in np.argwhere(wrong)[0])
        raise RoadsError(
            "VR3032",
            f"{what} from '{names[i]}' to '{names[j]}' is {numbers[i, j]:g}"
            f" ({int(wrong.sum())} such values)",
            "use infinity where there is no way",
        )
    known = np.isfinite(numbers)
    tenths: Ints = np.where(
        known, np.rint(np.where(known, numbers, 0) * 10).astype(np.int64), UNREACHABLE
    )
    return tenths
