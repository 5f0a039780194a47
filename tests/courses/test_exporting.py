"""A module to take away: whole, harmless, readable by any EPUB reader and by a printer."""

import io
import os
import posixpath
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from lxml import etree

from courses.exporting import Book, Chapter
from courses.exporting.epub import epub
from courses.exporting.printed import printed
from courses.markup.tidy import rebuilt, words_of
from courses.models import Term
from courses.rendering.glossary import Glossary
from lms.kit import pdf
from lms.kit.pdf import UNPRINTED

UNIT = """
<h2>Start with the person</h2><p>The survivor <strong>directs</strong> the work &amp; nobody else.</p>
<section class="provision" aria-label="The law: Act 2015"><p class="provision__head"><span class="provision__act">Act 2015</span>
<span class="provision__section">s.8</span> <span class="chip">Scotland</span> <span class="tag tag--good">In force</span></p>
<div class="provision__body stack"><p>Prosecutors are instructed.</p></div>
<p class="provision__foot">Law as at 21 November 2026. <a href="https://law.example/asp/2015/12" rel="noreferrer">Read it at the source</a></p>
</section><p class="key-point">Ask early.</p>
<section class="comparison"><h3>One look</h3><div class="table-wrap" tabindex="0" role="region" aria-label="One look"><table class="table">
<thead><tr><th scope="col"><span class="vh">Subject</span></th><th scope="col">Days</th></tr></thead>
<tbody><tr><th scope="row">Scotland</th><td data-label="Days">90</td></tr></tbody></table></div></section>
<h2>Next</h2><ul><li>One<ul><li>Deep</li></ul></li><li>Two</li></ul>
"""
ODD = [
    "<p>unclosed <b>bold <p>next</b> <i>x",
    "<td>stray</td><li>loose",
    "<strong><h2>Hi</h2><p>x</p></strong><h2> </h2>",
    "",
    "a\x00b\x0b&#12;c",
    "<table><caption>cap</caption><tr><td><table><tr><td>in</td></tr></table></td></tr><p>foster</table>",
    "<ul>text<li>a<p>b</p><ul><li>c</ul></ul>",
    '<a href=" https://x.example/a b?c=<>&amp;d=é%">k</a> <a href="https://">none</a> <a href="mailto:a@b.example">m</a>',
    "<dl><dt>a<dd>b</dl>",
    "<script>evil()</script><img src=x alt='A cat'><video src=x><p>transcript</p></video><iframe src=x></iframe>",
    "<div>" * 2500 + "deep",
    '<p onclick="x()" style="color:red" class="MsoNormal quiet">Word</p><o:p>odd</o:p>',
    "<ul><li><table><tr><li>q<td>r</table>",
    "<table><thead><tr><th>a</thead><thead><tr><td>b</thead><tr><td colspan=3 rowspan=0>c</table><table></table><ul></ul>",
    "\ud800<p>\ufffe",
    "<ul><li>" * 200 + "far",
    "<sup><p>s</p></sup><h6>six</h6><blockquote>q</blockquote>",
]


@pytest.fixture
def book():
    return Book(
        "urn:imsa:M1:scotland",
        "Rights & law",
        datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        [
            Chapter(
                "What an IMSA is",
                UNIT,
                "Scotland",
                "Version 3",
                "It mentions fear.",
                ("Say what <it> is.",),
                date(2026, 11, 21),
            ),
            Chapter("The second", "<h2>Start with the person</h2><p>Words.</p>"),
        ],
        authors=("A Tutor",),
        publisher="The Centre",
        notice="Demonstration curriculum.",
        nations="Scotland",
    )


def opened(data):
    packed = zipfile.ZipFile(io.BytesIO(data))
    return packed, {name: packed.read(name) for name in packed.namelist()}


def by_hand(data):
    """What every reader needs: the type first, XML that parses, a manifest that is whole, links that lead somewhere."""
    packed, files = opened(data)
    first = packed.infolist()[0]
    assert (
        first.filename == "mimetype"
        and first.compress_type == zipfile.ZIP_STORED
        and not first.extra
    )
    assert files["mimetype"] == b"application/epub+zip"
    pages = {
        name: etree.fromstring(text)
        for name, text in files.items()
        if name.endswith((".xml", ".opf", ".xhtml"))
    }
    package = pages[pages["META-INF/container.xml"].find(".//{*}rootfile").get("full-path")]
    listed = {item.get("id"): f"EPUB/{item.get('href')}" for item in package.iterfind(".//{*}item")}
    assert set(listed.values()) == set(files) - {
        "mimetype",
        "META-INF/container.xml",
        "EPUB/package.opf",
    }
    assert {ref.get("idref") for ref in package.iterfind(".//{*}itemref")} <= set(listed)
    for name, page in pages.items():
        for element in page.iter():
            for link in filter(None, (element.get("href"), element.get("src"))):
                if re.match("(https?|mailto|tel):", link) or name.endswith(".opf"):
                    continue
                path, _, part = link.partition("#")
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
                assert target in files, link
                assert not part or pages[target].xpath("//*[@id=$part]", part=part), link


