"""OpenDocument files and presentations: what a marker gets of one says nothing of who wrote it, and says all that it said."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lms.kit import files
from lms.kit.files.word_page import word_page

from .other_documents import AUTHOR, odp_parts, odt_parts, packed, picture, pptx_parts

MAKERS = {"odt": odt_parts, "odp": odp_parts, "pptx": pptx_parts}


def upload(content, name):
    return SimpleUploadedFile(name, content)


def refusal(parts, name):
    with pytest.raises(files.BadFile) as refused:
        files.look_into(upload(packed(parts), name), files.WORK)
    return str(refused.value)


@pytest.mark.parametrize("kind", MAKERS)
def test_the_copy_names_nobody_and_is_a_word_file_that_can_be_read(kind):
    content = packed(MAKERS[kind]())
    assert files.look_into(upload(content, f"work.{kind.upper()}"), files.WORK) == kind
    copy = files.without_properties(kind, content)
    assert copy == files.without_properties(kind, content), "the same every time"
    assert files.look_into(upload(copy, "copy.docx")) == "docx"
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        for name in archive.namelist():
            said = archive.read(name).decode("latin-1")
            assert AUTHOR not in said and "McProperty" not in said, name
    page = word_page(copy)
    assert "McProperty" not in page.html
    assert files.measured("docx", copy).words and files.has_words("docx", copy)
    wanted = {
        "odt": [
            '<h2 id="p1">',
            "<strong>invented</strong> survivor.<br>Second line",
            "A note below.",
            "By  and after it",
            "Filled in by hand",
            "1. First item",
            "2. Second item",
            "In a box",
            "<table>",
            "Cell two",
            "A link",
        ],
        "odp": [
            "Slide 1: A decision",
            "Reasonable grounds",
            "Notes",
            "What I would say",
            "Slide 2 (hidden)",
            "Not shown",
        ],
        "pptx": [
            "Slide 1: A decision",
            "Reasonable grounds",
            "Cell one",
            "What I would say",
            "Slide 2 (hidden): The second slide",
        ],
    }[kind]
    places = [page.html.find(words) for words in wanted]
    assert -1 not in places, (wanted[places.index(-1)], page.html)
    assert page.pictures == (0 if kind == "odp" else 1)
    if kind == "pptx":
        assert places == sorted(places), "in the order in which they are shown"


def test_what_is_refused_says_what_to_do():
    macro = {**odt_parts(), "Basic/Standard/Module1.xml": "<x/>"}
    assert "macros" in refusal(macro, "a.odt")
    assert "macros" in refusal({**pptx_parts(), "ppt/vbaProject.bin": b"x"}, "a.pptx")
    assert "macros" in refusal(pptx_parts(), "a.pptm")
    locked = {**odt_parts(), "META-INF/manifest.xml": "<m><encryption-data/></m>"}
    assert "password" in refusal(locked, "a.odt")
    assert "sound or film" in refusal({**pptx_parts(), "ppt/media/m.mp4": b"x"}, "a.pptx")
    assert "program" in refusal({**odt_parts(), "Object 1": b"MZ\x90"}, "a.odt")
    assert "program" in refusal({**odt_parts(), "Object 1": b"\xd0\xcf\x11\xe0"}, "a.odt")
    assert "damaged" in refusal({**odt_parts(), "content.xml": "<x"}, "a.odt")
    entity = '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    assert "damaged" in refusal({**odt_parts(), "meta.xml": entity}, "a.odt")
    assert "not an OpenDocument text" in refusal(odp_parts(), "a.odt")
    assert "not an OpenDocument text" in refusal({"a.txt": "x"}, "a.odt")
    assert "damaged" in refusal(odt_parts(), "a.pptx")
    with pytest.raises(files.BadFile, match="not a PowerPoint"):
        files.look_into(upload(picture(), "a.pptx"), files.WORK)
    with pytest.raises(files.BadFile, match="password"):
        files.look_into(upload(files.OLE + b"x" * 600, "a.pptx"), files.WORK)
    # Where work is not what is sent, only what was taken before.
    for kind, make in MAKERS.items():
        with pytest.raises(files.BadFile, match="We take PDF and Word"):
            files.look_into(upload(packed(make()), f"a.{kind}"))


def test_odd_pictures_and_nests_are_survived():
    parts = odt_parts()
    parts["Pictures/red.png"] = b"no picture"
    copy = files.without_properties("odt", packed(parts))
    assert "A picture that cannot be shown" in word_page(copy).html
    deep = "<text:section>" * 200 + "<text:p>Deep</text:p>" + "</text:section>" * 200
    parts["content.xml"] = str(parts["content.xml"]).replace(
        "<office:text>", f"<office:text>{deep}"
    )
    assert "What the law asks" in word_page(files.without_properties("odt", packed(parts))).html
