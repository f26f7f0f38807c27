"""Every command that a page tells a new user to type runs, in the order of the page."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from visitroute.cli import run
from visitroute.load.columns import match_columns
from visitroute.load.files import read_table

SEARCHING = {"plan", "demo"}
"""Commands that get little effort here; people leave the default."""


def commands(page: str) -> list[list[str]]:
    """Return the commands of a page's console blocks."""
    blocks = re.findall(r"^```console\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return [shlex.split(line)[1:] for block in blocks for line in block.splitlines()]


def tables(page: str) -> Iterator[list[str]]:
    """Yield the headers of the tables that show what a list looks like."""
    for head in re.findall(r"^\| (.+) \|\n\| ---.*\n\| [SR]1 \|", page, re.MULTILINE):
        yield head.split(" | ")


def write_list(path: Path, name: str, headers: list[str], source: Path) -> None:
    """Write a spreadsheet with a page's headers and the sample's rows."""
    sample = read_table(name, str(source))
    data = dict(zip(sample.headers, sample.columns, strict=True))
    own = {
        field: found[0]
        for field, found in match_columns(name, sample.headers).items()
        if len(found) == 1
    }
    fields = match_columns(name, headers)
    assert sum(map(len, fields.values())) == len(headers), "a header of the page means nothing"
    wanted = {found[0]: field for field, found in fields.items()}
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for column, header in enumerate(headers):
            sheet.write_string(0, column, header)
            cells = data.get(own.get(wanted[header], ""), [None] * len(sample))
            for row, cell in enumerate(cells, start=1):
                if cell is not None and not pd.isna(cell):
                    sheet.write_string(row, column, str(cell))


def run_all(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = commands(page)
    assert len(found) >= 8
    for arguments in found:
        more = ["--effort", "2", "--no-cache"] if arguments[0] in SEARCHING else []
        code = run([*arguments, *more])
        told = capsys.readouterr()
        assert code == 0, f"visitroute {shlex.join(arguments)}: {told.err}{told.out}"


@pytest.mark.parametrize("name", ["docs/walkthrough.md", "docs/walkthrough.zh-CN.md"])
def test_the_walk_through_leads_from_a_list_to_files_for_the_pocket(
    root: Path,
    read_page: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    page, sample = read_page(name), root / "data" / "helsinki"
    shops, reps = tables(page)
    write_list(tmp_path / "shops.xlsx", "retailers", shops, sample / "retailers.csv")
    write_list(tmp_path / "reps.xlsx", "reps", reps, sample / "reps.csv")
    shutil.copy(sample / "streets.osm.pbf", tmp_path / "city.osm.pbf")
    toml = re.search(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert toml is not None
    (tmp_path / "visitroute.toml").write_text(toml[1], "utf-8")
    monkeypatch.chdir(tmp_path)
    run_all(page, capsys)
    assert (tmp_path / "report.html").stat().st_size > 200_000
    assert len(list((tmp_path / "new" / "phone").iterdir())) == 3


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_commands_of_the_readme_run(
    root: Path,
    read_page: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    sample = root / "data" / "helsinki"
    leave = shutil.ignore_patterns("*cache*")
    shutil.copytree(sample, tmp_path / "data" / "helsinki", ignore=leave)
    shutil.copytree(sample, tmp_path, ignore=leave, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    run_all(read_page(name), capsys)


def test_both_walk_throughs_have_the_same_commands(read_page: Callable[[str], str]) -> None:
    english, chinese = read_page("docs/walkthrough.md"), read_page("docs/walkthrough.zh-CN.md")
    assert commands(english) == commands(chinese)
    assert commands(read_page("README.md")) == commands(read_page("README.zh-CN.md"))
