"""What leaves as a table runs nowhere: a spreadsheet on a colleague's machine is the attacker's."""

import csv
import io
import re
from pathlib import Path

import pytest

from lms.kit.spreadsheets import as_csv, is_run, safe

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1",
        "+1",
        "-1+cmd|'/c calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\u200b=1",
        "\ufeff=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "﹢1",
        "\u2060＝1",
    ],
)
def test_what_would_run_is_text(typed):
    assert is_run(typed) or typed[:1] in "\t\r\n"
    assert safe(typed).startswith("'")


@pytest.mark.parametrize(
    "typed", ["", "Ann", "O’Neil", "a=1", "Smith-Jones", "3 May", "’", "é=", None, 0, 12]
)
def test_words_stay_as_they_are(typed):
    assert safe(typed) == ("" if typed is None else str(typed))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_reader_with_another_separator_finds_no_formula_inside_a_cell(mark):
    """The answers of an employer's list, opened in a German Excel, which parts at semicolons."""
    text = as_csv([["Reference", "Name"], [f"a{mark}=1+1", f'x"{mark}"=1+1']]).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=mark) for cell in row]
    assert not [cell for cell in cells if cell.startswith("=")]


def test_every_table_leaves_by_this_door():
    """No room writes CSV by itself."""
    found = [
        path.relative_to(ROOT).as_posix()
        for room in ("lms", "courses", "cohorts", "assessments", "certificates")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"csv\.(writer|DictWriter)\(", path.read_text())
    ]
    assert found == ["lms/kit/spreadsheets.py"]
