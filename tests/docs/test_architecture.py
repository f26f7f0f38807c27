"""docs/architecture.md tells of the layers that are enforced and the folders there are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def table(read_page: Callable[[str], str]) -> list[set[str]]:
    """The packages of each row of the table of layers."""
    part = read_page("docs/architecture.md").split("## Layers")[1].split("##")[0]
    rows = re.findall(r"^\| (`.*?) \|", part, re.MULTILINE)
    return [set(re.findall(r"`(\w+)`", row)) for row in rows]


def test_table_has_the_enforced_layers_in_order(root: Path, table: list[set[str]]) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    place = {name: i for i, row in enumerate(table) for name in row}
    order = [place[name.strip()] for layer in layers for name in layer.split("|")]
    assert order == sorted(order)


def test_every_package_has_a_layer(root: Path, table: list[set[str]]) -> None:
    package = root / "src" / "visitroute"
    modules = {p.stem for p in package.glob("*.py")} | {
        p.parent.name for p in package.glob("*/__init__.py")
    }
    assert modules - {"__init__"} == set().union(*table)


def test_folders_exist(root: Path, read_page: Callable[[str], str]) -> None:
    part = read_page("docs/architecture.md").split("## Folders")[1].split("```")[1]
    folders = re.findall(r"^(\S+/)", part, re.MULTILINE)
    assert folders
    assert [name for name in folders if not (root / name).is_dir()] == []
