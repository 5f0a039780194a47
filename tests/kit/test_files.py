"""What an upload may be. A file let in wrongly attacks a marker; one refused wrongly loses a trainee's work."""

import contextlib
import io
import re
import time
import zipfile
import zlib

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Link
from pypdf.generic import (
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from reportlab.pdfgen import canvas

from lms.kit import files
from lms.kit.files import limits

from .documents import HEAD, W, packed, word_bytes, word_parts

AUTHOR = "Wordperson McProperty"


def pdf_bytes(pages=1, author=AUTHOR, canvas_options=None):
    out = io.BytesIO()
    sheet = canvas.Canvas(out, invariant=1, **(canvas_options or {}))
    sheet.setAuthor(author)
    for n in range(pages):
        sheet.drawString(72, 700, f"Page {n + 1}")
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def changed(content, change):
    """A PDF after `change(writer)`."""
    writer = PdfWriter(clone_from=io.BytesIO(content))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def look(name, content):
    return files.look_into(SimpleUploadedFile(name, content))


def refused(name, content, words):
    with pytest.raises(files.BadFile, match=words) as caught:
        look(name, content)
    sentence = str(caught.value)
    assert sentence.endswith(".") and "!" not in sentence
    return sentence


# ---- what is taken ----


def test_a_pdf_and_a_word_file_are_what_they_say():
    assert look("Essay.PDF", pdf_bytes()) == "pdf"
    assert look("essay.docx", word_bytes()) == "docx"


def test_the_upload_is_left_at_its_beginning():
    upload = SimpleUploadedFile("essay.pdf", pdf_bytes())
    files.look_into(upload)
    assert upload.read() == pdf_bytes()


def test_a_chart_may_keep_its_workbook():
    workbook = packed(
        {
            "[Content_Types].xml": "<Types/>",
            "docProps/core.xml": f"<x>{AUTHOR}</x>",
            "xl/workbook.xml": "<workbook/>",
        }
    )
    content = word_bytes(**{"word__embeddings__Book.xlsx": workbook})
    assert look("essay.docx", content) == "docx"
    assert_nameless(files.without_properties("docx", content))


# ---- what is not ----


def test_a_document_inside_a_document_is_not_taken():
    """Only a chart's workbook is; a whole document inside could hold a name that nobody strips."""
    refused(
        "essay.docx", word_bytes(**{"word__embeddings__inner.zip": word_bytes()}), "another archive"
    )


@pytest.mark.parametrize("name", ["essay.pdf", "essay.docx"])
def test_empty(name):
    refused(name, b"", "empty")


@pytest.mark.parametrize(
    "name", ["essay.odt", "essay.doc", "essay", "essay.pdf.exe", "essay.txt", "essay.docm"]
)
def test_other_kinds(name):
    refused(name, pdf_bytes(), "PDF|docx")


def test_a_name_that_lies():
    refused("essay.pdf", word_bytes(), "not a PDF")
    refused("essay.docx", pdf_bytes(), "not a Word file")
    refused("essay.pdf", b"<html><script>alert(1)</script>", "not a PDF")
    refused("essay.pdf", b"MZ" + pdf_bytes(), "not a PDF")
    refused("essay.docx", packed({"hello.txt": "a zip of something else"}), "not a Word file")


def test_too_large(settings):
    settings.IMSA_UPLOAD_MAX_BYTES = 1000
    refused("essay.pdf", b"%PDF-1.4" + b"x" * 1000, "larger than")


def test_locked_with_a_password():
    refused("essay.pdf", changed(pdf_bytes(), lambda w: w.encrypt("secret")), "password")
    refused(
        "essay.docx", files.OLE + b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" * 40, "password"
    )


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + b"\0" * 4000,
        pdf_bytes()[:200],
        b"%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF",
    ],
)
def test_damaged_pdf(content):
    refused("essay.pdf", content, "damaged|no pages|not a PDF")


