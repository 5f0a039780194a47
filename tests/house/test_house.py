"""`docs/house.md` tells the truth: its journeys and its places exist, and each journey can be read from import to import."""

import re
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSE = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
ROOMS = ["lms", "courses", "cohorts", "assessments", "certificates"]
FILE = re.compile(r"`([\w/]+\.(?:py|html|md))`")


def section(title):
    return HOUSE.partition(f"## {title}\n")[2].partition("\n## ")[0]


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph(*ROOMS, cache_dir=None)


def module(path):
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


JOURNEYS = [FILE.findall(text) for text in re.split(r"\n\d\. ", section("Five journeys"))[1:]]


def test_there_are_five_journeys():
    assert len(JOURNEYS) == 5 and all(len(files) >= 6 for files in JOURNEYS)


@pytest.mark.parametrize("files", JOURNEYS, ids=lambda files: files[0])
def test_a_journey_passes_these_files(files, graph):
    first, *rest = files
    for path in files:
        assert (ROOT / path).is_file(), path
    for path in rest:
        assert graph.find_shortest_chain(module(first), module(path)), (
            f"nothing leads from {first} to {path}"
        )


def test_twenty_new_lines_have_a_place():
    rows = [row for row in section("Where do I put…").splitlines() if row.startswith("|")][2:]
    assert len(rows) >= 20
    for row in rows:
        places = FILE.findall(row)
        assert places, row
        for path in places:
            assert (ROOT / path).is_file() or path == "urls.py", (path, row)


def test_each_folder_says_what_it_is():
    """In three lines: what it is, what it may import, where to start reading."""
    for path in re.findall(
        r"`((?:certificates|assessments|cohorts|courses)/\w+/)`", section("Shelves of a room")
    ):
        told = (ROOT / path / "__init__.py").read_text(encoding="utf-8")
        if path not in ("courses/importing/", "courses/exporting/"):
            assert re.match(r'"""[^"]+\n\n[^"]+\nStart with [^"]+"""', told), path


LONGEST = 450  # lines: what is longer becomes a folder, or is split along its nouns


def code():
    """The code of the five rooms; migrations stay as Django wrote them."""
    rooms = ("lms", "courses", "cohorts", "assessments", "certificates")
    files = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    return {
        path.relative_to(ROOT).as_posix(): path for path in files if "migrations" not in path.parts
    }


def test_no_file_is_longer_than_a_reader_holds():
    lengths = {
        name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in code().items()
    }
    assert len(lengths) > 300
    too_long = {name: lines for name, lines in lengths.items() if lines > LONGEST}
    assert not too_long
