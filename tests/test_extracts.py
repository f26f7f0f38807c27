"""Real shops on real streets, as a user has them: a small country, and a Chinese district."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from visitroute.cli import run

ROOT = Path(__file__).parents[1]
EXTRACTS = ROOT / ".." / "shared" / "data"


@pytest.fixture
def make_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a function that writes the shops of an extract as a workspace."""
    monkeypatch.syspath_prepend(str(ROOT))

    def make(extract: str, *options: str) -> Path:
        path = EXTRACTS / extract
        if not path.is_file():
            pytest.skip(f"no {extract} beside the project")
        shops = import_module("benchmarks.shops")
        assert shops.main([str(path), str(tmp_path / "retailers.csv"), *options]) == 0
        return tmp_path / "visitroute.toml"

    return make


def plan_and_check(workspace: Path, *options: str) -> list[dict[str, str]]:
    """Plan, check, and return the rows of visits.csv."""
    out = workspace.parent / "out"
    more = ["--no-cache", *options]
    assert run(["plan", str(workspace), "-o", str(out), "--effort", "10", "-q", *more]) == 0
    assert run(["check", str(workspace), str(out / "routes.geojson"), *more]) == 0
    figures = json.loads((out / "summary.json").read_text("utf-8"))["totals"]
    assert figures["requested"] == figures["planned"] > 100
    assert figures["coverage"] == 1.0
    with (out / "visits.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_small_country_by_car(make_workspace: Callable[..., Path]) -> None:
    workspace = make_workspace("liechtenstein.osm.pbf", "--reps=2")
    rows = plan_and_check(workspace)
    given = pd.read_csv(workspace.parent / "retailers.csv", dtype=str, keep_default_na=False)
    assert len(given) == 59
    assert {row["retailer"] for row in rows} == set(given["id"])
    names = dict(zip(given["id"], given["name"], strict=True))
    assert all(row["name"] == names[row["retailer"]] for row in rows)
    owners = dict(zip(given["id"], given["rep"], strict=True))
    assert all(row["rep"] == owners[row["retailer"]] for row in rows)
    assert {row["shop_type"] for row in rows} == set(given["shop_type"])


def test_a_chinese_district_in_its_own_encoding_and_datum(
    make_workspace: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = make_workspace(
        "beijing_thu.osm",
        "--mode=ebike",
        "--chinese",
        "--encoding=gb18030",
        "--datum=gcj02",
    )
    raw = (workspace.parent / "retailers.csv").read_bytes()
    assert raw.startswith("零售户编号,店名,经度,纬度".encode("gb18030"))
    rows = plan_and_check(workspace, "--set=texts.language=zh")
    assert "0 violations" in capsys.readouterr().out
    given = pd.read_csv(
        workspace.parent / "retailers.csv", encoding="gb18030", dtype=str, keep_default_na=False
    )
    assert len(given) == 77
    names = dict(zip(given["零售户编号"], given["店名"], strict=True))
    assert all(row["name"] == names[row["retailer"]] for row in rows)
    assert sum(any("\u4e00" <= c <= "\u9fff" for c in row["name"]) for row in rows) > 50
    assert all("\ufffd" not in "".join(row.values()) for row in rows)
    assert {row["店铺类型"] for row in rows} == set(given["店铺类型"])
    assert all(any("\u4e00" <= c <= "\u9fff" for c in row["purpose"]) for row in rows)
    # The file holds WGS 84 again: some 500 m away from the shop's point in GCJ-02.
    data = json.loads((workspace.parent / "out" / "routes.geojson").read_text("utf-8"))
    stop = next(f for f in data["features"] if f["properties"]["kind"] == "stop")
    (before,) = given[given["零售户编号"] == stop["properties"]["retailer"]].to_dict("records")
    east = float(before["经度"]) - stop["geometry"]["coordinates"][0]
    assert 0.005 < east < 0.0075
