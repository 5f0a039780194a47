"""An author brings in a file: everything is shown first, nothing is published, and a hostile file leaves no trace."""

import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import Revision
from wagtail.test.utils.form_data import rich_text

from courses.models import CorePage, UnitPage
from lms.kit import clock
from lms.pages.blocks import FEATURES
from lms.people.models import Role
from lms.record.models import Entry

from .editing import address, form_for, published_page
from .imports import para, word, word_parts

pytestmark = pytest.mark.django_db

CHOOSE = "/authoring/import/"
GIFT = """::First:: Who directs the work? { =The survivor#Yes. ~The advocate#No. ~<script>alert(1)</script>The court }

::Second:: Write about fear. {}

::Broken:: Who? { ~Nobody ~Somebody }
"""
AIKEN = "What does duty to notify mean?\nA. To tell\nB. To ask\nANSWER: A\n"


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def page(module, provision, operator):
    return published_page(module, provision, operator)


@pytest.fixture
def editing(enter, author, page):
    return enter(author)


def chosen(page, name, content):
    content = content.encode() if isinstance(content, str) else content
    return {"page": page.pk, "file": SimpleUploadedFile(name, content)}


def look(client, page, name="questions.gift", content=GIFT):
    """The address of the look, after the file was taken."""
    answer = client.post(CHOOSE, chosen(page, name, content))
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def kept():
    return [path for path in Path(settings.PRIVATE_ROOT).rglob("*") if path.is_file()]


def standing(page):
    page.refresh_from_db()
    return (
        page.latest_revision_id,
        page.live_revision_id,
        Revision.objects.count(),
        page.has_unpublished_changes,
        page.body.get_prep_value(),
        page.variant.versions.count(),
        Entry.objects.count(),
    )


def draft(page):
    return UnitPage.objects.get(pk=page.pk).get_latest_revision_as_object()


def test_a_look_shows_every_block_names_what_is_lost_and_writes_nothing(editing, page):
    before = standing(page)
    assert "What an IMSA is: All nations" in editing.get(CHOOSE).content.decode()
    shown = editing.get(look(editing, page)).content.decode()
    assert "Who directs the work?" in shown and "Write about fear." in shown
    assert (
        "became a reflection prompt" in shown
        and "Question 3 (line 5) “Broken”: no answer is marked as right." in shown
    )
    assert "has no feedback" in shown, "the author learns what to add"
    assert "<strong>Right:</strong> The survivor" in shown
    assert "<script>alert" not in shown and "&lt;p&gt;" not in shown
    assert standing(page) == before


def test_what_was_looked_at_is_added_to_the_draft_once_and_never_published(editing, author, page):
    versions, live, there = page.variant.versions.count(), page.live_revision_id, len(page.body)
    where = look(editing, page)
    for _ in range(2):
        answer = editing.post(where)
        assert (answer.status_code, answer["Location"]) == (302, address(page))
    now = draft(page)
    assert [block.block_type for block in now.body][there:] == ["choice_check", "reflection"]
    page.refresh_from_db()
    assert (page.live_revision_id, page.variant.versions.count(), len(page.body)) == (
        live,
        versions,
        there,
    )
    assert page.has_unpublished_changes and page.latest_revision.user == author
    entry = Entry.objects.get(action="courses.import_blocks")
    assert entry.actor == author.record_label and entry.after["blocks"] == 2
    assert editing.get(address(page)).status_code == 200
    assert editing.get(where)["Location"] == address(page), "the look knows that it was added"


def test_a_word_file_is_taken_with_its_small_letters_and_cleaned(editing, page):
    body = para("A heading", "Heading1") + para(
        '<w:r><w:t>H</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="subscript"/></w:rPr><w:t>2</w:t></w:r>'
        "<w:r><w:t>O &lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(2)&gt;</w:t></w:r>"
    )
    where = look(editing, page, "notes.docx", word(body))
    shown = editing.get(where).content.decode()
    assert "H<sub>2</sub>O" in shown and "A heading" in shown
    assert "<script>alert" not in shown and "<img src=x" not in shown
    editing.post(where)
    block = draft(page).body[-1]
    assert block.block_type == "text" and "<script" not in block.value.source
    assert editing.get(address(page)).status_code == 200
    edited = form_for(page, ("text", rich_text("<p>H<sub>2</sub>O</p>", features=FEATURES)))
    edited.pop("action-publish")
    assert editing.post(address(page), edited).status_code == 302
    assert "<sub>2</sub>" in draft(page).body[0].value.source, (
        "the editor keeps what the import brings"
    )


def test_a_core_takes_blocks_too(editing, author, page):
    core = page.get_parent().add_child(
        instance=CorePage(title="Core", slug="core", unit=page.variant.unit, live=False)
    )
    core.save_revision(user=author)
    editing.post(look(editing, core, "a.txt", AIKEN))
    core.refresh_from_db()
    assert [block.block_type for block in core.get_latest_revision_as_object().body] == [
        "choice_check"
    ] and not core.live


def test_a_page_saved_since_the_look_is_never_overwritten(editing, page, make_person):
    where = look(editing, page)
    theirs = draft(page)
    theirs.title = "Theirs"
    revision = theirs.save_revision(user=make_person("Other", Role.AUTHOR))
    before = standing(page)
    answer = editing.post(where)
    assert answer.status_code == 302 and answer["Location"] != where
    assert standing(page) == before
    again = editing.get(answer["Location"])
    assert (
        "Someone saved this page since you looked" in again.content.decode()
        and "Theirs" in again.content.decode()
    )
    editing.post(answer["Location"])
    now = draft(page)
    assert now.title == "Theirs" and now.body[-1].block_type == "reflection"
    page.refresh_from_db()
    assert page.latest_revision_id > revision.pk