def epubcheck(path):
    """What epubcheck says; None where it cannot be run. Debian's command is the jar itself."""
    found = shutil.which("epubcheck")
    for command in ([found], [shutil.which("java"), "-jar", found and posixpath.realpath(found)]):
        if all(command):
            try:
                said = subprocess.run(
                    [*command, str(path)],
                    capture_output=True,
                    text=True,
                    errors="replace",
                    timeout=120,
                )
            except OSError:
                continue
            return said.returncode, said.stdout + said.stderr


def letters(text):
    return re.sub(r"\s+", "", text)


# ---- EPUB ----


def test_an_epub_is_whole_and_says_what_it_is(book):
    data = epub(book)
    by_hand(data)
    _, files = opened(data)
    package = etree.fromstring(files["EPUB/package.opf"])
    said = [(meta.get("property"), meta.text) for meta in package.iterfind(".//{*}meta")]
    for pair in [
        ("dcterms:modified", "2026-11-21T09:30:00Z"),
        ("schema:accessMode", "textual"),
        ("schema:accessibilityHazard", "none"),
        ("schema:accessibilityFeature", "tableOfContents"),
        ("schema:accessibilityFeature", "structuralNavigation"),
    ]:
        assert pair in said
    assert "schema:accessibilitySummary" in dict(said)
    unit = etree.fromstring(files["EPUB/unit-01.xhtml"])
    text = " ".join("".join(unit.itertext()).split())
    for words in (
        "What an IMSA is",
        "Scotland. Version 3. Law as at 21 November 2026.",
        "It mentions fear.",
        "Say what <it> is.",
        "Prosecutors are instructed.",
        "Subject",
    ):
        assert words in text
    assert (
        unit.findall(".//{*}table") and unit.find(".//{*}section[@class='provision']") is not None
    )
    nav = files["EPUB/nav.xhtml"].decode()
    assert "unit-01.xhtml#part-2" in nav and 'epub:type="landmarks"' in nav
    assert b"<style" not in b"".join(files.values()) and b"style=" not in b"".join(files.values())


def test_the_same_book_gives_the_same_bytes(book):
    assert epub(book) == epub(replace(book)) and epub(book) != epub(replace(book, title="Another"))


def test_an_epub_stays_sound_whatever_the_html_was(book, tmp_path):
    odd = [
        Chapter(f"{n} <&>\x02", html, content_note="<x>", outcomes=("]]>",))
        for n, html in enumerate(ODD)
    ]
    data = epub(
        replace(
            book,
            title='T <&> "x"\x07',
            identifier="a&b",
            authors=("A <b>",),
            notice="\x01n",
            chapters=book.chapters + odd,
        )
    )
    by_hand(data)
    path = tmp_path / "module.epub"
    path.write_bytes(data)
    said = epubcheck(path)
    if said is None and not os.environ.get("IMSA_TEST_ALL"):
        pytest.skip("SKIPPED LOUDLY: epubcheck is not on this machine (apt-get install epubcheck)")
    assert said and said[0] == 0, said


@pytest.mark.parametrize(
    "html, kept",
    [
        ("<p>a <b>b <p>c</b> d", "a b c d"),
        ("<td>stray</td><li>loose", "stray loose"),
        ("<table><tr><p>foster</p></tr></table>", "foster"),
        (
            "<table><tr><td>x<table><tr><td>in</td></tr></table>after</td></tr></table>",
            "x in after",
        ),
        ("<div>" * 2500 + "deep", "deep"),
        ("<ul><li>" * 200 + "far", "far"),
        ("<dl><dt>a<dd>b</dl>", "a b"),
        ("<img alt='A cat'>", "[Picture: A cat]"),
        ("<details><summary>s</summary>t</details>", "s t"),
        ("<b> </b>x<p> </p>y", "x y"),
        ("<ul><li>a</li>b</ul>c", "a b c"),
    ],
)
def test_no_word_is_lost(html, kept):
    assert letters(words_of(rebuilt(html))) == letters(kept)


