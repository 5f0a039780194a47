"""Files as the world makes them: judged by their standard, never a 500, and no author's name in the markers' copy."""

import io
import random
import re
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from lms.kit import files
from lms.kit.files import limits, pictures

from .documents import REL, R, W, packed, word_parts
from .test_files import changed, look, pdf_bytes, refused

CASES = Path(__file__).parent.parent / "cases"
NAME = "Quillfeather"
XML = '<?xml version="1.0"?>'


def case(name):
    return (CASES / name).read_bytes()


# ---- judged by the standard ----


@pytest.mark.parametrize(
    "name",
    [
        "docx-main-part-is-document2.docx",
        "pdf-two-bytes-before-header.pdf",
        "pdf-bom-before-header.pdf",
        "pdf-restricted-opens-without-password-aes256.pdf",
    ],
)
def test_honest_files_are_taken_and_markers_can_open_the_copy(name):
    kind = look(name, case(name))
    copy = files.without_properties(kind, case(name))
    assert look(f"copy.{kind}", copy) == kind
    if kind == "pdf":
        assert copy.startswith(b"%PDF-")
        reader = PdfReader(io.BytesIO(copy))
        assert not reader.is_encrypted and len(reader.pages)
        assert [p.extract_text() for p in reader.pages] == [
            p.extract_text() for p in files.pdfs.opened(case(name)).pages
        ]
        assert files.measured(kind, case(name)).pages == len(reader.pages)
    else:
        assert files.measured(kind, case(name)).words == files.measured(kind, copy).words > 0


def test_a_pdf_locked_otherwise_is_refused_with_a_sentence():
    refused("essay.pdf", case("pdf-encrypted-to-a-certificate.pdf"), "locked")


@pytest.mark.parametrize(
    "begins", [b"MZ", b"<html><script>x()</script>", b"PK\x03\x04", b"\xef\xbb\xbf <html>"]
)
def test_a_pdf_header_behind_another_kind_of_file_is_no_pdf(begins):
    refused("essay.pdf", begins + b"\n" + pdf_bytes(), "not a PDF")
    refused("essay.pdf", b"\n" * 2000 + pdf_bytes(), "not a PDF")


def test_a_strict_word_file_and_one_with_windows_paths_are_word_files():
    strict = {
        name: part.replace(REL, "http://purl.oclc.org/ooxml/officeDocument/relationships").replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        if isinstance(part, str)
        else part
        for name, part in word_parts().items()
    }
    for parts in (
        strict,
        {
            name.replace("/", "\\") if name.startswith("word") else name: part
            for name, part in word_parts().items()
        },
    ):
        content = packed(parts)
        assert look("essay.docx", content) == "docx"
        assert files.measured("docx", content).words > 0
        assert b"McProperty" not in everything(files.without_properties("docx", content))


# ---- whatever a library raises ----


@pytest.mark.parametrize(
    "fault",
    [
        NotImplementedError,
        RecursionError,
        MemoryError,
        OverflowError,
        zlib.error,
        AssertionError,
        KeyError,
    ],
)
def test_whatever_is_raised_while_reading_is_a_sentence(fault, caplog):
    with pytest.raises(files.BadFile, match="cannot read") as caught, limits.reading(5):
        raise fault("Secret words of the file")
    assert "Secret" not in str(caught.value) + caplog.text and fault.__name__ in caplog.text


