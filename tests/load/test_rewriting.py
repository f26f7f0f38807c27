"""A table comes back as it was, with other reps."""

from __future__ import annotations

from visitroute.load.files import read_table
from visitroute.load.rewriting import rows_with_reps

ROWS = [
    {"编号": 1.0, "客户经理": "A", "注": "=x"},
    {"编号": "2", "客户经理": None, "注": ""},
    {"编号": "1", "客户经理": "C", "注": "again"},
]


def test_reps_stand_in_the_tables_own_column() -> None:
    rows, headers = rows_with_reps(read_table("retailers", ROWS), {"1": "B", "2": "A"})
    assert headers == ["编号", "客户经理", "注"]
    assert [row["客户经理"] for row in rows] == ["B", "A", "C"]
    assert [row["注"] for row in rows] == ["=x", None, "again"]


def test_a_table_without_the_column_gets_it_at_its_end() -> None:
    table = read_table("retailers", [{"id": "S1", "name": "x"}, {"id": "S2", "name": "y"}])
    rows, headers = rows_with_reps(table, {"S2": "A"})
    assert headers == ["id", "name", "rep"]
    assert [row["rep"] for row in rows] == [None, "A"]


def test_a_table_that_was_read_is_read_as_it_is() -> None:
    table = read_table("retailers", ROWS)
    assert read_table("retailers", table) is table