def test_a_page_in_review_or_locked_is_left_alone(editing, author, page):
    where = look(editing, page)
    page.locked, page.locked_by = True, None
    page.save()
    before = standing(page)
    assert editing.post(where).status_code == 409
    assert editing.post(CHOOSE, chosen(page, "a.txt", AIKEN)).status_code == 422
    page.locked = False
    page.save()
    page.get_workflow().start(UnitPage.objects.get(pk=page.pk), author)
    during = standing(page)
    answer = editing.post(where)
    assert answer.status_code == 409 and "in review" in answer.content.decode()
    assert standing(page) == during and before[4] == during[4]


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in word_parts(para("Fine")).items():
            packed.writestr(name, text)
        packed.writestr("word/media/a.xml", b"\0" * (160 * 1024 * 1024))
    return out.getvalue()


XXE = '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY e SYSTEM "file:///etc/passwd">]><quiz><question type="essay"><questiontext><text>&e;</text></questiontext></question></quiz>'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><quiz><question type="essay"><questiontext><text>&b;</text></questiontext></question></quiz>'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.docx", b""),
        ("broken.docx", word(para("Words"))[:200]),
        ("bomb.docx", bomb),
        ("entity.xml", XXE),
        ("laughs.xml", LAUGHS),
        ("outside.docx", lambda: word(para("Words"), **{"..__..__evil": "<a/>"})),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("macro.docm", b"PK\x03\x04"),
        ("nothing.txt", "Only a letter to a friend."),
        ("picture.png", b"\x89PNG\r\n"),
        ("<b>odd.exe", b"MZ"),
        ("huge.txt", lambda: b"x" * (settings.IMSA_UPLOAD_MAX_BYTES + 1)),
    ],
)
def test_a_broken_hostile_or_large_file_is_refused_by_name_and_nothing_is_written(
    editing, page, name, content
):
    before = standing(page)
    answer = editing.post(CHOOSE, chosen(page, name, content() if callable(content) else content))
    said = answer.content.decode()
    assert answer.status_code == 422
    assert name.replace("<", "&lt;").replace(">", "&gt;") in said and "root:" not in said
    assert f'value="{page.pk}" selected' in said, "the page that was chosen stays chosen"
    assert standing(page) == before and not kept()


def test_more_than_a_page_can_hold_is_refused(editing, page):
    before = standing(page)
    answer = editing.post(
        CHOOSE,
        chosen(
            page, "long.docx", word("".join(para("Words and words. " * 60) for _ in range(1000)))
        ),
    )
    assert answer.status_code == 422 and "Divide the file" in answer.content.decode()
    assert standing(page) == before and not kept()


@pytest.mark.parametrize("missing", ["page", "file"])
def test_a_form_without_its_page_or_file_says_so(editing, page, missing):
    data = chosen(page, "a.txt", AIKEN)
    del data[missing]
    assert editing.post(CHOOSE, data).status_code == 422 and not kept()
    assert (
        editing.post(CHOOSE, {**chosen(page, "a.txt", AIKEN), "page": 1}).status_code == 422
        and not kept()
    )


@pytest.mark.parametrize("role", [r for r in Role if r != Role.AUTHOR])
def test_nobody_but_an_author_brings_in_anything(editing, enter, make_person, page, role):
    where = look(editing, page)
    inside = enter(make_person("Other", role))
    before, files = standing(page), kept()
    for answer in (
        inside.get(CHOOSE),
        inside.post(CHOOSE, chosen(page, "a.txt", AIKEN)),
        inside.get(where),
        inside.post(where),
    ):
        assert answer.status_code == 403 and "author" in answer.content.decode()
    assert standing(page) == before and kept() == files


def test_a_stranger_is_asked_to_sign_in(client, page):
    before = standing(page)
    for answer in (
        client.get(CHOOSE),
        client.post(CHOOSE, chosen(page, "a.txt", AIKEN)),
        client.post(CHOOSE + "x/"),
    ):
        assert answer.status_code == 302 and "/accounts/" in answer["Location"]
    assert standing(page) == before and not kept()


def test_a_look_is_one_persons_and_cannot_be_forged(editing, enter, make_person, page):
    where = look(editing, page)
    inside = enter(make_person("Second", Role.AUTHOR))
    before = standing(page)
    for place in (where, where[:-3] + "x/", f"{CHOOSE}anything/"):
        assert inside.get(place).status_code == inside.post(place).status_code == 404
    assert standing(page) == before


def test_a_look_from_long_ago_is_chosen_again(editing, page):
    where = look(editing, page)
    before = standing(page)
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
        answer = editing.post(where, follow=True)
        assert "more than an hour ago" in answer.content.decode()
    assert standing(page) == before


def test_a_look_whose_file_is_gone_is_chosen_again(editing, page):
    where = look(editing, page)
    before = standing(page)
    for path in kept():
        path.unlink()
    answer = editing.post(where, follow=True)
    assert "no longer kept" in answer.content.decode() and standing(page) == before


def test_old_looks_are_swept_away_by_the_next(editing, page):
    look(editing, page)
    (old,) = kept()
    os.utime(old, (0, 0))
    look(editing, page)
    assert old not in kept() and len(kept()) == 1