def test_damaged_word():
    refused("essay.docx", word_bytes()[:-60], "damaged|not a Word file")
    refused("essay.docx", b"PK\x03\x04" + b"\0" * 100, "damaged|not a Word file")
    refused(
        "essay.docx", packed({**word_parts(), "word/document.xml": "<w:document"}), "read safely"
    )


# ---- what would run ----


@pytest.mark.parametrize(
    "action",
    [
        {"/S": "/JavaScript", "/JS": "app.alert(1)"},
        {"/S": "/Launch", "/F": "cmd.exe"},
        {"/S": "/SubmitForm", "/F": "https://x.example"},
    ],
)
def test_a_pdf_that_acts(action):
    def arm(writer):
        written = DictionaryObject({NameObject("/Type"): NameObject("/Action")})
        for key, value in action.items():
            written[NameObject(key)] = (
                NameObject(value) if value.startswith("/") else TextStringObject(value)
            )
        writer._root_object[NameObject("/OpenAction")] = writer._add_object(written)

    refused("essay.pdf", changed(pdf_bytes(), arm), "script or start a program")


def test_a_word_file_with_macros():
    refused(
        "essay.docx", packed({**word_parts(), "word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), "macros"
    )
    types = word_parts()["[Content_Types].xml"].replace(
        "wordprocessingml.document.main", "wordprocessingml.document.main"
    )
    macro = types.replace(
        "</Types>",
        '<Override PartName="/x" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>',
    )
    refused("essay.docx", packed({**word_parts(), "[Content_Types].xml": macro}), "macros")


def test_a_word_file_with_another_programs_file():
    refused(
        "essay.docx",
        packed({**word_parts(), "word/embeddings/oleObject1.bin": files.OLE + b"\0" * 600}),
        "another program",
    )


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE w SYSTEM "http://x.example/x.dtd">',
    ],
)
def test_a_word_file_with_entities(doctype):
    document = f"{HEAD}{doctype}<w:document {W}><w:body/></w:document>"
    refused("essay.docx", packed({**word_parts(), "word/document.xml": document}), "read safely")


# ---- bombs and tricks ----


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "word\\..\\x.xml",
        "C:/x.xml",
        "word/../../x.xml",
        "WORD/DOCUMENT.XML",
    ],
)
def test_tricks_with_paths(name):
    refused("essay.docx", packed({**word_parts(), name: "<x/>"}), "read safely")


def test_a_word_bomb_is_not_unfolded():
    bombs = (
        packed({**word_parts(), "word/media/image1.png": b"\0" * (60 * 1024 * 1024)}),
        packed({**word_parts(), **{f"word/{n}.xml": "<x/>" for n in range(3001)}}),
    )
    began = time.thread_time()
    for content in bombs:
        refused("essay.docx", content, "unfolds")
    assert time.thread_time() - began < 5


def test_a_word_file_that_lies_about_its_size_is_read_no_further_than_the_limit():
    content = bytearray(packed({**word_parts(), "word/media/image1.png": b"\0" * 3_000_000}))
    place = content.rindex(b"word/media/image1.png") - 46
    assert content[place : place + 4] == b"PK\x01\x02"
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    refused("essay.docx", bytes(content), "damaged|unfolds")


def test_archives_in_archives():
    inner = packed({"a.txt": "a"})
    refused(
        "essay.docx", packed({**word_parts(), "word/embeddings/x.zip": inner}), "another archive"
    )
    nest = packed(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/x.xlsx": packed({"[Content_Types].xml": "<Types/>"}),
        }
    )
    refused(
        "essay.docx", packed({**word_parts(), "word/embeddings/x.xlsx": nest}), "another archive"
    )


def bomb(filters="/FlateDecode", layers=1, size=200 * 1024 * 1024):
    data = zlib.compress(b"\0" * size, 9)
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)

    def arm(writer):
        stream = EncodedStreamObject()
        stream._data = data
        stream[NameObject("/Filter")] = NameObject("/FlateDecode")
        if layers > 1:
            from pypdf.generic import ArrayObject

            stream[NameObject("/Filter")] = ArrayObject([NameObject("/FlateDecode")] * layers)
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)

    return changed(pdf_bytes(), arm)


