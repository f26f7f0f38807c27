"""A plan's folder gives back what outputs are made of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from export.handmade import Sample
from visitroute.errors import InputError
from visitroute.export import read_record, to_background, write_plan


def test_a_folder_comes_back(sample: Sample, tmp_path: Path) -> None:
    write_plan(tmp_path, sample.record, {})
    back = read_record(tmp_path)
    assert back.inputs.reps == sample.record.inputs.reps
    assert back.inputs.retailers == sample.record.inputs.retailers
    assert back.inputs.horizon == sample.record.inputs.horizon
    assert back.requests == sample.requests
    assert (back.main_streets, back.streets) == (sample.record.main_streets, sample.record.streets)
    assert [t.id for t in back.inputs.tasks] == ["t1", "t2", "t3"]
    assert [len(r.stops) for r in back.schedule.routes] == [2, 1, 1]
    assert to_background(replace(back, schedule=sample.schedule)) == to_background(sample.record)


def test_what_is_missing_is_named(sample: Sample, tmp_path: Path) -> None:
    write_plan(tmp_path, sample.record, {})
    (tmp_path / "background.json").unlink()
    with pytest.raises(InputError, match=r"VR1001.*background\.json"):
        read_record(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"format": "visitroute background 9"}',
        "{\x00",
    ],
)
def test_a_damaged_background_is_no_traceback(sample: Sample, tmp_path: Path, text: str) -> None:
    write_plan(tmp_path, sample.record, {})
    (tmp_path / "background.json").write_text(text, "utf-8")
    with pytest.raises(InputError, match="VR1603"):
        read_record(tmp_path)


@pytest.mark.parametrize("key", ["reps", "retailers", "tasks", "requests", "streets"])
def test_every_part_is_needed(sample: Sample, tmp_path: Path, key: str) -> None:
    write_plan(tmp_path, sample.record, {})
    path = tmp_path / "background.json"
    data = json.loads(path.read_text("utf-8"))
    data[key] = [7]
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(InputError, match="VR1603"):
        read_record(tmp_path)