def test_nothing_that_runs_or_fetches_goes_along():
    made = etree.tostring(
        rebuilt(
            '<script>evil()</script><a href="javascript:evil()">a</a><a href="data:text/html,evil">b</a><p onclick="evil()" style="evil">c</p>'
            '<img src="https://evil.example/x.png"><iframe src="evil"></iframe><svg onload="evil()"><text>evil</text></svg><object data="evil"></object>'
        )
    ).decode()
    assert "evil" not in made and "href" not in made


def test_the_words_of_a_unit_stand_out_and_lead_nowhere_back():
    glossary = Glossary([Term(key="nrm", term="NRM", meaning="How a victim is identified.")])
    html = glossary.mark("<p>The NRM is slow.</p>") + glossary.render()
    made = rebuilt(html)
    assert [words_of(one) for one in made.iter("strong")] == ["NRM"]
    assert "How a victim is identified." in words_of(made) and "Back" not in words_of(made)


# ---- paper ----


def test_a_printed_module_has_its_words_its_law_and_its_addresses(book):
    drawn = printed(book)
    text = " ".join(pdf.text_of(drawn).split())
    for words in (
        "Rights & law",
        "The Centre",
        "Saturday 21 November 2026",
        "Demonstration curriculum.",
        "Contents",
        "Before you read: It mentions fear.",
        "Say what <it> is.",
        "Act 2015",
        "(https://law.example/asp/2015/12)",
        "Ask early.",
        "Page 3 of 4",
        "90",
        "Deep",
    ):
        assert words in text
    assert all(embedded for _, embedded in pdf.fonts_in(drawn)) and pdf.pages_in(drawn) == 4


def test_names_are_printed_whole_and_what_cannot_be_printed_says_so(book):
    drawn = printed(
        replace(
            book,
            chapters=[
                Chapter("Łucja ✓", "<p>Ngọc Nguyễn, Ẹniọlá, <em>Київ</em> → مرحبا بك end</p>")
            ],
        )
    )
    text = " ".join(pdf.text_of(drawn).split())
    assert (
        "Ngọc Nguyễn, Ẹniọlá, Київ →" in text
        and f"{UNPRINTED} end" in text
        and f"Łucja {UNPRINTED}" in text
    )


@pytest.mark.parametrize(
    "html",
    [
        f"<table><tr><th>a</th><td>{'wurd ' * 2000}</td></tr></table>",
        f"<section class='case'><p>{'wurd ' * 2000}</p></section>",
        f"<section class='case'><table>{'<tr><td>' + 'wurd ' * 40 + '</td></tr>'}{('<tr><td>' + 'wurd ' * 40 + '</td></tr>') * 49}</table></section>",
        f"<p class='key-point'>{'wurd ' * 2000}</p>",
        f"<ul><li>{'wurd ' * 2000}</li></ul>",
        f"<section class='case'>{'<p>wurd wurd</p>' * 1000}</section>",
    ],
)
def test_a_long_box_or_cell_goes_on_to_the_next_page(book, html):
    """xhtml2pdf draws over the edge of the paper what it cannot part."""
    drawn = printed(replace(book, chapters=[Chapter("Long", html)]))
    assert pdf.text_of(drawn).count("wurd") == 2000
    assert all(
        page.extract_text().count("wurd") < 900 for page in pdf.PdfReader(io.BytesIO(drawn)).pages
    )


def test_odd_html_is_printed_too(book):
    drawn = printed(
        replace(book, chapters=[Chapter(f"Odd {n} <&>\x02", html) for n, html in enumerate(ODD)])
    )
    text = letters(pdf.text_of(drawn))
    assert all(
        words in text
        for words in ("unclosedboldnext", "foster", "[Picture:Acat]", "transcript", "deep", "far")
    )
    assert "evil()" not in text


def test_a_wide_table_and_a_long_address_stay_on_the_paper(book):
    columns = "".join(f"<td>column {n} incomprehensibilities</td>" for n in range(14))
    html = f"<table><tr>{columns}</tr></table><p>https://x.example/{'a' * 400} <a href='https://x.example/{'b' * 400}'>k</a></p>"
    drawn = printed(replace(book, chapters=[Chapter("Wide", html)]))
    ends = []
    for page in pdf.PdfReader(io.BytesIO(drawn)).pages:
        page.extract_text(
            visitor_text=lambda text, cm, tm, font, size: ends.append(
                cm[4] + tm[4] + len(text.strip()) * 2
            )
        )
    assert max(ends) < 595
