"""The design of the certificate: who writes it, what is refused and where, and that what was issued stays as it was."""

import base64
import io
import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from PIL import Image, ImageChops, ImageDraw
from pypdf import PdfReader
from wagtail.models import Revision

from certificates.actions import issue, publish_design
from certificates.actions.designs import (
    Content,
    Overtaken,
    Unfit,
    hash_of,
    keep_draft,
    newest_draft,
)
from certificates.document.wording import BUILT_IN, PLACES
from certificates.forms.design import SIGNED, DesignForm, clean_signature
from certificates.models import Certificate, Design, DesignVersion
from lms.kit import clock, files
from lms.kit.pdf import text_of
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Role, User
from lms.people.roles import Operator
from lms.record.models import Entry

from . import scene
from .scene import TODAY, sign_in

EDITOR, LIST = "/admin/certificate-design/", "/certificates/designs/"
PREVIEW = {language: f"{EDITOR}preview/{language}/" for language in BUILT_IN}
CAMERA, PLACE = "SECRETCAM 9000", (51.0, 28.0, 38.5)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with clock.at(TODAY):
        yield TODAY


@pytest.fixture
def officer():
    return scene.hub_officer()


@pytest.fixture
def hub(client, officer):
    return sign_in(client, officer)


def ink(size=(640, 200), fill=(15, 25, 110)):
    picture = Image.new("RGB", size, "white")
    w, h = size
    ImageDraw.Draw(picture).line(
        [(w * x, h * y) for x, y in ((0.1, 0.6), (0.2, 0.2), (0.3, 0.8), (0.5, 0.3), (0.9, 0.5))],
        fill=fill,
        width=6,
    )
    return picture


def upload(picture=None, kind="PNG", **more):
    out = io.BytesIO()
    (picture or ink()).save(out, kind, **more)
    return SimpleUploadedFile(f"signature.{kind.lower()}", out.getvalue())


def photo():
    """As a telephone takes it: it says where, when and with what."""
    marks = Image.Exif()
    marks[0x010F], marks[0x0132] = CAMERA, "2026:07:20 12:00:00"
    marks.get_ifd(0x8825).update({1: "N", 2: PLACE, 3: "W", 4: (0.0, 0.0, 5.0)})
    return upload(kind="JPEG", exif=marks, comment=b"SECRETCAM comment")


def signer(name="Dr Nadia Rahman", office="Director of the Hub", picture=None):
    return {
        "name": name,
        "office": office,
        "picture": clean_signature(upload()) if picture is None else picture,
    }


def words(**changed):
    """The built-in words with some places changed: `words(cy_title="…")`."""
    said = {language: dict(places) for language, places in BUILT_IN.items()}
    for name, text in changed.items():
        language, _, place = name.partition("_")
        said[language][place] = text
    return said


def typed(content=None, base="", **changed):
    """The form as a browser sends it."""
    form = DesignForm.of(content or Content(BUILT_IN, [], True), None)
    return {
        **form.data,
        "base": base,
        **{
            name.replace("_", "-") if name != "shows_nations" else name: text
            for name, text in changed.items()
        },
    }


def standing():
    """What no refusal and no preview may change."""
    kept = [path for path in Path(settings.PRIVATE_ROOT).rglob("*") if path.is_file()]
    return (
        DesignVersion.objects.count(),
        Revision.objects.count(),
        Design.objects.count(),
        Entry.objects.count(),
        len(kept),
    )


def published():
    return DesignVersion.objects.count(), Entry.objects.filter(
        action="certificates.publish_design"
    ).count()


class Fields(HTMLParser):
    """What a page says in each element with an id, and what stands in its text fields."""

    def __init__(self, response):
        super().__init__()
        self.open, self.said, self.pictures = [], {}, []
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "img" and attrs.get("src", "").startswith("data:"):
            self.pictures.append(attrs["src"].partition(",")[2])
        if tag == "input" and "value" in attrs:
            self.said[attrs.get("id")] = attrs["value"]
        if tag not in ("img", "input", "link", "meta", "br", "use", "path", "hr"):
            self.open.append((tag, attrs.get("id")))

    def handle_endtag(self, tag):
        if any(tag == open_one for open_one, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data):
        for _, name in self.open:
            if name:
                self.said[name] = self.said.get(name, "") + data

    def __getitem__(self, name):
        return " ".join(self.said.get(name, "").split())


