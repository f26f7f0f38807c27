from __future__ import annotations

import pytest

from visitroute.load.columns import (
    EITHER,
    FIELDS,
    REQUIRED,
    fold_header,
    match_columns,
    near_header,
)


@pytest.mark.parametrize("table", FIELDS)
def test_no_header_means_two_fields(table: str) -> None:
    owners: dict[str, list[str]] = {}
    for field, names in FIELDS[table].items():
        for alias in {fold_header(field), *names.split()}:
            owners.setdefault(alias, []).append(field)
    assert {alias: fields for alias, fields in owners.items() if len(fields) > 1} == {}


@pytest.mark.parametrize("table", FIELDS)
def test_aliases_are_spelt_folded(table: str) -> None:
    spelt = [name for names in FIELDS[table].values() for name in names.split()]
    spelt += [name for *_, names in EITHER.get(table, ()) for name in names.split()]
    assert [name for name in spelt if fold_header(name) != name] == []


@pytest.mark.parametrize("table", FIELDS)
def test_fields_name_themselves(table: str) -> None:
    for field in FIELDS[table]:
        for header in (field, field.upper(), field.replace("_", " ").title(), f" {field} (min)"):
            assert match_columns(table, [header]) == {field: [header]}
    assert set(REQUIRED[table]) <= set(FIELDS[table])


def test_chinese_headers() -> None:
    headers = "零售户编号 店名 经度 纬度 客户经理 客户类型 拜访频次 服务时长(分钟) 营业时间 周一"
    assert set(match_columns("retailers", headers.split())) == {
        "id",
        "name",
        "lon",
        "lat",
        "rep",
        "segment",
        "cadence",
        "service_minutes",
        "opening_hours",
        "mon",
    }


def test_two_columns_for_one_field_are_both_named() -> None:
    assert match_columns("retailers", ["lon", "经度", "id"])["lon"] == ["lon", "经度"]


def test_a_shop_column_is_the_id_or_the_name() -> None:
    assert match_columns("retailers", ["零售户", "经度"])["id"] == ["零售户"]
    assert match_columns("retailers", ["零售户", "编号"]) == {"id": ["编号"], "name": ["零售户"]}
    assert match_columns("reps", ["工号", "客户经理"]) == {"id": ["工号"], "name": ["客户经理"]}
    assert match_columns("reps", ["客户经理", "姓名"]) == {"id": ["客户经理"], "name": ["姓名"]}


def test_a_time_column_of_visits_is_the_date_or_the_arrival() -> None:
    assert match_columns("visits", ["客户", "拜访时间"])["date"] == ["拜访时间"]
    assert match_columns("visits", ["日期", "拜访时间"])["arrival"] == ["拜访时间"]


def test_the_nearest_header_is_found() -> None:
    assert near_header("retailers", "lon", ["name", "longtitude"]) == "longtitude"
    assert near_header("retailers", "lon", ["name"]) == ""
