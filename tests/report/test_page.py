"""The page holds everything, loads nothing, and no text in it is code."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

from report.conftest import HOSTILE
from visitroute.errors import VisitRouteError
from visitroute.export import PlanRecord
from visitroute.report import report_html, write_report
from visitroute.report.write import page_names

LEAFLET = resources.files("visitroute.report").joinpath("assets", "leaflet")


def scripts(page: str) -> list[str]:
    return re.findall(r"<script>(.*?)</script>", page, re.DOTALL)


def plan_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="plan">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_leaflet_is_the_npm_release() -> None:
    lines = LEAFLET.joinpath("SHA256SUMS").read_text("utf-8").splitlines()
    sums = dict(reversed(line.split()) for line in lines if not line.startswith("#"))
    assert len(sums) == 4
    for name in ("leaflet.js", "leaflet.css", "LICENSE"):
        assert hashlib.sha256(LEAFLET.joinpath(name).read_bytes()).hexdigest() == sums[name]
    assert 'version="1.9.4"' in LEAFLET.joinpath("leaflet.js").read_text("utf-8")


def test_nothing_is_loaded(record: PlanRecord) -> None:
    page = report_html(record)
    outside = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"\b(src|href)\s*=", outside)
    assert "@import" not in page
    assert "sourceMappingURL" not in page
    assert "BSD 2-Clause License" in page


def test_only_the_scripts_it_was_made_with_may_run(record: PlanRecord) -> None:
    page = report_html(record)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    allowed = set(re.findall(r"'sha256-([^']+)'", html.unescape(policy[1])))
    found = {
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts(page)
    }
    assert found == allowed
    assert len(found) == 2
    assert "script-src 'unsafe" not in policy[1]
    assert "default-src 'none'" in policy[1]


def test_hostile_texts_stay_texts(hostile: PlanRecord) -> None:
    page = report_html(hostile)
    plan = plan_of(page)
    assert [shop[1] for shop in plan["shops"]] == [HOSTILE[i % 5] for i in range(4)]  # type: ignore[attr-defined]
    assert plan["warnings"] == list(HOSTILE)
    for text in HOSTILE[:3]:
        assert text not in page
    assert len(scripts(page)) == 2


def test_the_same_plan_gives_the_same_page(record: PlanRecord) -> None:
    assert report_html(record) == report_html(record)


def test_purposes_are_said_in_both_languages(record: PlanRecord) -> None:
    purposes = plan_of(report_html(record))["purposes"]
    assert isinstance(purposes, dict)
    assert "Business advice: display, brands, market information" in purposes["en"]
    assert "经营指导：陈列、品牌、市场信息" in purposes["zh"]


def test_an_empty_plan_has_a_page(record: PlanRecord) -> None:
    empty = replace(
        record,
        schedule=replace(record.schedule, routes=(), dropped=(), excluded=(), tasks=()),
        inputs=replace(record.inputs, retailers=(), tasks=()),
        requests=(),
        streets=(),
        main_streets=(),
    )
    assert plan_of(report_html(empty))["routes"] == []


def test_a_split_report_has_a_page_for_each_rep(record: PlanRecord, tmp_path: Path) -> None:
    paths = write_report(record, tmp_path / "r.html", split=True)
    names = [p.relative_to(tmp_path).as_posix() for p in paths]
    assert names == ["r.html", "r-reps/001-R1.html", "r-reps/002-R2.html"]
    index = plan_of(paths[0].read_text("utf-8"))
    assert [rep["page"] for rep in index["reps"]] == names[1:]  # type: ignore[attr-defined]
    assert [rep["visits"] for rep in index["reps"]] == [3, 1]  # type: ignore[attr-defined]
    one = plan_of(paths[2].read_text("utf-8"))
    assert [rep["id"] for rep in one["reps"]] == ["R2"]  # type: ignore[attr-defined]


def test_large_plans_are_split_unless_told(
    record: PlanRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visitroute.report.write.LARGEST_PAGE", 3)
    assert len(write_report(record, tmp_path / "a.html")) == 3
    assert len(write_report(record, tmp_path / "b.html", split=False)) == 1


def test_names_of_pages_are_safe() -> None:
    assert page_names(["R1", "../../etc", "李娜", "a/b:c"]) == [
        "001-R1.html",
        "002-etc.html",
        "003.html",
        "004-abc.html",
    ]


def test_without_jinja_the_message_says_what_to_install(
    record: PlanRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(VisitRouteError, match=r"VR5001.*\n.*visitroute\[report\]"):
        report_html(record)