def read(response):
    return " ".join(text_of(response.content).split())


def images_of(pdf):
    return [
        Image.open(io.BytesIO(one.data)).convert("RGB")
        for page in PdfReader(io.BytesIO(pdf)).pages
        for one in page.images
    ]


def opened(picture):
    return Image.open(io.BytesIO(base64.b64decode(picture)))


# ---- publishing ----


class TestPublishing:
    def test_a_version_is_made_once_however_often_it_is_pressed(self, hub, officer):
        form = {**typed(en_issuer="The Hub of all Hubs"), "publish": "1"}
        for _ in range(3):
            assert hub.post(EDITOR, form).status_code == 302
        version = DesignVersion.objects.get()
        assert (
            version.wording == words(en_issuer="The Hub of all Hubs")
            and version.published_by == officer.record_label
        )
        entry = Entry.objects.get(action="certificates.publish_design")
        assert entry.actor == officer.record_label and entry.after == {
            "number": 1,
            "hash": version.hash,
        }
        assert Revision.objects.count() == 1
        assert publish_design(
            version.wording, [], True, by=scene.hub_officer()
        ) == version and published() == (1, 1)

    @pytest.mark.both_engines
    @pytest.mark.django_db(transaction=True)
    def test_two_who_press_at_once_make_one_version_and_two_different_ones_are_both_kept(self):
        texts = ["At the same moment", "At the same moment", "Another moment"]
        officers, gate, made, failed = (
            [scene.hub_officer() for _ in texts],
            Barrier(len(texts)),
            [],
            [],
        )

        def press(by, text):
            try:
                gate.wait()
                made.append((text, publish_design(words(en_issuer=text), [], True, by=by).pk))
            except Exception as fault:
                failed.append(fault)
            finally:
                connection.close()

        threads = [Thread(target=press, args=pair) for pair in zip(officers, texts, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kept = [
            version.wording["en"]["issuer"] for version in DesignVersion.objects.order_by("number")
        ]
        assert (
            not failed
            and set(kept) == set(texts)
            and not any(one == other for one, other in pairwise(kept))
        )
        assert {
            DesignVersion.objects.get(pk=pk).wording["en"]["issuer"] == text for text, pk in made
        } == {True}
        assert Entry.objects.filter(action="certificates.publish_design").count() == len(kept)

    def test_every_part_of_a_design_is_under_its_hash(self):
        """Certificates are drawn with it: a part that is not compared would quietly stay as it was."""
        said, other = (
            Content(BUILT_IN, [], True),
            Content(words(en_issuer="One"), [signer(picture="")], False),
        )
        changed = [said._replace(**{name: getattr(other, name)}) for name in Content._fields]
        assert len(changed) == 3 and len({hash_of(*content) for content in (said, *changed)}) == 4

    def test_going_back_to_earlier_words_is_a_version_of_its_own(self, officer):
        first, second = (
            publish_design(words(en_issuer=text), [], True, by=officer) for text in ("One", "Two")
        )
        third = publish_design(words(en_issuer="One"), [], True, by=officer)
        assert [first.number, second.number, third.number] == [1, 2, 3] and third.hash == first.hash

    def test_what_was_issued_before_keeps_its_design_and_file_and_what_comes_after_has_the_new_one(
        self, officer
    ):
        before = scene.certified("Siân", "Llewellyn")
        file, row = files.read(before.file), Certificate.objects.filter(pk=before.pk).values().get()
        picture = clean_signature(upload())
        version = publish_design(
            words(
                en_statement="Ask at {site} before you rely on this.", cy_lead="Tystir drwy hyn bod"
            ),
            [signer("Dr Łucja Okoń-Żak", picture=picture)],
            True,
            by=officer,
        )
        after = scene.certified("Màiri", "NicLeòid")
        assert (
            Certificate.objects.filter(pk=before.pk).values().get() == row
            and files.read(before.file) == file
        )
        assert before.design_id != after.design_id == version.pk
        old, new = (
            " ".join(text_of(content).split()) for content in (file, files.read(after.file))
        )
        for said in (
            f"Ask at {settings.SITE_URL} before you rely on this.",
            "Dr Łucja Okoń-Żak",
            "Director of the Hub",
        ):
            assert said in new and said not in old
        assert (
            after.facts["said"]["statement"]
            == f"Ask at {settings.SITE_URL} before you rely on this."
        )
        printed = images_of(files.read(after.file))
        assert not images_of(file) and len(printed) == 1
        assert ImageChops.difference(printed[0], opened(picture).convert("RGB")).getbbox() is None
        with_welsh = issue(scene.ready("Eleri", "Prys"), by=scene.registrar(), language="cy")
        assert "Tystir drwy hyn bod" in text_of(files.read(with_welsh.file))

    def test_a_draft_changes_no_certificate(self, hub):
        assert hub.post(EDITOR, {**typed(en_issuer="Only a draft"), "save": "1"}).status_code == 302
        made = scene.certified()
        assert made.facts["said"]["issuer"] == "IMSA Model Hub" and "Only a draft" not in text_of(
            files.read(made.file)
        )
        assert newest_draft()[0].wording["en"]["issuer"] == "Only a draft"

    def test_without_nations_none_is_printed(self, hub):
        body = "holds the {award}, conferred on {conferred}, and is accredited."
        form = {**typed(en_body=body, cy_body=body), "publish": "1"}
        del form["shows_nations"]
        assert hub.post(EDITOR, form).status_code == 302
        made = scene.certified(nations=("england", "scotland"))
        assert made.facts["nations"] == [] and "Scotland" not in text_of(files.read(made.file))


# ---- what is wrong, at its field ----

LONG = "many words and more "
FAULTS = [
    ("issuer", "", "Write these words."),
    ("title", LONG * 7, "This has 139 characters; 120 fit."),
    (
        "lead",
        "Of {award}",
        "Here {award} would not be filled in. Placeholders that may stand here: none.",
    ),
    (
        "valid",
        "{number} {issued} {until} {site}",
        "Here {site} would not be filled in. Placeholders that may stand here: {number}, {imsa_number}, {issued}, {until}.",
    ),
    (
        "statement",
        "At {site} and {",
        "A brace here would not be filled in. Placeholders that may stand here: {site}.",
    ),
    (
        "statement",
        "At {site!r}, {site}",
        "A brace here would not be filled in. Placeholders that may stand here: {site}.",
    ),
    ("statement", "At the site", "{site} must stand in it."),
    ("valid", "{number}", "{issued}, {until} must stand in it."),
    ("body", "{award} {conferred}", "{nations} must stand in it."),
    (
        "title",
        "Eiriolwr 李",
        "The certificate’s typeface has no letter “李”, so it would print as a blank. Write it in another way.",
    ),
    (
        "title",
        "W" * 60,
        "“WWWWWWWWWWWWWWWWWWWWWWWW…” is one word and wider than the page. Part it.",
    ),
]


class TestFaults:
    @pytest.mark.parametrize("language", BUILT_IN)
    @pytest.mark.parametrize("place, text, why", FAULTS)
    def test_each_is_said_at_its_field_in_words_and_nothing_is_published(
        self, hub, language, place, text, why
    ):
        name, before = f"{language}-{place}", published()
        answer = hub.post(
            EDITOR,
            {
                **typed(
                    signer1_name="Kept too", signer1_office="O", **{f"{language}_{place}": text}
                ),
                "publish": "1",
            },
            follow=True,
        )
        page = Fields(answer)
        assert page[f"{name}-fault"] == why
        assert [
            f"{code}-{at}" for code in BUILT_IN for at in PLACES if page[f"{code}-{at}-fault"]
        ] == [name]
        assert page[f"id_{name}"] == text.strip() and page["id_signer1-name"] == "Kept too"
        assert "Nothing was published" in answer.content.decode() and published() == before

    @pytest.mark.parametrize("language", BUILT_IN)
    def test_nations_cannot_stand_where_none_are_shown(self, hub, language):
        bodies = {
            "en_body": "{award} {conferred}",
            "cy_body": "{award} {conferred}",
            f"{language}_body": "{award} {conferred} {nations}",
        }
        form = {**typed(**bodies), "publish": "1"}
        del form["shows_nations"]
        page = Fields(hub.post(EDITOR, form, follow=True))
        assert (
            page[f"{language}-body-fault"]
            == "The design does not show nations, so {nations} cannot stand here."
        )
        assert published() == (0, 0)

    def test_all_are_said_at_once(self, hub):
        page = Fields(
            hub.post(
                EDITOR,
                {**typed(en_issuer="", cy_lead="{x}", signer2_office="Chair"), "publish": "1"},
                follow=True,
            )
        )
        # Whoever signs first is whoever stands first: an empty place before them is no signature.
        assert (
            all(page[f"{name}-fault"] for name in ("en-issuer", "cy-lead", "signer1-name"))
            and not page["signer2-name-fault"]
        )
        assert page["id_signer1-office"] == "Chair" and published() == (0, 0)

    @pytest.mark.parametrize(
        "part, text, why",
        [
            (
                "name",
                "Dr 李 Wei",
                "The certificate’s typeface has no letter “李”, so it would print as a blank. Write it in another way.",
            ),
            (
                "office",
                "مدير",
                "The certificate’s typeface has no letter “م”, so it would print as a blank. Write it in another way.",
            ),
            ("name", "", "Write the name of the person who signs, or empty this place."),
            ("office", "", "Write their office."),
            ("name", "N" * 61, "This has 61 characters; 60 fit."),
            (
                "office",
                "W" * 40,
                "“WWWWWWWWWWWWWWWWWWWWWWWW…” is one word and wider than the page. Part it.",
            ),
        ],
    )
    def test_those_of_somebody_who_signs(self, hub, part, text, why):
        fields = {
            "signer1_name": "Dr Nadia Rahman",
            "signer1_office": "Director",
            f"signer1_{part}": text,
        }
        page = Fields(hub.post(EDITOR, {**typed(**fields), "publish": "1"}, follow=True))
        assert page[f"signer1-{part}-fault"] == why and page[f"id_signer1-{part}"] == text
        assert published() == (0, 0)

    @pytest.mark.parametrize("language, named", [("en", "In English"), ("cy", "In Welsh")])
    def test_words_that_fit_their_place_and_not_the_page_are_refused_in_preview_and_publishing(
        self, hub, officer, language, named
    ):
        said = words(**{f"{language}_body": "{award} {conferred} {nations} " + "WIDE WORDS " * 42})
        before, form = standing(), typed(Content(said, [signer()] * 3, True))
        refused = hub.post(PREVIEW[language], form)
        assert (
            refused.status_code == 409
            and named in unescape(refused.content.decode())
            and "does not fit on one page" in refused.content.decode()
        )
        assert (
            hub.post(PREVIEW[{"en": "cy", "cy": "en"}[language]], form)["Content-Type"]
            == "application/pdf"
        )
        with pytest.raises(Unfit, match=f"{named}, the text does not fit on one page"):
            publish_design(said, [signer()] * 3, True, by=officer)
        assert standing() == before
        page = Fields(hub.post(EDITOR, {**form, "publish": "1"}, follow=True))
        assert page[f"{language}-body-fault"].startswith(
            f"{named}, the text does not fit on one page"
        ) and published() == (0, 0)

    def test_more_than_three_cannot_sign_and_a_design_needs_english(self, officer):
        before = standing()
        with pytest.raises(Unfit, match="At most 3 sign"):
            publish_design(words(), [signer()] * 4, True, by=officer)
        with pytest.raises(Unfit, match="English"):
            publish_design({"cy": BUILT_IN["cy"]}, [], True, by=officer)
        assert standing() == before

    def test_every_certificate_has_room_for_whoever_the_limits_let_through(self, officer):
        """A design that was published is never refused to somebody with a long name."""
        longest = [
            signer(
                "Professor Angharad Wyn-Featherstonehaugh",
                "Director of the IMSA Model Hub, University of Example",
            )
        ] * 3
        publish_design(words(), longest, True, by=officer)
        made = scene.certified(
            "Wilhelmina Aleksandra",
            "Konstantynowicz-Featherstonehaugh Llywelyn",
            nations=("england", "wales", "scotland", "northern_ireland"),
        )
        text = " ".join(text_of(files.read(made.file)).split())
        assert (
            text.count("Director of the IMSA Model Hub, University of Example") == 3
            and "Northern Ireland" in text
            and made.facts["said"]["valid"] in text
        )


# ---- the picture of a signature ----


class TestPicture:
    def test_nothing_that_was_written_beside_it_is_kept(self, hub):
        chosen = photo()
        assert (
            CAMERA.encode() in chosen.read()
            and Image.open(chosen).getexif().get_ifd(0x8825)[2] == PLACE
        )
        chosen.seek(0)
        hub.post(
            EDITOR,
            {
                **typed(signer1_name="Dr Nadia Rahman", signer1_office="Director"),
                "signer1-picture": chosen,
                "publish": "1",
            },
        )
        kept = base64.b64decode(DesignVersion.objects.get().signatories[0]["picture"])
        picture = Image.open(io.BytesIO(kept))
        assert (
            picture.format == "PNG"
            and len(kept) <= 60 * 1024
            and not picture.getexif()
            and not picture.info
        )
        assert (
            picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
            and picture.convert("L").getextrema()[0] < 100
        )
        file = files.read(scene.certified().file)
        assert len(images_of(file)) == 1
        for content in (kept, file):
            assert (
                b"SECRETCAM" not in content
                and b"Exif" not in content
                and b"2026:07:20" not in content
            )

    @pytest.mark.parametrize(
        "chosen",
        [
            SimpleUploadedFile("signature.png", b"not a picture"),
            SimpleUploadedFile("signature.png", b""),
            SimpleUploadedFile("signature.png", upload().read()[:600]),
        ],
        ids=["words", "empty", "cut"],
    )
    def test_what_is_no_picture_is_refused_at_its_field_and_nothing_is_lost(self, hub, chosen):
        before = standing()
        answer = hub.post(
            EDITOR,
            {
                **typed(
                    en_lead="Typed for long",
                    signer1_name="Dr Nadia Rahman",
                    signer1_office="Director",
                    signer2_name="Peter Lindqvist",
                    signer2_office="Registrar",
                ),
                "signer1-picture": upload(),
                "signer2-picture": chosen,
                "publish": "1",
            },
        )
        page = Fields(answer)
        assert (
            answer.status_code == 200
            and "PNG or JPEG picture that we can read" in page["signer2-picture-fault"]
            and not page["signer1-picture-fault"]
        )
        assert (
            page["id_en-lead"] == "Typed for long"
            and page["id_signer2-name"] == "Peter Lindqvist"
            and standing() == before
        )
        # The picture that was read needs not be chosen again.
        assert len(page.pictures) == 1
        hub.post(
            EDITOR,
            {
                **typed(),
                **{
                    name.removeprefix("id_"): page[name]
                    for name in page.said
                    if name and name.startswith("id_signer")
                },
                "save": "1",
            },
        )
        assert [bool(one["picture"]) for one in newest_draft()[0].signatories] == [True, False]

    @pytest.mark.parametrize(
        "chosen, why",
        [
            (lambda: upload(Image.new("RGB", (400, 120), "white")), "no ink"),
            (lambda: upload(Image.new("RGB", (400, 120), (25, 25, 25))), "dark all over"),
            (lambda: upload(ink(), "GIF"), "PNG or JPEG"),
            (lambda: upload(Image.new("1", (9000, 9000), 1)), "more points than we can read"),
        ],
        ids=["blank", "dark", "GIF", "huge"],
    )
    def test_what_is_no_signature_is_refused_in_words(self, hub, chosen, why):
        before = standing()
        page = Fields(
            hub.post(
                EDITOR,
                {
                    **typed(signer1_name="N", signer1_office="O"),
                    "signer1-picture": chosen(),
                    "save": "1",
                },
            )
        )
        assert why in page["signer1-picture-fault"] and standing() == before

    @pytest.mark.parametrize(
        "picture",
        [
            base64.b64encode(
                upload().read()[:-12] + b"\x00\x00\x00\x05tEXtPlaceXXXX" + upload().read()[-12:]
            ).decode(),
            base64.b64encode(b"<svg onload='x'/>").decode(),
            "https://elsewhere.example/a.png",
            None,
            base64.b64encode(upload(Image.effect_noise((900, 300), 200)).read()).decode(),
        ],
        ids=["words beside it", "svg", "address", "nothing", "large"],
    )
    def test_the_action_itself_takes_only_clean_pictures(self, officer, picture):
        before, content = (
            standing(),
            Content(words(), [{"name": "N", "office": "O", "picture": picture}], True),
        )
        with pytest.raises(Unfit, match="not a small, clean picture"):
            publish_design(*content, by=officer)
        with pytest.raises(Refused):
            keep_draft(content, None, by=officer)
        assert standing() == before

    def test_a_picture_that_was_not_cleaned_here_cannot_be_sent_as_if_it_had_been(self, hub):
        before, raw = standing(), base64.b64encode(photo().read()).decode()
        for forged in (raw, f"{raw}:{SIGNED.sign('x').rpartition(':')[2]}"):
            page = Fields(
                hub.post(
                    EDITOR,
                    {
                        **typed(signer1_name="N", signer1_office="O"),
                        "signer1-kept": forged,
                        "publish": "1",
                    },
                )
            )
            assert (
                "lost on its way" in page["signer1-picture-fault"]
                and standing() == before
                and not page.pictures
            )

    def test_a_picture_is_kept_from_draft_to_draft_and_taken_away_when_asked(self, hub):
        hub.post(
            EDITOR,
            {
                **typed(signer1_name="N", signer1_office="O"),
                "signer1-picture": upload(),
                "save": "1",
            },
        )
        (content, first) = newest_draft()
        hub.post(
            EDITOR, {**typed(content, base=first.pk, en_lead="Words alone changed"), "save": "1"}
        )
        kept, second = newest_draft()
        assert (
            kept.signatories == content.signatories
            and kept.signatories[0]["picture"]
            and second.pk != first.pk
        )
        hub.post(EDITOR, {**typed(kept, base=second.pk), "signer1-without": "on", "save": "1"})
        assert newest_draft()[0].signatories == [{"name": "N", "office": "O", "picture": ""}]


# ---- how it would look ----


class TestPreview:
    def test_it_shows_what_was_typed_in_welsh_and_is_kept_nowhere(self, hub):
        before = standing()
        answer = hub.post(
            PREVIEW["cy"],
            {
                **typed(
                    cy_lead="Tystir drwy hyn bod",
                    signer1_name="Dr Nadia Rahman",
                    signer1_office="Cyfarwyddwr",
                ),
                "signer1-picture": photo(),
            },
        )
        assert (
            answer.status_code == 200
            and answer["Content-Type"] == "application/pdf"
            and "no-store" in answer["Cache-Control"]
        )
        text = read(answer)
        for said in (
            "Siân Llewellyn",
            "Tystir drwy hyn bod",
            "Eiriolwr Annibynnol",
            "Cymru",
            "Gorffennaf",
            "Cyfarwyddwr",
            "Dr Nadia Rahman",
        ):
            assert said in text
        assert "This certifies that" not in text and "This person is invented" in text
        assert (
            PdfReader(io.BytesIO(answer.content)).trailer["/Root"]["/Lang"] == "cy"
            and len(images_of(answer.content)) == 1
        )
        assert b"SECRETCAM" not in answer.content and b"/ByteRange" not in answer.content, (
            "a preview is never signed"
        )
        assert standing() == before

    def test_each_language_is_drawn_by_itself(self, hub):
        form = typed(cy_title="")
        english, welsh = hub.post(PREVIEW["en"], form), hub.post(PREVIEW["cy"], form)
        assert (
            "This certifies that" in read(english)
            and PdfReader(io.BytesIO(english.content)).trailer["/Root"]["/Lang"] == "en-GB"
        )
        assert welsh.status_code == 409 and "Welsh, the title of the role:" in " ".join(
            welsh.content.decode().split()
        )

    def test_a_bad_picture_is_said_and_an_unknown_language_is_not_there(self, hub):
        before = standing()
        refused = hub.post(
            PREVIEW["en"], {**typed(), "signer3-picture": SimpleUploadedFile("s.png", b"x")}
        )
        assert refused.status_code == 409 and "Third to sign, picture" in refused.content.decode()
        assert (
            hub.post(f"{EDITOR}preview/fr/", typed()).status_code == 404
            and hub.get(PREVIEW["en"]).status_code == 405
        )
        assert standing() == before


# ---- two officers ----


class TestTwoOfficers:
    def test_the_second_is_told_and_nothing_is_lost(self, hub, client, officer):
        second = scene.person("Gareth", "Pritchard", Role.HUB_OFFICER)
        other = sign_in(type(client)(), second)
        base = Fields(hub.get(EDITOR))["id_base"]
        assert Fields(other.get(EDITOR))["id_base"] == base
        hub.post(EDITOR, {**typed(base=base, en_lead="Hers", en_issuer="The same"), "save": "1"})
        draft, before = newest_draft(), standing()

        answer = other.post(
            EDITOR,
            {
                **typed(
                    base=base,
                    en_lead="His",
                    en_issuer="The same",
                    signer1_name="N",
                    signer1_office="O",
                ),
                "signer1-picture": upload(),
                "publish": "1",
            },
        )
        page = Fields(answer)
        assert answer.status_code == 409 and standing() == before and newest_draft() == draft
        assert f"{officer.full_name} saved the design on" in answer.content.decode()
        assert (
            page["id_en-lead"] == "His"
            and page["id_signer1-name"] == "N"
            and len(page.pictures) == 1
        )
        said = " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())
        assert (
            said.count(f"In the draft of {officer.full_name}: Hers") == 1
            and f"{officer.full_name}: The same" not in said
        )

        again = {
            name.removeprefix("id_"): page[name]
            for name in page.said
            if name and name.startswith("id_")
        }
        assert (
            other.post(EDITOR, {**again, "shows_nations": "on", "publish": "1"}).status_code == 302
        )
        assert (
            DesignVersion.objects.get().wording["en"]["lead"] == "His"
            and DesignVersion.objects.get().signatories[0]["picture"]
        )
        drafts = [
            revision.as_object().wording["en"]["lead"]
            for revision in Revision.objects.for_instance(Design(pk=Design.ONLY)).order_by("pk")
        ]
        assert drafts == ["Hers", "His"]
        assert [revision.user for revision in Revision.objects.order_by("pk")] == [officer, second]

    def test_the_same_words_from_both_are_one_draft(self, officer):
        content = Content(words(en_lead="Both"), [], True)
        first = keep_draft(content, None, by=officer)
        assert (
            keep_draft(content, None, by=scene.hub_officer()) == first
            and Revision.objects.count() == 1
        )

    def test_what_is_published_elsewhere_meanwhile_is_not_written_over(self, hub):
        base = Fields(hub.get(EDITOR))["id_base"]
        publish_design(words(en_lead="From the shell"), [], True, by=Operator("publish"))
        answer = hub.post(EDITOR, {**typed(base=base, en_lead="From the page"), "publish": "1"})
        assert (
            answer.status_code == 409
            and published() == (1, 1)
            and "From the shell" in answer.content.decode()
        )
        with pytest.raises(Overtaken):
            keep_draft(Content(words(en_lead="Late"), [], True), None, by=scene.hub_officer())

    def test_an_earlier_draft_is_looked_at_and_taken_up_again(self, hub):
        for text in ("First", "Second"):
            hub.post(
                EDITOR,
                {**typed(base=Fields(hub.get(EDITOR))["id_base"], en_lead=text), "save": "1"},
            )
        first, second = Revision.objects.order_by("pk")
        page = Fields(hub.get(f"{EDITOR}?draft={first.pk}"))
        assert page["id_en-lead"] == "First" and page["id_base"] == str(second.pk)
        hub.post(EDITOR, {**typed(base=page["id_base"], en_lead="First"), "save": "1"})
        assert newest_draft()[0].wording["en"]["lead"] == "First" and Revision.objects.count() == 3
        for stranger in ("999999", "x", ""):
            assert hub.get(f"{EDITOR}?draft={stranger}").status_code == 404


# ---- who ----

OTHERS = [role for role in Role if role != Role.HUB_OFFICER]


def nobody_special():
    return User.objects.create_superuser(
        "root@example.org", "x", first_name="Root", last_name="Root"
    )


class TestWho:
    @pytest.mark.parametrize("role", [*OTHERS, "superuser", "ended", "everything of Wagtail's"])
    def test_nobody_but_a_hub_officer_writes_or_previews(self, client, role):
        if role == "superuser":
            who = nobody_special()
        elif role == "ended":
            who = scene.hub_officer()
            who.grants.update(ends_on=scene.BEGUN)
            who = User.objects.get(pk=who.pk)
        elif role in OTHERS:
            who = scene.person("Ada", "Lovelace", role)
        else:
            who = scene.person("Ada", "Lovelace", Role.AUTHOR)
            who.user_permissions.set(
                Permission.objects.filter(
                    content_type__app_label__in=["certificates", "wagtailadmin"]
                )
            )
        sign_in(client, who)
        before, form = standing(), typed(en_issuer="Not theirs")
        assert client.get(EDITOR).status_code == 403
        for address, button in (
            (EDITOR, "save"),
            (EDITOR, "publish"),
            *((address, "x") for address in PREVIEW.values()),
        ):
            answer = client.post(address, {**form, button: "1"})
            assert answer.status_code == 403 and "a Hub officer" in answer.content.decode()
        content = Content(words(en_issuer="Not theirs"), [], True)
        with pytest.raises(NotAllowed):
            publish_design(*content, by=who)
        with pytest.raises(NotAllowed):
            keep_draft(content, None, by=who)
        assert standing() == before

    def test_a_stranger_is_asked_to_sign_in(self, client):
        for address in (EDITOR, LIST, f"{LIST}1/", f"{LIST}1/en.pdf"):
            assert client.get(address)["Location"].startswith("/accounts/login/")
        before = standing()
        assert client.post(EDITOR, {**typed(en_issuer="Not theirs"), "publish": "1"})[
            "Location"
        ].startswith("/accounts/login/")
        assert standing() == before

    def test_a_hub_officer_finds_the_design_and_nothing_else_of_wagtails(self, hub, officer):
        assert not officer.has_perm("wagtailadmin.access_admin")
        for address in (
            "pages/",
            "images/",
            "documents/",
            "reports/site-history/",
            "snippets/",
            "users/",
            "choose-page/",
            "api/main/pages/",
            "sites/",
            "dismissibles/",
        ):
            assert hub.get(f"/admin/{address}").status_code == 403, address
        assert (
            hub.get("/admin/")["Location"] == EDITOR
            and hub.get("/admin/account/")["Location"] == "/me/"
        )
        assert {hub.get(f"/admin/{address}").status_code for address in ("sprite/", "jsi18n/")} == {
            200
        }
        left = hub.post("/admin/logout/")
        assert (left.status_code, left["Location"]) == (307, "/accounts/logout/")
        page = hub.get(EDITOR).content.decode()
        assert "Back to the Hub" in page and '"Reports"' not in page and '"Help"' not in page

    def test_without_a_second_factor_the_door_is_shut(self, client, officer):
        client.force_login(officer)
        before = standing()
        for answer in (
            client.get(EDITOR),
            client.post(EDITOR, {**typed(en_issuer="X"), "publish": "1"}),
            client.get(LIST),
        ):
            assert answer.status_code == 302 and "needed=1" in answer["Location"]
        assert standing() == before


# ---- what was published ----


class TestPublished:
    @pytest.fixture
    def versions(self, officer):
        return [
            publish_design(words(en_issuer=text), [signer()], True, by=officer)
            for text in ("The first issuer", "The second issuer")
        ]

    @pytest.mark.parametrize("reader", [scene.hub_officer, scene.registrar])
    def test_hub_officers_and_registrars_read_every_version(
        self, client, versions, officer, reader
    ):
        sign_in(client, reader())
        listed = client.get(LIST).content.decode()
        assert (
            officer.full_name in listed
            and "20 July 2026" in listed
            and "/certificates/designs/1/cy.pdf" in listed
        )
        assert ("Change the design" in listed) == (reader is scene.hub_officer)
        page = client.get(f"{LIST}1/")
        assert (
            "The first issuer" in page.content.decode()
            and "The second issuer" not in page.content.decode()
        )
        assert Fields(page).pictures == [versions[0].signatories[0]["picture"]]
        first, second = (client.get(f"{LIST}{n}/en.pdf") for n in (1, 2))
        assert (
            "The first issuer" in read(first)
            and "The second issuer" in read(second)
            and "Hyb Model IMSA" in read(client.get(f"{LIST}1/cy.pdf"))
        )
        assert len(images_of(first.content)) == 1 and "no-store" in first["Cache-Control"]
        assert (
            client.get(f"{LIST}3/").status_code == client.get(f"{LIST}1/fr.pdf").status_code == 404
        )

    @pytest.mark.parametrize("role", [role for role in OTHERS if role != Role.REGISTRAR])
    def test_nobody_else_does(self, client, versions, role):
        sign_in(client, scene.person("Ada", "Lovelace", role))
        for address in (LIST, f"{LIST}1/", f"{LIST}1/en.pdf"):
            answer = client.get(address)
            assert answer.status_code == 403 and b"signature" not in answer.content.lower()

    def test_nothing_can_be_changed_there(self, hub, versions):
        before = list(DesignVersion.objects.order_by("pk").values())
        for address in (LIST, f"{LIST}1/", f"{LIST}1/en.pdf"):
            assert {
                getattr(hub, verb)(address).status_code for verb in ("post", "put", "delete")
            } == {405}
        with pytest.raises(TypeError):
            versions[0].save()
        for change in (
            lambda: DesignVersion.objects.update(wording={}),
            lambda: DesignVersion.objects.filter(number=1).delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
        assert list(DesignVersion.objects.order_by("pk").values()) == before
