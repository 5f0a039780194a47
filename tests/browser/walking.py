"""Walks every page that somebody can reach from their own front door, and looks at each: in both themes and on a narrow screen."""

import collections
import re
from urllib.parse import urlsplit

DEEP, MOST, OF_ONE_SHAPE = 2, 14, 2
# Wagtail's editor is Wagtail's; the rest change who is looking.
ELSEWHERE = ("/admin/", "/demo/", "/documents/", "/accounts/logout/", "/static/")
DOWNLOAD = re.compile(r"\.(pdf|csv|xlsx|docx|txt|json|ics|epub)$|/file/$|/download/$")
# A walk of this length may not come to these: units with every kind of part between them, what is one's own, the law,
# the authors' pages. Each is visited as well by whoever it is for; only a version's links are followed, to what changed in it.
OWN = (
    "/study/notes/",
    "/study/search/",
    "/study/search/?q=police",
    "/study/glossary/",
    "/study/mine/",
    "/study/offline/",
    "/me/reading/",
    "/you-said/",
    "/study/top-ups/1/",
    "/study/modules/IMSA702/",
    "/study/rights/",
    "/study/modules/IMSA702/handbook/",
    "/study/units/702-5/all/",
    "/study/units/702-6/all/",
    "/study/units/703-7/all/",
)
TAUGHT = (
    "/study/modules/IMSA703/",
    "/study/modules/IMSA703/handbook/",
    "/study/units/701-3/scotland/",
    "/study/units/701-8/all/",
)
LAW = (
    "/law/",
    "/law/vpa2024-s16/",
    "/law/vpa2024-s16/change/",
    "/law/changes/1/",
    "/law/top-ups/1/",
)
DESK = (
    "/study/versions/1/",
    "/authoring/",
    "/authoring/report/",
    "/authoring/units/701-3/",
    "/teaching/reflections/",
)
ALSO = {
    "trainee": OWN,
    "finished": OWN,
    "tutor": TAUGHT + LAW + DESK,
    "third": LAW + DESK + ("/authoring/import/",),
    "consultant": TAUGHT + ("/consult/", "/you-said/"),
}
RAW = re.compile(
    r"\bNone\b(?! [a-z])|\bN/A\b|\bError\b|\bInvalid\b|object at|\{\{|\{%|ASSUMED|\b[a-z]+_[a-z_]+\b"
)

# A theme changes colours alone, so in the dark only their rules are asked.
OF_COLOUR = ["color-contrast", "link-in-text-block"]

# Opens what is folded, and leaves out what is code on purpose: column names of a file.
READ = """() => {
    document.querySelectorAll('main details').forEach(one => one.open = true);
    document.querySelectorAll('code').forEach(one => one.hidden = true);
    const main = document.querySelector('main');
    const said = document.body.innerText;
    document.querySelectorAll('code').forEach(one => one.hidden = false);
    return {
        said,
        title: document.title,
        headings: document.querySelectorAll('h1').length,
        width: document.documentElement.scrollWidth,
        pieces: [...new Set([...main.querySelectorAll('*')].map(one => one.tagName + '.' + one.getAttribute('class')))],
        links: [...document.querySelectorAll('a[href]:not([download])')].map(one => one.href),
    };
}"""


def shape(path):
    """Pages of one kind share a shape: a number in the address stands for any number."""
    return re.sub(r"[^/]*\d[^/]*", "N", path)


def walk(page, start, site, known, also=()):
    """Each page's address and answer, breadth first, never signing out and never fetching a file.

    What is `known` is the same for everybody but for the navigation, and is walked past; `also` is visited in any case.
    """
    queue, seen, shapes = collections.deque([(start, 0)]), {start, *also}, collections.Counter()
    queue.extend((path, DEEP - path.startswith("/study/versions/")) for path in also)
    while queue and shapes.total() < MOST + len(also):
        path, depth = queue.popleft()
        if shapes[shape(path)] >= OF_ONE_SHAPE and path not in also:
            continue
        shapes[shape(path)] += 1
        answer = page.goto(path)
        found = page.evaluate(READ)
        yield path, answer, found
        for link in found["links"] if depth < DEEP else ():
            parts = urlsplit(link)
            there = parts.path + (f"?{parts.query}" if parts.query else "")
            if (
                parts.netloc == urlsplit(site).netloc
                and there not in seen | known
                and not parts.path.startswith(ELSEWHERE)
            ):
                if not DOWNLOAD.search(parts.path):
                    seen.add(there)
                    queue.append((there, depth + 1))


def look_at_every_page(person, new_page, as_person, axe, site, looked_at, known):
    """Raises AssertionError with every fault of every page. `looked_at`: the pieces of pages that axe has seen, and `known` the addresses
    that need no second visit; both grow."""
    narrow = new_page(
        color_scheme="light", reduced_motion="reduce", viewport={"width": 320, "height": 700}
    )
    if person == "nobody":
        start = "/"
    else:
        as_person(narrow, person)
        start = urlsplit(narrow.url).path
    dark = new_page(
        color_scheme="dark",
        reduced_motion="reduce",
        viewport={"width": 1280, "height": 900},
        storage_state=narrow.context.storage_state(),
    )
    faults, visited = [], 0
    for path, answer, found in walk(narrow, start, site, known, ALSO.get(person, ())):
        visited += 1
        if person == "nobody" or path.startswith("/accounts/"):
            known.add(path)
        if answer.status != 200:
            faults.append(f"{path}: status {answer.status}")
            continue
        if found["headings"] != 1:
            faults.append(f"{path}: {found['headings']} first headings")
        if not re.fullmatch(r"\S.* – IMSA Learning", found["title"]):
            faults.append(f"{path}: the title is “{found['title']}”")
        if found["width"] > 320:
            faults.append(f"{path}: scrolls sideways, {found['width']} px wide on a screen of 320")
        faults += [f"{path}: the raw word “{raw.group()}”" for raw in RAW.finditer(found["said"])]
        pieces = {shape(path), *found["pieces"]}
        if pieces - looked_at:
            looked_at |= pieces
            dark.goto(path)
            for screen, rules in ((narrow, {}), (dark, {"runOnly": OF_COLOUR})):
                try:
                    axe(screen, **rules)
                except AssertionError as said:
                    faults.append(f"{'dark' if screen is dark else 'light'}: {said}")
    assert not faults, "\n".join(faults)
    assert visited >= 2, "the crawl lost its way"
