from __future__ import annotations

from pathlib import Path

from benchmarks.tables import show, table_lines, write_rows

ROWS = [{"month": "a", "cost": 1234.5}, {"month": "b", "cost": None, "gap": 0.123456}]


def test_a_table_has_the_columns_of_all_rows() -> None:
    assert table_lines(ROWS) == [
        "| month | cost | gap |",
        "| --- | --- | --- |",
        "| a | 1,234 |  |",
        "| b |  | 0.1235 |",
    ]


def test_numbers_are_shown_short() -> None:
    assert [show(v) for v in (None, 0.0, 12.3456, -98765.4, 12345, "x")] == [
        "",
        "0",
        "12.35",
        "-98,765",
        "12,345",
        "x",
    ]


def test_csv_keeps_every_digit(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.csv", ROWS)
    text = (tmp_path / "rows.csv").read_text("utf-8")
    assert text.splitlines() == ["month,cost,gap", "a,1234.5,", "b,,0.123456"]
