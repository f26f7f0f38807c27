"""The map page of territories holds everything, loads nothing, and no text in it is code."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from export.test_territories import make_record
from report.conftest import HOSTILE
from visitroute.errors import VisitRouteError
from visitroute.report.territorypage import land_areas, page_data, territories_html


def test_the_page_holds_retailers_reps_and_figures() -> None:
    data = page_data(make_record(), land_areas(make_record()))
    assert [shop[2:4] for shop in data["shops"]] == [[0, 1], [-1, 0], [-1, -1]]
    assert [rep["id"] for rep in data["reps"]] == ["A", "B"]
    assert data["totals"]["after"][2] == 0.0123
    assert set(data["headcount"]) == {"en", "zh"}


def test_land_is_drawn_where_there_are_enough_retailers() -> None:
    record = make_record()
    assert land_areas(record) == {"before": {}, "after": {}}
    all_of_a = dict.fromkeys(record.after, "A")
    assert land_areas(replace(record, after=all_of_a))["after"]["A"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_text(name: str) -> None:
    page = territories_html(make_record(name), land_areas(make_record(name)))
    outside = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"\b(src|href)\s*=", outside)
    assert name not in page or not set(name) & set("<>&\u2028")
    found = re.search(r'<script type="application/json" id="plan">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    assert json.loads(found[1])["shops"][0][4] == name


def test_without_jinja2_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(VisitRouteError, match="VR5001"):
        territories_html(make_record(), land_areas(make_record()))


def test_the_page_speaks_both_languages_in_a_browser(driver: Any, tmp_path: Any) -> None:
    record = make_record(HOSTILE[0])
    moved = replace(record, after=dict.fromkeys(record.after, "A"))
    path = tmp_path / "territories.html"
    path.write_text(territories_html(moved, land_areas(moved)), "utf-8")
    driver.get(path.as_uri())
    assert driver.find_element("css selector", "h1").text == "Territories before and after"
    assert len(driver.find_elements("css selector", "svg")) == 2
    assert len(driver.find_elements("css selector", "svg circle")) == 6
    driver.find_element("id", "language").click()
    assert driver.find_element("css selector", "h1").text == "片区调整前后"
    assert [line for line in driver.get_log("browser") if line["level"] == "SEVERE"] == []
