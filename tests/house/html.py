"""What an independent reader of HTML finds wrong with a page of ours: html5lib, the reference parser, which forgives nothing."""

import re
from collections import Counter
from functools import lru_cache

import html5lib

REFERENCES = (
    "for",
    "list",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "aria-errormessage",
    "aria-details",
    "headers",
)
# New with every answer, and no part of what is looked at: without it a refusal is read once for each role and not at every door.
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")\w+')


def faults(page: str) -> list[str]:
    """Errors of the parser with their line, ids that are used twice, and references and links to a place that is not on the page."""
    return list(_faults(TOKEN.sub(r"\1", page)))


@lru_cache(maxsize=128)
def _faults(page):
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(page)
    lines = page.split("\n")
    found = [
        f"line {line}: {code}: {_around(lines, line, column)}"
        for (line, column), code, _ in parser.errors
    ]
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    ids = Counter(element.get("id") for element in elements if element.get("id") is not None)
    found += [f"the id “{name}” is used {times} times" for name, times in ids.items() if times > 1]
    found += ["an id is empty"] if "" in ids else []
    for element in elements:
        for attribute in REFERENCES:
            if element.get(attribute) is not None:
                missing = [
                    name for name in element.get(attribute).split() or [""] if name not in ids
                ]
                found += [
                    f"<{element.tag} {attribute}=“{name}”> leads to nothing on this page"
                    for name in missing
                ]
        address = element.get("href") or ""
        if element.tag == "a" and address.startswith("#") and address[1:] not in ids:
            found.append(f"the link {address} leads to nothing on this page")
    return tuple(found)


def _around(lines, line, column):
    return (
        lines[line - 1].strip()[max(0, column - 60) : column + 60] if 0 < line <= len(lines) else ""
    )
