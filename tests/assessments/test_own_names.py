"""Before work is handed in, its author is told where their own name still stands in the text the markers will read."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from reportlab.pdfgen import canvas

from assessments.taking.models import Submission

from ..kit.documents import HEAD, R, W, word_parts
from .scene import sign_in
from .test_check_first import CHECK, choose, hand_in, kept_files

CASES = Path(__file__).parents[1] / "cases"
TOLD, CLEAR = "Your name is still in your file", "did not find them"


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def author(scene):
    return sign_in(Client(), scene.author)


def a_pdf(*pages):
    out = io.BytesIO()
    drawn = canvas.Canvas(out)
    for lines in pages:
        for n, line in enumerate(lines):
            drawn.drawString(72, 780 - 20 * n, line)
        drawn.showPage()
    drawn.save()
    return SimpleUploadedFile("essay.pdf", out.getvalue())


def paragraphs(*texts):
    return "".join(
        f"<w:p><w:r><w:t>{text[:3]}</w:t></w:r><w:r><w:t>{text[3:]}</w:t></w:r></w:p>"
        for text in texts
    )


def a_word_file(body, header="", footer="", note=""):
    parts = word_parts("Nobody")
    parts["word/document.xml"] = f"{HEAD}<w:document {W} {R}><w:body>{body}</w:body></w:document>"
    for name, tag, text in (
        ("header1", "hdr", header),
        ("footer1", "ftr", footer),
        ("footnotes", "footnotes", note),
    ):
        inside = (
            f'<w:footnote w:id="2">{paragraphs(text)}</w:footnote>'
            if tag == "footnotes"
            else paragraphs(text)
        )
        if text:
            kind = {"hdr": "header", "ftr": "footer", "footnotes": "footnotes"}[tag]
            parts[f"word/{name}.xml"] = f"{HEAD}<w:{tag} {W}>{inside}</w:{tag}>"
            parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
                "</Types>",
                f'<Override PartName="/word/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/></Types>',
            )
            parts["word/_rels/document.xml.rels"] = parts["word/_rels/document.xml.rels"].replace(
                "</Relationships>",
                f'<Relationship Id="x{name}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
                f'Target="{name}.xml"/></Relationships>',
            )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return SimpleUploadedFile("essay.docx", out.getvalue())


def page_after(author, file):
    assert choose(author, file)["Location"] == CHECK
    return author.get(CHECK).content.decode()


def test_a_pdf_says_on_which_page_and_can_still_be_handed_in(scene, author):
    person = scene.author
    page = page_after(
        author,
        a_pdf(
            ["An essay on one year."],
            [f"Written by {person.first_name} {person.last_name}"],
            ["The end."],
        ),
    )
    assert (
        TOLD in page
        and f"<strong>{person.first_name} {person.last_name}</strong> (your name)" in page
    )
    assert "<li>page 2</li>" in page and "page 1<" not in page and "page 3<" not in page
    hand_in(author, Submission.objects.get().sha256)
    assert Submission.objects.get().state == "submitted", "advice, never a refusal"


@pytest.mark.parametrize(
    "written",
    [
        "{p.last_name}, {p.first_name}",
        "{p.last_name}",
        "{p.first_name}",
        "by {upper} in 2026",
        "{p.email}",
        "Student: {ref}",
        "Student: {spaced}",
        "{glued}",
        "{p.first_name}’s view",
    ],
)
def test_every_own_name_is_told_however_it_is_written(scene, author, written):
    ref = scene.enrolment.student_reference
    p = scene.author
    text = written.format(
        p=p,
        ref=ref,
        spaced=ref.replace("-", " "),
        upper=p.last_name.upper(),
        glued=f"{p.first_name}{p.last_name}",
    )
    assert TOLD in page_after(author, a_pdf(["An essay.", text]))
    assert TOLD in page_after(author, a_word_file(paragraphs("An essay.", text)))


def test_a_word_file_says_which_paragraph_header_or_footer(scene, author):
    name = scene.author.full_name
    page = page_after(
        author,
        a_word_file(
            paragraphs("An essay on one year.", f"My name is {name} and I begin."),
            header=f"{name}, page 1",
            footer=scene.enrolment.student_reference,
            note=f"See {name}.",
        ),
    )
    assert f"paragraph 2 (“My name is {name} and I begin.”)" in page
    assert (
        "<li>the header</li>" in page
        and "<li>the footer</li>" in page
        and "<li>a footnote</li>" in page
    )
    assert "(your student reference)" in page and "paragraph 1 (" not in page


def test_a_file_without_them_says_so(scene, author):
    clear = paragraphs("An essay on one year.", f"It is {scene.author.first_name.lower()} weather.")
    for file in (a_pdf(["An essay on one year."]), a_word_file(clear)):
        page = page_after(author, file)
        assert TOLD not in page and CLEAR in page


def test_names_of_others_are_not_told(scene, author):
    page = page_after(author, a_pdf([f"{scene.agnes.full_name} taught us."]))
    assert TOLD not in page


def test_what_cannot_be_read_is_not_called_clear(author):
    choose(author, a_pdf([]))
    page = author.get(CHECK).content.decode()
    assert (
        TOLD not in page
        and CLEAR not in page
        and "could not read the text" in page
        and "Hand in this file" in page
    )


def test_text_that_takes_too_long_leaves_the_page(author, monkeypatch):
    choose(author, a_pdf(["An essay on one year."]))
    for module in ("mentions", "measures"):
        monkeypatch.setattr(f"lms.kit.files.{module}.SECONDS", 0.2)
    monkeypatch.setattr(
        "lms.kit.files.pdfs.PdfReader", lambda *a, **k: sum(1 for _ in iter(int, 1))
    )  # it never ends
    page = author.get(CHECK).content.decode()
    assert CLEAR not in page and "Hand in this file" in page


def test_only_the_author_is_told(scene, author):
    page_after(author, a_pdf([scene.author.full_name]))
    for someone in (scene.registrar, scene.agnes, scene.examiner):
        assert sign_in(Client(), someone).get(CHECK).status_code == 404


def test_a_pdf_encrypted_to_a_certificate_is_refused_and_the_note_is_kept(author):
    content = (CASES / "pdf-encrypted-to-a-certificate.pdf").read_bytes()
    for action in ("check", "hand_in"):
        answer = choose(
            author, SimpleUploadedFile("essay.pdf", content), action=action, note="Typed with care."
        )
        page = answer.content.decode()
        assert (
            answer.status_code == 200
            and "Your note is kept." in page
            and "Typed with care." in page
            and "PDF" in page
        )
        assert not Submission.objects.exclude(original="").exists() and not kept_files()
    assert Submission.objects.count() <= 1