def test_mutated_files_never_break_the_server():
    """Bytes changed at random in real files: taken or refused, and nothing else."""
    chance = random.Random(9)
    seeds = [
        (p.name, p.read_bytes()) for p in sorted(CASES.iterdir()) if p.suffix in (".pdf", ".docx")
    ]
    refusals = 0
    for round_ in range(60):
        name, content = seeds[round_ % len(seeds)]
        body = bytearray(content)
        for _ in range(chance.randint(1, 30)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        if round_ % 4 == 0:
            del body[chance.randrange(len(body)) :]
        try:
            kind = files.look_into(SimpleUploadedFile(name, bytes(body)))
            files.without_properties(kind, bytes(body))
        except files.BadFile as refusal:
            refusals += 1
            assert str(refusal).endswith(".")
    assert refusals


# ---- what is not let in ----


def test_programs_pages_and_the_scanners_test_string_are_refused():
    for name, body in (
        ("word/media/x.bin", b"MZ\x90\0program"),
        ("word/x.bin", b"  <HTML><script>x()</script>"),
        ("word/x.htm", b"hello"),
    ):
        refused("essay.docx", packed({**word_parts(), name: body}), "program or a web page")
    page = '<html xmlns="http://www.w3.org/1999/xhtml"><script>x()</script></html>'
    refused("essay.docx", packed({**word_parts(), "word/x.xml": page}), "program or a web page")
    refused(
        "essay.docx", packed({**word_parts(), "word/media/x.bin": files.EICAR}), "virus scanner"
    )
    refused("essay.pdf", pdf_bytes() + files.EICAR, "virus scanner")


def test_attachments_and_forms_in_a_pdf_are_refused():
    refused(
        "essay.pdf", changed(pdf_bytes(), lambda w: w.add_attachment("a.txt", b"a")), "attached"
    )
    field = DictionaryObject(
        {NameObject("/FT"): NameObject("/Tx"), NameObject("/V"): TextStringObject("my answer")}
    )
    refused("essay.pdf", changed(pdf_bytes(), lambda w: w._add_object(field)), "form")


def scanner_that_finds(content):
    return True


def scanner_that_breaks(content):
    raise OSError("no scanner")


def test_the_sites_own_scanner_is_asked_and_one_that_fails_lets_nothing_through(settings):
    settings.IMSA_UPLOAD_SCANNER = f"{__name__}.scanner_that_finds"
    refused("essay.pdf", pdf_bytes(), "virus scanner")
    settings.IMSA_UPLOAD_SCANNER = f"{__name__}.scanner_that_breaks"
    refused("essay.pdf", pdf_bytes(), "cannot check")


# ---- the name in every place ----


def everything(content):
    """Every byte of a file, unfolded, with the words of PDF strings however they are written."""
    out = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            out += [
                name.encode() + b"\n" + everything(archive.read(name))
                for name in archive.namelist()
            ]
    if b"%PDF-" in content[:1024]:
        reader = PdfReader(io.BytesIO(content))
        for thing in files.pdfs._objects(reader):
            out.append(repr(thing).encode())
            if hasattr(thing, "get_data") and thing.get("/Filter") in (None, "/FlateDecode"):
                out.append(thing.get_data())
        out += [
            bytes.fromhex(found.decode())
            for found in re.findall(rb"<((?:[0-9A-Fa-f]{2})+)>", content)
        ]
    whole = b"\n".join(out)
    return whole + whole.replace(b"\0", b"")


def test_the_search_itself_finds_a_planted_name():
    assert NAME.encode() in everything(packed({"a.xml": NAME})) and NAME.encode() in everything(
        packed({"a": NAME.encode("utf-16-le")})
    )
    assert NAME.encode() in everything(pdf_bytes(author=NAME))


def bound(xpath, words):
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{NAME}"/><w:dataBinding w:xpath="{xpath}" w:storeItemID="{{1}}"/></w:sdtPr>'
        f"<w:sdtContent><w:r><w:t>{words}</w:t></w:r></w:sdtContent></w:sdt>"
    )


