"""Each row of “No dead ends” in docs/assessing.md names a test that is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (?P<case>[^|]+) \|[^|]+\| `(?P<file>[\w/.]+)::(?P<test>\w+)` \|$", re.M)
CASES = 14  # as many as were asked


def test_each_case_is_walked():
    words = (ROOT / "docs" / "assessing.md").read_text(encoding="utf-8")
    table = words.split("## No dead ends", 1)[1].split("\n## ", 1)[0]
    rows = [row.groupdict() for row in ROW.finditer(table)]
    assert len(rows) == CASES
    for row in rows:
        tree = ast.parse((ROOT / row["file"]).read_text(encoding="utf-8"))
        tests = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert row["test"] in tests, row
