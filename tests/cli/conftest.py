from __future__ import annotations

import csv
import io
import shutil
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from planning.town import Row, history, rep, shops, write_town
from visitroute.cli import run

Write = Callable[..., Path]


@pytest.fixture
def write_workspace(tmp_path: Path) -> Write:
    """Return a function that writes a workspace of the town; tables may be replaced."""

    def write(roads: str = "straight", toml: str = "", **tables: list[Row]) -> Path:
        rows = tables.get("retailers", shops(6))
        given = {"retailers": rows, "reps": [rep()], "visits": history(rows), **tables}
        lines = ["[inputs]", f'roads = "{roads}"']
        for name, table in given.items():
            if not table:
                continue
            with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                header = list(dict.fromkeys(key for row in table for key in row))
                writer = csv.DictWriter(file, header)
                writer.writeheader()
                writer.writerows(table)
            lines.append(f'{name} = "{name}.csv"')
        lines += ["[horizon]", "start = 2026-11-30", "weeks = 2", "[policy.solve]", "effort = 10"]
        path = tmp_path / "visitroute.toml"
        path.write_text("\n".join([*lines, toml]), "utf-8")
        return path

    return write


@pytest.fixture
def workspace(write_workspace: Write, tmp_path: Path) -> Path:
    """Return a workspace on streets whose visits can all be planned."""
    write_town(tmp_path / "town.osm")
    return write_workspace("town.osm")


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | bytes], None]:
    """Return a function that puts text or bytes on standard input."""

    def put(data: str | bytes) -> None:
        raw = data.encode() if isinstance(data, str) else data
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), "utf-8"))

    return put


@pytest.fixture(scope="session")
def helsinki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the sample workspace."""
    folder = tmp_path_factory.mktemp("sample") / "helsinki"
    sample: Any = import_module("visitroute.cli.demo")
    shutil.copytree(sample.find_sample().parent, folder, ignore=shutil.ignore_patterns("*cache*"))
    return folder / "visitroute.toml"


@pytest.fixture(scope="session")
def helsinki_plan(helsinki: Path) -> Path:
    """Return the routes.geojson of the sample, planned with little effort."""
    out = helsinki.parent / "out"
    code = run(["plan", str(helsinki), "-o", str(out), "--effort", "5", "--quiet", "--no-cache"])
    assert code == 0
    return out / "routes.geojson"