def test_a_deflate_bomb_is_not_unfolded():
    bombs = bomb(), bomb(layers=2)
    began = time.thread_time()
    for content in bombs:
        refused("essay.pdf", content, "unfolds")
    assert time.thread_time() - began < 5


def test_too_many_pages():
    assert look("essay.pdf", pdf_bytes(pages=400)) == "pdf"
    refused("essay.pdf", pdf_bytes(pages=401), "401 pages")


def test_a_picture_of_a_billion_dots():
    def arm(writer):
        stream = DecodedStreamObject()
        stream.set_data(b"x")
        for key, value in (("/Width", 40000), ("/Height", 40000)):
            stream[NameObject(key)] = NumberObject(value)
        stream[NameObject("/Subtype")] = NameObject("/Image")
        writer._add_object(stream)
        writer.pages[0][NameObject("/Thumb")] = writer._objects[-1].indirect_reference

    refused("essay.pdf", changed(pdf_bytes(), arm), "picture")


def test_reading_stops_when_its_time_is_over():
    with pytest.raises(limits.OutOfTime), limits.within(0.2):
        while True:
            pass


def test_the_watch_never_strikes_after_its_block():
    """Whether the block ends in time or not: on a busy machine it may well not."""
    for _ in range(20):
        with contextlib.suppress(limits.OutOfTime), limits.within(0.01):
            pass
    until = time.monotonic() + 0.2
    while time.monotonic() < until:
        pass


# ---- what the copy says ----


def assert_nameless(content):
    bodies = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            bodies = [archive.read(name) for name in archive.namelist()]
            for inner in [b for b in bodies if b.startswith(b"PK")]:
                assert_nameless(inner)
    for body in bodies:
        for word in (b"Wordperson", b"McProperty", AUTHOR.encode("utf-16-be")):
            assert word not in body


def test_a_pdf_copy_has_no_properties_and_the_same_words():
    def sign(writer):
        writer.add_metadata({"/Author": AUTHOR, "/Company": AUTHOR})
        xmp = DecodedStreamObject()
        xmp.set_data(f"<x:xmpmeta><dc:creator>{AUTHOR}</dc:creator></x:xmpmeta>".encode())
        writer._root_object[NameObject("/Metadata")] = writer._add_object(xmp)
        writer.pages[0][NameObject("/Metadata")] = writer._root_object.raw_get("/Metadata")
        writer.pages[0][NameObject("/PieceInfo")] = DictionaryObject(
            {NameObject("/Who"): TextStringObject(AUTHOR)}
        )
        note = FreeText(text=AUTHOR, rect=(50, 550, 200, 650))
        note[NameObject("/T")] = TextStringObject(AUTHOR)
        writer.add_annotation(0, note)
        writer.add_annotation(
            0, Link(rect=(50, 50, 100, 100), url="https://www.legislation.gov.uk/")
        )
        writer.add_annotation(
            0, Link(rect=(50, 50, 100, 100), url=f"file:///C:/Users/{AUTHOR}/notes.pdf")
        )
        writer.add_annotation(0, Link(rect=(50, 50, 100, 100), url=f"mailto:{AUTHOR}@mail.example"))

    content = changed(pdf_bytes(), sign)
    assert look("essay.pdf", content) == "pdf"
    copy = files.without_properties("pdf", content)
    assert_nameless(copy)
    reader = PdfReader(io.BytesIO(copy))
    assert (
        reader.metadata is None
        and reader.xmp_metadata is None
        and "Page 1" in reader.pages[0].extract_text()
    )
    assert [a.get_object()["/A"]["/URI"] for a in reader.pages[0]["/Annots"]] == [
        "https://www.legislation.gov.uk/"
    ]
    for value in (o for o in reader.trailer.values()):
        assert AUTHOR not in str(value)
    assert look("essay.pdf", copy) == "pdf"


