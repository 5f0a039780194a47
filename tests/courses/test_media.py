"""Pictures, film and sound in a unit: shown with their words, served from the site, and never the upload itself."""

import io

import pytest
from django.conf import settings as site
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image as Pillow
from wagtail.documents.models import Document
from wagtail.images.models import Image

from courses.models import UnitPage
from courses.rendering.units import draw
from lms.kit.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def picture():
    drawn = io.BytesIO()
    Pillow.new("RGB", (1600, 900), "#4d3a66").save(drawn, "PNG")
    return Image.objects.create(
        title="map.png", file=ImageFile(io.BytesIO(drawn.getvalue()), name="map.png")
    )


@pytest.fixture
def document():
    def make(name):
        return Document.objects.create(title=name, file=ContentFile(b"WEBVTT\n", name=name))

    return make


def html(kind, **value):
    return draw(UnitPage(title="A unit", body=[(kind, value)])).html


def test_a_picture_says_what_it_shows_and_comes_in_a_small_size(client, picture):
    shown = html("picture", file=picture, alt="Four roads “meet”", caption="A map")
    assert (
        'alt="Four roads “meet”"' in shown and 'loading="lazy"' in shown and 'width="1320"' in shown
    )
    address = shown.split('src="')[1].split('"')[0]
    served = client.get(address)
    assert served.status_code == 200 and served["Content-Type"] == "image/webp"
    assert b"".join(served.streaming_content)[8:12] == b"WEBP"


@pytest.mark.parametrize(
    "name",
    [
        "../db.sqlite3",
        "..%2f..%2fdb.sqlite3",
        "x.svg",
        "x.html",
        ".webp/..",
        "no-such.webp",
        "a\x00.webp",
    ],
)
def test_nothing_else_is_served(client, name):
    assert client.get(f"/media/images/{name}").status_code == 404
    assert client.get("/media/original_images/map.png").status_code == 404


def test_film_has_captions_and_its_words_and_sound_has_its_words(client, document, trainee):
    shown = html(
        "video",
        title="At the door",
        file=document("a.mp4"),
        captions=document("a.vtt"),
        transcript="<p>She knocks.</p>",
    )
    assert (
        '<track kind="captions"' in shown and "She knocks." in shown and 'preload="none"' in shown
    )
    heard = html(
        "audio",
        title="A call",
        file=document("b.mp3"),
        transcript="<p>Hello<script>x()</script></p>",
    )
    assert "<audio controls" in heard and "Hello" in heard and "<script" not in heard
    captions = Document.objects.get(title="a.vtt")
    assert client.get(captions.url)["Location"].startswith("/accounts/login/")
    client.force_login(trainee)
    answer = client.get(captions.url)
    assert answer.status_code == 200 and "attachment" not in answer.get("Content-Disposition", "")


def test_a_document_is_a_download_with_its_kind_and_size(client, document, trainee):
    client.force_login(trainee)
    paper = document("form.pdf")
    shown = html("document", title="The form", file=paper, about="Two pages.")
    assert "PDF" in shown and "Two pages." in shown and paper.url in shown
    assert "attachment" in client.get(paper.url)["Content-Disposition"]


@pytest.mark.parametrize(
    ("kind", "rest"),
    [
        ("picture", {"alt": "A", "caption": ""}),
        ("video", {"title": "T", "captions": None, "transcript": "<p>x</p>"}),
        ("audio", {"title": "T", "transcript": "<p>x</p>"}),
        ("document", {"title": "T", "about": ""}),
    ],
)
def test_a_file_that_is_gone_is_said_before_it_is_published(kind, rest):
    with pytest.raises(Refused, match="no longer there"):
        html(kind, file=None, **rest)


def test_what_a_browser_would_run_is_no_document():
    assert not {"html", "svg", "js", "xml"} & set(site.WAGTAILDOCS_EXTENSIONS)


@pytest.mark.parametrize(
    ("asked", "there", "part"),
    [
        ("bytes=0-1", "bytes 0-1/7", b"WE"),
        ("bytes=3-", "bytes 3-6/7", b"VTT\n"),
        ("bytes=-2", "bytes 5-6/7", b"T\n"),
        ("bytes=0-9999", "bytes 0-6/7", b"WEBVTT\n"),
        ("bytes=6-6", "bytes 6-6/7", b"\n"),
    ],
)
def test_a_player_may_begin_in_the_middle(client, document, trainee, asked, there, part):
    """Without this, an iPhone plays no film, and nobody goes back to a sentence."""
    film = document("a.mp4")
    assert client.get(film.url, headers={"Range": asked}).status_code == 302, "not for strangers"
    client.force_login(trainee)
    answer = client.get(film.url, headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"], answer["Content-Length"]) == (
        206,
        there,
        str(len(part)),
    )
    assert b"".join(answer.streaming_content) == part and answer["Content-Type"] == "video/mp4"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=7-", 416),
        ("bytes=5-2", 416),
        ("bytes=-0", 416),
        ("bytes=a-b", 200),
        ("bytes=0-1,3-4", 200),
        ("bytes=-", 200),
        ("lines=1-2", 200),
    ],
)
def test_what_is_no_stretch_of_the_file_is_answered_plainly(
    client, document, trainee, asked, status
):
    client.force_login(trainee)
    assert client.get(document("a.mp4").url, headers={"Range": asked}).status_code == status


@pytest.mark.parametrize("asked", [None, "bytes=0-", "bytes=0-1", "bytes=-2"])
@pytest.mark.parametrize("kind", ["groups", "password", "login"])
def test_a_private_collection_is_private_for_every_way_of_asking(
    client, document, trainee, kind, asked
):
    """A paper for one group went to everybody who asked for a stretch of it."""
    from django.contrib.auth.models import Group
    from wagtail.models import Collection, CollectionViewRestriction

    inner = Collection.get_first_root_node().add_child(name="For moderators")
    limit = CollectionViewRestriction.objects.create(
        collection=inner,
        restriction_type=kind,
        password="open sesame" if kind == "password" else "",
    )
    moderators = Group.objects.get_or_create(name="Moderators")[0]
    if kind == "groups":
        limit.groups.add(moderators)
    paper = document("around-one-table.pdf")
    Document.objects.filter(pk=paper.pk).update(collection=inner)
    headers = {"Range": asked} if asked else {}

    def body(answer):
        return b"".join(answer.streaming_content) if answer.streaming else answer.content

    assert client.get(paper.url, headers=headers).status_code == 302, "not for strangers"
    client.force_login(trainee)
    answer = client.get(paper.url, headers=headers)
    assert client.head(paper.url, headers=headers).status_code == answer.status_code or asked, (
        "HEAD is the same question"
    )
    if kind == "login":
        assert answer.status_code == (206 if asked else 200)
        return
    assert answer.status_code == (200 if kind == "password" else 302) and b"VTT" not in body(
        answer
    ), "it was given away"
    assert b"VTT" not in body(client.get(paper.url, headers={**headers, "If-Range": '"x"'}))
    if kind == "groups":
        trainee.groups.add(moderators)
        assert client.get(paper.url, headers=headers).status_code == (206 if asked else 200)