def field(code, words):
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{words}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_no_place_of_a_word_file_names_its_author():
    body = (
        f"<w:p>{bound('/ns1:coreProperties[1]/ns0:creator[1]', NAME)}{bound('/ns0:Properties[1]/ns0:Manager[1]', NAME)}"
        f"{bound('/cp:coreProperties[1]/dc:title[1]', 'Trauma and trust')}"
        f"{field(' AUTHOR ', NAME)}{field(' DOCVARIABLE who ', NAME)}"
        f"{field(f' INCLUDEPICTURE &quot;C:/Users/{NAME}/a.png&quot; ', 'Picture one')}"
        f"{field(f' HYPERLINK &quot;C:/Users/{NAME}/a.docx&quot; ', 'My notes')}"
        f"{field(f' ADDIN ZOTERO_ITEM {NAME} ', '(Herman, 1992)')}{field(' PAGE ', '3')}"
        f'<w:del w:id="1" w:author="{NAME}"><w:r><w:delText>{NAME}</w:delText><w:t>{NAME}</w:t></w:r></w:del>'
        f'<w:moveFrom w:id="2" w:author="{NAME}"><w:r><w:t>{NAME}</w:t></w:r></w:moveFrom>'
        f'<w:ins w:id="3" w:author="{NAME}"><w:r><w:t>What I added.</w:t></w:r></w:ins>'
        f'<w:bookmarkStart w:id="4" w:name="{NAME}"/><w:permStart w:id="5" w:ed="{NAME}@mail.example"/>'
        f'<w:hyperlink r:id="rIdP"><w:r><w:t>The draft</w:t></w:r></w:hyperlink>'
        '<w:r><w:drawing xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f'<wp:docPr id="1" name="{NAME}.jpg" descr="C:\\Users\\{NAME}\\me.jpg" title="{NAME}"/></w:drawing></w:r>'
        f"<!-- {NAME} --><?who {NAME}?><w:r><w:t>And the end.</w:t></w:r></w:p>"
    )
    parts = word_parts(NAME)
    parts["word/document.xml"] = f"{XML}<w:document {W} {R}><w:body>{body}</w:body></w:document>"
    more = "".join(
        f'<Relationship Id="rId{kind}" Type="{REL}/{kind}" Target="{target}"/>'
        for kind, target in (
            ("glossaryDocument", "glossary/document.xml"),
            ("package", "embeddings/book.xlsx"),
            ("image", "media/i.png"),
            ("printerSettings", "printerSettings/p.bin"),
            ("unheardOf", "unheard.xml"),
        )
    )
    more += (
        f'<Relationship Id="rIdP" Type="{REL}/hyperlink" TargetMode="External" '
        f'Target="https://college-my.sharepoint.com/personal/ada_{NAME}/a.docx"/>'
    )
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace("</Relationships>", f"{more}</Relationships>")
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(
        "docProps/core.xml", "package/services/metadata/core-properties/0a.psmdcp"
    )
    picture = io.BytesIO()
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", NAME)
    Image.new("RGB", (4, 4)).save(picture, "PNG", pnginfo=said)
    parts |= {
        "package/services/metadata/core-properties/0a.psmdcp": f"<x>{NAME}</x>",
        "word/glossary/document.xml": f"<x>{NAME}</x>",
        "word/embeddings/book.xlsx": packed(
            {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": f"<w>{NAME}</w>"}
        ),
        "word/media/i.png": picture.getvalue(),
        "word/unheard.xml": f"<x>{NAME}</x>",
        f"word/{NAME}.xml": "<x/>",
        "word/printerSettings/p.bin": NAME.encode("utf-16-le"),
        "docProps/thumbnail.jpeg": NAME.encode(),
        "word/settings.xml": (
            f'{XML}<w:settings {W} {R}><w:docVars><w:docVar w:name="who" w:val="{NAME}"/></w:docVars><w:mailMerge><w:query '
            f'w:val="{NAME}"/></w:mailMerge><w:zoom w:percent="90"/><w:unheardOf w:val="{NAME}"/></w:settings>'
        ),
    }
    content = packed(parts)
    assert look("essay.docx", content) == "docx"
    assert NAME.encode() in everything(content)
    copy = files.without_properties("docx", content)
    assert NAME.encode() not in everything(copy)
    assert look("essay.docx", copy) == "docx"
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        document = archive.read("word/document.xml").decode()
    for words in (
        "Trauma and trust",
        "Picture one",
        "My notes",
        "(Herman, 1992)",
        "What I added.",
        "The draft",
        "And the end.",
        " PAGE ",
    ):
        assert words in document
    assert copy == files.without_properties("docx", content)


def test_no_place_of_a_pdf_names_its_author():
    def plant(writer):
        def of(**keys):
            return DictionaryObject({NameObject(f"/{k}"): v for k, v in keys.items()})

        who = TextStringObject(NAME)
        wide = TextStringObject(f"Ŵ {NAME}")  # written as UTF-16BE
        writer.add_metadata({"/Author": NAME, "/Owner": NAME})
        writer.add_outline_item(NAME, 0)
        root, page = writer._root_object, writer.pages[0]
        root[NameObject("/PageLabels")] = of(Nums=ArrayObject([NumberObject(0), of(P=who)]))
        element = of(
            Type=NameObject("/StructElem"),
            S=NameObject("/P"),
            Alt=who,
            ActualText=wide,
            T=who,
            E=who,
            K=NumberObject(0),
        )
        root[NameObject("/StructTreeRoot")] = of(
            Type=NameObject("/StructTreeRoot"), K=writer._add_object(element)
        )
        layer = of(Type=NameObject("/OCG"), Name=who, Usage=of(CreatorInfo=of(Creator=wide)))
        root[NameObject("/OCProperties")] = of(
            OCGs=ArrayObject([writer._add_object(layer)]), D=of(Creator=who, Name=who)
        )
        root[NameObject("/UnheardOf")] = who
        page[NameObject("/UnheardOf")] = wide
        writer.add_annotation(
            0,
            of(
                Type=NameObject("/Annot"),
                Subtype=NameObject("/Link"),
                Contents=who,
                NM=who,
                Rect=ArrayObject(NumberObject(n) for n in (1, 1, 9, 9)),
                A=of(S=NameObject("/URI"), URI=TextStringObject("https://www.gov.uk/"), X=who),
            ),
        )
        for address in (
            f"https://c-my.sharepoint.com/personal/{NAME}/a",
            f"https://x.example/Users/{NAME}/a",
            f"file:///C:/Users/{NAME}/a",
        ):
            writer.add_annotation(
                0,
                of(
                    Type=NameObject("/Annot"),
                    Subtype=NameObject("/Link"),
                    Rect=ArrayObject(NumberObject(n) for n in (1, 1, 9, 9)),
                    A=of(S=NameObject("/URI"), URI=TextStringObject(address)),
                ),
            )
        drawn = page.get_contents()
        drawn.set_data(f"/Span <</ActualText ({NAME})>> BDC EMC\n".encode() + drawn.get_data())
        page[NameObject("/Contents")] = writer._add_object(drawn)

    content = changed(pdf_bytes(), plant)
    assert look("essay.pdf", content) == "pdf" and NAME.encode() in everything(content)
    copy = files.without_properties("pdf", content)
    assert NAME.encode() not in everything(copy)
    reader = PdfReader(io.BytesIO(copy))
    assert "Page 1" in reader.pages[0].extract_text()
    assert [a.get_object()["/A"]["/URI"] for a in reader.pages[0]["/Annots"]] == [
        "https://www.gov.uk/"
    ]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "WEBP"])
def test_every_kind_of_picture_loses_its_marks_and_still_shows(kind):
    out, picture = io.BytesIO(), Image.new("RGB", (8, 8), "red")
    marks = Image.Exif()
    marks[0x013B] = NAME
    options = {
        "GIF": {"comment": NAME.encode()},
        "PNG": {"exif": marks},
        "JPEG": {"exif": marks, "comment": NAME.encode()},
        "TIFF": {"tiffinfo": {315: NAME, 270: NAME}},
        "WEBP": {"exif": marks.tobytes(), "xmp": NAME.encode()},
    }
    picture.save(out, kind, **options[kind])
    content = out.getvalue()
    if kind == "JPEG":
        content += content  # a second picture behind the first
    assert NAME.encode() in content
    bare = pictures.clean_picture(content)
    assert NAME.encode() not in bare
    with Image.open(io.BytesIO(bare)) as kept:
        assert kept.size == (8, 8) and kept.convert("RGB").getpixel((4, 4))[0] > 240


def test_a_picture_of_an_unknown_kind_is_refused_for_the_copy():
    with pytest.raises(files.BadFile, match="PNG or JPEG"):
        files.without_properties(
            "docx", packed({**word_parts(), "word/media/image1.png": NAME.encode()})
        )