def test_a_pdf_whose_trailer_names_no_catalogue_is_cleaned_at_the_one_that_is_copied():
    def hide(writer):
        writer.add_named_destination(AUTHOR, 0)
        writer._add_object(DictionaryObject({NameObject("/Type"): NameObject("/Nothing")}))

    content = changed(pdf_bytes(), hide)
    at, last = content.rindex(b"trailer"), len(PdfReader(io.BytesIO(content)).xref[0])
    content = content[:at] + re.sub(rb"/Root \d+", b"/Root %d" % last, content[at:])
    assert look("essay.pdf", content) == "pdf"
    copy = PdfReader(io.BytesIO(files.without_properties("pdf", content)))
    assert len(copy.pages) == 1 and "/Names" not in copy.root_object


def test_a_word_copy_names_nobody_and_still_opens():
    copy = files.without_properties("docx", word_bytes(AUTHOR))
    assert_nameless(copy)
    assert look("essay.docx", copy) == "docx"
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        document = archive.read("word/document.xml").decode()
        names = archive.namelist()
        rels = archive.read("word/_rels/document.xml.rels").decode()
        settings_part = archive.read("word/settings.xml").decode()
        types = archive.read("[Content_Types].xml").decode()
    assert (
        "An invented survivor." in document
        and "and after it" in document
        and 'w:author="Author"' in document
    )
    assert "word/people.xml" not in names and "people" not in rels and "people" not in types
    assert "customXml/item1.xml" not in names and "item1" not in rels
    assert "legislation.gov.uk" in rels and "attachedTemplate" not in settings_part


def photograph(kind):
    """A small picture whose camera wrote down who took it, and where."""
    from PIL import Image, PngImagePlugin

    out, picture = io.BytesIO(), Image.new("RGB", (8, 8), "red")
    if kind == "JPEG":
        marks = Image.Exif()
        marks[0x013B] = AUTHOR
        picture.save(out, "JPEG", exif=marks, comment=AUTHOR.encode())
    else:
        said = PngImagePlugin.PngInfo()
        said.add_text("Author", AUTHOR)
        picture.save(out, "PNG", pnginfo=said)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_photographs_in_a_copy_do_not_say_who_took_them_or_where(kind, monkeypatch):
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    picture = photograph(kind)
    assert b"McProperty" in picture
    copy = files.without_properties(
        "docx", packed({**word_parts(), "word/media/image1.jpeg": picture})
    )
    assert_nameless(copy)
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        kept = Image.open(io.BytesIO(archive.read("word/media/image1.jpeg")))
    assert kept.size == (8, 8) and kept.convert("RGB").getpixel((4, 4))[0] > 240
    if kind == "JPEG":
        monkeypatch.setattr("reportlab.rl_config.useA85", 0)
        out = io.BytesIO()
        sheet = canvas.Canvas(out, pageCompression=0)
        sheet.drawImage(ImageReader(io.BytesIO(picture)), 10, 10)
        sheet.save()
        assert b"McProperty" in out.getvalue()
        assert_nameless(files.without_properties("pdf", out.getvalue()))


def test_the_copy_is_the_same_every_time():
    for kind, content in (("pdf", pdf_bytes()), ("docx", word_bytes())):
        assert files.without_properties(kind, content) == files.without_properties(kind, content)


# ---- keeping ----


def test_a_kept_file_reads_back_and_its_path_is_random():
    one, other = (
        files.keep(b"work", "submissions", "pdf"),
        files.keep(b"work", "submissions", "pdf"),
    )
    assert one != other and files.read(one) == b"work" and one.endswith(".pdf")
    place = settings.PRIVATE_ROOT / one
    assert place.stat().st_mode & 0o077 == 0 and not list(place.parent.glob("*.part"))


@pytest.mark.parametrize("path", ["../db.sqlite3", "/etc/passwd", "submissions/../../keys/ca.key"])
def test_no_path_leaves_the_private_folder(path):
    with pytest.raises(FileNotFoundError):
        files.read(path)
