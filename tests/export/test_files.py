from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from export.handmade import Sample
from visitroute.export import read_schedule_file, summarise, write_plan, write_text

FILES = [
    "routes.geojson",
    "visits.csv",
    "dropped.csv",
    "excluded.csv",
    "tasks.csv",
    "calls.csv",
    "summary.json",
    "background.json",
]


def write(sample: Sample, folder: Path) -> list[Path]:
    figures = summarise(sample.schedule, sample.inputs, sample.requests)
    return write_plan(folder, sample.record, figures)


def test_every_file_is_written_and_nothing_else(sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "month" / "out"
    paths = write(sample, folder)
    assert [p.name for p in paths] == FILES
    assert sorted(p.name for p in folder.iterdir()) == sorted(FILES)
    assert read_schedule_file(folder / "routes.geojson").dropped == sample.schedule.dropped
    figures = json.loads((folder / "summary.json").read_text("utf-8"))
    assert figures["totals"]["requested"] == 10


def test_tables_have_a_byte_order_mark_and_the_rest_has_none(
    sample: Sample, tmp_path: Path
) -> None:
    for path in write(sample, tmp_path):
        is_table = path.suffix == ".csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbf") == is_table
        assert b"\r" not in path.read_bytes()


def test_chinese_names_come_back(sample: Sample, tmp_path: Path) -> None:
    write(sample, tmp_path)
    with (tmp_path / "visits.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (rows[0]["name"], rows[0]["片区"]) == ("福源烟酒店", "城东")
    assert rows[0]["phone"] == "'+8613800000000"
    assert "王伟" in (tmp_path / "summary.json").read_text("utf-8")
    assert "福源烟酒店" in (tmp_path / "routes.geojson").read_text("utf-8")


def test_the_same_plan_gives_the_same_bytes(sample: Sample, tmp_path: Path) -> None:
    first = [p.read_bytes() for p in write(sample, tmp_path / "a")]
    assert [p.read_bytes() for p in write(sample, tmp_path / "b")] == first


def test_an_earlier_plan_is_replaced(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "visits.csv").write_text("old")
    write(sample, tmp_path)
    assert "old" not in (tmp_path / "visits.csv").read_text("utf-8")


def test_a_file_that_can_not_be_finished_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "routes.geojson"
    write_text(path, "old")

    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device", str(self), None, str(target))

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        write_text(path, "new")
    assert [p.name for p in tmp_path.iterdir()] == ["routes.geojson"]
    assert path.read_text("utf-8") == "old"
